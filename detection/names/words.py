"""Ordinary words: how common a word is, and whether a stretch of text is made of ordinary words."""

from __future__ import annotations

import gzip
import math
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

#: Sum of the counts of the list; only ratios matter.
_TOTAL = 60_000_000.0
_LONGEST = 5
#: Weights are whole numbers of such parts.
_STEPS = 2.0**32


@cache
def _counts() -> tuple[dict[str, int], frozenset[str]]:
    text = gzip.decompress(files("detection.names").joinpath("words.txt.gz").read_bytes()).decode("utf-8")
    counts: dict[str, int] = {}
    proper = set()
    for line in text.splitlines():
        word, count, *mark = line.split(" ")
        counts[word] = int(count)
        if mark:
            proper.add(word)
    return counts, frozenset(proper)


def vocabulary() -> Mapping[str, int]:
    """Every word of the list with its count."""
    return _counts()[0]


def count(word: str) -> int:
    """How often the word was counted; 0 when it is not ordinary."""
    return _counts()[0].get(word, 0)


def is_proper(word: str) -> bool:
    """Whether the list has it only as a name (of a place, firm or brand)."""
    return word in _counts()[1]


def commonness(word: str) -> float:
    """0 for no word, 1 for one of the commonest; a proper noun counts half.

    >>> commonness("苹果") > commonness("耐克") > commonness("康帅傅") == 0
    True
    """
    found = count(word)
    if not found or len(word) < 2:
        return 0.0
    value = min(1.0, math.log10(1 + found) / 4)
    return value / 2 if is_proper(word) else value


@cache
def _english() -> frozenset[str]:
    text = gzip.decompress(files("detection.names").joinpath("english.txt.gz").read_bytes()).decode("ascii")
    return frozenset(text.split("\n"))


def is_english(word: str) -> bool:
    """Whether a word in small letters is an ordinary English one: casino, not casio.

    >>> is_english("casino"), is_english("nike")
    (True, False)
    """
    return word in _english()


def _weight(found: float) -> float:
    """The logarithm of a share, in steps so fine that they do not matter and so coarse that sums of thousands are
    exact: which of two divisions is likelier does not depend on the order of a sum."""
    return round(math.log(found / _TOTAL) * _STEPS) / _STEPS


#: The weight of a character that is no word.
UNKNOWN = _weight(0.5)


@cache
def weights() -> tuple[dict[str, float], dict[str, int]]:
    """The logarithm of each word's share, and by two characters the length of the longest word that begins so."""
    weights: dict[str, float] = {}
    longest: dict[str, int] = {}
    for word, found in _counts()[0].items():
        if found:
            weights[word] = _weight(found)
            longest[word[:2]] = max(longest.get(word[:2], 0), min(_LONGEST, len(word)))
    return weights, longest


@lru_cache(maxsize=65536)
def segment(text: str) -> tuple[tuple[int, int], ...]:
    """The likeliest division into ordinary words: (start, end) each; unknown stretches are single characters.

    >>> [("毛绒玩具熊"[a:b]) for a, b in segment("毛绒玩具熊")]
    ['毛绒玩具', '熊']
    """
    known, longest = weights()
    size = len(text)
    sums, ends = [0.0] * (size + 1), list(range(1, size + 2))
    best = 0.0
    for start in range(size - 1, -1, -1):
        best += known.get(text[start], UNKNOWN)
        most = longest.get(text[start : start + 2])
        if most is not None:  # as seldom
            for end in range(start + 2, min(size, start + most) + 1):
                found = known.get(text[start:end])
                if found is not None and found + sums[end] >= best:  # of two as likely the one with the longer word
                    best = found + sums[end]
                    ends[start] = end
        sums[start] = best
    words = []
    start = 0
    while start < size:
        end = ends[start]
        words.append((start, end))
        start = end
    return tuple(words)


def may_cross(text: str, place: int) -> bool:
    """Whether a word may stand on both sides of a place in a text. False: :func:`segment` divides it there, and any
    part of it that the place is in.

    >>> may_cross("公牛雕像", 2), may_cross("公牛雕像", 3)
    (False, True)
    """
    known, longest = weights()
    for start in range(place - 1, max(-1, place - _LONGEST), -1):  # the shortest first, which are most
        most = longest.get(text[start : start + 2])
        if most is not None and start + most > place:  # as seldom
            for stop in range(place + 1, min(start + most, len(text)) + 1):
                if text[start:stop] in known:
                    return True
    return False


def may_begin(text: str, start: int, end: int) -> bool:
    """Whether a stretch begins with a word of two characters or more that is no longer than it.

    >>> may_begin("公牛雕像", 0, 2), may_begin("公牛雕像", 1, 3)
    (True, False)
    """
    known = weights()[0]
    return any(text[start:stop] in known for stop in range(start + 2, min(end, start + _LONGEST) + 1))
