"""A mark inside a photo, found by its points and proved by geometry."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from detection.pictures.traits import Traits

_RATIO = 0.78
_LEAST_INLIERS = 8
#: Descriptors less like than this never pass the ratio test.
_LEAST_LIKE = 0.8
#: Points of a pattern that are looked for; the detector gives the strongest first.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern found in a picture: ``box`` is x, y, width, height in pixels of the stored picture."""

    box: tuple[int, int, int, int]
    inliers: int
    score: float


def _root(descriptors: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """RootSIFT (Arandjelović and Zisserman 2012): Hellinger distance as a Euclidean one."""
    values = descriptors.astype(np.float32)
    rooted: npt.NDArray[np.float32] = np.sqrt(values / (values.sum(1, keepdims=True) + 1e-6))
    return rooted


class Patterns:
    """Many pictures to be looked for in one: all their descriptors in one matrix, so that a picture is compared with
    every one of them by a single product."""

    def __init__(self, patterns: Sequence[Traits]) -> None:
        self.patterns = tuple(patterns)
        counts = [min(len(pattern.points), _MOST) for pattern in self.patterns]
        self._ends = np.cumsum([0, *counts])
        rooted = [_root(pattern.descriptors[:_MOST]) for pattern in self.patterns if len(pattern.points)]
        self._descriptors = np.concatenate(rooted) if rooted else np.zeros((0, 128), np.float32)

    def find(self, picture: Traits) -> dict[int, Found]:
        """The patterns that stand in the picture, by their place in the sequence: at least eight matches that agree on
        one projection."""
        if len(picture.points) < _LEAST_INLIERS or not len(self._descriptors):
            return {}
        likeness = self._descriptors @ _root(picture.descriptors).T
        top = likeness.max(1)
        rows = np.flatnonzero(top > _LEAST_LIKE)
        near, top = likeness[rows], top[rows]
        target = near.argmax(1)
        near[np.arange(len(rows)), target] = -1
        second = near.max(1, initial=-1)
        # descriptors have length 1, so the squared distance is 2 − 2 × likeness
        good = 1 - top < _RATIO * _RATIO * (1 - second)
        rows, target = rows[good], target[good]
        edges = np.searchsorted(rows, self._ends)
        found: dict[int, Found] = {}
        for index, (start, end) in enumerate(itertools.pairwise(edges)):
            if end - start < _LEAST_INLIERS:
                continue
            ours = rows[start:end] - self._ends[index]
            hit = _agree(self.patterns[index], picture, ours, target[start:end])
            if hit is not None:
                found[index] = hit
        return found


def find(pattern: Traits, picture: Traits) -> Found | None:
    """Where the pattern stands in the picture."""
    return Patterns([pattern]).find(picture).get(0)


def _agree(pattern: Traits, picture: Traits, ours: npt.NDArray[np.intp], theirs: npt.NDArray[np.intp]) -> Found | None:
    """The projection on which the matched points agree."""
    source, target = pattern.points[ours], picture.points[theirs]
    projection, mask = cv2.findHomography(source, target, cv2.USAC_MAGSAC, 0.01 * max(picture.width, picture.height))
    if projection is None or mask is None:
        return None
    inside = mask.ravel().astype(bool)
    # several matches of one point are one
    inliers = len({(round(float(x)), round(float(y))) for x, y in target[inside]})
    if inliers < _LEAST_INLIERS or inside.mean() < 0.35:
        return None
    box = _box(np.asarray(projection, np.float64), pattern, picture)
    return Found(box, inliers, min(1.0, inliers / 24)) if box is not None else None


def _box(projection: npt.NDArray[np.float64], pattern: Traits, picture: Traits) -> tuple[int, int, int, int] | None:
    """The pattern's frame in the picture; None when the projection turns it inside out or to a line."""
    corners = np.array(
        [[[0, 0]], [[pattern.width, 0]], [[pattern.width, pattern.height]], [[0, pattern.height]]], np.float32
    )
    frame = cv2.perspectiveTransform(corners, projection).reshape(-1, 2)
    if not np.isfinite(frame).all() or not cv2.isContourConvex(frame.astype(np.float32)):
        return None
    share = cv2.contourArea(frame) / (picture.width * picture.height)
    if not 0.0005 < share < 4:
        return None
    low = np.clip(frame.min(0), 0, (picture.width - 1, picture.height - 1)).astype(int)
    high = np.clip(frame.max(0), 1, (picture.width, picture.height)).astype(int)
    x, y, width, height = int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])
    return (x, y, width, height) if width > 3 and height > 3 else None
