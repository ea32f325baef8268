"""Likenesses are weighed against how many names they could have been like."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.text import signs
from detection import coincidence
from detection.candidates.holding import DOUBTFUL, ORDINARY, TORN, held
from detection.candidates.names import Name, Names, is_han
from detection.candidates.search import SAME, SOUNDS, search_shaped
from detection.candidates.texts import Texts
from detection.coincidence import (
    CLAIMED,
    FEWEST,
    HEAD,
    INSIDE,
    LEAST,
    TRAITS,
    Coincidence,
    Traits,
    kind_of,
    parse,
    step,
)
from detection.facts import Facts
from detection.features.use import Match
from detection.fields import fields_of
from detection.lookup import likeness_of
from detection.model import shipped
from detection.names import frequency
from detection.names.folding import skeletons
from detection.names.sounds import sound_codes
from detection.screener import Screener
from detection.training import coincidence as training
from detection.training.decoys import decoys
from detection.training.written import written
from domain.records import GeographicalIndication, Listing, Right, Trademark

AT = datetime(2026, 11, 1, tzinfo=UTC)
BOAR = Trademark(id="boar", sign="豹油", classes=(25,))
KANG = Trademark(id="kang", sign="康师傅", classes=(30,))
FRONT = Trademark(id="front", sign="前中", classes=(25,))
MAOJIAN = GeographicalIndication(id="gi", sign="信阳毛尖", product="茶", area=("信阳市",))
FREE = "秋冬新款加绒卫衣男宽松圆领全国包邮"


#: Names that nobody has.
DECOYS = decoys(7, 30_000)
HAN = [one for one in DECOYS if is_han(one.sign)]
LATIN = [one for one in DECOYS if one.sign.isascii()]


def listing(title: str, ref: str = "1") -> Listing:
    return Listing(platform="t", ref=ref, url="http://t.invalid/", title=title, observed_at=AT)


def screener(*rights: Right) -> Screener:
    return Screener(rights, shipped())


@pytest.fixture(scope="module")
def crowded() -> Screener:
    """Among 30,000 names that nobody has."""
    return screener(BOAR, KANG, FRONT, MAOJIAN, *DECOYS)


def meant(judge: Screener, title: str) -> set[str]:
    """The rights that a title could mean."""
    return {one.right.id for one in judge.assess(listing(title))}


def test_what_few_names_would_not_sound_like_many_do(crowded: Screener) -> None:
    few = screener(BOAR, KANG)
    assert "boar" in meant(few, FREE)  # 包邮, where nobody has another name
    assert "boar" not in meant(crowded, FREE)


def test_what_is_left_out_can_be_told(crowded: Screener) -> None:
    left = crowded.coincidences(listing(FREE))
    assert ("boar", "包邮", "豹油") in {(right.id, written, name) for right, written, name in left}
    assert not meant(crowded, FREE) & {right.id for right, _, _ in left}
    assert screener(BOAR, KANG).coincidences(listing(FREE)) == []
    assert crowded.coincidences(listing("·")) == []


@pytest.mark.parametrize(
    "title",
    ["康帅傅红烧牛肉面整箱", "方便面 康师付 红烧牛肉", "kang师傅红烧牛肉面桶装", "康师傅红烧牛肉面", "康·师·傅 牛肉面"],
)
def test_what_is_meant_is_found_among_many(crowded: Screener, title: str) -> None:
    assert "kang" in meant(crowded, title)


def test_a_name_that_words_tear_is_coincidence_among_many_and_a_name_as_it_stands_is_not(crowded: Screener) -> None:
    torn, whole = "运动服胸前中国字样短袖", "前中运动服短袖"
    assert "front" in meant(screener(FRONT), torn)
    assert "front" not in meant(crowded, torn) and "front" in meant(crowded, whole)


def test_what_is_like_a_gi_is_never_weighed(crowded: Screener) -> None:
    names = crowded.names
    of_gis = [name.right == 3 for name in names.names]
    assert [names.names[place].text for place, gi in enumerate(of_gis) if gi] == ["信阳毛尖", "信阳"]
    fields = fields_of([Facts(listing("信羊毛尖春茶 康帅傅方便面"))])
    texts = Texts(*skeletons(fields.text))
    hits = search_shaped(names, texts, likely=True)
    most = Coincidence(names, of_gis).at_most(texts, hits, fields)
    asked = {names.names[name].right: value for name, value in zip(hits.name.tolist(), most.tolist(), strict=True)}
    assert math.isinf(asked[3]) and math.isfinite(asked[1])


SUITCASE = "夏季新品特价清仓大促销行李箱 瑞摸哇 拉杆箱"


@pytest.mark.parametrize(
    ("right", "found"),
    [
        (Trademark(id="r", sign="RIMOWA", classes=(18,)), False),
        (Trademark(id="r", sign="RIMOWA", classes=(18,), goods=("行李箱",)), True),
        (GeographicalIndication(id="r", sign="RIMOWA", product="行李箱", area=("法国",)), True),
    ],
)
def test_a_name_written_by_its_sound_is_coincidence_but_beside_the_right_s_own_goods(right: Right, found: bool) -> None:
    assert "r" in meant(screener(right), SUITCASE)
    assert ("r" in meant(screener(right, *LATIN), SUITCASE)) == found


def test_a_name_counts_once_and_only_where_it_is_weighed() -> None:
    plain = screener(BOAR).version
    again = [replace(BOAR, id=f"again-{number}", classes=(number % 45 + 1,)) for number in range(400)]
    fields = HAN[:2000]
    places = [
        GeographicalIndication(id=f"gi-{number}", sign=f"{one.sign}茶", product="茶")
        for number, one in enumerate(fields)
    ]
    single = [Trademark(id=f"one-{code}", sign=chr(code), classes=(25,)) for code in range(0x4E00, 0x5000)]
    for others in (again, places, single):
        judge = screener(BOAR, *others)
        assert judge.version == plain and "boar" in meant(judge, FREE)


def test_what_is_looked_up_after_a_change_is_all_that_can_change() -> None:
    """Rights as they were and as they are: that look-up knows more names than the register does."""
    two = [one for one in HAN if len(one.sign) == 2]
    listings = [case.listing for name in ("food", "fashion", "devices") for case in written(name).cases]
    before, now = screener(*two[:100]), screener(*two[100:200])
    assert before.version == now.version
    pairs = zip(before.assess_many(listings), now.assess_many(listings), strict=True)
    changed = [one != other for one, other in pairs]
    whole, sifted = (Screener(two[:200], shipped(), sifted=sift).touched(listings) for sift in (False, True))
    assert sum(changed) > 10
    assert not any(change and not touched for change, touched in zip(changed, whole, strict=True))
    assert any(change and not touched for change, touched in zip(changed, sifted, strict=True))


def test_many_listings_are_judged_as_each_alone(crowded: Screener) -> None:
    cases = written("casebook").cases
    for case, (_, found) in zip(cases, crowded.assess_many([case.listing for case in cases]), strict=True):
        assert crowded.assess(case.listing) == found


def test_many_at_once_are_weighed_as_each_alone(crowded: Screener) -> None:
    """The arrays and the sum of one say the same of every hit."""
    batch = [Facts(case.listing) for name in ("shops", "devices") for case in written(name).cases]
    fields = fields_of(batch)
    texts = Texts(*skeletons(fields.text))
    hits = search_shaped(crowded.names, texts, likely=True)
    weigh = Coincidence(crowded.names, [False] * len(crowded.names.names))
    most, made = weigh.at_most(texts, hits, fields), held(texts, hits)
    kept = weigh.sifted(hits, most, made).tolist()
    compared, lost = 0, 0
    for (row, index, start, end, way, likeness, left), told, keeps in zip(
        hits.rows(), made.tolist(), kept, strict=True
    ):
        name, text = crowded.names.names[index], fields.text[row]
        match = Match(fields.name[row], text, name, start, end, way, likeness, left, held=told)
        alone = weigh.one(likeness_of(match)) >= LEAST or (way == SAME and not told & ORDINARY)
        assert keeps == alone, match
        compared, lost = compared + 1, lost + (not keeps)
    assert compared > 1000 and 0.2 < lost / compared < 1


def test_of_a_small_register_nothing_is_left_out() -> None:
    """Fewer names of a kind than change anything: every candidate is there, and the version is that of any register."""
    one = written("casebook")
    listings = [case.listing for case in one.cases]
    sifted, whole = Screener(one.register, shipped()), Screener(one.register, shipped(), sifted=False)
    assert list(sifted.assess_many(listings)) == list(whole.assess_many(listings))
    assert sifted.version == whole.version


def test_the_version_says_how_many_names_there_are_only_coarsely() -> None:
    few, many = decoys(3, 120), decoys(3, 4000)
    plain = Screener(few[:100], shipped()).version
    assert Screener(few, shipped()).version == plain
    assert Screener(many, shipped()).version == Screener(many[:-1], shipped()).version != plain


@given(st.integers(0, 10**7))
def test_steps_rise_with_the_names_and_seldom(count: int) -> None:
    assert step(count + 1) in (step(count), step(count) + 0.25)
    assert step(count) >= FEWEST and abs(step(count) - max(FEWEST, math.log10(max(1, count)))) <= 0.125 + 1e-9


def test_more_names_make_coincidence_likelier_and_traits_push_one_way(crowded: Screener) -> None:
    names = Names([Name(place, right.sign) for place, right in enumerate(decoys(7, 3_000))])
    small, large = (Coincidence(some, [False] * len(some.names)) for some in (names, crowded.names))
    base = Traits(-600, -350, kind_of(SOUNDS, 2), INSIDE, 12, 0.94, False)
    assert small.one(base) > large.one(base) and math.isfinite(small.one(base))
    for better in (
        base._replace(stretch=-900), base._replace(place=HEAD, position=0), base._replace(position=0),
    ):  # fmt: skip
        assert large.one(better) > large.one(base)
    for worse in (base._replace(words=True), base._replace(resemblance=0.8)):
        assert large.one(worse) < large.one(base)


def test_words_are_told_apart() -> None:
    said = [coincidence.explained(held) for held in (0, DOUBTFUL, ORDINARY, TORN, TORN | ORDINARY)]
    assert said == [False, False, True, True, True]


def test_what_was_learned_is_read_as_it_is_written() -> None:
    known = coincidence.shipped()
    assert parse(coincidence.lines(known)) == known
    assert set(known.terms) == set(TRAITS) and len(known.sizes) == 6
    for name in ("stretch", "name", "position", "words"):
        values = known.terms[name].values
        assert list(values) == sorted(values, reverse=True), name
    values = known.terms["resemblance"].values
    assert list(values) == sorted(values)


def test_common_characters_and_sounds_are_common() -> None:
    table, heard = frequency.characters(), frequency.sounds()
    assert table[ord("新")] > table[ord("芯")] > table[ord("龘")] == frequency.RAREST
    assert table.max() < 0 and heard.max() < 0
    for character in "新芯心":
        assert heard[sound_codes(np.array([ord(character)], np.uint32))[0]] >= table[ord(character)]
    assert frequency.lines({"甲": 0.5, "乙": 0.25, "丙": 1e-9, "丁": 0.0}) == "character\tlog\n乙\t-60\n甲\t-30\n"


def test_names_that_nobody_has_are_as_many_as_asked_different_and_the_same_again() -> None:
    some = decoys(5, 2000)
    assert len({one.sign for one in some}) == 2000 and decoys(5, 2000) == some != decoys(6, 2000)
    assert {len(one.sign) for one in some} >= {2, 3, 4, 5} and any(one.sign.isascii() for one in some)


def test_learning_tells_meant_likenesses_from_coincidence() -> None:
    """On two sets and few names: what is meant stands out, and what was learned can be written down and used."""
    sets = [written(name) for name in ("first", "casebook")]
    against = training._unsifted(decoys(1, 20_000))
    found = training.likenesses(sets, against)
    learned = training.learn(found, coincidence.steps_of(against.names))
    assert parse(coincidence.lines(learned)) == learned
    scores = training.scored(learned, found.traits)
    assert len(list(training.told(found, training.unseen(found, coincidence.steps_of(against.names))))) > 6
    assert found.meant.sum() > 40 and (~found.meant).sum() > 40
    assert scores[found.meant].mean() > 1 > -1 > scores[~found.meant].mean()
    shares = training.shares(sets)
    assert math.isclose(sum(shares.values()), 1.0) and shares["新"] > shares["芯"]


def test_a_brand_that_the_seller_claims_is_a_place_of_its_own() -> None:
    told = Match("brand", "康帅傅", Name(0, "康师傅"), 0, 3, SOUNDS, 0.9, 0.96)
    assert likeness_of(told).place == CLAIMED
    assert likeness_of(replace(told, field="title")).place == HEAD


@pytest.mark.shared
@pytest.mark.slow
def test_a_hundred_thousand_names_flag_few_real_titles(shared: Path) -> None:
    """Nobody has these names, so that whatever is flagged is a false alarm."""
    random = Random(11)
    classes = (9, 25, 30, 3, 11, 33)
    judge = screener(
        *(
            Trademark(id=str(place), sign=sign, classes=(random.choice(classes),))
            for place, sign in enumerate(signs(random, 100_000))
        )
    )
    lines = (shared / "data" / "titles.jsonl").read_text("utf-8").splitlines()
    titles = dict.fromkeys(json.loads(line)["title"] for line in lines)
    listings = [listing(title, str(number)) for number, title in enumerate(titles)]
    flagged = sum(bool(found) for _, found in judge.screen_many(listings))
    assert len(listings) > 4000 and flagged / len(listings) <= 0.02
