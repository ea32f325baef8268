"""What both backends do in the same way: changes that may have to wait, and what a search says of those that do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from typing import Self

from domain.codec import decode
from indexer.documents import Document, Source, from_source, index_key
from indexer.engine import Engine
from indexer.query import Query
from indexer.results import Results
from indexer.search import search
from indexer.spool import Change, Delete, Spool


class Spooling(ABC):
    """The part of a :class:`~indexer.backend.SearchBackend` that needs no more than an engine and a spool. ``place``
    is where its documents are written to, as an officer calls it."""

    place: str

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    @property
    @abstractmethod
    def engine(self) -> Engine: ...

    @abstractmethod
    def _change(self, changes: Iterable[Change]) -> int:
        """Makes the changes, or lets them wait; how many."""

    @abstractmethod
    def close(self) -> None: ...

    def put(self, documents: Iterable[Document]) -> int:
        return self._change(documents)

    def delete(self, keys: Iterable[str]) -> int:
        return self._change(Delete(index_key(key)) for key in keys)

    def get(self, key: str) -> Document | None:
        data = self.engine.source(index_key(key))
        return None if data is None else from_source(decode(data, Source), data)

    def search(self, query: Query) -> Results:
        results = search(self.engine, query)
        said = tuple(f"{each}，这次的结果不含它们" for each in self._notices())
        return replace(results, notices=(*results.notices, *said)) if said else results

    def _notices(self) -> list[str]:
        """That changes wait or were refused, when some do or were."""
        waiting, refused = self._spool.waiting, self._spool.refused
        said = [f"有 {waiting} 条变更还在等待写入{self.place}"] if waiting else []
        if refused is not None:
            said.append(f"有变更无法写入{self.place}，已另存在 {refused}，请运行 qingyuan index rebuild")
        return said

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
