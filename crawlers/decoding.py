"""Content-Encoding removed after the capture, bounded: a truncated or exploding body is set aside, not parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.responsetypes import responsetypes

from crawlers.bounds import CUT, limit_of
from crawlers.refusals import Refused
from domain.errors import InputError
from evidence import coding

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_ACCEPT = b"gzip, deflate, br, zstd"


class Decoding:
    """Downloader middleware in the place of Scrapy's HttpCompressionMiddleware."""

    def __init__(self, limit: int, received: int) -> None:
        self._limit, self._received = limit, received

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Decoding:
        settings = crawler.settings
        return cls(settings.getint("QINGYUAN_DECODED_LIMIT"), settings.getint("QINGYUAN_RESPONSE_LIMIT"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault(b"Accept-Encoding", _ACCEPT)

    def process_response(self, request: Request, response: Response) -> Response:
        if "dataloss" in response.flags:
            raise Refused("连接在内容传完之前断开")
        if CUT in response.flags:
            most = limit_of(request, self._received) >> 20
            raise Refused(f"响应超过大小上限 {most} MiB，已中止下载；收到的部分已存证，未作解析")
        encodings = response.headers.getlist(b"Content-Encoding")
        if not encodings or request.method == "HEAD":
            return response
        try:
            body = coding.decode(response.body, b",".join(encodings).decode("latin-1"), limit=self._limit)
        except InputError as error:
            raise Refused(str(error)) from None
        headers = response.headers.copy()
        del headers[b"Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body[:1024])
        return response.replace(cls=kind, headers=headers, body=body)
