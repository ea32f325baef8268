"""Putting a segment right after its writer died.

Complete records without an index line are indexed again, a torn record at the end is cut off (its caller never saw it
returned), index lines whose record is not there (a power failure may keep one file and not the other) are dropped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from domain.errors import VaultError
from evidence import warc
from evidence.capture import Capture, from_line, to_line

INDEX_SUFFIX = ".index.jsonl"
WARC_SUFFIX = ".warc.gz"
_CHUNK = 64 * 1024


def index_of(segment: str) -> str:
    """Name of the index beside a segment."""
    return segment.removesuffix(WARC_SUFFIX) + INDEX_SUFFIX


def members(stream: BinaryIO, start: int) -> Iterator[tuple[int, int, bytes]]:
    """Offset, length and unfolded bytes of each whole gzip member from ``start``; ends quietly at a torn one."""
    stream.seek(start)
    offset, rest = start, b""
    while True:
        inflate, pieces, length = isal_zlib.decompressobj(wbits=31), [], 0
        while not inflate.eof:
            data = rest or stream.read(_CHUNK)
            rest = b""
            if not data:
                return
            try:
                pieces.append(inflate.decompress(data))
            except warc.GZIP_ERROR:
                return
            length += len(data)
        rest = inflate.unused_data
        length -= len(rest)
        yield offset, length, b"".join(pieces)
        offset += length


def _capture_of(found: warc.Record, *, run: str, path: str, offset: int, length: int) -> Capture:
    """The index entry of a response record read back: the same as when it was written."""
    status_line, headers, body = found.http()
    return Capture(
        digest=warc.digest_of(body),
        url=found.fields["warc-target-uri"],
        at=datetime.fromisoformat(found.fields["warc-date"]),
        status=int(status_line.split(b" ")[1]),
        media_type=warc.media_type_of(headers),
        kind="response",
        run=run,
        warc=path,
        offset=offset,
        length=length,
        size=len(body),
    )


def _rebuilt(stream: BinaryIO, start: int, *, run: str, path: str) -> Iterator[Capture]:
    """Captures from ``start`` that are complete: the response with the request that belongs to it."""
    response: Capture | None = None
    for offset, length, raw in members(stream, start):
        try:
            found = warc.parse(raw)
        except VaultError:
            return
        kind = found.fields.get("warc-type")
        if kind == "response":
            response = _capture_of(found, run=run, path=path, offset=offset, length=length)
        elif kind == "request" and response is not None:
            yield replace(response, request=length)
            response = None


def recover(segment: Path, *, run: str, path: str) -> int:
    """Put a segment and its index right after a death; returns the length of the segment.

    ``path`` is the segment's path inside the vault. Safe to repeat, and to interrupt.
    """
    index = segment.with_name(index_of(segment.name))
    size = segment.stat().st_size if segment.exists() else 0
    lines = index.read_bytes() if index.exists() else b""
    whole, end = 0, 0
    for line in lines.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        try:
            entry = from_line(line)
        except VaultError:
            break
        if entry.offset + entry.length + entry.request > size:
            break
        whole, end = whole + len(line), entry.offset + entry.length + entry.request
    with index.open("ab") as listed:
        if whole < len(lines):
            listed.truncate(whole)
        if end < size:
            with segment.open("r+b") as stream:
                for capture in _rebuilt(stream, end, run=run, path=path):
                    listed.write(to_line(capture))
                    end = capture.offset + capture.length + capture.request
                stream.truncate(end)
        listed.flush()
        os.fsync(listed.fileno())
    return end
