"""Windows, the ledger's verdict on single crawls, and what `crawl status` says of the last night."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from crawlers.discovery import Plan
from crawlers.outcome import CrawlStats
from domain import codec
from domain.records import Listing, SetAside
from qingyuan import runs
from qingyuan.changes import Changes, doubt
from qingyuan.cli import app

START = datetime(2026, 11, 1, 18, tzinfo=UTC)


def listing(ref: str, price: str = "1.50") -> Listing:
    return Listing(
        platform="shop",
        ref=ref,
        url=f"http://shop.example/p/{ref}",
        title="五常大米",
        observed_at=START,
        price=Decimal(price),
        currency="CNY",
    )


def night(
    home: Path,
    day: int,
    seen: list[Listing],
    *,
    known: tuple[str, ...] = (),
    aside: dict[str, str] | None = None,
    **more: object,
) -> str:
    """A finished crawl of ``shop``, as the crawler leaves it."""
    now = START + timedelta(days=day)
    run = runs.start(home, f"night-{now:%Y%m%d}", kind="nightly", now=now)
    folder = run.platform("shop")
    folder.mkdir(parents=True)
    urls = tuple(f"http://shop.example/p/{ref}" for ref in known)
    (folder / "plan.json").write_bytes(msgspec.json.encode(Plan(known=urls)))
    (folder / "listings.jsonl").write_bytes(b"".join(codec.encode(record) + b"\n" for record in seen))
    records = [
        SetAside(stage="crawl", where=f"http://shop.example/p/{ref}", reason=reason, at=now)
        for ref, reason in (aside or {}).items()
    ]
    (folder / "set_aside.jsonl").write_bytes(b"".join(codec.encode(record) + b"\n" for record in records))
    stats = CrawlStats(platform="shop", run=run.name, listings=len(seen), pages=5, **more)  # type: ignore[arg-type]
    (folder / "stats.json").write_bytes(msgspec.json.encode(stats.to_json()))
    run.finish("crawl-shop", stats.to_json())
    run.finish("crawl", {"failed": {}})
    return run.name


def told(home: Path) -> list[tuple[bool, int, int, int, int, int]]:
    with Changes(home) as ledger:
        ledger.ingest()
        return [(c.whole, c.new, c.changed, c.gone, c.back, c.unknown) for c in ledger.crawls()]


def test_gone_needs_a_whole_crawl_that_asked_for_the_very_page(tmp_path: Path) -> None:
    first = [listing("1"), listing("2"), listing("3"), listing("4")]
    night(tmp_path, 0, first)
    night(
        tmp_path,
        1,
        [listing("1", "2")],
        known=("1", "2", "3"),
        aside={"2": "页面不存在（404）", "3": "超时，没有在限时内答复"},
    )
    # 2 is gone; 3 timed out and 4 was not asked for: not seen is not gone
    assert told(tmp_path) == [(True, 4, 0, 0, 0, 0), (True, 0, 1, 1, 0, 2)]
    night(tmp_path, 2, first, known=("1", "3", "4"))
    assert told(tmp_path)[-1] == (True, 0, 1, 0, 1, 0)


@pytest.mark.parametrize(
    "more",
    [
        {"alarms": ["只得到 0 个商品，低于下限 3 个"]},
        {"blocked": 1},
        {"missed": 1},
        {"ended": "limit"},
        {"ended": "budget"},
        {"ended": "pages"},
        {"ended": "closespider_timeout"},
    ],
)
def test_a_crawl_that_is_not_whole_makes_nothing_gone(tmp_path: Path, more: dict[str, object]) -> None:
    night(tmp_path, 0, [listing("1"), listing("2")])
    night(tmp_path, 1, [listing("1")], known=("1", "2"), aside={"2": "页面不存在（404）"}, **more)
    assert told(tmp_path)[-1] == (False, 0, 0, 0, 0, 1)
    with Changes(tmp_path) as ledger:
        assert ledger.crawls()[-1].reason
        assert set(ledger.here("shop")) == {"shop/1", "shop/2"}


def test_a_whole_crawl_leaves_no_doubt() -> None:
    assert doubt(CrawlStats(platform="shop")) == ""


def test_a_night_that_ends_after_the_next_has_the_history_told_again(tmp_path: Path) -> None:
    night(tmp_path, 0, [listing("1", "1")])
    night(tmp_path, 2, [listing("1", "3")], known=("1",))
    assert [c[2] for c in told(tmp_path)] == [0, 1]
    night(tmp_path, 1, [listing("1", "2")], known=("1",))
    assert [c[2] for c in told(tmp_path)] == [0, 1, 1]
    with Changes(tmp_path) as ledger:
        prices = [(event.before, event.after) for event in ledger.events(key="shop/1") if event.field == "price"]
    assert prices == [("1 CNY", "2 CNY"), ("2 CNY", "3 CNY")]


def test_status_is_well_after_a_good_night_and_shows_the_changes(tmp_path: Path) -> None:
    night(tmp_path, 0, [listing("1")])
    told(tmp_path)
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "crawl", "status", "--json"], standalone_mode=False)
    assert result.return_value == 0
    said = json.loads(result.stdout)
    assert said["changes"]["shop"] == {
        "new": 1, "changed": 0, "gone": 0, "back": 0, "unknown": 0, "whole": True, "reason": "",
    }  # fmt: skip


@pytest.mark.parametrize("alarm", ["只得到 0 个商品，低于下限 3 个", "有 1 页被拦截", "9 次请求中有 5 次失败"])
def test_status_ends_non_zero_and_says_why(tmp_path: Path, alarm: str) -> None:
    night(tmp_path, 0, [listing("1")], alarms=[alarm])
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "crawl", "status", "--json"], standalone_mode=False)
    assert result.return_value == 1
    assert json.loads(result.stdout)["alarms"] == {"shop": [alarm]}


def test_a_platform_waits_for_its_window_and_the_night_with_it(tmp_path: Path) -> None:
    (tmp_path / "platforms").mkdir()
    text = 'start_urls = ["http://127.0.0.1:9/"]\nwindow = "03:00-04:00"\nallow_private = true\ndelay = 0\n'
    (tmp_path / "platforms" / "shop.toml").write_text(text, "utf-8")
    early, open_ = START, START + timedelta(hours=1, minutes=30)  # two and half past three in Beijing
    assert one_night(tmp_path, early)["crawl"]["waiting"] == ["shop"]
    (run,) = runs.every(tmp_path)
    assert run.done("crawl") is None
    assert run.done("watches") is None
    summary = one_night(tmp_path, open_)
    assert summary["crawl"]["waiting"] == []
    assert "低于下限" in summary["crawl"]["platforms"]["shop"]["alarms"][0]
    assert run.done("watches") is not None


def one_night(home: Path, now: datetime) -> Any:
    """As a bureau would, in a process of its own: a process serves one HOME."""
    ended = subprocess.run(
        [sys.executable, "-m", "qingyuan", "--home", str(home), "nightly", "--json"],
        env={**os.environ, "QINGYUAN_NOW": now.isoformat()},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(ended.stdout)
