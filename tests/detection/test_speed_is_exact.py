"""What saves work changes no result: folding many texts at once, and leaving out what surely scores too little."""

from __future__ import annotations

import gc
import json
import math
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.candidates.composing import Composing
from detection.candidates.names import Name, Names
from detection.candidates.search import SAME, likely_rows, search_shaped
from detection.candidates.texts import Texts
from detection.ceiling import AT_MOST, Ceiling
from detection.features.phrases import CLAUSE, COPIED, OBLITERATED, TITLED, TURNS
from detection.features.pieces import Sought
from detection.features.registry import TOPICS, features_of, speaking
from detection.features.use import Use
from detection.model import shipped
from detection.names.components import compose
from detection.names.folding import align, aligned_with, decode, fold, simplified, skeleton, skeletons
from detection.names.words import count, segment
from detection.screener import Screener, undisturbed
from domain import codec
from domain.codec import decode_lines
from domain.records import Listing, Right

HERE = Path(__file__).parent
FOLDERS = ("shops", "stalls", "mechanisms")
ODD = ["", "vv", "v·v", "r\u200bn", "㈱耐克™", "ﬁnike", "a\0b", "v\0v", "\ud800x", "İ", "丨", "Ν·l·k·е", "modern", "🔥"]


def rights_of(folder: str) -> list[Right]:
    lines = (HERE / "blind" / folder / "rights.jsonl").read_bytes().splitlines()
    return [right for _, right in decode_lines(lines, Right) if not isinstance(right, Exception)]


def listings_of(folder: str) -> list[Listing]:
    cases = (HERE / "blind" / folder / "cases.jsonl").read_bytes().splitlines()
    return [codec.decode(json.dumps(json.loads(line)["listing"]).encode(), Listing) for line in cases]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("vrn·\0I0ﬁ㈱張")), max_size=12), max_size=8)
)
def test_many_skeletons_are_each_text_s_own(texts: list[str]) -> None:
    texts += ODD
    codes, ends, divided = skeletons(texts)
    assert decode(codes) == [skeleton(fold(text)) for text in texts]
    assert ends.tolist() == [place + 1 for place, code in enumerate(codes.tolist()) if code == 0]
    gaps: list[bool] = []
    for text in texts:
        aligned = align(text)
        assert len(aligned.starts) == len(aligned.ends) == len(aligned.skeleton)
        assert aligned_with(text, aligned.skeleton) == aligned
        gaps += [low > high for low, high in zip(aligned.starts, (99, *aligned.ends), strict=False)]
        gaps.append(False)
    assert divided.tolist() == gaps


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_left_out_scores_less(folder: str) -> None:
    """With a bound, all that reaches it is there as it was; and the bound saves something."""
    listings = listings_of(folder)
    screener = Screener(rights_of(folder), shipped())
    every = [found for _, found in screener.assess_many(listings)]
    for least in (0.2, screener.lowest, 0.9):
        some = [found for _, found in screener.assess_many(listings, at_least=least)]
        for all_of, left in zip(every, some, strict=True):
            assert [one for one in all_of if one.score >= least] == [one for one in left if one.score >= least]
            assert {one.right.id for one in left} <= {one.right.id for one in all_of}
        assert sum(map(len, some)) < sum(map(len, every))


@pytest.mark.parametrize("folder", ["shops", "mechanisms"])
def test_nothing_is_read_beyond_what_a_glance_says(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a feature speak of what the listing does not have."""
    silent: set[str] = set()
    bounded: set[str] = set()
    spoken: set[str] = set()
    below = Ceiling.below

    def checked(self: Ceiling, use: Use, probability: float) -> bool:
        may = speaking(use)
        for feature in features_of(use):
            name, glance, reading = feature.__name__, AT_MOST.get(feature.__name__), use.of(feature)
            assert reading is None or feature in may, (name, use.facts.title)
            if feature not in may:
                silent.add(name)
            elif name in TOPICS and reading is not None:
                spoken.add(name)
            if glance is not None:
                most = glance(use)
                assert reading is None or reading.value <= most, (name, use.facts.title)
                (bounded if most else silent).add(name)
        return below(self, use, probability)

    monkeypatch.setattr(Ceiling, "below", checked)
    list(Screener(rights_of(folder), shipped()).assess_many(listings_of(folder)))
    assert {"imitation", "hidden", "price", "dispatch", "logo_seen", "described_origin", "counterfeit"} <= silent
    assert {"imitation", "hidden", "copied_trade", "manner"} <= bounded
    assert {"counterfeit", "side_door", "hinted", "dispatch", "brand", "authorised", "compatible"} <= spoken


@pytest.mark.parametrize("pattern", [*TURNS, *TITLED])
def test_what_a_pattern_matches_holds_one_of_its_pieces(pattern: Sought) -> None:
    @settings(deadline=None, max_examples=400)
    @given(st.from_regex(pattern.pattern))
    def check(text: str) -> None:
        assert pattern.possible(text)

    check()
    assert not pattern.possible("红富士苹果手机壳")


def test_likely_hits_are_those_of_all_hits() -> None:
    listings = listings_of("mechanisms")
    names = Screener(rights_of("mechanisms"), shipped()).names
    texts = Texts(*skeletons([one.title for one in listings]))
    every, likely = search_shaped(names, texts), search_shaped(names, texts, likely=True)
    rows = likely_rows(names, every.name, every.way, every.resemblance, every.explained)
    assert list(every.take(rows).rows()) == list(likely.rows())
    assert 0 < len(likely) < len(every)
    unchanged = [hit for hit in every.rows() if hit[4] == SAME]
    assert unchanged == [hit for hit in search_shaped(names, texts, exact=True).rows() if hit[4] == SAME]


def composed(names: Names, shapes: list[str]) -> set[int]:
    """The texts in which a name is found with a character put together."""
    whole = [(row, made) for row, shape in enumerate(shapes) for made in compose(shape)]
    hits = search_shaped(names, Texts(*skeletons([made.text for _, made in whole])), exact=True)
    return {whole[hit[0]][0] for hit in hits.rows() if hit[4] == SAME and whole[hit[0]][1].holds(hit[2], hit[3])}


@cache
def some_names() -> Names:
    signs = ("洋河", "水星家纺", "张小泉", "好想你", "休伙亲", "苧吒", "茅台", "中国东方航空物流股份有限公司洋河店")
    return Names([Name(index, sign) for index, sign in enumerate(signs)])


def test_every_text_that_writes_a_name_in_components_is_looked_at() -> None:
    titles = [one.title for folder in FOLDERS for one in listings_of(folder)]
    titles += ["氵羊河", "酒氵羊氵可", "水日生家纺", "氵羊⼁河", "氵羊河的", "亻亻人亻亻二厶立十八", "氵", ""]
    for names in (some_names(), Screener(rights_of("mechanisms"), shipped()).names):
        texts = Texts(*skeletons(titles))
        found = composed(names, decode(texts.codes))
        assert found <= set(Composing(names).texts(texts))
        assert found


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.text(alphabet="氵羊可河水日生星家纺弓长张小白水泉女子好乡你亻十八二厶立⼁", max_size=14), max_size=5)
)
def test_no_name_in_components_is_missed(titles: list[str]) -> None:
    texts = Texts(*skeletons(titles))
    assert composed(some_names(), decode(texts.codes)) <= set(Composing(some_names()).texts(texts))


def test_a_pattern_is_found_in_a_text_where_it_is_found_in_a_phrase() -> None:
    """What lets most texts pass without being divided into phrases."""
    for folder in FOLDERS:
        for listing in listings_of(folder):
            text = simplified(f"{listing.title} {listing.description}")
            for pattern in (COPIED, OBLITERATED):
                found = any(pattern.pattern.search(phrase) for phrase in CLAUSE.findall(text))
                assert pattern.search(text) is not None or not found, text


@settings(deadline=None)
@given(st.text(alphabet="公牛雕像提高访问量小米粥苹果手机壳红富士的了a1", max_size=9))
def test_words_are_divided_as_by_trying_all(text: str) -> None:
    def weight(pieces: tuple[tuple[int, int], ...]) -> float:
        return sum(math.log((count(text[left:right]) or 0.5) / 60_000_000) for left, right in pieces)

    def every(start: int) -> list[tuple[tuple[int, int], ...]]:
        if start == len(text):
            return [()]
        ends = range(start + 1, min(len(text), start + 5) + 1)
        known = [end for end in ends if end == start + 1 or count(text[start:end])]
        return [((start, end), *rest) for end in known for rest in every(end)]

    assert weight(segment(text)) == pytest.approx(max(map(weight, every(0))))


def test_the_collector_works_again_afterwards() -> None:
    for enabled in (True, False):
        (gc.enable if enabled else gc.disable)()
        try:
            with pytest.raises(ZeroDivisionError), undisturbed():
                assert not gc.isenabled()
                raise ZeroDivisionError
            assert gc.isenabled() == enabled
        finally:
            gc.enable()
