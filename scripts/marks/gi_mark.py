"""Draw the special mark of geographical indications from its published description: ``python -m scripts.marks.gi_mark
OUT``.

国家知识产权局公告第 354 号 (2019-10-16), of the mark used from 2020-12-31: 以经纬线地球为基底，以长城及山峦剪影为前景，
稻穗，中文「中华人民共和国地理标志」、英文「GEOGRAPHICAL INDICATION OF P.R.CHINA」(宋体)，「GI」(黑体)，透明镂空。

It is a drawing after those words, good enough to look for; a bureau imports the official file as the logo of a right,
and that is then looked for instead.
"""

from __future__ import annotations

import argparse
import itertools
import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIDE = 1024
_SONG = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"
_HEI = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
_MIDDLE = SIDE / 2


def _arc(ink: Image.Image, text: str, size: int, radius: float, start: float, end: float, inward: bool) -> None:
    """Letters along a circle from one angle to another (degrees, clockwise from the top)."""
    font = ImageFont.truetype(_SONG, size)
    widths = [font.getlength(letter) for letter in text]
    total = sum(widths)
    at = 0.0
    for letter, width in zip(text, widths, strict=True):
        angle = start + (end - start) * (at + width / 2) / total
        at += width
        tile = Image.new("L", (size * 2, size * 2), 0)
        ImageDraw.Draw(tile).text((size, size), letter, font=font, fill=255, anchor="mm")
        turned = tile.rotate(-angle + (180 if inward else 0), resample=Image.Resampling.BICUBIC)
        x = _MIDDLE + radius * math.sin(math.radians(angle))
        y = _MIDDLE - radius * math.cos(math.radians(angle))
        ink.paste(255, (round(x - size), round(y - size)), turned)


def _ear(pen: ImageDraw.ImageDraw, side: int) -> None:
    """An ear of rice along one side of the globe: side −1 left, 1 right."""
    for step in range(9):
        angle = math.radians(180 - side * (22 + step * 11))
        for out in (-1, 1):
            radius = 318 + out * 20
            x, y = _MIDDLE + radius * math.sin(angle), _MIDDLE - radius * math.cos(angle)
            lean = angle + side * out * 0.5
            grain = [
                (x + a * math.cos(lean) + b * math.sin(lean), y + a * math.sin(lean) - b * math.cos(lean))
                for a, b in ((0, 26), (9, 0), (0, -26), (-9, 0))
            ]
            pen.polygon(grain, fill=255)


def draw() -> Image.Image:
    """The mark as ink (255) on nothing (0), 1024 × 1024."""
    ink = Image.new("L", (SIDE, SIDE), 0)
    pen = ImageDraw.Draw(ink)
    pen.ellipse((12, 12, SIDE - 12, SIDE - 12), outline=255, width=14)
    pen.ellipse((140, 140, SIDE - 140, SIDE - 140), outline=255, width=10)
    _arc(ink, "中华人民共和国地理标志", 84, 430, -82, 82, False)
    _arc(ink, "GEOGRAPHICAL INDICATION OF P.R.CHINA", 50, 430, 262, 98, True)
    globe = 250
    for turn in (1.0, 0.62, 0.22):  # meridians
        wide = globe * turn
        pen.ellipse((_MIDDLE - wide, _MIDDLE - globe, _MIDDLE + wide, _MIDDLE + globe), outline=255, width=7)
    for height in (-150, -70, 10):  # parallels above the hills
        wide = math.sqrt(globe**2 - height**2)
        pen.line((_MIDDLE - wide, _MIDDLE + height, _MIDDLE + wide, _MIDDLE + height), fill=255, width=7)
    hills = [(300, 640), (380, 520), (430, 565), (520, 450), (600, 560), (660, 510), (730, 640)]
    pen.polygon([*hills, (690, 700), (330, 700)], fill=255)
    wall = [(310, 665), (400, 600), (450, 620), (530, 560), (610, 630), (700, 600)]
    pen.line(wall, fill=0, width=16, joint="curve")
    for (x0, y0), (x1, y1) in itertools.pairwise(wall):  # battlements
        for part in np.arange(0.1, 1, 0.2):
            x, y = x0 + (x1 - x0) * part, y0 + (y1 - y0) * part - 14
            pen.rectangle((x - 5, y - 5, x + 5, y + 5), fill=0)
    for side in (-1, 1):
        _ear(pen, side)
    pen.text((_MIDDLE, 770), "GI", font=ImageFont.truetype(_HEI, 120), fill=255, anchor="mm")
    return ink


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args()
    ink = draw().resize((384, 384), Image.Resampling.LANCZOS)
    picture = Image.merge("LA", (Image.new("L", ink.size, 0), ink))
    picture.save(chosen.out, "PNG", optimize=True)


if __name__ == "__main__":
    main()
