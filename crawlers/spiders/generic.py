"""The one spider. What is special about a marketplace is in its Platform; this only walks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider

from crawlers import ending, pictures, resolver
from crawlers.capture import Captures
from crawlers.discovery import FRUITLESS, Plan, Trails, canonical, read_plan
from crawlers.offer import Link
from crawlers.outcome import DRAWN, Outcome
from crawlers.page import Page
from crawlers.platform import Parsed, Platform
from crawlers.refusals import Stopped, Walled, clause
from domain.errors import PictureError
from domain.records import Listing, SetAside
from evidence.vault import Vault

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

_PRODUCT, _LIST, _PICTURE = 10, 0, -10


class PlatformSpider(Spider):
    """Walks one platform. Arguments: ``limit`` (products), ``terms`` (a JSON array, or words joined with commas),
    ``plan`` (the file of a :class:`crawlers.discovery.Plan`)."""

    name = "platform"
    platform: Platform
    captures: Captures
    outcome: Outcome

    def __init__(self, *args: Any, limit: str = "", terms: str = "", plan: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = int(limit) if limit else None
        self.terms: tuple[str, ...] = tuple(
            msgspec.json.decode(terms) if terms.startswith("[") else filter(None, terms.split(","))
        )
        self.plan = read_plan(Path(plan)) if plan else Plan()
        self._trails = Trails()
        #: Products that some page led to.
        self._led: set[str] = set()
        #: Why pages were left out, in a word; "" while none was.
        self._cut = ""
        self._scheduled = 0
        #: Addresses already asked for: cheaper than a request that Scrapy's filter then drops.
        self._asked: set[str] = set()
        #: Pictures asked for, each once.
        self._pictured: set[str] = set()
        self._walls = 0
        #: Set when the site says no, or the window closes: nothing that still waits is asked for.
        self.stopped = False
        #: Whether a crawl that ends in an outage will be tried again.
        self._again = False

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        platform = cls.platform
        for name, value in {
            "DOWNLOAD_DELAY": platform.delay,
            "AUTOTHROTTLE_ENABLED": platform.delay > 0,  # no delay is asked for: a site of one's own
            "AUTOTHROTTLE_START_DELAY": platform.delay,
            "AUTOTHROTTLE_TARGET_CONCURRENCY": float(platform.concurrency),
            "CONCURRENT_REQUESTS_PER_DOMAIN": platform.concurrency,
            "CONCURRENT_REQUESTS": max(4, 2 * platform.concurrency),  # what waits in the downloader when a wall comes
            "ROBOTSTXT_OBEY": platform.robots,
            "DEPTH_LIMIT": platform.depth,
            "CLOSESPIDER_PAGECOUNT": 0,
        }.items():
            settings.set(name, value, priority="spider")
        if platform.render:
            handlers = dict.fromkeys(("http", "https"), "crawlers.rendering.Browser")
            settings.set("DOWNLOAD_HANDLERS", {**settings.getdict("DOWNLOAD_HANDLERS"), **handlers}, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PlatformSpider:
        spider: PlatformSpider = super().from_crawler(crawler, *args, **kwargs)
        settings, name = crawler.settings, cls.platform.name
        home = Path(settings["QINGYUAN_HOME"])
        stamp = datetime.now(UTC).strftime("scrapy-%Y%m%dT%H%M%SZ")
        run = Path(settings["QINGYUAN_RUN_DIR"] or home / "runs" / stamp)
        fixed = settings["QINGYUAN_NOW"]
        spider.captures = Captures(
            Vault(settings["QINGYUAN_VAULT"] or str(home / "vault")),
            run=run.name,
            name=name,
            folder=run / "crawl" / name,
            now=datetime.fromisoformat(fixed) if fixed else None,
        )
        spider._again = settings.getbool("QINGYUAN_AGAIN")
        advice = DRAWN if name.startswith("web-") and not cls.platform.render else ""
        spider.outcome = Outcome(
            run / "crawl" / name, platform=name, run=run.name, floor=cls.platform.floor, advice=advice
        )
        return spider

    async def start(self) -> AsyncIterator[Request]:
        seeds = self.platform.seeds((*self.terms, *self.plan.terms))
        known = (Link(url=url, product=True) for url in self.plan.known if self.platform.on_platform(url))
        shops = (Link(url=url) for url in self.plan.shops if self.platform.worth(url))
        for link in (*seeds, *shops, *known):
            request = self._request(link)
            if request is not None:
                yield request

    def _request(self, link: Link) -> Request | None:
        """The request for a page, unless the limit is reached."""
        url = canonical(link.url)
        if self._full() or url in self._asked or not (link.product or self._trails.open(url)):
            return None
        if self.plan.budget and len(self._asked) >= self.plan.budget:
            self._cut = "budget"
            return None
        if link.product:
            if self.limit is not None and self._scheduled >= self.limit:
                return None
            self._scheduled += 1
        self._asked.add(url)
        meta: dict[str, Any] = {}
        if self.platform.render and not link.optional:
            from crawlers import rendering

            meta = rendering.meta(self.platform, self.captures)
        if link.optional:
            meta["optional"] = True
        meta["product"] = link.product
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            headers=dict(self.platform.headers),
            priority=_PRODUCT if link.product else _LIST,
            meta=meta,
        )

    def _full(self) -> bool:
        return self.limit is not None and len(self.outcome) >= self.limit

    def parse(self, response: Response) -> Iterator[Request | Listing]:
        """One page: its listings, their pictures, the links worth visiting."""
        if response.meta.get("optional") and response.status >= 400:
            return
        self.outcome.counts["pages"] += 1
        parsed = self._parsed(response)
        for aside in parsed.set_aside:
            self.outcome.set_aside(aside)
        self.outcome.counts["gone"] += parsed.gone
        if parsed.blocked:
            self._walled()
            return
        if response.status >= 500:
            self.outcome.counts["failed"] += 1
        if response.status >= 400 and response.status not in (404, 410):
            self._miss(response.meta)
        if response.status < 400:
            self._walls = 0
        known = len(self.outcome)
        for record in parsed.listings:
            if self._full() and not self.outcome.has(record.key):
                break
            self.outcome.add(record)
            yield record
            if self.platform.images:
                yield from self._pictures(record)
        if self.outcome.counts["pages"] >= self.platform.max_pages:
            self._cut = self._cut or "pages"
            return
        yield from self._onward(response, parsed.links, found=len(self.outcome) - known)

    def _onward(self, response: Response, links: tuple[Link, ...], *, found: int) -> Iterator[Request]:
        """The links of a page that are worth a visit; a list that has stopped leading anywhere is given up."""
        led = len(self._led)
        for link in links:
            if link.product:
                self._led.add(canonical(link.url))
            request = self._request(link)
            if request is not None:
                yield request
        fresh = found + len(self._led) - led
        if not response.meta.get("product") and self._trails.came(response.url, new_products=fresh):
            reason = f"同类网页连续 {FRUITLESS} 页没有新商品，不再跟随（疑似无尽列表或日历）"
            self.outcome.set_aside(self._aside(response.url, reason, response.meta))

    def _miss(self, meta: dict[str, Any]) -> None:
        """A page other than a product's could not be read: what it leads to is not crawled, which is not 'gone'."""
        if not (meta.get("product") or meta.get("picture") or meta.get("optional")):
            self.outcome.counts["missed"] += 1

    def _parsed(self, response: Response) -> Parsed:
        meta = response.meta
        page = Page(
            url=response.url,
            body=response.body,
            at=meta["captured_at"],
            status=response.status,
            headers={
                name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
                for name, values in response.headers.items()
            },
            capture=meta["capture"],
            rendered=bool(meta.get("playwright")),
            asked=next(iter(meta.get("redirect_urls", ())), ""),
        )
        try:
            return self.platform.parse(page)
        except Exception as error:  # a hostile page must not end the crawl, whatever it breaks
            logger.error("解析 %s 出错", response.url, exc_info=True)
            return Parsed(set_aside=(self._aside(response.url, f"解析程序出错：{type(error).__name__}", meta),))

    def _aside(self, url: str, reason: str, meta: dict[str, Any], *, stage: str = "crawl") -> SetAside:
        at = meta.get("captured_at") or self.captures.now()
        return SetAside(stage=stage, where=url[:2083], reason=reason, at=at, capture=meta.get("capture", ""))

    def _pictures(self, record: Listing) -> Iterator[Request]:
        for url in record.images[: self.platform.max_images]:
            if url in self._pictured:
                continue
            if self.plan.pictures and len(self._pictured) >= self.plan.pictures:
                self.outcome.counts["pictures_left"] += 1
                continue
            self._pictured.add(url)
            yield Request(
                url,
                callback=self.picture,
                errback=self.failed,
                priority=_PICTURE,
                headers={"Accept": "image/*,*/*;q=0.5"},
                meta={"picture": True, "largest": self.crawler.settings.getint("QINGYUAN_PICTURE_LIMIT")},
            )

    def picture(self, response: Response) -> None:
        """A captured picture: only its header is looked at here."""
        try:
            if response.status != 200:
                raise PictureError(f"图片请求得到 {response.status}")
            pictures.check(response.body)
        except PictureError as error:
            self.outcome.set_aside(self._aside(response.url, str(error), response.meta, stage="pictures"))
            return
        self.outcome.counts["pictures"] += 1

    def stop(self, reason: str) -> None:
        """End the crawl for that reason as soon as what is under way has been answered."""
        if not self.stopped:
            self.stopped = True
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def _walled(self) -> None:
        self.outcome.counts["blocked"] += 1
        self._walls += 1
        if self._walls >= self.crawler.settings.getint("QINGYUAN_BLOCKED_LIMIT"):
            self.stopped = True
            raise CloseSpider("blocked")

    def failed(self, failure: Failure) -> None:
        """A request that gave no page, with its reason."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        error = failure.value
        picture = bool(request.meta.get("picture"))
        if isinstance(error, Stopped):
            return
        reason = resolver.refused.get(urlsplit(request.url).hostname or "") or clause(error)
        self.outcome.set_aside(self._aside(request.url, reason, request.meta, stage="pictures" if picture else "crawl"))
        if picture:
            return
        if isinstance(error, Walled):
            self._walled()
        elif "robots.txt" in str(error):
            self.outcome.counts["robots"] += 1
            if "unreachable" in str(error):
                self.outcome.counts["unreachable"] += 1
                self._miss(request.meta)
        else:
            self.outcome.counts["failed"] += 1
            self._miss(request.meta)

    def closed(self, reason: str) -> None:
        """Scrapy's end of the crawl. After a signal nothing is written: the next start goes on."""
        ended = ("limit" if self._full() else self._cut or reason) if reason == "finished" else reason
        if ended == "finished" and self._again and ending.is_outage(self.outcome.counts):
            ended = ending.OUTAGE
        if ending.stands(ended):
            stats = self.outcome.finish(
                ended=ended, limit=self.limit, basis="" if self.platform.robots else self.platform.robots_basis
            )
            for alarm in stats.alarms:
                logger.error("%s：%s", self.platform.title, alarm)
