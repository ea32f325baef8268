"""Find: documents, queries, and the two backends (embedded, Elasticsearch). A projection that can be rebuilt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.backend import SearchBackend


def open_backend(*, folder: Path, elasticsearch: str = "") -> SearchBackend:
    """The search backend: the Elasticsearch of that URL, or without one the embedded index under ``folder``.

    Opening never fails because a server is away; what waits for it is kept under ``folder``.
    """
    if elasticsearch:
        from indexer.elastic.backend import ElasticBackend

        return ElasticBackend(elasticsearch, folder=folder / "elasticsearch")
    from indexer.embedded.backend import EmbeddedBackend

    return EmbeddedBackend(folder / "embedded")
