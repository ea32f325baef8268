"""Raw bytes into the vault before anything parses them; and, when a killed crawl goes on, answers out of the vault.

A URL that this run already captured is answered from its capture, not from the network: nothing is fetched twice, and
the crawl takes the same way as before. Answers that are retried anyway (429, 5xx) are asked for again.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from scrapy import signals
from scrapy.http import HtmlResponse
from scrapy.http.headers import Headers
from scrapy.responsetypes import responsetypes

from crawlers.bounds import CUT
from domain.errors import BusyError, VaultError
from evidence import warc
from evidence.vault import Capture, CaptureWriter, Vault

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

#: Seconds to wait for the writer of a process that was killed a moment ago.
_WAIT_FOR_LOCK = 20.0
#: What record headers and HTTP headers may add to a payload.
_HEADERS = 2 * 1024 * 1024


def headers_of(headers: Any) -> list[tuple[bytes, bytes]]:
    """Scrapy's headers as the (name, value) pairs of a WARC record."""
    return [(name, value) for name, values in headers.items() for value in values]


def open_writer(vault: Vault, run: str, name: str) -> CaptureWriter:
    """The writer, waiting for the last one of that name to be let go. BusyError when it is not."""
    until = time.monotonic() + _WAIT_FOR_LOCK
    while True:
        try:
            return vault.writer(run, name)
        except BusyError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


class Rendered:
    """Which DOM was kept for which URL in this run: an append-only file, for the vault finds responses only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, tuple[str, str]] = {}
        if path.exists():
            *lines, torn = path.read_bytes().split(b"\n")
            if torn:  # by a kill: that page is rendered again
                os.truncate(path, path.stat().st_size - len(torn))
            for line in lines:
                url, digest, at = msgspec.json.decode(line, type=tuple[str, str, str])
                self._known[url] = (digest, at)

    def find(self, url: str) -> tuple[str, datetime] | None:
        known = self._known.get(url)
        return (known[0], datetime.fromisoformat(known[1])) if known else None

    def add(self, url: str, digest: str, at: datetime) -> None:
        self._known[url] = (digest, at.isoformat())
        with self._path.open("ab") as out:
            out.write(msgspec.json.encode((url, digest, at.isoformat())) + b"\n")


class Captures:
    """The vault as one crawl uses it: its writer, its clock and what this run already holds. A held resource."""

    def __init__(self, vault: Vault, *, run: str, name: str, folder: Path, now: datetime | None) -> None:
        self.vault, self.run = vault, run
        self._fixed = now
        self.writer = open_writer(vault, run, name)
        self.resumed = (folder / "started").exists()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "started").touch()
        self.rendered = Rendered(folder / "rendered.jsonl")

    def now(self) -> datetime:
        return self._fixed or datetime.now(UTC)

    def close(self) -> None:
        self.writer.close()

    def keep(self, request: Request, response: Response) -> Capture:
        """Store one exchange as it came."""
        flags = response.flags
        return self.writer.response(
            url=response.url,
            method=request.method,
            request_headers=headers_of(request.headers),
            status=response.status,
            reason="",
            headers=headers_of(response.headers),
            body=response.body,
            at=self.now(),
            ip=str(response.ip_address) if response.ip_address else None,
            protocol=response.protocol or "HTTP/1.1",
            truncated="length" if CUT in flags else "disconnect" if "dataloss" in flags else "",
        )

    def replay(self, request: Request, retried: Callable[[int], bool]) -> Response | None:
        """The answer that this run already holds; None when there is none, or it is one that is retried."""
        if not self.resumed or request.method != "GET":
            return None
        if request.meta.get("playwright"):
            found = self.rendered.find(request.url)
            if found is None:
                return None
            _mark(request, *found)
            body = self.vault.read(found[0])
            return HtmlResponse(request.url, body=body, encoding="utf-8", flags=["replayed"], request=request)
        capture = self.vault.captured(self.run, request.url)
        if capture is None or retried(capture.status):
            return None
        try:
            headers, body = Headers(), self.vault.read(capture.digest)
            kept = warc.parse(warc.unfold(self.vault.record(capture), limit=capture.size + _HEADERS))
            for name, value in kept.http()[1]:
                headers.appendlist(name, value)
        except VaultError as error:
            logger.warning("已存的 %s 读不出，重新采集：%s", request.url, error)
            return None
        _mark(request, capture.digest, capture.at)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=body[:1024])
        cut = {"length": [CUT], "disconnect": ["dataloss"]}.get(kept.fields.get("warc-truncated", ""), [])
        response: Response = kind(
            request.url, status=capture.status, headers=headers, body=body, flags=["replayed", *cut], request=request
        )
        return response


def _mark(request: Request, digest: str, at: datetime) -> None:
    request.meta["capture"], request.meta["captured_at"] = digest, at


class CaptureMiddleware:
    """Downloader middleware nearest to the downloader: it sees redirects, robots.txt, pictures and encoded bytes."""

    def __init__(self, crawler: Crawler) -> None:
        self._retried = frozenset(crawler.settings.getlist("RETRY_HTTP_CODES", [])) | {429}
        self._captures: Captures | None = None
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CaptureMiddleware:
        return cls(crawler)

    def _opened(self, spider: Spider) -> None:
        self._captures = getattr(spider, "captures")  # noqa: B009 - ours alone has one

    def _closed(self, spider: Spider) -> None:
        if self._captures is not None:
            self._captures.close()

    def process_request(self, request: Request) -> Response | None:
        assert self._captures is not None
        return self._captures.replay(request, lambda status: status in self._retried)

    def process_response(self, request: Request, response: Response) -> Response:
        if "replayed" in response.flags or "cached" in response.flags:
            return response
        captures = self._captures
        assert captures is not None
        if request.meta.get("playwright"):
            at = captures.now()
            kept = captures.vault.put_file(
                response.body, name="dom.html", media_type="text/html", at=at, url=response.url
            )
            captures.rendered.add(request.url, kept.digest, at)
            _mark(request, kept.digest, at)
            return response
        kept = captures.keep(request, response)
        _mark(request, kept.digest, kept.at)
        return response
