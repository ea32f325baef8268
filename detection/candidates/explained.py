"""Ordinary words in a batch of texts, all at once: which short stretches they explain.

Of names of two characters a hundred thousand make every text full of chance homophones. Nearly all of them are ordinary
words, or the end of one word and the beginning of the next; they are put away here, before anything looks at them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import Ints, Slots, Windows
from detection.names.words import vocabulary

_SIZES = (2, 3, 4)


@cache
def _words(size: int) -> Slots:
    """The words of a length, by their hashes."""
    words = [word for word in vocabulary() if len(word) == size]
    codes = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
    hashes = np.unique(Windows(codes).at(np.arange(len(words), dtype=np.int64) * size, size))
    return Slots(hashes, np.ones(len(hashes), np.uint8))


class Explained:
    """Where ordinary words stand in the codes of a batch."""

    __slots__ = ("_crossed", "_starts")

    def __init__(self, codes: npt.NDArray[np.uint32], windows: Windows) -> None:
        size = len(codes)
        self._starts: dict[int, npt.NDArray[np.bool_]] = {}
        crossed = np.zeros(size + 4, np.bool_)
        for length in _SIZES:
            starts = np.zeros(size + 4, np.bool_)
            if size >= length:
                starts[: size - length + 1] = _words(length).of(windows.all(length)) != 0
            self._starts[length] = starts
            for inner in range(1, length):  # a word from p to p + length crosses the borders inside it
                crossed[inner:] |= starts[:-inner]
        self._crossed = crossed

    def every_pair(self) -> npt.NDArray[np.bool_]:
        """What :meth:`pairs` says, of every place but the last."""
        two, three, crossed = self._starts[2], self._starts[3], self._crossed
        whole = two[:-5] | three[:-5] | crossed[:-5] | crossed[2:-3]
        whole[1:] |= three[:-6]
        return whole

    def pairs(self, start: Ints) -> npt.NDArray[np.bool_]:
        """Whether a stretch of two characters is a word, or shares a character with one."""
        two, three = self._starts[2], self._starts[3]
        whole = two[start] | three[start] | (three[np.maximum(start - 1, 0)] & (start > 0))
        return whole | self._crossed[start] | self._crossed[start + 2]

    def triples(self, start: Ints) -> npt.NDArray[np.bool_]:
        """Whether a stretch of three characters is a word, or words reach in from one side and cover the rest."""
        two, three = self._starts[2], self._starts[3]
        left = self._crossed[start] & (two[start + 1] | self._crossed[start + 3])
        right = self._crossed[start + 3] & (two[start] | self._crossed[start])
        return three[start] | left | right
