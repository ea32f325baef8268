"""What may be shown as a picture: decided by the bytes, never by what a server or a file name said."""

from __future__ import annotations

import io
import struct
import warnings

#: A browser is not asked to draw more: bytes of the file, and pixels of the picture.
MAX_BYTES = 24 * 1024 * 1024
MAX_PIXELS = 80_000_000
_MAX_SVG = 1024 * 1024

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)


def media_type(data: bytes) -> str:
    """``image/…`` for a raster picture that browsers draw without running anything; "" for everything else.

    SVG is not among them: it is a document that may carry script.
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis"):
        return "image/avif"
    return ""


def is_svg(data: bytes) -> bool:
    """Whether a logo of the register is an SVG drawing. A page may draw one as ``<img>``, where nothing in it runs; its
    response must be sandboxed for whoever opens it alone.
    """
    return (
        len(data) <= _MAX_SVG
        and data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower() in (b"<?xml", b"<svg ")
        and b"<svg" in data[:4096]
    )


def size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the header alone, without decoding; None when it is unreadable or too large."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as opened:
                width, height = opened.size
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        return None
    return (width, height) if 0 < width * height <= MAX_PIXELS else None
