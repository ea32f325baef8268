"""Which marks of a register a picture shows, and where.

In two steps: :func:`look` is of the picture alone and is done once; :func:`match` compares what it saw with a register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from detection.marks.index import MarkIndex
from detection.marks.networks import Networks
from detection.marks.proposals import distinct, overlap, propose
from detection.marks.verifying import MOST, drawn
from detection.marks.windows import LOOSE, SIDE, Box, Floats, Levels, Pixels, boxed, window


@dataclass(frozen=True, slots=True)
class Settings:
    """How :func:`look` and :func:`match` work; the defaults are what ships, the rest is for measuring each step.
    ``proposals`` boxes of the detector are drawn tight, the surest ``places`` of them looked at. The part is easily
    taken for the whole and the reverse, so the surest place is also looked at as the detector drew it and as the
    refiner draws it from windows ``others`` times as large as that box, each believed ``other_heat`` less. ``pairs`` of
    a place and one of its ``told`` likest marks are verified: so many at first, then so many of the best of them at a
    time."""

    proposals: int = 5
    places: int = 4
    least_heat: float = 0.04
    others: tuple[float, ...] = (2.0, 1.2)
    other_heat: float = 0.02
    heat_weight: float = 0.8
    viewed: int = 8
    told: int = 16
    pairs: tuple[int, ...] = (24, 16, 8)
    pair_weight: float = 0.05


SHIPPED = Settings()
#: Logits of the verifier beyond this say no more.
UNSURE = 8.0
#: Boxes of one place that overlap by more say the same.
_SAME = 0.85
Shapes: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a picture shows, before any register: for each of n places how surely a mark stands there (n), its vector
    (n, 192), the mask seen in its window (n, 32, 32; 0–1), its frame (n, 4, 2) in the window's −1…1, the window
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
    """A mark of the register, by its place; ``score`` (higher is surer); its box (x0, y0, x1, y1), tight about what is
    seen, and frame (4, 2) in pixels; ``likeness`` of the vectors, −1…1; ``proof``, what the verifier says of the pair
    (a logit, −8…8; −8 where it was not asked)."""

    mark: int
    score: float
    box: Box
    quad: Floats
    likeness: float
    proof: float


def look(networks: Networks, pixels: Pixels, settings: Settings = SHIPPED) -> Look:
    """Look at a BGR picture of any size."""
    levels = Levels(pixels)
    if min(pixels.shape[:2]) >= 8:
        boxes, heat = propose(networks, levels, most=settings.proposals, least=settings.least_heat)
    else:
        boxes, heat = np.zeros((0, 4), np.float32), np.zeros(0, np.float32)
    if networks.refines:
        boxes, heat = _places(networks, levels, boxes, heat, settings)
    views = [window((float(a), float(b), float(c), float(d))) for a, b, c, d in boxes]
    crops = _cuts(levels, views)
    vectors, seen, quads = networks.embed(crops)
    first = settings.viewed if networks.verifies else 0
    details = networks.view(crops[:first], seen[:first])
    return Look(heat, vectors, seen, quads, np.array(views, np.float32).reshape(-1, 4), details)


def _places(
    networks: Networks, levels: Levels, proposed: Floats, heat: Floats, settings: Settings
) -> tuple[Floats, Floats]:
    """The boxes at which to look, the surest first but for others of the surest place, and how surely each holds a
    mark."""
    boxes, sure = tightened(networks, levels, proposed)
    heat = np.asarray((heat + sure) / 2, np.float32)
    kept = np.argsort(-heat, kind="stable")[: settings.places]
    boxes, heat = boxes[kept], heat[kept]
    if not len(boxes) or not settings.others:
        return boxes, heat
    own = proposed[kept[:1]]
    others = tightened(networks, levels, np.repeat(own, len(settings.others), 0), settings.others)[0]
    boxes = np.concatenate([boxes, own, others])
    heat = np.concatenate([heat, np.full(1 + len(others), heat[0] - settings.other_heat, np.float32)])
    apart = distinct(boxes, _SAME)
    return boxes[apart], heat[apart]


def tightened(networks: Networks, levels: Levels, boxes: Floats, grow: Sequence[float] = ()) -> tuple[Floats, Floats]:
    """The proposed boxes (n, 4) drawn tight about what the refiner sees in windows ``grow`` (n) times as large (as it
    learned to: :data:`LOOSE`), and how surely it sees a mark there (n)."""
    grown = zip(boxes.tolist(), grow or [LOOSE] * len(boxes), strict=True)
    views = [window((a, b, c, d), loose) for (a, b, c, d), loose in grown]
    found, sure = networks.refine(_cuts(levels, views))
    at = np.array(views, np.float32).reshape(-1, 4)
    middle, half = np.tile(at[:, :2], 2), np.tile(at[:, 2:], 2) / 2
    drawn = middle + found.clip(-1.4, 1.4) * half
    drawn[:, 2:] = np.maximum(drawn[:, 2:], drawn[:, :2] + 3)
    return np.asarray(drawn, np.float32), sure


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
    # this way round the register is read in the order in which it lies in memory, which is all the time it takes
    likeness = np.ascontiguousarray((index.vectors @ seen.vectors.T).T)
    count = min(max(settings.told, most), likeness.shape[1])
    tops = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    tops = np.take_along_axis(tops, np.argsort(-np.take_along_axis(likeness, tops, 1), axis=1), 1)
    score = np.take_along_axis(likeness, tops, 1) + settings.heat_weight * seen.heat[:, None]
    proof, frames = _proofs(networks, index, seen, tops, score, settings)
    score = score + settings.pair_weight * proof
    found: list[Hit] = []
    for place in range(len(seen)):
        for rank, which in enumerate(tops[place]):
            middle, size = seen.views[place][:2], seen.views[place][2:]
            corners = np.asarray(middle + frames[place, rank] * size / 2, np.float32)
            box = boxed(seen.views[place].tolist())
            like, sure = float(likeness[place, which]), float(proof[place, rank])
            found.append(Hit(int(index.owners[which]), float(score[place, rank]), box, corners, like, sure))
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
) -> tuple[Floats, Floats]:
    """What the verifier says of the best pairs of a place and a shape (places, candidates), −8…8; −8 where it is not
    asked. Each is drawn at the frame seen there and then, the best of them, where the verifier would have it: as many
    at a time as ``settings.pairs`` says. Beside it the frames (places, candidates, 4, 2) at which they were drawn
    last."""
    proof = np.full(tops.shape, -UNSURE, np.float32)
    frames = np.repeat(seen.quads[:, None], tops.shape[1], 1)
    places = min(len(seen.details), len(seen))
    if not networks.verifies or not places or not settings.pairs:
        return proof, frames
    asked = score[:places, : settings.told]
    best = np.argsort(-asked, axis=None, kind="stable")[: settings.pairs[0]]
    rows, ranks = np.unravel_index(best, asked.shape)
    marks = [index.drawing(int(tops[row, rank])) for row, rank in zip(rows, ranks, strict=True)]
    quads, logits = seen.quads[rows], np.zeros(len(rows), np.float32)
    moved = np.zeros_like(quads)
    for count in settings.pairs:
        sure = asked[rows, ranks] + settings.pair_weight * logits.clip(-UNSURE, UNSURE)
        these = np.argsort(-sure, kind="stable")[:count]
        quads[these] += moved[these].clip(-MOST, MOST)
        laid = np.stack([drawn(marks[one], quads[one]) for one in these])
        logits[these], moved[these] = networks.verify(seen.details[rows[these]], seen.seen[rows[these]], laid)
    proof[rows, ranks] = logits.clip(-UNSURE, UNSURE)
    frames[rows, ranks] = quads
    return proof, frames
