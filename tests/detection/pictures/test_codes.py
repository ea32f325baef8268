"""Codes in pictures."""

from __future__ import annotations

from datetime import UTC, datetime

import cv2
import numpy as np
import zxingcpp

from detection.model import shipped
from detection.pictures.codes import Code, contradicts, read
from detection.pictures.register import Picture
from detection.pictures.shown import numbers
from detection.pictures.traits import traits
from detection.screener import Screener
from domain.records import Listing, Trademark


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


def test_a_number_in_a_picture_stands_against_the_claim() -> None:
    data = cv2.imencode(".png", drawn("6901234567892", zxingcpp.BarcodeFormat.EAN13))[1].tobytes()
    picture = Picture(url="https://shop.example/a.png", digest="sha256:a", traits=traits(data))
    (number,) = numbers([picture])
    assert number.text == "6901234567892" and number.region.image == "sha256:a"
    right = Trademark(id="t", sign="青竹", goods=("收纳筐",), classes=(21,))
    screener = Screener([right], shipped())
    for claim, other in (("6901234567885", True), ("6901234567892", False)):
        listing = Listing(
            platform="p", ref="1", url="https://p.example/1", title="青竹 收纳筐",
            claims={"条形码": claim}, observed_at=datetime(2026, 11, 23, tzinfo=UTC),
        )  # fmt: skip
        (found,) = screener.assess(listing, [picture])
        assert ("other_number" in found.values) is other
