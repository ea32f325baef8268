"""WARC 1.1 records as bytes (ISO 28500:2017): building, compressing, reading back. No files, no clock.

Each record is one gzip member, so that any record can be copied alone. Digests are ``sha256:`` with 64 hex digits.
Record ids are derived from content and place (UUID version 8, RFC 9562), so the same run writes the same bytes.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import quote

from isal import isal_zlib

from domain.errors import VaultError
from evidence.capture import in_utc

Headers = Sequence[tuple[bytes, bytes]]

MAX_URL = 64 * 1024
MAX_HEADERS = 256 * 1024
#: isal's stubs call this class an instance.
GZIP_ERROR = cast("type[Exception]", isal_zlib.error)
_STORED_BLOCK = 65535
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # no name, no time: the same record is the same bytes
_TOKEN = re.compile(rb"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "CONNECT", "PATCH"})
#: Formats that are compressed already: deflating them again costs time and saves nothing.
_COMPRESSED = re.compile(
    r"(image/(?!svg|bmp|x-ms-bmp|tiff)|video/|audio/(?!wav)|font/woff|application/(zip|gzip|x-gzip|pdf|zstd|x-rar|x-7z)"
    r"|application/vnd\.openxml)"
)


def digest_of(data: bytes) -> str:
    """``sha256:`` and 64 hex digits."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def target_uri(url: str) -> str:
    """``url`` as WARC-Target-URI: ASCII, no blank, scheme in lower case. VaultError unless http(s) of bearable length.

    Readers (warcio among them) split HTTP headers from the payload only under ``http:`` and ``https:``.
    """
    if len(url) > MAX_URL:
        raise VaultError(f"网址长达 {len(url)} 字符，上限 {MAX_URL}：{url[:80]!r}…")
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme.lower() not in ("http", "https") or not rest:
        raise VaultError(f"只能保存 http 或 https 网址的响应：{url[:80]!r}")
    if not rest.isascii() or not rest.isprintable() or " " in rest or "<" in rest or ">" in rest:
        rest = quote(rest.encode("utf-8", "surrogatepass"), safe="%/:?#[]@!$&'()*+,;=~|^`{}\\\"")
    return f"{scheme.lower()}://{rest}"


def _clean(value: bytes) -> bytes:
    """RFC 9110 section 5.5: a recipient replaces CR, LF and NUL inside a field value with a space."""
    if b"\r" in value or b"\n" in value or b"\0" in value:
        value = value.replace(b"\r", b" ").replace(b"\n", b" ").replace(b"\0", b" ")
    return value.strip(b" \t")


def _header_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = [(_TOKEN.sub(b"_", name) or b"_") + b": " + _clean(value) + b"\r\n" for name, value in headers]
    block = b"".join(lines)
    if len(block) > MAX_HEADERS:
        raise VaultError(f"响应头有 {len(block)} 字节，上限 {MAX_HEADERS} 字节")
    return block


def as_stored(headers: Headers, size: int) -> list[tuple[bytes, bytes]]:
    """Received headers as they may stand before a body of ``size`` bytes from which transfer coding was removed.

    The HTTP client hands over the body with chunking undone. A record that still said ``Transfer-Encoding: chunked``
    would make replay software look for chunk sizes in the page, so the field is renamed with the prefix the Wayback
    Machine uses, ``X-Archive-Orig-``; a Content-Length that is not the length of the stored body likewise. Nothing is
    dropped, and nothing that the server did not send is added.
    """
    kept: list[tuple[bytes, bytes]] = []
    for name, value in headers:
        lower = name.lower()
        if lower == b"transfer-encoding" or (lower == b"content-length" and value.strip() != b"%d" % size):
            name = b"X-Archive-Orig-" + name
        kept.append((name, value))
    return kept


def response_block(status: int, reason: str, headers: Headers, size: int) -> bytes:
    """Status line and headers, up to and with the blank line. HTTP/2 takes the form of HTTP/1.1, as is usual."""
    phrase = _clean(reason[:200].encode("utf-8", "replace")).decode("utf-8", "replace")
    line = f"HTTP/1.1 {int(status)} {phrase}".rstrip() + "\r\n"
    return line.encode() + _header_lines(as_stored(headers, size)) + b"\r\n"


def request_block(method: str, target: str, headers: Headers) -> bytes:
    """Request line and headers. A Host is added when the client adds its own only on the wire."""
    if method not in _METHODS:
        raise VaultError(f"不认识的请求方法 {method[:20]!r}")
    _, _, rest = target.partition("://")
    cut = min((at for at in (rest.find(c) for c in "/?#") if at >= 0), default=len(rest))
    host, path = rest[:cut].rpartition("@")[2], rest[cut:].partition("#")[0]
    lines = _header_lines(headers)
    if not any(name.lower() == b"host" for name, _ in headers):
        lines = b"Host: " + host.encode() + b"\r\n" + lines
    return f"{method} {path if path.startswith('/') else '/' + path} HTTP/1.1\r\n".encode() + lines + b"\r\n"


def record_id(*parts: object) -> str:
    """``<urn:uuid:…>`` derived from ``parts``: UUID version 8."""
    raw = hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()
    return f"<urn:uuid:{raw[:8]}-{raw[8:12]}-8{raw[13:16]}-a{raw[17:20]}-{raw[20:32]}>"


def warc_date(at: datetime) -> str:
    """UTC with microseconds, as WARC 1.1 allows."""
    return in_utc(at).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def address(ip: str | None) -> str:
    """``ip`` when it is an address, else nothing: the field may not carry what a hostile resolver made up."""
    try:
        return str(ipaddress.ip_address(ip)) if ip else ""
    except ValueError:
        return ""


def record(fields: Iterable[tuple[str, str]], head: bytes, body: bytes = b"") -> list[bytes]:
    """The pieces of one record; empty fields are left out. ``fields`` are ours, never from the network unchecked."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    size = len(head) + len(body)
    return [f"WARC/1.1\r\n{lines}Content-Length: {size}\r\n\r\n".encode(), head, body, b"\r\n\r\n"]


def block_digest(head: bytes, body: bytes) -> str:
    """Digest of ``head`` and ``body`` together, without joining them."""
    summer = hashlib.sha256(head)
    summer.update(body)
    return "sha256:" + summer.hexdigest()


def is_compressed(media_type: str, content_encoding: bytes) -> bool:
    """Whether deflating would be wasted."""
    return bool(content_encoding.strip()) or _COMPRESSED.match(media_type) is not None


def member(pieces: Sequence[bytes], *, stored: bool) -> bytes:
    """One gzip member. ``stored``: deflate's stored blocks, a copy at memory speed."""
    if not stored:
        deflate = isal_zlib.compressobj(level=1, wbits=31)
        return b"".join([*map(deflate.compress, pieces), deflate.flush()])
    data = b"".join(pieces)
    blocks: list[bytes | memoryview] = [_GZIP_HEAD]
    view, size = memoryview(data), len(data)
    for start in range(0, size, _STORED_BLOCK):
        length = min(_STORED_BLOCK, size - start)
        blocks.append(struct.pack("<BHH", start + length == size, length, length ^ 0xFFFF))
        blocks.append(view[start : start + length])
    blocks.append(struct.pack("<II", isal_zlib.crc32(data), size & 0xFFFFFFFF))
    return b"".join(blocks)


@dataclass(frozen=True, slots=True)
class Record:
    """A record read back. Field names are in lower case."""

    fields: dict[str, str]
    block: bytes

    def http(self) -> tuple[bytes, list[tuple[bytes, bytes]], bytes]:
        """First line, headers (names in lower case) and payload of a request or response record."""
        head, separator, body = self.block.partition(b"\r\n\r\n")
        if not separator:
            raise VaultError("证据记录缺少 HTTP 头与正文之间的空行")
        first, *lines = head.split(b"\r\n")
        pairs = (line.partition(b":") for line in lines)
        return first, [(name.lower(), value.strip()) for name, _, value in pairs], body


def unfold(data: bytes, *, limit: int) -> bytes:
    """The bytes of the one gzip member ``data``; VaultError when it is damaged, cut or above ``limit`` bytes."""
    stream = isal_zlib.decompressobj(wbits=31)
    try:
        raw: bytes = stream.decompress(data, limit + 1)
    except GZIP_ERROR as error:
        raise VaultError(f"证据记录的压缩数据已损坏：{error}") from None
    if len(raw) > limit:
        raise VaultError(f"证据记录解压后超过 {limit} 字节")
    if not stream.eof or stream.unused_data:
        raise VaultError("证据记录的压缩数据不完整")
    return raw


def first_member(data: bytes) -> bytes:
    """The gzip member with which ``data`` begins. VaultError when there is no whole one."""
    stream = isal_zlib.decompressobj(wbits=31)
    try:
        stream.decompress(data, 1024 * 1024)
    except GZIP_ERROR as error:
        raise VaultError(f"证据记录的压缩数据已损坏：{error}") from None
    if not stream.eof:
        raise VaultError("证据记录的压缩数据不完整")
    return data[: len(data) - len(stream.unused_data)]


def parse(raw: bytes) -> Record:
    """One uncompressed record, with the two line ends after it. VaultError when it is not one."""
    head, separator, rest = raw.partition(b"\r\n\r\n")
    version, *lines = head.split(b"\r\n")
    if not separator or version != b"WARC/1.1":
        raise VaultError("不是 WARC 1.1 记录")
    pairs = (line.decode("utf-8", "replace").partition(":") for line in lines)
    fields = {name.lower(): value.strip() for name, _, value in pairs}
    size = fields.get("content-length", "")
    if not size.isdecimal() or len(rest) != int(size) + 4 or rest[-4:] != b"\r\n\r\n":
        raise VaultError("证据记录的长度与内容不符")
    return Record(fields, rest[:-4])


def media_type_of(headers: Headers) -> str:
    """Type of the Content-Type header in lower case, without parameters; "" when absent. At most 100 characters."""
    for name, value in headers:
        if name.lower() == b"content-type":
            return value.partition(b";")[0].strip().decode("ascii", "replace").lower()[:100]
    return ""


def resource(url: str, at: datetime, media_type: str, body: bytes) -> bytes:
    """The gzip member of a resource record: an imported file, which never was an HTTP exchange."""
    digest, date = digest_of(body), warc_date(at)
    kind = media_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", media_type, re.ASCII) else "application/octet-stream"
    fields = [
        ("WARC-Type", "resource"),
        ("WARC-Record-ID", record_id("resource", url, date, digest)),
        ("WARC-Date", date),
        ("WARC-Target-URI", url),
        ("WARC-Payload-Digest", digest),
        ("WARC-Block-Digest", digest),
        ("Content-Type", kind),
    ]
    return member(record(fields, body), stored=is_compressed(media_type, b""))
