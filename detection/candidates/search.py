"""The search: for a batch of texts, every name that a stretch of one of them could mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detection.candidates import names as spell
from detection.candidates.hashing import U64, Ints, Table, Windows
from detection.candidates.names import Beginning, Heads, Names, before
from detection.candidates.texts import Texts
from detection.names.folding import skeletons
from detection.names.looks import likeness
from detection.names.sounds import SYLLABLES, sound_codes

#: What was done to the name. Order is preference: of two explanations of one stretch the earlier one is kept.
#: Three are found by the screener only. APART: a GI's place and its product word with other words between them; MASKED:
#: characters of the name given as stars (see detection.candidates.masked); TRANSCRIBED: a Latin name by its sound (see
#: detection.candidates.transcribed).
SAME, LOOKS, SOUNDS, SPLITS, SPELLS, SWAPPED, ADDED, OTHER, MISSING, APART, MASKED, TRANSCRIBED = range(12)
#: Of three characters more than one is replaced by a homophone below this resemblance.
WHOLLY = 0.93
#: Less is left of a name than this: no candidate. Short Latin words are one letter from many others.
RESEMBLANCE = 0.65
LOOSE = 0.55
#: What is left of a name of which some characters are written as their initials.
ABBREVIATED = 0.8


@dataclass(frozen=True, slots=True)
class Hits:
    """Columns of equal length: ``text`` and ``name`` are indices, ``start`` and ``end`` places in the text's skeleton,
    ``way`` one of SAME … MISSING, ``likeness`` how alike the replaced characters are (1 for none), ``resemblance``
    how much of the name is left, both in 0–1; ``explained``: ordinary words explain a stretch of two or three
    characters."""

    text: Ints
    name: Ints
    start: Ints
    end: Ints
    way: npt.NDArray[np.int8]
    likeness: npt.NDArray[np.float32]
    resemblance: npt.NDArray[np.float32]
    explained: npt.NDArray[np.bool_]

    def take(self, rows: Ints | npt.NDArray[np.bool_]) -> Hits:
        return Hits(
            self.text[rows],
            self.name[rows],
            self.start[rows],
            self.end[rows],
            self.way[rows],
            self.likeness[rows],
            self.resemblance[rows],
            self.explained[rows],
        )

    def rows(self) -> Iterator[tuple[int, int, int, int, int, float, float]]:
        """Text, name, start, end, way, likeness and resemblance of each hit."""
        columns = (self.text, self.name, self.start, self.end, self.way, self.likeness, self.resemblance)
        return zip(*(column.tolist() for column in columns), strict=True)

    def __len__(self) -> int:
        return len(self.text)


def likely_rows(
    names: Names,
    name: Ints,
    way: npt.NDArray[np.int8],
    resemblance: npt.NDArray[np.float32],
    explained: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """Which hits are worth a second look: enough is left of the name, and ordinary words do not explain the stretch; of
    two characters they may."""
    lengths = names.lengths[name]
    enough = np.where(names.latin[name] | (lengths != 3) | (way != OTHER), RESEMBLANCE, LOOSE)
    likely: npt.NDArray[np.bool_] = (resemblance >= enough) & (~explained | (lengths == 2))
    return likely


@dataclass(frozen=True, slots=True)
class _Raw:
    start: Ints
    length: Ints
    name: Ints
    kind: Ints
    position: Ints

    def without(self, rows: Ints) -> _Raw:
        """All but the rows."""
        kept = np.ones(len(self.start), np.bool_)
        kept[rows] = False
        return _Raw(*(getattr(self, column)[kept] for column in _Raw.__slots__))


def _unpack(starts: Ints, lengths: Ints, payload: U64) -> _Raw:
    return _Raw(
        starts,
        lengths,
        (payload >> np.uint64(16)).astype(np.int64),
        ((payload >> np.uint64(8)) & np.uint64(255)).astype(np.int64),
        (payload & np.uint64(255)).astype(np.int64),
    )


def search(names: Names, texts: Sequence[str]) -> Hits:
    """Every stretch of the texts that could mean a name, with what was done to it.

    Work grows with the texts and with what is found in them, not with the number of names.
    """
    return search_shaped(names, Texts(*skeletons(texts)))


def search_shaped(names: Names, texts: Texts, *, exact: bool = False, likely: bool = False) -> Hits:
    """The same for texts that are shaped already. ``exact``: only what stands there unchanged is looked for;
    ``likely``: what is hardly like the name, or explained by ordinary words, is left out (see :func:`likely_rows`)."""
    codes, bounds, windows = texts.codes, texts.bounds, texts.windows
    found = _Judged(names, texts, likely=likely)
    beginning = Beginning(names.heads, codes)
    _search_whole(names.table, names.whole, beginning, windows, found, exact=exact)
    if exact:
        return found.hits(bounds)
    _search_edited(names, beginning, windows, found)
    heard = sound_codes(codes)
    beginning = Beginning(names.heard_heads, heard)
    # two ideographs by their sound: what ordinary words explain would be put away when found (see _Judged.add)
    chance = texts.every_pair() & (heard[:-1] >= SYLLABLES) & (heard[1:] >= SYLLABLES)
    chance[1:] &= codes[:-2] != 0
    chance[:1] = False
    beginning.near[chance] &= ~np.uint8(Heads.WHOLE)
    _search_whole(names.sounds, names.heard, beginning, Windows(heard), found)
    return found.hits(bounds)


def _search_whole(
    table: Table,
    lengths: Sequence[int],
    beginning: Beginning,
    windows: Windows,
    found: _Judged,
    *,
    exact: bool = False,
) -> None:
    """Windows as they are."""
    begin = beginning.whole(lengths)
    places = [before(begin[length], windows.size - length) for length in lengths]
    if not places:
        return
    starts = np.concatenate(places)
    sizes = np.repeat(np.array(lengths, np.int64), [len(part) for part in places])
    index, payload = table.find(windows.at(starts, sizes))
    raw = _unpack(starts[index], sizes[index], payload)
    if exact:
        raw = raw.without(np.flatnonzero((raw.kind != spell.WHOLE) & (raw.kind != spell.HALF)))
    found.add(raw, exact_window=True)


def _search_edited(names: Names, beginning: Beginning, windows: Windows, found: _Judged) -> None:
    """Windows with one inner character left out: the names with one character added, replaced or moved."""
    codes = beginning.codes
    if len(codes) < 4 or not names.edited:
        return
    lengths = sorted({length for edited in names.edited for length in (edited, edited + 1)})
    first, second, later = beginning.edited([length - 1 for length in lengths])
    places, sizes, skips = [], [], []
    for length in lengths:
        for skip in range(1, length - 1):
            begin = first if skip == 1 else second if skip == 2 else later
            starts = before(begin[length - 1], len(codes) - length)
            starts = starts[codes[starts + skip] != 0]  # what is left out must not be the end of a text
            places.append(starts)
            sizes.append(length)
            skips.append(skip)
    counts = [len(part) for part in places]
    start = np.concatenate(places)
    size, skipped = (np.repeat(np.array(column, np.int64), counts) for column in (sizes, skips))
    index, payload = names.table.find(windows.without(start, size, skipped))
    found.add(_unpack(start[index], size[index], payload), exact_window=False)


class _Judged:
    """Raw hits, judged as they come: what was done to the name, and how much of it is left."""

    def __init__(self, names: Names, texts: Texts, *, likely: bool = False) -> None:
        self._texts = texts
        self._likely = likely
        self._names = names
        self._codes = texts.codes
        self._columns: list[tuple[npt.NDArray[np.generic], ...]] = []

    def _keep(self, raw: _Raw, rows: Ints, start: Ints, end: Ints, way: int | Ints, like: object, left: object) -> None:
        size = len(rows)
        if size:
            self._columns.append(
                (
                    raw.name[rows],
                    start,
                    end,
                    np.broadcast_to(np.asarray(way, np.int8), size),
                    np.broadcast_to(np.asarray(like, np.float32), size),
                    np.broadcast_to(np.asarray(left, np.float32), size),
                )
            )

    def add(self, raw: _Raw, *, exact_window: bool) -> None:
        chance = np.flatnonzero((raw.length == 2) & ((raw.kind == spell.ALIKE) | (raw.kind == spell.SOUND)))
        chance = chance[self._texts.pairs(raw.start[chance])]
        # at the head of a text sellers put the brand: what stands there is kept, marked as explained
        chance = chance[(raw.start[chance] > 0) & (self._codes[np.maximum(raw.start[chance] - 1, 0)] != 0)]
        if len(chance):
            raw = raw.without(chance)
        if not len(raw.start):
            return
        end = raw.start + raw.length
        name_length = self._names.lengths[raw.name]
        if exact_window:
            ways = ((spell.WHOLE, SAME), (spell.SPLIT, SPLITS), (spell.SPELLED, SPELLS))
            for kind, way in ways:
                rows = np.flatnonzero(raw.kind == kind)
                self._keep(raw, rows, raw.start[rows], end[rows], way, 1.0, 1.0)
            rows = np.flatnonzero(raw.kind == spell.INITIALS)
            self._keep(raw, rows, raw.start[rows], end[rows], SPELLS, 0.8, ABBREVIATED)
            rows = np.flatnonzero(raw.kind == spell.ALIKE)
            self._replaced(raw, rows, raw.start[rows], moved=False)
            rows = np.flatnonzero(raw.kind == spell.SOUND)
            self._replaced(raw, rows, raw.start[rows], moved=False, heard=True)
            self._halves(raw, np.flatnonzero(raw.kind == spell.HALF))
            self._shorter(raw, np.flatnonzero(raw.kind == spell.LESS))
            return
        rows = np.flatnonzero((raw.kind == spell.WHOLE) & (name_length == raw.length - 1) & (name_length >= 3))
        self._keep(raw, rows, raw.start[rows], end[rows], ADDED, 0.0, 1 - 0.9 / name_length[rows])
        rows = np.flatnonzero((raw.kind == spell.LESS) & (name_length == raw.length))
        self._replaced(raw, rows, raw.start[rows], moved=True)

    def _replaced(self, raw: _Raw, rows: Ints, start: Ints, *, moved: bool, heard: bool = False) -> None:
        """Stretches as long as the name: which characters differ, and how alike they are."""
        if not len(rows):
            return
        lengths = self._names.lengths[raw.name[rows]]
        widest = int(lengths.max())
        column = np.arange(widest)
        inside = column < lengths[:, None]
        ours = self._codes[np.minimum(start[:, None] + column, len(self._codes) - 1)]
        theirs = self._names.codes[
            np.minimum(self._names.starts[raw.name[rows]][:, None] + column, len(self._names.codes) - 1)
        ]
        differ = (ours != theirs) & inside
        wrong = differ.sum(1)
        if moved:
            first = differ.argmax(1)
            row = np.arange(len(rows))
            second = np.minimum(first + 1, widest - 1)
            swapped = (
                (wrong == 2) & (ours[row, first] == theirs[row, second]) & (ours[row, second] == theirs[row, first])
            )
            some = np.flatnonzero(swapped)
            self._keep(raw, rows[some], start[some], start[some] + lengths[some], SWAPPED, 0.0, 1 - 0.8 / lengths[some])
            some = np.flatnonzero(wrong == 1)
        else:
            some = np.flatnonzero(wrong >= 1)
        if not len(some):
            return
        at, column = np.nonzero(differ[some])
        left, right = ours[some][at, column], theirs[some][at, column]
        seen = likeness(left, right)
        same = sound_codes(left) == sound_codes(right)
        sounds = np.where(same | heard, np.float32(0.9), np.float32(0))  # by another reading, when the key was a sound
        best = np.maximum(seen, sounds)
        order = np.ones(len(some), np.float32)
        np.minimum.at(order, at, best)
        lost = np.zeros(len(some), np.float32)
        np.add.at(lost, at, 1 - best)
        by_look = np.zeros(len(some), np.float32)
        np.add.at(by_look, at, seen - sounds)
        way = np.where(order < 0.3, OTHER, np.where(by_look > 0, LOOKS, SOUNDS))
        self._keep(
            raw, rows[some], start[some], start[some] + lengths[some], way, order, 1 - 1.2 * lost / lengths[some]
        )

    def _shorter(self, raw: _Raw, rows: Ints) -> None:
        """The name less one character. Less its first or last, the neighbour in the text may stand for it."""
        size = self._names.lengths[raw.name[rows]]
        rows = rows[size == raw.length[rows] + 1]
        size = self._names.lengths[raw.name[rows]]
        start, end = raw.start[rows], raw.start[rows] + raw.length[rows]
        self._keep(raw, rows, start, end, MISSING, 0.0, 1 - 1.3 / size)
        first = np.flatnonzero((raw.position[rows] == 0) & (start > 0))
        first = first[self._codes[start[first] - 1] != 0]
        self._replaced(raw, rows[first], start[first] - 1, moved=True)
        last = np.flatnonzero(raw.position[rows] == size - 1)
        last = last[self._codes[end[last]] != 0]
        self._replaced(raw, rows[last], start[last], moved=True)

    def _halves(self, raw: _Raw, rows: Ints) -> None:
        """Long names: one half is there; the stretch where the name would stand is compared character by character."""
        for row in rows.tolist():
            name = int(raw.name[row])
            text = self._names.skeletons[name]
            half = len(text) // 2
            begin = max(0, int(raw.start[row]) - (half if raw.position[row] else 0))
            stretch = self._codes[begin : begin + len(text)]
            wanted = self._names.codes[self._names.starts[name] : self._names.starts[name] + len(text)]
            if len(stretch) < len(text) or 0 in stretch:
                continue
            same = float((stretch == wanted).mean())
            way = SAME if same == 1 else OTHER
            at = np.array([begin], np.int64)
            self._keep(raw, np.array([row]), at, at + len(text), way, 1.0 if same == 1 else 0.0, same)

    def hits(self, bounds: Ints) -> Hits:
        """All of them, the best explanation of each stretch first, with places relative to their text."""
        if not self._columns:
            empty = np.empty(0, np.int64)
            nothing = np.empty(0, np.float32)
            return Hits(empty, empty, empty, empty, np.empty(0, np.int8), nothing, nothing, np.empty(0, np.bool_))
        name, start, end, way, like, left = (
            np.concatenate([part[column] for part in self._columns]) for column in range(6)
        )
        chance = (way == OTHER) | ((way == SOUNDS) & (left < WHOLLY))
        explained = chance & (end - start == 3)
        explained[explained] = self._texts.triples(start[explained])
        pair = ((way == LOOKS) | (way == SOUNDS)) & (end - start == 2)
        explained[pair] = self._texts.pairs(start[pair])
        if self._likely:
            rows = np.flatnonzero(likely_rows(self._names, name, way, left, explained))
            name, start, end, way, like, left, explained = (
                column[rows] for column in (name, start, end, way, like, left, explained)
            )
        text = np.searchsorted(bounds, start, side="right")
        base = np.where(text > 0, bounds[np.maximum(text - 1, 0)], 0)
        order = np.lexsort((way, -left, name, text))
        return Hits(text, name, start - base, end - base, way, like, left, explained).take(order)
