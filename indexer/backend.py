"""What every search backend does. Two implement it, and one contract suite runs over both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Self

from indexer.documents import Document
from indexer.engine import Engine
from indexer.query import Query
from indexer.results import Results


class SearchBackend(Protocol):
    """A projection of the facts that can be searched; it can be thrown away and rebuilt."""

    def put(self, documents: Iterable[Document]) -> int:
        """Takes documents in, each in place of the one of its key; returns how many.

        When it returns they are found, or they wait on disk because the index is away or busy (see :meth:`status`), and
        are taken in by a later call. Of two documents of one key the later put wins. When ``documents`` raises, the
        embedded index takes none of them.
        """
        ...

    def delete(self, keys: Iterable[str]) -> int:
        """Takes the documents of these keys out, under the same promise; unknown keys are no error."""
        ...

    def get(self, key: str) -> Document | None: ...

    def search(self, query: Query) -> Results:
        """Raises QueryError, or BackendError when the index is away."""
        ...

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Builds a new index of exactly these documents beside the old one, which serves until the new one is complete
        and takes its place at once. What is put meanwhile by others follows into the new one. Returns how many.

        Raises BusyError when another writes.
        """
        ...

    def drain(self) -> int:
        """Takes in what waits on disk, as far as the index allows; returns how many."""
        ...

    def status(self) -> dict[str, Any]:
        """``engine``, ``documents``, ``waiting`` (changes on disk), ``bytes``, ``index``, ``healthy``, ``notices``."""
        ...

    @property
    def engine(self) -> Engine: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


StatusReport = Mapping[str, Any]
