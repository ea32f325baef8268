"""Content decoding with bounds."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard

from domain.errors import InputError
from evidence.coding import decode

TEXT = "五常大米".encode() * 1000


def _raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


ENCODED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]),
    "GZIP": gzip.compress(TEXT) + b"\0\0\0",
    "deflate": zlib.compress(TEXT),
    "Deflate": _raw_deflate(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT[:50]) + zstandard.compress(TEXT[50:]),
    "identity": TEXT,
    "": TEXT,
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
}


@pytest.mark.parametrize("coding", ENCODED)
def test_decodes(coding: str) -> None:
    assert decode(ENCODED[coding], coding) == TEXT
    assert decode(ENCODED[coding], coding, limit=len(TEXT)) == TEXT
    with pytest.raises(InputError, match="上限"):
        decode(ENCODED[coding], coding, limit=len(TEXT) - 1)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_truncated_and_damaged(coding: str) -> None:
    whole = ENCODED[coding]
    for cut in (1, len(whole) // 2, len(whole) - 1):
        with pytest.raises(InputError):
            decode(whole[:cut], coding)
    with pytest.raises(InputError):
        decode(b"<html>this is not " + coding.encode() + b" at all</html>", coding)
    assert decode(b"", coding) == b""  # HEAD, 304


def test_what_follows_a_gzip_member_is_ignored_as_browsers_do() -> None:
    assert decode(gzip.compress(TEXT) + b"<!-- trailing -->", "gzip") == TEXT


def test_unknown_and_stacked() -> None:
    with pytest.raises(InputError, match="compress"):
        decode(b"x", "compress")
    with pytest.raises(InputError, match="层"):
        decode(b"x", ",".join(["gzip"] * 5))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_costs_no_more_than_its_limit(coding: str) -> None:
    size = 300 * 1024 * 1024
    stream = zlib.compressobj(9, wbits=31 if coding == "gzip" else 15)
    zeros = bytes(1024 * 1024)
    if coding in ("gzip", "deflate"):
        bomb = b"".join([stream.compress(zeros) for _ in range(size // len(zeros))]) + stream.flush()
    elif coding == "br":
        compressor = brotli.Compressor(quality=1)
        bomb = b"".join([compressor.process(zeros) for _ in range(size // len(zeros))]) + compressor.finish()
    else:
        frame = zstandard.ZstdCompressor().compressobj()
        bomb = b"".join([frame.compress(zeros) for _ in range(size // len(zeros))]) + frame.flush()
    tracemalloc.start()
    with pytest.raises(InputError, match="炸弹"):
        decode(bomb, coding, limit=1024 * 1024)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 1024 * 1024


def test_bomb_inside_a_bomb() -> None:
    inner = gzip.compress(gzip.compress(bytes(50_000_000)))
    with pytest.raises(InputError, match="上限"):
        decode(inner, "gzip, gzip", limit=1024 * 1024)
