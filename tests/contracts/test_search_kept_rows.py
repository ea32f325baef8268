"""The embedded engine keeps the first rows while it counts where that is cheaper: no answer may change by it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from search_world import NOW, documents, facet, scan, some_query

from domain.records import Listing
from indexer.documents import build
from indexer.embedded import levels, reader
from indexer.embedded.backend import EmbeddedBackend
from indexer.embedded.levels import level
from indexer.fields import WORDS
from indexer.language import quote
from indexer.query import Query
from indexer.ranks import MAX_VALUE, TIE_MASK, tie

FACETS = ("platform", "tier", "seller", "price")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Rows are kept whether it pays or not; for each answer whether they were used."""
    used: list[bool] = []
    plainly = reader._counted_rows

    def spy(*arguments: object) -> object:
        answer = plainly(*arguments)  # type: ignore[arg-type]
        used.append(answer is not None)
        return answer

    monkeypatch.setattr(reader, "_worth_it", lambda _, ask: ask.limit > 0 and ask.after is None)
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
    for _ in range(150):
        asked = some_query(rng, pool)
        query = Query(
            asked.text,
            where=asked.where,
            ranges=asked.ranges,
            facets=FACETS[:3],
            sort=rng.choice(("suspicion", "suspicion", asked.sort)),
            size=rng.choice((3, 20)),
        )
        expected = scan(pool, query)
        results = backend.search(query)
        assert results.total == len(expected), query.url()
        assert [hit.key for hit in results.hits] == [each.key for each in expected[: query.size]], query.url()
        for name in query.facets:
            assert [(count.value, count.count) for count in results.facets[name]] == facet(expected, name, 20)
    assert sum(kept) > 60


def test_the_first_rows_among_those_that_stand_highest_are_those_of_a_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_MANY", 4)
    monkeypatch.setattr(reader, "_PLENTY", 1)
    monkeypatch.setattr(reader, "_worth_it", lambda *_: False)
    monkeypatch.setattr(levels, "_WORTH", 1.0)
    plainly, used = reader._highest_rows, []

    def spy(*arguments: object) -> object:
        rows = plainly(*arguments)  # type: ignore[arg-type]
        used.append(rows is not None)
        return rows

    monkeypatch.setattr(reader, "_highest_rows", spy)
    world = {each.key: each for each in documents(21, 300)}
    backend = EmbeddedBackend(tmp_path)
    backend.put(world.values())
    changed = documents(22, 90)
    backend.put(changed)
    world |= {each.key: each for each in changed}
    rng, pool = random.Random(23), list(world.values())
    assert len({level(each.numbers["suspicion"]) for each in pool}) > 5
    for turn in range(120):
        asked = some_query(rng, pool)
        text = asked.text if turn % 2 else rng.choice(("", "-批发", "米"))
        query = Query(text, where=asked.where if turn % 3 else {}, facets=FACETS[:2], size=rng.choice((1, 3, 20)))
        expected = scan(pool, query)
        results = backend.search(query)
        assert results.total == len(expected), query.url()
        assert [hit.key for hit in results.hits] == [each.key for each in expected[: query.size]], query.url()
    assert 20 < sum(used) < len(used)


def test_levels_never_fall_where_suspicion_rises() -> None:
    rng = random.Random(24)
    some = sorted({0, 1, MAX_VALUE, *(rng.randrange(1 << rng.randrange(1, 44)) for _ in range(3_000))})
    found = [level(min(each, MAX_VALUE)) for each in some]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, 127)
    assert len(set(found)) > 100


def test_a_facet_that_a_filter_has_settled_is_that_of_a_scan(tmp_path: Path) -> None:
    pool = documents(14, 200)
    backend = EmbeddedBackend(tmp_path)
    backend.put(pool)
    settled = 0
    for name in WORDS:
        values = sorted({value for each in pool for value in each.words[name]})
        for value in (*values[:6], "nobody's"):
            where = {name: value, "gone": "否"} if value in values[:2] else {name: value}
            for query in (
                Query(where=where, facets=(name, "gone", "price")),
                Query(where=where, facets=(name,)),
                Query(f"-{name}:{quote(value)}", facets=(name, "tier"), size=0),
                Query(f"{name}:{quote(value)}|x*", facets=(name,), size=0),
            ):
                expected = scan(pool, query)
                results = backend.search(query)
                assert results.total == len(expected), query.url()
                for each in query.facets:
                    if each != "price":
                        counts = [(count.value, count.count) for count in results.facets[each]]
                        assert counts == facet(expected, each, 20), query.url()
                        settled += len(counts) == 1 and each in query.where
    assert settled > 40


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
    whole = Query("五常大米", facets=("platform",), size=90)
    assert [hit.key for hit in backend.search(whole).hits] == sorted(equal)
    assert kept.pop()  # all of them were kept, and nothing else has their rank
    other = [build(replace(record, title="五常小麦"), first_seen=NOW, last_seen=NOW) for record in records[::2]]
    backend.put(other)
    assert {hit.key for hit in backend.search(whole).hits} == set(equal) - {each.key for each in other}
    assert kept.pop()  # documents that are no hits have the very ranks of those that are
