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
_CANONICAL = re.compile(rb"<link\b[^>]{0,300}?\brel\s*=\s*[\"']?canonical[\"'\s>][^>]{0,2200}", re.IGNORECASE)
#: Forms and pages of one's own: they hold no goods, or the same goods again around a form.
_FORMS = re.compile(
    r"/(?:carts?|basket|checkout|wish-?list|compare|log-?in|log-?out|register|sign-?up|sign-?in)/?$"
    r"|/reviews?/(?:add|new|create|write|post)/?$|/(?:add|write)[-_]?(?:a[-_])?review",
    re.IGNORECASE,
)
#: More links than this on one page is a trap.
MAX_LINKS = 5_000
#: Bytes in which a head is looked for.
HEAD = 300_000
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


def is_form(url: str) -> bool:
    """Whether an address leads to a form (a cart, a review to write) rather than to a page to read."""
    return _FORMS.search(urlsplit(url).path) is not None


def canonical(page: Page) -> str:
    """What the page itself calls its address (``<link rel=canonical>``); "" where it says none, or nothing credible.

    Credible is the page's own path, or a part of it from its beginning, on the same host: some shops name their home
    page on every page.
    """
    if b"canonical" not in page.body[:HEAD]:
        return ""
    found = _CANONICAL.search(page.body, 0, HEAD)
    href = _HREF.search(found[0] + b" ") if found else None
    if href is None:
        return ""
    raw = html.unescape((href[1] or href[2] or href[3] or b"").decode("utf-8", "replace"))
    url = absolute(page.url, raw)
    here, said = urlsplit(page.url), urlsplit(url)
    path = said.path.rstrip("/")
    own = here.netloc.lower() == said.netloc.lower() and (here.path.rstrip("/") + "/").startswith(f"{path}/")
    return url if path and own else ""


def base(page: Page) -> str:
    """What relative links stand against: ``<base href>`` when the head has one and it is http(s), else the page."""
    found = _BASE.search(page.body, 0, 20_000) if b"<base" in page.body[:20_000].lower() else None
    if found:
        return absolute(page.url, found[1].decode("utf-8", "replace")) or page.url
    return page.url
