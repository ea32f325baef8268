"""What saves work changes no result: folding many texts at once, and leaving out what surely scores too little."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.ceiling import SILENT, Ceiling
from detection.features.phrases import CLAUSE, COPIED, OBLITERATED
from detection.features.registry import features_of
from detection.features.use import Use
from detection.model import shipped
from detection.names.folding import align, decode, fold, simplified, skeleton, skeletons
from detection.names.words import count, segment
from detection.screener import Screener
from domain import codec
from domain.codec import decode_lines
from domain.records import Listing, Right

HERE = Path(__file__).parent
ODD = ["", "vv", "v·v", "r\u200bn", "㈱耐克™", "ﬁnike", "a\0b", "v\0v", "\ud800x", "İ", "丨", "Ν·l·k·е", "modern", "🔥"]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("vrn·\0I0ﬁ㈱張")), max_size=12), max_size=8)
)
def test_many_skeletons_are_each_text_s_own(texts: list[str]) -> None:
    texts += ODD
    codes, ends = skeletons(texts)
    assert decode(codes) == [skeleton(fold(text)) for text in texts]
    assert ends.tolist() == [place + 1 for place, code in enumerate(codes.tolist()) if code == 0]
    for text in texts:
        aligned = align(text)
        assert len(aligned.starts) == len(aligned.ends) == len(aligned.skeleton)


@pytest.mark.parametrize("folder", ["shops", "stalls", "mechanisms"])
def test_what_is_left_out_scores_less(folder: str) -> None:
    """With a bound, all that reaches it is there as it was; and the bound saves something."""
    lines = (HERE / "blind" / folder / "rights.jsonl").read_bytes().splitlines()
    rights: list[Right] = [
        codec.decode(line, Right)  # type: ignore[arg-type]
        for line in lines
    ]
    cases = (HERE / "blind" / folder / "cases.jsonl").read_bytes().splitlines()[:400]
    listings = [codec.decode(json.dumps(json.loads(line)["listing"]).encode(), Listing) for line in cases]
    screener = Screener(rights, shipped())
    every = [found for _, found in screener.assess_many(listings)]
    for least in (0.2, screener.lowest, 0.9):
        some = [found for _, found in screener.assess_many(listings, at_least=least)]
        for all_of, left in zip(every, some, strict=True):
            assert [one for one in all_of if one.score >= least] == [one for one in left if one.score >= least]
            assert {one.right.id for one in left} <= {one.right.id for one in all_of}
        assert sum(map(len, some)) < sum(map(len, every))


@pytest.mark.parametrize("folder", ["shops", "mechanisms"])
def test_what_is_silent_at_a_glance_reads_nothing(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    below = Ceiling.below

    def checked(self: Ceiling, use: Use, probability: float) -> bool:
        for feature in features_of(use):
            silent = SILENT.get(feature.__name__)
            if silent is not None and silent(use):
                seen.add(feature.__name__)
                assert use.of(feature) is None, (feature.__name__, use.facts.title)
        return below(self, use, probability)

    monkeypatch.setattr(Ceiling, "below", checked)
    rights = [
        right for _, right in decode_lines((HERE / "blind" / folder / "rights.jsonl").read_bytes().splitlines(), Right)
    ]
    cases = (HERE / "blind" / folder / "cases.jsonl").read_bytes().splitlines()
    listings = [codec.decode(json.dumps(json.loads(line)["listing"]).encode(), Listing) for line in cases]
    list(Screener([right for right in rights if not isinstance(right, Exception)], shipped()).assess_many(listings))
    assert {"imitation", "hidden", "price", "dispatch", "logo_seen", "described_origin"} <= seen


def test_a_pattern_is_found_in_a_text_where_it_is_found_in_a_phrase() -> None:
    """What lets most texts pass without being divided into phrases."""
    for folder in ("shops", "stalls", "mechanisms"):
        for line in (HERE / "blind" / folder / "cases.jsonl").read_bytes().splitlines():
            listing = json.loads(line)["listing"]
            text = simplified(f"{listing['title']} {listing.get('description', '')}")
            for pattern in (COPIED, OBLITERATED):
                found = any(pattern.search(phrase) for phrase in CLAUSE.findall(text))
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
