"""Groups of the same photo: equal hashes, and 64-bit perceptual hashes at most :data:`NEAR` bits apart.

A perceptual hash is 16 hex digits. Bits that a re-encoded photo loses are few; five bands of the 64 bits leave at least
one band untouched for up to four changed bits (pigeonhole), so only hashes that share a band are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

#: Hamming distance up to which two perceptual hashes are the same photo.
NEAR = 4
_BANDS = ((0, 13), (13, 13), (26, 13), (39, 13), (52, 12))
#: In a crowded band a hash is compared with so many neighbours only: bounded work on hostile or blank pictures.
_WINDOW = 64
_PERCEPTUAL = re.compile(r"[0-9a-f]{16}")


def is_blank(value: str) -> bool:
    """A perceptual hash with nearly no bit set, or nearly all: a blank or flat picture, which identifies nothing."""
    return bool(_PERCEPTUAL.fullmatch(value)) and not 8 <= int(value, 16).bit_count() <= 56


def group(values: Iterable[str]) -> Mapping[str, str]:
    """Each hash to the smallest hash of its group; blank ones are left out. The order of ``values`` does not matter."""
    unique = sorted(value for value in set(values) if not is_blank(value))
    perceptual = [value for value in unique if _PERCEPTUAL.fullmatch(value)]
    same = {value: value for value in unique}
    if len(perceptual) < 2:
        return same
    bits = np.array([int(value, 16) for value in perceptual], dtype=np.uint64)
    pairs = [_near(bits, shift, width) for shift, width in _BANDS]
    left, right = (np.concatenate(side) for side in zip(*pairs, strict=True))
    size = len(perceptual)
    edges = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    _, labels = connected_components(edges, directed=False)
    first: dict[int, str] = {}
    for value, label in zip(perceptual, labels.tolist(), strict=True):
        same[value] = first.setdefault(label, value)
    return same


def _near(bits: np.ndarray, shift: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of indexes that agree in one band and differ in at most NEAR bits."""
    band = (bits >> np.uint64(shift)) & np.uint64((1 << width) - 1)
    order = np.lexsort((bits, band))
    banded, sorted_bits = band[order], bits[order]
    lefts, rights = [order[:0]], [order[:0]]
    for step in range(1, min(_WINDOW, len(order) - 1) + 1):
        together = banded[:-step] == banded[step:]
        if not together.any():
            break
        close = together & (np.bitwise_count(sorted_bits[:-step] ^ sorted_bits[step:]) <= NEAR)
        where = np.flatnonzero(close)
        lefts.append(order[where])
        rights.append(order[where + step])
    return np.concatenate(lefts), np.concatenate(rights)
