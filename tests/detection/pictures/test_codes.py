"""Codes in pictures."""

from __future__ import annotations

import numpy as np
import zxingcpp

from detection.pictures.codes import Code, contradicts, read


def drawn(text: str, form: object) -> np.ndarray:
    made = zxingcpp.create_barcode(text, form)
    image = np.array(made.to_image(scale=4), np.uint8)
    canvas = np.full((image.shape[0] + 120, image.shape[1] + 160), 255, np.uint8)
    canvas[50 : 50 + image.shape[0], 90 : 90 + image.shape[1]] = image
    return canvas


def test_a_trade_number_is_read_with_its_place() -> None:
    (code,) = read(drawn("6901234567892", zxingcpp.BarcodeFormat.EAN13))
    assert (code.kind, code.text) == ("gtin", "6901234567892")
    assert 80 < code.box[0] < 170 and code.box[2] > 100


def test_a_link_is_read() -> None:
    (code,) = read(drawn("https://shop.example/t/9", zxingcpp.BarcodeFormat.QRCode))
    assert (code.kind, code.text) == ("qr", "https://shop.example/t/9")


def test_a_claim_is_contradicted_by_another_number_only() -> None:
    code = Code("gtin", "6901234567892", (0, 0, 9, 9))
    assert contradicts(code.text, "6901234567885")
    assert not contradicts(code.text, "条形码：6901234567892")
    assert not contradicts(code.text, "见包装")


def test_noise_holds_no_code() -> None:
    assert read(np.random.default_rng(1).integers(0, 256, (400, 400, 3), np.uint8)) == ()
