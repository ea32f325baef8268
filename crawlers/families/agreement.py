"""Whether the structured sources of one page say the same. A difference is recorded, never resolved.

The source that was read first keeps its value; the other's goes under claims as ``价格（OpenGraph）``, and a note holds
both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from crawlers.families import microdata, opengraph, state
from crawlers.offer import Offer, Reading, line
from crawlers.page import Page

_MICRODATA = re.compile(rb"itemtype\s*=\s*[\"']?https?://schema\.org/Product", re.IGNORECASE)
_NAMES = {"jsonld": "JSON-LD", "microdata": "微数据", "opengraph": "OpenGraph", "state": "内嵌数据", "dom": "页面"}


def _said(offer: Offer) -> dict[str, str]:
    """What can be compared. A title is not: shops put their own name into og:title."""
    return {
        "价格": f"{offer.price} {offer.currency}".strip() if offer.price is not None else "",
        "销量": str(offer.sales) if offer.sales is not None else "",
        "卖家": line(offer.seller.name),
        "品牌": line(offer.claims.get("品牌", "")),
        "条形码": line(offer.claims.get("条形码", "")),
    }


def _others(offer: Offer, page: Page) -> Iterator[tuple[str, Reading]]:
    source = offer.source.partition(":")[0]
    # Plain searches first: on a large page they cost a tenth of the expression.
    marked = b"itemtype" in page.body and _MICRODATA.search(page.body)
    if source == "jsonld" and marked:
        yield "microdata", microdata.read(page)
    if source in ("jsonld", "microdata"):
        yield "opengraph", opengraph.read(page)
    if source in ("jsonld", "microdata", "opengraph"):
        yield "state", state.read(page, (line(offer.title),))


def _differ(name: str, ours: str, theirs: str) -> bool:
    if name == "价格":  # a source without a currency does not contradict one with it
        amount, _, money = ours.partition(" ")
        other, _, currency = theirs.partition(" ")
        return Decimal(amount) != Decimal(other) or bool(money and currency and money != currency)
    return ours.casefold() != theirs.casefold()


def compare(offer: Offer, page: Page) -> tuple[Offer, tuple[str, ...]]:
    """The offer with what other sources say differently under claims, and a note on each difference."""
    claims: dict[str, str] = {}
    notes: list[str] = []
    ours = _said(offer)
    first = _NAMES[offer.source.partition(":")[0]]
    for source, reading in _others(offer, page):
        if len(reading.offers) != 1:
            continue
        for name, theirs in _said(reading.offers[0]).items():
            if ours[name] and theirs and _differ(name, ours[name], theirs):
                claims[f"{name}（{_NAMES[source]}）"] = theirs
                notes.append(f"同一页面{name}不一致：{first} 写 {ours[name][:80]}，{_NAMES[source]} 写 {theirs[:80]}")
    if not claims:
        return offer, ()
    return replace(offer, claims={**offer.claims, **claims}), tuple(notes)
