"""What a visible page says in tables: rows of name and value, and the trail of categories."""

from __future__ import annotations

from collections.abc import Mapping

from selectolax.lexbor import LexborNode

from crawlers.offer import line
from crawlers.page import Page

MAX_ROWS = 300
MAX_NAME = 20
MAX_VALUE = 500
#: Lists whose items are ``名称：值``.
_LISTS = ", ".join(
    f'[class*="{word}"] li, [id*="{word}"] li' for word in ("attr", "param", "spec", "property", "properties", "detail")
)
_CRUMBS = '[class*="breadcrumb"] a, [class*="crumb"] a, nav[aria-label="breadcrumb"] a, nav[aria-label="Breadcrumb"] a'


def _text(node: LexborNode | None) -> str:
    return line(node.text(deep=True, separator=" ")) if node is not None else ""


def _put(rows: dict[str, str], name: str, value: str) -> None:
    name = name.rstrip("：: ")
    if name and value and len(name) <= MAX_NAME and len(value) <= MAX_VALUE and not name.isdigit():
        rows.setdefault(name, value)


def attributes(page: Page) -> dict[str, str]:
    """Rows of two cells, dt with its dd, and list items written ``名称：值``; verbatim, the first of a name counts."""
    rows: dict[str, str] = {}
    for row in page.tree.css("table tr")[:MAX_ROWS]:
        cells = [cell for cell in row.iter() if cell.tag in ("th", "td")]
        # 2 cells are one pair, 4 or 6 are several; pairs whose first cells are headings or all plain cells.
        if len(cells) in (2, 4, 6):
            for head, cell in zip(cells[::2], cells[1::2], strict=True):
                if cell.tag == "td":
                    _put(rows, _text(head), _text(cell))
    for name in page.tree.css("dl dt")[:MAX_ROWS]:
        follows = name.next
        while follows is not None and follows.tag == "-text":
            follows = follows.next
        if follows is not None and follows.tag == "dd":
            _put(rows, _text(name), _text(follows))
    for item in page.tree.css(_LISTS)[:MAX_ROWS]:
        title, colon, value = _text(item).replace(":", "：", 1).partition("：")
        if colon:
            _put(rows, title.strip(), value.strip())
    return rows


def labelled(rows: Mapping[str, str], *names: str) -> str:
    """The value of the first of these names that there is."""
    return next((rows[name] for name in names if name in rows), "")


def crumbs(page: Page) -> tuple[str, ...]:
    """The trail of categories, outermost first."""
    return tuple(
        dict.fromkeys(shown for node in page.tree.css(_CRUMBS)[:20] if (shown := _text(node)) and len(shown) <= 60)
    )
