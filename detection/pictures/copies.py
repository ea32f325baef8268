"""The same photo again, though cropped, mirrored, turned, watermarked, framed, put into a collage, recoloured or
re-encoded: found by words of bits, proved by one similarity on which many points agree, and told what was changed.

Each point's 256 bits give one word of 16 bits for each of four tables and a signature of 32 other bits. A store (on
disk: ``indexer.copies``) keeps for every word the entries of all pictures; :func:`search` asks it for the words of the
picture at hand. Words of many bits survive a change of a tenth of the bits in one of four tables for half of the
points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from detection.pictures.points import Points

TABLES, WORD_BITS, SIGNATURE_BITS = 4, 16, 32
_ORDER = np.random.default_rng(16).permutation(256)
#: Of 32 bits, so many may differ; a chance pair passes once in 1,000.
_NEAR = 7
_TRIED = 16
#: A store keeps so many points of a picture; the picture at hand is asked about with all of its own.
STORED = 240
_LEAST_VOTES = 3
#: So many points must agree: of the photographs held out, strangers reach 7 once in a hundred.
LEAST = 7
_NEAR_PLACE = 0.025
_NEAR_ANGLE = 20.0

Words: TypeAlias = npt.NDArray[np.uint16]
#: Entries of the words asked for: (place in the query, signature, picture, geometry), all of the same length.
Lookup: TypeAlias = Callable[
    [int, Words],
    tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint32]],
]


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """What a store keeps of one picture: ``words`` (4, n), ``signatures`` (n), ``geometry`` (n): x, y and angle in
    eight bits each."""

    words: Words
    signatures: npt.NDArray[np.uint32]
    geometry: npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified match: ``picture`` as the store numbers it, ``points`` that agree, ``onto`` the 2 × 3 similarity from
    the known picture to the one at hand, both in 0–1 of their longer sides, and whether it is mirrored."""

    picture: int
    points: int
    onto: tuple[float, float, float, float, float, float]
    mirrored: bool

    @property
    def turn(self) -> float:
        """Degrees, −180…180."""
        return math.degrees(math.atan2(self.onto[3], self.onto[0]))

    @property
    def scale(self) -> float:
        return math.hypot(self.onto[0], self.onto[3])


def entries(points: Points, most: int = STORED) -> Entries:
    """The words, signatures and geometry of a picture's first points; they come best spread first."""
    count = min(most, len(points))
    if not count:
        none = np.zeros(0, np.uint32)
        return Entries(np.zeros((TABLES, 0), np.uint16), none, none)
    bits = np.unpackbits(points.bits[:count], axis=1)[:, _ORDER]
    words = np.stack([_number(bits, table * WORD_BITS, WORD_BITS) for table in range(TABLES)]).astype(np.uint16)
    signatures = _number(bits, TABLES * WORD_BITS, SIGNATURE_BITS).astype(np.uint32)
    x, y = (np.clip(points.places[:count, axis] * 255, 0, 255).astype(np.uint32) for axis in (0, 1))
    angle = (points.angles[:count] * (256 / 360)).astype(np.uint32) & 255
    return Entries(words, signatures, x | y << np.uint32(8) | angle << np.uint32(16))


def _number(bits: npt.NDArray[np.uint8], start: int, count: int) -> npt.NDArray[np.unsignedinteger]:
    packed = np.ascontiguousarray(np.packbits(bits[:, start : start + count], axis=1))
    return packed.view(f">u{count // 8}")[:, 0]


class Few:
    """A few pictures' entries in memory, as a store has them on disk."""

    def __init__(self, pictures: Sequence[Points]) -> None:
        made = [entries(points) for points in pictures]
        rows = np.repeat(np.arange(len(made), dtype=np.uint32), [len(one.signatures) for one in made])
        self._tables = []
        for table in range(TABLES):
            words = np.concatenate([one.words[table] for one in made]) if made else np.zeros(0, np.uint16)
            order = np.argsort(words, kind="stable")
            self._tables.append((words[order], order))
        none = np.zeros(0, np.uint32)
        self._signatures = np.concatenate([one.signatures for one in made]) if made else none
        self._geometry = np.concatenate([one.geometry for one in made]) if made else none
        self._rows = rows

    def lookup(
        self, table: int, words: Words
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        """Entries of the words: place in ``words``, signature, picture, geometry."""
        known, order = self._tables[table]
        low, high = np.searchsorted(known, words), np.searchsorted(known, words, side="right")
        count = high - low
        at = order[np.repeat(low - np.r_[0, np.cumsum(count)[:-1]], count) + np.arange(int(count.sum()))]
        place = np.repeat(np.arange(len(words)), count)
        return place, self._signatures[at], self._rows[at], self._geometry[at]


def search(points: Points, lookup: Lookup, *, mirrored: bool = False, most: int = 10) -> list[Copy]:
    """The pictures of a store that are this one, the surest first; ``mirrored`` says that the points are of the mirror
    image. At least :data:`LEAST` points agree on one similarity."""
    if len(points) < LEAST:
        return []
    own = entries(points, len(points))
    rows, pictures, geometry = [], [], []
    for table in range(TABLES):
        place, signature, picture, placed = lookup(table, own.words[table])
        near = np.bitwise_count(own.signatures[place] ^ signature) <= _NEAR
        rows.append(place[near])
        pictures.append(picture[near])
        geometry.append(placed[near])
    row, picture, placed = np.concatenate(rows), np.concatenate(pictures), np.concatenate(geometry)
    if not len(picture):
        return []
    # a copy's points are all turned by one angle
    turned = ((placed >> 16) & 255).astype(np.int64) - (points.angles[row] * (256 / 360)).astype(np.int64)
    slot = ((turned & 255) >> 4).astype(np.int64)
    votes: dict[int, int] = {}
    for shift in (0, 1):  # two grids of angles, so that none falls between
        key = picture.astype(np.int64) * 8 + ((slot + shift) % 16 // 2)
        keys, counts = np.unique(key, return_counts=True)
        for which in np.argsort(-counts)[:_TRIED]:
            if counts[which] >= _LEAST_VOTES:
                one = int(keys[which]) // 8
                votes[one] = max(votes.get(one, 0), int(counts[which]))
    found = []
    few = max(votes.values(), default=0) / 6
    for one in sorted(votes, key=lambda each: (-votes[each], each))[:_TRIED]:
        if votes[one] < few:
            break
        chosen = picture == one
        copy = _agree(one, points.places[row[chosen]], points.angles[row[chosen]], placed[chosen], mirrored)
        if copy is not None:
            found.append(copy)
    return sorted(found, key=lambda copy: (-copy.points, copy.picture))[:most]


def _agree(
    picture: int,
    here: npt.NDArray[np.float32],
    angles: npt.NDArray[np.float32],
    placed: npt.NDArray[np.uint32],
    mirrored: bool,
) -> Copy | None:
    """The similarity on which most points agree, in place and in direction."""
    there = np.stack([placed & 255, (placed >> 8) & 255], 1).astype(np.float32) / 255
    onto, inside = cv2.estimateAffinePartial2D(
        there, here, method=cv2.RANSAC, ransacReprojThreshold=_NEAR_PLACE, maxIters=400, confidence=0.99
    )
    if onto is None or inside is None:
        return None
    turn = math.degrees(math.atan2(float(onto[1, 0]), float(onto[0, 0])))
    off = (angles - ((placed >> 16) & 255).astype(np.float32) * (360 / 256) - turn + 180) % 360 - 180
    agreed = inside.ravel().astype(bool) & (np.abs(off) < _NEAR_ANGLE)
    # a point counts once, on either side
    cells = ((side[agreed] * 100).astype(np.int64) @ np.array([1, 1024]) for side in (here, there))
    count = min(len(np.unique(cell)) for cell in cells)
    scale = math.hypot(float(onto[0, 0]), float(onto[1, 0]))
    if count < LEAST or not 0.15 < scale < 6 or here[agreed].std(0).max() < 0.03:
        return None
    a, b, c, d, e, f = (float(value) for value in onto.ravel())
    return Copy(picture, count, (a, b, c, d, e, f), mirrored)
