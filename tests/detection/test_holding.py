"""What ordinary words make of many stretches at once is what is made of each alone."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.candidates import holding
from detection.candidates import search as ways
from detection.candidates.hashing import Ints
from detection.candidates.holding import DOUBTFUL, ORDINARY, TORN, held
from detection.candidates.names import Name
from detection.candidates.search import Hits
from detection.candidates.texts import Texts
from detection.features.use import Match
from detection.goods.classes import near_bits, nearness
from detection.names.folding import align, skeletons

LISTINGS = Path(__file__).parents[2] / "detection" / "training" / "listings"
EVERY_WAY = (ways.SAME, ways.LOOKS, ways.SOUNDS, ways.SPLITS, ways.SPELLS, ways.SWAPPED, ways.ADDED, ways.OTHER)


def stretches(text: str, longest: int = 5) -> list[tuple[int, int]]:
    size = len(align(text).skeleton)
    return [(start, end) for start in range(size) for end in range(start + 1, min(size, start + longest) + 1)]


def hits(texts: list[str], way: int) -> Hits:
    """Every short stretch of every text as a hit."""
    rows = [(place, start, end) for place, text in enumerate(texts) for start, end in stretches(text)]
    text, start, end = (np.array(column, np.int64) for column in (zip(*rows, strict=True) if rows else ((), (), ())))
    size = len(rows)
    likeness, none = np.ones(size, np.float32), np.zeros(size, np.bool_)
    return Hits(text, np.zeros(size, np.int64), start, end, np.full(size, way, np.int8), likeness, likeness, none)


def check(texts: list[str]) -> int:
    """How many stretches words hold."""
    told = 0
    for way in EVERY_WAY:
        some = hits(texts, way)
        words = held(Texts(*skeletons(texts)), some).tolist()
        for (row, _, start, end, *_), made in zip(some.rows(), words, strict=True):
            alone = Match("title", texts[row], Name(0, "某某"), start, end, way, 1.0, 1.0)
            if alone.latin:
                assert not made
                continue
            known = replace(alone, held=made)
            assert known.torn == alone.torn, (texts[row], start, end)
            for trade in ((), (30, 33)):
                assert known.ordinary(trade) == alone.ordinary(trade), (texts[row], start, end, way)
            told += bool(made)
    return told


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.text(alphabet="公牛雕像提高访问量小米粥苹果手机壳红富士酒茅台海尔集团 ·a\0vrn𠀀", max_size=12), max_size=4
    )
)
def test_words_hold_a_stretch_of_a_batch_as_they_do_alone(texts: list[str]) -> None:
    check(texts)


def test_words_hold_stretches_of_listings() -> None:
    lines = (LISTINGS / "shops" / "cases.jsonl").read_bytes().splitlines()[::12]
    assert check([json.loads(line)["listing"]["title"] for line in lines]) > 1000


def test_what_is_made_of_a_stretch_by_what_was_done_to_the_name() -> None:
    texts = ["提高仿真度", "公牛雕像", "海尔集团", "木可来自天然"]
    asked = [(0, 1, 3), (1, 0, 2), (2, 0, 2), (3, 0, 3)]
    expected = {
        ways.SAME: [ORDINARY, 0, DOUBTFUL, ORDINARY],
        ways.LOOKS: [TORN | ORDINARY, ORDINARY, ORDINARY, ORDINARY],
        ways.SPLITS: [TORN | DOUBTFUL, 0, TORN | DOUBTFUL, TORN | DOUBTFUL],
    }
    for way, bits in expected.items():
        some = hits(texts, way)
        made = held(Texts(*skeletons(texts)), some).tolist()
        found = {(row, start, end): bit for (row, _, start, end, *_), bit in zip(some.rows(), made, strict=True)}
        assert [found[one] for one in asked] == bits, way


def test_a_million_hits_on_few_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile text: each stretch is divided once, and so many at once."""
    asked: list[int] = []

    def told(texts: Texts, start: Ints, end: Ints) -> holding.Bits:
        asked.append(len(start))
        return plain(texts, start, end)

    plain = holding._told
    monkeypatch.setattr(holding, "_told", told)
    monkeypatch.setattr(holding, "_AT_ONCE", 100)
    text = "提高仿真度" * 80
    some = hits([text], ways.LOOKS)
    alone = held(Texts(*skeletons([text])), some)
    again = held(Texts(*skeletons([text])), some.take(np.repeat(np.arange(len(some)), 30)))
    assert again.tolist() == np.repeat(alone, 30).tolist()
    assert max(asked) <= 100
    assert sum(asked) == 2 * len(some)


def test_nothing_is_made_of_nothing() -> None:
    assert held(Texts(*skeletons([])), hits([], ways.SAME)).tolist() == []
    assert held(Texts(*skeletons(["nike"])), hits(["nike"], ways.SAME)).any() == np.False_


def test_classes_that_are_near() -> None:
    for ours, theirs in product(range(1, 46), repeat=2):
        assert bool(near_bits([ours]) >> theirs & 1) == (nearness([ours], [theirs]) > 0)
    assert near_bits([]) == 0
