"""Whole crawls in real ``scrapy`` processes: following, limits, resuming, politeness, and what Scrapy users expect."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers import outcome
from crawlers.addresses import public
from crawlers.settings import PYTHON, child_environment
from domain.codec import decode
from domain.errors import CrawlError
from domain.records import Listing
from evidence.vault import Vault

from .conftest import NOW, Answer, Crawled, Site, crawl_site, page, platform_file, product, redirect

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 20, 10) + b"\x08\x02\0\0\0"


def shop(site: Site, count: int = 20) -> None:
    """A shop of two list pages, ``count`` products and a picture for each."""
    half = count // 2
    first = "".join(f'<a href="/p/{n}.html?from=list#top">{n}</a>' for n in range(half))
    second = "".join(f'<a href="/p/{n}.html">{n}</a>' for n in range(half, count))
    site.pages |= {
        "/": page(
            f'<h1>首页</h1>{first}<a href="/list?page=2">下一页</a><a href="https://elsewhere.example/p/1.html">x</a>'
        ),
        "/list?page=2": page(f'<h1>第二页</h1>{second}<a href="/">回首页</a>'),
    }

    def find(path: str) -> Answer | None:
        bare = path.partition("?")[0]
        if bare.startswith("/p/"):
            return page(product(f"商品 {bare[3:-5]} 号", image=[f"/i/{bare[3:-5]}.png", "/i/shared.png"]))
        if bare.startswith("/i/"):
            return Answer(PNG + bare.encode(), media_type="image/png")
        return None

    site.find = find


def shop_file(home: Path, site: Site, **more: object) -> None:
    values: dict[str, object] = {
        "title": "试店",
        "start_urls": [site.url + "/"],
        "product_url": r"/p/(\d+)\.html",
        "follow": "/list",
        "delay": 0,
        "floor": 5,
        "allow_private": True,
    }
    platform_file(home, "shop", **(values | more))


def state(crawled: Crawled) -> dict[str, bytes]:
    names = ("listings.jsonl", "set_aside.jsonl", "stats.json")
    return {name: (crawled.folder / name).read_bytes() for name in names}


def test_a_shop_is_crawled_whole(tmp_path: Path, site: Site) -> None:
    shop(site)
    shop_file(tmp_path, site)
    said: list[int] = []
    crawled = crawl_site(tmp_path, "shop", progress=said.append)
    assert crawled.stats == outcome.CrawlStats(
        platform="shop", run="night", pages=22, listings=20, set_aside=0, pictures=21, floor=5
    )
    assert crawled.stats.ok
    assert [record.key for record in crawled.listings] == sorted(f"shop/{n}" for n in range(20))
    assert {record.observed_at for record in crawled.listings} == {NOW}
    assert max(site.asked.values()) == 1
    assert said == sorted(said)
    assert not any(name.startswith(".") for name in os.listdir(crawled.folder))
    vault = Vault(str(tmp_path / "vault"))
    for n in range(20):
        assert vault.captured("night", f"{site.url}/i/{n}.png") is not None


def test_a_crawl_that_ended_is_not_made_again(tmp_path: Path, site: Site) -> None:
    shop(site)
    shop_file(tmp_path, site)
    first = crawl_site(tmp_path, "shop")
    asked = site.asked.total()
    assert crawl_site(tmp_path, "shop").stats == first.stats
    assert site.asked.total() == asked


def test_the_limit_is_exact_and_repeatable(tmp_path: Path, site: Site) -> None:
    shop(site)
    shop_file(tmp_path, site)
    first = crawl_site(tmp_path, "shop", run="a", limit=7)
    second = crawl_site(tmp_path, "shop", run="b", limit=7)
    assert first.stats.listings == 7
    assert first.stats.ended == "limit"
    assert first.stats.ok
    assert [record.key for record in first.listings] == [record.key for record in second.listings]


@pytest.mark.slow
def test_killed_at_any_instant_and_resumed(tmp_path: Path, site: Site) -> None:
    """SIGKILL of the crawl process again and again; the end is what an undisturbed crawl gives."""
    shop(site, 30)
    shop_file(tmp_path, site, delay=0.01)
    whole = state(crawl_site(tmp_path, "shop", run="whole"))
    environment = child_environment(tmp_path)
    folder = tmp_path / "runs" / "killed" / "crawl" / "shop"
    command = [PYTHON, "-m", "scrapy", "crawl", "shop"]
    for name, value in {
        "QINGYUAN_VAULT": tmp_path / "vault",
        "QINGYUAN_RUN_DIR": tmp_path / "runs" / "killed",
        "QINGYUAN_NOW": NOW.isoformat(),
        "LOG_ENABLED": 0,
    }.items():
        command += ["-s", f"{name}={value}"]
    site.asked.clear()
    warc = tmp_path / "vault" / "warc" / "killed"
    for wanted in (1, 9, 20, 33):
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            lines = sum(path.read_bytes().count(b"\n") for path in warc.glob("*.index.jsonl"))
            if lines >= wanted:
                break
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not (folder / "stats.json").exists()
    again = crawl_site(tmp_path, "shop", run="killed")
    ended = state(again)
    assert ended["listings.jsonl"] == whole["listings.jsonl"]
    assert ended["set_aside.jsonl"] == whole["set_aside.jsonl"]
    assert ended["stats.json"].replace(b'"killed"', b'"whole"') == whole["stats.json"]
    # a request under way when the process died may be made once more, a captured one never
    assert sum(count - 1 for count in site.asked.values()) <= 4 * 4


def test_a_terminated_crawl_is_not_taken_for_a_finished_one(tmp_path: Path, site: Site) -> None:
    shop(site)
    shop_file(tmp_path, site, delay=1.0)
    command = [PYTHON, "-m", "scrapy", "crawl", "shop", "-s", f"QINGYUAN_RUN_DIR={tmp_path / 'runs' / 'night'}"]
    process = subprocess.Popen([*command, "-s", "LOG_ENABLED=0"], env=child_environment(tmp_path))
    until = time.monotonic() + 60
    while time.monotonic() < until and not site.asked["/"]:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    assert not (tmp_path / "runs" / "night" / "crawl" / "shop" / "stats.json").exists()


def test_the_crawl_ends_with_its_parent(tmp_path: Path, site: Site) -> None:
    """The process that called crawl() is killed: its child lets go of the vault, and the next call goes on."""
    shop(site)
    shop_file(tmp_path, site, delay=0.3)
    code = (
        "import sys; from pathlib import Path; from crawlers.run import crawl; h = Path(sys.argv[1]);"
        "crawl('shop', run_dir=h/'runs'/'night', home=h, vault=str(h/'vault'))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=child_environment(tmp_path))
    until = time.monotonic() + 60
    while time.monotonic() < until and site.asked.total() < 4:
        time.sleep(0.02)
    parent.kill()
    parent.wait()
    shop_file(tmp_path, site)
    assert crawl_site(tmp_path, "shop").stats.listings == 20


def test_too_many_requests_are_honoured(tmp_path: Path, site: Site) -> None:
    """The whole host is left alone for as long as it asks, not only the page that said so."""
    shop(site, 8)
    asked: list[float] = []
    refused: list[float] = []

    def answers(number: int) -> Callable[[object], None]:
        def answer(handler: object) -> None:
            asked.append(time.monotonic())
            slow_down = not refused
            if slow_down:
                refused.append(0.0)
                time.sleep(1.5)  # a site in trouble is slow to say so: the wait counts from its answer
                refused[0] = time.monotonic()
            body = b"slow down" if slow_down else product(f"稍后的商品 {number}").encode()
            handler.send_response(429 if slow_down else 200)  # type: ignore[attr-defined]
            handler.send_header("Retry-After", "2")  # type: ignore[attr-defined]
            handler.send_header("Content-Length", str(len(body)))  # type: ignore[attr-defined]
            handler.end_headers()  # type: ignore[attr-defined]
            handler.wfile.write(body)  # type: ignore[attr-defined]

        return answer

    for number in range(8):
        site.pages[f"/p/{number}.html{'?from=list' if number < 4 else ''}"] = Answer(write=answers(number))
    shop_file(tmp_path, site, images=False, floor=8, max_images=0)
    crawled = crawl_site(tmp_path, "shop")
    assert crawled.stats.listings == 8
    assert len(asked) == 9 and len(refused) == 1
    # what the site asked for, not how fast we are; a request that was under way already cannot be called back
    later = [moment - refused[0] for moment in asked if moment - refused[0] > 0.25]
    assert later and min(later) >= 2.0


def test_too_long_a_wait_counts_as_blocked(tmp_path: Path, site: Site) -> None:
    site.pages["/"] = Answer(b"later", status=429, headers={"Retry-After": "86400"})
    shop_file(tmp_path, site)
    crawled = crawl_site(tmp_path, "shop")
    assert site.asked["/"] == 1
    assert crawled.stats.blocked == 1
    assert "等待 86400 秒" in crawled.reasons("/")
    assert len(crawled.stats.alarms) == 2


def test_a_site_behind_a_login_stops_the_crawl(tmp_path: Path, site: Site) -> None:
    links = "".join(f'<a href="/p/{n}.html">{n}</a>' for n in range(40))
    site.pages["/"] = page(links)
    site.find = lambda path: redirect("/login?next=" + path) if path.startswith("/p/") else None
    shop_file(tmp_path, site, concurrency=1)
    crawled = crawl_site(tmp_path, "shop")
    assert crawled.stats.ended == "blocked"
    assert site.asked.total() <= 12
    assert not any(path.startswith("/login") for path in site.asked)
    assert any("拦截" in alarm for alarm in crawled.stats.alarms)
    assert any("低于下限" in alarm for alarm in crawled.stats.alarms)


def test_a_redesign_that_breaks_the_reader_raises_an_alarm(tmp_path: Path, site: Site) -> None:
    shop(site)
    site.find = lambda path: page("<div class=new-design>商品在别处</div>") if path.startswith("/p/") else None
    shop_file(tmp_path, site)
    crawled = crawl_site(tmp_path, "shop")
    assert crawled.stats.listings == 0
    assert crawled.stats.set_aside == 20
    assert crawled.stats.alarms == ["只得到 0 个商品，低于下限 5 个"]


@pytest.mark.slow
def test_any_address_is_crawled_within_its_site(tmp_path: Path, site: Site) -> None:
    shop(site)
    crawled = crawl_site(tmp_path, site.url + "/", allow_private=True, limit=3)
    assert crawled.stats.platform == f"web-127.0.0.1-{site.server.server_port}"
    assert crawled.stats.listings == 3


def test_an_address_in_a_private_network_needs_leave(tmp_path: Path, site: Site) -> None:
    shop(site)
    crawled = crawl_site(tmp_path, site.url + "/")
    assert site.asked.total() == 0
    assert "内网地址" in crawled.reasons("/")


def test_a_name_that_resolves_into_the_private_network_is_refused(tmp_path: Path, site: Site) -> None:
    name = next(
        (name for name in ("localhost.localdomain", "ip4-loopback", os.uname().nodename) if _loopback(name)), ""
    )
    if not name:
        pytest.skip("this machine has no name besides localhost that resolves to loopback")
    crawled = crawl_site(tmp_path, f"http://{name}:{site.server.server_port}/")
    assert site.asked.total() == 0
    assert "解析到" in "".join(record.reason for record in crawled.set_aside)


def _loopback(name: str) -> bool:
    try:
        return not public(socket.gethostbyname(name))
    except OSError:
        return False


def test_a_crawl_that_cannot_start_says_why(tmp_path: Path, site: Site) -> None:
    shop(site)
    shop_file(tmp_path, site)
    (tmp_path / "vault").write_text("not a folder")
    with pytest.raises(CrawlError, match=r"试店.*没有完成"):
        crawl_site(tmp_path, "shop")


def test_scrapy_list_crawl_and_feeds(tmp_path: Path, site: Site) -> None:
    """From the repository's root, with scrapy.cfg, as a Scrapy user would."""
    shop(site, 4)
    shop_file(tmp_path, site)
    root = Path(__file__).resolve().parent.parent.parent
    environment = {
        k: v for k, v in child_environment(tmp_path).items() if k not in ("SCRAPY_SETTINGS_MODULE", "PYTHONPATH")
    }

    def scrapy(*arguments: str) -> str:
        done = subprocess.run(
            [PYTHON, "-m", "scrapy", *arguments], cwd=root, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert {"shop", "taobao", "tmall"} <= set(scrapy("list").split())
    out = tmp_path / "out.jsonl"
    scrapy("crawl", "shop", "-a", "limit=2", "-o", str(out), "-s", "LOG_LEVEL=ERROR")
    records = [decode(line, Listing) for line in out.read_bytes().splitlines()]
    assert {record.platform for record in records} == {"shop"}
    assert len(records) == 2
    (run,) = (tmp_path / "runs").glob("scrapy-*")
    assert outcome.read_stats(run / "crawl" / "shop") is not None
    settings = {name: scrapy("settings", "--get", name).strip() for name in ("TELNETCONSOLE_ENABLED", "ROBOTSTXT_OBEY")}
    assert settings == {"TELNETCONSOLE_ENABLED": "False", "ROBOTSTXT_OBEY": "True"}
    assert scrapy("settings", "--get", "REMOTE_CONTROL_ENABLED").strip() == "False"
