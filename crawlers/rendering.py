"""Pages that need a browser: Chromium through scrapy-playwright, guarded like every other request, and captured.

The raw bytes of every answer that the browser fetched go into the vault (it asks for no content encoding, so that what
it hands over is what came), then the DOM as a file of its own: the listing cites the DOM.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from functools import cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page as Tab
from playwright.async_api import Request as TabRequest
from playwright.async_api import Response as TabResponse
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from crawlers import browser
from crawlers.addresses import authority, literal, never, public, refusal
from crawlers.ending import BROWSER
from crawlers.gate import Gate
from crawlers.platform import platform_of
from crawlers.tabs import Tabs
from domain.errors import VaultError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.capture import Captures
    from crawlers.platform import Platform

logger = logging.getLogger(__name__)

#: What a page may fetch that says nothing about goods.
_BLOCKED_URLS = ["*.woff", "*.woff2", "*.ttf", "*.otf", "*.mp4", "*.webm", "*.mp3", "*.m3u8", "*favicon*"]
_BLOCKED_KINDS = ("image", "media", "font")
#: Milliseconds to wait for the selector of a platform, or for the network to fall silent.
_WAIT = 15_000
_QUIET = 8_000
#: Largest body of one answer that is kept, in bytes.
_LARGEST = 16 * 1024 * 1024

#: What may be private in this process; one process crawls one platform.
_private: frozenset[str] = frozenset()
_verdicts: dict[str, bool] = {}
_gate = Gate()


class Browser(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """scrapy-playwright's handler; requests without ``playwright`` in their meta go out as plain HTTP."""

    def __init__(self, crawler: Crawler) -> None:
        global _private, _gate
        _private = platform_of(crawler).private
        _gate = Gate(_private)
        super().__init__(crawler)
        self._tabs = Tabs(self.config.max_pages_per_context, self._rendered, self._renew, self._end)

    async def _launch(self) -> None:
        try:
            await self._start()
        except Exception as error:  # whatever keeps it from starting: one sentence, and the crawl ends
            logger.error("浏览器无法启动", exc_info=True)
            why = browser.trouble(error)
            sys.stderr.write(f"{why}；需要渲染的网页没有采集（用 qingyuan doctor 检查）\n")
            sys.stderr.flush()
            self._crawler.spider.stop(BROWSER)

    async def _start(self) -> None:
        await _gate.start()
        options = self.config.launch_options
        way_out = (f"--proxy-server=socks5://127.0.0.1:{_gate.port}", "--proxy-bypass-list=<-loopback>")
        options["args"] = [*options.get("args", ()), *way_out]
        await super()._launch()

    async def _download_request(self, request: Request, spider: Any = None) -> Response:
        # One try of the handler's own in a tab of ours; what dies is tried again by Tabs, which waits for the news.
        return await self._tabs.render(request)

    async def _rendered(self, request: Request) -> Response:
        answer: Response = await self._download_request_with_retry(request, self._crawler.spider)
        return answer

    async def _renew(self) -> None:
        for wrapper in list(self.context_wrappers.values()):
            await wrapper.context.close()

    async def _end(self) -> None:
        if hasattr(self, "browser"):
            await self.browser.close()

    async def _close(self) -> None:
        await super()._close()
        await _gate.close()


async def forbidden(request: TabRequest) -> bool:
    """True for a request that the browser may not make: kind, scheme, address, or what its name resolves to."""
    if request.resource_type in _BLOCKED_KINDS:
        return True
    url = request.url
    if url.startswith(("data:", "blob:")):
        return False  # stays inside the page
    where = authority(url)
    if where not in _verdicts:
        _verdicts[where] = bool(refusal(url, _private)) or await _private_name(where)
        if _verdicts[where]:
            logger.warning("浏览器请求被拒绝：%s", url[:200])
    return _verdicts[where]


async def _private_name(where: str) -> bool:
    host = where.rpartition(":")[0]
    if where in _private or literal(host):
        return False
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return True
    addresses = [str(answer[4][0]) for answer in answers]
    return any(never(address) or not public(address) for address in addresses)


class _Keeper:
    """Captures what a tab receives; pending answers are waited for before the tab is read."""

    def __init__(self, captures: Captures) -> None:
        self._captures = captures
        self._pending: WeakKeyDictionary[Tab, set[asyncio.Task[None]]] = WeakKeyDictionary()

    async def response(self, answer: TabResponse) -> None:
        task = asyncio.ensure_future(self._keep(answer))
        tab = answer.frame.page
        self._pending.setdefault(tab, set()).add(task)
        task.add_done_callback(lambda done: self._pending.get(tab, set()).discard(done))

    async def _keep(self, answer: TabResponse) -> None:
        if not answer.url.startswith(("http://", "https://")):
            return
        try:
            body = b"" if 300 <= answer.status < 400 else await answer.body()
            request = answer.request
            asked, given = await request.headers_array(), await answer.headers_array()
        except PlaywrightError as error:
            logger.info("浏览器的一个答复没有内容可存：%s（%s）", answer.url[:200], str(error)[:80])
            return
        try:
            self._captures.writer.response(
                url=answer.url,
                method=request.method,
                request_headers=[_pair(header) for header in asked],
                status=answer.status,
                reason=answer.status_text,
                headers=_as_received(given),
                body=body[:_LARGEST],
                at=self._captures.now(),
                ip=_gate.reached.get(authority(answer.url)),
                truncated="length" if len(body) > _LARGEST else "",
            )
        except VaultError as error:
            logger.error("浏览器的答复未能存证：%s", error)

    async def settle(self, tab: Tab) -> None:
        """Wait until everything received so far is kept."""
        pending = list(self._pending.get(tab, ()))
        if pending:
            await asyncio.wait(pending, timeout=_WAIT / 1000)


@cache
def _keeper(captures: Captures) -> _Keeper:
    """One for a crawl: it listens to a tab from its opening on, whatever pages follow."""
    return _Keeper(captures)


async def headers(*, playwright_request: TabRequest, scrapy_request_data: dict[str, Any], **_: Any) -> dict[str, str]:
    """What the browser sends: Scrapy's headers for the page itself, the browser's for the rest; never for gzip."""
    ours = {name.lower(): value for name, value in scrapy_request_data["headers"].to_unicode_dict().items()}
    if playwright_request.is_navigation_request():
        sent = ours
    else:
        sent = {**await playwright_request.all_headers(), "user-agent": ours.get("user-agent", "")}
    return {**sent, "accept-encoding": "identity"}


def _as_received(given: list[Any]) -> list[tuple[bytes, bytes]]:
    """Headers that fit the body: of an answer encoded all the same the browser hands over the decoded bytes only."""
    pairs = [_pair(header) for header in given]
    if all(name.lower() != b"content-encoding" for name, _ in pairs):
        return pairs
    renamed = (b"content-encoding", b"content-length")
    return [(b"x-archive-orig-" + name if name.lower() in renamed else name, value) for name, value in pairs]


def _pair(header: Any) -> tuple[bytes, bytes]:
    return header["name"].encode("latin-1", "replace"), header["value"].encode("utf-8", "replace")


async def _prepare(tab: Tab, request: Request) -> None:
    session = await tab.context.new_cdp_session(tab)
    await session.send("Network.enable")
    await session.send("Network.setBlockedURLs", {"urls": _BLOCKED_URLS})


def meta(platform: Platform, captures: Captures) -> dict[str, Any]:
    """The request meta that has a page rendered."""
    keeper = _keeper(captures)

    async def ready(tab: Tab) -> None:
        try:
            if platform.wait_for:
                await tab.wait_for_selector(platform.wait_for, timeout=_WAIT, state="attached")
            else:
                await tab.wait_for_load_state("networkidle", timeout=_QUIET)
        except PlaywrightError:
            logger.info("没有等到 %s：按已有的内容读取", platform.wait_for or "网络安静")
        await keeper.settle(tab)

    return {
        "playwright": True,
        "playwright_page_event_handlers": {"response": keeper.response},
        "playwright_page_init_callback": _prepare,
        "playwright_page_methods": [PageMethod(ready)],
        "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
    }
