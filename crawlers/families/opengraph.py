"""OpenGraph product pages (https://ogp.me, product namespace): title, price, currency, brand, pictures."""

from __future__ import annotations

import html
import re

from crawlers import prices
from crawlers.offer import Offer, Reading
from crawlers.page import Page

_CLAIMS = {
    "product:brand": "品牌",
    "og:brand": "品牌",
    "product:availability": "库存状态",
    "og:availability": "库存状态",
    "product:condition": "成色",
    "product:retailer_item_id": "商品编码",
    "product:category": "类目",
    "product:color": "颜色",
    "product:material": "材质",
    "product:size": "规格",
    "product:ean": "条形码",
    "product:upc": "条形码",
    "product:mfr_part_no": "厂家型号",
    "product:original_price:amount": "划线价",
    "og:site_name": "网站",
}
_PRICES = ("product:sale_price:amount", "product:price:amount", "og:price:amount", "og:product:price:amount")
_CURRENCIES = (
    "product:sale_price:currency",
    "product:price:currency",
    "og:price:currency",
    "og:product:price:currency",
)

#: The head is read without a DOM: a page that JSON-LD has told already is only compared with it.
_META = re.compile(r"<meta\b([^>]{1,8000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z:\-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MAX_HEAD = 300_000


def _metas(page: Page) -> list[tuple[str, str]]:
    """(name, content) of the meta elements, in order, outside comments."""
    found: list[tuple[str, str]] = []
    end = page.text.find("</head", 0, MAX_HEAD)
    head = page.text[: end if end >= 0 else MAX_HEAD]
    for meta in _META.finditer(_COMMENT.sub("", head)):
        given = {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(meta[1])}
        found.append(((given.get("property") or given.get("name") or "").lower(), given.get("content", "").strip()))
        if len(found) >= 500:
            break
    return found


def read(page: Page) -> Reading:
    """A page is a product when ``og:type`` says so or a product price is given; nothing else is taken for one."""
    if b"og:" not in page.body:
        return Reading()
    said: dict[str, list[str]] = {}
    for name, content in _metas(page):
        if content and name.startswith(("og:", "product:")):
            said.setdefault(name, []).append(content)

    def first(*names: str) -> str:
        return next((said[name][0] for name in names if name in said), "")

    shown, currency = first(*_PRICES), first(*_CURRENCIES)
    if not (shown or first("og:type").lower() in ("product", "product.item", "og:product")):
        return Reading()
    price = prices.read(shown)
    claims = {title: "、".join(said[name]) for name, title in _CLAIMS.items() if name in said}
    if shown:
        claims["价格"] = f"{shown} {currency}".strip()
    offer = Offer(
        title=first("og:title"),
        source="opengraph",
        url=first("og:url"),
        description=first("og:description"),
        price=price.low if price else None,
        currency=currency or (price.currency if price else ""),
        claims=claims,
        images=tuple(said.get("og:image:secure_url") or said.get("og:image") or said.get("og:image:url") or ()),
    )
    return Reading(offers=(offer,))
