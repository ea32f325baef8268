"""What the reading of a visible page asks of the tree: text as shown, what lies above, what belongs to other goods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborNode

from crawlers.offer import line

#: Levels looked up from a node; deeper nesting is no product's page.
MAX_DEPTH = 60
#: Nodes looked at when the visible text is built, and elements inside a small one.
MAX_NODES = 200_000
#: Linked pictures of one element that are looked at: those of the product itself enlarge it, a card's leads away.
MAX_PICTURES = 20
MAX_INSIDE = 6
_UNSEEN = ("script", "style", "template", "noscript")
_ASIDE = ("header", "footer", "nav", "aside", "script", "style", "template", "noscript")
_RELATED = re.compile(r"recommend|related|similar|guess|also|history|hot-?sale|upsell|cross-?sell|推荐", re.IGNORECASE)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif|bmp)(?:[?#]|$)", re.IGNORECASE)


def text(node: LexborNode | None) -> str:
    """What a browser shows of a node, white space collapsed; "" for no node."""
    return line(node.text(deep=True, separator=" ")) if node is not None else ""


def visible(node: LexborNode | None) -> str:
    """As :func:`text` for a large part of a page: what its scripts hold is not shown and is left out."""
    if node is None:
        return ""
    parts: list[str] = []
    for step in islice(node.traverse(include_text=True), MAX_NODES):
        if step.tag == "-text" and step.parent is not None and step.parent.tag not in _UNSEEN:
            parts.append(step.text(deep=False) or "")
    return line(" ".join(parts))


def is_small(node: LexborNode) -> bool:
    """Whether an element holds at most a few others: more make it a box, whose text is not worth building."""
    waiting, seen = [node], 0
    while waiting:
        for inner in waiting.pop().iter():
            seen += 1
            if seen > MAX_INSIDE or inner.tag in ("table", "ul", "ol", "form", "button", "img", "select"):
                return False
            waiting.append(inner)
    return True


def marks(node: LexborNode) -> str:
    """Its class and id."""
    given = node.attributes
    return f"{given.get('class') or ''} {given.get('id') or ''}"


def above(node: LexborNode) -> Iterator[LexborNode]:
    """The elements around a node, innermost first."""
    step, left = node.parent, MAX_DEPTH
    while step is not None and step.tag not in ("html", None) and left:
        yield step
        step, left = step.parent, left - 1


def within(node: LexborNode, block: LexborNode) -> Iterator[LexborNode]:
    """The node and what lies around it, up to but without ``block``."""
    for step in (node, *above(node)):
        if step.mem_id == block.mem_id:
            return
        yield step


def set_aside(node: LexborNode, block: LexborNode | None = None) -> bool:
    """Whether a node lies in navigation, or among other goods that a page recommends."""
    steps = within(node, block) if block is not None else iter((node, *above(node)))
    return any(step.tag in _ASIDE or _RELATED.search(marks(step)) for step in steps)


def of_a_card(node: LexborNode, block: LexborNode) -> bool:
    """Whether a price belongs to other goods: it is inside a link, or beside a linked picture or heading."""
    for step in within(node, block):
        if step.tag == "a" and step.attributes.get("href"):
            return True
        if step.css_first("a[href] h2, a[href] h3, a[href] h4, h2 a[href], h3 a[href], h4 a[href]"):
            return True
        if any(leads_away(picture, step) for picture in step.css("a[href] img")[:MAX_PICTURES]):
            return True
    return False


def leads_away(node: LexborNode, block: LexborNode) -> bool:
    """Whether a picture is a link to another page: that page's goods. A link to a picture file enlarges it."""
    for step in within(node, block):
        if step.tag == "a":
            target = (step.attributes.get("href") or "").strip()
            if target and not target.startswith(("#", "javascript:")) and not _PICTURE_FILE.search(target):
                return True
    return False
