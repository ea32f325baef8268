from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from crawlers import pictures
from domain.errors import PictureError


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
def test_sizes_are_read_from_headers(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (321, 123)).save(out, kind)
    header = pictures.check(out.getvalue())
    assert (header.kind.upper(), header.width, header.height) == (kind, 321, 123)


def test_lossless_and_extended_webp() -> None:
    for options in ({"lossless": True}, {"exif": b"Exif\0\0"}):
        out = io.BytesIO()
        Image.new("RGBA", (40, 30), (1, 2, 3, 4)).save(out, "WEBP", **options)
        header = pictures.check(out.getvalue())
        assert (header.width, header.height) == (40, 30)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60_000, 60_000), "60000×60000"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 0, 5), "为零"),
        (b"\x89PNG\r\n\x1a\n\0\0", "不是可识别的图片"),
        (b"\xff\xd8\xff\xe0\0\x10", "不是可识别的图片"),
        (b"<html>", "不是可识别的图片"),
        (b"", "不是可识别的图片"),
    ],
)
def test_what_is_no_usable_picture(data: bytes, word: str) -> None:
    with pytest.raises(PictureError, match=word):
        pictures.check(data)
