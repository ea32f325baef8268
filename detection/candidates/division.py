"""Ordinary words in many stretches of text at once: which stretches are words, and the likeliest division of each.

The same as :mod:`detection.names.words` says of one text, for a batch: codes in one array, and words by their hashes.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import U64, Ints, Slots
from detection.candidates.likeliest import likeliest
from detection.names.folding import encode
from detection.names.words import UNKNOWN, count, is_proper, weights

Flags: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.uint32]
#: Longer words are not known to a division (see names.words).
LONGEST = 5
#: Code points of which single characters are looked up in a table.
TABLE = 0x20000
#: Odd, and nothing else about them matters.
_BASE, _SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
#: Of the number of a pair of characters, the bits that say how long a word begins with it at most.
_BITS, _LOW = 3, 7


def _hashes(codes: Codes, starts: Ints, size: int) -> U64:
    """Of windows, from their characters: so little is asked of a text that sums over all of it would not pay."""
    found = codes[starts].astype(np.uint64)
    for inner in range(1, size):
        found *= _BASE
        found += codes[starts + inner]
    found *= _SPREAD
    return found


class _Lexicon:
    """The ordinary words of one to five characters. Those of two and more have a place, from 1."""

    def __init__(self) -> None:
        known, longest = weights()
        words = [word for word in known if 2 <= len(word) <= LONGEST]
        places = {word: place for place, word in enumerate(words, 1)}
        #: By a word's place: how often it was counted, the logarithm of its share, and whether it is more than a proper
        #: noun.
        self.counts = np.fromiter((0, *map(count, words)), np.int64, len(words) + 1)
        self.weights = np.fromiter((-math.inf, *(known[word] for word in words)), np.float64, len(words) + 1)
        self.plain = np.fromiter((False, *(not is_proper(word) for word in words)), np.bool_, len(words) + 1)
        heads = {head: places.get(head, 0) << _BITS | size for head, size in longest.items() if len(head) == 2}
        #: Two characters that words begin with: the place if they are a word, and how long the longest is.
        self.pairs = self._slots(heads)
        self.longer = {
            size: self._slots({word: place for word, place in places.items() if len(word) == size})
            for size in range(3, LONGEST + 1)
        }
        self.single = np.full(TABLE, UNKNOWN)
        self.single_plain = np.zeros(TABLE, np.bool_)
        for word in known:
            if len(word) == 1 and ord(word) < TABLE:
                self.single[ord(word)] = known[word]
                self.single_plain[ord(word)] = not is_proper(word)

    @staticmethod
    def _slots(numbers: dict[str, int]) -> Slots[np.int32]:
        """Pieces of text, all of one length, to their numbers."""
        size = len(next(iter(numbers)))
        starts = np.arange(len(numbers)) * size
        return Slots(
            _hashes(encode("".join(numbers)), starts, size), np.fromiter(numbers.values(), np.int32, len(numbers))
        )


@cache
def lexicon() -> _Lexicon:
    return _Lexicon()


class Division(NamedTuple):
    """Stretches, character by character: the ``places`` of all of them; and of each word the index in ``places`` where
    it begins, its size, and its place in the lexicon. Words are in no order."""

    places: Ints
    first: Ints
    size: Ints
    word: Ints


class Divider:
    """Words in one array of code points below 0x20000, which must not end at a place that is asked for."""

    def __init__(self, codes: Codes) -> None:
        self.codes, self._lexicon = codes, lexicon()

    def counts(self, starts: Ints, size: int) -> Ints:
        """How often the windows of 2 to 5 characters were counted as words, proper nouns too; 0 for no word."""
        return self._lexicon.counts[self._words(starts, size)]

    def ordinary(self, starts: Ints, size: int) -> Flags:
        """Whether the windows of 1 to 5 characters are words, and not only proper nouns."""
        if size == 1:
            return self._lexicon.single_plain[self.codes[starts]]
        return self._lexicon.plain[self._words(starts, size)]

    def strange(self, starts: Ints, ends: Ints) -> Flags:
        """For every place of the array: whether it is in one of the stretches and in none of the ordinary words of two
        and more characters that the stretch is divided into (see names.words.segment)."""
        found = np.zeros(len(self.codes), np.bool_)
        if not len(starts):
            return found
        places, first, size, word = self.divided(starts, ends)
        found[places] = True
        plain = ~self.proper(word)
        first, size = places[first[plain]], size[plain]
        for inner in range(LONGEST):
            found[first[size > inner] + inner] = False
        return found

    def divided(self, starts: Ints, ends: Ints) -> Division:
        """The words of two and more characters that each stretch is divided into (see names.words.segment). At least
        one stretch; they may overlap."""
        sizes = ends - starts
        places = np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(int(sizes.sum()))
        first, size, word = self._beginning(places, np.repeat(ends, sizes) - places)
        single = self._lexicon.single[self.codes[places]]
        chosen = likeliest(single, first, size, self._lexicon.weights[word])
        return Division(places, first[chosen], size[chosen], word[chosen])

    def proper(self, word: Ints) -> Flags:
        """Whether words, by their places in the lexicon, are proper nouns only."""
        found: Flags = ~self._lexicon.plain[word]
        return found

    def _words(self, starts: Ints, size: int) -> npt.NDArray[np.int32]:
        """The places of the windows of 2 to 5 characters in the lexicon, 0 for no word."""
        hashes = _hashes(self.codes, starts, size)
        return self._lexicon.pairs.of(hashes) >> _BITS if size == 2 else self._lexicon.longer[size].of(hashes)

    def _beginning(self, places: Ints, left: Ints) -> tuple[Ints, Ints, Ints]:
        """The words that begin at the places and are no longer than what is left: the index of the place, the size,
        the shorter ones first, and the place in the lexicon."""
        pairs = self._lexicon.pairs.of(_hashes(self.codes, places, 2))
        longest = np.minimum(pairs & _LOW, left)
        found = [np.flatnonzero((pairs > _LOW) & (longest > 1))]
        words = [pairs[found[0]] >> _BITS]
        for size in range(3, LONGEST + 1):
            some = np.flatnonzero(longest >= size)
            word = self._words(places[some], size)
            found.append(some[word > 0])
            words.append(word[word > 0])
        return np.concatenate(found), np.repeat(np.arange(2, LONGEST + 1), list(map(len, found))), np.concatenate(words)
