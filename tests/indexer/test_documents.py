"""Documents, tokenisation, ranks, groups, picture bands: the pure part."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_world import NOW, RIGHTS, documents

from domain.records import Finding, Listing, ListingRef, Seller, Signal
from domain.text import fold
from indexer.documents import (
    APART,
    MAX_TEXT,
    build,
    characters_field,
    codes,
    from_source,
    group,
    index_key,
    pairs,
    pairs_field,
    text_fields,
)
from indexer.fields import NUMBERS, RANKS, SINGLE, TIMES, WORDS
from indexer.pictures import MAX_DISTANCE, bands, distance, near
from indexer.ranks import MAX_VALUE, TIE_BITS, day_of, interval, many_ranks, ranks

FOLDED = st.text(min_size=1, max_size=12).map(lambda text: fold(text.encode("utf-8", "replace").decode()))


@given(FOLDED, FOLDED)
def test_runs_of_codes_are_substrings(text: str, term: str) -> None:
    """An engine that splits at spaces and looks for runs of codes finds exactly the substrings."""
    inside, wanted = characters_field([text]).split(" "), list(codes(term))
    runs = (inside[at : at + len(wanted)] for at in range(len(inside)))
    assert (wanted in list(runs)) == (term in text)
    if len(wanted) > 1:
        inside, wanted = pairs_field([text]).split(" "), pairs(codes(term))
        runs = (inside[at : at + len(wanted)] for at in range(len(inside)))
        assert (wanted in list(runs)) == (term in text)


@given(st.lists(st.lists(FOLDED, max_size=4), max_size=6))
def test_many_documents_are_cut_up_as_each_alone(worlds: list[list[str]]) -> None:
    document = documents(1, 1)[0]
    each = [replace(document, segments=tuple(parts)) for parts in worlds]
    assert text_fields(each) == [(characters_field(parts), pairs_field(parts)) for parts in worlds]


@pytest.mark.parametrize(
    "odd", ["", " ", "␣", "␞", "␞␞␞", "\\", "\n", "\x00", "\u2028", "\u200d", "\ue000", "😀", "𠮷"]
)
def test_one_odd_document_is_cut_up_as_it_is_alone(odd: str) -> None:
    document, plain = documents(1, 1)[0], ["五常 大米", "米", "东北"]
    for parts in ([odd], [f"五{odd}常"], [f"{odd}五常", "大米"], ["五常", f"大米{odd}"], ["五", odd, "常"]):
        parts = [each for each in parts if each]
        each = [replace(document, segments=tuple(every)) for every in (plain, parts, plain[:1], [])]
        assert text_fields(each) == [(characters_field(a.segments), pairs_field(a.segments)) for a in each]


def test_what_needs_a_code_is_never_taken_for_plain() -> None:
    document = documents(1, 1)[0]
    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    coded = [char for char, code in zip(everything, codes(everything), strict=True) if code != char]
    assert {"\n", "\\", "␞", "␣", "\u2028"} < set(coded)
    for char in coded:
        whole = replace(document, segments=(f"五{char}常",))
        assert text_fields([whole]) == [(characters_field(whole.segments), pairs_field(whole.segments))]


@given(FOLDED)
def test_no_code_is_split_by_an_engine(text: str) -> None:
    for field in (characters_field([text]), pairs_field([text])):
        assert field.split() == [token for token in field.split(" ") if token]
        assert not any(char.isspace() and char != " " for char in field)
    assert len(set(codes(text))) == len(set(text))


@given(st.lists(FOLDED, min_size=2, max_size=4))
def test_segments_stay_apart(parts: list[str]) -> None:
    tokens = characters_field(parts).split(" ")
    assert tokens.count(APART) == 3 * (len(parts) - 1)


def test_the_codes_that_need_care() -> None:
    assert list(codes("a b")) == ["a", "␣", "b"]
    assert list(codes("a\n\\␞␣\x00")) == ["a", "\\a;", "\\5c;", "\\241e;", "\\2423;", "\\0;"]
    assert pairs_field(["五常", "米", "ab"]) == "五常 ␞␞ ␞␞ ␞␞ ␞␞ ab"
    assert pairs_field(["a\n", "b"]) == "a\\a; ␞␞ ␞␞"
    assert characters_field(["五", "b"]) == "五 ␞ ␞ ␞ b"


def test_what_is_called_single_has_one_value_at_the_most() -> None:
    """The embedded engine does not count a facet on such a field that a filter has settled."""
    for document in documents(40, 3):
        assert all(len(document.words[name]) <= 1 for name in SINGLE)
    assert {name for name in WORDS if name not in SINGLE} == {"right", "sign", "kind", "signal", "verdict", "category"}


def test_a_document_says_all_that_can_be_filtered() -> None:
    listing = Listing(
        platform="淘宝",
        ref="1",
        url="u",
        title="ＮＩＫＥ 鞋",
        description="正品",
        price=Decimal("12.50"),
        sales=300,
        claims={"品牌": "耐克"},
        seller=Seller(name="某店", company="某公司", location="福建莆田", contacts=("13800000000",)),
        ships_from="福建莆田",
        category=("鞋", "运动鞋"),
        observed_at=NOW,
    )
    findings = [
        Finding(
            id=f"f{right}",
            listing=ListingRef(key=listing.key),
            right=right,
            score=score,
            tier=tier,
            signals=(Signal(name="名称", score=1.0, detail="近似"),),
        )
        for right, score, tier in (("tm-nike", 0.7, "中"), ("gi-wuchang", 0.9, "高"), ("unknown", 0.1, "低"))
    ]
    document = build(
        listing,
        findings=findings,  # type: ignore[arg-type]
        rights=RIGHTS,
        subject_id="s1",
        picture_text="JUST DO IT",
        pictures={"a.jpg": "0123456789abcdef"},
        first_seen=datetime(2026, 11, 1, 16, tzinfo=UTC),
        last_seen=NOW,
        run="r1",
        verdicts={"ftm-nike": "不成立", "someone else's": "成立"},
        gone=True,
    )
    assert document.segments == (
        *("nike 鞋", "正品", "品牌", "耐克", "某店", "某公司", "福建莆田", "13800000000", "just do it"),
    )
    assert document.words == {
        "platform": ("淘宝",),
        "right": ("tm-nike", "gi-wuchang", "unknown"),
        "sign": ("NIKE", "五常大米"),
        "kind": ("trademark", "gi"),
        "tier": ("高",),
        "signal": ("名称",),
        "verdict": ("不成立", "未判"),
        "seller": ("某店",),
        "subject": ("s1",),
        "district": ("福建莆田",),
        "dispatch": ("福建莆田",),
        "category": ("鞋", "运动鞋"),
        "run": ("r1",),
        "gone": ("是",),
    }
    assert document.numbers["price"] == 125_000
    assert document.numbers["turnover"] == 375_000
    # Seen at midnight in China: the first instant of 2 November.
    first_day = document.ranks["by_first_seen"] >> TIE_BITS << TIE_BITS
    assert day_of(first_day) == (datetime(2026, 11, 2) - datetime(1970, 1, 1)).days
    assert document.listing == listing
    assert document.facts.verdicts == {"ftm-nike": "不成立"}
    assert from_source(document.facts) == document


def test_hostile_texts_are_bounded_and_kept() -> None:
    listing = Listing(
        platform="p", ref="\ud800" + "x" * 1_000, url="u", title="\udfff米", observed_at=NOW, description="长" * 10**6
    )
    document = build(listing, first_seen=NOW, last_seen=NOW)
    assert document.segments[0] == "�米"
    assert len(document.segments[1]) == MAX_TEXT
    assert len(document.key.encode()) <= 480
    assert len(document.listing.description) == 10**6
    assert index_key(listing.key) == document.key


def test_a_group_holds_what_was_reordered_and_decorated() -> None:
    title = "正宗五常大米稻花香2号 5kg"
    for other in ("【正宗】五常大米 稻花香2号５KG！！", "5kg稻花香2号五常大米正宗😀", "正宗正宗五常大米稻花香2号5Kg"):
        assert group(other) == group(title)
    for other in ("正宗五常大米稻花香3号 5kg", "五常大米稻花香2号 5kg", "!!!", "???"):
        assert group(other) != group(title)
    assert group("!!!") != group("???")


@given(st.lists(st.integers(0, MAX_VALUE), min_size=2, max_size=5))
def test_ranks_order_as_their_numbers_do(values: list[int]) -> None:
    each = [ranks(f"p/{index}", {"price": value}) for index, value in enumerate(values)]
    for one, a in zip(each, values, strict=True):
        assert 0 < one["by_price"] < 2**63
        assert one["by_sales"] < 1 << TIE_BITS
        for other, b in zip(each, values, strict=True):
            if a > b:
                assert one["by_price"] > other["by_price"]
                assert one["by_cheapness"] < other["by_cheapness"]
        low, high = interval(a, a)
        assert low <= one["by_price"] <= high


def test_bands_miss_no_picture_within_the_distance() -> None:
    rng = random.Random(3)
    for _ in range(300):
        value = rng.getrandbits(64)
        other = value
        for bit in rng.sample(range(64), MAX_DISTANCE):
            other ^= 1 << bit
        one, two = f"{value:016x}", f"{other:016x}"
        assert distance(one, two) == MAX_DISTANCE
        assert not set(near(one).values).isdisjoint(bands([two]))
    assert bands(["xyz", ""]) == ()


@pytest.mark.parametrize("seed", range(3))
def test_equal_arguments_give_equal_documents(seed: int) -> None:
    assert documents(seed, 40) == documents(seed, 40)


STORED = st.dictionaries(st.sampled_from([*NUMBERS, *TIMES, "suspicion"]), st.integers(0, MAX_VALUE))


@given(st.lists(st.tuples(st.text(max_size=9), STORED), min_size=1, max_size=5))
def test_ranks_of_many_documents_are_each_document_s(listed: list[tuple[str, dict[str, int]]]) -> None:
    """One engine is given the ranks of one document, the other those of a batch."""
    many = many_ranks([key for key, _ in listed], [numbers for _, numbers in listed])
    one_by_one = [ranks(key, numbers) for key, numbers in listed]
    assert many == [[each[rank] for rank in RANKS] for each in one_by_one]
