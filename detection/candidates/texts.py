"""Ordinary words in a batch of texts, all at once: which short stretches they explain.

Of names of two characters a hundred thousand make every text full of chance homophones. Nearly all of them are ordinary
words, or the end of one word and the beginning of the next; they are put away here, before anything looks at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import U64, Ints, Slots, Windows
from detection.names.components import composable
from detection.names.words import vocabulary

#: Of two characters: a word; the head of a word of three, of four; the head of a character written in components.
_WORD, _HEAD, _LONG_HEAD, _PARTS = 1, 2, 4, 8


def _hashes(words: Sequence[str], size: int) -> U64:
    codes = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
    return np.unique(Windows(codes).at(np.arange(len(words), dtype=np.int64) * size, size))


@cache
def _pairs() -> Slots[np.uint8]:
    """Pairs of characters to what they are."""
    words = _hashes([word for word in vocabulary() if len(word) == 2], 2)
    heads, long_heads = (_hashes([word[:2] for word in vocabulary() if len(word) == size], 2) for size in (3, 4))
    parts = _hashes(composable(), 2)
    hashes = np.unique(np.concatenate([words, heads, long_heads, parts]))
    kinds = ((words, _WORD), (heads, _HEAD), (long_heads, _LONG_HEAD), (parts, _PARTS))
    values = np.zeros(len(hashes), np.uint8)
    for own, kind in kinds:
        values[np.searchsorted(hashes, own)] |= np.uint8(kind)
    return Slots(hashes, values)


@cache
def _longer(size: int) -> Slots[np.uint8]:
    """The words of three or of four characters, by their hashes."""
    hashes = _hashes([word for word in vocabulary() if len(word) == size], size)
    return Slots(hashes, np.ones(len(hashes), np.uint8))


class _Words(NamedTuple):
    """Where words of two and of three characters begin, and where a word crosses the border before a character."""

    two: npt.NDArray[np.bool_]
    three: npt.NDArray[np.bool_]
    crossed: npt.NDArray[np.bool_]


class Texts:
    """A batch of texts as :func:`~detection.names.folding.skeletons` gives them, and the ordinary words in them, which
    are looked up when first asked for."""

    def __init__(self, codes: npt.NDArray[np.uint32], bounds: Ints, divided: npt.NDArray[np.bool_]) -> None:
        self.codes, self.bounds, self.divided, self.windows = codes, bounds, divided, Windows(codes)

    @cached_property
    def _pairs(self) -> npt.NDArray[np.uint8]:
        return _pairs().of(self.windows.all(2))

    @cached_property
    def _han(self) -> Ints:
        """How many ideographs stand before each place (see names.is_han)."""
        codes = self.codes
        han = (codes >= 0x3400) & ((codes <= 0x9FFF) | (codes >= 0x10000))
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(han)])

    def all_han(self, text: Ints, start: Ints, end: Ints) -> npt.NDArray[np.bool_]:
        """Whether stretches, by places in their texts, are ideographs only."""
        base = np.concatenate([np.zeros(1, np.int64), self.bounds])[text]
        found: npt.NDArray[np.bool_] = self._han[base + end] - self._han[base + start] == end - start
        return found

    def places(self, text: Ints, place: Ints) -> Ints:
        """Places in their texts as places in ``codes``."""
        found: Ints = np.concatenate([np.zeros(1, np.int64), self.bounds])[text] + place
        return found

    def words(self, start: Ints) -> npt.NDArray[np.bool_]:
        """Whether the two characters at each place are a word."""
        found: npt.NDArray[np.bool_] = (self._pairs[start] & _WORD) != 0
        return found

    @cached_property
    def parts(self) -> npt.NDArray[np.bool_]:
        """Where a character written in components may begin."""
        found: npt.NDArray[np.bool_] = (self._pairs & _PARTS) != 0
        return found

    @cached_property
    def _words(self) -> _Words:
        size = self.windows.size
        two, three, four, crossed = (np.zeros(size + 4, np.bool_) for _ in range(4))
        two[: len(self._pairs)] = (self._pairs & _WORD) != 0
        for length, head, starts in ((3, _HEAD, three), (4, _LONG_HEAD, four)):
            places = np.flatnonzero((self._pairs[: max(0, size - length + 1)] & head) != 0)
            starts[places] = _longer(length).of(self.windows.at(places, length))
        for length, starts in ((2, two), (3, three), (4, four)):
            for inner in range(1, length):  # a word from p to p + length crosses the borders inside it
                crossed[inner:] |= starts[:-inner]
        return _Words(two, three, crossed)

    @cached_property
    def _explained(self) -> npt.NDArray[np.bool_]:
        """Of every place but the last whether two characters there are a word, or share a character with one."""
        two, three, crossed = self._words
        explained = two[:-5] | three[:-5] | crossed[:-5] | crossed[2:-3]
        explained[1:] |= three[:-6]
        return explained

    @cached_property
    def inner_explained(self) -> npt.NDArray[np.bool_]:
        """What :meth:`pairs` says, of every place but the last; False at the head of a text, where sellers put the
        brand: what resembles one there is kept, marked as explained."""
        inner = self._explained.copy()
        inner[1:] &= self.codes[:-2] != 0
        inner[:1] = False
        return inner

    def pairs(self, start: Ints) -> npt.NDArray[np.bool_]:
        """Whether a stretch of two characters is a word, or shares a character with one."""
        return self._explained[start] if len(start) else np.zeros(0, np.bool_)

    def triples(self, start: Ints) -> npt.NDArray[np.bool_]:
        """Whether a stretch of three characters is a word, or words reach in from one side and cover the rest."""
        if not len(start):
            return np.zeros(0, np.bool_)
        two, three, crossed = self._words
        left = crossed[start] & (two[start + 1] | crossed[start + 3])
        right = crossed[start + 3] & (two[start] | crossed[start])
        return three[start] | left | right
