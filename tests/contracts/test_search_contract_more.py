"""More like this, search by picture and watches: the same on both backends, and equal to a plain scan."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from math import ceil
from pathlib import Path

import pytest
from search_world import NOW, RIGHTS, documents, facet, scan, some_query

from domain.errors import QueryError
from domain.records import Listing
from indexer.backend import SearchBackend
from indexer.conditions import matches
from indexer.documents import Document, build
from indexer.elastic.backend import ElasticBackend
from indexer.likeness import SHARE, likeness, pairs_of
from indexer.pictures import MAX_DISTANCE, distance
from indexer.query import Query
from indexer.watches import Inbox, matching, run

Make = Callable[[], SearchBackend]


def listing(ref: str, title: str, **fields: object) -> Document:
    record = Listing(platform="淘宝", ref=ref, url="https://x.example", title=title, observed_at=NOW)
    return build(record, first_seen=NOW, last_seen=NOW, **fields)  # type: ignore[arg-type]


# More like this.


def test_more_like_this_finds_the_copies_and_not_itself(backend: SearchBackend) -> None:
    titles = [
        "正宗五常大米稻花香2号5kg东北大米新米",
        "东北大米新米 正宗五常大米5kg稻花香2号",
        "五常大米稻花香新米",
        "信阳毛尖茶叶明前特级",
        "东北长粒香米10kg",
    ]
    backend.put([listing(str(number), title) for number, title in enumerate(titles)])
    found = backend.search(Query(like="淘宝/0"))
    assert [hit.key for hit in found.hits] == ["淘宝/1", "淘宝/2"]
    assert backend.search(Query("稻花香2号", like="淘宝/0")).total == 1
    with pytest.raises(QueryError, match="没有商品"):
        backend.search(Query(like="淘宝/none"))


def test_more_like_this_equals_a_plain_scan(backend: SearchBackend) -> None:
    rng = random.Random(5)
    words = ["五常", "大米", "稻花香", "东北", "新米", "正宗", "5kg", "礼盒", "包邮", "特价"]
    world = [listing(str(number), "".join(rng.sample(words, rng.randint(2, 7)))) for number in range(150)]
    backend.put(world)
    for size in (1, 5, 20, 200):
        for of in world[:6]:
            pairs = pairs_of(of.listing.title)
            scores = {each.key: likeness(pairs, each.segments) for each in world if each is not of}
            alike = [each for each in world if scores.get(each.key, 0) >= ceil(len(pairs) * SHARE)]
            alike.sort(key=lambda each: (-scores[each.key], -each.ranks["by_suspicion"], each.key))
            results = backend.search(Query(like=of.key, size=size, facets=["platform"]))
            assert results.total == len(alike)
            assert [hit.key for hit in results.hits] == [each.key for each in alike[:size]]
            assert [(c.value, c.count) for c in results.facets["platform"]] == facet(alike, "platform", 20)


# Search by picture.


def test_a_picture_finds_every_listing_within_the_distance_and_none_beyond(backend: SearchBackend) -> None:
    rng = random.Random(11)
    wanted = rng.getrandbits(64)
    world = []
    for number in range(300):
        bits = rng.sample(range(64), number % 13)
        near = wanted
        for bit in bits:
            near ^= 1 << bit
        images = {f"{number}-a.jpg": f"{rng.getrandbits(64):016x}", f"{number}-b.jpg": f"{near:016x}"}
        world.append(listing(str(number), "米", pictures=images))
    world.append(listing("no", "没有图片"))
    backend.put(world)
    results = backend.search(
        Query(picture=f"{wanted:016x}", size=1000, facets=["platform"], histogram=("first_seen", "day"))
    )
    expected = {each.key for each in world if any(distance(f"{wanted:016x}", p) <= MAX_DISTANCE for p in each.pictures)}
    assert {hit.key for hit in results.hits} == expected
    assert results.total == len(expected) == results.facets["platform"][0].count == sum(results.histogram.values())
    assert [hit.distance for hit in results.hits] == sorted(hit.distance or 0 for hit in results.hits)
    assert all(hit.image == f"{hit.key.removeprefix('淘宝/')}-b.jpg" for hit in results.hits)
    assert backend.search(Query("没有", picture=f"{wanted:016x}")).total == 0


def test_a_wrong_picture_hash_is_refused(backend: SearchBackend) -> None:
    with pytest.raises(QueryError, match="16 位"):
        backend.search(Query(picture="xyz"))


# Watches.


def test_watches_fire_the_same_set_as_a_plain_scan(backend: SearchBackend) -> None:
    rng = random.Random(23)
    world = documents(9, 250)
    queries = {number: some_query(rng, world) for number in range(80)}
    conditions = {number: query.condition for number, query in queries.items()}
    expected = {
        number: places
        for number, condition in conditions.items()
        if (places := [place for place, each in enumerate(world) if matches(condition, each)])
    }
    assert matching.match(backend, conditions, world) == expected
    assert matching.match(backend, conditions, []) == {}
    assert matching.match(backend, {}, world) == {}
    if isinstance(backend, ElasticBackend):
        assert matching.on_server(backend.client, backend.prefix, conditions, world) == expected
        assert not list(backend.client.indices.get(index=f"{backend.prefix}-passing-*"))


def test_more_hits_than_a_page_are_all_found(backend: SearchBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_PAGE", 30)
    monkeypatch.setattr(matching, "MAX_BATCH", 70)
    world = [listing(str(number), "米" if number % 3 else "茶") for number in range(200)]
    found = matching.match(backend, {1: Query("米").condition, 2: Query("茶").condition}, world)
    assert found == {1: [n for n in range(200) if n % 3], 2: [n for n in range(200) if not n % 3]}


def test_a_night_of_watches(backend: SearchBackend, tmp_path: Path) -> None:
    world = documents(3, 200)
    suspected = [each for each in world if each.words["tier"] == ("高",)]
    with Inbox(tmp_path / "watches.sqlite3") as inbox:
        high = inbox.add(Query("tier:高"), owner="李", now=NOW, name="高可疑")
        rice = inbox.add(Query("五常 -tier:*"), owner="王", now=NOW)
        fired = run(inbox, backend, world, now=NOW, run_id="n1")
        expected = len(suspected) + len(scan(world, rice.query))
        assert (fired.watches, fired.documents, fired.alerts) == (2, 200, expected)
        assert run(inbox, backend, world, now=NOW, run_id="n1").alerts == 0
        assert {alert.listing for alert in inbox.new("李", limit=999)} == {each.listing.key for each in suspected}
        assert all("等级：高" in alert.reason for alert in inbox.new("李"))
        # The next night one of them is gone: news again, and the only news.
        facts = suspected[0].facts
        gone = build(
            facts.listing, findings=facts.findings, rights=RIGHTS, first_seen=NOW, last_seen=NOW, gone=not facts.gone
        )
        inbox.saw("李", up_to=inbox.new("李")[0].id, now=NOW)
        assert inbox.count_new("李") == 0
        assert run(inbox, backend, [*world[5:9], gone], now=NOW + timedelta(days=1), run_id="n2").alerts == 1
        (alert,) = inbox.new("李")
        assert (alert.listing, alert.watch, alert.run) == (gone.key, high.id, "n2")
        assert alert.reason.startswith(("已下架", "重新上架"))
