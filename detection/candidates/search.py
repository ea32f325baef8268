"""The search: for a batch of texts, every name that a stretch of one of them could mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detection.candidates import names as spell
from detection.candidates.hashing import U64, Ints, Table, Windows
from detection.candidates.heads import Beginning
from detection.candidates.names import Names
from detection.candidates.texts import Texts
from detection.names.folding import skeletons
from detection.names.looks import likeness
from detection.names.sounds import sound_codes

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
#: So many stretches of a text, the best, are given for one name: a hostile text repeats it two thousand times.
MOST = 64
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


class _Raw(NamedTuple):
    """Windows that are keys: the window, and what the key is (see :mod:`detection.candidates.names`)."""

    start: Ints
    length: Ints
    name: Ints
    kind: Ints
    position: Ints

    def of(self, kind: int) -> Ints:
        """The rows of a kind."""
        return np.flatnonzero(self.kind == kind)


def _unpack(starts: Ints, lengths: Ints, payload: U64) -> _Raw:
    packed = payload.view(np.int64)
    return _Raw(starts, lengths, packed >> 16, packed >> 8 & 255, packed & 255)


def search(names: Names, texts: Sequence[str]) -> Hits:
    """Every stretch of the texts that could mean a name, with what was done to it.

    Work grows with the texts and with what is found in them, not with the number of names.
    """
    return search_shaped(names, Texts(*skeletons(texts)))


def search_shaped(names: Names, texts: Texts, *, exact: bool = False, likely: bool = False) -> Hits:
    """The same for texts that are shaped already. ``exact``: only what stands there unchanged is looked for;
    ``likely``: what is hardly like the name, or explained by ordinary words, is left out (see :func:`likely_rows`)."""
    found = _Judged(names, texts, likely=likely)
    beginning = Beginning(names.heads, texts.codes)
    if exact:
        found.whole(_find_whole(names.table, texts.windows, beginning.whole(names.whole)), exact=True)
        return found.hits()
    explained = texts.inner_explained
    found.whole(_find_whole(names.table, texts.windows, beginning.whole(names.whole, explained)))
    _search_edited(names, texts, found)
    heard = sound_codes(texts.codes)
    beginning = Beginning(names.heard_heads, heard)
    found.whole(_find_whole(names.sounds, Windows(heard), beginning.whole(names.heard, explained)))
    return found.hits()


def _find_whole(table: Table, windows: Windows, tried: Iterable[tuple[Ints, int]]) -> _Raw:
    """Windows as they are."""
    starts, lengths = zip(*tried, strict=True)
    start, size = np.concatenate(starts), np.repeat(lengths, [len(places) for places in starts])
    fits = np.flatnonzero(start <= windows.size - size)
    start, size = start[fits], size[fits]
    index, payload = table.find(windows.at(start, size))
    return _unpack(start[index], size[index], payload)


def _search_edited(names: Names, texts: Texts, found: _Judged) -> None:
    """Windows with one inner character left out: the names with one character added, replaced or moved."""
    codes = texts.codes
    if len(codes) < 4 or not names.edited:
        return
    starts, lengths, skips = zip(*Beginning(names.edit_heads, codes).edited(names.edited), strict=True)
    counts = [len(places) for places in starts]
    start, size, skip = np.concatenate(starts), np.repeat(lengths, counts), np.repeat(skips, counts)
    # what is left out must not be the end of a text
    fits = np.flatnonzero((start <= len(codes) - size) & (codes[np.minimum(start + skip, len(codes) - 1)] != 0))
    start, size, skip = start[fits], size[fits], skip[fits]
    index, payload = names.edits.find(texts.windows.without(start, size, skip))
    found.edited(_unpack(start[index], size[index], payload), skip[index])


def _best(order: Ints, text: Ints, name: Ints) -> Ints:
    """Of rows in order, those that are among the first of their text and name."""
    first = np.flatnonzero((np.diff(text[order], prepend=-1) != 0) | (np.diff(name[order], prepend=-1) != 0))
    place = np.arange(len(order)) - np.repeat(first, np.diff(first, append=len(order)))
    return order[place < MOST]


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

    def whole(self, raw: _Raw, *, exact: bool = False) -> None:
        """Windows as they are; ``exact``: only those that are names, or halves of them."""
        ways = ((spell.WHOLE, SAME, 1.0), (spell.SPLIT, SPLITS, 1.0), (spell.SPELLED, SPELLS, 1.0))
        for kind, way, left in (*ways, (spell.INITIALS, SPELLS, ABBREVIATED))[: 1 if exact else None]:
            rows = raw.of(kind)
            start = raw.start[rows]
            self._keep(raw, rows, start, start + raw.length[rows], way, 1.0 if left == 1 else 0.8, left)
        if not exact:
            for kind in spell.LIKENESSES:
                rows = raw.of(kind)
                rows = rows[(raw.length[rows] != 2) | ~self._texts.inner_explained[raw.start[rows]]]
                ends = self._names.lengths[raw.name[rows]] - 1
                self._replaced(
                    raw, rows, raw.start[rows], np.zeros(len(rows), np.int64), ends, heard=kind == spell.SOUND
                )
        self._halves(raw, raw.of(spell.HALF))
        if not exact:
            self._shorter(raw, raw.of(spell.LESS))

    def edited(self, raw: _Raw, skip: Ints) -> None:
        """Windows with a character left out, which stands at ``skip`` in each."""
        lengths = self._names.lengths[raw.name]
        rows = np.flatnonzero((raw.kind == spell.WHOLE) & (lengths == raw.length - 1))
        start = raw.start[rows]
        self._keep(raw, rows, start, start + raw.length[rows], ADDED, 0.0, 1 - 0.9 / lengths[rows])
        rows = np.flatnonzero((raw.kind == spell.LESS) & (lengths == raw.length))
        # between the character left out of the text and the one left out of the name they are shifted by one: of both
        # ends of that stretch one is alike when one character is replaced, or they are crosswise when two are swapped
        skip, position = skip[rows], raw.position[rows]
        low, high = np.minimum(skip, position), np.maximum(skip, position)
        ours, theirs = raw.start[rows], self._names.starts[raw.name[rows]]
        ends = self._names.codes[theirs + high]
        near = (low == high) | (self._codes[ours + high] == ends) | (self._codes[ours + low] == ends)
        near |= self._codes[ours + low] == self._names.codes[theirs + low]
        some = np.flatnonzero(near)
        self._replaced(raw, rows[some], ours[some], low[some], high[some], moved=True)

    def _replaced(
        self, raw: _Raw, rows: Ints, start: Ints, low: Ints, high: Ints, *, moved: bool = False, heard: bool = False
    ) -> None:
        """Stretches as long as the name: which characters differ, and how alike they are; all that do stand from
        ``low`` to ``high``. ``moved``: one is replaced, or two are swapped."""
        if not len(rows):
            return
        lengths, names = self._names.lengths[raw.name[rows]], self._names.starts[raw.name[rows]]
        wrong, first = np.zeros(len(rows), np.int8), np.zeros(len(rows), np.int64)
        order, lost, by_look = np.ones(len(rows), np.float32), *np.zeros((2, len(rows)), np.float32)
        left, right = self._codes[start + low], self._names.codes[names + low]
        for step in range(int((high - low).max()) + 1):
            if step:
                longer = np.flatnonzero(high - low >= step)
                place = low[longer] + step
                left, right = self._codes[start[longer] + place], self._names.codes[names[longer] + place]
            differ = np.flatnonzero(left != right)
            at, left, right = longer[differ] if step else differ, left[differ], right[differ]
            first[at] = np.where(wrong[at] == 0, low[at] + step, first[at])
            wrong[at] += 1
            seen = likeness(left, right)
            same = sound_codes(left) == sound_codes(right)
            sounds = np.where(same | heard, np.float32(0.9), np.float32(0))  # by another reading, when the key was one
            best = np.maximum(seen, sounds)
            order[at] = np.minimum(order[at], best)
            lost[at] += 1 - best
            by_look[at] += seen - sounds
        if moved:
            some = np.flatnonzero(wrong == 2)
            place, other = start[some] + first[some], names[some] + first[some]
            crossed = self._codes[place] == self._names.codes[other + 1]
            some = some[crossed & (self._codes[place + 1] == self._names.codes[other])]
            self._keep(raw, rows[some], start[some], start[some] + lengths[some], SWAPPED, 0.0, 1 - 0.8 / lengths[some])
        some = np.flatnonzero(wrong == 1 if moved else wrong >= 1)
        order, by_look = order[some], by_look[some]
        way = np.where(order < 0.3, OTHER, np.where(by_look > 0, LOOKS, SOUNDS))
        kept = 1 - 1.2 * lost[some] / lengths[some]
        self._keep(raw, rows[some], start[some], start[some] + lengths[some], way, order, kept)

    def _shorter(self, raw: _Raw, rows: Ints) -> None:
        """The name less one character. Less its first or last, the neighbour in the text may stand for it."""
        size = self._names.lengths[raw.name[rows]]
        rows = rows[size == raw.length[rows] + 1]
        size = self._names.lengths[raw.name[rows]]
        start, end = raw.start[rows], raw.start[rows] + raw.length[rows]
        left = 1 - 1.3 / size
        some = np.flatnonzero(left >= RESEMBLANCE) if self._likely else np.arange(len(rows))
        self._keep(raw, rows[some], start[some], end[some], MISSING, 0.0, left[some])
        first = np.flatnonzero((raw.position[rows] == 0) & (start > 0))
        first = first[self._codes[start[first] - 1] != 0]
        last = np.flatnonzero(raw.position[rows] == size - 1)
        last = last[self._codes[end[last]] != 0]
        begins, place = np.concatenate([start[first] - 1, start[last]]), np.repeat((0, 1), (len(first), len(last)))
        some = np.concatenate([rows[first], rows[last]])
        place *= self._names.lengths[raw.name[some]] - 1
        self._replaced(raw, some, begins, place, place, moved=True)

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

    def hits(self) -> Hits:
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
        bounds = self._texts.bounds
        text = np.searchsorted(bounds, start, side="right")
        base = np.where(text > 0, bounds[np.maximum(text - 1, 0)], 0)
        order = _best(np.lexsort((way, -left, name, text)), text, name)
        return Hits(text, name, start - base, end - base, way, like, left, explained).take(order)
