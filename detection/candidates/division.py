"""Ordinary words in many stretches of text at once: which stretches are words, and the likeliest division of each.

The same as :mod:`detection.names.words` says of one text, for a batch: codes in one array, words by their hashes, and
the search for the likeliest division step by step over all stretches together.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import Ints, Slots, Windows
from detection.names.folding import encode
from detection.names.words import UNKNOWN, count, is_proper, weights

Flags: TypeAlias = npt.NDArray[np.bool_]
#: Longer words are not known to a division (see names.words).
LONGEST = 5
#: Code points of which single characters are looked up in a table.
_TABLE = 0x20000


class _Lexicon:
    """The ordinary words of one to five characters. Of each size from 2: places of words by their hashes."""

    def __init__(self) -> None:
        known, longest = weights()
        words = [word for word in known if 2 <= len(word) <= LONGEST]
        sizes = np.fromiter(map(len, words), np.int64, len(words))
        hashes = Windows(encode("".join(words))).at(np.cumsum(sizes) - sizes, sizes)
        self.words = Slots(hashes, np.arange(1, len(words) + 1, dtype=np.int32))
        #: By a word's place, from 1: the logarithm of its share, and whether it is more than a proper noun.
        self.weights = np.fromiter((-math.inf, *(known[word] for word in words)), np.float64, len(words) + 1)
        self.plain = np.fromiter((False, *(not is_proper(word) for word in words)), np.bool_, len(words) + 1)
        heads = [head for head in longest if len(head) == 2]
        self.longest = Slots(
            Windows(encode("".join(heads))).all(2)[::2], np.fromiter((longest[head] for head in heads), np.uint8)
        )
        self.single = np.full(_TABLE, UNKNOWN)
        self.known, self.single_plain = np.zeros(_TABLE, np.bool_), np.zeros(_TABLE, np.bool_)
        for word in known:
            if len(word) == 1 and ord(word) < _TABLE:
                self.single[ord(word)] = known[word]
                self.known[ord(word)], self.single_plain[ord(word)] = count(word) > 0, not is_proper(word)


@cache
def lexicon() -> _Lexicon:
    return _Lexicon()


class Divider:
    """Words in one array of code points below 0x20000, which must not end at a place that is asked for."""

    def __init__(self, codes: npt.NDArray[np.uint32]) -> None:
        self.codes, self.windows, self._lexicon = codes, Windows(codes), lexicon()

    def known(self, starts: Ints, size: int) -> Flags:
        """Whether the windows of 2 to 5 characters are words, proper nouns too."""
        return self._lexicon.words.of(self.windows.at(starts, size)) > 0

    def ordinary(self, starts: Ints, size: int) -> Flags:
        """Whether the windows of 1 to 5 characters are words, and not only proper nouns."""
        if size == 1:
            return self._lexicon.single_plain[self.codes[starts]]
        return self._lexicon.plain[self._lexicon.words.of(self.windows.at(starts, size))]

    def strange(self, starts: Ints, ends: Ints) -> Flags:
        """For every place of the array: whether it is in one of the stretches and in none of the ordinary words of two
        and more characters that the stretch is divided into (see names.words.segment)."""
        found = np.zeros(len(self.codes), np.bool_)
        if not len(starts):
            return found
        sizes = ends - starts
        width, rows = int(sizes.max()), len(starts)
        places = np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(int(sizes.sum()))
        row = np.repeat(np.arange(rows), sizes)
        column = places - starts[row]
        found[places] = True
        # weights[column, size, row]: the longest word first, so that of two divisions as likely it is taken
        weights = np.full((width, LONGEST, rows), -math.inf)
        weights[:, -1] = 0.0
        weights[column, LONGEST - 1, row] = self._lexicon.single[self.codes[places]]
        plain = np.zeros((width, LONGEST, rows), np.bool_)
        left = sizes[row] - column
        longest = np.zeros(len(places), np.uint8)
        paired = np.flatnonzero(left >= 2)
        longest[paired] = self._lexicon.longest.of(self.windows.at(places[paired], 2))
        longest = np.minimum(longest, left)
        for size in range(2, LONGEST + 1):
            some = np.flatnonzero(longest >= size)
            word = self._lexicon.words.of(self.windows.at(places[some], size))
            weights[column[some], LONGEST - size, row[some]] = self._lexicon.weights[word]
            plain[column[some], LONGEST - size, row[some]] = self._lexicon.plain[word]
        self._strip(found, weights, plain, starts, sizes)
        return found

    def _strip(self, found: Flags, weights: npt.NDArray[np.float64], plain: Flags, starts: Ints, sizes: Ints) -> None:
        """Takes away the words of the likeliest division of each stretch."""
        width, _, rows = weights.shape
        best = np.zeros((width, rows), np.int64)
        sums = np.zeros((width + LONGEST, rows))
        for place in range(width - 1, -1, -1):
            sum_ = weights[place] + sums[place + LONGEST : place : -1]
            best[place] = sum_.argmax(0)
            sums[place] = sum_[best[place], np.arange(rows)]
        at, row = np.zeros(rows, np.int64), np.arange(rows)
        firsts, chosen = [], []
        while len(row):
            piece = best[at, row]
            word = np.flatnonzero(plain[at, piece, row])
            firsts.append(starts[row[word]] + at[word])
            chosen.append(piece[word])
            at = at + (LONGEST - piece)
            more = np.flatnonzero(at < sizes[row])
            at, row = at[more], row[more]
        first, size = np.concatenate(firsts), LONGEST - np.concatenate(chosen)
        for inner in range(LONGEST):
            found[first[size > inner] + inner] = False
