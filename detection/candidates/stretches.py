"""Stretches of many texts that could transcribe a Latin name: what :mod:`detection.candidates.transcribed` tries in one
text, found in a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detection.candidates.division import Divider, Flags
from detection.candidates.hashing import Ints
from detection.names.folding import encode

_NONE = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of a text; the lengths of a transcription; how like a name a stretch must be, by what speaks for
    it; and the characters that transcribe, as a table by code point."""

    read: int
    longest: int
    around: int
    four: float
    three: float
    head: float
    alone: float
    before: float
    claimed: float
    usual: Flags


@dataclass(frozen=True, slots=True)
class Stretches:
    """Columns of equal length: the text, where the stretch begins in ``codes`` and how long it is, and how like a name
    it must be at least. ``codes``: all texts, one after the other."""

    text: Ints
    start: Ints
    size: Ints
    least: npt.NDArray[np.float64]
    codes: npt.NDArray[np.uint32]

    def part(self, first: int, last: int) -> Stretches:
        """Some of the stretches."""
        rows = slice(first, last)
        return Stretches(self.text[rows], self.start[rows], self.size[rows], self.least[rows], self.codes)


def stretches(texts: Sequence[str], claimed: Sequence[bool], limits: Limits) -> Stretches:
    """The stretches of all texts; ``claimed``: of each text, whether it is the brand as the seller gives it."""
    read = [text[: limits.read].replace("\0", " ") for text in texts]
    # what is looked at may reach beyond a run, and so beyond the last text
    codes = encode("\0".join(read) + "\0" * (limits.longest + 1))
    han = (codes >= 0x4E00) & (codes <= 0x9FFF)
    edges = np.flatnonzero(han[1:] != han[:-1]) + 1
    if han[0]:
        edges = np.concatenate([np.zeros(1, np.int64), edges])
    low, high = edges[::2], edges[1::2]
    runs = high - low >= 2
    low, high = low[runs], high[runs]
    owner = np.searchsorted(np.flatnonzero(codes == 0), low)
    brand = np.fromiter(claimed, np.bool_, len(texts))[owner]
    found = _Found(Divider(np.minimum(codes, 0x1FFFF)), han, limits)
    short = np.flatnonzero(brand & (high - low <= limits.longest))
    columns = [(low[short], high[short] - low[short], np.full(len(short), limits.claimed))]
    columns += [*found.heads(low[~brand], high[~brand]), *found.inside(low[~brand], high[~brand])]
    start, size, least = (np.concatenate([column[place] for column in columns]) for place in range(3))
    text = np.searchsorted(np.flatnonzero(codes == 0), start)
    return Stretches(text, start.astype(np.int64), size.astype(np.int64), least.astype(np.float64), codes)


class _Found:
    """What the functions of transcribed.py of like names yield, for all runs of ideographs at once."""

    def __init__(self, divider: Divider, han: Flags, limits: Limits) -> None:
        self._words, self._limits = divider, limits
        self._usual = han & limits.usual[np.minimum(divider.codes, len(limits.usual) - 1)]
        self._han = han

    def heads(self, low: Ints, high: Ints) -> Iterator[tuple[Ints, Ints, npt.NDArray[np.float64]]]:
        """Stretches at the beginning of a run that no word begins or ends in."""
        pairs = low[high - low == 2]
        pairs = pairs[~self._words.known(pairs, 2)]
        yield pairs, np.full(len(pairs), 2), np.full(len(pairs), self._limits.alone)
        longer = high - low > 2
        low, high = low[longer], high[longer]
        wordy = self._words.ordinary(low, 2) | self._words.ordinary(low + 1, 2) | self._words.ordinary(low, 3)
        four = np.flatnonzero(high - low >= 4)
        wordy[four] |= self._words.ordinary(low[four], 4)
        low, high = low[~wordy], high[~wordy]
        yield low, np.full(len(low), 2), np.full(len(low), self._limits.before)
        for size in range(3, self._limits.longest + 1):
            some = low[high - low >= size]
            yield some, np.full(len(some), size), np.full(len(some), self._limits.head)

    def inside(self, low: Ints, high: Ints) -> Iterator[tuple[Ints, Ints, npt.NDArray[np.float64]]]:
        """Stretches that no word explains, most of whose characters transcribe, with none that does beside them."""
        first, last = self._anchors(low, high)
        run = np.searchsorted(low, first, side="right") - 1
        inside = (run >= 0) & (first < high[np.maximum(run, 0)]) if len(low) else np.zeros(len(first), np.bool_)
        first, last, run = first[inside], last[inside], run[inside]
        if not len(first):
            return
        begins = np.flatnonzero(np.diff(run, prepend=-1))
        own = run[begins]
        ends = np.append(begins[1:], len(run)) - 1
        from_ = np.maximum(low[own], first[begins] - self._limits.around)
        to = np.minimum(high[own], last[ends] + self._limits.around)
        strange = self._words.strange(from_, to)
        usual, size = self._usual, len(strange)
        # where the stretch of strange characters begins and ends that a place is in; regions of runs never touch
        edge = np.flatnonzero(np.diff(strange, prepend=False, append=False))
        begin, end = edge[::2], edge[1::2]
        reach = np.full(size + 1, size + 1)  # the first place by which an anchor that begins here or later has ended
        np.minimum.at(reach, first, last)
        reach = np.minimum.accumulate(reach[::-1])[::-1]
        sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(usual)])
        places = np.flatnonzero(strange)
        part = np.searchsorted(begin, places, side="right") - 1
        open_ = (places == begin[part]) | ~usual[places - 1]
        places, part = places[open_], part[open_]
        for length in range(3, self._limits.longest + 1):
            left = places + length <= end[part]
            places, part = places[left], part[left]
            stop = places + length
            some = (reach[places] <= stop) & ((stop == end[part]) | ~usual[np.minimum(stop, size - 1)])
            some &= 2 * (sums[stop] - sums[places]) > length
            least = self._limits.three if length == 3 else self._limits.four
            yield places[some], np.full(int(some.sum()), length), np.full(int(some.sum()), least)

    def _anchors(self, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Where two characters that transcribe stand side by side or nearly, and no words plainly hold them: first
        place, and the place behind the last."""
        usual, han, words = self._usual, self._han, self._words
        start = np.flatnonzero(usual[:-2] & han[1:-1])
        start = start[usual[start + 1] | usual[start + 2]]
        far = ~usual[start + 1]
        held = np.zeros(len(start), np.bool_)
        held[~far] = words.ordinary(start[~far], 2)
        held[far] = words.ordinary(start[far], 2) | words.ordinary(start[far] + 1, 2) | words.ordinary(start[far], 3)
        start, far = start[~held], far[~held]
        end = start + 2 + far
        before = start > 0
        before[before] = han[start[before] - 1]
        some = np.flatnonzero(before)
        some = some[words.ordinary(start[some] - 1, 2)]
        inner = han[end[some]]
        torn = np.zeros(len(some), np.bool_)
        torn[inner] = words.ordinary(end[some[inner]] - 1, 2)
        torn[~inner] = words.ordinary(end[some[~inner]] - 1, 1)  # the last of its run: the character alone
        kept = np.ones(len(start), np.bool_)
        kept[some[torn]] = False
        return start[kept], end[kept]
