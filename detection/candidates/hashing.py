"""Hashes of all windows of a text at once, and of windows with one character left out.

The hash of a window is a polynomial over 2^64 with an odd base, from prefix sums; dividing by the base's inverse power
makes it independent of the window's place. A multiplication at the end spreads it over the high bits.
"""

from __future__ import annotations

from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

U64: TypeAlias = npt.NDArray[np.uint64]
Ints: TypeAlias = npt.NDArray[np.int64]
Number = TypeVar("Number", bound=np.integer[Any])

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_SPREAD = np.uint64(0xD6E8FEB86659FD93)
_MASK = (1 << 64) - 1


#: The powers of both bases, as many as were ever asked for.
_KNOWN: dict[int, U64] = {}


def _powers(base: int, size: int) -> U64:
    """The powers from 0 on, ``size`` or more of them."""
    known = _KNOWN.get(base)
    if known is None or len(known) < size:
        known = _KNOWN[base] = _worked_out(base, _room(size))
    return known


def _worked_out(base: int, size: int) -> U64:
    out = np.ones(size, np.uint64)
    filled = 1
    factor = base  # base ** filled
    while filled < size:  # doubling: out[filled:2*filled] = out[:filled] * base**filled
        take = min(filled, size - filled)
        out[filled : filled + take] = out[:take] * np.uint64(factor)
        filled += take
        factor = factor * factor & _MASK
    return out


def _room(size: int) -> int:
    return 1 << max(12, (size + 2).bit_length())


class Windows:
    """The windows of one array of codes. ``starts`` are places in it; a window must end inside it."""

    __slots__ = ("_back", "_sums", "size")

    def __init__(self, codes: npt.NDArray[np.uint32]) -> None:
        self.size = len(codes)
        mixed = codes.astype(np.uint64)
        mixed += np.uint64(1)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed *= _powers(_BASE, self.size)[: self.size]
        self._sums = np.zeros(self.size + 1, np.uint64)
        np.cumsum(mixed, out=self._sums[1:])
        self._back = _powers(_INVERSE, self.size + 1)

    def all(self, length: int) -> U64:
        """The hashes of every window of ``length``, by start."""
        count = max(0, self.size - length + 1)
        found = self._sums[length:] - self._sums[:count]
        found *= self._back[:count]
        found *= _SPREAD
        return found

    def at(self, starts: Ints, lengths: Ints | int) -> U64:
        found: U64 = self._sums[starts + lengths] - self._sums[starts]
        found *= self._back[starts]
        found *= _SPREAD
        return found

    def without(self, starts: Ints, lengths: Ints | int, skip: Ints | int) -> U64:
        """The hashes of windows with the character at ``start + skip`` left out."""
        gap = starts + skip
        found: U64 = self._sums[starts + lengths] - self._sums[gap + 1]
        found *= np.uint64(_INVERSE)
        found += self._sums[gap]
        found -= self._sums[starts]
        found *= self._back[starts]
        found *= _SPREAD
        return found


def spread(numbers: U64) -> U64:
    """Distinct numbers as distinct hashes with well spread high bits."""
    mixed = numbers ^ (numbers >> np.uint64(31))
    mixed *= np.uint64(0x94D049BB133111EB)
    found: U64 = (mixed ^ (mixed >> np.uint64(29))) * _SPREAD
    return found


class Table:
    """Keys to payloads, looked up by the thousand. Equal keys are allowed: each of them is found."""

    __slots__ = ("_bits", "_keys", "_offsets", "_payload")

    def __init__(self, keys: U64, payload: U64) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._payload = payload[order]
        self._bits = np.uint64(64 - min(24, max(10, len(keys).bit_length() + 3)))
        buckets = (self._keys >> self._bits).astype(np.int64)
        counts = np.bincount(buckets, minlength=1 << (64 - int(self._bits)))
        self._offsets = np.zeros(len(counts) + 1, np.int32)
        np.cumsum(counts, out=self._offsets[1:])

    def find(self, hashes: U64) -> tuple[Ints, U64]:
        """For each key equal to a hash: the index of the hash, and the payload."""
        buckets = (hashes >> self._bits).view(np.int64)
        low = self._offsets[buckets]
        width = self._offsets[buckets + 1] - low
        some = np.flatnonzero(width != 0)
        low, width = low[some], width[some]
        index = np.repeat(some, width)  # every key of each bucket: few have many
        place = np.arange(len(index)) + np.repeat(low - (np.cumsum(width) - width), width)
        same = np.flatnonzero(self._keys[place] == hashes[index])
        return index[same], self._payload[place[same]]


class Slots(Generic[Number]):
    """Distinct keys to numbers from 1, of the kind of ``values``, asked by the thousand: one look tells nearly always.

    A key stands in the slot of its high bits; those that find it taken are in a sorted list, looked up seldom.
    """

    __slots__ = ("_crowded", "_keys", "_more", "_more_values", "_shift", "_values")

    def __init__(self, keys: U64, values: npt.NDArray[Number]) -> None:
        bits = max(8, len(keys).bit_length() + 2)
        self._shift = np.uint64(64 - bits)
        places = (keys >> self._shift).astype(np.int64)
        taken, first = np.unique(places, return_index=True)
        self._keys = np.zeros(1 << bits, np.uint64)
        self._values = np.zeros(1 << bits, values.dtype)
        self._keys[taken], self._values[taken] = keys[first], values[first]
        rest = np.ones(len(keys), np.bool_)
        rest[first] = False
        self._crowded = np.zeros(1 << bits, np.bool_)
        self._crowded[places[rest]] = True
        order = np.argsort(keys[rest])
        self._more, self._more_values = keys[rest][order], values[rest][order]

    def of(self, hashes: U64) -> npt.NDArray[Number]:
        """The number of each key, 0 for none."""
        places = (hashes >> self._shift).view(np.int64)
        found = self._values.take(places)
        some = np.flatnonzero(found != 0)
        other = some[np.flatnonzero(self._keys.take(places[some]) != hashes[some])]
        found[other] = 0
        other = other[np.flatnonzero(self._crowded[places[other]])]
        if len(other):
            wanted = hashes[other]
            at = np.minimum(np.searchsorted(self._more, wanted), len(self._more) - 1)
            found[other] = np.where(self._more[at] == wanted, self._more_values[at], 0)
        return found
