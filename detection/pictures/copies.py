"""The same photo again, though cropped, mirrored, turned, watermarked, framed, put into a collage, recoloured or
re-encoded: found by words of bits, proved by one similarity on which many points agree, and told what was changed.

Each point's 256 bits give one word of 16 bits for each of four tables and a signature of 32 other bits. A store (on
disk: ``indexer.copies``) keeps for every word the points of all pictures; :func:`search` asks it for the points whose
word is the same and whose signature is near, and compares all bits of those. Words of many bits survive a change of a
tenth of the bits in one of four tables for half of the points, which is enough to tell which pictures may be meant, and
too few to prove a photo with lettering over it; so the proof compares all points of a picture with all at hand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from detection.pictures.points import Points

TABLES, WORD_BITS, SIGNATURE_BITS = 4, 16, 32
_ORDER = np.random.default_rng(16).permutation(256)
#: Of a signature's 32 bits, so many may differ; a chance pair passes once in 1,000.
NEAR = 7
#: Of all 256 bits, so many may differ: the same point in a copy differs in 20–60, another one in 128 ± 8.
_SAME = 64
_TRIED = 16
#: A store keeps so many points of a picture; the picture at hand is asked about with all of its own.
STORED = 240
_LEAST_VOTES = 3
#: So many points must agree before a picture is the same.
LEAST = 8
#: A copy with so many points is plain; behind it, so many pictures in vain end the search.
_PLAIN, _ENOUGH = 20, 4
_NEAR_PLACE = 0.025
_NEAR_ANGLE = 20.0

Words: TypeAlias = npt.NDArray[np.uint16]
Bits: TypeAlias = npt.NDArray[np.uint8]
Numbers: TypeAlias = npt.NDArray[np.uint32]
Rows: TypeAlias = npt.NDArray[np.int64]


class Store(Protocol):
    """Points of many pictures. A point is known by its row; rows of one picture follow each other."""

    def lookup(self, table: int, words: Words, signatures: Numbers) -> tuple[Rows, Rows]:
        """Points of the same word whose signature differs in at most :data:`NEAR` bits: place in ``words``, row."""

    def at(self, rows: Rows) -> tuple[Bits, Numbers, Rows]:
        """Of these rows: bits (n, 32), geometry, picture."""

    def whole(self, picture: int) -> tuple[Bits, Numbers]:
        """Bits and geometry of all points of one picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """What a store keeps of one picture: ``words`` (4, n), ``signatures`` (n), ``geometry`` (n): x, y and angle in
    eight bits each; ``bits`` (n, 32)."""

    words: Words
    signatures: Numbers
    geometry: Numbers
    bits: Bits


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified match: ``picture`` as the store numbers it, ``points`` that agree, ``onto`` the 2 × 3 similarity from
    the known picture to the one at hand, both in 0–1 of their longer sides, and whether it is mirrored. ``weight``
    counts each point by how exactly it is the same: another photo of one scene has many points, but other bits."""

    picture: int
    points: int
    onto: tuple[float, float, float, float, float, float]
    mirrored: bool
    weight: float = 0.0

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
        return Entries(np.zeros((TABLES, 0), np.uint16), none, none, np.zeros((0, 32), np.uint8))
    bits = np.unpackbits(points.bits[:count], axis=1)[:, _ORDER]
    words = np.stack([_number(bits, table * WORD_BITS, WORD_BITS) for table in range(TABLES)]).astype(np.uint16)
    signatures = _number(bits, TABLES * WORD_BITS, SIGNATURE_BITS).astype(np.uint32)
    x, y = (np.clip(points.places[:count, axis] * 255, 0, 255).astype(np.uint32) for axis in (0, 1))
    angle = (points.angles[:count] * (256 / 360)).astype(np.uint32) & 255
    return Entries(words, signatures, x | y << np.uint32(8) | angle << np.uint32(16), points.bits[:count])


def _number(bits: npt.NDArray[np.uint8], start: int, count: int) -> npt.NDArray[np.unsignedinteger]:
    packed = np.ascontiguousarray(np.packbits(bits[:, start : start + count], axis=1))
    return packed.view(f">u{count // 8}")[:, 0]


class Few:
    """A few pictures' points in memory, as a store has them on disk."""

    def __init__(self, pictures: Sequence[Points]) -> None:
        made = [entries(points) for points in pictures]
        self._ends = np.cumsum([0, *(len(one.geometry) for one in made)])
        self._picture = np.repeat(np.arange(len(made)), np.diff(self._ends))
        self._tables = []
        for table in range(TABLES):
            words = np.concatenate([one.words[table] for one in made]) if made else np.zeros(0, np.uint16)
            order = np.argsort(words, kind="stable")
            self._tables.append((words[order], order))
        none = np.zeros(0, np.uint32)
        self._signatures = np.concatenate([one.signatures for one in made]) if made else none
        self._geometry = np.concatenate([one.geometry for one in made]) if made else none
        self._bits = np.concatenate([one.bits for one in made]) if made else np.zeros((0, 32), np.uint8)

    def lookup(self, table: int, words: Words, signatures: Numbers) -> tuple[Rows, Rows]:
        known, order = self._tables[table]
        low, high = np.searchsorted(known, words), np.searchsorted(known, words, side="right")
        count = high - low
        rows = order[np.repeat(low - np.r_[0, np.cumsum(count)[:-1]], count) + np.arange(int(count.sum()))]
        place = np.repeat(np.arange(len(words)), count)
        near = np.bitwise_count(self._signatures[rows] ^ signatures[place]) <= NEAR
        return place[near], rows[near]

    def at(self, rows: Rows) -> tuple[Bits, Numbers, Rows]:
        return self._bits[rows], self._geometry[rows], self._picture[rows]

    def whole(self, picture: int) -> tuple[Bits, Numbers]:
        span = slice(self._ends[picture], self._ends[picture + 1])
        return self._bits[span], self._geometry[span]


def search(points: Points, store: Store, *, mirrored: bool = False, most: int = 10) -> list[Copy]:
    """The pictures of a store that are this one, the surest first; ``mirrored`` says that the points are of the mirror
    image. At least :data:`LEAST` points agree on one similarity."""
    if len(points) < LEAST:
        return []
    found: list[Copy] = []
    idle = 0
    for picture in _meant(points, store):
        bits, placed = store.whole(picture)
        copy = _proved(picture, points, bits, placed, mirrored)
        idle = 0 if copy is not None and copy.points >= _PLAIN else idle + 1
        if copy is not None:
            found.append(copy)
        if idle >= _ENOUGH and any(one.points >= _PLAIN for one in found):
            break
    return sorted(found, key=lambda copy: (-copy.weight, copy.picture))[:most]


def _meant(points: Points, store: Store) -> list[int]:
    """The pictures that share most points with this one, all turned by one angle."""
    own = entries(points, len(points))
    asked = [store.lookup(table, own.words[table], own.signatures) for table in range(TABLES)]
    place, row = np.concatenate([one for one, _ in asked]), np.concatenate([rows for _, rows in asked])
    bits, placed, picture = store.at(row)
    apart = _differing(bits, points.bits[place])
    same = np.flatnonzero(apart <= _SAME)
    place, placed, picture = place[same], placed[same], picture[same]
    # a nearer pair says more, and is found in more tables
    weight = 1 + np.maximum(0, 48 - apart[same]) / 12
    turned = _angles(placed).astype(np.int64) - (points.angles[place] * (256 / 360)).astype(np.int64)
    votes: dict[int, float] = {}
    for shift in (0, 16):  # two grids of angles, so that none falls between
        keys, which = np.unique(picture * 8 + ((turned + shift) & 255) // 32, return_inverse=True)
        sums = np.bincount(which, weight, len(keys))
        for at in np.argsort(-sums, kind="stable")[: _TRIED * 2]:
            if sums[at] >= _LEAST_VOTES:
                one = int(keys[at]) // 8
                votes[one] = max(votes.get(one, 0), float(sums[at]))
    few = max(votes.values(), default=0) / 6
    best = sorted(votes, key=lambda each: (-votes[each], each))[:_TRIED]
    return [one for one in best if votes[one] >= few]


def _differing(one: Bits, other: Bits) -> npt.NDArray[np.int64]:
    """Bits that differ between rows of 32 bytes."""
    pairs = np.bitwise_count(np.ascontiguousarray(one).view(np.uint64) ^ np.ascontiguousarray(other).view(np.uint64))
    return sum((pairs[:, word].astype(np.int64) for word in range(4)), np.zeros(len(pairs), np.int64))


def _angles(placed: Numbers) -> Numbers:
    """Directions in 256ths of a turn."""
    return (placed >> np.uint32(16)) & np.uint32(255)


def _proved(picture: int, points: Points, bits: Bits, placed: Numbers, mirrored: bool) -> Copy | None:
    """All points of a known picture against all at hand: each with the one most like it, of one turn."""
    matcher = cv2.BFMatcher(cv2.NORM_HAMMING)
    bits = np.ascontiguousarray(bits)
    both = {(one.queryIdx, one.trainIdx): one.distance for one in matcher.match(points.bits, bits)}
    both |= {(one.trainIdx, one.queryIdx): one.distance for one in matcher.match(bits, points.bits)}
    pairs = np.array(sorted((*pair, apart) for pair, apart in both.items() if apart <= _SAME), np.int64).reshape(-1, 3)
    if len(pairs) < LEAST:
        return None
    here, angles, placed = points.places[pairs[:, 0]], points.angles[pairs[:, 0]], placed[pairs[:, 1]]
    turned = (_angles(placed).astype(np.float32) * np.float32(360 / 256) - angles) % 360
    steps = np.histogram(turned, 36, (0, 360))[0]
    middle = 10 * float((np.roll(steps, -1) + steps + np.roll(steps, 1)).argmax()) + 5
    near = np.abs((turned - middle + 180) % 360 - 180) < _NEAR_ANGLE + 5
    return _agree(picture, here[near], angles[near], placed[near], pairs[near, 2], mirrored)


def _agree(
    picture: int,
    here: npt.NDArray[np.float32],
    angles: npt.NDArray[np.float32],
    placed: Numbers,
    apart: npt.NDArray[np.int64],
    mirrored: bool,
) -> Copy | None:
    """The similarity on which most points agree, in place and in direction."""
    if len(here) < LEAST:
        return None
    there = np.stack([placed & 255, (placed >> 8) & 255], 1).astype(np.float32) / 255
    onto, inside = cv2.estimateAffinePartial2D(
        there, here, method=cv2.RANSAC, ransacReprojThreshold=_NEAR_PLACE, maxIters=1000, confidence=0.99
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
    weight = count * float(1 - apart[agreed].mean() / _SAME)
    return Copy(picture, count, (a, b, c, d, e, f), mirrored, weight)
