"""schema.org microdata: itemscope trees to the same nodes that JSON-LD gives."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborNode

from crawlers.families import schema_org
from crawlers.offer import Reading
from crawlers.page import Page

#: Elements looked at on one page, and levels of items within items.
MAX_ELEMENTS = 50_000
MAX_DEPTH = 8

#: Which attribute holds the value (HTML Living Standard, microdata, "values").
_VALUE_ATTRIBUTE = {
    "meta": "content",
    "a": "href",
    "link": "href",
    "area": "href",
    "img": "src",
    "audio": "src",
    "video": "src",
    "source": "src",
    "object": "data",
    "data": "value",
    "meter": "value",
    "time": "datetime",
}


def _value(element: LexborNode) -> str:
    attribute = _VALUE_ATTRIBUTE.get(element.tag or "")
    given = element.attributes
    if "content" in given:
        return given["content"] or ""
    if attribute and given.get(attribute):
        return given[attribute] or ""
    return " ".join(element.text(deep=True).split())


def _put(node: dict[str, Any], names: str, value: Any) -> None:
    for name in names.split():
        if name not in node:
            node[name] = value
        elif isinstance(node[name], list):
            node[name].append(value)
        else:
            node[name] = [node[name], value]


def items(page: Page) -> list[dict[str, Any]]:
    """The top-level items of a page, in document order; without recursion, bounded."""
    top: list[dict[str, Any]] = []
    owners: dict[int, tuple[dict[str, Any], int]] = {}
    seen: set[int] = set()
    for element in page.tree.css("[itemscope], [itemprop]")[:MAX_ELEMENTS]:
        if element.mem_id in seen:  # lexbor gives an element once for each selector that it matches
            continue
        seen.add(element.mem_id)
        given = element.attributes
        owner: tuple[dict[str, Any], int] | None = None
        above = element.parent
        steps = 0
        while above is not None and steps < 200:
            if above.mem_id in owners:
                owner = owners[above.mem_id]
                break
            above, steps = above.parent, steps + 1
        depth = owner[1] + 1 if owner else 0
        if "itemscope" in given:
            node: dict[str, Any] = {"@type": (given.get("itemtype") or "").split()}
            if given.get("itemid"):
                node["@id"] = given["itemid"]
            if depth > MAX_DEPTH:
                continue
            owners[element.mem_id] = (node, depth)
            if given.get("itemprop") and owner:
                _put(owner[0], given["itemprop"] or "", node)
            elif "itemprop" not in given:
                top.append(node)
        elif owner and given.get("itemprop"):
            _put(owner[0], given["itemprop"] or "", _value(element))
    return top


def read(page: Page) -> Reading:
    """The product that microdata states; several without a way to tell them apart are a note."""
    if b"itemscope" not in page.body or b"schema.org" not in page.body:
        return Reading()
    found = [node for node in items(page) if schema_org.PRODUCT_TYPES.intersection(schema_org.types(node))]
    if len(found) > 1:
        return Reading(notes=(f"微数据有 {len(found)} 个商品，无法确定哪一个属于本页",))
    return Reading(offers=tuple(schema_org.offer(node, source="microdata") for node in found))
