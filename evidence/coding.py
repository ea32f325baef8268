"""Removing a content-encoding with bounds: a small body may unfold into terabytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

import brotli
import zstandard
from isal import isal_zlib

from domain.errors import InputError

#: 64 MiB: what one decoded page may weigh unless the caller says otherwise.
DEFAULT_LIMIT = 64 * 1024 * 1024
#: RFC 9110 allows a list of codings; a longer one is a bomb, not a page.
MAX_CODINGS = 4
_WINDOW = 128 * 1024 * 1024
#: Its stubs call the class an instance.
_IsalError: type[Exception] = isal_zlib.error  # type: ignore[assignment]


def _inflate(data: bytes, wbits: int, limit: int) -> bytes:
    """One or more members of zlib's family; what follows the last member is ignored, as browsers do."""
    out, left = bytearray(), data
    # gzip is what nearly every page comes in: ISA-L unpacks it in a third of the time.
    opened = isal_zlib.decompressobj if wbits > zlib.MAX_WBITS else zlib.decompressobj
    while left:
        stream = opened(wbits)
        try:
            out += stream.decompress(left, limit + 1 - len(out))
        except (zlib.error, _IsalError):
            if not out:
                raise
            break
        if len(out) > limit:
            break
        if not stream.eof:
            raise InputError("压缩内容不完整（传输被截断）")
        left = stream.unused_data.lstrip(b"\0") if wbits > zlib.MAX_WBITS else b""
    return bytes(out)


def _gzip(data: bytes, limit: int) -> bytes:
    return _inflate(data, zlib.MAX_WBITS | 16, limit)


def _deflate(data: bytes, limit: int) -> bytes:
    """RFC 9110 means zlib; some servers send raw deflate, and every browser takes it."""
    try:
        return _inflate(data, zlib.MAX_WBITS, limit)
    except zlib.error:
        return _inflate(data, -zlib.MAX_WBITS, limit)


def _brotli(data: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    out = bytearray(stream.process(data, output_buffer_limit=limit + 1))
    while not stream.is_finished() and len(out) <= limit:
        piece = stream.process(b"", output_buffer_limit=limit + 1 - len(out))
        if not piece:
            raise InputError("压缩内容不完整（传输被截断）")
        out += piece
    return bytes(out)


def _zstd(data: bytes, limit: int) -> bytes:
    if not data:
        return b""
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
            BytesIO(data), read_across_frames=True
        )
        out = bytearray()
        while len(out) <= limit and (piece := reader.read(min(1 << 20, limit + 1 - len(out)))):
            out += piece
    except MemoryError as error:
        raise InputError("压缩内容要求的内存过大") from error
    if len(out) <= limit and not _zstd_whole(data, len(out)):
        raise InputError("压缩内容不完整（传输被截断）")
    return bytes(out)


def _zstd_whole(data: bytes, size: int) -> bool:
    """stream_reader ends quietly at a truncated frame: walk the frames once more, counting only."""
    left, seen = data, 0
    while left:
        frame = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        seen += len(frame.decompress(left))
        if not frame.eof or seen > size:
            return False
        left = frame.unused_data
    return seen == size


_DECODERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}


def decode(body: bytes, content_encoding: str, *, limit: int = DEFAULT_LIMIT) -> bytes:
    """``body`` without its content-encoding (the header's value, ``""`` for none).

    InputError: unknown coding, damaged or truncated data, or more than ``limit`` bytes unfolded.
    """
    codings = [name for part in content_encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if len(codings) > MAX_CODINGS:
        raise InputError(f"内容编码叠了 {len(codings)} 层，上限 {MAX_CODINGS} 层")
    for coding in reversed(codings):
        if coding not in _DECODERS:
            raise InputError(f"不认识的内容编码 {coding[:20]!r}")
        if not body:
            return b""  # HEAD, 204 and 304 name a coding and send nothing
        try:
            body = _DECODERS[coding](body, limit)
        except (zlib.error, _IsalError, brotli.error, zstandard.ZstdError) as error:
            raise InputError(f"内容按 {coding} 解码失败：{error}") from None
        if len(body) > limit:
            raise InputError(f"内容解码后超过上限 {limit} 字节，疑为压缩炸弹")
    if len(body) > limit:
        raise InputError(f"内容有 {len(body)} 字节，超过上限 {limit} 字节")
    return body
