"""京东 item pages (item.jd.com), as public code describes them; not tried on a real page.

``pageConfig.product`` is a JavaScript literal with skuid, name, cat, catName, brand, venderId, shopId and imageList;
attributes are in ``.parameter2 li`` and ``.Ptable-item dl``. The price comes later by script: it is read where the DOM
already holds it (a rendered page).
"""

from __future__ import annotations

import re

from crawlers import prices
from crawlers.offer import Offer, Reading
from crawlers.page import Page
from crawlers.platforms import alibaba, embedded
from crawlers.platforms.alibaba import text
from domain.records import Seller

_NUMBER = r"""(?<![\w.]){}\s*:\s*["']?(\d{{1,20}})"""
_SIZE = "https://img14.360buyimg.com/n1/"


def _number(script: str, name: str) -> str:
    found = re.search(_NUMBER.format(re.escape(name)), script)
    return found[1] if found else ""


def _claims(page: Page) -> dict[str, str]:
    claims = alibaba.attributes(page, "#parameter-brand li, .parameter2 li, .p-parameter-list li")
    for row in page.tree.css(".Ptable-item dl dl, .Ptable-item > dl"):
        name, value = row.css_first("dt"), row.css("dd")
        if name is not None and value and text(value[-1]):
            claims.setdefault(text(name), text(value[-1]))
    return claims


def read(page: Page) -> Reading:
    """The product of an item page; nothing when the page holds no ``pageConfig`` with a number."""
    if b"pageConfig" not in page.body or b"skuid" not in page.body:
        return Reading()
    script = page.text
    ref = _number(script, "skuid")
    title = text(page.tree.css_first(".sku-name")) or embedded.quoted(script, "name")
    if not ref or not title:
        return Reading(notes=("京东商品页的 pageConfig 里没有商品编号或名称，页面形式可能已变",))
    claims = _claims(page)
    shown = text(page.tree.css_first(".summary-price .p-price"))
    price = prices.read(shown)
    shop = page.tree.css_first("#crumb-wrap .contact .name a, #crumb-wrap .item .name a, .J-hove-wrap .name a")
    for name, value in (
        ("价格", shown),
        ("促销语", text(page.tree.css_first("#p-ad"))),
        ("评价数", text(page.tree.css_first("#comment-count .count"))),
        ("商家编号", _number(script, "venderId")),
        ("品牌编号", _number(script, "brand")),
        (
            "类目编号",
            ",".join(re.findall(r"\d+", found[1])) if (found := re.search(r"\bcat:\s*\[([\d, ]+)\]", script)) else "",
        ),
    ):
        if value:
            claims.setdefault(name, value)
    offer = Offer(
        title=title,
        source="jd_item",
        url=f"https://item.jd.com/{ref}.html",
        ref=ref,
        price=price.low if price else None,
        currency=price.currency if price else "",
        claims=claims,
        seller=Seller(
            name=text(shop),
            ref=_number(script, "shopId"),
            url=(shop.attributes.get("href") or "") if shop is not None else "",
        ),
        category=tuple(embedded.strings(script, "catName")),
        images=tuple(f"{_SIZE}{path}" for path in embedded.strings(script, "imageList") if path.startswith("jfs/")),
    )
    return Reading(offers=(offer,))
