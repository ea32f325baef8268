"""Training crops for the embedder: one mark drawn on a piece of a photograph, already cut as the detector would cut it.

Everything is drawn at the size of the crop (48–110 px), so a crop costs about half a millisecond.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from bench.composites import any_colour, bend, frame, ink, label_outline, lit, strip, torn
from detection.marks.windows import GROW, SIDE, Floats, Pixels, window
from scripts.marks.bank import Bank

_NOISE = np.random.default_rng(7).normal(0, 1, (256, 256, 3)).astype(np.float32)


@dataclass(frozen=True)
class Crop:
    """``pixels`` (64, 64, 3) BGR; ``mask`` (32, 32) where the mark is visible; ``quad`` (8) its frame, −1…1 being the
    crop."""

    pixels: Pixels
    mask: Pixels
    quad: Floats


def piece(photo: Pixels, width: int, height: int, rng: np.random.Generator) -> Pixels:
    """A piece of a photograph at a random zoom."""
    zoom = rng.uniform(0.35, 1.6)
    rows, columns = photo.shape[:2]
    across, down = min(columns, max(6, int(width / zoom))), min(rows, max(6, int(height / zoom)))
    x, y = int(rng.integers(0, columns - across + 1)), int(rng.integers(0, rows - down + 1))
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(photo[y : y + down, x : x + across], (width, height), interpolation=how), np.uint8)


class Drawer:
    """Draws crops of a bank's marks; holds the masks in three sizes."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.hulls: dict[int, Floats] = {}

    def _hull(self, row: int, mask: Pixels) -> Floats:
        found = self.hulls.get(row)
        if found is None:
            inside = mask > 80
            rows = np.flatnonzero(inside.any(1))[::4]
            ends = [(edge, y) for y in rows for edge in (inside[y].argmax(), mask.shape[1] - inside[y][::-1].argmax())]
            hull = cv2.convexHull(np.array(ends, np.float32)).reshape(-1, 2)
            found = self.hulls[row] = (hull / np.array([mask.shape[1], mask.shape[0]], np.float32)).astype(np.float32)
        return found

    def crop(self, row: int, rng: np.random.Generator) -> Crop:
        """One crop that shows the mark."""
        bank = self.bank
        mask = bank.mask(row)
        unit = self._hull(row, mask)
        rows, columns = mask.shape
        if rng.random() < 0.1:
            mask = bend(mask, 3)
        plain = rng.random() < 0.1
        quad = frame(columns, rows, rng, 8.0 if plain else 25.0)
        square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
        onto = cv2.getPerspectiveTransform(square, quad)
        hull = cv2.perspectiveTransform(unit[None], onto)[0]
        box = (*hull.min(0).tolist(), *hull.max(0).tolist())
        # most windows are as good as a second look's; a third are as loose as the detector's own
        spread = float(rng.choice([0.03, 0.09, 0.2], p=[0.4, 0.3, 0.3]))
        middle_x, middle_y, across, down = window(box, GROW * math.exp(rng.normal(0, spread * 1.6)))
        middle_x += rng.normal(0, spread) * (box[2] - box[0])
        middle_y += rng.normal(0, spread) * (box[3] - box[1])
        across *= math.exp(rng.normal(0, spread * 0.7))
        drawn = min(96.0, math.exp(rng.uniform(math.log(32), math.log(220))))  # the mark's longer side, px
        scale = drawn / max(columns, rows)
        width, height = max(12, round(across * scale)), max(12, round(down * scale))
        fit = np.array(
            [[width / across, 0, width / 2 - middle_x * width / across],
             [0, height / down, height / 2 - middle_y * height / down],
             [0, 0, 1]]
        )  # fmt: skip
        corners = cv2.perspectiveTransform(quad[None], fit)[0]
        shrink = scale * 1.5
        if shrink < 1:
            mask = np.asarray(
                cv2.resize(mask, (max(2, round(mask.shape[1] * shrink)), max(2, round(mask.shape[0] * shrink))),
                           interpolation=cv2.INTER_AREA), np.uint8
            )  # fmt: skip
        size = np.array([mask.shape[1], mask.shape[0]], np.float32)
        project = cv2.getPerspectiveTransform(square * size, corners)
        alpha = cv2.warpPerspective(mask, project, (width, height), flags=cv2.INTER_LINEAR).astype(np.float32)
        alpha *= np.float32(rng.uniform(0.8, 1.0) / 255)
        pixels, alpha = self._paint(alpha, corners, plain, rng)
        seen = cv2.resize(np.minimum(alpha * 290, 255).astype(np.uint8), (32, 32), interpolation=cv2.INTER_AREA)
        told = corners / np.array([width, height], np.float32) * 2 - 1
        return Crop(pixels, np.asarray(seen, np.uint8), np.asarray(told.ravel(), np.float32))

    def _photo(self, rng: np.random.Generator) -> Pixels:
        return self.bank.photos[int(rng.integers(len(self.bank.photos)))]

    def _paint(self, alpha: Floats, corners: Floats, plain: bool, rng: np.random.Generator) -> tuple[Pixels, Floats]:
        height, width = alpha.shape
        ground: Floats
        if plain:
            ground = any_colour(rng)
            canvas = np.broadcast_to(ground, (height, width, 3)).astype(np.float32)
        else:
            canvas = piece(self._photo(rng), width, height, rng).astype(np.float32)
            ground = canvas.reshape(-1, 3).mean(0)
            if rng.random() < 1 / 3:
                ground = any_colour(rng)
                canvas = label(canvas, corners, ground, rng)
        fill, _ = ink(None, ground, rng)
        shade = alpha[..., None]
        if rng.random() < 0.15:
            ramp = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
            fill = fill * (1 - ramp) + (any_colour(rng) * 0.3 + fill * 0.7) * ramp
        canvas = canvas + (fill - canvas) * shade
        if not plain and rng.random() < 0.3:
            alpha = self._cover(canvas, alpha, corners, rng)
        return disturb(canvas, rng), alpha

    def _cover(self, canvas: Floats, alpha: Floats, corners: Floats, rng: np.random.Generator) -> Floats:
        """Something lies over up to a quarter of the mark's box, at one of its sides."""
        height, width = alpha.shape
        low, high = np.floor(corners.min(0)).astype(int), np.ceil(corners.max(0)).astype(int)
        box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        a, b, c, d = strip(box, float(rng.uniform(0.05, 0.25)), int(rng.integers(4)))
        a, b, c, d = max(0, a), max(0, b), min(width, c), min(height, d)
        if c - a < 2 or d - b < 2:
            return alpha
        canvas[b:d, a:c] = any_colour(rng) if rng.random() < 0.4 else torn(self._photo(rng), c - a, d - b, rng)
        alpha = alpha.copy()
        alpha[b:d, a:c] = 0
        return alpha

    def empty(self, rng: np.random.Generator) -> Pixels:
        """A crop without a mark: a piece of a photograph, a bare label, a plain shape, lettering, half of a mark."""
        side = int(rng.integers(40, 100))
        canvas = piece(self._photo(rng), side, side, rng).astype(np.float32)
        kind = rng.random()
        corners = (frame(side * 0.7, side * rng.uniform(0.25, 0.7), rng) + side / 2).astype(np.float32)
        if kind < 0.25:
            canvas = label(canvas, corners, any_colour(rng), rng)
        elif kind < 0.4:
            words = "".join(chr(int(rng.integers(65, 91))) for _ in range(int(rng.integers(2, 9))))
            size = side * 0.8 / (len(words) * 19)
            spot = (int(side * 0.1), int(side * 0.6))
            written = np.clip(canvas, 0, 255).astype(np.uint8)
            cv2.putText(
                written, words, spot, int(rng.integers(0, 8)), size, any_colour(rng).tolist(), max(1, int(size * 3)), 16
            )
            canvas = written.astype(np.float32)
        return disturb(canvas, rng)


def label(canvas: Floats, corners: Floats, tone: Floats, rng: np.random.Generator) -> Floats:
    """A label or patch under the mark: a box, a disc or a box with round corners, slightly translucent."""
    unit = label_outline(rng)
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    shape = cv2.perspectiveTransform(unit[None].astype(np.float32), cv2.getPerspectiveTransform(square, corners))[0]
    painted = canvas.astype(np.uint8)
    cv2.fillPoly(painted, [np.round(shape * 8).astype(np.int32)], tone.tolist(), cv2.LINE_AA, 3)
    strength = float(rng.uniform(0.8, 1.0))
    return np.asarray(cv2.addWeighted(painted.astype(np.float32), strength, canvas, 1 - strength, 0), np.float32)


def disturb(canvas: Floats, rng: np.random.Generator, side: int = SIDE) -> Pixels:
    """Light, blur, noise, JPEG 40–95; then to the side of a crop."""
    height, width = canvas.shape[:2]
    canvas = lit(canvas, rng)
    if rng.random() < 0.4:
        canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.4, 1.3)), np.float32)
    if rng.random() < 0.4:
        x, y = int(rng.integers(0, 256 - min(width, 255))), int(rng.integers(0, 256 - min(height, 255)))
        grain = _NOISE[y : y + height, x : x + width]
        if grain.shape == canvas.shape:
            canvas = canvas + grain * np.float32(rng.uniform(1, 7))
    pixels = np.clip(canvas, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 96))])[1]
        pixels = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    how = cv2.INTER_AREA if max(width, height) > side * 1.3 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (side, side), interpolation=how), np.uint8)
