"""A product out of the visible page alone, for pages that state nothing in a structured way.

Strict: a page is a product only with one heading, one price (or range) near it, and either a way to buy or a table of
attributes. Several prices that differ are a note with all of them, and no price.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawlers import prices
from crawlers.families.dom_table import attributes, crumbs, labelled
from crawlers.offer import Offer, Reading, is_uscc, line
from crawlers.page import Page
from domain.records import Seller

#: Elements with a price looked at around a heading, and levels looked up from one; more is no product's page.
MAX_ELEMENTS = 150
MAX_DEPTH = 60
#: How far above the heading the product's own block may reach.
MAX_CLIMB = 7
#: More different prices than this around a heading are a list of goods.
MAX_PRICES = 3
_PRICE_CSS = '[class*="price"], [class*="Price"], [id*="price"], [id*="Price"], [class*="jiage"]'
_STRUCK = re.compile(
    r"(?:^|[-_\s])(?:old|origin(?:al)?|market|was|list|del|strike|through|compare|before|regular)(?:$|[-_\s]|price)",
    re.IGNORECASE,
)
_BEFORE = re.compile("原价|划线价|市场价|吊牌价|专柜价|建议零售价|门市价|参考价")
_MONEY = re.compile(r"[¥￥$€£₩]|元|RMB|CNY|USD|万", re.IGNORECASE)
_BUY = re.compile(
    "加入购物车|立即购买|立刻购买|马上购买|去购买|立即下单|立即抢购|我要买|发起拼单|立即订购"
    "|Add to (?:cart|bag|basket)|Buy (?:it )?now",
    re.IGNORECASE,
)
_SOLD = re.compile(
    r"(?:已售|月销量?|总销量|累计销量|销量|已拼|成交)\s*[:：]?\s*[\d,.]+\s*[万千wWkK]?\+?\s*[件笔单份个]?"
    r"|[\d,.]+\s*[万wW]?\+?\s*(?:人付款|人收货)"
)
_SELLER_CSS = ", ".join(
    [f'[class*="{who}{form}"]' for who in ("shop", "store", "seller", "merchant") for form in ("-name", "Name", "name")]
    + ['[itemprop="seller"]']
)
_LAZY = ("data-original", "data-src", "data-lazy-img", "data-lazy-src", "data-ks-lazyload", "src")
_NO_PICTURE = re.compile(r"logo|icon|avatar|sprite|qrcode|blank|placeholder|loading|pixel|\.svg", re.IGNORECASE)
_ASIDE = ("header", "footer", "nav", "aside", "script", "style", "template", "noscript")
_RELATED = re.compile(r"recommend|related|similar|guess|also|history|hot-?sale|upsell|cross-?sell|推荐", re.IGNORECASE)


def text(node: LexborNode | None) -> str:
    """What a browser shows of a node, white space collapsed; "" for no node."""
    return line(node.text(deep=True, separator=" ")) if node is not None else ""


def _marks(node: LexborNode) -> str:
    given = node.attributes
    return f"{given.get('class') or ''} {given.get('id') or ''}"


def _above(node: LexborNode) -> Iterator[LexborNode]:
    step, left = node.parent, MAX_DEPTH
    while step is not None and step.tag not in ("html", None) and left:
        yield step
        step, left = step.parent, left - 1


def _set_aside(node: LexborNode, within: LexborNode | None = None) -> bool:
    """Whether a node lies in navigation, or among other goods that a page recommends."""
    for step in (node, *_above(node)):
        if within is not None and step.mem_id == within.mem_id:
            return False
        if step.tag in _ASIDE or _RELATED.search(_marks(step)):
            return True
    return False


def heading(page: Page) -> LexborNode | None:
    """The one heading of the page: its only h1, or the h1 that its title begins with."""
    found = [node for node in page.tree.css("h1")[:50] if 2 <= len(text(node)) <= 300 and not _set_aside(node)]
    if len(found) > 1:
        title = text(page.tree.css_first("title"))
        found = [node for node in found if title.startswith(text(node))]
    return found[0] if len(found) == 1 else None


def _of_a_card(node: LexborNode, block: LexborNode) -> bool:
    """Whether a price belongs to other goods: it is inside a link, or beside a linked picture or heading."""
    for step in (node, *_above(node)):
        if step.mem_id == block.mem_id:
            return False
        if step.tag == "a" and step.attributes.get("href"):
            return True
        if step.css_first("a[href] img, a[href] h2, a[href] h3, a[href] h4, h2 a[href], h3 a[href], h4 a[href]"):
            return True
    return False


def _struck(node: LexborNode, block: LexborNode) -> bool:
    for step in (node, *_above(node)):
        if step.mem_id == block.mem_id:
            return False
        if step.tag in ("del", "s", "strike") or _STRUCK.search(_marks(step)):
            return True
    return False


def _in_words(node: LexborNode, block: LexborNode, shown: str) -> str:
    """The price with the words around it (券后价 ¥89), as long as these add no other number."""
    for step in list(_above(node))[:2]:
        if step.mem_id == block.mem_id:
            break
        around = text(step)
        for part in step.css("del, s, strike"):
            around = line(around.replace(text(part), " ", 1))
        wider, own = prices.read(around), prices.read(shown)
        if len(around) > 40 or wider is None or own is None or (wider.low, wider.high) != (own.low, own.high):
            break
        shown = around
    return shown


def _written(block: LexborNode) -> tuple[list[str], list[str]]:
    """(prices to pay, prices struck out) as shown in a block; of nested elements the inner ones count."""
    paid: dict[str, None] = {}
    before: dict[str, None] = {}
    seen: set[int] = set()
    marked = block.css(_PRICE_CSS)[:MAX_ELEMENTS]
    if any(sum(1 for _ in _above(node)) >= MAX_DEPTH for node in marked):
        return [], []  # nested without end: reading the texts would cost n²
    for node in marked:
        if node.mem_id in seen or node.mem_id == block.mem_id or _set_aside(node, block) or _of_a_card(node, block):
            continue
        seen.add(node.mem_id)
        if any(
            inner.mem_id != node.mem_id and prices.read(text(inner)) and _MONEY.search(text(inner))
            for inner in node.css(_PRICE_CSS)[:8]
        ):
            continue
        struck = [part for part in node.css("del, s, strike") if text(part)]
        shown = text(node)
        for part in struck:
            before[text(part)] = None
            shown = shown.replace(text(part), " ", 1)
        shown = line(shown)
        if not shown or not _MONEY.search(shown) or prices.read(shown) is None:
            continue
        shown = _in_words(node, block, shown)
        if _struck(node, block) or (_BEFORE.search(shown) and len(re.findall(r"\d+(?:\.\d+)?", shown)) == 1):
            before[shown] = None
        else:
            paid[shown] = None
    return list(paid), list(before)


def _block(title: LexborNode) -> tuple[LexborNode, list[str], list[str]] | None:
    """The smallest block around the heading in which a price is written."""
    for climbed, block in enumerate(_above(title)):
        if climbed >= MAX_CLIMB:
            return None
        paid, before = _written(block)
        if paid:
            return block, paid, before
    return None


def _images(block: LexborNode, title: str) -> tuple[str, ...]:
    """Pictures of the product's block, or of the next block around it that has any."""
    for part in (block, *list(_above(block))[:2]):
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
            if url and not small and not _NO_PICTURE.search(f"{url} {_marks(node)}") and not _set_aside(node, part):
                found[url] = None
        if found:
            return tuple(found)
    return ()


def _seller(page: Page, rows: dict[str, str]) -> Seller:
    shown = [node for node in page.tree.css(_SELLER_CSS)[:20] if 0 < len(text(node)) <= 60 and not _set_aside(node)]
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
    body = text(page.tree.body)
    values = {(price.low, price.high) for shown in paid if (price := prices.read(shown))}
    if len(values) > MAX_PRICES or not (len(rows) >= 2 or _BUY.search(body)):
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
    sold = {line(hit[0]) for hit in _SOLD.finditer(text(block))}
    shown = sold.pop() if len(sold) == 1 else ""
    if shown:
        claims["销量"] = shown
    name = text(title)
    trail = crumbs(page)
    offer = Offer(
        title=name,
        source="dom",
        price=price.low if price else None,
        currency=price.currency if price else "",
        sales=prices.sold(shown) if shown else None,
        claims=claims,
        seller=_seller(page, rows),
        ships_from=labelled(rows, "发货地", "发货地址", "发货地点"),
        category=trail[:-1] if trail and trail[-1] == name else trail,
        images=_images(block, name),
    )
    return Reading(offers=(offer,), notes=notes)
