"""What 淘宝 and 天猫 pages share: picture addresses, attribute lists, seller credit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from crawlers.page import Page

#: ``….jpg_430x430q90.jpg``, ``….jpg_50x50.jpg``, ``….jpg_.webp``: a size the server made; the original is before it.
_SIZED = re.compile(
    r"(\.(?:jpe?g|png|gif|webp|SS2))_(?:\d+x\d+)?[a-z0-9]*(?:\.(?:jpe?g|png|webp))?(?:_\.webp)?$", re.IGNORECASE
)
_BACKGROUND = re.compile(r"url\(\s*['\"]?([^'\")]+)")


def original(url: str) -> str:
    """The address of the full picture behind a sized one."""
    return _SIZED.sub(r"\1", url.strip())


def text(node: LexborNode | None) -> str:
    """A node's text as a browser shows it, "" for no node."""
    return " ".join(node.text(deep=True).split()) if node is not None else ""


def attributes(page: Page, css: str) -> dict[str, str]:
    """``名称: 值`` list items to claims; the whole value is in the text, the title attribute may be cut."""
    claims: dict[str, str] = {}
    for item in page.tree.css(css):
        name, colon, value = text(item).replace(":", "：", 1).partition("：")
        if colon and name.strip() and value.strip():
            claims.setdefault(name.strip(), value.strip())
    return claims


def options(page: Page) -> dict[str, str]:
    """What a buyer can choose (尺码, 颜色 …), every option joined with 、."""
    chosen: dict[str, str] = {}
    for group in page.tree.css("ul.J_TSaleProp"):
        name = (group.attributes.get("data-property") or "").strip()
        values = [shown for item in group.css("li a > span") if (shown := text(item))]
        if name and values:
            chosen[name] = "、".join(values)
    return chosen


def option_pictures(page: Page) -> Iterator[str]:
    """Pictures of the options, out of their inline styles."""
    for anchor in page.tree.css("ul.J_TSaleProp li a[style]"):
        found = _BACKGROUND.search(anchor.attributes.get("style") or "")
        if found:
            yield original(found[1])


def gather(told: dict[str, dict[str, None]], name: str, value: str) -> None:
    """Add what one of several places says of an attribute; its values are those between 、, each once."""
    told.setdefault(name, {}).update(dict.fromkeys(value.split("、")))


def merge(claims: dict[str, str], told: dict[str, dict[str, None]]) -> None:
    """Attributes to claims; one that is called like something of the page itself (价格, 库存) is marked as （属性）."""
    for name, values in told.items():
        claims[f"{name}（属性）" if name in claims else name] = "、".join(values)


def nick(encoded: str) -> str:
    """A seller's nick name out of its percent-encoded form."""
    return unquote(encoded) if "%" in encoded else encoded


def wangwang(name: str) -> tuple[str, ...]:
    """The contact that a seller's name in the chat program of these platforms is; none for no name."""
    return (f"旺旺：{name}",) if name else ()
