"""The credit code that stands in a picture, read by the real reader, against the users of an indication."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from detection.model import shipped
from detection.pictures.shown import Shown, Written
from detection.pictures.text import read
from detection.screener import Screener
from domain.records import Authorised, GeographicalIndication, Listing, Region
from tests.detection.pictures.test_text import FONT

#: Two codes whose check digit is right.
USER, STRANGER = "91410000MA40A1B23W", "91411500MA44KQWE10"


def photographed(code: str) -> np.ndarray:
    """A package with the code printed below its name, a little slanted and blurred as a photo is."""
    image = Image.new("RGB", (1000, 700), (238, 232, 214))
    draw = ImageDraw.Draw(image)
    draw.text((280, 160), "信阳毛尖", font=ImageFont.truetype(str(FONT), 110), fill=(20, 70, 30))
    draw.text((180, 420), code, font=ImageFont.truetype(str(FONT), 54), fill=(40, 40, 40))
    return np.asarray(image.rotate(2, Image.Resampling.BICUBIC, fillcolor=(238, 232, 214)))


def assessed(lines: tuple[Written, ...]) -> dict[str, float]:
    right = GeographicalIndication(
        id="g", sign="信阳毛尖", product="茶叶", area=("河南省信阳市",),
        authorised=(Authorised(company="信阳市某茶业有限公司", uscc=USER),),
    )  # fmt: skip
    listing = Listing(
        platform="p", ref="1", url="https://p.example/1", title="信阳毛尖 绿茶 250g 明前茶",
        observed_at=datetime(2026, 4, 23, tzinfo=UTC),
    )  # fmt: skip
    ((_, (found,)),) = Screener([right], shipped()).assess_many([listing], {listing.key: Shown(lines=lines)})
    return dict(found.values)


def written(code: str) -> tuple[Written, ...]:
    pytest.importorskip("rapidocr")
    if not FONT.is_file():
        pytest.skip("no Noto CJK font on this machine")
    lines = read(photographed(code))
    return tuple(
        Written(line.text, Region(x=line.box[0], y=line.box[1], width=line.box[2], height=line.box[3], image="i"))
        for line in lines
    )


def test_the_code_of_a_user_speaks_for_the_seller_and_another_one_against() -> None:
    assert assessed(written(USER))["mark_code"] == -1.0
    assert assessed(written(STRANGER))["mark_code"] == 1.0
    assert not assessed(()).get("mark_code")


def test_a_misread_code_says_nothing() -> None:
    """One character off fails the check digit: a reading error accuses nobody."""
    wrong = STRANGER[:5] + ("7" if STRANGER[5] != "7" else "8") + STRANGER[6:]
    line = Written(wrong, Region(x=0, y=0, width=9, height=9, image="i"))
    assert not assessed((line,)).get("mark_code")
