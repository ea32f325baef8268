"""Pictures: hostile files are refused by their header, a logo is found where it stands."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from detection.pictures import traits
from detection.pictures.logos import Logos
from domain.errors import PictureError


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IDAT"


def stored(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def mark(seed: int, size: int = 220) -> Image.Image:
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(image)
    for _ in range(26):
        x, y, w, h = random.integers(0, size - 40, 2).tolist() + random.integers(8, 60, 2).tolist()
        shape = draw.rectangle if random.random() < 0.5 else draw.ellipse
        shape((x, y, x + w, y + h), fill=tuple(random.integers(0, 255, 3).tolist()))
    return image


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"<svg/>", png_header(60_000, 60_000), png_header(0, 5), stored(mark(1))[:200]],
    ids=["empty", "truncated gif", "not a picture", "60,000 x 60,000", "no width", "truncated png"],
)
def test_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(PictureError) as error:
        traits(data)
    assert any("\u4e00" <= character <= "\u9fff" for character in str(error.value))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "I;16", "1"])
def test_odd_formats_are_read(mode: str) -> None:
    image = mark(2).convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    kind = "TIFF" if mode == "CMYK" else "PNG"
    assert traits(stored(image, kind)).width == 220


def test_a_mark_is_found_where_it_stands_and_a_stranger_is_not() -> None:
    scene = Image.effect_noise((640, 480), 40).convert("RGB")
    scene.paste(mark(3).resize((160, 160)).rotate(8, expand=True, fillcolor="white"), (300, 200))
    picture = traits(stored(scene, "JPEG", quality=80))
    logos = [stored(mark(3)), stored(mark(4))]
    found = Logos([(data, traits(data)) for data in logos]).find(picture)
    assert found[0].sure > 0.5 and abs(found[0].box[0] - 300) < 40 and abs(found[0].box[1] - 200) < 40
    assert 1 not in found or found[1].sure < 0.5
