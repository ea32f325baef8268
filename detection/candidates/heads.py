"""What the keys of names begin with: filters that few places of a text pass, so that little is hashed and looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import Ints

Codes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
_Bytes = npt.NDArray[np.uint8]


class Heads:
    """For each pair of characters whether it is a key (:attr:`WHOLE`), one that only resembles a name (:attr:`LIKE`),
    and whether longer keys begin with it (:attr:`LONGER`); for each three characters how long the keys are that begin
    with them: a bit for each length from 3 to 9, and one for all longer ones. Tables grow with the register, so that
    ten times the names pass hardly more.
    """

    WHOLE, LIKE, LONGER = 1, 2, 4
    _LAST = 10

    def __init__(self) -> None:
        self._pairs = self._triples = np.zeros(1, np.uint8)
        self._added: list[tuple[Codes, Codes, _Bytes, _Bytes]] = []

    def add(
        self, codes: Codes, first: Ints, second: Ints, third: Ints, lengths: Ints | int, like: Flags | bool = False
    ) -> None:
        """Keys of two characters and more, by the places of their first three; of two, ``third`` may be any. ``like``:
        which of them only resemble a name."""
        pair = _mixed(codes[first], codes[second])
        bits = self._bit(np.broadcast_to(lengths, first.shape))
        flags = np.where(bits != 0, self.LONGER, np.where(like, self.LIKE, self.WHOLE)).astype(np.uint8)
        self._added.append((pair, _mixed(pair, codes[third]), bits, flags))

    def close(self) -> None:
        """To be called once, when all are added."""
        size = sum(len(pair) for pair, *_ in self._added).bit_length()
        self._pairs = np.zeros(1 << min(23, max(12, size + 3)), np.uint8)
        self._triples = np.zeros(1 << min(25, max(12, size + 4)), np.uint8)
        for pair, triple, bits, flags in self._added:
            for flag in (self.WHOLE, self.LIKE, self.LONGER):
                self._pairs[_short(pair[flags == flag], self._pairs)] |= np.uint8(flag)
            places = _short(triple, self._triples)
            for bit in np.unique(bits[bits != 0]).tolist():
                self._triples[places[bits == bit]] |= np.uint8(bit)
        self._added = []

    @classmethod
    def _bit(cls, length: Ints) -> _Bytes:
        """0 for a length of two."""
        return (1 << np.minimum(length, cls._LAST) >> 3).astype(np.uint8)

    def pairs(self, left: Codes, right: Codes) -> tuple[Codes, _Bytes]:
        """For each pair a hash of it, for :meth:`longer`, and its flags."""
        mixed = _mixed(left, right)
        return mixed, _at(self._pairs, mixed)

    def longer(self, pair: Codes, third: Codes, places: Ints, lengths: Sequence[int]) -> dict[int, Ints]:
        """Which of the places may begin a key of each of the lengths, which ascend from 3: ``pair`` is the hash of its
        first two characters there, ``third`` its third."""
        marks = _at(self._triples, _mixed(pair, third))
        some = np.flatnonzero(marks != 0)
        places, marks = places[some], marks[some]
        found: dict[int, Ints] = {}
        for length in lengths:
            bit = 1 << min(length, self._LAST) - 3
            longer = np.flatnonzero(marks >= bit)  # few begin a long key: the rest is looked at no more
            if len(longer) < len(places):
                places, marks = places[longer], marks[longer]
            found[length] = places[np.flatnonzero((marks & bit) != 0)]
        return found


def _mixed(left: Codes, right: Codes) -> Codes:
    """A hash of two numbers whose high bits are well spread."""
    mixed = left * np.uint32(0x9E3779B1)
    mixed ^= right * np.uint32(0x85EBCA77)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0xC2B2AE3D)
    return mixed


def _short(mixed: Codes, table: _Bytes) -> Codes:
    """The place in a table whose size is a power of two."""
    return mixed >> np.uint32(33 - len(table).bit_length())


def _at(table: _Bytes, mixed: Codes) -> _Bytes:
    """What stands there."""
    return table.take(_short(mixed, table).astype(np.int64))


class Beginning:
    """Where in texts keys may begin: by two characters side by side, and by three. ``codes`` are as
    :class:`~detection.candidates.texts.Texts` has them; windows beyond their end are given too."""

    __slots__ = ("_codes", "_heads", "_mixed", "_near")

    def __init__(self, heads: Heads, codes: Codes) -> None:
        self._codes = codes
        self._heads = heads
        self._mixed, self._near = heads.pairs(codes[:-1], codes[1:])

    def whole(self, lengths: Sequence[int], explained: Flags | None = None) -> Iterator[tuple[Ints, int]]:
        """The windows that may be keys of the ascending lengths: where they begin, and their length. Pairs that only
        resemble a name are looked for where they are not ``explained``; without it nowhere."""
        pair = (self._near & Heads.WHOLE) != 0
        if explained is not None:
            pair |= ((self._near & Heads.LIKE) != 0) & ~explained
        yield np.flatnonzero(pair), 2
        longer = self._longer(2, lengths)
        yield from ((longer[length], length) for length in lengths if length > 2)

    def _longer(self, third: int, lengths: Sequence[int]) -> dict[int, Ints]:
        """For each length the places of keys of more than two characters, of which the third stands ``third`` places
        behind the first."""
        places = _up_to(_having(self._near, Heads.LONGER), len(self._codes) - third - 1)
        lengths = [length for length in lengths if length > 2]
        return self._heads.longer(self._mixed[places], self._codes[places + third], places, lengths)

    def edited(self, lengths: Sequence[int]) -> Iterator[tuple[Ints, int, int]]:
        """The windows of the lengths that may be keys with one more inner character: where they begin, their length,
        and where in them the character stands that is to be left out."""
        codes, keys = self._codes, [length - 1 for length in lengths]
        mixed, far = self._heads.pairs(codes[:-2], codes[2:])
        places = _up_to(_having(far, Heads.LONGER), len(codes) - 4)
        first = {2: _having(far, Heads.WHOLE)}
        first |= self._heads.longer(mixed[places], codes[places + 3], places, [key for key in keys if key > 2])
        second, later = self._longer(3, keys), self._longer(2, keys)
        for key in keys:
            for skip in range(1, key):
                yield (first if skip == 1 else second if skip == 2 else later)[key], key + 1, skip


def _having(flags: _Bytes, flag: int) -> Ints:
    """The places of a flag. (Of numbers it takes five times as long to find those that are not 0.)"""
    return np.flatnonzero((flags & flag) != 0)


def _up_to(places: Ints, last: int) -> Ints:
    """Of ascending places those up to ``last``."""
    return places[: np.searchsorted(places, last, side="right")]
