"""Changes that wait on disk because the index is away, refuses, or is being written by another.

One file an append, complete and synced before it has its name, numbered in order; a file goes away only after the index
took all of it. Taking a change twice leaves the index as taking it once did, so a crash between the two is harmless:
nothing is lost and nothing doubled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec

from domain.codec import decode
from domain.errors import DecodeError
from indexer.documents import Document, Source, from_source
from indexer.lock import locked


@dataclass(frozen=True, slots=True)
class Delete:
    """The document of this key goes away."""

    key: str


Change: TypeAlias = Document | Delete

#: Changes given to the index at once.
_BATCH = 20_000


class Spool:
    """A folder of waiting changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def waiting(self) -> int:
        """How many changes wait; the file names say it, so this is cheap enough for every search."""
        try:
            return sum(_count(name) for name in os.listdir(self._folder) if name.endswith(".changes"))  # noqa: PTH208
        except FileNotFoundError:
            return 0

    def append(self, changes: Iterable[Change]) -> int:
        """Puts the changes at the end of the queue and returns how many; they are on disk when it returns."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with locked(self._folder / ".lock", patience=60):
            number = max((_number(path) for path in self._files()), default=0) + 1
            temporary = self._folder / f"{number:012d}.part"
            count = 0
            with temporary.open("wb") as file:
                for change in changes:
                    file.write(_line(change))
                    count += 1
                file.flush()
                os.fsync(file.fileno())
            if not count:
                temporary.unlink()
                return 0
            temporary.rename(self._folder / f"{number:012d}-{count:09d}.changes")
            _sync(self._folder)
            return count

    @property
    def refused(self) -> Path | None:
        """Where the changes are that no index takes; None when there are none."""
        path = self._folder / "refused"
        return path if path.exists() else None

    def set_aside(self, changes: Iterable[Change]) -> None:
        """Keeps changes that will never be taken, out of the way of the others."""
        self._keep_refused([_line(change) for change in changes])

    def _keep_refused(self, lines: list[bytes]) -> None:
        if lines:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / "refused").open("ab") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())

    def forget_refused(self) -> None:
        """After a rebuild: all that they held was drawn from the facts anew."""
        (self._folder / "refused").unlink(missing_ok=True)

    def drain(self, take: Callable[[Iterator[Change]], object]) -> int:
        """Gives the waiting changes, oldest first, to ``take``, which must have made them durable when it returns; what
        it raises stops the drain, and they wait on. Returns how many were taken. One caller at a time: the index's own
        lock sees to it."""
        taken = 0
        while files := self._some():
            take(change for path in files for change in self._changes(path))
            taken += sum(_count(path.name) for path in files)
            for path in files:
                path.unlink()
            _sync(self._folder)
        return taken

    def _changes(self, path: Path) -> Iterator[Change]:
        """The changes of a file. A line that cannot be read (of another version, of a damaged disk) is set aside."""
        with path.open("rb") as file:
            for line in file:
                data = line[1:].rstrip(b"\n")
                try:
                    if line.startswith(b"-"):
                        yield Delete(msgspec.json.decode(data, type=str))
                    else:
                        yield from_source(decode(data, Source), data)
                except (DecodeError, msgspec.MsgspecError):
                    self._keep_refused([line])

    def _some(self) -> list[Path]:
        """The oldest files, together about :data:`_BATCH` changes."""
        some: list[Path] = []
        count = 0
        for path in self._files():
            some.append(path)
            count += _count(path.name)
            if count >= _BATCH:
                break
        return some

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.changes")) if self._folder.is_dir() else []


def _number(path: Path) -> int:
    return int(path.name.partition("-")[0])


def _count(name: str) -> int:
    return int(name.removesuffix(".changes").partition("-")[2])


def _line(change: Change) -> bytes:
    if isinstance(change, Delete):
        return b"-" + msgspec.json.encode(change.key) + b"\n"
    return b"+" + change.source + b"\n"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
