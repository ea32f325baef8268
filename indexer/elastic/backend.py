"""The Elasticsearch backend.

The alias ``PREFIX`` names the index in use, ``PREFIX-v1-000001``; during a rebuild ``PREFIX-next`` names the one being
built, and what is put meanwhile goes into both. A change that the server cannot take waits in ``folder/waiting``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any, Self

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from domain.codec import decode
from domain.errors import BackendError, BusyError
from indexer.conditions import Condition
from indexer.documents import Document, Source, from_source, index_key
from indexer.elastic import bulk
from indexer.elastic.mapping import SERVING, VERSION, mappings, settings
from indexer.elastic.server import Unavailable, connect, speaking
from indexer.elastic.translate import counts, request, translate
from indexer.engine import Answer, Ask, Engine, Row
from indexer.lock import locked
from indexer.query import Query
from indexer.results import Results
from indexer.search import search
from indexer.spool import Change, Delete, Spool


class ElasticEngine:
    """Searches the index that an alias names."""

    def __init__(self, client: Elasticsearch, alias: str, *, timeout: float, shards: int = 1) -> None:
        self._client = client
        self._alias = alias
        self._timeout = timeout
        self._shards = shards

    def ask(self, ask: Ask) -> Answer:
        answer = self._search(request(ask, shards=self._shards))
        if answer is None:
            return Answer(total=0, rows=())
        return read(ask, answer)

    def source(self, key: str) -> bytes | None:
        with speaking():
            try:
                answer = self._client.get(index=self._alias, id=key, source_includes=["source"])
            except NotFoundError:
                return None
        return str(answer["_source"]["source"]).encode()

    def groups(self, condition: Condition, groups: Sequence[int], rank: str) -> Mapping[int, tuple[int, int]]:
        # The largest rank by a sorted top hit: a max aggregation would round it to a double.
        best = {"top_hits": {"size": 1, "sort": [{rank: "desc"}], "_source": False}}
        body = {
            "query": {"bool": {"filter": [translate(condition), {"terms": {"group": list(groups)}}]}},
            "size": 0,
            "aggs": {"groups": {"terms": {"field": "group", "size": max(1, len(groups))}, "aggs": {"best": best}}},
        }
        answer = self._search(body)
        if answer is None:
            return {}
        return {
            int(bucket["key"]): (int(bucket["doc_count"]), int(bucket["best"]["hits"]["hits"][0]["sort"][0]))
            for bucket in answer["aggregations"]["groups"]["buckets"]
        }

    def _search(self, body: dict[str, Any]) -> Any:
        with speaking():
            try:
                # What has not answered by then is left out, and the answer says so.
                # Always the same copies of the shards: another may be a moment behind, and a page would repeat a row.
                limited = {"timeout": f"{self._timeout:g}s", **body}
                return self._client.search(index=self._alias, body=limited, preference="qingyuan")
            except NotFoundError:
                return None  # nothing was ever put


def read(ask: Ask, answer: Any) -> Answer:
    """The answer of the server in our terms."""
    counted = answer.get("aggregations", {})
    return Answer(
        total=int(answer["hits"]["total"]["value"]),
        rows=[
            Row(int(hit["sort"][0]), str(hit["sort"][1]), hit["_source"]["source"].encode())
            for hit in answer["hits"]["hits"]
        ],
        facets={name: counts(name, counted[name]) for name in ask.facets if name in counted},
        days={int(bucket["key"]): int(bucket["doc_count"]) for bucket in counted[ask.days]["buckets"]}
        if ask.days in counted
        else {},
        notices=_notices(answer),
    )


def _notices(answer: Any) -> tuple[str, ...]:
    notices = []
    shards = answer["_shards"]
    if shards["failed"]:
        notices.append(f"索引的 {shards['total']} 个分片中有 {shards['failed']} 个没有应答，这次的结果不全")
    if answer["timed_out"]:
        notices.append("查询超时，只看了一部分文档，这次的结果不全；请缩小范围再查")
    return tuple(notices)


class ElasticBackend:
    """A :class:`~indexer.backend.SearchBackend` on a server.

    ``url`` may hold several nodes of one cluster, separated by commas. ``timeout``: seconds for one request;
    ``patience``: seconds a put waits for another writer on this machine.
    """

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
        self._client = connect(url, timeout=timeout)
        self._url = url
        self._folder = folder
        self._prefix = prefix
        self._next = f"{prefix}-next"
        self._shards = shards
        self._timeout = timeout
        self._patience = patience
        self._engine = ElasticEngine(self._client, prefix, timeout=max(1.0, timeout - 3), shards=shards)
        self._spool = Spool(folder / "waiting")
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

    def put(self, documents: Iterable[Document]) -> int:
        return self._change(documents)

    def delete(self, keys: Iterable[str]) -> int:
        return self._change(Delete(index_key(key)) for key in keys)

    def get(self, key: str) -> Document | None:
        data = self._engine.source(index_key(key))
        return None if data is None else from_source(decode(data, Source), data)

    def search(self, query: Query) -> Results:
        results = search(self._engine, query)
        waiting = self._spool.waiting
        if not waiting:
            return results
        notice = f"有 {waiting} 条变更还在等待写入 Elasticsearch，这次的结果不含它们"
        return Results(**{**vars(results), "notices": (*results.notices, notice)})

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
            name = self._create_next()
            try:
                outcome, _ = bulk.write(self._client, (self._next,), documents, create=True)
                if outcome.left:
                    raise Unavailable(f"重建中止，旧索引继续使用：{outcome.why}")
                _raise_rejected(outcome)
                self._take_over(name)
            except BaseException:
                self._drop(name)
                raise
            count = outcome.written
            self._take_waiting()
        self.drain()
        return count

    def status(self) -> dict[str, Any]:
        waiting = self._spool.waiting
        notices = [f"有 {waiting} 条变更还在等待写入 Elasticsearch"] if waiting else []
        report = {"engine": "elasticsearch", "index": "", "documents": 0, "bytes": 0, "healthy": False}
        try:
            with speaking():
                names = self._names(self._prefix)
                health = self._client.cluster.health(timeout="2s")
                if names:
                    stats: Any = self._client.indices.stats(index=self._prefix, metric=["docs", "store"])
                    whole = stats["_all"]["primaries"]  # without the parts whose shards are away
                    report.update(documents=whole.get("docs", {}).get("count", 0))
                    report.update(bytes=whole.get("store", {}).get("size_in_bytes", 0))
                report.update(index=",".join(names), healthy=health["status"] != "red")
                if health["status"] == "red":
                    notices.append("Elasticsearch 集群是红色：有分片不可用，搜索结果不全")
        except BackendError as error:
            notices.append(str(error))
        return {**report, "waiting": waiting, "notices": notices}

    def remove(self) -> None:
        """Takes everything of ours off the server. A projection: what it held can be rebuilt."""
        with speaking():
            for name in {*self._names(self._prefix), *self._names(self._next)}:
                self._client.indices.delete(index=name, ignore_unavailable=True)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

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
            self._write(counter)
            self._trouble = ""
        except Unavailable as error:
            self._trouble = str(error)
            self._spool.append(chain(counter.back, counter))
        return counter.count

    def _take_waiting(self) -> int:
        return self._spool.drain(lambda changes: self._write(_Counter(changes))) if self._spool.waiting else 0

    def _write(self, changes: _Counter) -> None:
        """Raises Unavailable with what was not written put back into ``changes``."""
        targets = self._targets()
        outcome, _ = bulk.write(self._client, targets, changes)
        if outcome.left:
            changes.back = outcome.left
            raise Unavailable(outcome.why)
        with speaking():
            self._client.indices.refresh(index=self._prefix)
        _raise_rejected(outcome)

    def _targets(self) -> tuple[str, ...]:
        """The aliases to write to; makes the first index. Raises Unavailable."""
        with speaking():
            aliases = [alias for alias in (self._prefix, self._next) if self._names(alias)]
            if self._prefix in aliases:
                return tuple(aliases)
            name = self._name(1)
            try:
                self._client.indices.create(
                    index=name,
                    mappings=mappings(),
                    settings=settings(shards=self._shards),
                    aliases={self._prefix: {}},
                    timeout="10s",
                )
            except BadRequestError as error:
                if "resource_already_exists" not in str(error):
                    raise  # another machine was faster
            return (self._prefix, *aliases)

    def _names(self, alias: str) -> list[str]:
        """The indexes behind an alias."""
        try:
            return list(self._client.indices.get_alias(name=alias))
        except NotFoundError:
            return []

    def _name(self, number: int) -> str:
        return f"{self._prefix}-v{VERSION}-{number:06d}"

    def _create_next(self) -> str:
        """An empty index beside the one in use; what a killed rebuild left goes first."""
        with speaking():
            for name in self._names(self._next):
                self._client.indices.delete(index=name, ignore_unavailable=True)
            taken: Any = self._client.indices.get(index=f"{self._prefix}-v*", features=["aliases"])
            number = max((int(each.rpartition("-")[2]) for each in taken), default=0) + 1
            name = self._name(number)
            self._client.indices.create(
                index=name,
                mappings=mappings(),
                settings=settings(shards=self._shards, building=True),
                aliases={self._next: {}},
            )
            return name

    def _take_over(self, name: str) -> None:
        """The new index serves from one instant to the next; then the old ones go."""
        with speaking():
            self._client.indices.put_settings(index=name, settings=SERVING)
            self._client.indices.refresh(index=name)
            old = self._names(self._prefix)
            actions: list[Mapping[str, Any]] = [
                {"add": {"index": name, "alias": self._prefix}},
                {"remove": {"index": name, "alias": self._next}},
                *({"remove": {"index": each, "alias": self._prefix}} for each in old),
            ]
            self._client.indices.update_aliases(actions=actions)
            for each in old:
                self._client.indices.delete(index=each, ignore_unavailable=True)

    def _drop(self, name: str) -> None:
        try:
            with speaking():
                if name not in self._names(self._prefix):
                    self._client.indices.delete(index=name, ignore_unavailable=True)
        except BackendError:
            return  # the next rebuild finds it under its alias


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


def _raise_rejected(outcome: bulk.Outcome) -> None:
    if outcome.rejected:
        raise BackendError(f"Elasticsearch 拒收了 {len(outcome.rejected)} 份文档，第一份是 {outcome.rejected[0]}")
