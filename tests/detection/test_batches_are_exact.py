"""What is worked out for a batch is what is worked out for each text alone; and what is put away in bulk could not have
been found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from detection import manner
from detection.candidates.division import Divider
from detection.candidates.likeliest import likeliest
from detection.candidates.names import is_han
from detection.candidates.sounding import Sounding
from detection.candidates.stretches import stretches
from detection.candidates.transcribed import LIMITS, _is_strange, _strange, _tried
from detection.facts import Facts
from detection.features.phrases import AUTHORITY, BOOK, CONNECTED, TITLED, TURNS, WORN
from detection.features.pieces import Sought
from detection.goods.classes import class_bits, goods, goods_of_all
from detection.model import shipped
from detection.names.folding import encode, fold, folds, simplified, simplified_all
from detection.names.simplifying import changing, convert
from detection.names.transcription import Sound, han_keys, han_sounds, latin_sounds, resemblance
from detection.names.words import is_proper, may_begin, may_cross, segment
from detection.reading import find_goods, fold_titles, read
from detection.screener import Assessment, Screener
from detection.weighing import weigh
from domain import codec
from domain.codec import decode_lines
from domain.records import Listing, Right, Trademark

LISTINGS = Path(__file__).parents[2] / "detection" / "training" / "listings"
FOLDERS = ("shops", "casebook", "devices")
#: Characters that transcribe and others, words, letters, and what divides runs.
MIXED = st.text(alphabet="阿西克斯布莱尔特罗兰卡地亚公牛雕像提高小米粥的了a1 ，\0𠀀", max_size=24)


@cache
def listings() -> list[Listing]:
    lines = [line for folder in FOLDERS for line in (LISTINGS / folder / "cases.jsonl").read_bytes().splitlines()]
    return [codec.decode(json.dumps(json.loads(line)["listing"]).encode(), Listing) for line in lines]


@cache
def rights() -> list[Right]:
    found: dict[str, Right] = {}
    for folder in FOLDERS:
        for _, right in decode_lines((LISTINGS / folder / "rights.jsonl").read_bytes().splitlines(), Right):
            if not isinstance(right, Exception):
                found.setdefault(right.id, right)
    return list(found.values())


@cache
def screener() -> Screener:
    return Screener(rights(), shipped())


def strange(text: str) -> list[bool]:
    found = [True] * len(text)
    for start, end in segment(text):
        if end - start > 1 and not is_proper(text[start:end]):
            found[start:end] = [False] * (end - start)
    return found


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.text(alphabet="公牛雕像提高访问量小米粥苹果手机壳红富士布莱克", min_size=1, max_size=12), min_size=1)
)
def test_many_texts_are_divided_as_each_alone(texts: list[str]) -> None:
    codes = encode("\0".join(texts) + "\0")
    ends = np.flatnonzero(codes == 0)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    found = Divider(codes).strange(starts, ends)
    for text, start, end in zip(texts, starts.tolist(), ends.tolist(), strict=True):
        assert found[start:end].tolist() == strange(text), text


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet="公牛雕像提高访问量小米粥苹果手机壳红富士布莱克", max_size=12))
def test_a_stretch_is_strange_in_its_surroundings_as_in_the_whole(run: str) -> None:
    every = {(start, end) for start in range(len(run)) for end in range(start + 1, len(run) + 1)}
    assert {one for one in every if _is_strange(run, *one)} == set(_strange(run))


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_the_likeliest_division_weighs_most_and_of_equals_has_the_longer_word_in_front(data: st.DataObject) -> None:
    single = data.draw(st.lists(st.integers(-9, -1), min_size=1, max_size=14))
    places = [(size, first) for size in range(2, 6) for first in range(len(single) - size + 1)]
    words = sorted(data.draw(st.sets(st.sampled_from(places))) if places else [])
    weight = [data.draw(st.integers(-12, -1)) for _ in words]
    known = dict(zip(words, weight, strict=True))

    @cache
    def best(first: int) -> tuple[int, tuple[int, ...]]:
        """What the rest weighs, and the sizes of its words: the longer in front of two as heavy."""
        if first == len(single):
            return 0, ()
        ways = [(single[first] + best(first + 1)[0], 1)]
        ways += [(known[one] + best(first + one[0])[0], one[0]) for one in words if one[1] == first]
        heaviest, size = max(ways)
        return heaviest, (size, *best(first + size)[1])

    expected, first = set(), 0
    for size in best(0)[1]:
        if size > 1:
            expected.add((size, first))
        first += size
    sizes, firsts = (np.array([word[column] for word in words], np.int64) for column in (0, 1))
    found = likeliest(np.array(single, np.float64), firsts, sizes, np.array(weight, np.float64))
    assert {words[place] for place in found.tolist()} == expected
    assert len(found) == len(expected)


@settings(deadline=None)
@given(st.text(alphabet="公牛雕像提高访问量小米粥苹果手机壳红富士", min_size=1, max_size=12))
def test_where_no_word_may_cross_a_text_is_divided(text: str) -> None:
    pieces = segment(text)
    for place in range(1, len(text)):
        assert may_cross(text, place) or not any(start < place < end for start, end in pieces)
    for start, end in pieces:
        assert end - start == 1 or may_begin(text, start, end)


def tried(text: str, *, claimed: bool) -> set[tuple[int, int, float]]:
    found: set[tuple[int, int, float]] = set()
    start = 0
    for end in range(len(text[:200]) + 1):
        if end < len(text[:200]) and "\u4e00" <= text[end] <= "\u9fff":
            continue
        run = text[start:end]
        if len(run) > 1:
            for first, last, least in _tried(run, claimed=claimed):
                found.add((start + first, start + last, least))
        start = end + 1
    return found


def check_stretches(texts: Sequence[str], claimed: Sequence[bool]) -> int:
    found = stretches(texts, claimed, LIMITS)
    own: list[set[tuple[int, int, float]]] = [set() for _ in texts]
    columns = (found.text.tolist(), found.start.tolist(), found.size.tolist(), found.least.tolist())
    for text, start, size, least in zip(*columns, strict=True):
        own[text].add((start, start + size, least))
    characters = [chr(0x4E00 + one) for one in found.characters.tolist()]
    for text, start, size, offset in zip(*columns[:3], found.offset.tolist(), strict=True):
        assert "".join(characters[offset : offset + size]) == texts[text][start : start + size]
    for text, brand, got in zip(texts, claimed, own, strict=True):
        assert got == tried(text.replace("\0", " "), claimed=brand), text
    return len(found.start)


@settings(deadline=None, max_examples=150)
@given(st.lists(MIXED, min_size=1, max_size=6), st.booleans())
def test_stretches_are_those_tried_in_each_text(texts: list[str], claimed: bool) -> None:
    check_stretches(texts, [claimed] * len(texts))


def test_stretches_of_real_titles() -> None:
    titles = [one.title for one in listings()] + ["", "克斯", "布莱克" * 90]
    assert check_stretches(titles, [False] * len(titles)) > 500
    assert check_stretches(titles, [True] * len(titles)) > 100


NAMES = ("ASICS", "Cartier", "Tiffany", "Brembo", "Loccitane", "Tombow", "Lancôme", "Castrol", "Mizuno", "Xerox")


def test_alignments_cost_what_they_cost_one_by_one() -> None:
    texts = ["阿西克斯", "卡地亚", "蒂芙尼", "布雷博", "欧舒丹", "儿童", "几何", "克", "嘉实多", "施乐公司的复印机"[:7]]
    sounds: list[tuple[Sound, ...]] = [way for name in NAMES for way in latin_sounds(name)]
    sounding = Sounding({"KLT": [(0, False, own) for own in dict.fromkeys(sounds)]})
    characters = encode("".join(texts)).astype(np.int64) - 0x4E00
    sounding.characters.meet(characters)
    sizes = np.array([len(text) for text in texts])
    starts = np.cumsum(sizes) - sizes
    row, key = sounding.characters.keys_of(characters, starts, sizes)
    assert {one: len(set(key[row == one].tolist())) for one in range(len(texts))} == {
        one: len(set(han_keys(text))) for one, text in enumerate(texts)
    }
    pairs = [(name, text) for name in range(len(set(sounds))) for text in range(len(texts))]
    name, text = (np.array(column) for column in zip(*pairs, strict=True))
    costs = sounding.costs(name, text, characters, starts, sizes)
    own = list(dict.fromkeys(sounds))
    for one, other, cost in zip(name.tolist(), text.tolist(), costs.tolist(), strict=True):
        like = 1 - cost / 100 / sounding.weights[one]
        assert like == pytest.approx(resemblance(own[one], han_sounds(texts[other])))


def test_no_transcription_is_missed() -> None:
    looked = screener()._lookup._transcribed
    batch = [Facts(one) for one in listings()]
    for claimed in (False, True):
        texts = [facts.brand if claimed else facts.title for facts in batch]
        possible = looked.possible(texts, [claimed] * len(texts), lambda rows: [batch[row].trade for row in rows])
        heard = 0
        for row, (facts, text) in enumerate(zip(batch, texts, strict=True)):
            only = possible.get(row, ())
            every, some = (
                list(looked.find(text, lambda: facts.trade, facts.folded, claimed=claimed, only=kept))  # noqa: B023
                for kept in (None, only)
            )
            assert some == every, text
            heard += bool(every)
        assert heard
        assert len(possible) < len(batch) / 4


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.text(alphabet=st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from(",，翻國ＡA1 \0㈱"))),
        max_size=6,
    )
)
def test_many_texts_are_simplified_and_folded_as_each_alone(texts: list[str]) -> None:
    assert simplified_all(texts) == [simplified(text) for text in texts]
    assert folds(texts) == [fold(text) for text in texts]


#: Phrases and characters of OpenCC's lists, and what stands between them.
PHRASES = (
    *("一目瞭然", "乾坤", "乾", "藉口", "覆", "沈船", "沈", "船", "項鍊", "老態龍鍾", "鍾", "國"),
    *("-", "a ", "\ud800", "\0"),
)


@cache
def opencc() -> OpenCC:
    return OpenCC("t2s")


@settings(deadline=None, max_examples=150)
@given(st.lists(st.one_of(st.sampled_from(PHRASES), st.sampled_from(sorted(changing()))), max_size=10).map("".join))
def test_simplified_is_what_opencc_makes(text: str) -> None:
    assert convert(text) == opencc().convert(text)
    assert convert(text) == text or not changing().isdisjoint(text)


#: What a hostile listing may be titled.
ODD = (
    *("\0", "\0高仿\0", "1:1 高仿 1比1", "翻新磨標，A版", "a" * 3000, "高仿" * 900),
    *("\ud800", "\ud800苹果\udfff手机", "Ｎ Ｉ鞋", "包\0鞋", "苹果\0手机", "👟苹果 手机🔥壳"),
    *(" 苹果、手机 ", "㈱茶 包", "24包邮 鞋包", "苹果【手机】壳/茶"),
)


def odd() -> list[Listing]:
    when = listings()[0].observed_at
    return [Listing(platform="p", ref="1", url="http://p.invalid/", title=one, observed_at=when) for one in ODD]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.text(alphabet="苹果手机壳鞋包茶酒红富士运动装邮24连a ", max_size=16), max_size=6))
def test_goods_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    assert goods_of_all(texts) == [goods(text) for text in texts]


def test_goods_of_listings_found_together() -> None:
    alone, together = ([Facts(one) for one in (*listings(), *odd())] for _ in range(2))
    fold_titles(together)
    find_goods([*together, *together[:3]])
    for one, other in zip(alone, together, strict=True):
        assert "trade" in vars(other)
        assert (one.title_goods, one.trade, one.classes) == (other.title_goods, other.trade, other.classes)
    assert sum(one.trade != 0 for one in together) > 100
    assert sum(one.trade != class_bits(good.number for good in one.title_goods) for one in together) > 5


@pytest.mark.parametrize("pattern", [*TURNS, BOOK, WORN, AUTHORITY, CONNECTED])
def test_a_pattern_is_found_where_one_of_its_alternatives_is(pattern: Sought) -> None:
    assert "|".join(one.pattern for one, _ in pattern.parts) == pattern.pattern.pattern
    for listing in listings():
        text = simplified(f"{listing.title} {listing.description}")
        found = [bool(one.search(text)) for one, _ in pattern.parts]
        assert any(found) == (pattern.pattern.search(text) is not None), text
        for there, (_, pieces) in zip(found, pattern.parts, strict=True):
            assert not there or pieces is None or any(piece in text for piece in pieces), text


def check_manner(texts: list[str]) -> None:
    for text, found in zip(texts, weigh(texts, gis=True), strict=True):
        grams = manner.grams(text)
        for kind, value in enumerate((found.marks, found.gis)):
            assert value == manner.value(grams, manner.weights()[kind]), text
            if value is not None:
                assert found.telling(kind, value) == manner.telling(grams, kind, value), text


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text(alphabet="空瓶返厂灌酒正品检测发票 a1#z", max_size=30), min_size=1, max_size=6))
def test_many_texts_are_weighed_as_each_alone(texts: list[str]) -> None:
    check_manner(texts)


def test_manner_of_real_listings() -> None:
    check_manner([manner.text(one.title, one.description) for one in listings()])


def test_listings_read_together_say_the_same() -> None:
    alone, together = ([Facts(one) for one in (*listings(), *odd())] for _ in range(2))
    fold_titles(together)
    read(together, gis=True)
    turned = 0
    for one, other in zip(alone, together, strict=True):
        assert (one.folded, one.said, one.plain) == (other.folded, other.said, other.plain)
        assert (one.marks_manner, one.gis_manner) == (other.marks_manner, other.gis_manner)
        assert one.said_words == other.said_words
        assert one.title_words == other.title_words
        assert one.sorts <= other.sorts_at_most
        for pattern in TURNS:
            assert one.finds(pattern) == other.finds(pattern)
            turned += bool(one.finds(pattern))
        assert other.titled_turns >= {pattern for pattern in TITLED if pattern.search(one.title)}
        for kind in ("fake", "copy", "grey", "hint.drink", "used", "compatible"):
            assert one.standing(kind) == other.standing(kind)
            assert one.titled(kind) == other.titled(kind) == [word for word in one.title_words if word.kind == kind]
    assert turned > 20


@cache
def bare() -> list[Listing]:
    """The listings with nothing but their titles, as most that a crawl finds."""
    none: dict[str, str] = {}
    return [replace(one, claims=none, price=None, description="", sales=None, ships_from="") for one in listings()]


@cache
def crowded() -> Screener:
    """The rights, and marks of any two or three characters: what these find is chance."""
    signs = dict.fromkeys(
        one.title[place : place + size] for one in listings()[::3] for place, size in ((2, 2), (5, 2), (7, 3))
    )
    chance = [Trademark(id=f"c{n}", sign=sign, classes=(n % 45 + 1,)) for n, sign in enumerate(signs) if is_han(sign)]
    return Screener([*rights(), *chance], shipped())


@pytest.mark.parametrize(("least", "whole"), [(0.2, True), (0.5, True), (0.9, True), (0.5, False), (0.9, False)])
def test_what_is_hopeless_scores_less(least: float, whole: bool) -> None:
    """The bound of each hit, against what its right scores when all is read."""
    own, some = crowded(), listings() if whole else bare()
    every = [{one.right.id: one.score for one in found} for _, found in own.assess_many(some)]
    batch = [Facts(one) for one in some]
    read(batch, gis=True)
    found = own._lookup.matches(batch, lambda *hits: own._prospects.hopeless(*hits, batch, least))
    nothing = own._lookup.matches(batch, lambda *hits: own._prospects.hopeless(*hits, batch, 0.0))
    plain = own._lookup.matches(batch)
    skipped = 0
    for scores, one, all_of, none in zip(every, found, plain, nothing, strict=True):
        assert not none.hopeless
        assert none.matches == all_of.matches
        assert one.matches in ({}, all_of.matches)
        gone = one.hopeless if one.matches else set(all_of.matches)
        for right in gone:
            assert scores.get(own._profiles[right].right.id, 0.0) < least
        skipped += len(gone)
    assert whole or skipped > 300
    kept = [[one.right.id for one in found if one.score >= least] for _, found in own.assess_many(some, at_least=least)]
    assert kept == [[right for right, score in scores.items() if score >= least] for scores in every]


def test_a_batch_and_single_listings_give_the_same() -> None:
    own = screener()
    some = listings()[::7]

    def shown(found: Sequence[Assessment]) -> list[tuple[str, float, object]]:
        return [(one.right.id, one.score, one.signals) for one in found if one.tier is not None]

    for listing, found in own.assess_many(some, at_least=own.lowest):
        assert shown(found) == shown(own.assess(listing))
