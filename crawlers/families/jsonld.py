"""JSON-LD, located in the bytes and decoded without building a DOM (0.06 ms a page against 1.7 with a parser)."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from crawlers.families import schema_org
from crawlers.families.schema_org import Node, each
from crawlers.offer import Offer, Reading, absolute, trail
from crawlers.page import Page

_MARK = b"application/ld+json"
MAX_BLOCK = 2 * 1024 * 1024
MAX_BLOCKS = 50
#: Nodes looked at and levels gone down while searching for products: the graph of an honest page is flat.
MAX_NODES = 20_000
MAX_DEPTH = 12

#: Numbers with a point keep their digits: 12.50 stays 12.50.
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
#: Where products of the page itself may hang; isRelatedTo, isSimilarTo and reviews lead to other goods.
_HOLDERS = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "itemOffered", "about")


def blocks(body: bytes) -> Iterator[bytes]:
    """The content of each JSON-LD script element that is not inside a comment."""
    at = body.find(_MARK)
    while at >= 0:
        start = body.rfind(b"<", 0, at)
        opened = body.find(b">", at)
        if opened < 0:
            return
        if body[start : start + 7].lower() == b"<script":
            end = body.find(b"</script", opened)
            if end < 0:
                end = body.find(b"</SCRIPT", opened)
            comment = body.rfind(b"<!--", 0, start)
            if comment < 0 or body.find(b"-->", comment, start) >= 0:
                yield body[opened + 1 : end if end >= 0 else len(body)]
            opened = end if end >= 0 else len(body)
        at = body.find(_MARK, opened)


def _decode(block: bytes, page: Page) -> Any:
    """One block to builtins. Raises ValueError (its message says why)."""
    block = block.strip()
    for opening, closing in (
        (b"<!--", b"-->"),
        (b"//<![CDATA[", b"//]]>"),
        (b"<![CDATA[", b"]]>"),
        (b"/*<![CDATA[*/", b"/*]]>*/"),
    ):
        if block.startswith(opening):
            block = block[len(opening) :].removesuffix(closing).strip()
    block = block.rstrip(b";").strip()
    try:
        return _DECODER.decode(block)
    except (msgspec.DecodeError, UnicodeError, RecursionError, ArithmeticError, ValueError) as error:
        first = error
    if isinstance(first, RecursionError):
        raise ValueError("嵌套过深")
    # Another charset, or raw line breaks inside strings: both common, neither ambiguous.
    try:
        return json.loads(block.decode(page.decoded.charset, "replace"), strict=False, parse_float=Decimal)
    except (ValueError, RecursionError, LookupError):
        raise ValueError(str(first)[:200]) from None


def _products(value: Any) -> tuple[list[Node], list[Node]]:
    """(products, breadcrumb lists) of a decoded block, found without recursion."""
    found: list[Node] = []
    crumbs: list[Node] = []
    waiting: deque[tuple[Any, int]] = deque([(value, 0)])
    looked = 0
    while waiting and looked < MAX_NODES:
        node, depth = waiting.popleft()
        looked += 1
        if isinstance(node, list):
            waiting.extend((item, depth + 1) for item in node[:1000] if depth < MAX_DEPTH)
        elif isinstance(node, dict):
            kinds = schema_org.types(node)
            if "BreadcrumbList" in kinds:
                crumbs.append(node)
            elif schema_org.PRODUCT_TYPES.intersection(kinds):
                found.append(node)
            elif depth < MAX_DEPTH:
                waiting.extend((node[key], depth + 1) for key in _HOLDERS if key in node)
    return found, crumbs


def _category(crumbs: list[Node], title: str) -> tuple[str, ...]:
    """The names of the first breadcrumb list in order, without the product itself."""
    for crumb in crumbs:
        named: list[tuple[int, str]] = []
        for place, item in enumerate(each(crumb.get("itemListElement"))):
            if isinstance(item, dict):
                name = schema_org.text(item.get("name")) or schema_org.text(item.get("item"))
                position = item.get("position")
                named.append((position if isinstance(position, int) else place, name))
        ordered = sorted(named, key=lambda pair: pair[0])
        return trail((name for _, name in ordered if not name.startswith("http")), title)
    return ()


def _of_this_page(nodes: list[Node], page: Page) -> tuple[list[Node], int]:
    """The products that the page is about, and how many others were left out because nothing tells them apart."""
    if len(nodes) <= 1:
        return nodes, 0
    here = page.url.partition("#")[0]
    about = [
        node for node in nodes if here in (absolute(page.url, schema_org.text(node.get(key))) for key in ("url", "@id"))
    ]
    if about:
        return about[:1], 0
    apart = {url: node for node in nodes if (url := absolute(page.url, schema_org.text(node.get("url"))))}
    if len(apart) == len(nodes):
        return nodes, 0
    named = {schema_org.text(node.get("name")) for node in nodes}
    return (nodes[:1], 0) if len(named) == 1 else ([], len(nodes))


def read(page: Page) -> Reading:
    """The products that JSON-LD states. A block that cannot be decoded is a note."""
    nodes: list[Node] = []
    crumbs: list[Node] = []
    notes: list[str] = []
    for number, block in enumerate(blocks(page.body), start=1):
        if number > MAX_BLOCKS:
            notes.append(f"JSON-LD 超过 {MAX_BLOCKS} 段，其余未读")
            break
        if len(block) > MAX_BLOCK:
            notes.append(f"第 {number} 段 JSON-LD 有 {len(block)} 字节，上限 {MAX_BLOCK} 字节")
            continue
        try:
            found, paths = _products(_decode(block, page))
        except ValueError as error:
            notes.append(f"第 {number} 段 JSON-LD 无法解析：{error}")
            continue
        nodes += found
        crumbs += paths
    chosen, left = _of_this_page(nodes, page)
    if left:
        notes.append(f"页面有 {left} 个商品，无法确定哪一个属于本页")
    offers: list[Offer] = []
    for node in chosen:
        category = _category(crumbs, schema_org.text(node.get("name"))) if len(chosen) == 1 else ()
        offers.append(schema_org.offer(node, source="jsonld", category=category))
    return Reading(offers=tuple(offers), notes=tuple(notes))
