"""What a visible page says in tables: rows of name and value, and the trail of categories."""

from __future__ import annotations

from collections.abc import Mapping

from selectolax.lexbor import LexborNode

from crawlers.families.dom_tree import above, set_aside, text
from crawlers.offer import line
from crawlers.page import Page

MAX_ROWS = 300
MAX_NAME = 20
MAX_VALUE = 500
#: Rows that English pages have, under the name that officers know.
_NAMES = {
    "upc": "条形码",
    "ean": "条形码",
    "gtin": "条形码",
    "barcode": "条形码",
    "brand": "品牌",
    "manufacturer": "生产厂家",
    "country of origin": "产地",
    "sku": "商品编码",
}
_DESCRIBED = frozenset(
    "商品详情|商品描述|商品介绍|产品详情|产品描述|产品介绍|宝贝详情|宝贝描述|图文详情"  # noqa: SIM905
    "|product description|description|product details|about this item".split("|")
)
#: Lists whose items are ``名称：值``.
_LISTS = ", ".join(
    f'[class*="{word}"] li, [id*="{word}"] li' for word in ("attr", "param", "spec", "property", "properties", "detail")
)
_CRUMBS = '[class*="breadcrumb"] a, [class*="crumb"] a, nav[aria-label="breadcrumb"] a, nav[aria-label="Breadcrumb"] a'


def _put(rows: dict[str, str], name: str, value: str) -> None:
    name = name.rstrip("：: ")
    if name and value and len(name) <= MAX_NAME and len(value) <= MAX_VALUE and not name.isdigit():
        rows.setdefault(_NAMES.get(name.lower(), name), value)


def attributes(page: Page) -> dict[str, str]:
    """Rows of two cells, dt with its dd, and list items written ``名称：值``; verbatim, the first of a name counts."""
    rows: dict[str, str] = {}
    for row in page.tree.css("table tr")[:MAX_ROWS]:
        cells = [cell for cell in row.iter() if cell.tag in ("th", "td")]
        # 2 cells are one pair, 4 or 6 are several; pairs whose first cells are headings or all plain cells.
        if len(cells) in (2, 4, 6):
            for head, cell in zip(cells[::2], cells[1::2], strict=True):
                if cell.tag == "td":
                    _put(rows, text(head), text(cell))
    for name in page.tree.css("dl dt")[:MAX_ROWS]:
        follows = name.next
        while follows is not None and follows.tag == "-text":
            follows = follows.next
        if follows is not None and follows.tag == "dd":
            _put(rows, text(name), text(follows))
    for item in page.tree.css(_LISTS)[:MAX_ROWS]:
        title, colon, value = text(item).replace(":", "：", 1).partition("：")
        if colon:
            _put(rows, title.strip(), value.strip())
    return rows


def labelled(rows: Mapping[str, str], *names: str) -> str:
    """The value of the first of these names that there is."""
    return next((rows[name] for name in names if name in rows), "")


def crumbs(page: Page) -> tuple[str, ...]:
    """The trail to the page as shown, outermost first; an element may come twice (see :func:`crawlers.offer.trail`)."""
    return tuple(name for node in page.tree.css(_CRUMBS)[:40] if (name := text(node)) and len(name) <= 60)


def _after(node: LexborNode) -> str:
    """The text that follows a heading up to the next one, in its parent."""
    parts: list[str] = []
    step = node.next
    while step is not None and len(parts) < 200 and step.tag not in ("h1", "h2", "h3", "h4"):
        if step.tag not in ("script", "style", "-comment"):
            if step.tag != "-text" and step.css_first("h1, h2, h3, h4") is not None and parts:
                break
            parts.append(text(step) if step.tag != "-text" else line(step.text() or ""))
        step = step.next
    return "\n".join(part for part in parts if part)


def description(page: Page) -> str:
    """What stands under the one heading that says description (商品详情), or in the panel that its tab opens.

    "" where there is no such heading, or several with different texts.
    """
    found: dict[str, None] = {}
    for node in page.tree.css("h2, h3, h4, h5, [role=tab], [data-toggle=tab], [data-bs-toggle=tab]")[:200]:
        if text(node).lower().rstrip(":：") not in _DESCRIBED:
            continue
        panel = node.attributes.get("aria-controls") or (node.attributes.get("href") or "").partition("#")[2]
        if not panel and set_aside(node):  # tabs often stand in a nav of their own
            continue
        shown = ""
        if panel and panel.replace("-", "").replace("_", "").isalnum():
            shown = text(page.tree.css_first(f'[id="{panel}"]'))
        else:
            # A heading that is alone in its box speaks of what follows the box.
            alone = next((step for step in above(node) if step.parent is None or text(step) != text(node)), None)
            box = node
            while box.parent is not None and alone is not None and box.parent.mem_id != alone.mem_id:
                box = box.parent
            shown = _after(box)
        if shown:
            found[shown] = None
    return next(iter(found)) if len(found) == 1 else ""
