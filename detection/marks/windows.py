"""The windows through which the embedder sees a picture and a register's marks. Training uses these very functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
Floats: TypeAlias = npt.NDArray[np.float32]
Box: TypeAlias = tuple[float, float, float, float]

SIDE = 64
GROW = 1.2
#: The first look at a proposed box is this much wider, so that what the box leaves out can be seen.
LOOSE = 1.5
CANONICAL = 32


def window(box: Box, grow: float = GROW) -> Box:
    """Centre and size (x, y, width, height) of the window cut for a box (x0, y0, x1, y1): the ratio of its sides is the
    root of the box's, so that a long word mark keeps its rows and still looks long."""
    width, height = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
    longest = max(width, height)
    root = math.sqrt(width / height)
    across, down = (longest, longest / root) if root > 1 else (longest * root, longest)
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, across * grow, down * grow


def boxed(view: Sequence[float], grow: float = GROW) -> Box:
    """The box (x0, y0, x1, y1) for which a window (centre, size) was cut."""
    x, y, across, down = view
    ratio = (across / down) ** 2
    longest = max(across, down) / grow
    width, height = (longest, longest / ratio) if ratio > 1 else (longest * ratio, longest)
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def canonical(mask: Pixels, side: int = CANONICAL) -> Pixels:
    """The register's view of a mark: its tight mask in the same window as a crop, ``side`` pixels."""
    height, width = mask.shape
    x, y, across, down = window((0.0, 0.0, float(width), float(height)), 1.1)
    onto = np.array([[96 / across, 0, 48 - x * 96 / across], [0, 96 / down, 48 - y * 96 / down]], np.float32)
    big = cv2.warpAffine(mask, onto, (96, 96), flags=cv2.INTER_AREA)
    return np.asarray(cv2.resize(big, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


class Levels:
    """A picture at several sizes, so that cutting a window averages pixels instead of skipping them."""

    def __init__(self, pixels: Pixels) -> None:
        self.levels = [pixels]
        while min(self.levels[-1].shape[:2]) >= 96:
            half = cv2.resize(self.levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            self.levels.append(np.asarray(half, np.uint8))

    def shrunk(self, size: tuple[int, int]) -> Pixels:
        """The picture at another size (width, height), from the smallest level that is at least 1.1 times as large:
        then it is no more than 2.2 times as large, and four pixels for one are enough (averaging all of them takes
        eight times as long, and halving first what is hardly larger blurs)."""
        level = 0
        while level + 1 < len(self.levels) and max(self.levels[level + 1].shape[:2]) >= 1.1 * max(size):
            level += 1
        pixels = self.levels[level]
        how = cv2.INTER_AREA if max(pixels.shape[:2]) > 2.2 * max(size) else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)

    def cut(self, view: Box, side: int = SIDE) -> Pixels:
        """The window (centre, size) as ``side`` × ``side`` pixels; what lies outside the picture is mirrored."""
        x, y, across, down = view
        level = 0
        while level + 1 < len(self.levels) and min(across, down) / 2 ** (level + 1) >= side:
            level += 1
        shrink = 0.5**level
        wide, high = side / (across * shrink), side / (down * shrink)
        # pixel centres lie at halves: a level's pixel i covers i … i + 1
        onto = np.array(
            [[wide, 0, side / 2 - x * shrink * wide + 0.5 * (wide - 1)],
             [0, high, side / 2 - y * shrink * high + 0.5 * (high - 1)]], np.float32
        )  # fmt: skip
        flags = cv2.INTER_AREA if max(wide, high) < 1 else cv2.INTER_LINEAR
        cut = cv2.warpAffine(self.levels[level], onto, (side, side), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
        return np.asarray(cut, np.uint8)
