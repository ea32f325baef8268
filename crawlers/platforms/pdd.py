"""拼多多 item data as JSON, tried on the saved answer of tests/pages/pdd_item; and as ``window.rawData`` of an item
page, which follows public code and was not tried on a real page."""

from __future__ import annotations

from typing import Any

from crawlers import prices
from crawlers.offer import Offer, Reading
from crawlers.page import Page
from crawlers.platform import Platform
from crawlers.platforms import embedded, pdd_search
from crawlers.platforms.embedded import dig, say
from domain.records import Seller


def _range(low: str, high: str) -> str:
    return f"{low} - {high}" if low and high and low != high else low or high


def _properties(item: Any) -> dict[str, str]:
    claims: dict[str, str] = {}
    for each in embedded.rows(dig(item, "goodsProperty")):
        name, values = say(dig(each, "key")), dig(each, "values")
        if name and isinstance(values, list):
            claims.setdefault(name, "、".join(shown for value in values if (shown := say(value))))
    chosen: dict[str, dict[str, None]] = {}
    for sku in embedded.rows(dig(item, "skus")):
        for spec in embedded.rows(dig(sku, "specs")):
            name, value = say(dig(spec, "spec_key")), say(dig(spec, "spec_value"))
            if name and value:
                chosen.setdefault(name, {})[value] = None
    for name, options in chosen.items():
        claims.setdefault(name, "、".join(options))
    return claims


def _seller(seller: Any, claims: dict[str, str]) -> Seller:
    for name, key in (
        ("描述评分", "descScore"),
        ("服务评分", "serviceScore"),
        ("物流评分", "logisticsScore"),
        ("店铺销量", "salesTip"),
        ("店铺商品数", "goodsNum"),
    ):
        if value := say(dig(seller, key)):
            claims[name] = value
    return Seller(
        name=say(dig(seller, "shopName")) or say(dig(seller, "mallName")),
        ref=say(dig(seller, "shopId")) or say(dig(seller, "mallID")),
        url=say(dig(seller, "shopUrl")),
    )


def _images(item: Any) -> tuple[str, ...]:
    """The gallery, the pictures of the options, then those of the description."""
    found = [url for url in embedded.rows(dig(item, "banner")) if isinstance(url, str)]
    found += [say(dig(part, "url")) for part in embedded.rows(dig(item, "topGallery"))]
    found += [say(dig(item, "hdThumbUrl")), say(dig(item, "thumbUrl"))]
    found += [say(dig(sku, "thumbUrl")) for sku in embedded.rows(dig(item, "skus"))]
    details = embedded.rows(dig(item, "detail")) or embedded.rows(dig(item, "detailGallery"))
    found += [say(dig(part, "url")) for part in details]
    return tuple(dict.fromkeys(url for url in found if url))


def read(page: Page) -> Reading:
    """The product of an item answer, or the goods of a search.

    The group price (拼单价) is what the goods cost; buying alone is a claim.
    """
    if page.is_json:
        answer = embedded.document(page)
        models = pdd_search.models_of(answer)
        if models is not None:
            return pdd_search.read(models, page.url, in_fen=True)
        item, party = dig(answer, "data", "item"), dig(answer, "data", "seller")
    elif b"rawData" in page.body:
        raw = embedded.after(page.text, "rawData")
        goods = pdd_search.list_of(raw)
        if goods is not None:
            return pdd_search.read(goods, page.url, in_fen=False)
        state = dig(raw, "store", "initDataObj")
        item, party = dig(state, "goods"), dig(state, "mall")
        if dig(state, "needLogin") is True and not say(dig(item, "goodsName")):
            return Reading(notes=("拼多多要求登录后查看商品",))
    elif "search_result" in page.url or "/api/search" in page.url:
        return Reading(notes=("拼多多搜索页里没有可读的商品列表（rawData），页面形式可能已变",))
    else:
        return Reading()
    title, ref = say(dig(item, "goodsName")), say(dig(item, "goodsId")) or say(dig(item, "goodsID"))
    if not title or not ref:
        return Reading(notes=("拼多多的商品数据里没有商品名称或编号，形式可能已变",))
    claims = _properties(item)
    group = _range(say(dig(item, "minGroupPrice")), say(dig(item, "maxGroupPrice")))
    alone = _range(say(dig(item, "minNormalPrice")), say(dig(item, "maxNormalPrice")))
    price = prices.read(group) or prices.read(alone)
    sold = say(dig(item, "salesTip"))
    for name, value in (
        ("价格", group or alone),
        ("单买价", alone),
        ("划线价", say(dig(item, "marketPrice"))),
        ("销量", sold),
        ("类目编号", say(dig(item, "catId")) or say(dig(item, "catID"))),
        ("服务承诺", "、".join(say(dig(each, "type")) for each in embedded.rows(dig(item, "service_promise")))),
    ):
        if value:
            claims.setdefault(name, value)
    offer = Offer(
        title=title,
        source="pdd",
        url=say(dig(item, "url")) or f"https://mobile.yangkeduo.com/goods.html?goods_id={ref}",
        ref=ref,
        description=say(dig(item, "goodsDesc")),
        price=price.low if price else None,
        currency="CNY" if price else "",  # the platform sells in yuan only; the answer writes bare numbers
        sales=prices.sold(sold) if sold else None,
        claims=claims,
        seller=_seller(party, claims),
        images=_images(item),
    )
    return Reading(offers=(offer,))


PDD = Platform(
    name="pdd",
    title="拼多多",
    hosts=("yangkeduo.com", "pinduoduo.com"),
    read=read,
    product_url=r"^https?://mobile\.(?:yangkeduo|pinduoduo)\.com/goods\d*\.html\?(?:.*&)?goods_id=(\d{5,20})",
    search="https://mobile.yangkeduo.com/search_result.html?search_key={term}",
    delay=5.0,
    concurrency=1,
    floor=10,
)
