"""Decoding of hostile and odd pictures."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from detection.pictures.decoding import MAX_BYTES, decode
from detection.pictures.traits import traits
from domain.errors import PictureError


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_bomb_is_refused_by_its_header() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    with pytest.raises(PictureError, match="上限"):
        decode(bomb, 512)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PictureError, match="字节"):
        decode(bytes(MAX_BYTES + 1), 512)


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff\xd8\xff\xe0", b"GIF89a\x01", b"RIFF\x00\x00\x00\x00WEBP"])
def test_what_is_no_picture_is_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(PictureError):
        traits(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7\n", b"\0\0\0\x18ftypheic" + bytes(80)],
    ids=["nothing", "text", "svg", "pdf", "heic"],
)
def test_another_format_is_called_one_and_not_broken(data: bytes) -> None:
    with pytest.raises(PictureError, match=r"格式不受支持.*可另存为"):
        decode(data, 512)


def test_of_a_camera_s_two_pictures_the_first_counts() -> None:
    """MPO: two JPEGs in a file; it needs no entry of its own among the formats."""
    frames = [Image.new("RGB", (60, 40), tone) for tone in ("red", "blue")]
    data = saved(frames[0], "MPO", save_all=True, append_images=frames[1:])
    assert Image.open(io.BytesIO(data)).format == "MPO"
    pixels, size = decode(data, 512)
    assert size == (60, 40) and pixels[20, 30, 0] > 200 and pixels[20, 30, 2] < 60


def test_a_truncated_picture_is_an_error() -> None:
    whole = saved(Image.fromarray(np.random.default_rng(1).integers(0, 256, (200, 200, 3), np.uint8)), "JPEG")
    with pytest.raises(PictureError, match="损坏"):
        decode(whole[: len(whole) // 2], 512)


def test_the_camera_s_turn_is_undone() -> None:
    image = Image.new("RGB", (60, 30), "white")
    image.paste("red", (0, 0, 10, 30))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    pixels, size = decode(saved(image, "JPEG", exif=exif, quality=95), 512)
    assert size == (30, 60)
    assert pixels.shape[:2] == (60, 30)
    assert pixels[3, 15, 0] > 200 and pixels[3, 15, 1] < 90  # the red edge is on top


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16", "LA"])
def test_every_mode_gives_three_channels(mode: str) -> None:
    grey = np.linspace(0, 255, 64 * 48).reshape(48, 64)
    if mode == "I;16":
        image = Image.fromarray((grey * 257).astype(np.uint16))
    else:
        image = Image.fromarray(grey.astype(np.uint8)).convert("RGB").convert(mode)
    form = "TIFF" if mode in ("CMYK", "I;16") else "PNG"
    pixels, size = decode(saved(image, form), 512)
    assert pixels.shape == (48, 64, 3)
    assert size == (64, 48)
    assert pixels[:4].mean() < 40 and pixels[-4:].mean() > 215


def test_nothing_shows_through_a_transparent_picture_but_white() -> None:
    pixels, _ = decode(saved(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "PNG"), 512)
    assert pixels.min() == 255


def test_the_first_of_many_frames_counts() -> None:
    frames = [Image.new("RGB", (32, 32), tone) for tone in ("red", "blue")]
    pixels, _ = decode(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]), 512)
    assert pixels[16, 16].tolist() == [255, 0, 0]
