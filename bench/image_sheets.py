"""Pages of pictures with the boxes drawn: the first hundred, and the worst ten."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from bench.composites import Drawn, Pixels
from scripts.marks.bank import Bank

if TYPE_CHECKING:
    from bench.image_marks import Answer

_SIDE = 240


def _card(mask: Pixels, side: int) -> Pixels:
    canvas = np.full((side, side), 255, np.uint8)
    scale = side * 0.9 / max(mask.shape)
    small = cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    y, x = (side - small.shape[0]) // 2, (side - small.shape[1]) // 2
    canvas[y : y + small.shape[0], x : x + small.shape[1]] = 255 - small
    return np.asarray(cv2.cvtColor(canvas, cv2.COLOR_GRAY2BGR), np.uint8)


def _panel(data: bytes, drawn: Drawn, answer: Answer, bank: Bank, row: int) -> Pixels:
    picture = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    x0, y0, x1, y1 = (round(value) for value in drawn.box)
    cv2.rectangle(picture, (x0, y0), (x1, y1), (0, 200, 0), 2)
    if answer.hits:
        tone = (255, 80, 0) if answer.first else (0, 0, 255)
        cv2.polylines(picture, [np.round(answer.hits[0].quad).astype(np.int32)], True, tone, 3)
    scale = _SIDE / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    panel = np.full((_SIDE, _SIDE + 84, 3), 255, np.uint8)
    panel[: small.shape[0], : small.shape[1]] = small
    panel[2:82, _SIDE + 2 : _SIDE + 82] = _card(bank.mask(row), 80)
    if answer.hits:
        hit = answer.hits[0]
        panel[90:170, _SIDE + 2 : _SIDE + 82] = _card(bank.mask(int(bank.brands[hit.mark])), 80)
        cv2.putText(panel, f"{hit.score:.2f}", (_SIDE + 6, 190), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1)
        cv2.putText(panel, f"IoU {answer.overlap:.2f}", (_SIDE + 6, 210), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1)
    cv2.putText(
        panel, f"{drawn.width:.2f} c{drawn.cover:.2f}", (_SIDE + 2, 232), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1
    )
    return panel


def draw_sheets(folder: Path, shown: Sequence[tuple[bytes, Drawn, Answer]], bank: Bank) -> None:
    """Each panel: the picture with what was drawn (green) and found (blue right, red wrong), the mark, the one
    found."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [int(bank.test[number % len(bank.test)]) for number in range(len(shown))]
    panels = [_panel(*one, bank, row) for one, row in zip(shown[:40], rows, strict=False)]
    wrong = [place for place, (_, _, answer) in enumerate(shown) if not answer.first]
    wrong.sort(key=lambda place: -(shown[place][2].hits[0].score if shown[place][2].hits else -9.0))
    worst = [_panel(*shown[place], bank, rows[place]) for place in wrong[:20]]
    for name, chosen in (("first", panels), ("worst", worst)):
        if chosen:
            lines = [
                np.hstack((chosen[at : at + 5] + [np.full_like(chosen[0], 255)] * 5)[:5])
                for at in range(0, len(chosen), 5)
            ]
            cv2.imwrite(str(folder / f"{name}.png"), np.vstack(lines))
