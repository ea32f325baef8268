"""Text in pictures, read with rapidocr (extra ``ocr``): what stands on packages, and slogans."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from detection.pictures.decoding import Pixels
from domain.errors import MissingPartError

#: The picture is read at this size of its longer side: 0.2–0.6 s on one core, so only what matters is read.
LONGEST = 640
MOST_LINES = 60
_LEAST_SURE = 0.6


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as read, how surely (0–1), and its box x, y, width, height in pixels of the picture given."""

    text: str
    sure: float
    box: tuple[int, int, int, int]


@cache
def _engine() -> Any:
    try:
        from rapidocr import RapidOCR
    except ImportError:
        raise MissingPartError("未安装图中文字识别：请运行 uv pip install 'qingyuan[ocr]'") from None
    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1}
    # by default lines are looked for in a picture enlarged to 736 pixels of its shorter side: twice the time
    size = {"Global.max_side_len": LONGEST, "Det.limit_type": "max", "Det.limit_side_len": LONGEST}
    # lines that stand on their heads are left: to ask of each costs a network more
    return RapidOCR(params={**threads, **size, "Global.use_cls": False, "Global.log_level": "error"})


def read(pixels: Pixels) -> tuple[Line, ...]:
    """The lines of an RGB picture, from the top. Raises MissingPartError without the extra."""
    height, width = pixels.shape[:2]
    scale = min(1.0, LONGEST / max(height, width))
    small = pixels
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    if min(small.shape[:2]) < 12:
        return ()
    found = _engine()(np.ascontiguousarray(small[:, :, ::-1]))
    if found is None or found.boxes is None or found.txts is None:
        return ()
    lines = []
    for corners, text, sure in zip(found.boxes, found.txts, found.scores, strict=True):
        if float(sure) < _LEAST_SURE or not text.strip():
            continue
        low, high = np.min(corners, 0) / scale, np.max(corners, 0) / scale
        box = (
            round(float(low[0])),
            round(float(low[1])),
            round(float(high[0] - low[0])),
            round(float(high[1] - low[1])),
        )
        lines.append(Line(text.strip()[:200], float(sure), box))
    lines.sort(key=lambda line: (line.box[1], line.box[0]))
    return tuple(lines[:MOST_LINES])
