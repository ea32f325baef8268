"""Item pages of 1688 and 闲鱼 beside their drawn pages: other writings, walls, goods that are gone, hostile states."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crawlers.outcome import DRAWN, Outcome
from crawlers.page import Page
from crawlers.platform import Parsed
from crawlers.platforms import BUILT_IN, embedded

AT = datetime(2026, 11, 24, tzinfo=UTC)
PAGES = Path(__file__).resolve().parent.parent / "pages"
OFFER = "https://detail.1688.com/offer/681234567890.html"
THING = "https://www.goofish.com/item?id=912345678901"


def _parsed(body: str, url: str, *, asked: str = "") -> Parsed:
    kind = "application/json" if body.startswith("{") else "text/html; charset=utf-8"
    platform = next(each for each in BUILT_IN if each.name == ("1688" if "1688" in (asked or url) else "xianyu"))
    return platform.parse(Page(url=url, body=body.encode(), at=AT, headers={"content-type": kind}, asked=asked))


def _state(**modules: Any) -> dict[str, Any]:
    title = {"productTitle": {"fields": {"title": "样品壶"}}, "gallery": {"fields": {"offerId": 681234567890}}}
    return {"result": {"data": title | {name: {"fields": fields} for name, fields in modules.items()}}}


def _context(**modules: Any) -> str:
    return f"<script>window.context = {json.dumps(_state(**modules), ensure_ascii=False)};</script>"


def _thing() -> str:
    return (PAGES / "xianyu_item_drawn" / "page.html").read_text("utf-8")


@pytest.mark.parametrize("as_file", [False, True])
def test_a_state_that_is_assigned_or_stored_is_read(as_file: bool) -> None:
    prices = {"priceModel": {"currentPrices": [{"beginAmount": 1, "price": "48.00"}, {"beginAmount": 1, "price": 58}]}}
    body = json.dumps(_state(mainPrice=prices)) if as_file else _context(mainPrice=prices)
    (listing,) = _parsed(body, OFFER).listings
    assert (listing.price, listing.claims["价格"], listing.claims["起订量"]) == (Decimal("48.00"), "48.00 - 58", "1")
    assert "阶梯价" not in listing.claims


def test_options_give_the_price_where_no_list_does() -> None:
    skus = {"a": {"price": "9.00", "discountPrice": "7.50"}, "b": {"price": "8.00"}, "c": {"price": "0.00"}}
    (listing,) = _parsed(_context(Root={"dataJson": {"skuModel": {"skuInfoMap": skus}}}), OFFER).listings
    assert (listing.price, listing.claims["价格"]) == (Decimal("7.50"), "7.50 - 8.00")


def test_a_price_that_is_not_public_is_none() -> None:
    body = _context(submitOrder={"isPricePrivate": True}, mainPrice={"priceModel": {"currentPrices": [{"price": "9"}]}})
    (listing,) = _parsed(body, OFFER).listings
    assert (listing.price, listing.currency, listing.claims["价格不公开"]) == (None, "", "是")


def test_an_attribute_named_like_something_of_the_page_does_not_hide_it() -> None:
    rows = [
        {"name": "价格", "value": "面议"},
        {"name": "品牌", "values": ["甲", "乙"]},
        {"name": "品牌", "value": "丙"},
    ]
    prices = {"priceModel": {"currentPrices": [{"beginAmount": 3, "price": "9.90"}]}}
    (listing,) = _parsed(_context(gallery={"CpvEnhance": {"normalCpv": rows}}, mainPrice=prices), OFFER).listings
    assert (listing.claims["价格"], listing.claims["价格（属性）"]) == ("9.90", "面议")
    assert listing.claims["品牌"] == "甲、乙、丙"
    assert listing.ref == "681234567890"


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (OFFER, '<script>window._config_ = {"action": "login", "url": "https://login.1688.com"};</script>'),
        (OFFER, '<script>window._config_={"action":"captcha","url":"https://detail.1688.com/x"};</script>'),
        (THING, '<script>window._config_ = {"action":"deny"};</script>'),
        (THING, '{"ret":["RGV587_ERROR::SM::哎哟喂,被挤爆啦"],"data":{}}'),
    ],
)
def test_walls_are_told_from_pages(url: str, body: str) -> None:
    found = _parsed(body, url)
    assert found.blocked and not found.listings and not found.gone


@pytest.mark.parametrize(
    ("url", "asked", "body"),
    [
        (OFFER, "", '<div class="mod-detail-offline"><h3 class="mod-detail-offline-title">商品已下架</h3></div>'),
        ("https://page.1688.com/shtml/static/wrongpage.html", OFFER, "<p>x</p>"),
        (THING, "", '{"ret":["FAIL_BIZ_ITEM_DEL_NOT_FOUND::您要看的宝贝不存在或已被删除啦!"],"data":{}}'),
        (THING, "", "<div>您要看的宝贝不存在或已被删除啦!</div>"),
    ],
)
def test_goods_that_are_gone_are_said_to_be(url: str, asked: str, body: str) -> None:
    found = _parsed(body, url, asked=asked)
    assert found.gone and not found.listings
    assert found.set_aside[0].where == (asked or url)


def test_a_live_offer_whose_page_speaks_of_delisting_is_there() -> None:
    body = _context(description={"detailUrl": "x"}) + "<ul><li>商品已下架</li></ul><p>商品已下架规则说明</p>"
    assert len(_parsed(body, OFFER).listings) == 1


def test_an_amount_without_its_sign_is_no_price() -> None:
    (listing,) = _parsed(_thing().replace("¥</div><div", "</div><div"), THING).listings
    assert (listing.price, listing.claims["价格"]) == (None, "199")


def test_what_a_label_says_is_a_place_only_where_it_is_one() -> None:
    (listing,) = _parsed(_thing().replace(">葫芦岛<", ">来闲鱼一年<"), THING).listings
    assert listing.ships_from == ""
    assert listing.claims["卖家信息"].startswith("来闲鱼一年、")


def test_what_an_item_page_recommends_is_not_its_goods() -> None:
    without = re.sub(r'class="item-main-info[^"]*"', 'class="x"', _thing())
    found = _parsed(without, THING)
    assert not found.listings
    assert found.set_aside[0].reason == "网址是商品页，页面里却读不出商品"


@pytest.mark.parametrize(
    "raw",
    ['{"a":' * 100_000, '{"' + '\\"' * 200_000, "{" + "0:{" * 100_000, '{0:"' + "{1:" * 100_000, "{" + "," * 200_000],
)
def test_hostile_states_end(raw: str) -> None:
    assert not _parsed(f"<script>window.context={raw}</script>", OFFER).listings


def test_bare_numbers_are_keys_and_strings_stay_as_they_are() -> None:
    text = r'x = {0:{"a":"{1:2}", 17 : "\"{3:"}, "b":[1,2]} ;'
    (value,) = embedded.literals(text, re.compile("x = "))
    assert value == {"0": {"a": "{1:2}", "17": '"{3:'}, "b": [1, 2]}


def _alarm(tmp_path: Path, *, pages: int, blocked: int) -> str:
    outcome = Outcome(tmp_path, platform="web-shop.example", run="r", floor=1, advice=DRAWN)
    outcome.counts.update(pages=pages, blocked=blocked)
    return outcome.finish(ended="finished", limit=None).alarms[0]


def test_an_address_that_gave_nothing_is_told_of_the_browser(tmp_path: Path) -> None:
    said = _alarm(tmp_path / "drawn", pages=3, blocked=0)
    assert said.startswith("只得到 0 个商品，低于下限 1 个；")
    assert "JavaScript" in said and "加上 --render" in said and "crawl new" in said and "render = true" in said
    # A wall, or a site that gave no page, is no question of drawing.
    assert _alarm(tmp_path / "wall", pages=3, blocked=1) == "只得到 0 个商品，低于下限 1 个"
    assert _alarm(tmp_path / "none", pages=0, blocked=0) == "只得到 0 个商品，低于下限 1 个"
