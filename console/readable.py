"""A captured page as plain text: what a reader would see, with nothing left that a browser could run."""

from __future__ import annotations

import re

from crawlers import nesting

#: More text than this is cut, and the page says so.
MAX_TEXT = 200_000
_MAX_HTML = 4 * 1024 * 1024
_META = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""")
_UNSEEN = "script, style, noscript, template, svg, math, iframe, object, embed, head > :not(title)"
_SPACE = re.compile(r"[ \t\r\f\v\u00a0]+")
_LINES = re.compile(r"\s*\n\s*")


def decode(body: bytes, charset: str = "") -> str:
    """Bytes to text: declared charset, then that of the page's own ``meta``, then UTF-8, then GB 18030.

    A wrong declaration is common, so one that does not fit is passed over; at last, what cannot be read is marked �.
    """
    meta = _META.search(body[:4096])
    for name in (charset, meta.group(1).decode("ascii") if meta else "", "utf-8", "gb18030"):
        if not name:
            continue
        try:
            return body.decode("gb18030" if name.lower() in ("gbk", "gb2312") else name)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")


def text_of(body: bytes, media_type: str) -> tuple[str, bool]:
    """The visible text, and whether it was cut. HTML loses tags, script and style; other text stays as it is."""
    kind, _, parameters = media_type.partition(";")
    charset = parameters.partition("charset=")[2].strip().strip("\"'") if "charset=" in parameters else ""
    cut = len(body) > _MAX_HTML
    text = decode(body[:_MAX_HTML], charset) if not cut else body[:_MAX_HTML].decode("utf-8", "replace")
    if "html" in kind.lower() or text.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        tree = nesting.parsed(text)
        for node in tree.css(_UNSEEN):
            node.decompose()
        root = tree.root
        text = root.text(separator="\n") if root is not None else ""
        text = _LINES.sub("\n", _SPACE.sub(" ", text)).strip()
    return text[:MAX_TEXT], cut or len(text) > MAX_TEXT


def is_text(media_type: str, body: bytes) -> bool:
    """Whether the bytes are worth showing as text."""
    kind = media_type.partition(";")[0].strip().lower()
    named = kind.startswith("text/") or kind.endswith(("json", "xml", "javascript", "html"))
    return named or b"\0" not in body[:2048]
