"""Where copies of photos are looked up: words of bits → entries, on disk, added to without rewriting.

A projection: it holds nothing that the vault does not. Each addition is a segment (a folder of plain arrays, written
under another name, synced and renamed); small segments are merged. Files are mapped, so the memory used is the
system's cache.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TABLES, WORDS = 4, 1 << 16
#: More segments than this are merged into one.
MOST_SEGMENTS = 8
#: A word that more entries have than this says nothing (white grounds, banners); the rest of its entries are not read.
MOST_ENTRIES = 4_000

Entry = tuple[str, npt.NDArray[np.uint16], npt.NDArray[np.uint32], npt.NDArray[np.uint32]]


def segments(folder: Path) -> list[Path]:
    """The folders of a store that are complete, in order: what tells whether it has changed."""
    return sorted(path for path in folder.glob("segment-*") if path.suffix != ".writing")


class _Segment:
    def __init__(self, folder: Path) -> None:
        self.names: list[str] = json.loads((folder / "names.json").read_text("utf-8"))
        self.starts = [np.load(folder / f"starts{t}.npy", mmap_mode="r") for t in range(TABLES)]
        self.rows = [np.load(folder / f"rows{t}.npy", mmap_mode="r") for t in range(TABLES)]


class CopyStore:
    """Pictures by name (a digest), numbered in the order in which they came. One writer at a time, and any number of
    readers beside it: ``reading`` touches nothing, and what is added later is seen by whoever opens the store anew."""

    def __init__(self, folder: Path, *, reading: bool = False) -> None:
        self.folder = folder
        self._reading = reading
        if not reading:
            folder.mkdir(parents=True, exist_ok=True)
            for torn in folder.glob("*.writing"):
                shutil.rmtree(torn)
        for look in range(10):
            try:
                self._open()
                break
            except FileNotFoundError:  # a merge took a segment away between two looks
                if look == 9 or not reading:
                    raise

    def _open(self) -> None:
        self._segments: list[_Segment] = []
        seen: set[str] = set()
        for path in segments(self.folder)[::-1]:
            segment = _Segment(path)
            if seen.issuperset(segment.names):  # a merge was killed after its result was written
                if not self._reading:
                    shutil.rmtree(path)
                continue
            seen.update(segment.names)
            self._segments.insert(0, segment)
        self._first = np.cumsum([0, *(len(segment.names) for segment in self._segments)])
        self._known = {name for segment in self._segments for name in segment.names}

    def __len__(self) -> int:
        return int(self._first[-1])

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def name(self, picture: int) -> str:
        at = int(np.searchsorted(self._first, picture, side="right")) - 1
        segment: _Segment = self._segments[at]
        return segment.names[picture - int(self._first[at])]

    def add(self, pictures: Iterable[Entry]) -> int:
        """Keep pictures (name, words (4, n), signatures (n), geometry (n)); one that is known is passed over. How
        many."""
        names: list[str] = []
        words, rows = [], []
        for name, word, signature, geometry in pictures:
            if name in self._known:
                continue
            self._known.add(name)
            row = np.empty((len(signature), 3), np.uint32)
            row[:, 0], row[:, 1], row[:, 2] = signature, len(names), geometry
            names.append(name)
            words.append(word)
            rows.append(row)
        if not names:
            return 0
        self._write(names, np.concatenate(words, axis=1), np.concatenate(rows))
        self._open()
        if len(self._segments) > MOST_SEGMENTS:
            self._merge()
        return len(names)

    def _write(self, names: list[str], words: npt.NDArray[np.uint16], rows: npt.NDArray[np.uint32]) -> Path:
        number = 1 + max((int(path.name.split("-")[1]) for path in segments(self.folder)), default=0)
        final = self.folder / f"segment-{number:06d}"
        beside = final.with_suffix(".writing")
        beside.mkdir()
        for table in range(TABLES):
            order = np.argsort(words[table], kind="stable")
            starts = np.zeros(WORDS + 1, np.int64)
            np.cumsum(np.bincount(words[table], minlength=WORDS), out=starts[1:])
            _save(beside / f"starts{table}.npy", starts)
            _save(beside / f"rows{table}.npy", rows[order])
        with (beside / "names.json").open("w", encoding="utf-8") as out:
            json.dump(names, out)
            out.flush()
            os.fsync(out.fileno())
        beside.rename(final)
        return final

    def _merge(self) -> None:
        """All segments but the first, which is by far the largest, become one; all become one when it is not."""
        sizes = [len(segment.names) for segment in self._segments]
        first = 1 if sizes[0] > 4 * sum(sizes[1:]) else 0
        old = segments(self.folder)[first:]
        names, words, rows, shift = [], [], [], 0
        for segment in self._segments[first:]:
            # the words of a row stand in each table's order; the first table's rows carry them to the others by sorting
            parts = [_sorted(segment, table, shift) for table in range(TABLES)]
            words.append(np.stack([word for word, _ in parts]))
            rows.append(parts[0][1])
            names += segment.names
            shift += len(segment.names)
        merged = self._write(names, np.concatenate(words, axis=1), np.concatenate(rows))
        del self._segments
        for path in old:
            shutil.rmtree(path)
        merged.rename(old[0])
        self._open()

    def lookup(self, table: int, words: npt.NDArray[np.uint16]) -> tuple[Any, Any, Any, Any]:
        """Entries of the words: place in ``words``, signature, picture, geometry."""
        places, found = [], []
        for segment, first in zip(self._segments, self._first[:-1], strict=True):
            starts = segment.starts[table]
            low = np.asarray(starts[words])
            count = np.minimum(np.asarray(starts[words.astype(np.int64) + 1]) - low, MOST_ENTRIES)
            total = int(count.sum())
            if not total:
                continue
            at = np.repeat(low - np.r_[0, np.cumsum(count)[:-1]], count) + np.arange(total)
            rows = np.asarray(segment.rows[table][at])
            rows[:, 1] += np.uint32(first)
            found.append(rows)
            places.append(np.repeat(np.arange(len(words)), count))
        if not found:
            none = np.zeros(0, np.uint32)
            return np.zeros(0, np.int64), none, none, none
        rows = np.concatenate(found)
        return np.concatenate(places), rows[:, 0], rows[:, 1], rows[:, 2]


def _sorted(segment: _Segment, table: int, shift: int) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32]]:
    """A segment's words of one table and its rows, both in the one order that all tables can be brought to."""
    starts = np.asarray(segment.starts[table])
    rows = np.array(segment.rows[table])
    words = np.repeat(np.arange(WORDS), np.diff(starts)).astype(np.uint16)
    order = np.lexsort((rows[:, 0], rows[:, 2], rows[:, 1]))
    rows = rows[order]
    rows[:, 1] += np.uint32(shift)
    return words[order], rows


def _save(path: Path, values: Any) -> None:
    with path.open("wb") as out:
        np.save(out, values, allow_pickle=False)
        out.flush()
        os.fsync(out.fileno())
