"""The embedded engine keeps the first rows while it counts where that is cheaper: no answer may change by it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from search_world import NOW, documents, facet, scan, some_query

from domain.records import Listing
from indexer.documents import build
from indexer.embedded import reader
from indexer.embedded.backend import EmbeddedBackend
from indexer.query import Query
from indexer.ranks import TIE_MASK, tie

FACETS = ("platform", "tier", "seller", "price")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Rows are kept however few documents there are; for each answer whether they were used."""
    used: list[bool] = []
    plainly = reader._counted_rows

    def spy(*arguments: object) -> object:
        answer = plainly(*arguments)  # type: ignore[arg-type]
        used.append(answer is not None)
        return answer

    monkeypatch.setattr(reader, "_MANY", 0)
    monkeypatch.setattr(reader, "_counted_rows", spy)
    return used


def test_rows_kept_while_counting_are_those_of_a_scan(tmp_path: Path, kept: list[bool]) -> None:
    world = {each.key: each for each in documents(11, 250)}
    backend = EmbeddedBackend(tmp_path)
    backend.put(world.values())
    changed = documents(12, 100)  # the same keys anew, so that a part of the index is deleted documents
    backend.put(changed)
    world |= {each.key: each for each in changed}
    gone = sorted(world)[::9]
    backend.delete(gone)
    for key in gone:
        del world[key]
    rng = random.Random(13)
    pool = list(world.values())
    for _ in range(200):
        asked = some_query(rng, pool)
        query = Query(
            asked.text,
            where=asked.where,
            ranges=asked.ranges,
            facets=FACETS[:3],
            sort=asked.sort,
            size=rng.choice((3, 20)),
        )
        expected = scan(pool, query)
        results = backend.search(query)
        assert results.total == len(expected), query.url()
        assert [hit.key for hit in results.hits] == [each.key for each in expected[: query.size]], query.url()
        for name in query.facets:
            assert [(count.value, count.count) for count in results.facets[name]] == facet(expected, name, 20)
    assert sum(kept) > 30


def test_many_of_one_rank_are_ordered_by_key_to_the_end(tmp_path: Path, kept: list[bool]) -> None:
    keys = (f"p/{number}" for number in range(10**6))
    equal = [key for key, _ in zip((key for key in keys if tie(key) == TIE_MASK - 1_024), range(60), strict=False)]
    backend = EmbeddedBackend(tmp_path)
    records = [Listing(platform="p", ref=key[2:], url="u", title="五常大米", observed_at=NOW) for key in equal]
    backend.put(build(record, first_seen=NOW, last_seen=NOW) for record in records)
    query = Query("五常大米", facets=("platform",), size=7)
    found: list[str] = []
    while True:
        page = backend.search(query)
        assert page.total == len(equal)
        found += [hit.key for hit in page.hits]
        if not page.next:
            break
        query = query.on_page(page.next)
    assert found == sorted(equal)
    assert not any(kept)  # what was kept did not settle the order
    few = backend.search(Query("五常大米", facets=("platform",), size=100))
    assert [hit.key for hit in few.hits] == sorted(equal)
