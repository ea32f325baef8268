"""A product out of the visible page alone, for pages that state nothing in a structured way.

Strict: a page is a product only with one heading, one price (or range) near it, and either a way to buy or a table of
attributes. Several prices that differ are a note with all of them, and no price.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from crawlers import prices
from crawlers.families import dom_price
from crawlers.families.dom_table import attributes, crumbs, description, labelled
from crawlers.families.dom_tree import above, leads_away, marks, set_aside, text, visible
from crawlers.offer import Offer, Reading, is_uscc, trail
from crawlers.page import Page
from domain.records import Seller

#: How far above the heading the product's own block may reach.
MAX_CLIMB = 7
#: More different prices than this around a heading are a list of goods.
MAX_PRICES = 3
_BUY = re.compile(
    "加入购物车|立即购买|立刻购买|马上购买|去购买|立即下单|立即抢购|我要买|发起拼单|立即订购"
    "|Add to (?:cart|bag|basket)|Buy (?:it )?now",
    re.IGNORECASE,
)
#: What stands on a button, which an input element has in its value.
_BUTTON = re.compile(rf"(?:{_BUY.pattern}|购买|下单|buy)", re.IGNORECASE)
_SELLER_CSS = ", ".join(
    [f'[class*="{who}{form}"]' for who in ("shop", "store", "seller", "merchant") for form in ("-name", "Name", "name")]
    + ['[itemprop="seller"]']
)
_LAZY = ("data-original", "data-src", "data-lazy-img", "data-lazy-src", "data-ks-lazyload", "src")
_NO_PICTURE = re.compile(r"logo|icon|avatar|sprite|qrcode|blank|placeholder|loading|pixel|\.svg", re.IGNORECASE)


def heading(page: Page) -> LexborNode | None:
    """The one heading of the page: its only h1, or the h1 that its title begins with."""
    found = [node for node in page.tree.css("h1")[:50] if 2 <= len(text(node)) <= 300 and not set_aside(node)]
    if len(found) > 1:
        title = text(page.tree.css_first("title"))
        found = [node for node in found if title.startswith(text(node))]
    return found[0] if len(found) == 1 else None


def _block(title: LexborNode) -> tuple[LexborNode, list[str], list[str]] | None:
    """The smallest block around the heading in which a price is marked; where none is, in which an amount stands."""
    around = list(above(title))[:MAX_CLIMB]
    for find in (dom_price.marked, dom_price.bare):
        for block in around:
            paid, before = find(block)
            if paid:
                return block, paid, before
    return None


def _sells(page: Page, body: str) -> bool:
    """Whether the page offers a way to buy: in words, or on the button of a form that is sent."""
    buttons = page.tree.css('input[type="submit"][value], input[type="button"][value]')[:50]
    return _BUY.search(body) is not None or any(
        _BUTTON.fullmatch((button.attributes.get("value") or "").strip()) and not set_aside(button)
        for button in buttons
    )


def _images(block: LexborNode, title: str) -> tuple[str, ...]:
    """Pictures of the product's block, or of the next block around it that has any."""
    for part in (block, *list(above(block))[:2]):
        found: dict[str, None] = {}
        for node in part.css("img")[:200]:
            given = node.attributes
            url = next(
                (shown for name in _LAZY if (shown := given.get(name) or "") and not shown.startswith("data:")), ""
            )
            small = any(
                (given.get(side) or "999").rstrip("px").isdigit() and int((given.get(side) or "999").rstrip("px")) < 40
                for side in ("width", "height")
            )
            if not url or small or _NO_PICTURE.search(f"{url} {marks(node)}"):
                continue
            if not set_aside(node, part) and not leads_away(node, part):
                found[url] = None
        if found:
            return tuple(found)
    return ()


def _seller(page: Page, rows: dict[str, str]) -> Seller:
    shown = [node for node in page.tree.css(_SELLER_CSS)[:20] if 0 < len(text(node)) <= 60 and not set_aside(node)]
    names = dict.fromkeys(text(node) for node in shown)
    link = shown[0].css_first("a[href]") if shown else None
    if shown and link is None and shown[0].tag == "a":
        link = shown[0]
    code = labelled(rows, "统一社会信用代码", "信用代码")
    return Seller(
        name=next(iter(names)) if len(names) == 1 else labelled(rows, "店铺", "店铺名称", "卖家", "商家", "掌柜"),
        url=(link.attributes.get("href") or "") if link is not None and len(names) == 1 else "",
        company=labelled(rows, "公司名称", "企业名称", "经营者名称"),
        uscc=code if is_uscc(code) else "",
        contacts=tuple(
            f"{name}：{value}"
            for name in ("电话", "联系电话", "手机", "微信", "QQ", "旺旺")
            if (value := rows.get(name, ""))
        ),
    )


def read(page: Page) -> Reading:
    """The product that a page shows; nothing when it does not look like one product's page."""
    if page.is_json or (b"<h1" not in page.body and b"<H1" not in page.body):
        return Reading()
    title = heading(page)
    if title is None:
        return Reading()
    found = _block(title)
    if found is None:
        return Reading()
    block, paid, before = found
    rows = attributes(page)
    body = visible(page.tree.body)
    values = {(price.low, price.high) for shown in paid if (price := prices.read(shown))}
    if len(values) > MAX_PRICES or not (len(rows) >= 2 or _sells(page, body)):
        return Reading()
    notes: tuple[str, ...] = ()
    claims = dict(rows)
    claims["价格"] = "、".join(paid)
    price = prices.read(paid[0])
    if len(values) > 1:
        notes = (f"页面上有不同的价格，无法确定哪一个是现价：{'、'.join(paid)[:150]}",)
        price = None
    if before:
        claims["划线价"] = "、".join(before)
    if price is not None and price.form:
        claims["价格形式"] = price.form
    shown = dom_price.sold(block)
    if shown:
        claims["销量"] = shown
    name = text(title)
    offer = Offer(
        title=name,
        source="dom",
        description=description(page),
        price=price.low if price else None,
        currency=price.currency if price else "",
        sales=prices.sold(shown) if shown else None,
        claims=claims,
        seller=_seller(page, rows),
        ships_from=labelled(rows, "发货地", "发货地址", "发货地点"),
        category=trail(crumbs(page), name),
        images=_images(block, name),
    )
    return Reading(offers=(offer,), notes=notes)
