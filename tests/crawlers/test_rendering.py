"""Pages that need a browser, through a real Chromium."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.async_api import TimeoutError as PlaywrightTimeout
from playwright.async_api import async_playwright

from crawlers import settings, tabs
from crawlers.refusals import Hung
from crawlers.tabs import Tabs
from domain.records import Listing
from evidence.vault import Vault

from .conftest import Answer, Site, crawl_site, page, platform_file, redirect, serving

pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 20, 10) + b"\x08\x02\0\0\0"
LIST = """<div id=a></div><script>fetch("/api/list").then(r => r.json()).then(l => {
document.getElementById("a").innerHTML = l.map(n => `<a href="/item/${n}">${n}</a>`).join("") + "<p class=done></p>"})
</script>"""
ITEM = """<link rel=stylesheet href=/style.css><div id=a></div><img src="http://169.254.169.254/x.png">
<script>fetch("http://127.0.0.1:22/").catch(e => 0); fetch("http://localhost:9200/_search").catch(e => 0);
fetch("/api/item?n=" + location.pathname.split("/")[2]).then(r => r.json()).then(x => {
document.getElementById("a").innerHTML = `<h1>${x.name}</h1><b class=price>${x.price}</b>
<img class=main src="${x.image}"><ul><li>品牌：某牌</li></ul><p class=done></p>`})</script>"""


@pytest.fixture
def shop(site: Site, tmp_path: Path) -> Site:
    if not (shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")):
        pytest.fail("Chromium is not installed: apt-get install chromium")

    def find(path: str) -> Answer | None:
        if path.startswith("/item/"):
            return page(ITEM)
        if path.startswith("/api/item"):
            number = path.rpartition("=")[2]
            item = {"name": f"渲染商品 {number}", "price": "¥1.2万起", "image": f"/i/{number}.png"}
            return page(json.dumps(item), media_type="application/json")
        return Answer(PNG, media_type="image/png") if path.startswith("/i/") else None

    site.pages |= {"/": page(LIST), "/api/list": page("[1, 2, 3]", media_type="application/json")}
    site.find = find
    platform_file(
        tmp_path,
        "js",
        start_urls=[site.url + "/"],
        product_url=r"/item/(\d+)",
        render=True,
        wait_for="p.done",
        delay=0,
        allow_private=True,
        select={"title": "h1", "price": "b.price", "images": "img.main@src", "rows": "ul li"},
    )
    return site


def test_a_shop_drawn_by_javascript(shop: Site, tmp_path: Path) -> None:
    crawled = crawl_site(tmp_path, "js")
    assert crawled.stats.ok, crawled.stats
    assert [(record.ref, record.title, str(record.price)) for record in crawled.listings] == [
        (str(n), f"渲染商品 {n}", "12000") for n in (1, 2, 3)
    ]
    assert {record.claims["品牌"] for record in crawled.listings} == {"某牌"}
    assert crawled.stats.pictures == 3
    vault = Vault(str(tmp_path / "vault"))
    for record in crawled.listings:
        _cites_the_dom(vault, record)
        raw = vault.captured("night", record.url)
        assert raw is not None
        assert vault.decoded(raw.digest).decode() == ITEM
    api = vault.captured("night", shop.url + "/api/item?n=2")
    assert api is not None
    assert json.loads(vault.decoded(api.digest))["name"] == "渲染商品 2"
    # Pictures are fetched by the crawler, once each, not by the browser; no private address is touched.
    assert all(shop.asked[f"/i/{n}.png"] == 1 for n in (1, 2, 3))
    assert {agent.partition("/")[0] for agent in shop.agents} == {"Qingyuan"}
    log = (crawled.folder / "crawl.log").read_text(encoding="utf-8")
    assert "浏览器请求被拒绝：http://127.0.0.1:22/" in log
    assert "浏览器请求被拒绝：http://localhost:9200/_search" in log


def _cites_the_dom(vault: Vault, record: Listing) -> None:
    dom = vault.read(record.capture).decode()
    assert f"<h1>{record.title}</h1>" in dom


def test_a_rendered_crawl_is_resumed_without_rendering_again(shop: Site, tmp_path: Path) -> None:
    first = crawl_site(tmp_path, "js")
    (first.folder / "stats.json").unlink()  # as if it had been killed just before its end
    shop.asked.clear()
    again = crawl_site(tmp_path, "js")
    assert again.listings == first.listings
    assert again.stats == first.stats
    assert shop.asked.total() == 0


def _browsers() -> list[int]:
    """The Chromium that crawls of this test have started: the browser itself, not its renderers."""
    found, mine = [], {os.getpid()}
    parents: dict[int, int] = {}
    lines: dict[int, list[bytes]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                lines[int(entry.name)] = (entry / "cmdline").read_bytes().split(b"\0")
            except (OSError, IndexError, ValueError):
                continue
    for _ in range(8):  # children, their children, …
        mine |= {pid for pid, parent in parents.items() if parent in mine}
    for pid in mine:
        line = lines.get(pid, [b""])
        if b"--headless" in line and not any(part.startswith(b"--type=") for part in line):
            found.append(pid)
    return found


def test_a_browser_killed_in_the_middle_is_started_again_and_no_page_is_lost(shop: Site, tmp_path: Path) -> None:
    shop.pages["/api/list"] = page("[1, 2, 3, 4, 5, 6, 7, 8]", media_type="application/json")
    find, killed = shop.find, []

    def deadly(path: str) -> Answer | None:
        if path == "/item/4" and not killed:
            killed.extend(_browsers())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
        return find(path)

    shop.find = deadly
    crawled = crawl_site(tmp_path, "js")
    assert killed
    assert crawled.stats.ok, crawled.stats
    assert [record.ref for record in crawled.listings] == [str(n) for n in range(1, 9)]
    assert not crawled.set_aside
    assert "浏览器崩溃" in (crawled.folder / "crawl.log").read_text(encoding="utf-8")


class _Opened:
    """A browser with one context, as the download handler holds them."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.context: Any = None
        self.opened = 0

    async def fetch(self, request: Any) -> Any:
        tab = request.meta.get("playwright_page")
        if tab is None or tab.is_closed():
            self.context = self.context or await self.browser.new_context()
            tab = await self.context.new_page()
            self.opened += 1
        request.meta["playwright_page"] = tab
        await tab.goto(request.url, wait_until="domcontentloaded")
        return await tab.content()

    async def renew(self) -> None:
        await self.context.close()
        self.context = None

    async def end(self) -> None:
        await self.browser.close()


def _rendered(scenario: Callable[[Tabs, _Opened], Awaitable[None]]) -> None:
    async def run() -> None:
        options = settings.PLAYWRIGHT_LAUNCH_OPTIONS
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=options["executable_path"], args=options["args"])
            held = _Opened(browser)
            await scenario(Tabs(2, held.fetch, held.renew, held.end), held)
            await browser.close()

    asyncio.run(run())


def _request(url: str) -> Any:
    return SimpleNamespace(url=url, meta={})


def test_tabs_are_used_again_and_let_go(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.find = lambda path: page(f"<h1>{path}</h1>")
    monkeypatch.setattr(tabs, "TAB_PAGES", 4)
    monkeypatch.setattr(tabs, "CONTEXT_PAGES", 10)

    async def scenario(pool: Tabs, held: _Opened) -> None:
        for number in range(8):
            request = _request(f"{site.url}/{number}")
            assert f"<h1>/{number}</h1>" in await pool.render(request)
            assert request.meta == {}  # nothing of a tab stays with the request
        assert held.opened == 2
        first = held.context
        await asyncio.gather(*(pool.render(_request(f"{site.url}/{number}")) for number in range(8, 14)))
        assert held.context is not first  # renewed after ten pages, while two were asked for at a time
        assert len(held.context.pages) <= 2

    _rendered(scenario)


def test_a_page_without_end_is_given_up_and_the_next_one_is_rendered(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/endless"] = page("<h1>a</h1><script>setTimeout(() => { for (;;); }, 0)</script>")
    site.pages["/good"] = page("<h1>b</h1>")
    monkeypatch.setattr(tabs, "LONGEST", 4.0)

    async def scenario(pool: Tabs, held: _Opened) -> None:
        pages = await asyncio.gather(
            pool.render(_request(f"{site.url}/endless")),
            pool.render(_request(f"{site.url}/good")),
            return_exceptions=True,
        )
        # A loop that starts before the page is read hangs the reading; one that starts later is ended with its tab.
        assert isinstance(pages[0], Hung) or "<h1>a</h1>" in str(pages[0])
        assert "<h1>b</h1>" in str(pages[1])
        site.pages["/stuck"] = page("<h1>c</h1><script>for (;;);</script>")
        with pytest.raises((Hung, PlaywrightTimeout)):
            await pool.render(_request(f"{site.url}/stuck"))
        assert "<h1>b</h1>" in await pool.render(_request(f"{site.url}/good"))

    _rendered(scenario)


def test_redirects_of_the_browser_reach_nothing_private(shop: Site, tmp_path: Path) -> None:
    """Playwright asks about the first request only; the gate sees each connection, also after redirects."""
    with serving() as secret:
        shop.pages |= {
            "/item/1": redirect(f"{secret.url}/admin"),
            "/item/2": page(ITEM.replace("</script>", ";fetch('/hop');</script>")),
            "/hop": redirect(f"{secret.url}/hop"),
            "/item/3": redirect("http://169.254.169.254/latest/meta-data/"),
        }
        crawled = crawl_site(tmp_path, "js")
        assert secret.asked.total() == 0
    assert [record.ref for record in crawled.listings] == ["2"]
    assert shop.asked["/hop"] == 1
    assert crawled.stats.failed == 2 or crawled.stats.set_aside == 2
