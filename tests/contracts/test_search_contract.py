"""What every search backend does; each test runs over both."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from search_world import NOW, RIGHTS, collapsed, contains, documents, facet, scan, some_query

from domain.errors import QueryError
from domain.records import Listing, Seller
from indexer.backend import SearchBackend
from indexer.documents import Document, build
from indexer.fields import FIELDS, SORTS
from indexer.language import quote
from indexer.query import Query
from indexer.ranks import CHINA, tie

Make = Callable[[], SearchBackend]
WORLD = documents(7, 400)


def listing(ref: str, title: str, **fields: object) -> Document:
    record = Listing(platform="淘宝", ref=ref, url="https://x.example", title=title, observed_at=NOW, **fields)  # type: ignore[arg-type]
    return build(record, first_seen=NOW, last_seen=NOW)


@pytest.fixture(scope="module")
def full(make: Make) -> SearchBackend:
    """A backend that holds WORLD."""
    backend = make()
    assert backend.put(WORLD) == len(WORLD)
    return backend


def keys(backend: SearchBackend, text: str) -> set[str]:
    return {hit.key for hit in backend.search(Query(text, size=1000)).hits}


TERMS = [
    "五常",
    "常大",
    "五",
    "nike",
    "ＮＩＫＥ",
    "Nike",
    "é",
    "e\u0301",
    "kg",
    "fi",
    "ガ",
    "😀",
    "й",
    "ال",
    "가",
    "ss",
]
TERMS += ["i\u0307", "五常大米", "茅台酒n", "１2", "\\", "␞", "␣", "\u200b", "* ", " ", "\n", "\x00", "a", "不存在的词"]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_matches_where_it_is_a_substring_after_folding(full: SearchBackend, term: str) -> None:
    expected = {each.key for each in WORLD if contains(each, term)}
    results = full.search(Query(quote(term), size=1000))
    assert {hit.key for hit in results.hits} == expected
    assert results.total == len(expected)


def test_no_match_runs_from_one_text_into_the_next(backend: SearchBackend) -> None:
    backend.put([listing("1", "甲乙", description="丙丁", claims={"戊": "己"}, seller=Seller(name="庚"))])
    for term in ("乙丙", "丁戊", "戊己", "己庚", "乙?丙", "乙*丙", "乙??丙", "丁*己"):
        assert backend.search(Query(term)).total == 0, term
    for term in ("甲乙", "丙丁", "戊", "己 庚 丁", "甲?", "丙*丁"):
        assert backend.search(Query(term)).total == 1, term


@pytest.mark.parametrize("seed", range(8))
def test_random_queries_equal_a_plain_scan(full: SearchBackend, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(25):
        _compare(full, WORLD, some_query(rng, WORLD))


# Each example is a world of its own: documents put, replaced and deleted, then queries over what is left.
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.randoms(use_true_random=False), st.integers(0, 60), st.integers(0, 10**6))
def test_random_worlds_equal_a_plain_scan(make: Make, rng: random.Random, count: int, seed: int) -> None:
    backend = _one_of_these(make)
    first = documents(seed, count)
    backend.rebuild(first)
    changed = [each for each in documents(seed + 1, count + 5) if rng.random() < 0.3]
    backend.put(changed)
    gone = [each.key for each in first if rng.random() < 0.1]
    backend.delete([*gone, "淘宝/never"])
    world = {each.key: each for each in (*first, *changed)}
    for key in gone:
        del world[key]
    for _ in range(6):
        _compare(backend, list(world.values()), some_query(rng, list(world.values()) or first or WORLD))


_MADE: dict[int, SearchBackend] = {}


def _one_of_these(make: Make) -> SearchBackend:
    if id(make) not in _MADE:
        _MADE[id(make)] = make()
    return _MADE[id(make)]


def _compare(backend: SearchBackend, world: list[Document], query: Query) -> None:
    """Every page, count, facet and bar of a query against the plain scan."""
    found = scan(world, query)
    expected = collapsed(found) if query.collapse else found
    results = backend.search(query)
    assert results.total == len(found), query.url()
    for name in query.facets:
        pairs = [(count.value, count.count) for count in results.facets[name]]
        if FIELDS[name].kind == "word":
            assert pairs == facet(found, name, query.facet_size), (name, query.url())
        else:
            assert sum(count for _, count in pairs) == sum(name in each.numbers for each in found), (name, query.url())
    assert query.histogram is not None
    assert results.histogram == _bars(found, *query.histogram), query.url()
    shown = [hit.key for hit in results.hits]
    for _ in range(5):
        if not results.next:
            break
        results = backend.search(query.on_page(results.next))
        assert results.total == len(found)
        shown += [hit.key for hit in results.hits]
    assert shown == [each.key for each in expected][: len(shown) if results.next else None], query.url()


def _bars(found: list[Document], name: str, period: str) -> dict[date, int]:
    bars: dict[date, int] = {}
    for each in found:
        seen = getattr(each.facts, name).astimezone(CHINA).date()
        first = {
            "day": seen,
            "week": date.fromisocalendar(seen.isocalendar().year, seen.isocalendar().week, 1),
            "month": seen.replace(day=1),
            "year": seen.replace(month=1, day=1),
        }[period]
        bars[first] = bars.get(first, 0) + 1
    return bars


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_is_total_and_pages_without_a_cap(full: SearchBackend, sort: str) -> None:
    query, shown = Query(sort=sort, size=37), []
    results = full.search(query)
    while True:
        shown += [hit.key for hit in results.hits]
        if not results.next:
            break
        results = full.search(query.on_page(results.next))
    assert shown == [each.key for each in scan(WORLD, query)]


def test_the_order_of_values_is_the_order_of_numbers(backend: SearchBackend) -> None:
    prices = [None, "0", "0.0001", "0.01", "9.99", "10", "10.0001", "99999999", "123456789012345678"]
    backend.put([listing(str(n), "米", price=None if p is None else Decimal(p)) for n, p in enumerate(prices)])
    up = [hit.listing.price for hit in backend.search(Query(sort="price")).hits]
    down = [hit.listing.price for hit in backend.search(Query(sort="price_desc")).hits]
    known = [Decimal(price) for price in prices if price is not None]
    assert up == [*known, None]
    assert down == [*reversed(known), None]
    assert backend.search(Query("price:10")).total == 1
    assert backend.search(Query("price:>10")).total == 3
    assert backend.search(Query("price:<=10")).total == 5


def test_a_day_ends_at_its_last_millisecond(backend: SearchBackend) -> None:
    """Ranks are larger than a double holds: a rank just before midnight must not be counted after it."""
    midnight = datetime(2026, 11, 2, tzinfo=CHINA)
    record = [Listing(platform="p", ref=str(n), url="u", title="米", observed_at=NOW) for n in range(2_000)]
    keys_by_tie = sorted(record, key=lambda each: tie(each.key))
    last = [build(each, first_seen=midnight - timedelta(milliseconds=1), last_seen=NOW) for each in keys_by_tie[-200:]]
    first = [build(each, first_seen=midnight, last_seen=NOW) for each in keys_by_tie[:100]]
    backend.put([*last, *first])
    results = backend.search(Query(histogram=("first_seen", "day"), size=0))
    assert results.histogram == {date(2026, 11, 1): 200, date(2026, 11, 2): 100}
    assert backend.search(Query("first_seen:2026-11-01")).total == 200
    assert backend.search(Query("first_seen:2026-11-02..")).total == 100


def test_a_later_put_replaces_and_a_delete_removes(backend: SearchBackend) -> None:
    backend.put([listing("1", "五常大米"), listing("2", "信阳毛尖"), listing("1", "响水大米")])
    assert keys(backend, "大米") == {"淘宝/1"}
    assert keys(backend, "五常") == set()
    backend.put([listing("1", "五常稻花香")])
    assert keys(backend, "响水") == set()
    assert keys(backend, "稻花香") == {"淘宝/1"}
    backend.delete(["淘宝/1", "淘宝/9"])
    assert keys(backend, "") == {"淘宝/2"}
    assert backend.get("淘宝/1") is None


def test_get_gives_the_document_back(full: SearchBackend) -> None:
    for each in WORLD[::40]:
        assert full.get(each.key) == each
    assert full.get("淘宝/none") is None


def test_a_backend_that_holds_nothing_answers(backend: SearchBackend) -> None:
    results = backend.search(Query("米", facets=["tier"], histogram=("last_seen", "day"), collapse=True))
    assert (results.total, results.hits, results.next) == (0, (), "")
    assert backend.get("淘宝/1") is None
    assert backend.delete(["淘宝/1"]) == 1
    assert backend.status()["documents"] == 0


def test_highlights_show_the_term_and_the_name_of_the_right(backend: SearchBackend) -> None:
    world = documents(3, 60)
    suspected = next(each for each in world if "五常大米" in [name.sign for name in each.facts.rights])
    record = Listing(
        platform="京东",
        ref="h",
        url="u",
        title="ＮＩＫＥ 正宗五常大米",
        observed_at=NOW,
        claims={"产地": "五常市"},
    )
    backend.put([build(record, findings=suspected.findings, rights=RIGHTS, first_seen=NOW, last_seen=NOW)])
    (hit,) = backend.search(Query("nike 五常")).hits
    title, claim = hit.highlights
    marked = {(mark.kind, title.text[mark.start : mark.end], mark.name) for mark in title.marks}
    assert {("term", "ＮＩＫＥ", "nike"), ("term", "五常", "五常"), ("right", "五常大米", "五常大米")} <= marked
    assert (claim.field, claim.text) == ("claims", "五常市")
    assert [claim.text[mark.start : mark.end] for mark in claim.marks] == ["五常"]


def test_a_rebuild_holds_exactly_what_it_was_given(backend: SearchBackend) -> None:
    backend.put(WORLD[:50])
    assert backend.rebuild(WORLD[40:90]) == 50
    assert keys(backend, "") == {each.key for each in WORLD[40:90]}
    backend.put(WORLD[90:100])
    assert len(keys(backend, "")) == 60


def test_a_rebuild_that_fails_leaves_the_old_index_serving(backend: SearchBackend) -> None:
    backend.put(WORLD[:20])

    def broken() -> object:
        yield from WORLD[20:60]
        raise RuntimeError("the facts cannot be read")

    with pytest.raises(RuntimeError):
        backend.rebuild(broken())  # type: ignore[arg-type]
    assert keys(backend, "") == {each.key for each in WORLD[:20]}
    assert backend.rebuild(WORLD[:30]) == 30


def test_searches_during_a_rebuild_see_the_whole_old_index(backend: SearchBackend) -> None:
    backend.put(WORLD[:100])
    seen = []

    def watched() -> object:
        for number, each in enumerate(WORLD[:300]):
            if number % 60 == 0:
                seen.append(backend.search(Query(size=0)).total)
            yield each

    backend.rebuild(watched())  # type: ignore[arg-type]
    assert seen == [100] * 5
    assert backend.search(Query(size=0)).total == 300


def test_readers_during_rebuilds_always_see_one_whole_index(backend: SearchBackend) -> None:
    def batch(version: int) -> list[Document]:
        record = [
            Listing(platform="p", ref=str(n), url="u", title=f"第{version}版米{n}", observed_at=NOW) for n in range(150)
        ]
        return [build(each, first_seen=NOW, last_seen=NOW, run=str(version)) for each in record]

    backend.put(batch(0))
    stop, wrong, seen = threading.Event(), [], set()

    def reading() -> None:
        while not stop.is_set():
            try:
                results = backend.search(Query("版米", facets=["run"]))
            except Exception as error:
                wrong.append(error)
                raise
            seen.update(count.value for count in results.facets["run"])
            if results.total != 150 or results.notices or [each.count for each in results.facets["run"]] != [150]:
                wrong.append(results)

    threads = [threading.Thread(target=reading) for _ in range(2)]
    for thread in threads:
        thread.start()
    for version in range(1, 6):
        backend.rebuild(batch(version))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(seen) > 1
    assert backend.search(Query("第5版")).total == 150


def test_what_is_put_during_a_rebuild_follows_into_the_new_index(backend: SearchBackend) -> None:
    backend.put(WORLD[:10])
    newer = listing("0", "更新的标题")
    assert newer.key in {each.key for each in (*WORLD, newer)}

    def watched() -> object:
        yield from WORLD[:10]
        backend.put([newer])
        yield from WORLD[10:20]

    backend.rebuild(watched())  # type: ignore[arg-type]
    assert keys(backend, "更新的标题") == {newer.key}
    assert backend.status()["waiting"] == 0


def test_a_cursor_belongs_to_its_query(full: SearchBackend) -> None:
    after = full.search(Query(size=5)).next
    assert after
    with pytest.raises(QueryError, match="另一个查询"):
        full.search(Query("米", size=5, after=after))
    with pytest.raises(QueryError, match="翻页位置"):
        full.search(Query(after="!!!"))


def test_the_longest_queries_that_are_accepted_are_answered(full: SearchBackend) -> None:
    for text in (
        " ".join(f"词{number}" for number in range(64)),
        '"' + "五" * 200 + '"',
        "seller:*a*a*a*" + "a" * 150,
        "五*常*大*米*酒 -a*b*c*d*e n*i*k*e",
        "seller:" + "|".join(f"卖家{number}" for number in range(200)),
        "seller:" + "|".join(["*?*"] * 20),
    ):
        full.search(Query(text))


def test_hostile_documents_are_bounded(backend: SearchBackend) -> None:
    record = Listing(
        platform="淘宝" * 200,
        ref="长" * 5_000,
        url="u",
        title="米" * 1_000_000,
        observed_at=NOW,
        description="\ud800孤 " * 1_000,
        seller=Seller(name="名" * 50_000),
        category=tuple(f"类{number}" for number in range(300)),
    )
    backend.put([build(record, first_seen=NOW, last_seen=NOW)])
    (hit,) = backend.search(Query("孤 米米米", facets=["seller"])).hits
    document = backend.get(record.key)
    assert document is not None and document.key == hit.key
    assert document.listing.ref == record.ref
