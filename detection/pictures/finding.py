"""Copies of a picture in a store, and in words what was changed."""

from __future__ import annotations

import math

import numpy as np

from detection.pictures.copies import STORED, Copy, Store, search
from detection.pictures.traits import Traits, distance


def copies_of(seen: Traits, store: Store, *, most: int = 10, thorough: bool = True) -> list[Copy]:
    """Known pictures that this one is, changed or not, the surest first; each is proved by its points.

    Not ``thorough``: when one is found beyond doubt, mirror images are not looked for as well.
    """
    if seen.flat:
        return []
    return search(seen.spots, seen.mirror, store, most=most, thorough=thorough)


def changes(copy: Copy, known: Traits, seen: Traits) -> tuple[str, ...]:
    """In Chinese, what was done to a known picture: 镜像、旋转、裁剪、拼图或加边框、改色、叠加水印或文字.

    Nothing when it was only encoded again.
    """
    said = []
    if copy.mirrored:
        said.append("镜像")
    turn = copy.turn
    if abs(turn) > 3:
        said.append(f"旋转约 {abs(turn):.0f} 度")
    inside, covered = _shares(copy, known, seen)
    if inside < 0.93:
        said.append(f"裁剪，保留约 {inside:.0%}")
    if covered < 0.85:
        said.append("拼图或加边框")
    if _recoloured(known, seen, covered * inside):
        said.append("改色")
    if not said and distance(known.hash, seen.hash) > 4:
        said.append("叠加水印或文字")
    return tuple(said)


def agreement(copy: Copy, known: Traits, seen: Traits) -> float:
    """The share of the known picture's stored points, of those that should be seen, that were found: two photos of one
    studio or of one package agree on a few, a copy on a fifth and more."""
    onto = np.array(copy.onto).reshape(2, 3)
    here = known.spots.places[:STORED] @ onto[:, :2].T + onto[:, 2]
    expected = int(((here >= 0) & (here <= np.array(seen.spots.shape))).all(1).sum())
    return copy.points / max(1, expected)


def _shares(copy: Copy, known: Traits, seen: Traits) -> tuple[float, float]:
    """How much of the known picture is in the one at hand, and how much of the one at hand it covers."""
    steps = (np.arange(24) + 0.5) / 24
    grid = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    onto = np.array(copy.onto).reshape(2, 3)
    here = grid * known.spots.shape @ onto[:, :2].T + onto[:, 2]
    inside = float(((here >= 0) & (here <= seen.spots.shape)).all(1).mean())
    back = np.linalg.inv(onto[:, :2])
    there = (grid * seen.spots.shape - onto[:, 2]) @ back.T
    covered = float(((there >= -0.01) & (there <= np.array(known.spots.shape) + 0.01)).all(1).mean())
    return inside, covered


def _recoloured(known: Traits, seen: Traits, same: float) -> bool:
    """Whether the colours, apart from their brightness, are others; judged only where nearly all of both is the
    same."""
    if same < 0.75:
        return False
    means = [one.thumb.reshape(-1, 3).astype(np.float64) for one in (known, seen)]
    tints = [(pixels - pixels.mean(1, keepdims=True)).mean(0) for pixels in means]
    return math.dist(tints[0].tolist(), tints[1].tolist()) > 14
