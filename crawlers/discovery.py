"""What a night is asked to look for, one spelling of each address, and the end of lists that have none."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from domain.errors import InputError

#: Query parameters that only say how a visitor came; an address with and without them is one page.
_TRACKING = re.compile(r"(?:utm_[a-z]+|spm|scm|pvid|gclid|fbclid|msclkid|bd_vid|jsessionid|phpsessid)", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_PORTS = {"http": ":80", "https": ":443"}
_VARYING = re.compile(r"\d+|%[0-9A-Fa-f]{2}")
#: Pages of one shape, one after the other, that lead to no product not seen before; a real list ends earlier.
FRUITLESS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one crawl of one platform is asked to visit besides its start: search ``terms``, and the addresses of
    ``known`` products and of ``shops``, most wanted first. ``budget`` is in page requests, ``pictures`` in picture
    requests; 0: as many as the platform allows."""

    terms: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    budget: int = 0
    pictures: int = 0


def read_plan(path: Path) -> Plan:
    """The plan of a crawl. Raises InputError for a file that is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Plan)
    except (OSError, msgspec.DecodeError) as error:
        raise InputError(f"采集计划 {path} 无法读取：{error}") from None


@lru_cache(maxsize=65_536)  # the pages of a site lead to the same pages over and over
def canonical(url: str) -> str:
    """One spelling of an address: lower-case host, no default port, no fragment, no session and tracking parameters.

    >>> canonical("HTTP://Shop.Example:80/a;jsessionid=1F?id=3&utm_source=x&spm=a.b#top")
    'http://shop.example/a?id=3'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    host = parts.netloc.lower().removesuffix(_PORTS.get(scheme, ""))
    path = _SESSION.sub("", parts.path) or "/"
    kept = [pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0])]
    return f"{scheme}://{host}{path}{'?' + '&'.join(kept) if kept else ''}"


def shape(url: str) -> str:
    """Addresses that differ only in numbers have one shape: the days of a calendar, the pages of a list.

    >>> shape("http://a.example/cal/2026-11?day=3")
    'http://a.example/cal/#-#?day=#'
    """
    parts = urlsplit(url)
    varying = _VARYING.sub("#", parts.path) + (f"?{_VARYING.sub('#', parts.query)}" if parts.query else "")
    return f"{parts.scheme}://{parts.netloc}{varying}"


class Trails:
    """Notices endless lists: calendars, pages without end, filters in every combination."""

    def __init__(self, fruitless: int = FRUITLESS) -> None:
        self._fruitless = fruitless
        self._barren: Counter[str] = Counter()
        #: Shapes that are no longer followed.
        self.closed: set[str] = set()

    def came(self, url: str, *, new_products: int) -> bool:
        """A page was read and led to so many products not seen before; True when its shape is given up now."""
        form = shape(url)
        self._barren[form] = 0 if new_products else self._barren[form] + 1
        if self._barren[form] < self._fruitless or form in self.closed:
            return False
        self.closed.add(form)
        return True

    def open(self, url: str) -> bool:
        return not self.closed or shape(url) not in self.closed
