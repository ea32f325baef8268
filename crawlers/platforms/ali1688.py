"""1688 offers as a JSON list, tried on the saved answer of tests/pages/1688_offers; search pages are in
:mod:`crawlers.platforms.ali1688_search`, item pages in :mod:`crawlers.platforms.ali1688_item`."""

from __future__ import annotations

from typing import Any

from crawlers import prices
from crawlers.offer import Offer, Reading
from crawlers.page import Page
from crawlers.platform import Platform
from crawlers.platforms import ali1688_item, ali1688_search, embedded
from crawlers.platforms.embedded import dig, say

#: Statements that the answer makes with true and false.
_FLAGS = (
    ("金牌制造商", ("shop_info", "is_gold_manufacturer")),
    ("已认证", ("shop_info", "is_verified")),
    ("包邮", ("is_free_shipping",)),
    ("新品", ("is_new_item",)),
    ("热销", ("is_hot_item",)),
)


def _offer(row: Any) -> Offer | None:
    origin, translated = say(dig(row, "title_origin")), say(dig(row, "title"))
    ref = say(dig(row, "item_id"))
    if not ref or not (origin or translated):
        return None
    low, high = say(dig(row, "price_info", "price_min")), say(dig(row, "price_info", "price_max"))
    shown = f"{low} - {high}" if low and high and low != high else low or say(dig(row, "price"))
    price = prices.read(shown)
    sold = say(dig(row, "sale_info", "sale_quantity_90days"))
    claims: dict[str, str] = {}
    for name, value in (
        ("价格", shown),
        ("90天销量", sold),
        ("起订量", say(dig(row, "quantity_begin"))),
        ("商品评分", say(dig(row, "goods_score"))),
        ("译题", translated if origin else ""),
    ):
        if value:
            claims[name] = value
    for name, path in _FLAGS:
        value = dig(row, *path)
        if isinstance(value, bool):
            claims[name] = "是" if value else "否"
    return Offer(
        title=origin or translated,
        source="1688",
        url=say(dig(row, "product_url")) or f"https://detail.1688.com/offer/{ref}.html",
        ref=ref,
        price=price.low if price else None,
        currency=say(dig(row, "currency")) if price else "",
        sales=prices.sold(sold) if sold else None,
        claims=claims,
        images=(say(dig(row, "img")),),
    )


def read(page: Page) -> Reading:
    """The offers of a list answer, of a search page or of an item page; a row without number or title is a note."""
    if not page.is_json:
        searched = "/selloffer/" in page.url or ali1688_search.MARK.encode() in page.body
        return ali1688_search.read(page) if searched else ali1688_item.read(page)
    rows = embedded.document(page)
    item = ali1688_item.of(rows, page) if isinstance(rows, dict) else None
    if item is not None:
        return item
    if not isinstance(rows, list):
        return Reading(notes=("1688 的 JSON 不是商品列表，形式可能已变",))
    offers: list[Offer] = []
    notes: list[str] = []
    for number, row in enumerate(rows, start=1):
        offer = _offer(row)
        if offer is None:
            notes.append(f"第 {number} 条没有商品编号或标题")
        else:
            offers.append(offer)
    # No links: such an answer is a file of somebody's data service, not a page of the platform that leads on.
    return Reading(offers=tuple(offers), notes=tuple(notes))


ALI1688 = Platform(
    name="1688",
    title="1688",
    hosts=("1688.com",),
    read=read,
    product_url=r"^https?://(?:detail|m)\.1688\.com/(?:page/)?offer/(\d{5,20})\.html",
    search="https://s.1688.com/selloffer/offer_search.htm?keywords={term}",
    search_charset="gb18030",
    delay=5.0,
    concurrency=1,
    floor=10,
)
