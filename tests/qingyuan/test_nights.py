"""Windows, the ledger's verdict on single crawls, and what `crawl status` says of the last night."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from crawlers import outcome
from crawlers.discovery import Plan
from crawlers.outcome import CrawlStats
from domain import codec
from domain.records import Listing, SetAside
from qingyuan import runs
from qingyuan.changes import Changes, doubt
from qingyuan.cli import app
from tests.crawlers.conftest import Answer, Site, page, platform_file, product, site

__all__ = ["site"]  # the fixture

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
    assert one_night(tmp_path, early, command=("nightly",))["crawl"]["waiting"] == ["shop"]
    (run,) = runs.every(tmp_path)
    assert run.done("crawl") is None
    assert run.done("watches") is None
    summary = one_night(tmp_path, open_, command=("nightly",), expected=1, environment={"QINGYUAN_RETRIES": "0"})
    assert summary["crawl"]["waiting"] == []
    assert "低于下限" in summary["crawl"]["platforms"]["shop"]["alarms"][0]
    assert run.done("watches") is not None


def shop_file(home: Path, site: Site, **more: object) -> None:
    values: dict[str, object] = {
        "start_urls": [site.url + "/"], "product_url": r"/p/(\d+)", "delay": 0, "allow_private": True, "floor": 3,
        "images": False,
    }  # fmt: skip
    platform_file(home, "shop", **(values | more))


def products(site: Site, count: int) -> None:
    site.pages["/"] = page("".join(f'<a href="/p/{n}">p</a>' for n in range(count)))
    site.find = lambda path: page(product(f"大米 {path[3:]} 号")) if path.startswith("/p/") else None


def test_a_window_that_closes_cuts_the_crawl_off_and_the_next_one_goes_on(tmp_path: Path, site: Site) -> None:
    """Six seconds before four, in a window until four; then half past three of the same (named) night."""
    count = 60  # with their pauses more than six seconds, however these fall
    products(site, count)
    shop_file(tmp_path, site, delay=0.5, concurrency=1, window="03:00-04:00")
    closing = START + timedelta(hours=1, minutes=59, seconds=54)
    cut = one_night(tmp_path, closing, "--name", "long")["crawl"]
    assert cut["waiting"] == ["shop"] and not cut["alarms"] and not cut["failed"]
    seen = cut["platforms"]["shop"]["listings"]
    assert cut["platforms"]["shop"]["ended"] == "window" and 0 < seen < count
    with Changes(tmp_path) as ledger:
        (told_,) = ledger.crawls()
        assert (told_.whole, told_.seen, told_.reason) == (False, seen, "时间窗已到，未采完")
    assert status(tmp_path)[0] == 1
    (run,) = runs.every(tmp_path)
    assert run.done("crawl") is None and run.done("changes") is None
    asked = dict(site.asked)

    shop_file(tmp_path, site, window="03:00-04:00")
    whole = one_night(tmp_path, closing - timedelta(minutes=30), "--name", "long")["crawl"]
    assert whole["waiting"] == []
    assert (whole["platforms"]["shop"]["ended"], whole["platforms"]["shop"]["listings"]) == ("finished", count)
    assert run.done("changes") is not None
    # what the vault held was not asked for again; a request under way when the window closed was answered
    assert {path: count for path, count in site.asked.items() if count > 1} == {}
    assert len(site.asked) > len(asked)
    with Changes(tmp_path) as ledger:
        assert [(crawl.whole, crawl.seen, crawl.new) for crawl in ledger.crawls()] == [(True, count, count)]
        assert len(ledger.events()) == count
    assert status(tmp_path)[0] == 0


def test_an_outage_is_tried_again_in_the_same_night(tmp_path: Path, site: Site) -> None:
    products(site, 4)
    shop_file(tmp_path, site)
    answers = iter([503] * 3)  # one request for robots.txt with its two retries; then the site is up again
    rules = site.pages.pop("/robots.txt")
    there = site.find
    site.find = lambda path: (
        Answer(status=next(answers, 200), body=rules.body) if path == "/robots.txt" else there(path)
    )
    summary = one_night(tmp_path, START)["crawl"]
    assert not summary["failed"] and not summary["alarms"]
    assert (summary["platforms"]["shop"]["ended"], summary["listings"]) == ("finished", 4)
    part = outcome.read_stats(runs.every(tmp_path)[0].platform("shop") / "part-1")
    assert part is not None and part.ended == "outage" and "robots.txt 取不到" in " ".join(part.alarms)
    with Changes(tmp_path) as ledger:
        assert [(crawl.whole, crawl.seen) for crawl in ledger.crawls()] == [(True, 4)]


def test_an_outage_that_lasts_is_tried_so_often_and_is_not_whole(tmp_path: Path, site: Site) -> None:
    site.pages["/robots.txt"] = Answer(status=503)
    shop_file(tmp_path, site)
    summary = one_night(tmp_path, START, expected=1)["crawl"]
    assert summary["alarms"]["shop"][0].startswith("只得到 0 个商品")
    folder = runs.every(tmp_path)[0].platform("shop")
    assert sorted(path.parent.name for path in folder.glob("*/stats.json")) == ["part-1", "part-2"]
    assert (folder / "stats.json").is_file()
    with Changes(tmp_path) as ledger:
        assert [(crawl.whole, crawl.seen) for crawl in ledger.crawls()] == [(False, 0)]


def test_a_crawl_that_crashes_is_not_whole_until_it_succeeds(tmp_path: Path, site: Site) -> None:
    products(site, 4)
    shop_file(tmp_path, site)
    (tmp_path / "vault").write_text("not a folder")
    summary = one_night(tmp_path, START, expected=3)["crawl"]
    assert "没有完成" in summary["failed"]["shop"]
    with Changes(tmp_path) as ledger:
        assert [(crawl.whole, crawl.seen) for crawl in ledger.crawls()] == [(False, 0)]
    code, said = status(tmp_path)
    assert code == 1 and "shop：" in said and "失败" in said
    (tmp_path / "vault").unlink()
    assert one_night(tmp_path, START + timedelta(hours=1))["crawl"]["listings"] == 4
    with Changes(tmp_path) as ledger:
        assert [(crawl.whole, crawl.seen) for crawl in ledger.crawls()] == [(True, 4)]
    assert status(tmp_path)[0] == 0


def test_crawl_nightly_crawls_and_tells_and_leaves_the_rest(tmp_path: Path, site: Site) -> None:
    products(site, 4)
    shop_file(tmp_path, site)
    summaries = one_night(tmp_path, START)
    assert list(summaries) == ["crawl", "ingest", "changes"]
    assert (summaries["ingest"]["listings"], summaries["changes"]["new"]) == (4, 4)
    asked = site.asked.total()
    rest = one_night(tmp_path, START, command=("nightly",))
    assert list(rest)[-1] == "watches" and site.asked.total() == asked


def test_the_plan_shows_its_budgets_and_pictures_beyond_theirs_are_counted(tmp_path: Path, site: Site) -> None:
    products(site, 4)
    site.find = lambda path: (
        page(product("大米", image=[f"/i{path[2:]}a.png", f"/i{path[2:]}b.png"])) if path.startswith("/p/") else None
    )
    shop_file(tmp_path, site, images=True)
    summary = one_night(tmp_path, START, environment={"QINGYUAN_PICTURE_BUDGET": "3", "QINGYUAN_BUDGET": "50"})
    figures = summary["crawl"]["platforms"]["shop"]
    assert (figures["listings"], figures["pictures_left"], figures["alarms"]) == (4, 5, [])
    assert sum(path.startswith("/i") for path in site.asked) == 3
    plan = json.loads((runs.every(tmp_path)[0].platform("shop") / "plan.json").read_bytes())
    assert (plan["budget"], plan["pictures"]) == (50, 3)
    with Changes(tmp_path) as ledger:
        assert ledger.crawls()[0].whole, "a picture that was left says nothing of the listings"


def test_status_fits_a_terminal_of_eighty_columns(tmp_path: Path) -> None:
    night(tmp_path, 0, [listing("1")], alarms=["有 3 页被拦截（登录页、验证页或拒绝访问）"])
    code, said = status(tmp_path)
    assert code == 1
    assert max(cell_len(line) for line in said.splitlines()) <= 80
    assert "报警" in said and "shop：有 3 页被拦截" in said


def status(home: Path) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "qingyuan", "--home", str(home), "crawl", "status"],
        env={**os.environ, "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout


def one_night(
    home: Path,
    now: datetime,
    *options: str,
    command: tuple[str, ...] = ("crawl", "nightly"),
    expected: int = 0,
    environment: Mapping[str, str] | None = None,
) -> Any:
    """As a bureau would, in a process of its own: a process serves one HOME."""
    ended = subprocess.run(
        [sys.executable, "-m", "qingyuan", "--home", str(home), *command, "--json", *options],
        env={**os.environ, "QINGYUAN_NOW": now.isoformat(), "QINGYUAN_RETRY_PAUSE": "0", **(environment or {})},
        stdout=subprocess.PIPE,
        check=False,
    )
    assert ended.returncode == expected
    return json.loads(ended.stdout)
