"""The Elasticsearch half of the search benchmark, on a real node that it starts."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from elasticsearch import Elasticsearch, helpers

from bench.search import QUERIES, ROOT, ROUNDS, Feed, Scan, compare, mix, ours, times, versus, watch_rows
from bench.search_load import during_rebuild
from bench.table import Row
from indexer.documents import Document, characters_field, pairs_field
from indexer.elastic import mapping
from indexer.elastic.backend import ElasticBackend
from indexer.elastic.translate import request
from indexer.engine import Ask

#: An index of at most so many is built again while it is searched: it takes as long as the first time.
REBUILT = 200_000


def elastic_rows(parts: Sequence[str], options: argparse.Namespace, folder: Path) -> list[Row]:
    """``bulk``, ``elastic`` (queries) and ``elastic-watches``, on one node that is started and stopped, or on the
    server that is named, where an index of the wanted size is searched as it is."""
    if options.elastic_url:
        return _on(options.elastic_url, parts, options, folder)
    sys.path.insert(0, str(ROOT / "tests" / "elasticsearch"))
    import real_cluster

    try:
        cluster = real_cluster.start(1, *real_cluster.QUIET, flags=())
    except real_cluster.Absent as error:
        return [Row("search", "elasticsearch: not measured", 0, note=str(error)[:120])]
    try:
        return _on(cluster.url, parts, options, folder)
    finally:
        cluster.stop()


def _on(url: str, parts: Sequence[str], options: argparse.Namespace, folder: Path) -> list[Row]:
    client = Elasticsearch(url, request_timeout=60)
    backend = ElasticBackend(url, folder=folder / "waiting", timeout=60)
    found = []
    if "bulk" in parts:
        found += _written(client, backend, options.bulk_size)
    if "elastic" in parts:
        found += _asked(client, backend, options.elastic_size, url)
    if "elastic-watches" in parts:
        found += watch_rows(backend, "elasticsearch", options.watched)
    return found


def _written(client: Elasticsearch, backend: ElasticBackend, size: int) -> list[Row]:
    warm = list(Feed(2_000, seed=8))
    backend.put(warm)  # the server's own warming up is nobody's cost
    _bulk(client, "warm", warm)
    # Each in turn, twice, and the better of both: the server's merges of one disturb the other.
    batch = list(Feed(size))
    our_rate = raw_rate = 0.0
    for turn in range(2):
        our_rate = max(our_rate, size / _seconds(backend.rebuild, batch))
        raw_rate = max(raw_rate, size / _seconds(_bulk, client, f"raw{turn}", batch))
    note = f"{size:,} listings, one node, server on the same cores"
    return [Row("search", "elasticsearch: documents/s, rebuild", our_rate, "helpers.parallel_bulk", raw_rate, note)]


def _asked(client: Elasticsearch, backend: ElasticBackend, size: int, url: str) -> list[Row]:
    scan, queries = Scan(), mix()
    built: list[Row] = []
    if backend.status()["documents"] == size:
        for document in Feed(size):
            scan.add(document)
    else:
        seconds = _seconds(backend.rebuild, Feed(size, seen=scan.add))
        built.append(Row("search", "elasticsearch: documents/s, rebuild", size / seconds, note=f"{size:,} listings"))
    scanned = scan.counts(queries)
    del scan

    def raw(asked: Any) -> int:
        query = ours(asked)
        wanted = Ask(condition=query.condition, rank=query.rank, limit=21, facets=query.facets)
        answer = client.search(index=backend.prefix, body={**request(wanted), "timeout": "57s"}, preference="qingyuan")
        return int(answer["hits"]["total"]["value"])

    mine, theirs = times(queries, lambda asked: backend.search(ours(asked)).total, raw)
    compare("the raw request", mine.counts, theirs.counts)
    compare("plain scan", mine.counts, ROUNDS * scanned)
    note = f"{size:,} listings; {QUERIES} counts equal, all by scan"
    found = [*built, Row("search", "elasticsearch: hits of the queries", sum(scanned) / QUERIES, note=note)]
    for share in (0.5, 0.99):
        found.append(versus(f"elasticsearch: ms a query, p{share * 100:.0f}", share, mine, "the raw request", theirs))
    if size <= REBUILT:
        found += during_rebuild("elasticsearch", url, backend, queries, mine, size)
    return found


def _seconds(build: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    build(*arguments)
    return time.perf_counter() - started


def _bulk(client: Elasticsearch, name: str, batch: Iterable[Document]) -> None:
    """What a user of the client would write: the same mapping and the same documents."""
    client.indices.create(index=name, mappings=mapping.mappings(), settings=mapping.settings(shards=1, building=True))

    def actions() -> Iterator[dict[str, Any]]:
        for document in batch:
            yield {
                "_index": name,
                "_id": document.key,
                "_source": {
                    "key": document.key,
                    "chars": characters_field(document.segments),
                    "pairs": pairs_field(document.segments),
                    "group": document.group,
                    "source": document.source.decode(),
                    **{word: values for word, values in document.words.items() if values},
                    **document.ranks,
                },
            }

    for ok, result in helpers.parallel_bulk(client, actions(), thread_count=2, chunk_size=2_000, queue_size=2):
        if not ok:
            raise SystemExit(msgspec.json.encode(result).decode()[:300])
    client.indices.refresh(index=name)
