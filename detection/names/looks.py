"""Look: how alike two characters are to the eye, from rendered glyphs (see scripts/detection_looks.py)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt


@cache
def _table() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    """Sorted keys ``left << 16 | right`` and their likeness in 1/255."""
    with (
        files("detection.names").joinpath("looks.npz").open("rb") as stream,
        np.load(stream, allow_pickle=False) as data,
    ):
        keys = (data["left"].astype(np.uint32) << 16) | data["right"].astype(np.uint32)
        likeness = data["likeness"]
    order = np.argsort(keys, kind="stable")
    return keys[order], likeness[order]


def likeness(one: npt.NDArray[np.uint32], other: npt.NDArray[np.uint32]) -> npt.NDArray[np.float32]:
    """Likeness in 0–1 of code points, pair by pair; 1 for the same character, 0 where nothing is known."""
    keys, values = _table()
    found = np.zeros(one.shape, np.float32)
    for left, right in ((one, other), (other, one)):
        wanted = (left << np.uint32(16)) | right
        index = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hit = (keys[index] == wanted) & (left < 0x10000) & (right < 0x10000)
        found = np.maximum(found, np.where(hit, values[index].astype(np.float32) / 255, 0))
    return np.where(one == other, np.float32(1), found).astype(np.float32)


def look(one: str, other: str) -> float:
    """
    >>> look("师", "帅") > 0.5, look("兔", "免") > 0.9, look("师", "水")
    (True, True, 0.0)
    """
    return float(likeness(np.array([ord(one)], np.uint32), np.array([ord(other)], np.uint32))[0])


@cache
def _rows() -> dict[str, tuple[tuple[str, float], ...]]:
    keys, values = _table()
    rows: dict[str, list[tuple[str, float]]] = {}
    for key, value in zip(keys.tolist(), values.tolist(), strict=True):
        rows.setdefault(chr(key & 0xFFFF), []).append((chr(key >> 16), value / 255))
    return {right: tuple(sorted(pairs, key=lambda pair: -pair[1])) for right, pairs in rows.items()}


def neighbours(character: str, at_least: float = 0.5) -> tuple[str, ...]:
    """Characters that can be taken for this one, the closest first."""
    return tuple(other for other, value in _rows().get(character, ()) if value >= at_least)
