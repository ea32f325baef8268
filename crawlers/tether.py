"""A crawl process and the one that started it: progress goes up a pipe, and the child ends when its parent does."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import msgspec
from scrapy import signals
from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawlers.outcome import Outcome

#: Seconds between two progress lines.
_EVERY = 0.2


def _end_with_parent() -> None:
    """Read standard input until its writer is gone, then end at once: captures are safe, the rest is replayed."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(70)


class Tether:
    """Extension; only active when :mod:`crawlers.run` started the process."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._pipe = crawler.settings.getint("QINGYUAN_PROGRESS_FD")
        self._said = 0.0
        if crawler.settings.getbool("QINGYUAN_TETHERED"):
            threading.Thread(target=_end_with_parent, daemon=True, name="tether").start()
        if self._pipe < 0:
            raise NotConfigured
        crawler.signals.connect(self._response, signals.response_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Tether:
        return cls(crawler)

    def _response(self, **_: Any) -> None:
        moment = time.monotonic()
        if moment - self._said < _EVERY:
            return
        self._said = moment
        outcome: Outcome = getattr(self._crawler.spider, "outcome")  # noqa: B009 - ours alone has one
        line = {"pages": outcome.counts["pages"], "listings": len(outcome), "pictures": outcome.counts["pictures"]}
        try:
            os.write(self._pipe, msgspec.json.encode(line) + b"\n")
        except OSError:
            self._pipe = -1
