"""robots.txt as RFC 9309 §2.3.1.4 has it: one that cannot be had (5xx, no answer) forbids the whole site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser


class StrictRobots(RobotsTxtMiddleware):
    """In the place of Scrapy's, which takes an error page for a file of rules and silence for permission."""

    #: Hosts whose robots.txt could not be had.
    _unreachable: set[str]

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if request.url.split("/", 3)[2] in self._missing():
            raise IgnoreRequest("Forbidden by robots.txt: unreachable")
        super().process_request_2(rp, request)

    def _missing(self) -> set[str]:
        if not hasattr(self, "_unreachable"):
            self._unreachable = set()
        return self._unreachable

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._missing().add(netloc)
        # 4xx means that there are no rules (§2.3.1.3), whatever the error page says
        rules = response if response.status < 400 else response.replace(body=b"")
        await super()._parse_robots(rules, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._missing().add(netloc)
        super()._robots_error(exc, netloc)
