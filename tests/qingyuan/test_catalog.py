from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain import codec
from domain.errors import DecodeError, NotFoundError
from domain.records import Finding, Listing, ListingRef, finding_id
from qingyuan.catalog import Catalog

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def listing(ref: str, *, at: datetime = START, title: str = "五常大米 5kg", capture: str = "sha256:aa") -> Listing:
    return Listing(
        platform="shop", ref=ref, url=f"http://127.0.0.1/{ref}", title=title, observed_at=at, capture=capture
    )


def write(home: Path, run: str, *records: Listing) -> Path:
    path = home / "runs" / run / "crawl" / "shop" / "listings.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"".join(codec.encode(record) + b"\n" for record in records))
    return path


def finding(key: str, score: float = 0.9) -> Finding:
    ref = ListingRef(key=key, capture="sha256:aa")
    return Finding(id=finding_id(key, "gi-1"), listing=ref, right="gi-1", score=score, tier="高")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path)


def test_a_file_is_noted_once(catalog: Catalog, tmp_path: Path) -> None:
    path = write(tmp_path, "night-1", listing("1"), listing("2"))
    assert catalog.ingest("night-1", path) == 2
    version = catalog.version()
    assert catalog.ingest("night-1", path) == 0
    assert catalog.count() == 2
    assert catalog.version() == version


def test_the_latest_observation_counts_whatever_the_order_of_ingestion(catalog: Catalog, tmp_path: Path) -> None:
    newer = write(tmp_path, "night-2", listing("1", at=START + timedelta(days=1), title="新标题", capture="sha256:bb"))
    older = write(tmp_path, "night-1", listing("1", title="旧标题"))
    catalog.ingest("night-2", newer)
    catalog.ingest("night-1", older)
    entry = catalog.entry("shop/1")
    assert catalog.read(entry).title == "新标题"
    assert (entry.run, entry.capture) == ("night-2", "sha256:bb")
    assert (entry.first_seen, entry.last_seen) == (START, START + timedelta(days=1))


def test_times_of_different_offsets_compare_as_times(catalog: Catalog, tmp_path: Path) -> None:
    early = datetime.fromisoformat("2026-11-20T09:00:00+08:00")  # 01:00 UTC
    catalog.ingest("b", write(tmp_path, "b", listing("1", at=START, title="较晚")))
    catalog.ingest("a", write(tmp_path, "a", listing("1", at=early, title="较早")))
    assert catalog.read(catalog.entry("shop/1")).title == "较晚"


def test_reading_many_follows_the_order_of_places(catalog: Catalog, tmp_path: Path) -> None:
    catalog.ingest("a", write(tmp_path, "a", listing("9"), listing("1")))
    catalog.ingest("b", write(tmp_path, "b", listing("5")))
    assert [found.ref for _, found in catalog.listings(catalog.entries())] == ["9", "1", "5"]


def test_screening_replaces_and_is_remembered_until_the_page_changes(catalog: Catalog, tmp_path: Path) -> None:
    catalog.ingest("a", write(tmp_path, "a", listing("1"), listing("2")))
    waiting = list(catalog.unscreened("v1"))
    assert [entry.key for entry in waiting] == ["shop/1", "shop/2"]
    catalog.screened("v1", [(waiting[0], [finding("shop/1")]), (waiting[1], [])])
    assert list(catalog.unscreened("v1")) == []
    assert [entry.key for entry in catalog.unscreened("v2")] == ["shop/1", "shop/2"]
    assert catalog.tiers() == {"高": 1}
    catalog.screened("v1", [(waiting[0], [])])
    assert catalog.findings("shop/1") == ()
    later = listing("2", at=START + timedelta(days=1), capture="sha256:cc")
    catalog.ingest("b", write(tmp_path, "b", later))
    assert [entry.key for entry in catalog.unscreened("v1")] == ["shop/2"]


def test_what_changes_while_it_is_being_indexed_is_indexed_again(catalog: Catalog, tmp_path: Path) -> None:
    catalog.ingest("a", write(tmp_path, "a", listing("1"), listing("2")))
    read = list(catalog.entries(behind="indexed"))
    catalog.touch("shop/2")  # a verdict arrives after the document was built
    catalog.caught_up("indexed", read)
    assert [entry.key for entry in catalog.entries(behind="indexed")] == ["shop/2"]


def test_subjects_that_stay_change_nothing(catalog: Catalog, tmp_path: Path) -> None:
    catalog.ingest("a", write(tmp_path, "a", listing("1"), listing("2")))
    assert catalog.assign_subjects({"shop/1": ("s1", "甲公司"), "shop/2": ("s1", "甲公司")}) == 2
    catalog.caught_up("indexed", list(catalog.entries()))
    assert catalog.assign_subjects({"shop/1": ("s1", "甲公司"), "shop/2": ("s2", "乙公司")}) == 1
    assert [entry.key for entry in catalog.entries(behind="indexed")] == ["shop/2"]


def test_a_damaged_file_is_named_with_its_line_and_nothing_of_it_is_noted(catalog: Catalog, tmp_path: Path) -> None:
    path = write(tmp_path, "a", listing("1"))
    path.write_bytes(path.read_bytes() + b'{"platform": 1}\n')
    with pytest.raises(DecodeError, match=r"listings\.jsonl 第 2 行 字段 platform"):
        catalog.ingest("a", path)
    assert catalog.count() == 0


def test_what_was_never_seen_is_said_so(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError, match="没有商品 'shop/404'"):
        catalog.entry("shop/404")
    with pytest.raises(NotFoundError, match="没有编号为 'ff' 的线索"):
        catalog.finding("ff")


def test_readers_see_one_snapshot_while_another_writes(catalog: Catalog, tmp_path: Path) -> None:
    catalog.ingest("a", write(tmp_path, "a", *(listing(f"{n:03}") for n in range(50))))
    seen = []
    for entry in catalog.unscreened("v1"):
        seen.append(entry.key)
        catalog.screened("v1", [(entry, [finding(entry.key)])])
    assert len(seen) == len(set(seen)) == 50
