"""Which marks of a register a picture shows, and where."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from detection.marks.index import MarkIndex
from detection.marks.networks import Networks
from detection.marks.proposals import overlap, propose
from detection.marks.verifying import fit
from detection.marks.windows import Box, Floats, Levels, Pixels, window


@dataclass(frozen=True, slots=True)
class Settings:
    """What :func:`find` does; the defaults are what ships, the rest is for measuring what each step brings."""

    proposals: int = 12
    refine: bool = True
    verify: int = 6
    shape_weight: float = 0.35
    heat_weight: float = 0.0
    usual_weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A mark of the register, by its place; ``score`` (higher is surer); its box (x0, y0, x1, y1) and frame (4, 2) in
    pixels; ``likeness`` of the vectors and ``shape``, the correlation of the masks, both −1…1."""

    mark: int
    score: float
    box: Box
    quad: Floats
    likeness: float
    shape: float


SHIPPED = Settings()


def find(
    networks: Networks, index: MarkIndex, pixels: Pixels, settings: Settings = SHIPPED, most: int = 10
) -> list[Hit]:
    """Marks in a BGR picture, the surest first: at most ``most``, each once at a place and one at a place."""
    if min(pixels.shape[:2]) < 8 or not len(index.vectors):
        return []
    boxes, heat = propose(networks, pixels, most=settings.proposals)
    if not len(boxes):
        return []
    levels = Levels(pixels)
    views = [window((float(a), float(b), float(c), float(d))) for a, b, c, d in boxes]
    vectors, seen, quads = networks.embed(np.stack([levels.cut(view) for view in views]))
    likeness = vectors @ index.vectors.T
    if settings.refine:
        again = [window(refined(view, mask, quad)) for view, mask, quad in zip(views, seen, quads, strict=True)]
        vectors2, seen2, quads2 = networks.embed(np.stack([levels.cut(view) for view in again]))
        likeness = (likeness + vectors2 @ index.vectors.T) / 2
        views, seen, quads = again, seen2, quads2
    likeness = likeness - settings.usual_weight * index.usual
    return _hits(index, views, seen, quads, likeness, heat, settings, most)


def refined(view: Box, seen: Floats, quad: Floats) -> Box:
    """The box of what the network saw in a window: the tight box of the visible mask, averaged with the frame's where the
    mask reaches the window's edge."""
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


def _hits(
    index: MarkIndex,
    views: list[Box],
    seen: Floats,
    quads: Floats,
    likeness: Floats,
    heat: Floats,
    settings: Settings,
    most: int,
) -> list[Hit]:
    count = min(max(settings.verify, most), likeness.shape[1])
    found: list[Hit] = []
    surest = np.sort(likeness.max(1))[::-1][:4][-1]
    for place, view in enumerate(views):
        row = likeness[place]
        tops = np.argpartition(-row, count - 1)[:count]
        tops = tops[np.argsort(-row[tops])]
        for rank, which in enumerate(tops):
            value, frame, shape = float(row[which]), quads[place], 0.0
            score = value
            if settings.verify:
                if rank < settings.verify and row.max() >= surest:
                    shape, frame = fit(seen[place], quads[place], index.masks[which])
                score = value + settings.shape_weight * shape
            score += settings.heat_weight * float(heat[place])
            middle, size = np.array(view[:2], np.float32), np.array(view[2:], np.float32)
            corners = np.asarray(middle + frame * size / 2, np.float32)
            low, high = corners.min(0), corners.max(0)
            box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
            found.append(Hit(int(index.owners[which]), score, box, corners, value, shape))
    found.sort(key=lambda hit: -hit.score)
    kept: list[Hit] = []
    for hit in found:
        if any(one.mark == hit.mark and overlap(hit.box, np.array([one.box], np.float32))[0] > 0.3 for one in kept):
            continue
        kept.append(hit)
        if len(kept) == most:
            break
    return kept
