"""The embedded index is killed at any instant, and is whole afterwards; so is the spool."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from search_world import NOW, documents

from domain.errors import BackendError, BusyError
from domain.records import Listing
from indexer.documents import Document, build
from indexer.embedded.backend import EmbeddedBackend
from indexer.lock import locked
from indexer.query import Query
from indexer.spool import Delete, Spool

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# Puts batch after batch, each a new version of the same 200 listings, and says so when a batch is in; now and then
# rebuilds from the version that it last put.
WRITER = """
import sys
from pathlib import Path
from test_crash_safety import batch
from indexer.embedded.backend import EmbeddedBackend
backend = EmbeddedBackend(Path(sys.argv[1]))
for version in range(int(sys.argv[2]), 10_000):
    if version % 3 == 0:
        backend.rebuild(batch(version))
    else:
        backend.put(batch(version))
    print(version, flush=True)
"""
# Appends numbered changes to a spool.
SPOOLER = """
import sys
from pathlib import Path
from indexer.spool import Delete, Spool
spool = Spool(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 100_000):
    spool.append([Delete(f"a/{number}"), Delete(f"b/{number}")])
    print(number, flush=True)
"""


def batch(version: int) -> list[Document]:
    return [
        build(
            Listing(platform="p", ref=str(n), url="u", title=f"五常大米 第{version}版 {n}", observed_at=NOW),
            first_seen=NOW,
            last_seen=NOW,
            run=str(version),
        )
        for n in range(200)
    ]


def killed(program: str, folder: Path, start: int, seconds: float) -> int:
    """Runs the program, kills it that long after its first line, and returns the last number that it printed."""
    path = os.pathsep.join([str(ROOT), str(HERE), str(HERE.parent / "contracts")])
    command = [sys.executable, "-c", program, str(folder), str(start)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split(b"\n")
    complete = [line for line in (first.strip(), *rest[:-1]) if line]
    return int(complete[-1])


def test_an_index_killed_at_any_instant_holds_one_whole_version(tmp_path: Path) -> None:
    rng, last = random.Random(1), -1
    for _ in range(10):
        last = killed(WRITER, tmp_path, last + 1, rng.random() * 0.4)
        with EmbeddedBackend(tmp_path) as backend:
            results = backend.search(Query(facets=["run"], size=0))
            assert results.total == 200
            # What it said was in is in, and at most the next version too; never a mixture.
            ((run, count),) = [(int(each.value), each.count) for each in results.facets["run"]]
            assert count == 200
            assert last <= run <= last + 1
            last = run
    with EmbeddedBackend(tmp_path) as backend:
        backend.put(batch(last + 1))
        assert backend.search(Query(f"第{last + 1}版")).total == 200
        backend.rebuild(batch(last + 2))
    assert len(list(tmp_path.glob("v*"))) == 1


def test_a_spool_killed_at_any_instant_lost_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    rng, last = random.Random(2), -1
    for _ in range(5):
        last = killed(SPOOLER, tmp_path, last + 1, rng.random() * 0.2)
        taken: list[str] = []
        Spool(tmp_path).drain(lambda changes, taken=taken: taken.extend(change.key for change in changes))
        numbers = [int(key[2:]) for key in taken]
        assert numbers == sorted(numbers)
        assert last in numbers
        assert max(numbers) <= last + 1
        assert [key for key in taken if key.startswith("a")] == [f"a{key[1:]}" for key in taken if key.startswith("b")]
        last = max(numbers)


# One writer, many readers.


def test_a_put_while_another_writes_waits_on_disk_and_follows(tmp_path: Path) -> None:
    first, second = EmbeddedBackend(tmp_path), EmbeddedBackend(tmp_path, patience=0)
    world = documents(4, 30)

    def arriving() -> Iterator[Document]:
        for number, each in enumerate(world):
            if number == 15:
                assert second.put(world[:2]) == 2
                assert second.delete([world[29].key]) == 1
                assert second.status()["waiting"] == 3
            yield each

    assert first.put(arriving()) == 30
    assert first.status()["waiting"] == 0
    results = second.search(Query(size=100))
    assert results.notices == ()
    # The delete was asked for after the put that was under way had begun, so it counts.
    assert {hit.key for hit in results.hits} == {each.key for each in world[:29]}


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    world = documents(5, 120)
    backends = [EmbeddedBackend(tmp_path, patience=0) for _ in range(6)]
    threads = [
        threading.Thread(target=lambda n=n, each=each: [each.put([doc]) for doc in world[n::6]])  # type: ignore[misc]
        for n, each in enumerate(backends)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert backends[0].status()["waiting"] == 0
    assert {hit.key for hit in backends[0].search(Query(size=200)).hits} == {each.key for each in world}


def test_a_put_whose_documents_fail_takes_none_of_them(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    backend.put(batch(0))

    def broken() -> Iterator[Document]:
        yield from batch(1)
        raise BusyError("not ours")

    with pytest.raises(BusyError):
        backend.put(broken())
    assert backend.search(Query("第0版")).total == 200
    backend.put(batch(2))
    assert backend.search(Query("第2版")).total == 200


def test_a_damaged_index_says_how_to_mend_it(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    backend.put(batch(0))
    (meta,) = tmp_path.glob("v*/meta.json")
    meta.write_text("{}")
    for act in (lambda: backend.search(Query("米")), lambda: backend.put(batch(1))):
        with pytest.raises(BackendError, match="index rebuild"):
            act()
    assert backend.rebuild(batch(1)) == 200
    assert backend.search(Query("第1版")).total == 200


def test_an_index_of_another_layout_says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("v0-000007")
    backend = EmbeddedBackend(tmp_path)
    with pytest.raises(BackendError, match="index rebuild"):
        backend.search(Query("米"))
    assert backend.rebuild(batch(1)) == 200
    assert backend.search(Query("米")).total == 200


def test_a_lock_is_held_by_one_and_freed_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path), pytest.raises(BusyError, match="另一个进程"), locked(path):
        pass
    with locked(path):
        pass


def test_what_the_index_refuses_stays_in_the_spool_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    world = documents(6, 7)
    spool.append(world[:3])
    spool.append([Delete("a/1"), *world[3:]])
    assert spool.append([]) == 0

    def refuse(changes: object) -> None:
        raise BackendError("not now")

    with pytest.raises(BackendError):
        spool.drain(refuse)
    assert spool.waiting == 8
    taken: list[object] = []
    assert spool.drain(taken.extend) == 8
    assert taken == [*world[:3], Delete("a/1"), *world[3:]]
    assert spool.waiting == 0
