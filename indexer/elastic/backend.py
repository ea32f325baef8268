"""The Elasticsearch backend.

The alias ``PREFIX`` names the index in use, ``PREFIX-v3-000001``; during a rebuild ``PREFIX-next`` names the one being
built, and what is put meanwhile goes into both. A change that the server cannot take waits in ``folder/waiting``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from domain.errors import BackendError, BusyError
from indexer.documents import Document
from indexer.elastic import bulk
from indexer.elastic.engine import ElasticEngine
from indexer.elastic.indices import Indices
from indexer.elastic.server import Unavailable, connect, speaking
from indexer.engine import Engine
from indexer.lock import locked
from indexer.query import Query
from indexer.results import Results
from indexer.spool import Change, Spool
from indexer.spooling import Spooling


class ElasticBackend(Spooling):
    """A :class:`~indexer.backend.SearchBackend` on a server.

    ``url`` may hold several nodes of one cluster, separated by commas. ``timeout``: seconds for one request;
    ``patience``: seconds a put waits for another writer on this machine.
    """

    place = " Elasticsearch"

    def __init__(
        self,
        url: str,
        *,
        folder: Path,
        prefix: str = "qingyuan",
        shards: int = 1,
        timeout: float = 15.0,
        patience: float = 2.0,
    ) -> None:
        super().__init__(Spool(folder / "waiting"))
        self._client = connect(url, timeout=timeout)
        self._folder = folder
        self._prefix = prefix
        self._indices = Indices(self._client, prefix, shards=shards)
        self._patience = patience
        self._engine = ElasticEngine(self._client, prefix, timeout=max(1.0, timeout - 3), shards=shards)
        self._trouble = ""

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def prefix(self) -> str:
        return self._prefix

    @property
    def client(self) -> Elasticsearch:
        return self._client

    def search(self, query: Query) -> Results:
        try:
            return super().search(query)
        except Unavailable:
            raise
        except BackendError:
            self._indices.check()  # an index of another layout refuses in words that help nobody
            raise

    def drain(self) -> int:
        taken = 0
        while self._spool.waiting:
            try:
                with locked(self._folder / "writer.lock"):
                    taken += self._take_waiting()
            except (BusyError, Unavailable) as error:
                self._trouble = str(error)
                break
        return taken

    def rebuild(self, documents: Iterable[Document]) -> int:
        with locked(self._folder / "writer.lock", patience=self._patience):
            name = self._indices.create_next()
            try:
                outcome, _ = bulk.write(self._client, (self._indices.next,), documents, create=True)
                if outcome.left:
                    raise Unavailable(f"重建中止，旧索引继续使用：{outcome.why}")
                _raise_refused(outcome)
                self._indices.take_over(name)
            except BaseException:
                self._indices.drop(name)
                raise
            count = outcome.written
            self._spool.forget_refused()
            self._take_waiting()
        self.drain()
        return count

    def status(self) -> dict[str, Any]:
        notices = self._notices()
        report = {"engine": "elasticsearch", "index": "", "documents": 0, "bytes": 0, "healthy": False}
        try:
            with speaking():
                names = self._indices.names(self._prefix)
                self._indices.check()
                health = self._client.cluster.health(timeout="2s")
                if names:
                    documents, size = self._indices.size()
                    report.update(documents=documents, bytes=size)
                report.update(index=",".join(names), healthy=health["status"] != "red")
                if health["status"] == "red":
                    notices.append("Elasticsearch 集群是红色：有分片不可用，搜索结果不全")
        except BackendError as error:
            notices.append(str(error))
        return {**report, "waiting": self._spool.waiting, "notices": notices}

    def remove(self) -> None:
        """Takes everything of ours off the server. A projection: what it held can be rebuilt."""
        self._indices.remove()

    def close(self) -> None:
        self._client.close()

    # Writing.

    def _change(self, changes: Iterable[Change]) -> int:
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(self._folder / "writer.lock", patience=self._patience))
            except BusyError:
                count = self._spool.append(changes)
            else:
                count = self._write_or_keep(changes)
        if self._spool.waiting and not self._trouble:
            self.drain()
        return count

    def _write_or_keep(self, changes: Iterable[Change]) -> int:
        """With the lock held: what waits first, then these; what the server does not take waits on disk."""
        counter = _Counter(changes)
        try:
            self._take_waiting()
            outcome = self._write(counter)
            self._trouble = ""
        except Unavailable as error:
            self._trouble = str(error)
            self._spool.append(chain(counter.back, counter))
        else:
            _raise_refused(outcome)
        return counter.count

    def _take_waiting(self) -> int:
        return self._spool.drain(lambda changes: self._write(_Counter(changes))) if self._spool.waiting else 0

    def _write(self, changes: _Counter) -> bulk.Outcome:
        """Raises Unavailable with what was not written put back into ``changes``. What the server refuses for good is
        set aside on disk, where it neither gets lost nor holds up what comes after it."""
        targets = self._indices.targets()
        outcome, _ = bulk.write(self._client, targets, changes)
        self._spool.set_aside(outcome.refused)
        if outcome.left:
            changes.back = outcome.left
            raise Unavailable(outcome.why)
        self._indices.refresh()
        return outcome


class _Counter:
    """Changes one after the other, counted; ``back`` holds those that came back unwritten."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._changes = iter(changes)
        self.count = 0
        self.back: list[Change] = []

    def __iter__(self) -> Iterator[Change]:
        return self

    def __next__(self) -> Change:
        change = next(self._changes)
        self.count += 1
        return change


def _raise_refused(outcome: bulk.Outcome) -> None:
    if outcome.refused:
        raise BackendError(f"Elasticsearch 拒收了 {len(outcome.refused)} 条变更，第一条是 {outcome.reason}")
