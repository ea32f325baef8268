"""A candidate proved by its shape: the registered mask laid over the mask that the network saw, nudged until it
fits."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from detection.marks.windows import Floats, Pixels

_SIDE = 32
#: A corner of a frame is moved by at most this share of half a window.
MOST = 0.4
_UNIT = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
#: Turns in degrees and sizes tried about the frame that the network gave.
_TURNS = (-9.0, 0.0, 9.0)
_SIZES = (0.9, 1.0, 1.1)


def _nudges() -> Floats:
    """Matrices (n, 2, 2) by which a frame is turned and resized about its middle."""
    every: list[npt.NDArray[np.float64]] = []
    for turn in _TURNS:
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        every.extend(np.array([[cos, -sin], [sin, cos]]) * size for size in _SIZES)
    return np.asarray(every, np.float32)


_NUDGES = _nudges()


def frames(quad: Floats) -> Floats:
    """The frame (4, 2) and its nudged likes (n, 4, 2)."""
    middle = quad.mean(0)
    return np.asarray((quad - middle) @ _NUDGES.transpose(0, 2, 1) + middle, np.float32)


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


def fit(seen: Floats, quad: Floats, mask: Pixels) -> tuple[float, Floats]:
    """How well a registered mask fits what is seen (32, 32), and its frame in −1…1: the best correlation, −1…1, over
    nudges of the frame and shifts by up to three cells."""
    small = mask
    if max(mask.shape) > 48:
        scale = 48 / max(mask.shape)
        size = (max(2, round(mask.shape[1] * scale)), max(2, round(mask.shape[0] * scale)))
        small = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.uint8)
    square = _UNIT * np.array([small.shape[1], small.shape[0]], np.float32)
    room = 3
    target = cv2.copyMakeBorder(seen, room, room, room, room, cv2.BORDER_CONSTANT, value=0)
    best, where = -1.0, quad
    for frame in frames(quad):
        corners = (frame + 1) * (_SIDE / 2)
        onto = cv2.getPerspectiveTransform(square, corners.astype(np.float32))
        drawn = cv2.warpPerspective(small, onto, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR)
        if drawn.std() < 1:
            continue
        match = cv2.matchTemplate(target, drawn.astype(np.float32) / 255, cv2.TM_CCOEFF_NORMED)
        row, column = np.unravel_index(int(match.argmax()), match.shape)
        value = float(match[row, column])
        if math.isfinite(value) and value > best:
            best = value
            where = frame + np.array([column - room, row - room], np.float32) * (2 / _SIDE)
    return best, np.asarray(where, np.float32)
