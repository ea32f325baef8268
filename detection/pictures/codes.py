"""Codes in pictures: QR, Data Matrix and the trade numbers of bar codes (EAN, UPC, ITF-14), read with zxing-cpp."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import zxingcpp

from detection.pictures.decoding import Pixels

#: A code takes at least a few pixels a module, so a larger picture is not needed, and hostile ones hold thousands.
LONGEST = 1200
MOST = 20
_FORMATS = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.EAN13,
        zxingcpp.BarcodeFormat.EAN8,
        zxingcpp.BarcodeFormat.UPCA,
        zxingcpp.BarcodeFormat.ITF,
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.DataMatrix,
    ]
)


@dataclass(frozen=True, slots=True)
class Code:
    """``kind`` is "qr", "datamatrix" or "gtin"; ``text`` as read, at most 2,000 characters (a trade number in 13 or 14
    digits); ``box`` x, y, width, height in pixels of the picture given."""

    kind: str
    text: str
    box: tuple[int, int, int, int]


def read(pixels: Pixels) -> tuple[Code, ...]:
    """The codes in an RGB or grey picture, in reading order."""
    found = zxingcpp.read_barcodes(np.ascontiguousarray(pixels), formats=_FORMATS)
    codes = []
    for one in found[:MOST]:
        spot = one.position
        corners = (spot.top_left, spot.top_right, spot.bottom_right, spot.bottom_left)
        x, y = [corner.x for corner in corners], [corner.y for corner in corners]
        box = (min(x), min(y), max(x) - min(x), max(y) - min(y))
        if one.format == zxingcpp.BarcodeFormat.QRCode:
            kind, text = "qr", one.text
        elif one.format == zxingcpp.BarcodeFormat.DataMatrix:
            kind, text = "datamatrix", one.text
        else:
            kind, text = "gtin", one.text.zfill(13) if len(one.text) <= 13 else one.text
        codes.append(Code(kind, text[:2000], box))
    return tuple(sorted(codes, key=lambda code: (code.box[1] // 40, code.box[0])))


def contradicts(read: str, claimed: str) -> bool:
    """Whether a trade number read from a picture is another than the listing claims; an unreadable claim contradicts
    nothing."""
    digits = "".join(char for char in claimed if char.isascii() and char.isdigit())
    return len(digits) in (8, 12, 13, 14) and digits.zfill(14) != read.zfill(14)
