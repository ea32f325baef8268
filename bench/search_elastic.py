"""The Elasticsearch half of the search benchmark, on a real node that it starts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from elasticsearch import Elasticsearch, helpers

from bench.search import QUERIES, ROOT, compare, mix, ours, times, versus, watch_rows
from bench.search_corpus import documents
from bench.table import Row
from indexer.documents import Document, characters_field, pairs_field
from indexer.elastic import mapping
from indexer.elastic.backend import ElasticBackend
from indexer.elastic.translate import request
from indexer.engine import Ask


def elastic_rows(size: int, watched: int, folder: Path) -> list[Row]:
    sys.path.insert(0, str(ROOT / "tests" / "elasticsearch"))
    import real_cluster

    try:
        cluster = real_cluster.start(1, *real_cluster.QUIET, flags=())
    except real_cluster.Absent as error:
        return [Row("search", "elasticsearch: not measured", 0, note=str(error)[:120])]
    try:
        return _measured(cluster.url, size, watched, folder)
    finally:
        cluster.stop()


def _measured(url: str, size: int, watched: int, folder: Path) -> list[Row]:
    client = Elasticsearch(url, request_timeout=60)
    backend = ElasticBackend(url, folder=folder / "waiting", timeout=60)
    backend.put(documents(2_000, 8))  # the server's own warming up is nobody's cost
    _bulk(client, "warm", documents(2_000, 8))

    # Each in turn, twice, and the better of both: the server's merges of one disturb the other.
    batch = list(documents(size, 1))
    our_rate = raw_rate = 0.0
    for turn in range(2):
        our_rate = max(our_rate, size / _seconds(backend.rebuild, batch))
        raw_rate = max(raw_rate, size / _seconds(_bulk, client, f"raw{turn}", batch))
    del batch

    queries = mix()
    alias = backend.prefix

    def raw(asked: Any) -> int:
        query = ours(asked)
        body = {**request(Ask(condition=query.condition, limit=21, facets=query.facets)), "timeout": "57s"}
        answer = client.search(index=alias, body=body, preference="qingyuan")
        return int(answer["hits"]["total"]["value"])

    mine, theirs = times(queries, lambda asked: backend.search(ours(asked)).total, raw)
    compare("the raw request", mine.counts, theirs.counts)
    found = [
        Row(
            "search",
            "elasticsearch: documents/s, rebuild",
            our_rate,
            "helpers.parallel_bulk",
            raw_rate,
            f"{size:,} listings, one node, server on the same cores; {QUERIES} counts equal",
        )
    ]
    for share in (0.5, 0.99):
        found.append(versus(f"elasticsearch: ms a query, p{share * 100:.0f}", share, mine, "the raw request", theirs))
    return found + watch_rows(backend, "elasticsearch", watched)


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
