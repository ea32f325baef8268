"""Look: how alike two characters are to the eye, from rendered glyphs (see scripts/detection_looks.py)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import Slots


@cache
def _pairs() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """Left and right of each pair, sorted, and its likeness in 1/255."""
    with (
        files("detection.names").joinpath("looks.npz").open("rb") as stream,
        np.load(stream, allow_pickle=False) as data,
    ):
        left, right = data["left"].astype(np.uint32), data["right"].astype(np.uint32)
        likeness = data["likeness"]
    order = np.lexsort((right, left))
    return left[order], right[order], likeness[order]


def _key(one: npt.NDArray[np.uint32], other: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """A pair in either order as one number, spread over the high bits; no two pairs have the same."""
    low, high = np.minimum(one, other).astype(np.uint64), np.maximum(one, other)
    key: npt.NDArray[np.uint64] = ((low << np.uint64(32)) | high) * np.uint64(0x9E3779B97F4A7C15)
    return key


@cache
def _table() -> Slots[np.uint8]:
    left, right, values = _pairs()
    keys, row = np.unique(_key(left, right), return_inverse=True)
    best = np.zeros(len(keys), np.uint8)
    np.maximum.at(best, row, values)  # a pair may be given in both orders
    return Slots(keys[best > 0], best[best > 0])


def likeness(one: npt.NDArray[np.uint32], other: npt.NDArray[np.uint32]) -> npt.NDArray[np.float32]:
    """Likeness in 0–1 of code points, pair by pair; 1 for the same character, 0 where nothing is known."""
    found = _table().of(_key(one, other)).astype(np.float32) / np.float32(255)
    return np.where(one == other, np.float32(1), found)


def look(one: str, other: str) -> float:
    """
    >>> look("师", "帅") > 0.5, look("兔", "免") > 0.9, look("师", "水")
    (True, True, 0.0)
    """
    return float(likeness(np.array([ord(one)], np.uint32), np.array([ord(other)], np.uint32))[0])


@cache
def _rows() -> dict[str, tuple[tuple[str, float], ...]]:
    rows: dict[str, list[tuple[str, float]]] = {}
    for left, right, value in zip(*(column.tolist() for column in _pairs()), strict=True):
        rows.setdefault(chr(right), []).append((chr(left), value / 255))
    return {right: tuple(sorted(pairs, key=lambda pair: -pair[1])) for right, pairs in rows.items()}


def neighbours(character: str, at_least: float = 0.5) -> tuple[str, ...]:
    """Characters that can be taken for this one, the closest first."""
    return tuple(other for other, value in _rows().get(character, ()) if value >= at_least)
