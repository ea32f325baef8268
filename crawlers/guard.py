"""Where requests and redirects may go: checked before every request, robots.txt, pictures and redirects included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawlers import blocking
from crawlers.addresses import refusal
from crawlers.offer import MAX_URL, absolute
from crawlers.platform import Platform, platform_of
from crawlers.refusals import Refused, Stopped, Walled

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: Hosts whose verdict is kept; a hostile page may name any number of them.
_REMEMBERED = 10_000


class Guard:
    """Downloader middleware nearest to the engine: refuses addresses, schemes and hosts that are not the platform's."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._platform: Platform = platform_of(crawler)
        self._private = self._platform.private
        #: (refusal, on the platform) by scheme and host: a site is asked for many pages.
        self._verdicts: dict[str, tuple[str, bool]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        if getattr(self._crawler.spider, "stopped", False):
            raise Stopped("采集已停止")
        reason, at_home = self._verdict(request.url)
        if reason:
            raise Refused(reason)
        anywhere = request.meta.get("picture") or request.meta.get("dont_obey_robotstxt")
        if not anywhere and not at_home:
            raise Refused(f"{request.url[:200]} 不在平台 {self._platform.name} 的网站上")

    def _verdict(self, url: str) -> tuple[str, bool]:
        slash = url.find("/", 8)
        origin = url[:slash] if slash > 0 else url
        if origin not in self._verdicts:
            if len(self._verdicts) >= _REMEMBERED:
                self._verdicts.clear()
            reason = refusal(url, self._private)
            self._verdicts[origin] = (reason, not reason and self._platform.on_platform(url))
        return self._verdicts[origin]


class RedirectGuard(Guard):
    """Downloader middleware before Scrapy's redirects: one into a wall or to a forbidden place is not followed."""

    def process_request(self, request: Request) -> None:
        """The next request is checked when it comes."""

    def process_response(self, request: Request, response: Response) -> Response:
        if not 300 <= response.status < 400 or b"Location" not in response.headers:
            return response
        location = (response.headers[b"Location"] or b"").decode("utf-8", "replace")
        if len(location) > MAX_URL:
            raise Refused(f"重定向的网址有 {len(location)} 个字符")
        target = absolute(response.url, location)
        reason = refusal(target or location, self._private)
        if reason:
            raise Refused(f"重定向到 {location[:200]} 未跟随：{reason}")
        if not request.meta.get("picture") and not request.meta.get("dont_obey_robotstxt"):
            wall = blocking.wall(target)
            if wall:
                raise Walled(f"{wall}（{target[:200]}）")
        return response
