"""Where copies of photos are looked up: words of bits → points, on disk, added to without rewriting.

A projection: it holds nothing that the vault does not. Each addition is a segment (a folder of plain arrays, written
under another name, synced and renamed); small segments are merged. Files are mapped, so the memory used is the
system's cache.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TABLES, WORDS = 4, 1 << 16
#: More segments than this are merged into one, but for those that have so many pictures already.
MOST_SEGMENTS, LARGE = 8, 100_000
#: So many points of one table are read for a picture, those of the rarest words first: words that many points share
#: (white grounds, banners, blur) say little and would cost most.
MOST_READ = 60_000
#: Of a signature's 32 bits, so many may differ.
_NEAR = 5
#: Rows written at once.
_AT_ONCE = 1 << 20

#: Name, words (4, n), signatures (n), geometry (n), bits (n, 32).
Entry = tuple[str, npt.NDArray[np.uint16], npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint8]]
Rows = npt.NDArray[np.int64]


def segments(folder: Path) -> list[Path]:
    """The folders of a store that are complete, in order: what tells whether it has changed."""
    return sorted(path for path in folder.glob("segment-*") if path.suffix != ".writing")


class _Segment:
    """Points in the order of their pictures (``bits``, ``geometry``, ``picture``; a picture's end in ``ends``), and for
    each table the rows and signatures in the order of the words, which begin at ``starts``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = json.loads((folder / "names.json").read_text("utf-8"))
        self.ends, self.bits, self.geometry, self.picture, self.words, self.signatures = (
            _mapped(folder / f"{name}.npy") for name in ("ends", "bits", "geometry", "picture", "words", "signatures")
        )
        self.starts, self.sorted, self.rows = (
            [_mapped(folder / f"{name}{table}.npy") for table in range(TABLES)] for name in ("starts", "sorted", "rows")
        )


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
        self._rows = np.cumsum([0, *(len(segment.picture) for segment in self._segments)])
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
        """Keep pictures (see :data:`Entry`); one that is known is passed over. How many."""
        names: list[str] = []
        parts: list[tuple[Any, ...]] = []
        for name, *part in pictures:
            if name not in self._known:
                self._known.add(name)
                names.append(name)
                parts.append(tuple(part))
        if not names:
            return 0
        words, signatures, geometry, bits = (
            np.concatenate([part[place] for part in parts], axis=1 if place == 0 else 0) for place in range(4)
        )
        counts = np.array([len(part[1]) for part in parts])
        self._write(names, counts, words, signatures, {"geometry": [geometry], "bits": [bits]})
        self._open()
        if sum(len(segment.names) < LARGE for segment in self._segments) > MOST_SEGMENTS:
            self._merge()
        return len(names)

    def _write(
        self,
        names: list[str],
        counts: npt.NDArray[np.int64],
        words: npt.NDArray[np.uint16],
        signatures: npt.NDArray[np.uint32],
        parts: Mapping[str, Sequence[Any]],
    ) -> Path:
        """A segment; ``parts`` are written one after the other, so that what is mapped need not fit into memory."""
        number = 1 + max((int(path.name.split("-")[1]) for path in segments(self.folder)), default=0)
        final = self.folder / f"segment-{number:06d}"
        beside = final.with_suffix(".writing")
        beside.mkdir()
        _save(beside / "ends.npy", np.cumsum(counts).astype(np.int64))
        _save(beside / "picture.npy", np.repeat(np.arange(len(counts), dtype=np.uint32), counts))
        _save(beside / "words.npy", words)
        _save(beside / "signatures.npy", signatures)
        for name, values in parts.items():
            _save(beside / f"{name}.npy", *values)
        for table in range(TABLES):
            order = np.argsort(words[table], kind="stable").astype(np.uint32)
            starts = np.zeros(WORDS + 1, np.int64)
            np.cumsum(np.bincount(words[table], minlength=WORDS), out=starts[1:])
            _save(beside / f"starts{table}.npy", starts)
            _save(beside / f"rows{table}.npy", order)
            _save(beside / f"sorted{table}.npy", signatures[order])
        with (beside / "names.json").open("w", encoding="utf-8") as out:
            json.dump(names, out)
            out.flush()
            os.fsync(out.fileno())
        beside.rename(final)
        return final

    def _merge(self) -> None:
        """The segments behind the large ones become one; the first of them, when it is by far the largest, is left."""
        first = next(at for at, segment in enumerate(self._segments) if len(segment.names) < LARGE)
        sizes = [len(segment.names) for segment in self._segments[first:]]
        first += sizes[0] > 4 * sum(sizes[1:])
        taken = self._segments[first:]
        old = [segment.folder for segment in taken]
        merged = self._write(
            [name for segment in taken for name in segment.names],
            np.concatenate([np.diff(segment.ends, prepend=0) for segment in taken]),
            np.concatenate([segment.words for segment in taken], axis=1),
            np.concatenate([segment.signatures for segment in taken]),
            {"geometry": [segment.geometry for segment in taken], "bits": [segment.bits for segment in taken]},
        )
        del self._segments, taken
        for path in old:
            shutil.rmtree(path)
        merged.rename(old[0])
        self._open()

    def lookup(
        self, table: int, words: npt.NDArray[np.uint16], signatures: npt.NDArray[np.uint32]
    ) -> tuple[Rows, Rows]:
        """Points of the same word whose signature is near: place in ``words``, row."""
        lows = [np.asarray(segment.starts[table][words]) for segment in self._segments]
        ends = [np.asarray(segment.starts[table][words.astype(np.int64) + 1]) for segment in self._segments]
        counts = sum((end - low for low, end in zip(lows, ends, strict=True)), np.zeros(len(words), np.int64))
        rare = np.argsort(counts, kind="stable")
        asked = np.sort(rare[np.cumsum(counts[rare]) <= MOST_READ])
        places, found = [], []
        for segment, first, low, end in zip(self._segments, self._rows[:-1], lows, ends, strict=True):
            low, count = low[asked], (end - low)[asked]
            ends_at = np.cumsum(count)
            at = np.arange(int(count.sum()))
            at += np.repeat(low - (ends_at - count), count)
            apart = segment.sorted[table][at]
            apart ^= np.repeat(signatures[asked], count)
            near = np.flatnonzero(np.bitwise_count(apart) <= _NEAR)
            places.append(asked[np.searchsorted(ends_at, near, side="right")])
            found.append(segment.rows[table][at[near]].astype(np.int64) + first)
        none = np.zeros(0, np.int64)
        return np.concatenate([none, *places]), np.concatenate([none, *found])

    def at(self, rows: Rows) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32], Rows]:
        """Of these rows: bits (n, 32), geometry, picture."""
        bits, geometry = np.empty((len(rows), 32), np.uint8), np.empty(len(rows), np.uint32)
        picture = np.empty(len(rows), np.int64)
        owner = np.searchsorted(self._rows, rows, side="right") - 1
        for number, segment in enumerate(self._segments):
            mine = np.flatnonzero(owner == number)
            inside = rows[mine] - self._rows[number]
            bits[mine], geometry[mine] = segment.bits[inside], segment.geometry[inside]
            picture[mine] = segment.picture[inside].astype(np.int64) + self._first[number]
        return bits, geometry, picture

    def whole(self, picture: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
        """Bits and geometry of all points of one picture."""
        number = int(np.searchsorted(self._first, picture, side="right")) - 1
        segment: _Segment = self._segments[number]
        inside = picture - int(self._first[number])
        span = slice(int(segment.ends[inside - 1]) if inside else 0, int(segment.ends[inside]))
        return np.asarray(segment.bits[span]), np.asarray(segment.geometry[span])


def _mapped(path: Path) -> Any:
    """A file as a plain array: numpy's own class of mapped ones makes each small piece dearer."""
    return np.asarray(np.load(path, mmap_mode="r"))


def _save(path: Path, *parts: Any) -> None:
    """One array, or several one after the other, as one file of numpy."""
    whole = (sum(len(part) for part in parts), *parts[0].shape[1:])
    with path.open("wb") as out:
        header = {"descr": np.lib.format.dtype_to_descr(parts[0].dtype), "fortran_order": False, "shape": whole}
        np.lib.format.write_array_header_1_0(out, header)
        for part in parts:
            for start in range(0, len(part), _AT_ONCE):
                out.write(np.ascontiguousarray(part[start : start + _AT_ONCE]).tobytes())
        out.flush()
        os.fsync(out.fileno())
