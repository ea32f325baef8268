"""Training crops for the embedder: one mark drawn on a piece of a photograph, already cut as the detector would cut it.

Everything is drawn at the size of the crop (48–110 px), so a crop costs about half a millisecond.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from scripts.marks.bank import Bank, Pixels

SIDE = 64
GROW = 1.2
CANONICAL = 24
Floats = npt.NDArray[np.float32]
_NOISE = np.random.default_rng(7).normal(0, 1, (256, 256, 3)).astype(np.float32)


@dataclass(frozen=True)
class Crop:
    """``pixels`` (64, 64, 3) BGR; ``mask`` (32, 32) where the mark is visible; ``quad`` (8) its frame, −1…1 being the
    crop."""

    pixels: Pixels
    mask: Pixels
    quad: Floats


def window(box: tuple[float, float, float, float], grow: float = GROW) -> tuple[float, float, float, float]:
    """Centre and size of the window cut for a box (x0, y0, x1, y1): its sides' ratio is the root of the box's, so that
    a long word mark keeps its rows and still looks long."""
    width, height = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
    longest = max(width, height)
    root = math.sqrt(width / height)
    across, down = (longest, longest / root) if root > 1 else (longest * root, longest)
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, across * grow, down * grow


def place(width: float, height: float, rng: np.random.Generator, most: float = 25.0) -> Floats:
    """Four corners of a frame turned and tilted by up to ``most`` degrees about each axis, seen from 2.2 widths
    away."""
    across, up, around = (math.radians(v) for v in rng.uniform(-most, most, 3))
    ca, sa, cu, su, cr, sr = (f(v) for v in (across, up, around) for f in (math.cos, math.sin))
    turn = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    yaw = np.array([[cu, 0, su], [0, 1, 0], [-su, 0, cu]])
    pitch = np.array([[1, 0, 0], [0, ca, -sa], [0, sa, ca]])
    flat = np.array([[-width, -height, 0], [width, -height, 0], [width, height, 0], [-width, height, 0]]) / 2
    solid = flat @ (pitch @ yaw @ turn).T
    far = 2.2 * max(width, height)
    return np.asarray(solid[:, :2] * (far / (far + solid[:, 2:3])), np.float32)


def colour(rng: np.random.Generator) -> Floats:
    """A colour; dark and light ones are the commonest in print."""
    kind = rng.random()
    if kind < 0.2:
        return np.full(3, rng.integers(0, 40), np.float32)
    if kind < 0.4:
        return np.full(3, rng.integers(215, 256), np.float32)
    return rng.integers(0, 256, 3).astype(np.float32)


def _grey(value: Floats) -> float:
    return float(value[0] * 0.114 + value[1] * 0.587 + value[2] * 0.299)


def ink(rng: np.random.Generator, ground: Floats) -> Floats:
    """A colour that stands out from the ground, a tenth of the time only just."""
    need = float(rng.choice([18, 35, 60, 90], p=[0.1, 0.25, 0.35, 0.3]))
    chosen = colour(rng)
    for _ in range(12):
        if np.abs(chosen - ground).max() > need and abs(_grey(chosen) - _grey(ground)) > need * 0.5:
            break
        chosen = colour(rng)
    return chosen


def bend(mask: Pixels) -> Pixels:
    """The mask printed on the front of an upright cylinder."""
    wide = cv2.copyMakeBorder(mask, 8, 8, 3, 3, cv2.BORDER_CONSTANT)
    height, width = wide.shape
    half = 1.15
    arc = np.arcsin(np.linspace(-1, 1, width, dtype=np.float32) * np.float32(math.sin(half)))
    across = (arc / half + 1) / 2 * (width - 1)
    bow = (1 - np.cos(arc)) * 0.12 * height
    rows = np.arange(height, dtype=np.float32)[:, None] - bow[None] + bow.max() / 2
    columns = np.broadcast_to(across, (height, width)).astype(np.float32)
    return np.asarray(cv2.remap(wide, columns, rows.astype(np.float32), cv2.INTER_LINEAR), np.uint8)


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
            mask = bend(mask)
        plain = rng.random() < 0.1
        frame = place(columns, rows, rng, 8.0 if plain else 25.0)
        square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
        onto = cv2.getPerspectiveTransform(square, frame)
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
        corners = cv2.perspectiveTransform(frame[None], fit)[0]
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
        quad = corners / np.array([width, height], np.float32) * 2 - 1
        return Crop(pixels, np.asarray(seen, np.uint8), np.asarray(quad.ravel(), np.float32))

    def _photo(self, rng: np.random.Generator) -> Pixels:
        return self.bank.photos[int(rng.integers(len(self.bank.photos)))]

    def _paint(self, alpha: Floats, corners: Floats, plain: bool, rng: np.random.Generator) -> tuple[Pixels, Floats]:
        height, width = alpha.shape
        ground: Floats
        if plain:
            ground = colour(rng)
            canvas = np.broadcast_to(ground, (height, width, 3)).astype(np.float32)
        else:
            canvas = piece(self._photo(rng), width, height, rng).astype(np.float32)
            ground = canvas.reshape(-1, 3).mean(0)
            if rng.random() < 1 / 3:
                ground = colour(rng)
                canvas = label(canvas, corners, ground, rng)
        fill: Floats = ink(rng, ground)
        shade = alpha[..., None]
        if rng.random() < 0.15:
            ramp = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
            fill = fill * (1 - ramp) + (colour(rng) * 0.3 + fill * 0.7) * ramp
        canvas = canvas + (fill - canvas) * shade
        if not plain and rng.random() < 0.3:
            alpha = self._cover(canvas, alpha, corners, rng)
        return disturb(canvas, rng), alpha

    def _cover(self, canvas: Floats, alpha: Floats, corners: Floats, rng: np.random.Generator) -> Floats:
        """Something lies over up to a quarter of the mark's box, at one of its sides."""
        height, width = alpha.shape
        low, high = corners.min(0), corners.max(0)
        share = rng.uniform(0.05, 0.25)
        side = int(rng.integers(4))
        span = high - low
        x0, y0 = low[0], low[1]
        x1, y1 = high[0], high[1]
        if side == 0:
            x1, x0 = x0 + span[0] * share, 0.0
        elif side == 1:
            x0, x1 = x1 - span[0] * share, float(width)
        elif side == 2:
            y1, y0 = y0 + span[1] * share, 0.0
        else:
            y0, y1 = y1 - span[1] * share, float(height)
        a, b = max(0, int(x0)), max(0, int(y0))
        c, d = min(width, int(x1)), min(height, int(y1))
        if c - a < 2 or d - b < 2:
            return alpha
        canvas[b:d, a:c] = colour(rng) if rng.random() < 0.4 else piece(self._photo(rng), c - a, d - b, rng)
        alpha = alpha.copy()
        alpha[b:d, a:c] = 0
        return alpha

    def empty(self, rng: np.random.Generator) -> Pixels:
        """A crop without a mark: a piece of a photograph, a bare label, a plain shape, lettering, half of a mark."""
        side = int(rng.integers(40, 100))
        canvas = piece(self._photo(rng), side, side, rng).astype(np.float32)
        kind = rng.random()
        corners = (place(side * 0.7, side * rng.uniform(0.25, 0.7), rng) + side / 2).astype(np.float32)
        if kind < 0.25:
            canvas = label(canvas, corners, colour(rng), rng)
        elif kind < 0.4:
            words = "".join(chr(int(rng.integers(65, 91))) for _ in range(int(rng.integers(2, 9))))
            size = side * 0.8 / (len(words) * 19)
            spot = (int(side * 0.1), int(side * 0.6))
            written = np.clip(canvas, 0, 255).astype(np.uint8)
            cv2.putText(
                written, words, spot, int(rng.integers(0, 8)), size, colour(rng).tolist(), max(1, int(size * 3)), 16
            )
            canvas = written.astype(np.float32)
        return disturb(canvas, rng)


def label(canvas: Floats, corners: Floats, tone: Floats, rng: np.random.Generator) -> Floats:
    """A label or patch under the mark: a box, a disc or a box with round corners, slightly translucent."""
    kind = int(rng.integers(3))
    pad = rng.uniform(0.08, 0.5)
    steps = np.linspace(0, 2 * math.pi, 33)[:-1]
    if kind == 0:
        unit = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32) * (1 + 2 * pad)
    elif kind == 1:
        unit = np.stack([np.cos(steps), np.sin(steps)], 1).astype(np.float32) * (1 + 2 * max(pad, 0.25))
    else:
        power = 0.45
        unit = np.stack([np.sign(np.cos(steps)) * np.abs(np.cos(steps)) ** power,
                         np.sign(np.sin(steps)) * np.abs(np.sin(steps)) ** power], 1).astype(np.float32)  # fmt: skip
        unit *= 1 + 2 * max(pad, 0.15)
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    shape = cv2.perspectiveTransform(unit[None].astype(np.float32), cv2.getPerspectiveTransform(square, corners))[0]
    painted = canvas.astype(np.uint8)
    cv2.fillPoly(painted, [np.round(shape * 8).astype(np.int32)], tone.tolist(), cv2.LINE_AA, 3)
    strength = float(rng.uniform(0.8, 1.0))
    return np.asarray(cv2.addWeighted(painted.astype(np.float32), strength, canvas, 1 - strength, 0), np.float32)


def disturb(canvas: Floats, rng: np.random.Generator, side: int = SIDE) -> Pixels:
    """Light, blur, noise, JPEG 40–95; then to the side of a crop."""
    height, width = canvas.shape[:2]
    if rng.random() < 0.5:
        slope = rng.uniform(-0.35, 0.35, 2)
        light = (1 + np.linspace(-slope[1], slope[1], height, dtype=np.float32)[:, None]
                 + np.linspace(-slope[0], slope[0], width, dtype=np.float32)[None])  # fmt: skip
        canvas = canvas * (light * np.float32(rng.uniform(0.8, 1.15)))[..., None]
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


def canonical(mask: Pixels, side: int) -> Pixels:
    """The register's view of a mark: its tight mask in the same window as a crop, ``side`` pixels."""
    height, width = mask.shape
    middle_x, middle_y, across, down = window((0.0, 0.0, float(width), float(height)), 1.1)
    big = cv2.warpAffine(
        mask,
        np.array(
            [[96 / across, 0, 48 - middle_x * 96 / across], [0, 96 / down, 48 - middle_y * 96 / down]], np.float32
        ),
        (96, 96),
        flags=cv2.INTER_AREA,
    )
    return np.asarray(cv2.resize(big, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
