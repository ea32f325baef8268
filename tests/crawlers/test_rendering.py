"""Pages that need a browser, through a real Chromium."""

from __future__ import annotations

import json
import shutil
import struct
from pathlib import Path

import pytest

from domain.records import Listing
from evidence.vault import Vault

from .conftest import Answer, Site, crawl_site, page, platform_file

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
