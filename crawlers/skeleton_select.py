"""Selectors for a ``[select]`` table, out of what the reading of the visible page found. Pure.

All are kept only when they give back the title and price that were read; what no selector gives is left to whoever
completes the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawlers.families import selectors as reader
from crawlers.offer import Offer, line
from crawlers.page import Page

#: Names that say nothing: made by a build, a number, a state.
_NO_NAME = re.compile(r"\d{3,}|^(?:active|selected|show|col-|row$|clearfix|css-|sc-|jsx-|_)|[^\w-]|^.{31,}$")
_PLACES = "h1, h2, h3, p, div, span, strong, b, em, i, td, dd, li, a, ins, bdi"
_TABLES = (
    ("table tr", "th, td:first-child", "td:last-child"),
    ("dl", "dt", "dd"),
)
_MOST = 3_000


def selectors(page: Page, offer: Offer) -> dict[str, str]:
    """Selectors by field of the platform file; empty when not even title and price can be told so."""
    found = {"title": "h1"}
    shown = offer.claims.get("价格", "")
    if shown and (price := _of_text(page, shown)):
        found["price"] = price
    if offer.seller.name and (seller := _of_text(page, offer.seller.name)):
        found["seller"] = seller
    if offer.images and (images := _of_image(page, offer.images[0])):
        found["images"] = images
    if sold := offer.claims.get("销量", ""):
        found["sales"] = _of_text(page, sold)
    rows = {name: value for name, value in offer.claims.items() if name not in ("价格", "销量", "划线价", "价格形式")}
    if rows:
        found |= _rows(page, rows)
    found = {field: selector for field, selector in found.items() if selector}
    if "price" in found and offer.currency and not _read(page, found).currency:
        found["currency"] = f"={offer.currency}"
    return found if _same(_read(page, found), offer) else {}


def _read(page: Page, found: dict[str, str]) -> Offer:
    offers = reader.reader(found)(page).offers
    return offers[0] if offers else Offer(title="", source="selectors")


def _same(ours: Offer, offer: Offer) -> bool:
    return line(ours.title) == line(offer.title) and ours.price == offer.price and bool(ours.title)


def _of_text(page: Page, shown: str) -> str:
    """A selector whose first element shows exactly this text; "" when no element that does has a name."""
    wanted = line(shown).replace(" ", "")
    for node in page.tree.css(_PLACES)[:_MOST]:
        if line(node.text(deep=True)).replace(" ", "") == wanted and (way := next(_ways(page, node), "")):
            return way
    return ""


def _of_image(page: Page, url: str) -> str:
    for node in page.tree.css("img")[:300]:
        for name, value in node.attributes.items():
            if value == url:
                way = next(_ways(page, node), "")
                return f"{way}@{name}" if way else ""
    return ""


def _rows(page: Page, rows: dict[str, str]) -> dict[str, str]:
    for row, name, value in _TABLES:
        tried = {"title": "h1", "rows": row, "row_name": name, "row_value": value}
        claims = _read(page, tried).claims
        if len(rows) >= 2 and sum(claims.get(key) == said for key, said in rows.items()) * 2 > len(rows):
            return {"rows": row, "row_name": name, "row_value": value}
    return {}


def _ways(page: Page, node: LexborNode) -> Iterator[str]:
    """Selectors whose first match is the node, shortest first."""
    steps: list[list[str]] = []
    step: LexborNode | None = node
    while step is not None and step.tag not in ("body", "html") and len(steps) < 4:
        given = step.attributes
        own = [f"#{given['id']}"] if _named(given.get("id")) else []
        own += [f"{step.tag}.{name}" for name in (given.get("class") or "").split() if _named(name)]
        steps.append([*own, str(step.tag)])
        step = step.parent
    for selector in steps[0][:-1]:
        if _leads(page, selector, node):
            yield selector
    for above in steps[1:]:
        for outer in above[:-1]:
            for inner in steps[0]:
                if _leads(page, f"{outer} {inner}", node):
                    yield f"{outer} {inner}"


def _named(name: str | None) -> bool:
    return bool(name) and not _NO_NAME.search(name or "")


def _leads(page: Page, selector: str, node: LexborNode) -> bool:
    first = page.tree.css_first(selector)
    return first is not None and first.mem_id == node.mem_id
