"""Stretches of many texts that could transcribe a Latin name: what :mod:`detection.candidates.transcribed` tries in one
text, found in a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detection.candidates.division import LONGEST, Divider, Flags
from detection.candidates.hashing import Ints
from detection.names.folding import encode

#: Ideographs of which sounds are known.
_FIRST, _LAST = 0x4E00, 0x9FFF


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of a text; the lengths of a transcription; how often a stretch is counted as a word at most; how
    like a name a stretch must be, by what speaks for it; and the ideographs that transcribe, as a table by code point,
    of those below 0x20000."""

    read: int
    longest: int
    around: int
    known: int
    four: float
    three: float
    head: float
    alone: float
    before: float
    claimed: float
    usual: Flags


@dataclass(frozen=True, slots=True)
class Stretches:
    """Columns of equal length: the text, where the stretch begins in it and how long it is, how like a name it must be
    at least, and where its characters begin in ``characters``, all of them one after the other, from U+4E00 on."""

    text: Ints
    start: Ints
    size: Ints
    least: npt.NDArray[np.float64]
    offset: Ints
    characters: Ints

    def part(self, first: int, last: int) -> Stretches:
        """Some of the stretches, one at least."""
        rows = slice(first, last)
        columns = (self.text[rows], self.start[rows], self.size[rows], self.least[rows])
        begin, end = self.offset[first], self.offset[rows][-1] + self.size[rows][-1]
        return Stretches(*columns, self.offset[rows] - begin, self.characters[begin:end])


def stretches(texts: Sequence[str], claimed: npt.ArrayLike, limits: Limits) -> Stretches:
    """The stretches of all texts; ``claimed``: of each text, whether it is the brand as the seller gives it."""
    read = [text[: limits.read].replace("\0", " ") for text in texts]
    # what is looked at may reach beyond a run, and so beyond the last text
    codes = np.minimum(encode("\0".join(read) + "\0" * (limits.longest + 1)), len(limits.usual) - 1)
    han = (codes >= _FIRST) & (codes <= _LAST)
    low, high = _edges(han)
    runs = high - low >= 2
    low, high = low[runs], high[runs]
    bounds = np.flatnonzero(codes == 0)
    brand = np.asarray(claimed, np.bool_)[np.searchsorted(bounds, low)]
    words = Divider(codes)
    found = _Found(words, han, limits)
    short = np.flatnonzero(brand & (high - low <= limits.longest))
    columns = [(low[short], high[short] - low[short], np.full(len(short), limits.claimed))]
    columns += [*found.heads(low[~brand], high[~brand]), *found.inside(low[~brand], high[~brand])]
    start, size, least = (np.concatenate([column[place] for column in columns]) for place in range(3))
    kept = ~found.torn(start, size)
    start, size, least = start[kept], size[kept], least[kept]
    text = np.searchsorted(bounds, start)
    offset = np.cumsum(size) - size
    characters = codes[np.repeat(start - offset, size) + np.arange(int(size.sum()))].astype(np.int64) - _FIRST
    return Stretches(text, start - np.append(-1, bounds)[text] - 1, size, least, offset, characters)


def _edges(flags: Flags) -> tuple[Ints, Ints]:
    """Where the flags that are set begin side by side, and the places behind the last of them."""
    edges = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    if flags[0]:
        edges = np.append(0, edges)
    if flags[-1]:
        edges = np.append(edges, len(flags))
    return edges[::2], edges[1::2]


class _Found:
    """What the functions of transcribed.py of like names yield, for all runs of ideographs at once."""

    def __init__(self, divider: Divider, han: Flags, limits: Limits) -> None:
        self._words, self._limits = divider, limits
        self._usual, self._han = limits.usual[divider.codes], han

    def torn(self, start: Ints, size: Ints) -> Flags:
        """Whether a stretch ends within a word, or is one that is common."""
        found: Flags = self._han[start + size]
        found[found] = self._words.ordinary((start + size)[found] - 1, 2)
        for length in range(2, LONGEST + 1):
            some = np.flatnonzero((size == length) & ~found)
            found[some] = self._words.counts(start[some], length) > self._limits.known
        return found

    def heads(self, low: Ints, high: Ints) -> Iterator[tuple[Ints, Ints, npt.NDArray[np.float64]]]:
        """Stretches at the beginning of a run that no word begins or ends in."""
        pairs = low[high - low == 2]
        pairs = pairs[self._words.counts(pairs, 2) == 0]
        yield pairs, np.full(len(pairs), 2), np.full(len(pairs), self._limits.alone)
        longer = high - low > 2
        low, high = low[longer], high[longer]
        for place, size in ((0, 2), (1, 2), (0, 3), (0, 4)):
            wordy = high - low >= size
            wordy[wordy] = self._words.ordinary(low[wordy] + place, size)
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
        begin, end = _edges(strange)  # regions of runs never touch
        places, part = np.flatnonzero(strange), np.repeat(np.arange(len(begin)), end - begin)
        usual = self._usual
        open_ = (places == begin[part]) | ~usual[places - 1]
        places, part = places[open_], part[open_]
        # the first place by which an anchor that begins here or later has ended
        reach = np.append(np.minimum.accumulate(last[::-1])[::-1], len(usual) + 1)[np.searchsorted(first, places)]
        held = usual[places].astype(np.int64) + usual[places + 1]
        for length in range(3, self._limits.longest + 1):
            left = places + length <= end[part]
            places, part, reach, held = places[left], part[left], reach[left], held[left]
            held += usual[places + length - 1]
            stop = places + length
            some = (reach <= stop) & ((stop == end[part]) | ~usual[stop]) & (2 * held > length)
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
