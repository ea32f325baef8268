"""DNS answers checked at the moment of connection: a name cannot lead into a private network (DNS rebinding)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer

from crawlers.addresses import never, public

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase


#: Names that were refused, with the reason: Twisted reports them only as names without an answer.
refused: dict[str, str] = {}


class ForbiddenAddressError(OSError):
    """A name that resolves to where no request may go."""


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver; an answer that is not a public address is an error unless the platform allows that host."""

    #: The process, which knows its crawlers; one of ours has one.
    process: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        resolver = super().from_crawler(crawler, reactor)
        resolver.process = crawler
        return resolver

    def _private(self) -> frozenset[str]:
        platforms = [getattr(crawler.spidercls, "platform", None) for crawler in getattr(self.process, "crawlers", ())]
        return frozenset(pair.rpartition(":")[0] for platform in platforms if platform for pair in platform.private)

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> defer.Deferred[str]:
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if never(address) or (not public(address) and name.lower() not in self._private()):
            refused[name] = f"{name} 解析到 {address}，是本机、内网或保留地址，平台未允许访问"
            raise ForbiddenAddressError(refused[name])
        return address
