"""The three sites as a visitor finds them: reachable, polite, parseable by tools that know nothing of them, hostile."""

from __future__ import annotations

import gzip
import html
import json
import re
import socket
import tomllib
import urllib.robotparser
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from pathlib import Path

import extruct
import pytest

from domain.errors import BusyError
from qingyuan.demo.economy import Economy, generate
from qingyuan.demo.servers import Bases, serving
from qingyuan.demo.sites import ADDRESSES
from qingyuan.demo.sites.traps import TRAPS


@pytest.fixture(scope="module")
def market() -> Economy:
    return generate(7)


@pytest.fixture(scope="module")
def bases(market: Economy) -> Iterator[Bases]:
    with serving(market) as found:
        yield found


def _get(base: str, path: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(base.removeprefix("http://"), timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer, answer.read()


def _reached(base: str, facts: dict[str, object]) -> set[str]:
    """Refs of the product pages that a crawl by the platform file's own rules comes to."""
    product, follow = re.compile(str(facts["product_url"])), re.compile(str(facts["follow"]))
    waiting, seen, refs = [base + "/"], {base + "/"}, set()
    connection = HTTPConnection(base.removeprefix("http://"), timeout=20)
    while waiting:
        url = waiting.pop()
        connection.request("GET", url.removeprefix(base))
        body = connection.getresponse().read().decode("utf-8", "replace")
        for href in re.findall(r'href="([^"]+)"', body):
            target = base + html.unescape(href) if href.startswith("/") else href
            found = product.search(target)
            if found:
                refs.add(found[1])
            elif follow.search(target) and target not in seen:
                seen.add(target)
                waiting.append(target)
    return refs


@pytest.mark.parametrize("site", ["baiji", "huoyuan"])
def test_every_offer_is_reached_by_the_platform_files_rules(
    market: Economy, bases: Bases, tmp_path: Path, site: str
) -> None:
    market.write(tmp_path, bases)
    facts = tomllib.loads((tmp_path / "platforms" / f"{site}.toml").read_text("utf-8"))
    offered = {offer.ref for offer in market.offers if offer.site == site}
    assert offered <= _reached(bases[site], facts)
    assert facts["floor"] <= len(offered)


@pytest.mark.parametrize("site", ["baiji", "kuaixuan", "huoyuan"])
def test_robots_forbids_a_part_and_allows_the_goods(market: Economy, bases: Bases, site: str) -> None:
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(_get(bases[site], "/robots.txt")[1].decode().splitlines())
    offer = next(offer for offer in market.offers if offer.site == site)
    assert rules.can_fetch("qingyuan", bases[site] + ADDRESSES[site].item.format(ref=offer.ref))
    forbidden = {"baiji": "/private/ledger", "kuaixuan": "/order/mine", "huoyuan": "/member/"}[site]
    assert not rules.can_fetch("qingyuan", bases[site] + forbidden)


def test_json_ld_says_what_was_offered(market: Economy, bases: Bases) -> None:
    """Read by extruct, which knows nothing of us."""
    for offer in [offer for offer in market.offers if offer.site == "baiji"]:
        answer, body = _get(bases["baiji"], f"/item/{offer.ref}.html")
        assert answer.status == 200
        assert offer.declared in answer.headers["Content-Type"]
        data = extruct.extract(body.decode(offer.charset), syntaxes=["json-ld"])["json-ld"][0]
        node = data["@graph"][1] if "@graph" in data else data
        assert node["name"] == offer.title
        assert {one["name"]: one["value"] for one in node["additionalProperty"]} == dict(offer.claims)
        sale = node["offers"][0] if isinstance(node["offers"], list) else node["offers"]
        assert sale["seller"]["name"] == offer.shop.name
        if offer.price_text.startswith("¥") and offer.high_price is None:
            assert sale["price"] == str(offer.price) or sale["price"] == offer.price_text
        assert len(node["image"]) == len(offer.pictures)


def test_a_page_that_lies_about_its_encoding() -> None:
    """One of the first seeds must hold one; a reader that trusts the declaration loses its text."""
    lying = [offer for seed in range(7, 12) for offer in generate(seed).offers if offer.charset != offer.declared]
    assert lying


def test_wholesale_pages_hold_title_claims_and_company(market: Economy, bases: Bases) -> None:
    seen = set()
    for offer in [offer for offer in market.offers if offer.site == "huoyuan"]:
        _, body = _get(bases["huoyuan"], f"/offer/{offer.ref}.html")
        text = html.unescape(body.decode(offer.charset))
        assert offer.title in text
        assert all(value in text for value in offer.claims.values())
        assert offer.shop.company_shown in text
        assert "application/ld+json" not in text
        seen.add((offer.charset, "og:title" in text))
    assert seen == {("utf-8", True), ("utf-8", False), ("gbk", True), ("gbk", False)}


def test_the_shell_of_the_scripted_site_says_nothing(market: Economy, bases: Bases) -> None:
    for offer in [offer for offer in market.offers if offer.site == "kuaixuan"]:
        _, body = _get(bases["kuaixuan"], f"/goods/{offer.ref}")
        assert offer.title not in body.decode()
        _, data = _get(bases["kuaixuan"], f"/api/goods?id={offer.ref}")
        assert json.loads(data)["data"]["t"] == offer.title


def test_missing_things_are_missing(bases: Bases) -> None:
    for site, path in (
        ("baiji", "/item/1.html"),
        ("kuaixuan", "/goods/k1"),
        ("huoyuan", "/offer/x.html"),
        ("baiji", "/img/x.jpg"),
    ):
        assert _get(bases[site], path)[0].status == 404
    assert _get(bases["baiji"], "/" + "a" * 5000)[0].status == 404
    assert _get(bases["baiji"], "/c/shuma/?page=99999999999999999999")[0].status == 200


def test_traps_do_what_they_say(bases: Bases) -> None:
    base = bases["baiji"]
    home = _get(base, "/")[1].decode()
    assert all(path in home for path in TRAPS if path.startswith("/item"))
    with pytest.raises(IncompleteRead):
        _get(base, "/item/900000000001.html")
    hostile = _get(base, "/item/900000000002.html")[1]
    assert b"169.254.169.254" in hostile
    assert hostile.count(b'"offers":') > 10_000
    answer, packed = _get(base, "/item/900000000003.html")
    assert answer.headers["Content-Encoding"] == "gzip"
    with pytest.raises(EOFError):
        gzip.decompress(packed)
    answer, _ = _get(base, "/item/900000000005.html")
    assert (answer.status, answer.headers["Location"][:23]) == (302, "http://169.254.169.254/")
    giant = _get(base, "/img/giant.png")[1]
    assert len(giant) < 100_000
    assert giant[16:24] == (60_000).to_bytes(4, "big") * 2


def test_answers_are_the_same_bytes_each_time(market: Economy) -> None:
    def bodies() -> dict[str, bytes]:
        with serving(market, ports=dict(zip(market.sites, _free(3), strict=True))) as found:
            paths = ["/", "/c/shuma/", *(f"/item/{offer.ref}.html" for offer in market.offers[:10])]
            return {path: _get(found["baiji"], path)[1].replace(found["baiji"].encode(), b"") for path in paths}

    assert bodies() == bodies()


def _free(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def test_a_taken_port_is_said(market: Economy, bases: Bases) -> None:
    port = int(bases["baiji"].rpartition(":")[2])
    with pytest.raises(BusyError, match="换一个端口"), serving(market, ports={"baiji": port}):
        pass


def test_requests_are_remembered(market: Economy) -> None:
    with serving(market) as found:
        _get(found["huoyuan"], "/robots.txt")
        assert [(site, path) for site, path, _ in found.requests] == [("huoyuan", "/robots.txt")]


@pytest.mark.browser
def test_a_browser_draws_the_scripted_site(market: Economy, bases: Bases) -> None:
    from playwright.sync_api import sync_playwright

    mine = [offer for offer in market.offers if offer.site == "kuaixuan"]
    both_ways = [next(offer for offer in mine if offer.layout % 2 == way) for way in (0, 1)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        for offer in both_ways:
            page.goto(bases["kuaixuan"] + f"/goods/{offer.ref}")
            page.wait_for_selector("main[data-ready]")
            assert page.text_content("main.goods h1") == offer.title
            rows = {
                row.query_selector("span").text_content(): row.query_selector("em").text_content()  # type: ignore[union-attr]
                for row in page.query_selector_all("main.goods .params li")
            }
            assert rows == dict(offer.claims)
        page.goto(bases["kuaixuan"] + "/channel/chi")
        page.wait_for_selector("main[data-ready] .cards a")
        browser.close()
    assert not failures
