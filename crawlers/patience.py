"""429 and Retry-After: the host's whole queue waits as long as the site asks; too long a wait counts as blocked."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.utils.asyncio import call_later

from crawlers.refusals import Walled

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: Seconds that a crawl is willing to wait for one host.
LONGEST = 120.0


def seconds(value: str, now: datetime) -> float | None:
    """Retry-After (RFC 9110 §10.2.3: seconds, or a date) as seconds from ``now``; None when it is neither."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


class Patience:
    """Downloader middleware between Scrapy's retries and the downloader."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Patience:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status not in (429, 503) or "replayed" in response.flags:
            return response
        asked = (response.headers.get(b"Retry-After") or b"").decode("latin-1")
        wait = seconds(asked, datetime.now(UTC))
        host = str(request.meta.get("download_slot"))
        slot = self._crawler.engine.downloader.slots.get(host)
        if wait is None:
            wait = max(1.0, 2 * slot.delay) if slot is not None and response.status == 429 else 0.0
        if wait > LONGEST:
            raise Walled(f"请求过多（{response.status}），站点要求等待 {int(wait)} 秒")
        if slot is not None:
            slot.delay = max(slot.delay, wait)
            self._hold(host, slot, wait)
        return response

    def _hold(self, host: str, slot: Slot, wait: float) -> None:
        """Keep the host's queue shut for ``wait`` seconds from now, or as long as it already is.

        The delay alone does not: Scrapy varies it by half, counts it from the request before, and a request whose
        timer runs already would go out on that.
        """
        until = monotonic() + wait
        if wait <= 0 or until <= self._until.get(host, 0.0):
            return
        self._until[host] = until
        if slot.latercall is not None:
            slot.latercall.cancel()
        slot.latercall = call_later(wait, self._crawler.engine.downloader._latercall, slot)
