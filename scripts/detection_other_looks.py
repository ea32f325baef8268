"""Rebuild tests/detection/data/other_looks.tsv: look-alikes from fonts and a measure that the look-up does not use.

    python scripts/detection_other_looks.py LXGWWenKai-Regular.ttf wqy-zenhei.ttc

A row is a character and its closest likeness by the overlap (intersection over union) of black pixels at 48 px, the
mean of both faces (Debian's fonts-lxgw-wenkai and fonts-wqy-zenhei), among the 3,755 characters of GB 2312's first
level.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

OUT = Path(__file__).resolve().parent.parent / "tests" / "detection" / "data" / "other_looks.tsv"
LEAST = 0.52


def ink(characters: list[str], path: str) -> np.ndarray:
    face = ImageFont.truetype(path, 44)
    rows = np.zeros((len(characters), 48 * 48), np.float32)
    for index, character in enumerate(characters):
        image = Image.new("L", (48, 48), 0)
        draw = ImageDraw.Draw(image)
        draw.text((24, 24), character, fill=255, font=face, anchor="mm", stroke_width=1, stroke_fill=255)
        rows[index] = np.asarray(image).ravel() > 100
    return rows


def main(paths: list[str]) -> None:
    characters = [
        bytes([high, low]).decode("gb2312")
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF)
        if not (high == 0xD7 and low > 0xF9)
    ]
    overlap = np.zeros((len(characters), len(characters)), np.float32)
    for path in paths:
        rows = ink(characters, path)
        both = rows @ rows.T
        size = rows.sum(1)
        overlap += both / (size[:, None] + size[None, :] - both) / len(paths)
    np.fill_diagonal(overlap, 0)
    lines = []
    for index, character in enumerate(characters):
        best = int(overlap[index].argmax())
        if overlap[index, best] >= LEAST:
            lines.append(f"{character}\t{characters[best]}\t{overlap[index, best]:.2f}")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(lines)} pairs")


if __name__ == "__main__":
    main(sys.argv[1:])
