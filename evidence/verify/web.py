"""WARC records read back with the standard library alone: gzip members, lengths, digests. Memory stays small."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from evidence.verify.bag import Bag
from evidence.verify.result import Broken

MAX_HEAD = 1024 * 1024
MAX_RECORD = 8 * 1024**3
_PIECE = 32 * 1024
_TYPES = ("warcinfo", "response", "request", "resource")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class WebRecord:
    """One record whose digests agree. ``offset`` and ``length`` are of its gzip member in the file."""

    kind: str
    fields: dict[str, str]
    payload: str
    size: int
    first_line: str
    offset: int
    length: int


class _Member:
    """One gzip member as a stream of unfolded bytes; zlib checks its CRC and length at the end."""

    def __init__(self, stream: IO[bytes], rest: bytes) -> None:
        self._stream, self._inflate, self._input = stream, zlib.decompressobj(31), rest
        self._ready = b""
        self.consumed = 0

    @property
    def rest(self) -> bytes:
        """What was read beyond the end of the member."""
        return self._inflate.unused_data

    def read(self) -> bytes:
        """Some bytes; empty at the end of the member."""
        if self._ready:
            piece, self._ready = self._ready, b""
            return piece
        while not self._inflate.eof:
            data = self._inflate.unconsumed_tail or self._input or self._stream.read(_PIECE)
            if not data:
                raise Broken("最后一条记录不完整")
            if not self._inflate.unconsumed_tail:
                self.consumed += len(data)
                self._input = b""
            piece = self._inflate.decompress(data, 8 * _PIECE)
            if piece:
                return piece
        return b""

    def until_blank_line(self, what: str) -> bytes:
        """Bytes up to and with the first blank line."""
        found = b""
        while b"\r\n\r\n" not in found:
            piece = self.read()
            if not piece or len(found) > MAX_HEAD:
                raise Broken(f"{what}没有结尾的空行")
            found += piece
        head, _, self._ready = found.partition(b"\r\n\r\n")
        return head + b"\r\n\r\n"


def _fields(head: bytes) -> dict[str, str]:
    version, *lines = head.decode("utf-8", "replace").split("\r\n")[:-2]
    if version != "WARC/1.1":
        raise Broken(f"记录不是 WARC/1.1，而是 {version[:40]!r}")
    fields: dict[str, str] = {}
    for line in lines:
        name, separator, value = line.partition(":")
        if not separator or name.lower() in fields:
            raise Broken(f"记录头的一行不合格式或重复：{line[:100]!r}")
        fields[name.lower()] = value.strip()
    return fields


def _record(member: _Member, offset: int) -> WebRecord:
    fields = _fields(member.until_blank_line("记录头"))
    kind = fields.get("warc-type", "")
    if kind not in _TYPES:
        raise Broken(f"不认识的记录类型 {kind[:40]!r}")
    stated = fields.get("content-length", "")
    if not stated.isdecimal() or int(stated) > MAX_RECORD:
        raise Broken(f"记录长度 {stated[:40]!r} 无法接受")
    left = int(stated)
    block, payload, size, first = hashlib.sha256(), hashlib.sha256(), 0, ""
    if kind in ("response", "request"):
        head = member.until_blank_line("HTTP 头")
        first = head.partition(b"\r\n")[0].decode("utf-8", "replace")
        block.update(head)
        left -= len(head)
    tail = b""
    while piece := member.read():
        if left > 0:
            block.update(piece[:left])
            payload.update(piece[:left])
            size += len(piece[:left])
        tail += piece[max(left, 0) :]
        left -= len(piece)
        if len(tail) > 4:
            break
    if tail != b"\r\n\r\n":
        raise Broken("记录长度与 Content-Length 不符")
    found = {"warc-block-digest": "sha256:" + block.hexdigest(), "warc-payload-digest": "sha256:" + payload.hexdigest()}
    for name, digest in found.items():
        required = name == "warc-block-digest" or kind != "warcinfo"
        if (name in fields or required) and fields.get(name) != digest:
            raise Broken(f"记录 {fields.get('warc-record-id', '')[:80]} 的内容与 {name} 不符")
    return WebRecord(kind, fields, found["warc-payload-digest"], size, first, offset, 0)


def records(bag: Bag, path: str) -> Iterator[WebRecord]:
    """Every record of one WARC file, digests recomputed. Broken names the file and the byte."""
    with bag.open(path) as stream:
        rest, offset = b"", 0
        while True:
            rest = rest or stream.read(_PIECE)
            if not rest:
                return
            member = _Member(stream, rest)
            try:
                found = _record(member, offset)
                while member.read():
                    pass
            except Broken as problem:
                raise Broken(f"{path} 第 {offset} 字节处：{problem}") from None
            except zlib.error as error:
                raise Broken(f"{path} 第 {offset} 字节处的压缩数据已损坏：{error}") from None
            rest = member.rest
            length = member.consumed - len(rest)
            yield WebRecord(found.kind, found.fields, found.payload, found.size, found.first_line, offset, length)
            offset += length


def web_files(bag: Bag) -> list[str]:
    """The WARC files of the pack."""
    return sorted(path for path in bag.sizes if path.startswith("data/web/"))


def check_web(bag: Bag) -> str:
    """Digests of all records; ids unique within a file; a request and its warcinfo where a response refers to them."""
    count, files = 0, web_files(bag)
    for path in files:
        ids: set[str] = set()
        referred: set[str] = set()
        for record in records(bag, path):
            name = record.fields.get("warc-record-id", "")
            if not name or name in ids:
                raise Broken(f"{path} 第 {record.offset} 字节处的记录编号缺失或重复")
            ids.add(name)
            referred.update(
                record.fields[key] for key in ("warc-concurrent-to", "warc-warcinfo-id") if key in record.fields
            )
            count += 1
        if missing := sorted(referred - ids):
            raise Broken(f"{path} 缺少被引用的记录 {missing[0][:80]}")
    return f"{len(files)} 个 WARC 文件中 {count} 条记录的摘要逐一复算相符"


def is_digest(value: object) -> bool:
    """Whether ``value`` is ``sha256:`` with 64 hex digits."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None
