"""闲鱼 feeds as JSON, tried on the saved answer of tests/pages/xianyu_feed; search is in
:mod:`crawlers.platforms.xianyu_search`, one thing in :mod:`crawlers.platforms.xianyu_item`."""

from __future__ import annotations

from typing import Any

from crawlers import prices
from crawlers.offer import Offer, Reading
from crawlers.page import Page
from crawlers.platform import Platform
from crawlers.platforms import embedded, xianyu_item, xianyu_search
from crawlers.platforms.embedded import dig, say
from domain.records import Seller


def _offer(card: Any) -> Offer | None:
    data = dig(card, "cardData")
    ref, title = say(dig(data, "itemId")), say(dig(data, "titleSummary", "text"))
    if not ref or not title:
        return None
    # The unit stands apart. Some goods are given for 闲鱼币, which are no money: then there is no price, only a claim.
    unit = say(dig(data, "priceInfo", "priceUnit"))
    shown = "".join(say(dig(data, "priceInfo", part)) for part in ("preText", "price", "priceUnit"))
    struck = say(dig(data, "priceInfo", "oriPrice"))
    price = prices.read(shown) if unit in ("", "元", "万") else None
    claims: dict[str, str] = {}
    for name, value in (
        ("价格", shown),
        ("原价", struck if struck.strip("0.") else ""),  # 0.00 is how the feed says that there is none
        ("热度", say(dig(data, "hotPoint", "text"))),
        ("应用内链接", say(dig(data, "redirectUrl"))),
    ):
        if value:
            claims[name] = value
    return Offer(
        title=title,
        source="xianyu",
        url=f"https://www.goofish.com/item?id={ref}",
        ref=ref,
        price=price.low if price else None,
        currency=price.currency if price else "",
        claims=claims,
        # The nick name is masked by the platform (a***b) and kept as it is; the number identifies the seller.
        seller=Seller(name=say(dig(data, "user", "userNick")), ref=say(dig(data, "user", "userId"))),
        images=(say(dig(data, "mainPicInfo", "url")),),
    )


def read(page: Page) -> Reading:
    """The goods of a feed, of a search or of an item page.

    Cards of a feed that are no goods (banners, topics) are counted in one note by type.
    The city in a card's tracking data is where the reader is, not the goods; it is not taken.
    """
    if not page.is_json:
        # An item page also shows cards, of what the platform recommends: those are not its goods.
        if xianyu_item.MARK in page.body or xianyu_item.number(page.url):
            return xianyu_item.rendered(page)
        if b"feeds-item-wrap" in page.body or b"empty-text-notfound" in page.body:
            return xianyu_search.cards(page)
        return Reading(notes=("闲鱼页面里没有可读的商品（它的页面要经浏览器渲染）",))
    document = embedded.document(page)
    if isinstance(dig(document, "data", "itemDO"), dict):
        return xianyu_item.answer(dig(document, "data"))
    results = dig(document, "data", "resultList")
    if isinstance(results, list):
        return xianyu_search.answer(results)
    cards = dig(document, "data", "cardList")
    if not isinstance(cards, list):
        return Reading(notes=("闲鱼的 JSON 里没有 cardList，形式可能已变",))
    offers: list[Offer] = []
    others: dict[str, int] = {}
    for card in cards:
        offer = _offer(card)
        if offer is not None:
            offers.append(offer)
        else:
            kind = say(dig(card, "cardType")) or "无类型"
            others[kind] = others.get(kind, 0) + 1
    notes = tuple(f"信息流里有 {count} 张 {kind} 卡片不是商品" for kind, count in others.items())
    return Reading(offers=tuple(offers), notes=notes)


XIANYU = Platform(
    name="xianyu",
    title="闲鱼",
    hosts=("goofish.com", "2.taobao.com"),
    read=read,
    product_url=r"^https?://(?:(?:www|h5)\.)?(?:goofish|2\.taobao)\.com/item(?:\.htm)?\?(?:.*&)?id=(\d{5,20})",
    search="https://www.goofish.com/search?q={term}",
    render=True,  # its pages hold nothing before their scripts have run
    wait_for='a[class*="feeds-item-wrap"], [class*="empty-text-notfound"], [class*="item-main-info"]',
    delay=5.0,
    concurrency=1,
    floor=10,
)
