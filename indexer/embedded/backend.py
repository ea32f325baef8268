"""The embedded backend: one folder, one writer at a time, any number of readers in any process.

::

    current            the name of the index in use, replaced by a rename
    v5-000001/         an index of tantivy
    waiting/           changes that arrived while another process was writing
    writer.lock
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, cast

import tantivy

from domain.errors import BackendError, BusyError
from indexer.churn import passing_through
from indexer.documents import Document
from indexer.embedded.reader import Reader, current
from indexer.embedded.schema import VERSION, create, rows
from indexer.engine import Engine
from indexer.lock import locked
from indexer.priority import giving_way
from indexer.spool import Change, Spool
from indexer.spooling import Spooling

HEAP = 512_000_000
_SMALL_HEAP = 32_000_000
#: A put that is not larger than this opens a small writer.
_SMALL = 500


class EmbeddedBackend(Spooling):
    """A :class:`~indexer.backend.SearchBackend` in a folder. ``patience``: seconds a put waits for another writer."""

    place = "索引"

    def __init__(self, folder: Path, *, patience: float = 2.0) -> None:
        super().__init__(Spool(folder / "waiting"))
        self._folder = folder
        self._patience = patience
        self._reader = Reader(folder)

    @property
    def engine(self) -> Engine:
        return self._reader

    def rebuild(self, documents: Iterable[Document]) -> int:
        with locked(self._folder / "writer.lock", patience=self._patience):
            name = self._next_name()
            path = self._folder / name
            path.mkdir(parents=True)
            try:
                create(path)
                with _writer(path, HEAP) as writer, passing_through():
                    count = _add_all(writer, documents)
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
            self._point_to(name)
            self._remove_others(name)
            self._spool.forget_refused()
            self._take_waiting()
        self.drain()
        return count

    def drain(self) -> int:
        taken = 0
        while self._spool.waiting:
            try:
                with locked(self._folder / "writer.lock"):
                    taken += self._take_waiting()
            except BusyError:
                break  # whoever holds it looks again when done
        return taken

    def status(self) -> dict[str, Any]:
        searcher = self._reader.searcher()
        return {
            "engine": "tantivy",
            "index": current(self._folder) if searcher is not None else "",
            "documents": searcher.num_docs if searcher is not None else 0,
            "waiting": self._spool.waiting,
            "bytes": sum(path.stat().st_size for path in self._folder.glob("v*/*")),
            "healthy": True,
            "notices": self._notices(),
        }

    def close(self) -> None:
        self._reader = Reader(self._folder)

    # Writing.

    def _change(self, changes: Iterable[Change]) -> int:
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(self._folder / "writer.lock", patience=self._patience))
            except BusyError:
                count = self._spool.append(changes)
            else:
                self._take_waiting()
                count = self._apply(changes)
        self.drain()
        return count

    def _take_waiting(self) -> int:
        """With the lock held: what waits, in its order."""
        return self._spool.drain(self._apply) if self._spool.waiting else 0

    def _apply(self, changes: Iterable[Change]) -> int:
        first: list[Change] = []
        rest = iter(changes)
        for change in rest:
            first.append(change)
            if len(first) > _SMALL:
                break
        if not first:
            return 0
        with self._open_writer(_SMALL_HEAP if len(first) <= _SMALL else HEAP) as writer, passing_through():
            count = _upsert(writer, first)
            return count + _upsert(writer, rest)

    @contextmanager
    def _open_writer(self, heap: int) -> Iterator[tantivy.IndexWriter]:
        try:
            name = current(self._folder)
        except FileNotFoundError:
            name = self._next_name()
            (self._folder / name).mkdir(parents=True)
            create(self._folder / name)
            self._point_to(name)
        with _writer(self._folder / name, heap) as writer:
            yield writer

    def _next_name(self) -> str:
        numbers = [int(path.name.partition("-")[2]) for path in self._folder.glob("v*-*") if path.is_dir()]
        return f"v{VERSION}-{max(numbers, default=0) + 1:06d}"

    def _point_to(self, name: str) -> None:
        temporary = self._folder / "current.part"
        with temporary.open("w", encoding="ascii") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(self._folder / "current")
        handle = os.open(self._folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)

    def _remove_others(self, name: str) -> None:
        """Old indexes, and what a killed rebuild left. Readers that have one open keep it until they look again."""
        for path in self._folder.glob("v*-*"):
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _writer(path: Path, heap: int) -> Iterator[tantivy.IndexWriter]:
    """A writer whose work is committed when the block ends well, and dropped when it does not."""
    try:
        index = tantivy.Index.open(str(path))
        writer = giving_way(lambda: index.writer(heap, 1))
        # A writer that was killed may have left a file under the very name that the next commit will take.
        writer.garbage_collect_files()
    except (ValueError, OSError) as error:
        raise BackendError(f"索引无法写入（{path}），请检查磁盘，或运行 qingyuan index rebuild：{error}") from None
    try:
        yield writer
    except BaseException:
        writer.rollback()
        writer.wait_merging_threads()  # also frees tantivy's own lock
        raise
    try:
        writer.commit()
        writer.wait_merging_threads()
    except (ValueError, OSError) as error:
        raise BackendError(f"索引写入失败（{path}），请检查磁盘空间后重试：{error}") from None


def _upsert(writer: tantivy.IndexWriter, changes: Iterable[Change]) -> int:
    count = 0
    for is_document, run in groupby(changes, lambda change: isinstance(change, Document)):
        if is_document:
            for document, row in rows(cast("Iterator[Document]", run)):
                writer.delete_documents_by_term("key", document.key)
                writer.add_document(row)
                count += 1
        else:
            for change in run:
                writer.delete_documents_by_term("key", change.key)
                count += 1
    return count


def _add_all(writer: tantivy.IndexWriter, documents: Iterable[Document]) -> int:
    """Into an empty index: nothing to replace, except a key that comes twice."""
    seen: set[int] = set()
    count = 0
    for document, row in rows(documents):
        mark = hash(document.key)
        if mark in seen:
            writer.delete_documents_by_term("key", document.key)
        else:
            count += 1
        seen.add(mark)
        writer.add_document(row)
    return count
