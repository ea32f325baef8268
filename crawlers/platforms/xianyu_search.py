"""闲鱼 search: the answer of its search service, and the cards of the rendered page (www.goofish.com/search?q=…).

The answer's shape (``resultList[].data.item.main``) was seen in an answer that a public repository stores; the cards'
in public code. Neither was tried on a page saved by us. Further pages: ``page=n`` in the address of the page.
"""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborNode

from crawlers import prices
from crawlers.offer import Link, Offer, Reading, absolute
from crawlers.page import Page
from crawlers.platforms import paging
from crawlers.platforms.alibaba import text
from crawlers.platforms.embedded import dig, rows, say
from domain.records import Seller

_ID = re.compile(r"[?&]id=(\d{5,20})")
_WANT = re.compile(r"\d[\d.]*万?人想要")


def _tags(main: Any) -> list[str]:
    """What the card's labels say, row by row (全新, 品牌, 2158人想要, 卖家信用极好)."""
    groups = dig(main, "exContent", "fishTags")
    found: list[str] = []
    for name in sorted(groups) if isinstance(groups, dict) else ():
        found += [say(dig(tag, "data", "content")) for tag in rows(dig(groups, name, "tagList"))]
    return [tag for tag in dict.fromkeys(found) if tag and not tag.endswith("Icon")]


def _of_answer(row: Any) -> Offer | None:
    main = dig(row, "data", "item", "main")
    shown, told, args = dig(main, "exContent"), dig(main, "exContent", "detailParams"), dig(main, "clickParam", "args")
    ref = say(dig(told, "itemId")) or say(dig(shown, "itemId")) or say(dig(args, "item_id"))
    title = say(dig(told, "title")) or say(dig(shown, "title"))
    if not ref or not title:
        return None
    # soldPrice is what the service calls the asking price; the shown one is a list of signs and digits.
    amount = say(dig(told, "soldPrice")) or say(dig(args, "price"))
    price = prices.read(amount)
    tags = _tags(main)
    wanted = next((tag for tag in tags if _WANT.fullmatch(tag)), "")
    claims = {
        name: value
        for name, value in (
            ("价格", amount),
            ("原价", say(dig(shown, "oriPrice"))),
            ("热度", wanted),
            ("标签", "、".join(tag for tag in tags if tag != wanted)),
            ("发布时间（毫秒）", say(dig(args, "publishTime"))),
            ("类目编号", say(dig(args, "catId"))),
        )
        if value
    }
    return Offer(
        title=title,
        source="xianyu_search",
        url=f"https://www.goofish.com/item?id={ref}",
        ref=ref,
        price=price.low if price else None,
        currency="CNY" if price else "",  # the service writes bare numbers of yuan
        claims=claims,
        # The number of the seller is encrypted in this answer; only the item page has the one that identifies.
        seller=Seller(name=say(dig(told, "userNick")) or say(dig(shown, "userNickName"))),
        ships_from=say(dig(shown, "area")),
        images=tuple(filter(None, (say(dig(shown, "picUrl")) or say(dig(told, "picUrl")),))),
    )


def answer(found: list[Any]) -> Reading:
    """The goods of a search answer; what is none (topics, advertisements without a number) is counted in a note."""
    offers = [offer for row in rows(found) if (offer := _of_answer(row)) is not None]
    others = len(rows(found)) - len(offers)
    notes = (f"搜索结果里有 {others} 张卡片没有商品编号或标题，不是商品",) if others else ()
    return Reading(offers=tuple(offers), notes=notes)


def _of_card(card: LexborNode) -> Offer | None:
    found = _ID.search(card.attributes.get("href") or "")
    name = card.css_first('[class*="main-title--"]')
    title = text(name) or (text(card.css_first('[class*="row1-wrap-title--"]')))
    if not found or not title:
        return None
    # Sign, whole number and decimals stand apart; without a sign it may be 闲鱼币, which is no money.
    shown = text(card.css_first('[class*="price-wrap--"]')) or "".join(
        text(card.css_first(f'[class*="{part}--"]')) for part in ("sign", "number", "decimal")
    )
    price = prices.read(shown) if prices.currency(shown) else None
    wanted = next((said for node in card.css('[class*="text--"]') if _WANT.fullmatch(said := text(node))), "")
    image = card.css_first('img[class*="feeds-image"]')
    source = (image.attributes.get("src") or "") if image is not None else ""
    return Offer(
        title=title,
        source="xianyu_cards",
        url=f"https://www.goofish.com/item?id={found[1]}",
        ref=found[1],
        price=price.low if price else None,
        currency=price.currency if price else "",
        claims={name: value for name, value in (("价格", shown), ("热度", wanted)) if value},
        ships_from=text(card.css_first('p[class*="seller-text--"]')),
        images=(source,) if source else (),
    )


def cards(page: Page) -> Reading:
    """The goods of a rendered search page with the link to the next one."""
    if page.tree.css_first('[class*="empty-text-notfound"]') is not None:
        return Reading(notes=("闲鱼没有搜到商品，页面上的是推荐，不读",))
    found = page.tree.css('a[class*="feeds-item-wrap"]')[:200]
    offers = [offer for card in found if (offer := _of_card(card)) is not None]
    notes = (f"搜索结果里有 {len(found) - len(offers)} 张卡片没有商品编号或标题",) if len(offers) < len(found) else ()
    further, left = paging.onward(page.url, term="q", counter="page")
    links = tuple(Link(url=absolute(page.url, offer.url), product=True) for offer in offers)
    return Reading(offers=tuple(offers), links=(*links, *(further if offers else ())), notes=(*notes, *left))
