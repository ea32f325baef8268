"""The bounds of a crawl in bytes and in time: an answer that grows too large is cut, a window that closes ends it.

What was received of a large answer is kept (a WARC record that says ``WARC-Truncated: length``) and goes no further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.exceptions import NotConfigured, StopDownload
from scrapy.utils.asyncio import call_later

from crawlers.ending import WINDOW

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawlers.spiders.generic import PlatformSpider

#: The flag that Scrapy sets on a response that was stopped so.
CUT = "download_stopped"


def limit_of(request: Request, default: int) -> int:
    """How many bytes the answer to a request may have."""
    return int(request.meta.get("largest", default))


class Size:
    """Extension; stands in for ``DOWNLOAD_MAXSIZE``, which drops what was received."""

    def __init__(self, crawler: Crawler) -> None:
        self._limit = crawler.settings.getint("QINGYUAN_RESPONSE_LIMIT")
        self._received: WeakKeyDictionary[Request, int] = WeakKeyDictionary()
        crawler.signals.connect(self._bytes, signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Size:
        return cls(crawler)

    def _bytes(self, data: bytes, request: Request, **_: Any) -> None:
        received = self._received.get(request, 0) + len(data)
        self._received[request] = received
        if received > limit_of(request, self._limit):
            raise StopDownload(fail=False)


class Window:
    """Extension; ends the crawl when the window of its platform closes, ``QINGYUAN_SECONDS`` after its start."""

    def __init__(self, crawler: Crawler) -> None:
        self._seconds = crawler.settings.getfloat("QINGYUAN_SECONDS")
        if self._seconds <= 0:
            raise NotConfigured
        self._timer: Any = None
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Window:
        return cls(crawler)

    def _opened(self, spider: PlatformSpider) -> None:
        self._timer = call_later(self._seconds, spider.stop, WINDOW)

    def _closed(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
