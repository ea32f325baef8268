"""Composites: a mark drawn on a photograph as print, label or cylinder, with everything that was done to it noted.

Parameters (all seeded by the caller's generator): width 6–40 % of the picture, log-uniform; turned and tilted by up to
25° about each axis; JPEG 40–95; a third partly covered, by up to 25 % of its box; a third recoloured (the rest in the
mark's own colour where that is visible at all); a third on a label or patch; a tenth on a cylinder; light, blur and
noise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from scripts.marks.bank import Bank

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

PARAMETERS = {
    "width": "6–40 % log-uniform",
    "turn, tilt": "≤ 25°",
    "jpeg": "40–95",
    "cover": "a third, 5–25 %",
    "recoloured": "1/3",
    "label": "1/3",
    "cylinder": "1/10",
    "blur": "2/5, σ 0.4–1.3",
    "noise": "2/5, σ 1–7",
    "light": "1/2, ± 35 %",
}


@dataclass(frozen=True)
class Drawn:
    """``box`` (x0, y0, x1, y1) is tight about the mark, ``quad`` (4, 2) its frame, both in pixels."""

    box: tuple[float, float, float, float]
    quad: Floats
    width: float
    kind: str
    cover: float
    recoloured: bool
    contrast: float


def frame(width: float, height: float, rng: np.random.Generator, most: float = 25.0) -> Floats:
    """Corners of a frame about (0, 0), turned and tilted by up to ``most`` degrees, seen from 2.2 of its longer
    sides."""
    across, up, around = (math.radians(v) for v in rng.uniform(-most, most, 3))
    ca, sa, cu, su, cr, sr = (f(v) for v in (across, up, around) for f in (math.cos, math.sin))
    turn = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    yaw = np.array([[cu, 0, su], [0, 1, 0], [-su, 0, cu]])
    pitch = np.array([[1, 0, 0], [0, ca, -sa], [0, sa, ca]])
    flat = np.array([[-width, -height, 0], [width, -height, 0], [width, height, 0], [-width, height, 0]]) / 2
    solid = flat @ (pitch @ yaw @ turn).T
    far = 2.2 * max(width, height)
    return np.asarray(solid[:, :2] * (far / (far + solid[:, 2:3])), np.float32)


def bend(mask: Pixels, room: int = 4) -> Pixels:
    """The mask as printed on the front of an upright cylinder, seen from a little above, with ``room`` pixels left on
    both sides and three times as many above and below."""
    wide = cv2.copyMakeBorder(mask, 3 * room, 3 * room, room, room, cv2.BORDER_CONSTANT)
    height, width = wide.shape
    half = 1.15
    arc = np.arcsin(np.linspace(-1, 1, width) * math.sin(half))
    bow = (1 - np.cos(arc)) * 0.12 * height
    columns = np.broadcast_to((arc / half + 1) / 2 * (width - 1), (height, width)).astype(np.float32)
    rows = (np.arange(height)[:, None] - bow[None] + bow.max() / 2).astype(np.float32)
    return np.asarray(cv2.remap(wide, columns, rows, cv2.INTER_LINEAR), np.uint8)


def any_colour(rng: np.random.Generator) -> Floats:
    """A colour; dark and light ones are the commonest in print."""
    kind = rng.random()
    if kind < 0.2:
        return np.full(3, rng.integers(0, 40), np.float32)
    if kind < 0.4:
        return np.full(3, rng.integers(215, 256), np.float32)
    return rng.integers(0, 256, 3).astype(np.float32)


def apart(one: Floats, other: Floats) -> float:
    """How far two colours stand apart: the larger of the greatest channel difference and twice that of the grey
    values."""
    weights = np.array([0.114, 0.587, 0.299])
    return float(min(np.abs(one - other).max(), 2 * abs(float((one - other) @ weights))))


def ink(own: Floats | None, ground: Floats, rng: np.random.Generator) -> tuple[Floats, bool]:
    """A colour that stands out from the ground, a tenth of the time only just, and whether it is not the mark's own."""
    need = float(rng.choice([18, 35, 60, 90], p=[0.1, 0.25, 0.35, 0.3]))
    if own is not None and rng.random() < 2 / 3 and apart(own, ground) > 18:
        return own, False
    chosen = any_colour(rng)
    for _ in range(12):
        if apart(chosen, ground) > need:
            break
        chosen = any_colour(rng)
    return chosen, True


def label_outline(rng: np.random.Generator) -> Floats:
    """The outline of a label about the frame −1…1."""
    kind = int(rng.integers(3))
    pad = rng.uniform(0.08, 0.5)
    steps = np.linspace(0, 2 * math.pi, 49)[:-1]
    if kind == 0:
        return np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32) * np.float32(1 + 2 * pad)
    round_ = np.stack([np.cos(steps), np.sin(steps)], 1)
    if kind == 1:
        return np.asarray(round_ * (1 + 2 * max(pad, 0.25)), np.float32)
    return np.asarray(np.sign(round_) * np.abs(round_) ** 0.45 * (1 + 2 * max(pad, 0.15)), np.float32)


_UNIT = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
_SIGNED = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)


def stamp(
    canvas: Floats,
    mask: Pixels,
    rng: np.random.Generator,
    *,
    width: float,
    middle: tuple[float, float],
    own: Floats | None = None,
    cover: Pixels | None = None,
    visible: Floats | None = None,
) -> Drawn:
    """Draw a tight mask into ``canvas`` (height, width, 3; BGR 0–255) in place. ``cover`` is a photograph of which
    pieces may lie over the mark; ``visible`` (height, width), when given, receives the opacity of what can be seen of
    it."""
    tall = mask.shape[0] / mask.shape[1]
    if tall > 1.6:  # a tall mark keeps the area of a square one
        width *= math.sqrt(1.6 / tall)
    quad = frame(width, width * tall, rng) + np.array(middle, np.float32)
    curved = rng.random() < 0.1
    if curved:
        mask = bend(mask)
    shrink = 1.6 * width / mask.shape[1]
    if shrink < 1:
        size = (max(2, round(mask.shape[1] * shrink)), max(2, round(mask.shape[0] * shrink)))
        mask = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.uint8)
    labelled = rng.random() < 1 / 3
    outline = cv2.perspectiveTransform(label_outline(rng)[None], cv2.getPerspectiveTransform(_SIGNED, quad))[0]
    reach = np.concatenate([quad, outline]) if labelled else quad
    low = np.maximum(np.floor(reach.min(0)).astype(int) - 2, 0)
    high = np.minimum(np.ceil(reach.max(0)).astype(int) + 2, [canvas.shape[1], canvas.shape[0]])
    part = canvas[low[1] : high[1], low[0] : high[0]]
    rows, columns = part.shape[:2]
    square = _UNIT * np.array([mask.shape[1], mask.shape[0]], np.float32)
    onto = cv2.getPerspectiveTransform(square, quad - low.astype(np.float32))
    alpha = cv2.warpPerspective(mask, onto, (columns, rows), flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    if labelled:
        ground = any_colour(rng)
        painted = np.clip(part, 0, 255).astype(np.uint8)
        cv2.fillPoly(painted, [np.round((outline - low) * 16).astype(np.int32)], ground.tolist(), cv2.LINE_AA, 4)
        strength = np.float32(rng.uniform(0.8, 1.0))
        part[:] = painted * strength + part * (1 - strength)
    else:
        shade = alpha[..., None]
        ground = np.asarray((part * shade).sum((0, 1)) / max(float(shade.sum()), 1e-3), np.float32)
    fill, recoloured = ink(own, ground, rng)
    contrast = apart(fill, ground)
    if rng.random() < 0.15:
        ramp = np.linspace(0, 1, rows, dtype=np.float32)[:, None, None]
        fill = fill * (1 - ramp) + (any_colour(rng) * 0.3 + fill * 0.7) * ramp
    part += (fill - part) * (alpha * np.float32(rng.uniform(0.75, 1.0)))[..., None]
    box = cv2.boundingRect((alpha > 0.3).astype(np.uint8))
    x0, y0, x1, y1 = box[0], box[1], box[0] + box[2], box[1] + box[3]
    hidden = 0.0
    if cover is not None and rng.random() < 1 / 3 and min(box[2:]) > 6:
        hidden = float(rng.uniform(0.05, 0.25))
        a, b, c, d = strip((x0, y0, x1, y1), hidden, int(rng.integers(4)))
        part[b:d, a:c] = any_colour(rng) if rng.random() < 0.4 else torn(cover, c - a, d - b, rng)
        alpha[b:d, a:c] = 0
    if visible is not None:
        seen = visible[low[1] : high[1], low[0] : high[0]]
        np.maximum(seen, alpha, out=seen)
    kind = "圆柱" if curved else "标贴" if labelled else "直接印"
    place = (float(x0 + low[0]), float(y0 + low[1]), float(x1 + low[0]), float(y1 + low[1]))
    return Drawn(place, quad, width / canvas.shape[1], kind, hidden, recoloured, contrast)


def strip(box: tuple[int, int, int, int], share: float, side: int) -> tuple[int, int, int, int]:
    """The strip along one side of a box that holds this share of it."""
    x0, y0, x1, y1 = box
    across, down = max(1, round((x1 - x0) * share)), max(1, round((y1 - y0) * share))
    return [(x0, y0, x0 + across, y1), (x1 - across, y0, x1, y1), (x0, y0, x1, y0 + down), (x0, y1 - down, x1, y1)][
        side
    ]


def torn(photo: Pixels, width: int, height: int, rng: np.random.Generator) -> Pixels:
    """A piece of a photograph of this size, at its own scale where it is large enough."""
    rows, columns = photo.shape[:2]
    across, down = min(columns, width), min(rows, height)
    x, y = int(rng.integers(0, columns - across + 1)), int(rng.integers(0, rows - down + 1))
    return np.asarray(cv2.resize(photo[y : y + down, x : x + across], (width, height)), np.uint8)


def lit(canvas: Floats, rng: np.random.Generator) -> Floats:
    """Half of the time under a light that falls off to one side."""
    if rng.random() < 0.5:
        height, width = canvas.shape[:2]
        x, y = rng.uniform(-0.35, 0.35, 2)
        light = 1 + np.linspace(-y, y, height)[:, None] + np.linspace(-x, x, width)[None]
        canvas = canvas * (light * rng.uniform(0.8, 1.15)).astype(np.float32)[..., None]
    return canvas


def spoil(canvas: Floats, rng: np.random.Generator) -> Pixels:
    """Light, blur and noise; 8 bits."""
    canvas = lit(canvas, rng)
    if rng.random() < 0.4:
        canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.4, 1.3)), np.float32)
    if rng.random() < 0.4:
        grain = np.empty(canvas.shape, np.int16)
        cv2.setRNGSeed(int(rng.integers(2**31)))
        cv2.randn(grain, 0, 16 * rng.uniform(1, 7))
        canvas = canvas + grain.astype(np.float32) / 16
    return np.asarray(np.clip(canvas, 0, 255), np.uint8)


def encode(pixels: Pixels, rng: np.random.Generator) -> bytes:
    """JPEG of a quality in 40–95."""
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 96))])[1])


def ground(photo: Pixels, rng: np.random.Generator, width: int = 800) -> Pixels:
    """A product picture's ground: a photograph, or a crop of at least 70 % of its sides, filling width × 3/4…1
    width."""
    height = round(width * rng.uniform(0.75, 1.0))
    rows, columns = photo.shape[:2]
    share = rng.uniform(0.7, 1.0)
    across = min(columns, rows * width / height) * share
    down = across * height / width
    x, y = rng.uniform(0, columns - across), rng.uniform(0, rows - down)
    piece = photo[int(y) : max(int(y) + 2, int(y + down)), int(x) : max(int(x) + 2, int(x + across))]
    how = cv2.INTER_AREA if piece.shape[1] > width else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(piece, (width, height), interpolation=how), np.uint8)


def marked(
    bank: Bank, rows: Sequence[int], photos: Sequence[Pixels], colours: dict[str, str], rng: np.random.Generator
) -> Iterator[tuple[bytes, Drawn, int]]:
    """A picture of each of these marks of a bank, in its own colour where it has one, on photographs drawn by lot; with
    the mark's row."""
    for row in rows:
        photo, cover = (photos[int(rng.integers(len(photos)))] for _ in range(2))
        code = colours.get(bank.names[row], "000000")
        own = np.array([int(code[at : at + 2], 16) for at in (4, 2, 0)], np.float32)
        yield *composite(photo, bank.mask(row), rng, own=own, cover=cover), row


def bare(photos: Sequence[Pixels], count: int, rng: np.random.Generator, stride: int = 1) -> Iterator[bytes]:
    """Pictures without a drawn mark: crops of every ``stride``-th photograph in turn, spoiled as composites are."""
    for number in range(count):
        canvas = ground(photos[number * stride % len(photos)], rng).astype(np.float32)
        yield encode(spoil(canvas, rng), rng)


def decoded(data: bytes) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def composite(
    photo: Pixels, mask: Pixels, rng: np.random.Generator, *, own: Floats | None, cover: Pixels, width: int = 800
) -> tuple[bytes, Drawn]:
    """One picture, as JPEG, that shows one mark."""
    canvas = ground(photo, rng, width).astype(np.float32)
    share = math.exp(rng.uniform(math.log(0.06), math.log(0.40)))
    height = canvas.shape[0]
    across = share * width
    down = min(across * mask.shape[0] / mask.shape[1], across * 1.6)
    margin_x, margin_y = across * 0.55, min(down * 0.6, height * 0.45)
    middle = (float(rng.uniform(margin_x, width - margin_x)), float(rng.uniform(margin_y, height - margin_y)))
    drawn = stamp(canvas, mask, rng, width=across, middle=middle, own=own, cover=cover)
    return encode(spoil(canvas, rng), rng), drawn
