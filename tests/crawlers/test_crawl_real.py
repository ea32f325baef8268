"""The saved pages, and drawn ones of forms without one, served on loopback and crawled as any site is."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest

from crawlers.page import Page
from crawlers.platforms import BUILT_IN, paging
from domain.codec import to_builtins
from evidence.vault import Vault

from .conftest import NOW, Answer, Site, crawl_site, platform_file

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


def _emptied(name: str, body: bytes) -> bytes:
    """The same search past its last page, as the platform writes one without results."""
    if name == "taobao_search":
        config = json.loads(body)
        config["mods"]["itemlist"]["data"]["auctions"] = []
        return json.dumps(config).encode()
    return b"<html><body>no more</body></html>"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "query", "further"),
    [
        # (the first page's query, the counters of the further pages that are asked for)
        ("taobao_search", "q={term}", ["s=44", "s=88"]),
        ("jd_search", "keyword={term}&enc=utf-8", ["page=3", "page=5"]),
        ("tmall_search_drawn", "q={term}", ["s=60", "s=120"]),
        ("1688_search_drawn", "keywords={term}", ["beginPage=2", "beginPage=3"]),
        ("xianyu_cards_drawn", "q={term}", ["page=2", "page=3"]),
    ],
)
def test_searches_take_terms_and_follow_their_pages(
    name: str, query: str, further: list[str], tmp_path: Path, site: Site, shared: Path
) -> None:
    expected = json.loads((PAGES / name / "expected.json").read_text(encoding="utf-8"))
    path = PAGES / name / expected["page"]
    body = (path if path.exists() else shared / "pages" / expected["page"]).read_bytes()
    if name == "jd_search":
        body = body.replace(b"<b>1</b><em>/</em><i>1</i>", b"<b>1</b><em>/</em><i>3</i>")
    (platform,) = [known for known in BUILT_IN if known.name == expected["platform"]]
    term = "五常大米"
    first = "/search?" + query.replace("{term}", quote(term, encoding=platform.search_charset))
    answers = [body, body, _emptied(name, body)]
    for address, answer in zip([first, *(f"{first}&{counter}" for counter in further)], answers, strict=True):
        site.pages[address] = Answer(answer, media_type=expected["content_type"])
    platform_file(
        tmp_path,
        "searched",
        family=platform.name,
        start_urls=[f"{site.url}/robots.txt"],
        search=f"{site.url}/search?{query}",
        search_charset=platform.search_charset,
        images=False,
        delay=0,
        allow_private=True,
    )
    crawled = crawl_site(tmp_path, "searched", terms=(term,))
    assert {record.ref for record in crawled.listings} == {one["ref"] for one in expected["listings"]}
    assert crawled.stats.repeated == len(expected["listings"])  # the second page, which here is the first again
    assert [site.asked[f"{first}&{counter}"] for counter in further] == [1, 1]
    assert not [
        asked for asked in site.asked if asked.startswith("/search") and asked.count("=") > first.count("=") + 1
    ]


def test_a_search_is_read_to_a_bound_and_what_lies_behind_is_said() -> None:
    url = "https://s.example/search?q=a"
    for _ in range(paging.MAX_PAGES - 1):
        ((link,), notes) = paging.onward(url, term="q", counter="page", total=500)
        assert notes == ()
        url = link.url
    links, notes = paging.onward(url, term="q", counter="page", total=500)
    assert links == ()
    assert "500" in notes[0]
    assert paging.onward("https://s.example/list?page=3", term="q", counter="page") == ((), ())


def test_a_product_linked_under_several_addresses_is_visited_once() -> None:
    (tmall,) = [known for known in BUILT_IN if known.name == "tmall"]
    expected = json.loads((PAGES / "tmall_search_drawn" / "expected.json").read_text(encoding="utf-8"))
    body = (PAGES / "tmall_search_drawn" / expected["page"]).read_bytes()
    parsed = tmall.parse(Page(url=expected["url"], body=body, at=NOW, headers={"content-type": "text/html"}))
    assert [tmall.ref_of(link.url) for link in parsed.links if link.product] == ["557951880001", "557951880002"]
