"""Classes of goods, read from the words of a title.

The word list (lexicon.tsv) gives goods words under their class of the Nice Classification. In a Chinese title the head
of a noun group stands last, so food before other goods (苹果手机, 核桃夹) is no food.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from detection.names.folding import fold
from detection.names.words import may_cross, segment
from detection.together import divide

#: Classes whose goods the public takes for goods of one trade (类似商品), in the broad lines of the 区分表.
_NEAR = (
    {18, 25, 14, 26},
    {29, 30, 31},
    {32, 33, 30},
    {29, 32},
    {7, 8, 9, 11, 21},
    {3, 5, 21},
    {5, 10},
    {20, 24, 27},
    {16, 28},
    {9, 28},
    {9, 14},
    {12, 7, 4},
    {1, 2, 4, 17, 19},
    {5, 29, 30},
    {6, 7, 8},
    {6, 20},
)


_GROWN = frozenset({29, 30, 31})


class Goods(NamedTuple):
    """A goods word in a folded text."""

    word: str
    number: int
    start: int
    end: int


@cache
def _automaton() -> tuple[AhoCorasick, tuple[tuple[str, tuple[int, ...]], ...]]:
    numbers: dict[str, list[int]] = {}
    text = files("detection.goods").joinpath("lexicon.tsv").read_text("utf-8")
    for line in text.splitlines():
        number, words = line.split("\t")
        for word in words.split():
            numbers.setdefault(fold(word), []).append(int(number))
    pairs = tuple((word, tuple(found)) for word, found in numbers.items())
    return AhoCorasick([word for word, _ in pairs], matchkind=MatchKind.LeftmostLongest), pairs


#: Behind these a goods word of one character counts others.
_COUNTING = frozenset("连整每单散几")


def _stands(folded: str, place: int) -> bool:
    """Whether a goods word of one character stands as a word, or ends one, and does not count others (24包)."""
    if folded[place - 1 : place].isdigit() or folded[place - 1 : place] in _COUNTING:
        return False
    if folded[place : place + 2] in ("包邮", "包装", "包赔", "包退", "包换"):
        return False
    if not may_cross(folded, place + 1):
        return True  # told without dividing it
    low = max(0, place - 4)
    return any(low + right == place + 1 for _, right in segment(folded[low : place + 5]))


def goods(folded: str) -> tuple[Goods, ...]:
    """Goods words of a folded text, left to right, without those that only modify the next.

    >>> [word.word for word in goods("苹果手机壳 红富士苹果")]
    ['手机', '苹果']
    """
    return _heads(folded, 0, _automaton()[0].find_matches_as_indexes(folded))


def goods_of_all(texts: Sequence[str]) -> list[tuple[Goods, ...]]:
    """What :func:`goods` says of each text; none holds U+0000.

    >>> [[word.word for word in found] for found in goods_of_all(["苹果手机", "", "苹果"])]
    [['手机'], [], ['苹果']]
    """
    matches = _automaton()[0].find_matches_as_indexes("\0".join(texts))
    return [_heads(text, start, found) if found else () for text, start, found in divide(texts, matches)]


def _heads(folded: str, first: int, matches: Sequence[tuple[int, int, int]]) -> tuple[Goods, ...]:
    """The goods words among what the automaton found; its places are counted from ``first``."""
    pairs = _automaton()[1]
    found: list[Goods] = []
    for index, start, end in matches:
        word, numbers = pairs[index]
        start, end = start - first, end - first
        if end - start == 1 and not _stands(folded, start):
            continue
        while found and found[-1].end == start and found[-1].number in _GROWN and numbers[0] not in _GROWN:
            found.pop()
        found += [Goods(word, number, start, end) for number in numbers]
    return tuple(found)


@cache
def _words() -> frozenset[str]:
    return frozenset(word for word, _ in _automaton()[1])


def single_words() -> frozenset[str]:
    """The goods words of one character."""
    return frozenset(word for word in _words() if len(word) == 1)


def is_goods(folded: str) -> bool:
    """Whether the text is a goods word: 马甲 is a vest before it is anybody's misspelt nickname.

    >>> is_goods("马甲"), is_goods("马家")
    (True, False)
    """
    return folded in _words()


def without_goods(folded: str, kept: frozenset[int], mask: str) -> str:
    """The text with a mask for every goods word of two characters and more, but for those of the classes kept.

    >>> without_goods("苹果手机空瓶", frozenset({20, 21}), "#")
    '##空瓶'
    """
    masked = _masked(kept)
    parts: list[str] = []
    done = 0
    for index, start, end in _automaton()[0].find_matches_as_indexes(folded):
        if masked[index]:
            parts += (folded[done:start], mask)
            done = end
    return "".join((*parts, folded[done:]))


@cache
def _masked(kept: frozenset[int]) -> tuple[bool, ...]:
    return tuple(len(word) > 1 and kept.isdisjoint(numbers) for word, numbers in _automaton()[1])


def class_bits(numbers: Iterable[int]) -> int:
    """Classes as the bits of one number, to compare many at once."""
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def near_bits(numbers: Iterable[int]) -> int:
    """The classes that are not other goods than these, as bits: see :func:`nearness`."""
    own = set(numbers)
    return class_bits(own.union(*(group for group in _NEAR if own & group)))


def nearness(ours: Iterable[int], theirs: Iterable[int]) -> float:
    """1 when a class is shared, 0.6 when two are near, else 0.

    >>> nearness({25}, {18}), nearness({25}, {25, 9}), nearness({30}, {9})
    (0.6, 1.0, 0.0)
    """
    ours, theirs = set(ours), set(theirs)
    if ours & theirs:
        return 1.0
    if any(ours & group and theirs & group for group in _NEAR):
        return 0.6
    return 0.0
