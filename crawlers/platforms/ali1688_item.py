"""1688 item pages (detail.1688.com/offer/ID.html), as public code describes them; not tried on a real page.

Two forms. The one of today: ``window.context=(function(b,d){…})(window.contextPath,{…})``, whose ``result.data`` holds
modules (productTitle, mainPrice, gallery, shippingServices …) and ``result.global.globalData.model`` the offer. The
older one, still served to phones (m.1688.com): ``window.__INIT_DATA={data, globalData}``, whose ``data`` holds
components by their type. Both know the same ``dataJson``/``globalData`` (tempModel, skuModel, orderParamModel,
images). The description is loaded from another host, so only its address is here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any

from crawlers import prices
from crawlers.offer import Offer, Reading
from crawlers.page import Page
from crawlers.platforms import alibaba, embedded
from crawlers.platforms.embedded import dig, rows, say
from domain.records import Seller

_CONTEXT = re.compile(r"window\.contextPath\s*,\s*(?=\{)|window\.context\s*=\s*(?=\{)")
_INIT = re.compile(r"__(?:INIT|GLOBAL)_DATA\s*=\s*(?=\{)")
_NUMBER = re.compile(r"/offer/(\d{5,20})\.html|[?&]offerId=(\d{5,20})")
#: The component of the older form that holds what the module of today's form holds, by a part of its type.
_COMPONENTS = {
    "productTitle": "offer-title",
    "mainPrice": "offer-price",
    "shippingServices": "offer-logistics",
    "gallery": "main-pic",
    "description": "offer-description",
    "submitOrder": "dsc-order",
    "productAttributes": "pc-attribute",
}


@dataclass(frozen=True, slots=True)
class _State:
    """``root`` is dataJson or globalData, ``model`` the offer's model, ``modules`` the fields of each module."""

    root: Any
    model: Any
    modules: dict[str, Any]

    def first(self, *paths: tuple[str, ...]) -> str:
        """The first path with a value: ``root``, ``model`` or a module's name, then keys."""
        return next((shown for path in paths if (shown := say(self.at(*path)).strip())), "")

    def at(self, start: str, *keys: str) -> Any:
        held = {"root": self.root, "model": self.model}.get(start, self.modules.get(start))
        return dig(held, *keys)


def _inner(value: Any) -> Any:
    """A value that may be JSON within a string, as shopInfo and offerDomain are on some pages."""
    if not isinstance(value, str) or not value.startswith("{") or len(value) > embedded.MAX_OBJECT:
        return value
    try:
        return json.loads(value, strict=False)
    except (ValueError, RecursionError):
        return None


def state_of(document: Any) -> _State | None:
    """The state that an object of either form holds; None when it is none of them."""
    data, model = dig(document, "result", "data"), dig(document, "result", "global", "globalData", "model")
    if isinstance(data, dict):
        modules = {str(name): dig(module, "fields") for name, module in data.items()}
        return _State(_inner(dig(data, "Root", "fields", "dataJson")), model, modules)
    root = dig(document, "globalData")
    if not isinstance(root, dict):
        return None
    components = dig(document, "data")
    parts = list(components.values())[:500] if isinstance(components, dict) else []
    modules = {
        name: next((dig(part, "data") for part in parts if kind in say(dig(part, "componentType"))), None)
        for name, kind in _COMPONENTS.items()
    }
    modules["others"] = [dig(part, "data") for part in parts]
    return _State(root, dig(root, "model") or _inner(dig(modules["mainPrice"], "offerDomain")), modules)


def _values(value: Any) -> list[Any]:
    """The members of a list, or of an object that is used as one."""
    return rows(list(value.values()) if isinstance(value, dict) else value)


def _amounts(texts: list[str]) -> list[tuple[Decimal, str]]:
    """The prices among texts, lowest first; 0 is how the pages say that there is none."""
    found = [(price.low, text) for text in texts if (price := prices.read(text)) and price.low > 0]
    return sorted(dict.fromkeys(found))


def _span(amounts: list[tuple[Decimal, str]]) -> str:
    low, high = amounts[0], amounts[-1]
    return f"{low[1]} - {high[1]}" if low[0] != high[0] else low[1]


def _tiers(state: _State) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The lists of (least quantity, price) that the page gives, each with the name of its place."""
    order, trade = ("orderParamModel", "orderParam", "skuParam"), ("finalPriceModel", "tradeWithoutPromotion")
    for name, found in (
        ("当前价", state.at("mainPrice", "priceModel", "currentPrices")),
        ("交易模型", state.at("model", "tradeModel", "offerPriceModel", "currentPrices")),
        ("订购参数", state.at("root", *order, "skuRangePrices")),
        ("不含促销", state.at("mainPrice", *trade, "offerPriceRanges")),
    ):
        tiers = [(say(dig(tier, "beginAmount")), say(dig(tier, "price"))) for tier in rows(found)]
        if any(_amounts([price]) for _, price in tiers):
            yield name, [tier for tier in tiers if _amounts([tier[1]])]


def _by_option(state: _State) -> list[str]:
    """The price of each option, as it is sold now."""
    for found in (
        state.at("root", "skuModel", "skuInfoMap"),
        state.at("root", "skuModel", "skuInfoMapOriginal"),
        state.at("mainPrice", "finalPriceModel", "tradeWithoutPromotion", "skuMapOriginal"),
        state.at("model", "tradeModel", "skuMap"),
    ):
        options = [say(dig(sku, "discountPrice")) or say(dig(sku, "price")) for sku in _values(found)]
        if any(options):
            return options
    return []


def _price(state: _State, unit: str, claims: dict[str, str]) -> Decimal | None:
    """The lowest price; the range as shown, the tiers and whatever place says otherwise become claims."""
    lists = list(_tiers(state))
    trade = ("mainPrice", "finalPriceModel", "tradeWithoutPromotion")
    by_option = _amounts(_by_option(state))
    amounts = _amounts([price for _, price in lists[0][1]]) if lists else by_option
    if not amounts:
        amounts = _amounts([state.first((*trade, bound)) for bound in ("offerMinPrice", "offerMaxPrice")])
    scale = state.first(("root", "skuModel", "skuPriceScale"), (*trade, "offerPriceDisplay"))
    shown = _span(amounts) if amounts else scale
    if shown:
        claims["价格"] = shown
    if lists and len({quantity for quantity, _ in lists[0][1]}) > 1:
        claims["阶梯价"] = "、".join(f"{quantity}{unit}起 {price}" for quantity, price in lists[0][1])
    for name, tiers in lists[1:]:
        other = _amounts([price for _, price in tiers])
        if [each[0] for each in other] != [each[0] for each in amounts]:
            claims[f"价格（{name}）"] = _span(other)
    if lists and by_option and by_option[0][0] != amounts[0][0]:
        claims["价格（规格）"] = _span(by_option)
    begin = state.first(("root", "orderParamModel", "orderParam", "beginNum"), (*trade, "offerBeginAmount"))
    least = [quantity for quantity, _ in lists[0][1] if quantity.isdigit()] if lists else []
    if begin or least:
        claims["起订量"] = begin or min(least, key=int)
    if any(state.at(*path) is True for path in (("root", "isPricePrivate"), ("submitOrder", "isPricePrivate"))):
        claims["价格不公开"] = "是"
        return None
    price = prices.read(shown) if shown else None
    return price.low if price and price.low > 0 else None


def _attributes(state: _State, claims: dict[str, str]) -> None:
    """The table of attributes, then what a buyer can choose; several values are joined with 、."""
    gallery, listed = ("gallery", "CpvEnhance"), state.modules.get("productAttributes")
    places = [
        state.at("model", "offerDetail", "featureAttributes"),
        state.at("root", "tempModel", "featureAttributes"),
        listed if isinstance(listed, list) else dig(listed, "propsList"),
        *(dig(part, "propsList") for part in rows(state.modules.get("others"))),
        state.at("root", "blackPage", "property", "propsList"),
        state.at(*gallery, "decisionCpv"),
        state.at(*gallery, "normalCpv"),
    ]
    told: dict[str, dict[str, None]] = {}
    for row in (row for place in places for row in rows(place)):
        values = [shown for value in rows(dig(row, "values")) if (shown := say(value))]
        name, value = say(dig(row, "name")), "、".join(values) or say(dig(row, "value"))
        if name and value:
            alibaba.gather(told, name, value)
    for group in _options(state):
        names = [unescape(shown) for value in _values(dig(group, "value")) if (shown := say(dig(value, "name")))]
        if say(dig(group, "prop")) and names:
            alibaba.gather(told, say(dig(group, "prop")), "、".join(names))
    alibaba.merge(claims, told)


def _options(state: _State) -> list[Any]:
    return rows(state.at("root", "skuModel", "skuProps") or state.at("model", "offerDetail", "skuProps"))


def _images(state: _State) -> tuple[str, ...]:
    """The gallery, then the pictures of the options, in full size."""
    found: list[Any] = []
    for place in (
        state.at("gallery", "mainImage"),
        state.at("gallery", "offerImgList"),
        *(dig(part, "offerImgList") for part in rows(state.modules.get("others"))),
        state.at("root", "images"),
        state.at("gallery", "wlImageInfos"),
    ):
        found += [image if isinstance(image, str) else dig(image, "fullPathImageURI") for image in rows(place)]
    for group in _options(state):
        found += [dig(value, "imageUrl") for value in _values(dig(group, "value"))]
    return tuple(dict.fromkeys(alibaba.original(url) for image in found if (url := say(image))))


def _seller(state: _State, claims: dict[str, str]) -> Seller:
    """The shop is named after its company; where the certified name differs, that one is the company."""
    shop = _inner(state.at("productTitle", "shopInfo"))
    name = state.first(("root", "tempModel", "companyName")) or say(dig(shop, "companyName"))
    login = state.first(
        ("root", "tempModel", "sellerLoginId"),
        ("root", "offerBaseInfo", "sellerLoginId"),
        ("root", "frontSellerMemberModel", "frontSellerLoginId"),
        ("model", "sellerModel", "loginId"),
    )
    member = state.first(
        ("root", "tempModel", "sellerMemberId"),
        ("root", "offerBaseInfo", "sellerMemberId"),
        ("root", "frontSellerMemberModel", "frontSellerMemberId"),
        ("model", "sellerModel", "memberId"),
    )
    for said, value in (
        ("商家编号", state.first(("root", "tempModel", "sellerUserId"), ("root", "offerBaseInfo", "sellerUserId"))),
        ("商家类型", say(dig(shop, "cardType"))),
        ("服务评分", say(dig(shop, "sellerSlrServiceScore"))),
        ("回头率", say(dig(shop, "byrRepeatRate3m"))),
    ):
        if value:
            claims[said] = value
    return Seller(
        name=name or login,
        ref=member or login,
        url=state.first(
            ("root", "tempModel", "winportUrl"),
            ("model", "sellerModel", "winportUrl"),
            ("root", "offerBaseInfo", "sellerWinportUrl"),
        ),
        company=say(dig(shop, "authCompanyName")) or name,
        contacts=alibaba.wangwang(login),
    )


def _offer(state: _State, ref: str, title: str) -> Offer:
    claims: dict[str, str] = {}
    unit = state.first(("root", "tempModel", "offerUnit"), ("productTitle", "unit"), ("shippingServices", "unit"))
    price = _price(state, unit, claims)
    order = ("root", "orderParamModel", "orderParam")
    counted = state.first(
        ("root", "tempModel", "saledCount"), (*order, "saledCount"), ("model", "tradeModel", "saleCount")
    )
    told = [state.first(("productTitle", key)) for key in ("saleCountDate", "newSaleCount", "saleNum")]
    freight = ("shippingServices", "freightInfo")
    for name, value in (
        ("计量单位", unit),
        ("销量", " ".join(part for part in told if part)),
        ("成交数", counted),
        ("库存", state.first((*order, "canBookedAmount"), ("model", "tradeModel", "canBookedAmount"))),
        ("发货承诺", state.first(("shippingServices", "deliveryLimitText"), (*freight, "logisticsText"))),
        ("运费", state.first(("shippingServices", "totalCost"), (*freight, "totalCost"))),
        ("服务承诺", "、".join(
            dict.fromkeys(
                shown
                for place in (("mainServices", "guaranteeList"), ("shippingServices", "protectionInfos"))
                for service in rows(state.at(*place))
                if (shown := say(dig(service, "serviceName")))
            )
        )),
        ("类目编号", state.first(("root", "tempModel", "postCategoryId"), ("description", "leafCategoryId"))),
        ("商品状态", state.first(("model", "offerDetail", "status"), ("submitOrder", "pstatus"))),
        ("描述地址", state.first(
            ("description", "detailUrl"), ("root", "detailModel", "detailUrl"), ("model", "offerDetail", "detailUrl")
        )),
    ):  # fmt: skip
        if value:
            claims[name] = value
    seller = _seller(state, claims)
    _attributes(state, claims)
    shown = state.first(("productTitle", "saleNum"))
    return Offer(
        title=title,
        source="1688_item",
        url=f"https://detail.1688.com/offer/{ref}.html",
        ref=ref,
        price=price,
        currency="CNY" if price is not None else "",  # the platform sells in yuan; the page writes bare numbers
        sales=prices.sold(counted or shown) if counted or shown else None,
        claims=claims,
        seller=seller,
        ships_from=state.first(
            (*freight, "location"),
            ("shippingServices", "location"),
            ("model", "detailDescription", "freightInfo", "location"),
        ),
        images=_images(state),
    )


def of(document: Any, page: Page) -> Reading | None:
    """The offer of one object of an item page; None when it is none. One that is not the offer of the page's own
    address (pages were seen to carry another's data) is a note."""
    state = state_of(document)
    if state is None:
        return None
    stated = state.first(
        ("root", "tempModel", "offerId"),
        ("root", "offerBaseInfo", "offerId"),
        ("gallery", "offerId"),
        ("model", "offerDetail", "offerId"),
    )
    found = _NUMBER.search(page.url) or _NUMBER.search(page.asked)
    asked = next(filter(None, found.groups()), "") if found else ""
    title = state.first(
        ("productTitle", "title"),
        ("root", "tempModel", "offerTitle"),
        ("gallery", "subject"),
        ("model", "offerDetail", "subject"),
    )
    if not (stated or asked) or not title:
        return Reading(notes=("1688 商品页的数据里没有商品编号或标题，页面形式可能已变",))
    if stated and asked and stated != asked:
        return Reading(notes=(f"1688 商品页的数据属于商品 {stated[:20]}，不是网址里的 {asked}，不读",))
    return Reading(offers=(_offer(state, stated or asked, title),))


def read(page: Page) -> Reading:
    """The offer of an item page; nothing when the page holds no object of either form."""
    for pattern in (_CONTEXT, _INIT):
        for document in embedded.literals(page.text, pattern):
            reading = of(document, page)
            if reading is not None:
                return reading
    return Reading()
