"""The draft of a platform out of one of its pages: which addresses are products', who reads them, its search. Pure.

What is written is a beginning that works, not a judgement: whoever gets it is told what was read and what was not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from crawlers import families, links, skeleton_select
from crawlers.discovery import canonical, shape
from crawlers.offer import Reading
from crawlers.page import Page
from crawlers.platforms import BUILT_IN

#: Query parameters that name one product.
_IDS = re.compile(
    r"(?:id|gid|pid|sku|spu|ref|(?:goods|item|product|prod|offer|num|sku|spu)_?(?:id|iid|no|sn|code))", re.IGNORECASE
)
#: Pages that hold no goods, or must not be visited by a robot.
_NO_GOODS = "cart|basket|checkout|login|signin|register|account|member|wishlist|compare|logout|passport|order|help"
_SEARCH_NAMES = ("q", "query", "keyword", "keywords", "wd", "search", "search_query", "key", "s", "kw", "text")
_TAIL = "(?:[?#]|$)"
#: Links with a picture in one form of address: so many are a list of goods.
_LIST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """``family`` reads the page ("" when none does), with ``select`` when it is "selectors"; ``source`` is what it
    found the product in. ``candidate``: the page is a list, and this is a product it leads to ("" when it is not)."""

    family: str
    source: str = ""
    select: Mapping[str, str]
    product_url: str
    follow: str
    search: str
    candidate: str


def draft(page: Page) -> Draft:
    """What can be said of the site from one page."""
    family, source, select = _family(page)
    parts = urlsplit(page.url)
    here = re.escape(f"{parts.scheme}://{parts.netloc}")
    found = list(_links(page))
    candidate = "" if family else _candidate(page, found)
    return Draft(
        family=family,
        source=source,
        select=select,
        product_url=product_url(candidate or page.url, found) if family or candidate else "",
        follow=rf"^{here}(?!.*(?:{_NO_GOODS}))(?:[/?]|$)",
        search=_search(page),
        candidate=candidate,
    )


def _one(reading: Reading) -> bool:
    return len(reading.offers) == 1


def _family(page: Page) -> tuple[str, str, Mapping[str, str]]:
    """(family, what it read from, selectors). A marketplace's own reader goes first: it asks for its own marks."""
    for platform in BUILT_IN:
        if _one(platform.read(page)):
            return platform.name, platform.name, {}
    reading = families.auto(page)
    if not _one(reading):
        return "", "", {}
    source = reading.offers[0].source.partition(":")[0]
    if source != "dom":
        return "auto", source, {}
    select = skeleton_select.selectors(page, reading.offers[0])
    return ("selectors", source, select) if select else ("dom", source, {})


def _links(page: Page) -> Iterator[str]:
    """The page's links within its host, each once."""
    join, seen = links.joiner(links.base(page)), set()
    host = urlsplit(page.url).netloc
    for href in links.hrefs(page):
        url = join(href)
        if url and urlsplit(url).netloc == host and (url := canonical(url)) not in seen:
            seen.add(url)
            yield url


def product_url(url: str, found: list[str]) -> str:
    """A regular expression for addresses like ``url``, whose first group is the ref.

    A parameter that names a product decides; otherwise the last part of the path: its number, where the addresses
    beside it (``found``) have one in the same place as well, or else all of it.

    >>> product_url("http://a.example/item.htm?spm=1&id=77", [])
    '^https?://[^/]+/item\\\\.htm\\\\?(?:.*&)?id=([^&#]+)'
    >>> product_url("http://a.example/books/clean-code_209/", [])
    '^https?://[^/]+/books/[^/]*?_(\\\\d+)/?(?:[?#]|$)'
    """
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if _IDS.fullmatch(name) and value:
            return rf"^https?://[^/]+{_path(parts.path)}\?(?:.*&)?{_path(name)}=([^&#]+)"
    above, _, last = parts.path.rstrip("/").rpartition("/")
    start = "^https?://[^/]+" + re.sub(r"[0-9]+", r"\\d+", _path(above)) + "/"
    end = ("/?" if parts.path.endswith("/") else "") + _TAIL
    stem, dot, suffix = last.rpartition(".") if re.search(r"\.(?:html?|php|aspx?|jsp|shtml)$", last) else (last, "", "")
    suffix = _path(dot + suffix)
    number = re.search(r"(?:^|[-_])(\d+)$", stem)
    word = rf"{start}([^/?#]+){suffix}{end}"
    if number is None:
        return word
    before = stem[: number.start(1)]
    lead = "" if not before else rf"[^/]*?{re.escape(before[-1])}"
    counted = rf"{start}{lead}(\d+){suffix}{end}"
    beside = [link for link in found if re.search(word, link)]
    if before and beside and sum(bool(re.search(counted, link)) for link in beside) * 5 < len(beside) * 4:
        return word
    return counted


def _path(text: str) -> str:
    return re.sub(r"([.+*?^$()\[\]{}|\\])", r"\\\1", text)


def _candidate(page: Page, found: list[str]) -> str:
    """A product that a list leads to: of the links around pictures, one of the most frequent form; "" when no list."""
    if page.is_json:
        return ""
    join, kinds = links.joiner(links.base(page)), Counter[str]()
    first: dict[str, str] = {}
    within = set(found)
    for node in page.tree.css("a[href]")[: links.MAX_LINKS]:
        if node.css_first("img") is None:
            continue
        url = canonical(join(node.attributes.get("href") or ""))
        if url not in within or url in first.values() or re.search(_NO_GOODS, url, re.IGNORECASE):
            continue
        kind = re.sub(r"/[^/?]+(/?(?:\?|$))", r"/*\1", shape(url), count=1)
        kinds[kind] += 1
        first.setdefault(kind, url)
    if not kinds:
        return ""
    kind, often = max(kinds.items(), key=lambda pair: pair[1])
    return first[kind] if often >= _LIST else ""


def _search(page: Page) -> str:
    """The address of the site's search with ``{term}``; "" when its form cannot be read."""
    if page.is_json:
        return ""
    for form in page.tree.css("form")[:20]:
        if (form.attributes.get("method") or "get").lower() != "get":
            continue
        names = {(field.attributes.get("name") or "").lower(): field for field in form.css("input")}
        name = next((name for name in _SEARCH_NAMES if name in names), "")
        action = links.joiner(links.base(page))(form.attributes.get("action") or page.url)
        if not name or urlsplit(action).netloc != urlsplit(page.url).netloc:
            continue
        hidden = [
            f"{field.attributes['name']}={field.attributes.get('value') or ''}"
            for field in form.css('input[type="hidden"][name]')[:10]
            if field.attributes["name"] and (field.attributes["name"] or "").lower() != name
        ]
        written = names[name].attributes["name"]
        bare = action.partition("?")[0].replace("{", "%7B").replace("}", "%7D")
        return f"{bare}?{'&'.join([*hidden, f'{written}={{term}}'])}"
    return ""
