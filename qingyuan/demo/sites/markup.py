"""Answers of a site, and the little HTML that all three share."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sends. ``cut`` is how many bytes of the body are held back although they were announced."""

    body: bytes
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    cut: int = 0


NOT_FOUND = Answer(
    "<!doctype html><meta charset=utf-8><title>页面不存在</title><p>您访问的页面不存在或已下架</p>".encode(), status=404
)


@cache
def static(name: str) -> bytes:
    """A style sheet or script that ships with the sites."""
    return (resources.files(__package__) / "static" / name).read_bytes()


def e(text: object) -> str:
    """Text for HTML."""
    return html.escape(str(text), quote=True)


def page(title: str, body: str, *, head: str = "", charset: str = "utf-8", declared: str = "") -> Answer:
    """A whole page, encoded in ``charset`` and declared as ``declared``."""
    declared = declared or charset
    text = (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="{declared}"><title>{e(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width">{head}</head>\n<body>\n{body}\n</body></html>\n'
    )
    return Answer(text.encode(charset, "xmlcharrefreplace"), f"text/html; charset={declared}")


def script_json(value: Any, *, ascii_only: bool = False) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def pages_of(items: list[Any], number: int, size: int) -> tuple[list[Any], int]:
    """The items of one page (from 1), and how many pages there are."""
    return items[(number - 1) * size : number * size], max(1, -(-len(items) // size))


def rows(pairs: Iterable[tuple[str, str]], pattern: str) -> str:
    """Each pair through a pattern with two ``{}``."""
    return "\n".join(pattern.format(e(name), e(value)) for name, value in pairs)
