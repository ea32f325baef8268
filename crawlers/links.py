"""Links out of a page's bytes, without a DOM."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from crawlers.offer import absolute
from crawlers.page import Page

_HREF = re.compile(rb"""href\s*=\s*(?:"([^"]{1,2083})"|'([^']{1,2083})'|([^\s"'>]{1,2083}))""")
_BASE = re.compile(rb"""<base\s[^>]{0,200}?href\s*=\s*["']?([^"'\s>]{1,2083})""", re.IGNORECASE)
#: A path from the root that needs no resolving: no dot segments, no fragment, nothing to clean.
_PLAIN = re.compile(r"(?:/[\w\-~%][\w\-~%.]*){1,20}/?(?:\?[\w\-~%.=&+:,;]{0,1000})?", re.ASCII)
#: More links than this on one page is a trap.
MAX_LINKS = 5_000
#: Schemes of ordinary pages that lead nowhere.
_SILENT = (
    "javascript:",
    "mailto:",
    "tel:",
    "sms:",
    "about:",
    "blob:",
    "weixin:",
    "alipays:",
    "intent:",
    "tmall:",
    "taobao:",
)


def hrefs(page: Page) -> Iterator[str]:
    """Every distinct href of a page as written, entities resolved, fragments and script links left out."""
    body = page.body
    if b" HREF" in body:
        body = body.replace(b" HREF", b" href")
    seen: set[bytes] = set()
    for found in _HREF.finditer(body):
        if not body[found.start() - 1 : found.start()].isspace():  # data-href, and the like
            continue
        raw = (found[1] or found[2] or found[3]).strip()
        if not raw or raw in seen or raw.startswith(b"#"):
            continue
        seen.add(raw)
        if len(seen) > MAX_LINKS:
            return
        text = raw.decode("utf-8", "replace")
        if "&" in text:
            text = html.unescape(text)
        if not text[:12].lower().startswith(_SILENT):
            yield text


def joiner(base: str) -> Callable[[str], str]:
    """``absolute`` against one base, with a short way for the usual form ``/path``."""
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"

    def join(href: str) -> str:
        return origin + href if _PLAIN.fullmatch(href) else absolute(base, href)

    return join


def base(page: Page) -> str:
    """What relative links stand against: ``<base href>`` when the head has one and it is http(s), else the page."""
    found = _BASE.search(page.body, 0, 20_000) if b"<base" in page.body[:20_000].lower() else None
    if found:
        return absolute(page.url, found[1].decode("utf-8", "replace")) or page.url
    return page.url
