"""The indexes of ours on a server, and the aliases that say which of them is in use and which is being built."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from domain.errors import BackendError
from indexer.elastic.mapping import SERVING, VERSION, mappings, settings
from indexer.elastic.server import speaking

#: Seconds that an index which was replaced stays, for the searches that are still on their way to it.
GRACE = 1.0


class Indices:
    """``PREFIX`` names the index in use, ``PREFIX-v3-000001``; ``PREFIX-next`` the one being built.

    Every method may raise BackendError, and Unavailable where waiting helps.
    """

    def __init__(self, client: Elasticsearch, prefix: str, *, shards: int) -> None:
        self._client = client
        self._shards = shards
        self.used = prefix
        self.next = f"{prefix}-next"

    def names(self, alias: str) -> list[str]:
        """The indexes behind an alias."""
        with speaking():
            try:
                return list(self._client.indices.get_alias(name=alias))
            except NotFoundError:
                return []

    def targets(self) -> tuple[str, ...]:
        """The aliases to write to; makes the first index."""
        names = {alias: self.names(alias) for alias in (self.used, self.next)}
        aliases = [alias for alias in names if names[alias]]
        self._check(names[self.used])
        if self.used in aliases:
            return tuple(aliases)
        with speaking():
            try:
                self._client.indices.create(
                    index=self._name(1),
                    mappings=mappings(),
                    settings=settings(shards=self._shards),
                    aliases={self.used: {}},
                    timeout="10s",
                )
            except BadRequestError as error:
                if "resource_already_exists" not in str(error):
                    raise  # else another machine was faster
        return (self.used, *aliases)

    def create_next(self) -> str:
        """An empty index beside the one in use; what a killed rebuild left goes first."""
        with speaking():
            for name in self.names(self.next):
                self._client.indices.delete(index=name, ignore_unavailable=True)
            taken: Any = self._client.indices.get(index=f"{self.used}-v*", features=["aliases"])
            number = max((int(each.rpartition("-")[2]) for each in taken), default=0) + 1
            name = self._name(number)
            self._client.indices.create(
                index=name,
                mappings=mappings(),
                settings=settings(shards=self._shards, building=True),
                aliases={self.next: {}},
            )
            return name

    def take_over(self, name: str) -> None:
        """The new index serves from one instant to the next; then the old ones go."""
        with speaking():
            self._client.indices.put_settings(index=name, settings=SERVING)
            self._client.indices.refresh(index=name)
            old = self.names(self.used)
            actions: list[Mapping[str, Any]] = [
                {"add": {"index": name, "alias": self.used}},
                {"remove": {"index": name, "alias": self.next}},
                *({"remove": {"index": each, "alias": self.used}} for each in old),
            ]
            self._client.indices.update_aliases(actions=actions)
            time.sleep(GRACE if old else 0)
            for each in old:
                self._client.indices.delete(index=each, ignore_unavailable=True)

    def drop(self, name: str) -> None:
        """An index that did not get to serve goes, if the server is there; else the next rebuild finds it."""
        try:
            with speaking():
                if name not in self.names(self.used):
                    self._client.indices.delete(index=name, ignore_unavailable=True)
        except BackendError:
            return

    def remove(self) -> None:
        """Takes everything of ours off the server."""
        with speaking():
            for name in {*self.names(self.used), *self.names(self.next)}:
                self._client.indices.delete(index=name, ignore_unavailable=True)

    def refresh(self) -> None:
        """What was written is found from now on."""
        with speaking():
            self._client.indices.refresh(index=self.used)

    def size(self) -> tuple[int, int]:
        """Documents and bytes of the index in use, without the parts whose shards are away."""
        with speaking():
            stats: Any = self._client.indices.stats(index=self.used, metric=["docs", "store"])
        whole = stats["_all"]["primaries"]
        return whole.get("docs", {}).get("count", 0), whole.get("store", {}).get("size_in_bytes", 0)

    def check(self) -> None:
        """Raises BackendError when the index in use was built by a version that laid documents out differently."""
        self._check(self.names(self.used))

    def _check(self, names: list[str]) -> None:
        for name in names:
            if not name.startswith(f"{self.used}-v{VERSION}-"):
                raise BackendError(f"索引 {name} 是别的版本建的，请运行 qingyuan index rebuild")

    def _name(self, number: int) -> str:
        return f"{self.used}-v{VERSION}-{number:06d}"
