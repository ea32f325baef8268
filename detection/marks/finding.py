"""Which marks of a register a picture shows, and where.

In two steps: :func:`look` is of the picture alone and is done once; :func:`match` compares what it saw with a register.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from detection.marks.index import MarkIndex
from detection.marks.networks import Networks
from detection.marks.proposals import overlap, propose
from detection.marks.verifying import drawn, fit
from detection.marks.windows import SIDE, Box, Floats, Levels, Pixels, window


@dataclass(frozen=True, slots=True)
class Settings:
    """How :func:`look` and :func:`match` work; the defaults are what ships, the rest is for measuring each step."""

    proposals: int = 6
    least_heat: float = 0.04
    looks: int = 2
    candidates: int = 5
    proved: int = 2
    shape_weight: float = 0.0
    heat_weight: float = 0.8
    usual_weight: float = 0.0
    viewed: int = 6
    told: int = 8
    pairs: int = 12
    pair_weight: float = 0.06


SHIPPED = Settings()
#: Logits of the verifier beyond this say no more.
UNSURE = 8.0
Shapes: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a picture shows, before any register: for each of n places how surely a mark stands there (n), its vectors
    (looks, n, 192), the mask seen in its window (n, 32, 32; 0–1), its frame (n, 4, 2) in the window's −1…1, the window
    (n, 4): centre and size in pixels; of the first m places what pairs are judged by (m, 12, 16, 16; 0–1)."""

    heat: Floats
    vectors: Floats
    seen: Floats
    quads: Floats
    views: Floats
    details: Floats

    def __len__(self) -> int:
        return len(self.heat)


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A mark of the register, by its place; ``score`` (higher is surer); its box (x0, y0, x1, y1) and frame (4, 2) in
    pixels; ``likeness`` of the vectors and ``shape``, the correlation of the masks, both −1…1; ``proof``, what the
    verifier says of the pair (a logit, −8…8; −8 where it was not asked)."""

    mark: int
    score: float
    box: Box
    quad: Floats
    likeness: float
    shape: float
    proof: float


def look(networks: Networks, pixels: Pixels, settings: Settings = SHIPPED) -> Look:
    """Look at a BGR picture of any size."""
    if min(pixels.shape[:2]) >= 8:
        boxes, heat = propose(networks, pixels, most=settings.proposals, least=settings.least_heat)
    else:
        boxes, heat = np.zeros((0, 4), np.float32), np.zeros(0, np.float32)
    levels = Levels(pixels)
    views = [window((float(a), float(b), float(c), float(d))) for a, b, c, d in boxes]
    crops = _cuts(levels, views)
    vectors, seen, quads = networks.embed(crops)
    every = [vectors]
    for _ in range(settings.looks - 1):
        views = [window(refined(view, mask, quad)) for view, mask, quad in zip(views, seen, quads, strict=True)]
        crops = _cuts(levels, views)
        vectors, seen, quads = networks.embed(crops)
        every.append(vectors)
    first = settings.viewed if networks.verifies else 0
    details = networks.view(crops[:first], seen[:first])
    return Look(heat, np.stack(every), seen, quads, np.array(views, np.float32).reshape(-1, 4), details)


def _cuts(levels: Levels, views: list[Box]) -> Pixels:
    cuts = [levels.cut(view) for view in views]
    return np.stack(cuts) if cuts else np.zeros((0, SIDE, SIDE, 3), np.uint8)


def find(
    networks: Networks, index: MarkIndex, pixels: Pixels, settings: Settings = SHIPPED, most: int = 10
) -> list[Hit]:
    """Marks of a register in a BGR picture, the surest first."""
    return match(networks, index, look(networks, pixels, settings), settings, most)


def match(networks: Networks, index: MarkIndex, seen: Look, settings: Settings = SHIPPED, most: int = 10) -> list[Hit]:
    """Marks of a register among what was seen, the surest first: at most ``most``, each once at a place."""
    if not len(seen) or not len(index.vectors):
        return []
    likeness = seen.vectors.mean(0) @ index.vectors.T - settings.usual_weight * index.usual
    count = min(max(settings.candidates, settings.told, most), likeness.shape[1])
    tops = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    tops = np.take_along_axis(tops, np.argsort(-np.take_along_axis(likeness, tops, 1), axis=1), 1)
    score = np.take_along_axis(likeness, tops, 1) + settings.heat_weight * seen.heat[:, None]
    proof = _proofs(networks, index, seen, tops, score, settings)
    score = score + settings.pair_weight * proof
    proved = set(np.argsort(-likeness.max(1))[: settings.proved].tolist()) if settings.shape_weight else set()
    found: list[Hit] = []
    for place in range(len(seen)):
        for rank, which in enumerate(tops[place]):
            shape, frame = 0.0, seen.quads[place]
            if place in proved and rank < settings.candidates:
                shape, frame = fit(seen.seen[place], frame, index.masks[which])
            value = float(score[place, rank]) + settings.shape_weight * shape
            middle, size = seen.views[place][:2], seen.views[place][2:]
            corners = np.asarray(middle + frame * size / 2, np.float32)
            low, high = corners.min(0), corners.max(0)
            box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
            like, sure = float(likeness[place, which]), float(proof[place, rank])
            found.append(Hit(int(index.owners[which]), value, box, corners, like, shape, sure))
    found.sort(key=lambda hit: (-hit.score, hit.mark))
    kept: list[Hit] = []
    for hit in found:
        if any(one.mark == hit.mark and overlap(hit.box, np.array([one.box], np.float32))[0] > 0.3 for one in kept):
            continue
        kept.append(hit)
        if len(kept) == most:
            break
    return kept


def _proofs(
    networks: Networks, index: MarkIndex, seen: Look, tops: Shapes, score: Floats, settings: Settings
) -> Floats:
    """What the verifier says of the best pairs of a place and a shape (places, candidates), −8…8; −8 where it is not
    asked."""
    proof = np.full(tops.shape, -UNSURE, np.float32)
    places = min(len(seen.details), len(seen))
    if not networks.verifies or not places or not settings.pairs:
        return proof
    asked = score[:places, : settings.told]
    best = np.argsort(-asked, axis=None, kind="stable")[: settings.pairs]
    rows, ranks = np.unravel_index(best, asked.shape)
    laid = np.stack([
        drawn(index.drawing(int(tops[row, rank])), seen.quads[row]) for row, rank in zip(rows, ranks, strict=True)
    ])  # fmt: skip
    logits = networks.verify(seen.details[rows], seen.seen[rows], laid)
    proof[rows, ranks] = logits.clip(-UNSURE, UNSURE)
    return proof


def refined(view: Box, seen: Floats, quad: Floats) -> Box:
    """The box of what the network saw in a window: the tight box of the visible mask, averaged with the frame's where
    the mask reaches the window's edge."""
    x, y, across, down = view
    strong = (seen > 0.5).astype(np.uint8)
    left, top, wide, high = cv2.boundingRect(strong)
    low, high_ = quad.min(0), quad.max(0)
    if wide >= 4 and high >= 3:
        box = np.array([left, top, left + wide, top + high], np.float32) / 16 - 1
        framed = np.array([low[0], low[1], high_[0], high_[1]], np.float32)
        edge = np.array([left == 0, top == 0, left + wide == 32, top + high == 32])
        box = np.where(edge, framed, box * 0.75 + framed * 0.25)
    else:
        box = np.array([low[0], low[1], high_[0], high_[1]], np.float32)
    box = box.clip(-1.35, 1.35)
    x0, x1 = x + box[0] * across / 2, x + box[2] * across / 2
    y0, y1 = y + box[1] * down / 2, y + box[3] * down / 2
    return (float(x0), float(y0), float(max(x1, x0 + 3)), float(max(y1, y0 + 3)))
