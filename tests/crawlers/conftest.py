"""A real HTTP server on loopback for the crawler, and crawls against it in real ``scrapy`` processes."""

from __future__ import annotations

import gzip
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from crawlers.outcome import CrawlStats
from crawlers.run import crawl
from domain.codec import decode_lines
from domain.records import Listing, SetAside

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@dataclass
class Answer:
    """What a path gives: a status, headers and a body, or a function that writes to the connection itself."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "text/html; charset=utf-8"
    write: Callable[[BaseHTTPRequestHandler], None] | None = None


def page(body: str | bytes, *, media_type: str = "text/html; charset=utf-8", zipped: bool = True) -> Answer:
    data = body.encode() if isinstance(body, str) else body
    if not zipped:
        return Answer(data, media_type=media_type)
    return Answer(gzip.compress(data, 1, mtime=0), headers={"Content-Encoding": "gzip"}, media_type=media_type)


def product(name: str, **more: Any) -> str:
    node = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": name,
        "offers": {"@type": "Offer", "price": "12.50", "priceCurrency": "CNY"},
        **more,
    }
    block = json.dumps(node, ensure_ascii=False)
    return f'<html><head><script type="application/ld+json">{block}</script></head><body><h1>{name}</h1></body></html>'


def redirect(location: str) -> Answer:
    return Answer(status=302, headers={"Location": location})


class Site:
    """A server that answers from ``pages`` (or ``find`` for what is not there) and counts what was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {"/robots.txt": Answer(b"User-agent: *\nAllow: /\n", media_type="text/plain")}
        self.find: Callable[[str], Answer | None] = lambda path: None
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                pass

            def do_GET(self) -> None:
                site.asked[self.path] += 1
                site.agents.add(self.headers.get("User-Agent", ""))
                answer = site.pages.get(self.path) or site.find(self.path) or Answer(b"no such page", status=404)
                try:
                    if answer.write is not None:
                        answer.write(self)
                        return
                    self.send_response(answer.status)
                    headers = {"Content-Type": answer.media_type, "Content-Length": str(len(answer.body))}
                    for name, value in (headers | answer.headers).items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(answer.body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: object, address: object) -> None:
                """A crawler that was killed resets its connections."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as served:
        yield served


@dataclass(frozen=True)
class Crawled:
    """A finished crawl, read back."""

    stats: CrawlStats
    folder: Path
    home: Path

    @property
    def listings(self) -> list[Listing]:
        lines = (self.folder / "listings.jsonl").read_bytes().splitlines()
        return [record for _, record in decode_lines(lines, Listing) if isinstance(record, Listing)]

    @property
    def set_aside(self) -> list[SetAside]:
        lines = (self.folder / "set_aside.jsonl").read_bytes().splitlines()
        return [record for _, record in decode_lines(lines, SetAside) if isinstance(record, SetAside)]

    def reasons(self, path: str) -> str:
        return "；".join(record.reason for record in self.set_aside if record.where.partition("?")[0].endswith(path))


def platform_file(home: Path, name: str, **values: Any) -> None:
    """A platform file as a bureau would write it."""
    folder = home / "platforms"
    folder.mkdir(parents=True, exist_ok=True)
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    lines = [f"{key} = {_toml(value)}" for key, value in values.items() if key not in tables]
    for key, table in tables.items():
        lines += [f"[{key}]", *(f"{_toml(inner)} = {_toml(value)}" for inner, value in table.items())]
    (folder / f"{name}.toml").write_text("\n".join(lines), encoding="utf-8")


def _toml(value: object) -> str:
    return msgspec.json.encode(value).decode()


def crawl_site(home: Path, name: str, *, run: str = "night", **more: Any) -> Crawled:
    stats = crawl(name, run_dir=home / "runs" / run, home=home, vault=str(home / "vault"), now=NOW, **more)
    return Crawled(stats, home / "runs" / run / "crawl" / stats.platform, home)
