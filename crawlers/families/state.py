"""Embedded state: the JSON that shops put into their scripts for their own front end (Next, Nuxt, Vue, EverShop …).

Strict: an object counts as the page's product only when it has a name and a price and the page itself (its address, its
heading, og:title or title) is about that name or address. A list page holds many such objects and yields none.
"""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from crawlers.families import state_offer
from crawlers.families.state_offer import TITLES, Node, keyed, scalar
from crawlers.offer import Offer, Reading, absolute, line
from crawlers.page import Page

#: The variables and script ids under which states are known.
NAMES = [
    "__NEXT_DATA__",
    "__NUXT_DATA__",
    "__NUXT__",
    "__INITIAL_STATE__",
    "__PRELOADED_STATE__",
    "__INITIAL_DATA__",
    "__INIT_DATA__",
    "__INIT_DATA",
    "__APOLLO_STATE__",
    "__STATE__",
    "g_page_config",
    "eContext",
    "rawData",
]
#: What stands between a name and its value: ``="…" type="application/json">``, `` = ``, ``=JSON.parse(``.
_OPENING = re.compile(r"""["']?\s*(?:\]\s*)?(?:=\s*(?:JSON\.parse\(\s*)?|[^<>]{0,200}>\s*)(?=[{\[("'f])""")
_DECODER = json.JSONDecoder(strict=False, parse_float=Decimal)
MAX_STATE = 8 * 1024 * 1024
MAX_STATES = 8
MAX_NODES = 200_000
MAX_DEPTH = 40
_TITLE = re.compile(r"<title[^>]{0,100}>([^<]{1,1000})", re.IGNORECASE)
_H1 = re.compile(r"<h1\b[^>]{0,500}>(.{1,2000}?)</h1", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]{0,500}>")


def _value(text: str, at: int) -> Any:
    """The JSON at ``at``, also inside the string given to JSON.parse. Raises ValueError."""
    piece = text[at : at + MAX_STATE]
    if piece[:1] == '"':
        piece, _ = _DECODER.raw_decode(piece)
        at = 0
    value, _ = _DECODER.raw_decode(piece)
    return value


def _revived(flat: list[Any]) -> Any:
    """A Nuxt 3 payload (devalue): a flat array whose objects hold indexes. Cycles and depth are cut."""
    left = MAX_NODES

    def revive(index: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if not isinstance(index, int) or not 0 <= index < len(flat) or depth > MAX_DEPTH or left < 0:
            return None
        value = flat[index]
        if isinstance(value, dict):
            return {key: revive(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            if value and isinstance(value[0], str):  # ["Reactive", 3], ["Ref", 5], ["Date", "…"]
                return revive(value[1], depth + 1) if len(value) > 1 and isinstance(value[1], int) else None
            return [revive(item, depth + 1) for item in value]
        return value

    return revive(0, 0)


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(name)}(?<![\w$]{re.escape(name)})(?!\w)")


def _scripts(body: bytes) -> bytes:
    """The script elements of a page with their tags: all else holds no state, and is most of a page."""
    if b"<SCRIPT" in body:
        return body
    parts: list[bytes] = []
    at = body.find(b"<script")
    while at >= 0:
        end = body.find(b"</script", at)
        parts.append(body[at : end if end >= 0 else len(body)])
        at = body.find(b"<script", end) if end >= 0 else -1
    return b"\n".join(parts)


def states(page: Page) -> Iterator[tuple[str, Any, str]]:
    """``(name, value, note)`` of each state; the note says why a value could not be read."""
    # Plain searches: one regular expression of all names takes forty times as long on a large page.
    body = _scripts(page.body)
    dunder = b"__" in body
    there = [name for name in NAMES if (dunder or name[:2] != "__") and name.encode() in body]
    text = page.text if there else ""
    places = sorted((found.start(), name) for name in there for found in _whole(name).finditer(text))
    end = count = 0
    for start, name in places:
        opening = _OPENING.match(text, start + len(name))
        if opening is None or start < end:
            continue
        count += 1
        if count > MAX_STATES:
            return
        try:
            value = _value(text, opening.end())
        except (ValueError, RecursionError):
            yield name, None, f"内嵌数据 {name} 不是可读的 JSON"
            continue
        end = opening.end()
        if name == "__NUXT_DATA__" and isinstance(value, list):
            value = _revived(value)
        yield name, value, ""


def _about(page: Page) -> tuple[str, ...]:
    """What the page says it is about: its headings and titles, white space collapsed."""
    text = page.text
    said = [_TAG.sub(" ", found[1]) for found in _H1.finditer(text)]
    said += [found[1] for found in _TITLE.finditer(text, 0, 200_000)][:1]
    return tuple(shown for part in said[:6] if (shown := line(html.unescape(part))))


def candidates(value: Any) -> tuple[list[Node], tuple[str, ...]]:
    """(objects with a name and a price, the first breadcrumb trail), found without recursion."""
    found: list[Node] = []
    trail: tuple[str, ...] = ()
    waiting: deque[tuple[Any, int]] = deque([(value, 0)])
    looked = 0
    while waiting and looked < MAX_NODES:
        node, depth = waiting.popleft()
        looked += 1
        if isinstance(node, list):
            if depth < MAX_DEPTH:
                waiting.extend((item, depth + 1) for item in node[:2000])
        elif isinstance(node, dict):
            if state_offer.is_product(node):
                found.append(node)
            crumbs = node.get("breadcrumbs") or node.get("breadcrumb")
            if not trail and isinstance(crumbs, list):
                names = (scalar(keyed(crumb).get("title")) or scalar(keyed(crumb).get("name")) for crumb in crumbs)
                trail = tuple(name for name in names if name)
            if depth < MAX_DEPTH:
                waiting.extend((item, depth + 1) for item in node.values() if isinstance(item, dict | list))
    return found, trail


def _own(nodes: list[Node], page: Page, known: tuple[str, ...]) -> list[Node]:
    """The objects that the page is about: by address, else by name."""
    here = page.url.partition("#")[0].partition("?")[0].rstrip("/")
    by_url = [node for node in nodes if (url := _address(node, page)) and url.partition("?")[0].rstrip("/") == here]
    if by_url:
        return by_url
    return [node for node in nodes if line(state_offer.first(keyed(node), TITLES)) in known]


def _address(node: Node, page: Page) -> str:
    return absolute(page.url, state_offer.first(keyed(node), state_offer.URLS))


def read(page: Page, known: tuple[str, ...] = ()) -> Reading:
    """The product that embedded state holds. ``known`` are titles that other sources on the page have given it."""
    notes: list[str] = []
    offers: list[Offer] = []
    titles: tuple[str, ...] | None = None
    for name, value, note in states(page):
        if note:
            notes.append(note)
            continue
        nodes, trail = candidates(value)
        if not nodes:
            continue
        if titles is None:
            titles = (*known, *_about(page))
            titles += tuple(part.strip() for said in titles for part in re.split(r"\s[|–—-]\s|_", said)[:1])
        own = _own(nodes, page, titles)
        # The same product may hang in several places of a state: the fullest object speaks, prices must agree.
        own.sort(key=len, reverse=True)
        if not own:
            continue
        if len({line(state_offer.first(keyed(node), TITLES)) for node in own}) > 1:
            notes.append(f"内嵌数据 {name} 有 {len(own)} 个商品与本页相符，无法确定哪一个")
            continue
        offer, said = state_offer.offer(own[0], page, source=f"state:{name}", trail=trail)
        offers.append(offer)
        notes += said
        others = {shown for node in own[1:] if (shown := state_offer.shown_price(node))}
        if others - {state_offer.shown_price(own[0])}:
            notes.append(
                f"内嵌数据 {name} 里同一商品有不同价格：{'、'.join(sorted(others | {state_offer.shown_price(own[0])}))}"
            )
    return Reading(offers=tuple(offers[:1]), notes=tuple(notes))
