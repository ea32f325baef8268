"""The manner of many texts at once: the same as :mod:`detection.manner` makes of one.

The characters and pairs of all texts are numbers in one array; each is looked up once, and each text's are added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import islice, pairwise, repeat
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from detection import manner
from detection.candidates.hashing import Ints, Slots, spread
from detection.names.folding import encode

#: A pair is its first code point shifted so far, and its second; a single character has no first.
_SHIFT = 21
#: In the number of a gram and its text: unknown grams lie above the known ones; the text stands above both.
_UNKNOWN, _TEXT = 1 << 2 * _SHIFT, 2 * _SHIFT + 1
#: So near to where it would be rounded the other way, a sum is added up in order.
_NEAR = 1e-6
#: So many of the weightiest grams are looked at to tell a manner.
_TOLD = 12
#: Of a character: a gram may be of it alone; a gram may hold it.
_TELLING, _PLAIN = np.uint8(1), np.uint8(2)
_SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")


class _Weights:
    """The known grams by number, from 1, and each kind's weights; ``known``: whether the kind knows it. Those that
    weigh most for marks come first, those that weigh most against them last: both ends tell a manner."""

    def __init__(self) -> None:
        tables = manner.weights()
        grams = sorted({gram for table in tables for gram in table if gram})
        marks = {gram: tables[0].get(gram, 0.0) for gram in grams}
        against = [gram for gram in reversed(grams) if marks[gram] < 0]
        grams = [gram for gram in grams if marks[gram] >= 0]
        grams = [*sorted(grams, key=lambda gram: -marks[gram]), *sorted(against, key=lambda gram: -marks[gram])]
        self.grams = ("", *grams)
        self._single = np.zeros(0xA000, np.int32)
        self._single[[ord(gram) for gram in grams if len(gram) == 1]] = [
            number for number, gram in enumerate(self.grams) if len(gram) == 1
        ]
        pairs = [(_code(gram), number) for number, gram in enumerate(self.grams) if len(gram) == 2]
        codes, numbers = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
        self._pairs = Slots(spread(codes.astype(np.uint64)), numbers.astype(np.int32))
        self.weights = np.array([[0.0, *(table.get(gram, 0.0) for gram in grams)] for table in tables])
        self.known = np.array([[False, *(gram in table for gram in grams)] for table in tables])
        #: So many grams from the first on weigh for marks; from the other on, all weigh against them.
        self.marked, self.honest = (int(np.searchsorted(-self.weights[0, 1:], 0.0, side)) + 1 for side in _SIDES)
        self.constants = tuple(table.get("", 0.0) for table in tables)
        #: What may be shown of each gram: pairs of letters.
        self.shown = tuple(gram if len(gram) == 2 and gram.isalnum() else "" for gram in self.grams)
        #: For GIs, by whether a manner is above 0: the place of a gram among those that weigh in its direction, the
        #: weightiest first; and the number of the gram of each place.
        self.ranks = {up: self._ranked(up=up) for up in (True, False)}

    def _ranked(self, *, up: bool) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        weights = (-self.weights[1] if up else self.weights[1]).tolist()
        telling = [number for number, weight in enumerate(weights) if weight < 0]
        telling.sort(key=lambda number: (weights[number], self.grams[number]))
        ranks = np.full(len(weights), len(weights), np.int32)
        ranks[telling] = np.arange(len(telling))
        return ranks, np.array(telling, np.int32)

    def singles(self, codes: Ints) -> Ints:
        """The numbers of characters; 0 for none."""
        found: Ints = self._single[codes].astype(np.int64)
        return found

    def pairs(self, codes: Ints) -> Ints:
        """The numbers of pairs of characters; 0 for none."""
        return self._pairs.of(spread(codes.astype(np.uint64))).astype(np.int64)


def _code(gram: str) -> int:
    return ord(gram[0]) << _SHIFT | ord(gram[1])


@cache
def _weights() -> _Weights:
    return _Weights()


class Weighed(NamedTuple):
    """A text's manner by the weights for marks and for GIs (see manner.value), and its known grams, ascending.
    ``weighs_gis``: whether the manner for GIs was worked out."""

    marks: float | None
    gis: float | None
    weighs_gis: bool
    grams: npt.NDArray[np.int32]

    def telling(self, kind: int, made: float) -> tuple[str, ...]:
        """What manner.telling gives."""
        known = _weights()
        if kind:
            ranks, numbers = known.ranks[made > 0]
            own = ranks[self.grams]
            own = own[own < len(numbers)]
            own.sort()
            told = numbers[own[:_TOLD]].tolist()
        elif made > 0:
            told = [number for number in self.grams[:_TOLD].tolist() if number < known.marked]
        else:
            told = [number for number in self.grams[: -_TOLD - 1 : -1].tolist() if number >= known.honest]
        return tuple(islice(filter(None, map(known.shown.__getitem__, told)), 3))


def weigh(texts: Sequence[str], *, gis: bool) -> list[Weighed]:
    """The manner of each text as manner.text gives it; none holds U+0000. ``gis``: whether that for GIs is wanted."""
    known = _weights()
    written = encode("\0".join(texts) + "\0")
    kinds = _kinds()[written]
    telling, plain = (kinds & _TELLING) != 0, (kinds & _PLAIN) != 0
    single, pair = np.flatnonzero(telling), np.flatnonzero((telling[:-1] | telling[1:]) & plain[:-1] & plain[1:])
    characters = written[single].astype(np.int64)
    pairs = written[pair].astype(np.int64) << _SHIFT | written[pair + 1]
    code, number = np.concatenate([characters, pairs]), np.concatenate([known.singles(characters), known.pairs(pairs)])
    row = np.repeat(np.arange(len(texts)), np.diff(np.flatnonzero(written == 0), prepend=-1))
    text = np.concatenate([row[single], row[pair]])
    distinct = np.sort(text << _TEXT | np.where(number > 0, number, code | _UNKNOWN))
    distinct = distinct[np.flatnonzero(np.diff(distinct, prepend=-1))]
    row = distinct >> _TEXT
    sizes = np.bincount(row, minlength=len(texts))
    number = distinct & ((1 << _TEXT) - 1)
    some = number < _UNKNOWN
    row, number = row[some], number[some]
    lengths = np.sqrt(np.maximum(sizes, manner.SHORT))
    marks = _sums(texts, 0, row, number, lengths)
    origins = _sums(texts, 1, row, number, lengths) if gis else [None] * len(texts)
    bounds = np.searchsorted(row, np.arange(len(texts) + 1)).tolist()
    numbers = number.astype(np.int32)
    grams = [numbers[first:last] for first, last in pairwise(bounds)]
    return list(map(Weighed, marks, origins, repeat(gis), grams))


def _sums(
    texts: Sequence[str], kind: int, row: Ints, number: Ints, lengths: npt.NDArray[np.float64]
) -> list[float | None]:
    known = _weights()
    own = known.known[kind, number]
    row, number = row[own], number[own]
    some = np.bincount(row, minlength=len(texts)) > 0
    sums = np.bincount(row, known.weights[kind, number], len(texts)) / lengths + known.constants[kind]
    sums = np.clip(sums, -manner.MOST, manner.MOST)
    near = np.abs(sums * 1000 % 1 - 0.5) < _NEAR
    found: list[float | None] = (np.rint(sums * 1000) / 1000).tolist()
    for place in np.flatnonzero(~some).tolist():
        found[place] = None
    for place in np.flatnonzero(some & near).tolist():
        found[place] = manner.value(manner.grams(texts[place]), manner.weights()[kind])
    return found


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """Of each code point whether a gram may be of it alone, and whether one may hold it."""
    kinds = np.full(0x110000, _PLAIN, np.uint8)
    kinds[[0, *(code for code in range(128) if chr(code).isalnum())]] = 0
    kinds[0x4E00:0xA000] |= _TELLING
    kinds[ord(manner.MASK)] |= _TELLING
    return kinds
