"""What was computed of pictures is kept by digest and version, and a damaged file is begun anew."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from indexer.traits import TraitStore


def test_kept_by_version_and_seen_by_another(tmp_path: Path) -> None:
    one, other = TraitStore(tmp_path / "index" / "traits.sqlite3"), TraitStore(tmp_path / "index" / "traits.sqlite3")
    assert one.get("sha256:a", 3) is None
    one.put("sha256:a", 3, b"old")
    assert other.get("sha256:a", 3) == b"old"
    assert other.get("sha256:a", 4) is None
    other.put("sha256:a", 4, b"new")
    assert one.get("sha256:a", 3) is None and one.get("sha256:a", 4) == b"new"


def test_shared_between_threads(tmp_path: Path) -> None:
    store = TraitStore(tmp_path / "traits.sqlite3")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: store.put(f"{number}", 1, bytes([number])), range(40)))
        assert list(pool.map(lambda number: store.get(f"{number}", 1), range(40))) == [bytes([n]) for n in range(40)]


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "traits.sqlite3"
    path.write_bytes(b"this is no database, and long enough to be taken for one" * 100)
    store = TraitStore(path)
    assert store.get("a", 1) is None
    store.put("a", 1, b"x")
    store.close()
    assert TraitStore(path).get("a", 1) == b"x"


def test_a_busy_or_foreign_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "traits.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE traits (other TEXT)")
    store = TraitStore(path)
    assert store.get("a", 1) is None
    store.put("a", 1, b"x")
    assert path.is_file() and store.get("a", 1) is None
