"""Boxes in which a mark may stand."""

from __future__ import annotations

import cv2
import numpy as np

from detection.marks.networks import Networks
from detection.marks.windows import Box, Floats, Levels

#: The detector sees the picture at this size of its longer side, and answers for cells of four pixels.
LONGEST = 384
_STRIDE = 4
_SAME = 0.6


def overlap(one: Box | Floats, others: Floats) -> Floats:
    """IoU of one box with boxes (n, 4)."""
    low = np.maximum(np.asarray(one[:2]), others[:, :2])
    high = np.minimum(np.asarray(one[2:]), others[:, 2:])
    both = np.clip(high - low, 0, None).prod(1)
    areas = (others[:, 2:] - others[:, :2]).prod(1) + (one[2] - one[0]) * (one[3] - one[1])
    return np.asarray(both / np.maximum(areas - both, 1e-6), np.float32)


def distinct(boxes: Floats, same: float = _SAME) -> list[int]:
    """Places of the boxes that no earlier one covers, in order."""
    kept: list[int] = []
    for place, box in enumerate(boxes):
        if not kept or float(overlap(box, boxes[kept]).max()) < same:
            kept.append(place)
    return kept


def propose(networks: Networks, levels: Levels, *, most: int = 12, least: float = 0.04) -> tuple[Floats, Floats]:
    """Boxes (n, 4) in pixels of the picture and how surely each holds a mark (n), the surest first."""
    height, width = levels.levels[0].shape[:2]
    scale = LONGEST / max(height, width)
    small = levels.shrunk((max(1, round(width * scale)), max(1, round(height * scale))))
    down, across = (-small.shape[0]) % 32, (-small.shape[1]) % 32
    padded = cv2.copyMakeBorder(
        small, 0, down, 0, across, cv2.BORDER_REFLECT_101 if min(small.shape[:2]) > 32 else cv2.BORDER_REPLICATE
    )
    cells = networks.detect(np.asarray(padded, np.uint8))
    heat = cells[0]
    peaks = np.asarray(cv2.dilate(heat, np.ones((3, 3), np.uint8))) == heat
    rows, columns = np.nonzero(peaks & (heat > least))
    order = np.argsort(-heat[rows, columns])[: most * 4]
    rows, columns = rows[order], columns[order]
    x, y = (columns + 0.5) * _STRIDE, (rows + 0.5) * _STRIDE
    left, top, right, bottom = (cells[1 + side, rows, columns] for side in range(4))
    boxes = np.stack([x - left, y - top, x + right, y + bottom], 1) / np.float32(scale)
    boxes[:, 0::2] = boxes[:, 0::2].clip(0, width)
    boxes[:, 1::2] = boxes[:, 1::2].clip(0, height)
    keep = (boxes[:, 2:] - boxes[:, :2]).min(1, initial=np.inf) >= 4
    boxes, sure = boxes[keep].astype(np.float32), heat[rows, columns][keep]
    kept = distinct(boxes)[:most]
    return boxes[kept], np.asarray(sure[kept], np.float32)
