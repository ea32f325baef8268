"""One HOME and everything in it, opened when first needed. The command line and the console both work through this."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.records import Finding, Listing, Right
from qingyuan.catalog import Catalog, Entry
from qingyuan.progress import Report, silent

if TYPE_CHECKING:
    from detection.pictures.register import Picture
    from detection.pictures.traits import Traits
    from evidence.vault import Vault
    from indexer.backend import SearchBackend
    from indexer.documents import Document
    from indexer.traits import TraitStore
    from qingyuan.settings import Settings
    from tracing.graph import Graph

#: Pictures whose traits are kept in memory; one has some 70 kB.
_TRAITS = 512


class Workspace:
    """All state of one HOME. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.home: Path = settings.home.absolute()
        self._threads = threading.local()
        self._lock = threading.RLock()
        self._graph_lock = threading.Lock()  # its own: a search must not wait while a graph is built
        self._rights: tuple[object, dict[str, Right]] | None = None
        self._graph: tuple[object, Graph] | None = None
        self._backend: SearchBackend | None = None
        # many listings show the same photo, and the stages ask for it one after the other
        self.traits = lru_cache(maxsize=_TRAITS)(self._traits)

    def close(self) -> None:
        """Close what was opened."""
        if self._backend is not None:
            self._backend.close()
            self._backend = None
        if "kept" in self.__dict__:
            self.kept.close()
        opened = getattr(self._threads, "catalog", None)
        if opened is not None:
            opened.close()
            del self._threads.catalog

    # -- what is kept

    @cached_property
    def vault(self) -> Vault:
        """The bytes as they were received."""
        from evidence.vault import Vault

        return Vault(self.settings.vault or str(self.home / "vault"))

    @cached_property
    def kept(self) -> TraitStore:
        """What was computed of pictures: a projection."""
        from indexer.traits import TraitStore

        return TraitStore(self.home / "index" / "traits.sqlite3")

    @property
    def catalog(self) -> Catalog:
        """Which observation is the latest; one connection a thread."""
        opened: Catalog | None = getattr(self._threads, "catalog", None)
        if opened is None:
            opened = self._threads.catalog = Catalog(self.home)
        return opened

    def rights(self) -> Mapping[str, Right]:
        """The register, by id."""
        from qingyuan import rights

        version = rights.version(self.home)
        with self._lock:
            if self._rights is None or self._rights[0] != version:
                self._rights = (version, {right.id: right for right in rights.load(self.home)})
            return self._rights[1]

    def listing(self, key: str) -> Listing:
        """The latest observation of one listing; NotFoundError when it was never seen."""
        return self.catalog.read(self.catalog.entry(key))

    def findings(self, key: str) -> tuple[Finding, ...]:
        """What the machine suspects of one listing, most suspected first."""
        return self.catalog.findings(key)

    def _traits(self, digest: str) -> Traits:
        """What can be seen in a picture of the vault, computed once. Raises PictureError and VaultError."""
        from detection.pictures.stored import pack, unpack
        from detection.pictures.traits import VERSION, traits

        kept = self.kept.get(digest, VERSION)
        seen = unpack(kept) if kept is not None else None
        if seen is None:
            seen = traits(self.vault.read(digest))
            self.kept.put(digest, VERSION, pack(seen))
        return seen

    def pictures(self, entry: Entry, listing: Listing) -> tuple[Picture, ...]:
        """The listing's pictures that were captured and can be read, with their traits."""
        from qingyuan.stages.pictures import pictures

        return pictures(self, entry, listing)

    def open_judgements(self) -> None:
        """Get the database of judgements ready in this process."""
        from console.start import ready

        ready(self.settings)

    # -- what is found

    def backend(self) -> SearchBackend:
        """The index."""
        from indexer import open_backend

        with self._lock:
            if self._backend is None:
                folder = self.home / "index"
                self._backend = open_backend(folder=folder, elasticsearch=self.settings.elasticsearch)
            return self._backend

    def document(self, entry: Entry, listing: Listing) -> Document:
        """What the index holds of one listing."""
        from qingyuan.stages.index import document

        return document(self, entry, listing)

    # -- what is traced

    def graph(self, *, report: Report = silent) -> Graph:
        """The trace graph over the latest observations and the registers; built again when they have changed."""
        from qingyuan import registers
        from qingyuan.stages.trace import build

        version = (self.catalog.version(), registers.version(self.home))
        with self._graph_lock:
            if self._graph is None or self._graph[0] != version:
                self._graph = (version, build(self, report=report))
            return self._graph[1]

    def trace(self, key: str) -> dict[str, Any]:
        """Where a listing comes from, in the shape of the design's ``trace``."""
        from tracing.walk import to_json, trace

        self.catalog.entry(key)
        return to_json(trace(self.graph(), key))

    # -- what is proved

    def make_pack(self, key: str, *, out: Path, now: datetime, case: str = "", officers: tuple[str, ...] = ()) -> Path:
        """An evidence pack about one listing; the folder it was written to."""
        from qingyuan.stages.pack import make_pack

        return make_pack(self, key, out=out, now=now, case=case, officers=officers)
