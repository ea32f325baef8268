"""Two pictures compared: the same photo, or a mark inside a photo, proved by geometry."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from detection.pictures.traits import Traits, distance

#: Two hashes this near are the same photo, re-encoded or resized.
NEAR = 6
_RATIO = 0.78
_LEAST_INLIERS = 8


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


def find(pattern: Traits, picture: Traits) -> Found | None:
    """Where the pattern stands in the picture: at least eight matches that agree on one projection."""
    if len(pattern.points) < _LEAST_INLIERS or len(picture.points) < _LEAST_INLIERS:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(_root(pattern.descriptors), _root(picture.descriptors), k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
    if len(good) < _LEAST_INLIERS:
        return None
    source = pattern.points[[match.queryIdx for match in good]]
    target = picture.points[[match.trainIdx for match in good]]
    projection, mask = cv2.findHomography(source, target, cv2.USAC_MAGSAC, 0.01 * max(picture.width, picture.height))
    if projection is None or mask is None:
        return None
    inside = mask.ravel().astype(bool)
    inliers = len(
        {(round(float(x)), round(float(y))) for x, y in target[inside]}
    )  # several matches of one point are one
    if inliers < _LEAST_INLIERS or inside.mean() < 0.35:
        return None
    box = _box(np.asarray(projection, np.float64), pattern, picture)
    if box is None:
        return None
    return Found(box, inliers, min(1.0, inliers / 24))


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


def same_photo(one: Traits, other: Traits) -> float:
    """How surely two pictures are one photo, 0–1: by hash, or by many points that agree (crops, watermarks)."""
    if one.flat or other.flat:
        return 0.0
    if distance(one.hash, other.hash) <= NEAR:
        return 1.0
    found = find(one, other)
    return min(1.0, found.inliers / 40) if found is not None and found.inliers >= 20 else 0.0
