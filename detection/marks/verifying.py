"""A registered mask drawn where a network saw a mark, so that another can compare them."""

from __future__ import annotations

import cv2
import numpy as np

from detection.marks.windows import Floats, Pixels

#: A corner of a frame is moved by at most this share of half a window.
MOST = 0.4
_UNIT = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)


def small(mask: Pixels, longest: int = 64) -> Pixels:
    """The mask at most ``longest`` pixels a side: as large as it is ever drawn into a window."""
    scale = longest / max(mask.shape)
    if scale >= 1:
        return mask
    size = (max(2, round(mask.shape[1] * scale)), max(2, round(mask.shape[0] * scale)))
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.uint8)


def drawn(mask: Pixels, quad: Floats, side: int = 64) -> Pixels:
    """A registered mask drawn into a window of ``side`` pixels at the frame (4, 2; −1…1) that was seen there."""
    square = _UNIT * np.array([mask.shape[1], mask.shape[0]], np.float32)
    corners = np.asarray((quad + 1) * (side / 2), np.float32)
    onto = cv2.getPerspectiveTransform(square, corners)
    return np.asarray(cv2.warpPerspective(mask, onto, (side, side), flags=cv2.INTER_LINEAR), np.uint8)
