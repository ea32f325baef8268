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
#: Of a signature's 32 bits, so many may differ; of pairs of one word that are not the same point, one in twenty passes.
NEAR = 5
#: Of all 256 bits, so many may differ: the same point in a copy differs in 20–60, another one in 128 ± 8.
_SAME = 64
_TRIED = 64
#: A store keeps so many points of a picture; the picture at hand is asked about with all of its own.
STORED = 240
_LEAST_VOTES = 3
#: A picture with so many votes is tried before its mirror image is asked for, which is not done when so many agree.
_SURE, _PLENTY = 30, 16
#: So many points must agree before a picture is the same.
LEAST = 8
#: A copy with so many points is plain; behind it, so many pictures in vain end the search, or so many before any: the
#: right one stands among the first three in the order of votes, or in none.
_PLAIN, _ENOUGH, _IN_VAIN = 20, 4, 12
_NEAR_PLACE = 0.025
_NEAR_ANGLE = 20.0
#: Of half of the bits, so many may differ: one pair in a thousand of those of :data:`_SAME` has more.
_HALF = 44
#: A copy's points are off by about a pixel (of 320) and 3 degrees, those of another photo of one scene by half
#: as much again; a match counts less the farther it is off.
_EXACT, _EXACT_ANGLE = 0.01, 8.0

Words: TypeAlias = npt.NDArray[np.uint16]
Bits: TypeAlias = npt.NDArray[np.uint8]
Numbers: TypeAlias = npt.NDArray[np.uint32]
Rows: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float32]


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
    counts each point by how exactly it is the same in bits, place and direction, against how many should be seen:
    another photo of one scene has as many points, but not so exact."""

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


def search(points: Points, mirror: Points, store: Store, *, most: int = 10, thorough: bool = True) -> list[Copy]:
    """The pictures of a store that are this one, the surest first, each once; ``mirror`` are the points of the mirror
    image. At least :data:`LEAST` points agree on one similarity.

    Not ``thorough``: when one is found beyond doubt, mirror images are not looked for as well.
    """
    sides = [(points, False), (mirror, True)]
    meant = _meant(points, store)
    asked = [(votes, picture, 0) for picture, votes in meant.items()]
    found: dict[int, Copy] = {}
    if not thorough and max(meant.values(), default=0) >= _SURE:
        _try(asked, sides, store, found)
        if any(copy.points >= _PLENTY for copy in found.values()):
            return _ordered(found, most)
        asked = []
    asked += [(votes, picture, 1) for picture, votes in _meant(mirror, store).items()]
    _try(asked, sides, store, found)
    return _ordered(found, most)


def _ordered(found: dict[int, Copy], most: int) -> list[Copy]:
    return sorted(found.values(), key=lambda copy: (-copy.weight, copy.picture))[:most]


def _try(
    asked: list[tuple[float, int, int]], sides: list[tuple[Points, bool]], store: Store, found: dict[int, Copy]
) -> None:
    """Pictures in the order of their votes, until too many in a row are none; what is proved is put into ``found``.
    Repeated patterns may look a little alike either way round: of a picture, the better proof counts."""
    idle = 0
    few = max((votes for votes, _, _ in asked), default=0.0) / 6
    for votes, picture, side in sorted(asked, key=lambda each: (-each[0], each[1], each[2]))[:_TRIED]:
        if votes < few:
            break
        points, mirrored = sides[side]
        copy = _proved(picture, points, *store.whole(picture), mirrored)
        idle = 0 if copy is not None and copy.points >= _PLAIN else idle + 1
        if copy is not None and (picture not in found or copy.weight > found[picture].weight):
            found[picture] = copy
        if idle >= (_ENOUGH if any(one.points >= _PLAIN for one in found.values()) else _IN_VAIN):
            break


def _meant(points: Points, store: Store) -> dict[int, float]:
    """The pictures that share most points with this one, all turned by one angle, and their votes."""
    if len(points) < LEAST:
        return {}
    own = entries(points)
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
        for at in np.flatnonzero(sums >= max(_LEAST_VOTES, sums.max(initial=0) / 6)).tolist():
            one = int(keys[at]) // 8
            votes[one] = max(votes.get(one, 0.0), float(sums[at]))
    return votes


def _differing(one: Bits, other: Bits) -> npt.NDArray[np.int64]:
    """Bits that differ between rows of 32 bytes."""
    pairs = np.bitwise_count(np.ascontiguousarray(one).view(np.uint64) ^ np.ascontiguousarray(other).view(np.uint64))
    return sum((pairs[:, word].astype(np.int64) for word in range(4)), np.zeros(len(pairs), np.int64))


def _angles(placed: Numbers) -> Numbers:
    """Directions in 256ths of a turn."""
    return (placed >> np.uint32(16)) & np.uint32(255)


def _proved(picture: int, points: Points, bits: Bits, placed: Numbers, mirrored: bool) -> Copy | None:
    """All points of a known picture against all at hand: each with the one most like it, of one turn."""
    mine, theirs, apart = _pairs(points.bits, bits)
    if len(mine) < LEAST:
        return None
    here, angles, there = points.places[mine], points.angles[mine], placed[theirs]
    turned = (_angles(there).astype(np.float32) * np.float32(360 / 256) - angles) % 360
    steps = np.bincount((turned / 10).astype(np.int64) % 36, minlength=36)
    middle = 10 * float((np.roll(steps, -1) + steps + np.roll(steps, 1)).argmax()) + 5
    near = np.abs((turned - middle + 180) % 360 - 180) < _NEAR_ANGLE + 5
    seen = np.array(points.shape, np.float32)
    return _agree(picture, here[near], angles[near], there[near], apart[near], (placed, seen), mirrored)


def _pairs(one: Bits, other: Bits) -> tuple[Rows, Rows, Rows]:
    """Each row of either side with the row of the other most like it, when at most :data:`_SAME` bits differ: places in
    both, bits that differ. Half of the bits tells for nearly all pairs that they are none."""
    ours = np.ascontiguousarray(np.ascontiguousarray(one).view(np.uint64).T)
    others = np.ascontiguousarray(np.ascontiguousarray(other).view(np.uint64).T)
    half = np.bitwise_count(ours[0][:, None] ^ others[0]) + np.bitwise_count(ours[1][:, None] ^ others[1])
    at = np.flatnonzero(half.ravel() <= _HALF)
    mine, theirs = np.divmod(at, max(1, len(other)))
    apart = half.ravel()[at].astype(np.int64)
    for word in (2, 3):
        apart += np.bitwise_count(ours[word][mine] ^ others[word][theirs])
    same = apart <= _SAME
    mine, theirs, apart = mine[same], theirs[same], apart[same]
    best = np.zeros(len(mine), bool)
    for side in (mine, theirs):
        order = np.lexsort((apart, side))
        best[order[np.flatnonzero(np.diff(side[order], prepend=-1))]] = True
    return mine[best], theirs[best], apart[best]


def _agree(
    picture: int,
    here: Floats,
    angles: Floats,
    placed: Numbers,
    apart: Rows,
    whole: tuple[Numbers, Floats],
    mirrored: bool,
) -> Copy | None:
    """The similarity on which most points agree, in place and in direction; ``whole``: where all points of the known
    picture are, and the shape of the one at hand."""
    if len(here) < LEAST:
        return None
    there = _places(placed)
    onto, inside = cv2.estimateAffinePartial2D(
        there, here, method=cv2.RANSAC, ransacReprojThreshold=_NEAR_PLACE, maxIters=300, confidence=0.99
    )
    if onto is None or inside is None:
        return None
    fitted: npt.NDArray[np.float64] = np.asarray(onto, np.float64)
    turn = math.degrees(math.atan2(float(onto[1, 0]), float(onto[0, 0])))
    off = (angles - _angles(placed).astype(np.float32) * np.float32(360 / 256) - turn + 180) % 360 - 180
    agreed = inside.ravel().astype(bool) & (np.abs(off) < _NEAR_ANGLE)
    # a point counts once, on either side
    cells = ((side[agreed] * 100).astype(np.int64) @ np.array([1, 1024]) for side in (here, there))
    count = min(len(np.unique(cell)) for cell in cells)
    scale = math.hypot(float(onto[0, 0]), float(onto[1, 0]))
    if count < LEAST or not 0.15 < scale < 6 or here[agreed].std(0).max() < 0.03:
        return None
    missed = np.hypot(*(_moved(there[agreed], fitted) - here[agreed]).T)
    exact = (1 - apart[agreed] / _SAME) ** 2 * np.exp(-((missed / _EXACT) ** 2) - (off[agreed] / _EXACT_ANGLE) ** 2)
    all_here = _moved(_places(whole[0]), fitted)
    expected = int(((all_here >= 0) & (all_here <= whole[1])).all(1).sum())
    a, b, c, d, e, f = (float(value) for value in onto.ravel())
    weight = float(exact.sum()) / max(LEAST, expected) ** 0.25
    return Copy(picture, count, (a, b, c, d, e, f), mirrored, weight)


def _places(placed: Numbers) -> Floats:
    """Places (n, 2) in 0–1 of the longer side."""
    return np.stack([placed & 255, (placed >> 8) & 255], 1).astype(np.float32) / np.float32(255)


def _moved(places: Floats, onto: npt.NDArray[np.float64]) -> Floats:
    return np.asarray(places @ onto[:, :2].T + onto[:, 2], np.float32)
