"""Which of many queries hit which of a batch of documents: the same set on either engine.

The batch is made an index of its own, every query is run over it, and it is thrown away; so no percolator is needed and
the size of the whole index does not matter.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import tantivy

from domain.errors import BackendError
from indexer.backend import SearchBackend
from indexer.conditions import Condition, needs
from indexer.documents import Document, text_fields
from indexer.embedded import schema as embedded_schema
from indexer.embedded.translate import translate as to_tantivy

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

#: Query id → the places of its hits in the batch, ascending. Queries without a hit are left out.
Matches: TypeAlias = dict[int, list[int]]

#: Documents of one throw-away index, searches of one request, and hits of one page.
MAX_BATCH = 100_000
_SEARCHES = 500
_PAGE = 10_000


def match(backend: SearchBackend, conditions: Mapping[int, Condition], documents: Sequence[Document]) -> Matches:
    """The hits of every condition among the documents. On Elasticsearch by msearch; where that is away, and for the
    embedded backend, in memory on this machine. Raises nothing of its own: the two ways cannot differ."""
    if not conditions:
        return {}
    from indexer.elastic.backend import ElasticBackend

    found: Matches = {}
    for start in range(0, len(documents), MAX_BATCH):
        batch = documents[start : start + MAX_BATCH]
        part: Matches | None = None
        if isinstance(backend, ElasticBackend):
            with suppress(BackendError):
                part = on_server(backend.client, backend.prefix, conditions, batch)
        if part is None:
            part = in_memory(conditions, batch)
        for number, places in part.items():
            found.setdefault(number, []).extend(start + place for place in places)
    return found


def in_memory(conditions: Mapping[int, Condition], documents: Sequence[Document]) -> Matches:
    """The same by an index of tantivy in memory."""
    index = tantivy.Index(embedded_schema.passing())
    writer = index.writer(128_000_000, 1)
    for row in embedded_schema.passing_rows(documents):
        writer.add_document(row)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    found: Matches = {}
    limit = max(1, len(documents))
    for number, condition in conditions.items():
        result = searcher.search(
            to_tantivy(condition), limit=limit, count=False, order_by_field="place", order=tantivy.Order.Asc
        )
        if result.hits:
            found[number] = [int(place) for place, _ in result.hits]
    return found


def on_server(
    client: Elasticsearch, prefix: str, conditions: Mapping[int, Condition], documents: Sequence[Document]
) -> Matches:
    """The same by msearch over an index of its own on the server. Raises BackendError."""
    from indexer.elastic import bulk, mapping
    from indexer.elastic.server import speaking

    name = f"{prefix}-passing-{uuid.uuid4().hex}"
    # what no query looks at is not written: most watches are words and a filter or two
    needed = frozenset[str]().union(*map(needs, conditions.values()))
    with speaking():
        client.indices.create(index=name, mappings=mapping.passing(), settings=mapping.PASSING)
    try:
        rows = (
            mapping.passing_row(document, texts, start + place, needed)
            for start in range(0, len(documents), bulk.MAX_CHANGES)
            for place, (document, texts) in enumerate(_with_fields(documents[start : start + bulk.MAX_CHANGES]))
        )
        bulk.write_rows(client, name, rows)
        with speaking():
            client.indices.refresh(index=name)
        found: Matches = {}
        numbers = list(conditions)
        for start in range(0, len(numbers), _SEARCHES):
            some = numbers[start : start + _SEARCHES]
            found.update(_searched(client, name, {number: conditions[number] for number in some}))
        return found
    finally:
        with suppress(BackendError), speaking():
            client.indices.delete(index=name, ignore_unavailable=True)


def _with_fields(documents: Sequence[Document]) -> Iterator[tuple[Document, tuple[str, str]]]:
    return zip(documents, text_fields(documents), strict=True)


def _searched(client: Elasticsearch, name: str, conditions: Mapping[int, Condition]) -> Iterator[tuple[int, list[int]]]:
    """One msearch for all, and again for those with more than a page of hits."""
    from indexer.elastic.server import refusal, speaking
    from indexer.elastic.translate import translate

    places: Matches = {number: [] for number in conditions}
    open_ = list(conditions)
    while open_:
        lines: list[dict[str, Any]] = []
        for number in open_:
            body: dict[str, Any] = {
                "query": translate(conditions[number]),
                "size": _PAGE,
                "sort": [{"place": "asc"}],
                "_source": False,
                "stored_fields": "_none_",  # a hit's place stands in its order; to look up its id too costs more
                "track_total_hits": False,
            }
            if places[number]:
                body["search_after"] = [places[number][-1]]
            lines += [{}, body]
        with speaking():
            answer = client.msearch(
                index=name,
                searches=lines,
                filter_path=["responses.status", "responses.error.reason", "responses.hits.hits.sort"],
            )
        more = []
        for number, each in zip(open_, answer["responses"], strict=True):
            if each["status"] != 200:
                raise refusal(int(each["status"]), str(each.get("error", {}).get("reason", "")))
            hits = each.get("hits", {}).get("hits", ())
            places[number] += [int(hit["sort"][0]) for hit in hits]
            if len(hits) == _PAGE:
                more.append(number)
        open_ = more
    yield from ((number, found) for number, found in places.items() if found)
