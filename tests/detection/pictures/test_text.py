"""Text in pictures; needs the extra ``ocr``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from detection.pictures.text import read

pytest.importorskip("rapidocr")
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")


@pytest.mark.skipif(not FONT.is_file(), reason="no Noto CJK font on this machine")
def test_chinese_on_a_package_is_read_with_its_place() -> None:
    image = Image.new("RGB", (1400, 700), (200, 40, 40))
    ImageDraw.Draw(image).text((300, 200), "信阳毛尖", font=ImageFont.truetype(str(FONT), 160), fill="white")
    (line,) = read(np.asarray(image))
    assert line.text == "信阳毛尖"
    assert 250 < line.box[0] < 340 and 180 < line.box[1] < 300  # in pixels of the picture given, not of the one read


def test_a_blank_has_no_text() -> None:
    assert read(np.full((300, 300, 3), 240, np.uint8)) == ()
