"""How fast captures are kept and read back: exchanges a CPU-second, against warcio's own writer and reader.

A night's mix, as shared baselines describe it: a page of 108 KB that arrives gzipped (41 KB) with three JPEG-like
pictures of 70 KB; then pages that arrive gzipped and pages that arrive plain, each alone. Both sides write a response
and a request record with digests, gzip a record, to a file; ours also writes the index. Every file is read by
``warcio check`` and the payload digests of both sides are compared before a figure is shown.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bench.table import Row, main_of
from evidence.vault import Vault

PAGES = 150
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SENT = [(b"User-Agent", b"Qingyuan/0.1"), (b"Accept", b"text/html,*/*;q=0.8"), (b"Host", b"market.example")]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One response as a server sends it."""

    url: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


def _page(chance: random.Random) -> bytes:
    words = [f"<li class='c{chance.randrange(40)}'>{chance.randbytes(14).hex()}商品{n}</li>" for n in range(1700)]
    return "".join(words).encode()[:108_000]


def _exchanges(kind: str, count: int) -> list[Exchange]:
    chance = random.Random(20261124)
    made = []
    for number in range(count):
        common = [(b"Server", b"nginx"), (b"Date", b"Tue, 24 Nov 2026 00:00:00 GMT"), (b"Cache-Control", b"no-store")]
        html = [*common, (b"Content-Type", b"text/html; charset=utf-8")]
        url = f"https://market.example/item/{number}"
        page = _page(chance)
        if kind == "plain pages":
            made.append(Exchange(url, html, page))
            continue
        made.append(Exchange(url, [*html, (b"Content-Encoding", b"gzip")], gzip.compress(page, 6, mtime=0)))
        if kind == "night's mix":
            picture = [*common, (b"Content-Type", b"image/jpeg")]
            made += [Exchange(f"{url}/{n}.jpg", picture, chance.randbytes(70_000)) for n in range(3)]
    return made


def _ours(exchanges: list[Exchange], folder: Path) -> tuple[float, Path]:
    vault = Vault(folder / "vault")
    started = time.process_time()
    with vault.writer("bench", "a") as writer:
        for each in exchanges:
            writer.response(
                url=each.url,
                method="GET",
                request_headers=SENT,
                status=200,
                reason="OK",
                headers=each.headers,
                body=each.body,
                at=NOW,
                ip="127.0.0.1",
            )
    return time.process_time() - started, folder / "vault/warc/bench/a-00001.warc.gz"


def _warcios(exchanges: list[Exchange], folder: Path) -> tuple[float, Path]:
    target = folder / "warcio.warc.gz"
    started = time.process_time()
    with target.open("wb") as out:
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        for each in exchanges:
            headers = [(name.decode(), value.decode()) for name, value in each.headers]
            response = writer.create_warc_record(
                each.url,
                "response",
                payload=io.BytesIO(each.body),
                length=len(each.body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )
            sent = [(name.decode(), value.decode()) for name, value in SENT]
            path = each.url.removeprefix("https://market.example")
            request = writer.create_warc_record(
                each.url, "request", http_headers=StatusAndHeaders(f"GET {path} HTTP/1.1", sent, is_http_request=True)
            )
            writer.write_request_response_pair(request, response)
    return time.process_time() - started, target


def _payloads(path: Path) -> Iterator[str]:
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                yield hashlib.sha256(record.raw_stream.read()).hexdigest()


def _accepted(path: Path) -> None:
    if Checker(argparse.Namespace(inputs=[str(path)], verbose=False)).process_all():
        raise SystemExit(f"warcio check refuses {path}")


def rows() -> list[Row]:
    """Rows of the table. Ends with an error when a file is refused or the payloads differ."""
    found = []
    for kind, count in (("night's mix", PAGES), ("gzipped pages", PAGES * 2), ("plain pages", PAGES)):
        exchanges = _exchanges(kind, count)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ours, mine = min(_ours(exchanges, folder / str(turn)) for turn in range(3))
            peer, theirs = min(_warcios(exchanges, folder) for _ in range(3))
            _accepted(mine)
            _accepted(theirs)
            sent = [hashlib.sha256(each.body).hexdigest() for each in exchanges]
            if not list(_payloads(mine)) == list(_payloads(theirs)) == sent:
                raise SystemExit(f"payloads differ: {kind}")
            size = f"{mine.stat().st_size / theirs.stat().st_size:.2f} of warcio's bytes; warcio check accepts both"
            many = len(exchanges)
            found.append(Row("evidence", f"write, {kind}: exchanges/CPU-s", many / ours, "warcio", many / peer, size))
            if kind == "night's mix":
                found.append(_reading(folder, mine, sent))
    return found


def _reading(folder: Path, mine: Path, digests: list[str]) -> Row:
    """Random reads by digest, each checked, against warcio's sequential pass that checks digests."""
    vault = Vault(next(place for place in folder.iterdir() if mine.is_relative_to(place)) / "vault")
    chance = random.Random(1)
    chance.shuffle(digests)
    started = time.process_time()
    for digest in digests:
        vault.read(f"sha256:{digest}")
    ours = time.process_time() - started
    started = time.process_time()
    with mine.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            record.raw_stream.read()
    peer = time.process_time() - started
    many = len(digests)
    return Row("evidence", "read by digest, random: exchanges/CPU-s", many / ours, "warcio, in order", many / peer)


def main() -> int:
    """Print the table."""
    return main_of(rows)


if __name__ == "__main__":
    raise SystemExit(main())
