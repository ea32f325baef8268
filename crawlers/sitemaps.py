"""Sitemaps (https://www.sitemaps.org/protocol.html): the addresses that a shop itself lists."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from crawlers.page import Page

#: The protocol's own bound on one file.
MAX_LOCATIONS = 50_000
_LOCATION = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]{1,2083})", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)


def is_sitemap(page: Page) -> bool:
    """Whether a page is a sitemap or an index of sitemaps."""
    return page.status == 200 and _ROOT.search(page.body, 0, 2_000) is not None


def is_index(page: Page) -> bool:
    """Whether its addresses are sitemaps themselves."""
    return b"<sitemapindex" in page.body[:2_000].lower()


def locations(page: Page) -> Iterator[str]:
    """The addresses of a sitemap, each once, as written with entities resolved."""
    seen: set[bytes] = set()
    for found in _LOCATION.finditer(page.body):
        if found[1] not in seen:
            seen.add(found[1])
            yield html.unescape(found[1].decode("utf-8", "replace"))
        if len(seen) >= MAX_LOCATIONS:
            return
