"""天猫 search pages (list.tmall.com), as public code and cards quoted in it describe them; not tried on a real page.

Terms are percent-encoded in GBK; page n begins at ``s=60·(n-1)``; ``b.ui-page-s-len`` says ``1/80``.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from crawlers.offer import Link, Offer, Reading, absolute
from crawlers.page import Page
from crawlers.platforms import alibaba, paging
from crawlers.platforms.alibaba import text
from crawlers.platforms.goods import in_yuan, of_cards
from domain.records import Seller

PER_PAGE = 60
_ID = re.compile(r"[?&]id=(\d{5,20})")
_USER = re.compile(r"[?&]user_(?:number_)?id=(\d+)")
_TOTAL = re.compile(r"\d+\s*/\s*(\d{1,4})")


def _given(node: LexborNode | None, *names: str) -> str:
    given = node.attributes if node is not None else {}
    return next((value for name in names if (value := (given.get(name) or "").strip())), "")


def _card(card: LexborNode) -> Offer | None:
    name, price_at = card.css_first(".productTitle a"), card.css_first(".productPrice em")
    target = _given(name, "href")
    found = _ID.search(target)
    ref = _given(card, "data-id") or (found[1] if found else "")
    title = _given(name, "title") or text(name)
    if not ref or not title:
        return None
    shown = text(price_at) or _given(price_at, "title")
    status = [text(node) for node in card.css(".productStatus > span")]
    sold = next((part for part in status if "成交" in part or "销量" in part), "")
    rated = next((part for part in status if part.startswith("评价")), "")
    shop = card.css_first(".productShop-name")
    nick = _given(card.css_first(".productStatus [data-nick]"), "data-nick")
    user = _USER.search(_given(shop, "href")) or _USER.search(target)
    claims = {
        name: value
        for name, value in (("价格", shown), ("月销量", sold), ("评价数", rated.removeprefix("评价").strip()))
        if value
    }
    pictures = [_given(node, "data-ks-lazyload", "data-src", "src") for node in card.css(".productImg img")]
    return in_yuan(
        Offer(
            title=title,
            source="tmall_search",
            url=f"https://detail.tmall.com/item.htm?id={ref}",
            ref=ref,
            claims=claims,
            seller=Seller(
                name=text(shop) or nick,
                ref=user[1] if user else "",
                url=_given(shop, "href"),
                contacts=alibaba.wangwang(nick),
            ),
            images=tuple(alibaba.original(url) for url in pictures if url),
        ),
        shown=shown,
        sold=sold,
    )


def is_search(page: Page) -> bool:
    return b"productTitle" in page.body or "//list.tmall.com/" in page.url


def read(page: Page) -> Reading:
    """The goods of a search page with the link to the next one; a card without number or name is a note."""
    cards = page.tree.css("#J_ItemList .product, #J_ItemList > .product-item")[:200]
    if not cards:
        return Reading(notes=("天猫搜索页里没有商品列表（J_ItemList），页面形式可能已变",))
    offers, notes = of_cards(cards, _card)
    counted = _TOTAL.search(text(page.tree.css_first("b.ui-page-s-len")))
    total = int(counted[1]) if counted else None
    further, left = paging.onward(page.url, term="q", counter="s", first=0, step=PER_PAGE, total=total)
    goods = tuple(Link(url=absolute(page.url, offer.url), product=True) for offer in offers)
    return Reading(offers=tuple(offers), links=(*goods, *(further if offers else ())), notes=(*notes, *left))
