"""京东 search pages (search.jd.com). Tried on the saved page of tests/pages/jd_search."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from crawlers import prices
from crawlers.offer import Link, Offer, Reading, absolute
from crawlers.page import Page
from crawlers.platform import Platform
from crawlers.platforms import jd_item, paging
from crawlers.platforms.alibaba import text
from domain.records import Seller

_ITEM = r"^https?://item(?:\.m)?\.jd\.com/(?:product/)?(\d{5,20})\.html"
_SHOP = re.compile(r"mall\.jd\.com/index-(\d+)")
#: Where a lazily loaded picture keeps its address; the list's own names before the plain one.
_SOURCES = ("source-data-lazy-img", "data-lazy-img", "data-lazy-img-slave", "src")


def _picture(node: LexborNode) -> str:
    given = node.attributes
    return next((url for name in _SOURCES if (url := given.get(name) or "") and url != "done"), "")


def _seller(card: LexborNode, claims: dict[str, str]) -> Seller:
    """The shop of a card; 自营 and the shop's scores become claims."""
    holder = card.css_first(".p-shop")
    if holder is None:
        return Seller()
    given = holder.attributes
    for name, key in (("自营", "data-selfware"), ("店铺评分", "data-score"), ("店铺好评率", "data-reputation")):
        value = given.get(key) or ""
        if key == "data-selfware":
            value = {"0": "否", "1": "是"}.get(value, value)
        if value:
            claims[name] = value
    shop = holder.css_first("a")
    if shop is None:
        return Seller()
    url = shop.attributes.get("href") or ""
    found = _SHOP.search(url)
    return Seller(name=shop.attributes.get("title") or text(shop), ref=found[1] if found else "", url=url)


def _card(card: LexborNode) -> Offer | None:
    ref = card.attributes.get("data-sku") or ""
    name = card.css_first(".p-name em")
    if not ref or name is None or not text(name):
        return None
    shown = "".join(text(part) for part in card.css(".p-price strong > *")) or text(card.css_first(".p-price strong"))
    price = prices.read(shown)
    place = card.css_first("[data-catid]")
    given = place.attributes if place is not None else {}
    claims: dict[str, str] = {}
    options = [node.attributes.get("title") or "" for node in card.css(".ps-item a")]
    for key, value in (
        ("价格", shown),
        ("促销语", text(card.css_first(".p-name .promo-words"))),
        ("促销", "、".join(text(node) for node in card.css(".p-icons i"))),
        ("商品标签", "、".join(text(node) for node in card.css(".p-attr2 em"))),
        ("规格", "、".join(dict.fromkeys(option for option in options if option))),
        ("评价数", text(card.css_first(".p-commit a"))),
        ("商家编号", given.get("data-venid") or ""),
        ("类目编号", given.get("data-catid") or ""),
        ("SPU", card.attributes.get("data-spu") or ""),
    ):
        if value:
            claims[key] = value
    images = [_picture(node) for node in card.css(".p-img img, .ps-item img")]
    # The small pictures of the options repeat the large one under another size folder (n9 for n7).
    seen = {url.replace("/n7/", "/n9/") for url in images if "/n7/" in url}
    return Offer(
        title=text(name),
        source="jd",
        url=f"https://item.jd.com/{ref}.html",
        ref=ref,
        price=price.low if price else None,
        currency=price.currency if price else "",
        claims=claims,
        seller=_seller(card, claims),
        images=tuple(url for url in dict.fromkeys(images) if url and url not in seen),
    )


def read(page: Page) -> Reading:
    """The goods of a search page, or of an item page; a card without number or name, and a search page without its
    list, is a note."""
    cards = page.tree.css("#J_goodsList li.gl-item") if b"gl-item" in page.body else []
    if not cards:
        if "//search.jd.com/" in page.url:
            return Reading(notes=("京东搜索页里没有商品列表，页面形式可能已变",))
        return jd_item.read(page)
    offers: list[Offer] = []
    notes: list[str] = []
    for number, card in enumerate(cards, start=1):
        offer = _card(card)
        if offer is None:
            notes.append(f"第 {number} 个搜索结果没有商品编号或名称")
        else:
            offers.append(offer)
    links = tuple(Link(url=absolute(page.url, offer.url), product=True) for offer in offers)
    # The pager counts pages as a buyer sees them; the address counts halves, the second of which a script fetches.
    counted = text(page.tree.css_first("#J_topPage .fp-text i"))
    total = int(counted) if counted.isascii() and counted.isdigit() else None
    further, left = paging.onward(page.url, term="keyword", counter="page", step=2, total=total)
    return Reading(offers=tuple(offers), links=(*links, *(further if offers else ())), notes=(*notes, *left))


JD = Platform(
    name="jd",
    title="京东",
    hosts=("jd.com",),
    read=read,
    product_url=_ITEM,
    search="https://search.jd.com/Search?keyword={term}&enc=utf-8",
    delay=5.0,
    concurrency=1,
    floor=10,
)
