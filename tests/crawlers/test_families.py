"""Embedded state, the visible page, and what happens when the sources of one page differ."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from crawlers import links
from crawlers.families import auto, dom, opengraph, state
from crawlers.page import Page
from crawlers.platform import Platform

AT = datetime(2026, 11, 24, tzinfo=UTC)


def _page(body: str, url: str = "https://shop.example/goods/A1") -> Page:
    return Page(url=url, body=body.encode(), at=AT, headers={"content-type": "text/html; charset=utf-8"})


def _state(value: Any, *, name: str = "window.__INITIAL_STATE__", title: str = "青花瓷碗", rest: str = "") -> Page:
    written = json.dumps(value, ensure_ascii=False)
    return _page(f"<title>{title}</title><h1>{title}</h1>{rest}<script>{name} = {written};</script>")


@pytest.mark.parametrize(
    "name",
    ["window.__INITIAL_STATE__", "var eContext", "g_page_config", 'window["__PRELOADED_STATE__"]', "window.rawData"],
)
def test_states_are_found_under_their_names(name: str) -> None:
    (offer,) = state.read(_state({"item": {"sku": "B1", "name": "青花瓷碗", "price": "58.00"}}, name=name)).offers
    assert (offer.title, offer.price, offer.claims["商品编码"]) == ("青花瓷碗", Decimal("58.00"), "B1")


def test_a_state_in_json_parse() -> None:
    inner = json.dumps({"goods": {"goodsId": 7, "goodsName": "青花瓷碗", "price": "￥58"}}, ensure_ascii=False)
    page = _page(f"<title>青花瓷碗</title><script>window.__INITIAL_STATE__=JSON.parse({json.dumps(inner)})</script>")
    (offer,) = state.read(page).offers
    assert (offer.price, offer.currency) == (Decimal(58), "CNY")


def test_goods_that_the_page_is_not_about_are_not_its_product() -> None:
    goods = [{"sku": f"B{n}", "name": f"碗 {n}", "price": f"{n}.50"} for n in range(1, 4)]
    assert not state.read(_state({"list": goods}, title="全部瓷器")).offers


def test_the_address_tells_the_products_of_one_page_apart() -> None:
    goods = [{"sku": f"B{n}", "name": "碗", "price": f"{n}.50", "url": f"/goods/A{n}"} for n in range(1, 4)]
    (offer,) = state.read(_state({"list": goods}, title="瓷器")).offers
    assert offer.price == Decimal("1.50")


def test_one_product_with_two_prices_in_a_state_is_noted() -> None:
    product = {"sku": "B1", "name": "青花瓷碗", "price": "58.00"}
    reading = state.read(_state({"a": product | {"brand": "景德"}, "b": product | {"price": "48.00"}}))
    assert len(reading.offers) == 1
    assert "48.00、58.00" in reading.notes[0]


@pytest.mark.parametrize(
    ("shown", "price"), [("", None), ('<b class="price">¥199</b>', None), ('<b class="price">¥19900</b>', 19900)]
)
def test_a_bare_integer_may_be_cents_unless_the_page_shows_it(shown: str, price: int | None) -> None:
    reading = state.read(_state({"p": {"goodsId": 1, "name": "青花瓷碗", "price": 19900}}, rest=shown))
    assert reading.offers[0].price == price
    assert reading.offers[0].claims["价格"] == "19900"
    assert bool(reading.notes) == (price is None)


def test_hostile_states_end() -> None:
    deep = '{"a":' * 200_000
    assert not state.read(_page(f"<script>window.__INITIAL_STATE__={deep}</script>")).offers
    cycle = json.dumps([{"self": 0, "name": 1, "price": 2, "sku": 1}, "青花瓷碗", "5.00"])
    page = _page(f'<title>青花瓷碗</title><script id="__NUXT_DATA__" type="application/json">{cycle}</script>')
    assert len(state.read(page).offers) == 1
    fan = json.dumps([{"a": 1, "b": 1}, *[{"a": n, "b": n} for n in range(2, 60)], "x"])
    assert not state.read(_page(f'<script id="__NUXT_DATA__">{fan}</script>')).offers


@pytest.mark.parametrize(
    ("shown", "low", "form"),
    [
        ('<b class="price">¥1.25万起</b>', "12500", "起"),
        ('<p class="price-box">券后价<b class="price">¥ 89.9</b></p>', "89.9", "券后"),
        ('<b class="price">¥1,850.00 - 3131.00</b>', "1850.00", "区间"),
        ('<b class="price">￥129</b><s class="price">￥299</s>', "129", ""),
        ('<b class="price">￥129</b><b class="market-price">￥299</b>', "129", ""),
    ],
)
def test_prices_as_pages_show_them(shown: str, low: str, form: str) -> None:
    (offer,) = dom.read(_page(f"<div><h1>青花瓷碗</h1>{shown}<button>立即购买</button></div>")).offers
    assert (offer.price, offer.currency, offer.claims.get("价格形式", "")) == (Decimal(low), "CNY", form)


@pytest.mark.parametrize(
    "body",
    [
        "<h1>青花瓷碗</h1><button>立即购买</button>",
        '<h1>青花瓷碗</h1><b class="price">¥58</b>',
        '<h1>甲</h1><h1>乙</h1><b class="price">¥58</b><button>立即购买</button>',
        '<h1>青花瓷碗</h1><b class="price">58</b><button>立即购买</button>',
        '<h1>青花瓷碗</h1><a href="/x"><b class="price">¥58</b></a><button>立即购买</button>',
        '<h1>青花瓷碗</h1><div class="recommend"><b class="price">¥58</b></div><button>立即购买</button>',
    ],
    ids=["no price", "nothing to buy", "two headings", "no currency", "linked price", "recommended"],
)
def test_what_is_not_certainly_a_product_page_is_none(body: str) -> None:
    assert not dom.read(_page(body)).offers


def test_a_difference_between_sources_keeps_both_values() -> None:
    data = {"@type": "Product", "name": "碗", "offers": {"price": "58.00", "priceCurrency": "CNY"}}
    head = '<meta property="og:type" content="product"><meta property="product:price:amount" content="{}">'
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    same = auto(_page(head.format("58.0") + script))
    assert same.notes == ()
    other = auto(_page(head.format("48") + script))
    assert other.offers[0].price == Decimal("58.00")
    assert other.offers[0].claims["价格（OpenGraph）"] == "48"
    assert "58.00" in other.notes[0]
    assert "48" in other.notes[0]


def test_opengraph_ignores_comments_and_resolves_entities() -> None:
    page = _page(
        '<!-- <meta property="og:title" content="旧"> --><meta content="A &amp; B" property="og:title">'
        "<meta property=og:type content=product>"
    )
    assert opengraph.read(page).offers[0].title == "A & B"


def test_a_page_nested_without_end_is_no_product() -> None:
    nested = '<div class="price">' * 5_000
    assert not dom.read(_page(f"<h1>青花瓷碗</h1>{nested}¥5<button>立即购买</button>")).offers
    assert not dom.read(
        _page(f'<h1>青花瓷碗</h1>{nested}¥5</div><b class="price">¥6</b><button>立即购买</button>')
    ).offers


#: As pages of utility classes write it: nothing is called a price, the number of units stands above its word.
_BARE = """<title>青花瓷碗 | 某店</title><nav class=breadcrumb><a href="/">首页</a><a href="/c/1">瓷器</a></nav>
<div class=col><h1>青花瓷碗</h1><div id=specs><div><span class=is-size-7>原价：¥ <del>524.65</del></span>
<h1 class=is-size-4>¥ 504.65</h1></div><div>3548<h1>销量</h1></div>
<p>运费：<b>¥ 12.00</b></p><p>满减 <i>¥5</i></p></div>
<button>加入购物车</button><a href="/big/1.jpg"><img src="/m/1.jpg"></a>
<ul role=tablist><li role=tab aria-controls="7-content">商品详情</li></ul>
<div id="7-content">手绘，微波炉可用。</div></div>
<div class=col><h1>热门</h1><a href="/goods/B2"><img src="/m/2.jpg"></a><b>¥9</b></div>
<script>var tip = "销量 99 件 已售 77 件"</script>"""


def test_an_amount_alone_in_its_element_is_the_price_where_nothing_is_marked() -> None:
    (offer,) = dom.read(_page(_BARE)).offers
    assert (offer.price, offer.currency, offer.sales) == (Decimal("504.65"), "CNY", 3548)
    assert offer.claims["划线价"] == "原价：¥ 524.65"
    assert offer.claims["销量"] == "3548 销量"
    assert offer.category == ("瓷器",)
    assert offer.description == "手绘，微波炉可用。"
    # The picture of other goods leads to their page; the own one only to its larger self.
    assert offer.images == ("/m/1.jpg",)


def test_a_marked_price_goes_before_amounts_that_stand_alone() -> None:
    page = _page(_BARE.replace("<button>", '<em class="price">¥ 480.00</em><button>'))
    assert dom.read(page).offers[0].price == Decimal("480.00")


def test_two_amounts_that_stand_alone_give_no_price() -> None:
    reading = dom.read(_page(_BARE.replace("<button>", "<b>¥ 480.00</b><button>")))
    assert reading.offers[0].price is None
    assert "504.65" in reading.notes[0]


def test_words_in_scripts_are_not_shown() -> None:
    body = '<div><h1>青花瓷碗</h1><b class="price">¥58</b></div><script>t = "立即购买"</script>'
    assert not dom.read(_page(body)).offers


@pytest.mark.parametrize(
    ("html", "described"),
    [
        ("<div class=h><h2>商品描述</h2></div><p>甲</p><p>乙</p><h2>评价</h2><p>丙</p>", "甲\n乙"),
        ("<h3>Product Description</h3>甲<p>乙</p>", "甲\n乙"),
        ("<h2>商品描述</h2><p>甲</p><h2>商品描述</h2><p>乙</p>", ""),
        ("<h2>买家评价</h2><p>甲</p>", ""),
    ],
)
def test_a_description_stands_under_its_heading(html: str, described: str) -> None:
    page = _page(
        f'<div><h1>青花瓷碗</h1><b class="price">¥58</b><button>立即购买</button></div><section>{html}</section>'
    )
    assert dom.read(page).offers[0].description == described


def test_english_rows_go_under_the_names_that_officers_know() -> None:
    rows = "<table><tr><th>UPC</th><td>6901234567892</td></tr><tr><th>Brand</th><td>某牌</td></tr></table>"
    claims = dom.read(_page(f'<div><h1>青花瓷碗</h1><b class="price">¥58</b>{rows}</div>')).offers[0].claims
    assert (claims["条形码"], claims["品牌"]) == ("6901234567892", "某牌")


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("/goods/A1", "https://shop.example/goods/A1"),
        ("https://shop.example/goods/A1", "https://shop.example/goods/A1"),
        ("https://shop.example/", ""),  # a shop that names its home page on every page
        ("https://elsewhere.example/goods/A1", ""),
        ("/goods/B2", ""),
    ],
)
def test_a_page_may_say_its_own_address(said: str, url: str) -> None:
    shown = "<div><h1>青花瓷碗</h1><b class=price>¥58</b><button>立即购买</button></div>"
    body = f"<link href={said} rel=canonical>{shown}"
    assert auto(_page(body, "https://shop.example/goods/A1/reviews?page=2")).offers[0].url == url


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://s.example/p/1/reviews/add/", True),
        ("https://s.example/cart", True),
        ("https://s.example/customer/login?next=/", True),
        ("https://s.example/p/1/reviews/", False),
        ("https://s.example/cart-covers/3", False),
        ("https://s.example/registered-trademarks", False),
    ],
)
def test_forms_are_not_followed(url: str, form: bool) -> None:
    assert links.is_form(url) is form


#: As Cartridge writes it: the price in a Bootstrap list, the picture enlarged by a link, a button that is an input.
CARTRIDGE = """<div class="container"><h1>信阳毛尖</h1></div><div class="row"><div class="col-md-7">
<ul class="list-unstyled"><li><a href="/media/p1.jpg"><img src="/media/p1-300.jpg"></a></li></ul>
<ul class="list-unstyled"><li><span class="price">￥88.00</span></li></ul>
<form method="post"><input type="submit" value="%s"></form></div></div>"""


def test_a_price_in_a_list_beside_a_picture_that_enlarges_and_a_button_in_its_value() -> None:
    (offer,) = dom.read(_page(CARTRIDGE % "Buy")).offers
    assert (offer.price, offer.images, offer.claims) == (Decimal("88.00"), ("/media/p1-300.jpg",), {"价格": "￥88.00"})
    # A button for something else is no way to buy, and a picture that leads away is another product's.
    assert dom.read(_page(CARTRIDGE % "Buyback")).offers == ()
    assert dom.read(_page(CARTRIDGE.replace("/media/p1.jpg", "/p/2") % "Buy")).offers == ()


def test_a_long_chinese_address_gives_a_ref() -> None:
    url = "https://shop.example/product/" + quote("信阳毛尖明前特级" * 4) + "/"
    platform = Platform(name="shop", title="店", start_urls=("https://shop.example/",))
    (record,) = platform.parse(_page(CARTRIDGE % "Buy", url)).listings
    assert record.ref == "product/" + "信阳毛尖明前特级" * 4
