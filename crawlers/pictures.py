"""The size of a picture out of its header, without decoding a pixel: a bomb is refused before it is opened."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from domain.errors import PictureError

#: A listing photo of more pixels than this is not fetched for its content (60,000 × 60,000 would need 10 GB).
MAX_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class Header:
    """Format name and size in pixels."""

    kind: str
    width: int
    height: int


def read(data: bytes) -> Header:
    """Format and size of a JPEG, PNG, GIF, WebP, BMP or AVIF/HEIC picture. Raises PictureError when it is none."""
    try:
        header = _read(data)
    except (struct.error, IndexError):
        header = None
    if header is None:
        raise PictureError("不是可识别的图片（JPEG、PNG、GIF、WebP、BMP、AVIF），或文件头不完整")
    return header


def check(data: bytes) -> Header:
    """As :func:`read`; raises PictureError also for a picture of no size or of more than ``MAX_PIXELS``."""
    header = read(data)
    if not header.width or not header.height:
        raise PictureError(f"{header.kind} 图片尺寸为零")
    if header.width * header.height > MAX_PIXELS:
        raise PictureError(
            f"{header.kind} 图片声明 {header.width}×{header.height} 像素，上限 {MAX_PIXELS // 10_000} 万像素"
        )
    return header


def _read(data: bytes) -> Header | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return Header("PNG", *struct.unpack(">II", data[16:24]))
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return Header("GIF", *struct.unpack("<HH", data[6:10]))
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data.startswith(b"BM"):
        width, height = struct.unpack("<ii", data[18:26])
        return Header("BMP", abs(width), abs(height))
    if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis", b"heic", b"heix", b"mif1"):
        at = data.find(b"ispe", 0, 4096)
        return Header("AVIF", *struct.unpack(">II", data[at + 8 : at + 16])) if at > 0 else None
    return None


def _jpeg(data: bytes) -> Header | None:
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return Header("JPEG", width, height)
        if marker in (0x01, *range(0xD0, 0xD8)):
            at += 2
            continue
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None


def _webp(data: bytes) -> Header | None:
    chunk = data[12:16]
    if chunk == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        return Header("WebP", width, int.from_bytes(data[27:30], "little") + 1)
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return Header("WebP", width & 0x3FFF, height & 0x3FFF)
    if chunk == b"VP8L":
        bits = struct.unpack("<I", data[21:25])[0]
        return Header("WebP", (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
    return None
