"""Elasticsearch away, slow, red, read-only, restarting in mid-bulk, a node lost of three: nothing lost or doubled."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import real_cluster
from search_world import NOW, documents

from domain.errors import BackendError
from domain.records import Listing
from indexer.documents import Document, build
from indexer.elastic import bulk
from indexer.elastic.backend import ElasticBackend
from indexer.elastic.mapping import VERSION, mappings, settings
from indexer.query import Query

pytestmark = [pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]
Open = Callable[..., ElasticBackend]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PAUSES", (0.1, 0.3))
    monkeypatch.setattr(bulk, "MAX_CHANGES", 50)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens backends on an index of this test's own, all with one folder."""
    prefix = f"fault-{uuid.uuid4().hex[:12]}"
    made: list[ElasticBackend] = []

    def open_(url: str, **options: object) -> ElasticBackend:
        made.append(ElasticBackend(url, folder=tmp_path, prefix=prefix, **options))  # type: ignore[arg-type]
        return made[-1]

    yield open_
    for backend in made:
        backend.close()


def rows(start: int, stop: int, title: str = "五常大米") -> list[Document]:
    return [
        build(
            Listing(platform="淘宝", ref=str(n), url="https://x.example", title=f"{title}{n}", observed_at=NOW),
            first_seen=NOW,
            last_seen=NOW,
        )
        for n in range(start, stop)
    ]


def held(backend: ElasticBackend) -> dict[str, bytes]:
    """Every document of the index, once; fails when one is there twice."""
    query, found = Query(size=1000, sort="newest"), []
    results = backend.search(query)
    while True:
        found += [(hit.key, hit.source) for hit in results.hits]
        if not results.next:
            break
        results = backend.search(query.on_page(results.next))
    counts = Counter(key for key, _ in found)
    assert max(counts.values(), default=1) == 1
    assert results.total == len(found)
    return dict(found)


def sources(world: list[Document]) -> dict[str, bytes]:
    return {each.key: each.source for each in world}


def eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)


def test_away_from_the_start_everything_waits_and_then_arrives_in_order(node: real_cluster.Node, opened: Open) -> None:
    away = opened("http://127.0.0.1:9", timeout=2)
    assert away.put(rows(0, 130)) == 130
    assert away.put(rows(0, 10, title="后来的")) == 10
    assert away.delete(["淘宝/20"]) == 1
    status = away.status()
    assert (status["waiting"], status["healthy"]) == (141, False)
    assert any("连不上" in notice for notice in status["notices"])
    with pytest.raises(BackendError, match="连不上"):
        away.search(Query("大米"))
    back = opened(node.url)
    assert "141 条变更" in back.search(Query("大米")).notices[0]
    assert back.drain() == 141
    expected = sources(rows(0, 130)) | sources(rows(0, 10, title="后来的"))
    del expected["淘宝/20"]
    assert held(back) == expected
    assert back.status()["waiting"] == 0
    assert back.drain() == 0
    back.remove()


def test_a_later_put_waits_behind_what_waits_already(node: real_cluster.Node, opened: Open) -> None:
    opened("http://127.0.0.1:9", timeout=2).put(rows(0, 5, title="旧"))
    back = opened(node.url)
    back.put(rows(3, 8, title="新"))
    assert held(back) == sources(rows(0, 3, title="旧")) | sources(rows(3, 8, title="新"))
    back.remove()


def test_a_server_that_hangs_costs_bounded_time_and_loses_nothing(node: real_cluster.Node, opened: Open) -> None:
    backend = opened(node.url, timeout=1.5)
    eventually(lambda: backend.put(rows(0, 60)) == 60 and backend.status()["waiting"] == 0)
    node.pause()
    started = time.monotonic()
    with pytest.raises(BackendError, match="没有按时回答"):
        backend.search(Query("大米"))
    backend.put(rows(60, 130))
    assert time.monotonic() - started < 45
    assert backend.status()["waiting"] == 70
    node.resume()
    patient = opened(node.url)
    patient.drain()
    assert held(patient) == sources(rows(0, 130))
    patient.remove()


def test_a_read_only_index_keeps_serving_and_the_rest_waits(node: real_cluster.Node, opened: Open) -> None:
    backend = opened(node.url)
    backend.put(rows(0, 60))
    backend.client.indices.put_settings(index=backend.prefix, settings={"index.blocks.read_only_allow_delete": True})
    backend.put(rows(50, 100, title="新"))
    results = backend.search(Query("大米"))
    assert results.total == 60
    assert "50 条变更" in results.notices[0]
    assert any("50 条" in notice for notice in backend.status()["notices"])
    backend.client.indices.put_settings(index=backend.prefix, settings={"index.blocks.read_only_allow_delete": None})
    backend.put([])
    backend.drain()
    assert held(backend) == sources(rows(0, 50)) | sources(rows(50, 100, title="新"))
    backend.remove()


def test_a_red_index_takes_nothing_says_so_and_loses_nothing(
    node: real_cluster.Node, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "WAIT", "1s")
    monkeypatch.setattr(bulk, "PAUSES", ())
    backend = opened(node.url)
    name = f"{backend.prefix}-v{VERSION}-000001"
    nowhere = {**settings(shards=1), "index.routing.allocation.require._name": "no-such-node"}
    backend.client.indices.create(
        index=name,
        mappings=mappings(),
        settings=nowhere,
        aliases={backend.prefix: {}},
        wait_for_active_shards="0",
        timeout="1s",
    )
    assert not backend.status()["healthy"]
    assert any("红色" in notice for notice in backend.status()["notices"])
    backend.put(rows(0, 40))
    assert backend.status()["waiting"] == 40
    with pytest.raises(BackendError, match="红色"):
        backend.search(Query("大米"))
    backend.client.indices.put_settings(index=name, settings={"index.routing.allocation.require._name": None})
    eventually(lambda: backend.status()["healthy"])
    backend.drain()
    assert held(backend) == sources(rows(0, 40))
    backend.remove()


def test_a_restart_in_mid_bulk_neither_loses_nor_doubles(node: real_cluster.Node, opened: Open) -> None:
    backend = opened(node.url, timeout=5)
    backend.put(rows(0, 10))
    half = threading.Event()

    def arriving() -> Iterator[Document]:
        for number, each in enumerate(rows(0, 600, title="新")):
            if number == 300:
                half.set()
            if number > 300:
                time.sleep(0.002)
            yield each

    counted: list[int] = []
    writer = threading.Thread(target=lambda: counted.append(backend.put(arriving())))
    writer.start()
    half.wait()
    node.kill()
    node.start()
    writer.join()
    real_cluster.shared().wait()  # type: ignore[union-attr]
    assert counted == [600]
    patient = opened(node.url, timeout=60)  # a node that has just started is slow on a machine that is busy
    eventually(lambda: patient.drain() >= 0 and patient.status()["waiting"] == 0)
    assert held(patient) == sources(rows(0, 600, title="新"))
    patient.remove()


def test_a_rebuild_that_the_server_interrupts_leaves_the_old_index(node: real_cluster.Node, opened: Open) -> None:
    backend = opened(node.url, timeout=5)
    backend.put(rows(0, 30))

    def arriving() -> Iterator[Document]:
        for number, each in enumerate(rows(0, 400, title="新")):
            if number == 200:
                node.kill()
            yield each

    with pytest.raises(BackendError):
        backend.rebuild(arriving())
    node.start()
    real_cluster.shared().wait()  # type: ignore[union-attr]
    eventually(lambda: len(held(backend)) == 30)
    assert backend.rebuild(rows(0, 400, title="新")) == 400
    assert held(backend) == sources(rows(0, 400, title="新"))
    assert len(list(backend.client.indices.get(index=f"{backend.prefix}-v*"))) == 1
    backend.remove()


def test_another_machine_that_puts_during_a_rebuild_is_not_forgotten(
    node: real_cluster.Node, opened: Open, tmp_path: Path
) -> None:
    here = opened(node.url)
    here.put(rows(0, 40))
    there = ElasticBackend(node.url, folder=tmp_path / "elsewhere", prefix=here.prefix)

    def arriving() -> Iterator[Document]:
        yield from rows(0, 30)
        there.put(rows(0, 3, title="别处"))
        yield from rows(30, 40)

    here.rebuild(arriving())
    assert held(here) == sources(rows(3, 40)) | sources(rows(0, 3, title="别处"))
    there.close()
    here.remove()


def test_what_the_server_refuses_holds_up_nothing_and_is_not_forgotten(
    node: real_cluster.Node, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    proper = bulk.stored

    def stored(document: Document, texts: tuple[str, str]) -> bytes:
        data = proper(document, texts)
        return data[:-1] + b',"unmapped":1}' if document.key in ("淘宝/3", "淘宝/61") else data

    monkeypatch.setattr(bulk, "stored", stored)
    away = opened("http://127.0.0.1:9", timeout=2)
    away.put(rows(0, 60))
    backend = opened(node.url)
    with pytest.raises(BackendError, match=r"拒收了 1 条变更，第一条是 淘宝/61"):
        backend.put(rows(60, 130))
    expected = sources(rows(0, 130))
    refused = [expected.pop(key) for key in ("淘宝/3", "淘宝/61")]
    assert held(backend) == expected
    assert backend.status()["waiting"] == 0
    (notice,) = backend.search(Query("大米")).notices
    assert "index rebuild" in notice
    assert [line[1:] for line in (backend._folder / "waiting" / "refused").read_bytes().splitlines()] == refused
    with pytest.raises(BackendError, match="拒收"):
        backend.rebuild(rows(0, 130))
    assert held(backend) == expected
    monkeypatch.setattr(bulk, "stored", proper)
    backend.rebuild(rows(0, 130))
    assert held(backend) == sources(rows(0, 130))
    assert backend.search(Query("大米")).notices == ()
    backend.remove()


@pytest.mark.slow
def test_a_node_lost_of_three_during_indexing(three_nodes: real_cluster.Cluster, opened: Open) -> None:
    backend = opened(three_nodes.urls, timeout=10, shards=3)
    world = documents(1, 900)
    backend.put(world[:100])
    three_nodes.wait(status="green")
    killed = threading.Event()

    def arriving() -> Iterator[Document]:
        for number, each in enumerate(world):
            if number == 400:
                three_nodes.nodes[0].kill()
                killed.set()
            yield each

    totals: list[int] = []

    def reading() -> None:
        while not killed.is_set():
            totals.append(backend.search(Query(size=0)).total)

    reader = threading.Thread(target=reading)
    reader.start()
    assert backend.put(arriving()) == 900
    reader.join()
    assert totals
    assert all(100 <= total <= 900 for total in totals)
    three_nodes.wait(status="yellow", nodes=2)
    eventually(lambda: backend.drain() >= 0 and backend.status()["waiting"] == 0)
    assert held(backend) == sources(world)
    three_nodes.nodes[0].start()
    three_nodes.wait(status="green")
    assert held(backend) == sources(world)
    for text in ("五", "茅台", "nike", "tier:高", "seller:*酒*"):
        results = backend.search(Query(text, facets=["platform", "tier"], size=1000))
        assert results.notices == ()
        assert sum(count.count for count in results.facets["platform"]) == results.total
    backend.remove()


def test_an_index_of_another_layout_says_what_to_do(node: real_cluster.Node, opened: Open) -> None:
    backend = opened(node.url)
    old = f"{backend.prefix}-v2-000007"
    strict = {**mappings(), "properties": {"key": {"type": "keyword"}}}
    backend.client.indices.create(index=old, mappings=strict, aliases={backend.prefix: {}})
    for act in (lambda: backend.search(Query("大米")), lambda: backend.put(rows(0, 3))):
        with pytest.raises(BackendError, match=r"别的版本.*index rebuild"):
            act()
    assert any("index rebuild" in notice for notice in backend.status()["notices"])
    assert backend.rebuild(rows(0, 5)) == 5
    assert held(backend) == sources(rows(0, 5))
    assert list(backend.client.indices.get(index=f"{backend.prefix}-v*")) == [f"{backend.prefix}-v{VERSION}-000008"]
    backend.remove()
