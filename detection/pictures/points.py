"""Points of a picture by which its copies are known: ORB (Rublee et al. 2011), spread over the whole picture.

Spread, because a banner of text would otherwise take all of them, and a copy shows only a part of the photo.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from detection.pictures.decoding import Pixels

#: Points are taken from the picture at this size of its longer side.
LONGEST = 320
MOST = 400
_CELLS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """``places`` (n, 2) in 0–1 of the longer side, ``angles`` (n) in degrees, ``bits`` (n, 32) bytes of 256 bits;
    ``shape`` is width and height in 0–1 of the longer side."""

    places: npt.NDArray[np.float32] = field(repr=False)
    angles: npt.NDArray[np.float32] = field(repr=False)
    bits: npt.NDArray[np.uint8] = field(repr=False)
    shape: tuple[float, float]

    def __len__(self) -> int:
        return len(self.places)


@cache
def _finder() -> Any:
    return cv2.ORB.create(900, 1.2, 8, 15, 0, 2, cv2.ORB_HARRIS_SCORE, 31, 10)


def points(grey: Pixels, most: int = MOST) -> Points:
    """The points of a grey picture whose longer side is at most :data:`LONGEST`."""
    return _described(grey, _found(grey, most))


def _found(grey: Pixels, most: int) -> list[Any]:
    height, width = grey.shape
    found = _finder().detect(grey, None)
    return _spread(found, width, height, most) if len(found) else []


def _described(grey: Pixels, found: list[Any]) -> Points:
    """The points with their bits, in the order in which they are given."""
    height, width = grey.shape
    longest = max(height, width)
    for rank, point in enumerate(found):
        point.class_id = rank
    found, bits = _finder().compute(grey, found)  # which sorts them by their scale
    if bits is None or not len(found):
        return Points(np.zeros((0, 2), np.float32), np.zeros(0, np.float32), np.zeros((0, 32), np.uint8), (1.0, 1.0))
    order = np.argsort([point.class_id for point in found])
    places = np.array([point.pt for point in found], np.float32)[order] / longest
    angles = np.array([point.angle for point in found], np.float32)[order]
    return Points(places, angles, np.asarray(bits, np.uint8)[order], (width / longest, height / longest))


def _spread(found: Any, width: int, height: int, most: int) -> list[Any]:
    """The strongest of each cell first, then the second strongest of each, until there are enough."""
    places = np.array([point.pt for point in found], np.float32)
    strength = np.array([point.response for point in found], np.float32)
    cell = (places[:, 0] * _CELLS / width).astype(int) * _CELLS + (places[:, 1] * _CELLS / height).astype(int)
    order = np.lexsort((-strength, cell))
    first = np.r_[0, np.flatnonzero(np.diff(cell[order])) + 1]
    rank = np.arange(len(order)) - np.repeat(first, np.diff(np.r_[first, len(order)]))
    chosen = order[np.lexsort((-strength[order], rank))][:most]
    return [found[place] for place in chosen]


def unframed(pixels: Pixels) -> tuple[int, int, int, int]:
    """The part (x0, y0, x1, y1) inside a frame of one colour; all of it when there is none worth cutting."""
    height, width = pixels.shape[:2]
    grey = pixels if pixels.ndim == 2 else np.asarray(pixels.max(2), np.uint8)
    rows, columns = _uneven(grey, 1), _uneven(grey, 0)
    if not rows.any() or not columns.any():
        return 0, 0, width, height
    y0, y1 = int(rows.argmax()), height - int(rows[::-1].argmax())
    x0, x1 = int(columns.argmax()), width - int(columns[::-1].argmax())
    if (x1 - x0) * (y1 - y0) < 0.2 * width * height or (x1 - x0 > 0.96 * width and y1 - y0 > 0.96 * height):
        return 0, 0, width, height
    return x0, y0, x1, y1


def _uneven(grey: Pixels, axis: int) -> npt.NDArray[np.bool_]:
    """Lines whose standard deviation is above 6, in whole numbers."""
    values = grey.astype(np.int32)
    count = grey.shape[axis]
    total, squares = values.sum(axis), (values * values).sum(axis)
    uneven: npt.NDArray[np.bool_] = squares * count - total * total > 36 * count * count
    return uneven


def both(grey: Pixels) -> tuple[Points, Points]:
    """The points of a grey picture and of its mirror image, a plain frame left out. Of the mirror image the same points
    are described, not found anew: a corner is a corner either way round, and finding costs most."""
    grey, inner, corner = _inside(grey)
    found = _found(inner, MOST)
    width, across = inner.shape[1], grey.shape[1]
    turned = [
        cv2.KeyPoint(
            width - 1 - point.pt[0], point.pt[1], point.size, (540 - point.angle) % 360, point.response, point.octave
        )
        for point in found
    ]
    mirror = _described(np.ascontiguousarray(inner[:, ::-1]), turned)
    return (
        _moved(_described(inner, found), inner.shape, corner, grey.shape),
        _moved(mirror, inner.shape, (across - corner[0] - width, corner[1]), grey.shape),
    )


def upright(grey: Pixels) -> Points:
    """The points of a grey picture, a plain frame left out."""
    grey, inner, corner = _inside(grey)
    return _moved(points(inner), inner.shape, corner, grey.shape)


def _inside(grey: Pixels) -> tuple[Pixels, Pixels, tuple[int, int]]:
    """The picture at :data:`LONGEST`, the part of it inside a plain frame, and where that begins."""
    height, width = grey.shape
    scale = LONGEST / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    x0, y0, x1, y1 = unframed(grey)
    return grey, np.ascontiguousarray(grey[y0:y1, x0:x1]), (x0, y0)


def _moved(found: Points, inner: tuple[int, ...], corner: tuple[int, int], whole: tuple[int, ...]) -> Points:
    longest = max(whole)
    places = (found.places * max(inner) + np.array(corner, np.float32)) / np.float32(longest)
    return Points(places.astype(np.float32), found.angles, found.bits, (whole[1] / longest, whole[0] / longest))
