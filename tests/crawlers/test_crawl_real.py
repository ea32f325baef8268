"""The saved 淘宝 and 天猫 pages, served on loopback and crawled as any site is."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from domain.codec import to_builtins
from evidence.vault import Vault

from .conftest import Answer, Site, crawl_site, platform_file

PAGES = Path(__file__).resolve().parent.parent / "pages"


@pytest.mark.shared
@pytest.mark.parametrize("name", ["taobao_item", "tmall_item", "tmall_mobile"])
def test_saved_pages_are_crawled(name: str, tmp_path: Path, site: Site, shared: Path) -> None:
    expected = json.loads((PAGES / name / "expected.json").read_text(encoding="utf-8"))
    body = (shared / "pages" / expected["page"]).read_bytes()
    path = "/item.htm?id=" + expected["listings"][0]["ref"]
    site.pages[path] = Answer(body, media_type=expected["content_type"])  # GBK is what the platform declares
    platform_file(
        tmp_path,
        "saved",
        family=expected["platform"],
        start_urls=[site.url + path],
        product_url=r"[?&]id=(\d+)",
        images=False,  # they lie on the platform's servers, which a test never asks
        delay=0,
        allow_private=True,
    )
    crawled = crawl_site(tmp_path, "saved")
    assert crawled.stats.ok, crawled.stats
    (record,) = crawled.listings
    assert Vault(str(tmp_path / "vault")).read(record.capture) == body
    ours, wanted = to_builtins(record), expected["listings"][0]
    assert ours["url"] == site.url + path  # the page's own address is on another host, and is not believed
    seller = wanted["seller"] | {"url": wanted["seller"]["url"].replace("https://", "http://")}
    images = [image.replace("https://", "http://") for image in wanted["images"]]
    volatile = {"platform", "url", "observed_at", "capture", "seller", "images"}
    assert {k: v for k, v in ours.items() if k not in volatile} == {
        k: v for k, v in wanted.items() if k not in volatile
    }
    assert ours["seller"] == seller
    assert ours["images"] == images


@pytest.mark.shared
@pytest.mark.parametrize("name", ["jd_search", "taobao_search", "pdd_item"])
def test_saved_lists_and_answers_are_crawled(name: str, tmp_path: Path, site: Site, shared: Path) -> None:
    expected = json.loads((PAGES / name / "expected.json").read_text(encoding="utf-8"))
    body = (shared / "pages" / expected["page"]).read_bytes()
    site.pages["/saved"] = Answer(body, media_type=expected["content_type"])
    platform_file(
        tmp_path,
        "saved",
        family=expected["platform"],
        start_urls=[f"{site.url}/saved"],
        images=False,
        delay=0,
        allow_private=True,
    )
    crawled = crawl_site(tmp_path, "saved")
    assert crawled.stats.ok, crawled.stats
    assert {(record.ref, record.title, record.seller.name, record.price) for record in crawled.listings} == {
        (one["ref"], one["title"], one["seller"]["name"], Decimal(one["price"])) for one in expected["listings"]
    }
    assert [record.reason for record in crawled.set_aside] == expected.get("reasons", [])
