"""The browser's tabs: used again page after page, let go before they grow, bounded in time, replaced when they die.

A new tab for each page costs as much as a page; a tab (and its context) that lives on for ever grows. So a tab serves
``TAB_PAGES`` pages and a context ``CONTEXT_PAGES``, then a fresh one takes its place. Between two pages a tab stands
empty: nothing of the last page runs on. A page that has not come to an end after ``LONGEST`` seconds, whatever its
scripts do, is given up; when tab or browser die under a page, it is asked for again with a new one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page as Tab

from crawlers.refusals import Hung

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

logger = logging.getLogger(__name__)

TAB_PAGES = 50
CONTEXT_PAGES = 400
#: Seconds for one page in all: to load, to be waited for, to be read.
LONGEST = 75.0
#: Seconds for a tab to become empty, or to close; after that the browser is ended, which starts anew by itself.
_LAST = 5.0
#: Times that one page is asked for when the browser dies under it: a page may be what kills it.
TRIES = 3
_FIRST_ONLY = ("playwright_page_event_handlers", "playwright_page_init_callback")
_DEAD = ("has been closed", "Target closed", "Target crashed", "Page crashed", "Connection closed", "browser has disc")


def died(error: BaseException) -> bool:
    """Whether an error says that the tab or the browser is gone, not that the page is bad."""
    return isinstance(error, PlaywrightError) and any(mark in str(error) for mark in _DEAD)


class Tabs:
    """At most ``limit`` tabs at once. ``fetch`` renders one request in ``request.meta["playwright_page"]`` or, when
    there is none, in a new tab that it leaves there; ``renew`` closes the context, ``end`` the browser."""

    def __init__(
        self,
        limit: int,
        fetch: Callable[[Request], Awaitable[Response]],
        renew: Callable[[], Awaitable[None]],
        end: Callable[[], Awaitable[None]],
    ) -> None:
        self._fetch, self._renew, self._end = fetch, renew, end
        self._limit = limit
        self._permits = asyncio.Semaphore(limit)
        self._idle: list[Tab] = []
        self._used: dict[Tab, int] = {}
        self._since_renewal = 0
        self._renewing = False

    async def render(self, request: Request) -> Response:
        """The answer to a request. Raises Hung for a page without end, PlaywrightError for one that cannot load."""
        if self._since_renewal >= CONTEXT_PAGES and not self._renewing:
            await self._renewal()
        for attempt in range(1, TRIES + 1):
            async with self._permits:
                self._since_renewal += 1
                try:
                    async with asyncio.timeout(LONGEST):
                        return await self._in_a_tab(request)
                except TimeoutError:
                    raise Hung(f"网页 {LONGEST:.0f} 秒内没有渲染完，已放弃") from None
                except PlaywrightError as error:
                    if not died(error):
                        raise
                    if attempt == TRIES:
                        raise Hung(f"渲染时浏览器崩溃了 {TRIES} 次，已放弃") from None
                    logger.warning("渲染 %s 时标签页或浏览器崩溃，重来（第 %d 次）", request.url, attempt)
                    await asyncio.sleep(0.5 * attempt)  # until the loss of the browser has been noticed
        raise AssertionError

    async def _in_a_tab(self, request: Request) -> Response:
        meta = request.meta
        kept = {name: meta[name] for name in _FIRST_ONLY if name in meta}
        tab = self._take()
        if tab is not None:  # what listens to a tab was set up when it was opened
            meta["playwright_page"] = tab
            for name in kept:
                del meta[name]
        meta["playwright_include_page"] = True  # it is not closed behind our back
        whole = False
        try:
            answer = await self._fetch(request)
            whole = True
            return answer
        except asyncio.CancelledError:
            if "playwright_page" not in meta:  # it did not even open: only a new browser helps
                await self._ended()
            raise
        finally:
            meta |= kept
            meta.pop("playwright_include_page", None)
            tab = meta.pop("playwright_page", tab)
            if tab is not None:
                await self._give_back(tab, whole=whole)

    def _take(self) -> Tab | None:
        while self._idle:
            tab = self._idle.pop()
            if not tab.is_closed():
                return tab
            self._used.pop(tab, None)
        return None

    async def _give_back(self, tab: Tab, *, whole: bool) -> None:
        """Empty a tab for the next page; close it where it failed, has served long enough, or does not obey."""
        self._used[tab] = self._used.get(tab, 0) + 1
        if tab.is_closed():
            del self._used[tab]
            return
        if whole and self._used[tab] < TAB_PAGES:
            try:
                async with asyncio.timeout(_LAST):
                    await tab.goto("about:blank")
            except (PlaywrightError, TimeoutError):
                pass
            else:
                self._idle.append(tab)
                return
        del self._used[tab]
        try:
            async with asyncio.timeout(_LAST):
                await tab.close()
        except PlaywrightError:
            return
        except TimeoutError:
            await self._ended()

    async def _ended(self) -> None:
        logger.warning("标签页打不开或关不掉，浏览器重新启动")
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(_LAST):
                await self._end()

    async def _renewal(self) -> None:
        """Close the context once no page is being rendered; the next request opens another."""
        self._renewing = True
        taken = 0
        try:
            for _ in range(self._limit):
                await self._permits.acquire()
                taken += 1
            self._idle.clear()
            self._used.clear()
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(_LAST):
                    await self._renew()
            self._since_renewal = 0
        finally:
            for _ in range(taken):
                self._permits.release()
            self._renewing = False
