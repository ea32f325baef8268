"""The eight ways in which a stolen photo comes back, seeded."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def _jpeg(pixels: Pixels, quality: int) -> Pixels:
    coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def encoded(photo: Pixels, other: Pixels, rng: np.random.Generator) -> Pixels:
    """Resized to 50–120 % and JPEG 30–70."""
    scale = rng.uniform(0.5, 1.2)
    return _jpeg(
        np.asarray(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8),
        int(rng.integers(30, 71)),
    )


def cropped(photo: Pixels, other: Pixels, rng: np.random.Generator) -> Pixels:
    """70 % of each side, anywhere, enlarged again."""
    rows, columns = photo.shape[:2]
    down, across = round(rows * 0.7), round(columns * 0.7)
    y, x = int(rng.integers(0, rows - down + 1)), int(rng.integers(0, columns - across + 1))
    return _jpeg(np.asarray(cv2.resize(photo[y : y + down, x : x + across], (columns, rows)), np.uint8), 85)


def mirrored(photo: Pixels, other: Pixels, rng: np.random.Generator) -> Pixels:
    return _jpeg(np.ascontiguousarray(photo[:, ::-1]), 85)


def rotated(photo: Pixels, other: Pixels, rng: np.random.Generator) -> Pixels:
    """By 5–20° either way, or by a quarter or half turn, on white."""
    turn = float(rng.choice([90, 180, 270])) if rng.random() < 0.3 else float(rng.uniform(5, 20) * rng.choice([-1, 1]))
    rows, columns = photo.shape[:2]
    onto = cv2.getRotationMatrix2D((columns / 2, rows / 2), turn, 1)
    turned = cv2.warpAffine(photo, onto, (columns, rows), borderValue=(255, 255, 255))
    return _jpeg(np.asarray(turned, np.uint8), 85)


def watermarked(photo: Pixels, other: Pixels, rng: np.random.Generator) -> Pixels:
    """Slanted lettering all over, at 30–50 %."""
    rows, columns = photo.shape[:2]
    over = photo.copy()
    tone = (255, 255, 255) if rng.random() < 0.5 else (30, 30, 30)
    size = columns / 400
    for y in range(round(20 * size), rows, round(70 * size)):
        for x in range(-(y % round(90 * size)), columns, round(190 * size)):
            cv2.putText(
                over, "SHOP 8888", (x, y), cv2.FONT_HERSHEY_DUPLEX, size, tone, max(1, round(2 * size)), cv2.LINE_AA
            )
    strength = rng.uniform(0.3, 0.5)
    return _jpeg(np.asarray(cv2.addWeighted(over, strength, photo, 1 - strength, 0), np.uint8), 80)


def framed(photo: Pixels, other: Pixels, rng: np.random.Generator) -> Pixels:
    """A coloured frame of 8–15 % with a banner of text below."""
    rows, columns = photo.shape[:2]
    edge = round(columns * rng.uniform(0.08, 0.15))
    tone = rng.integers(0, 256, 3).tolist()
    out = cv2.copyMakeBorder(photo, edge, edge * 2, edge, edge, cv2.BORDER_CONSTANT, value=tone)
    size = edge / 22
    cv2.putText(
        out,
        "SALE 50% OFF",
        (edge, rows + round(edge * 2.3)),
        cv2.FONT_HERSHEY_DUPLEX,
        size,
        (255, 255, 255),
        max(1, round(size * 2)),
        cv2.LINE_AA,
    )
    return _jpeg(np.asarray(out, np.uint8), 80)


def collaged(photo: Pixels, other: Pixels, rng: np.random.Generator) -> Pixels:
    """Beside another picture, each at half of the width."""
    rows, columns = photo.shape[:2]
    beside = np.asarray(cv2.resize(other, (columns, rows)), np.uint8)
    pair = [photo, beside] if rng.random() < 0.5 else [beside, photo]
    return _jpeg(np.hstack(pair) if rng.random() < 0.5 else np.vstack(pair), 80)


def recoloured(photo: Pixels, other: Pixels, rng: np.random.Generator) -> Pixels:
    """Hue turned by 30–150°, saturation and brightness changed."""
    hsv = cv2.cvtColor(photo, cv2.COLOR_BGR2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + rng.uniform(15, 75) * rng.choice([-1, 1])) % 180
    hsv[..., 1] *= rng.uniform(0.6, 1.3)
    hsv[..., 2] = 255 * (hsv[..., 2] / 255) ** math.exp(rng.uniform(-0.3, 0.3))
    return _jpeg(np.asarray(cv2.cvtColor(hsv.clip(0, 255).astype(np.uint8), cv2.COLOR_HSV2BGR), np.uint8), 85)


CHANGES: dict[str, Callable[[Pixels, Pixels, np.random.Generator], Pixels]] = {
    "re-encoded": encoded,
    "cropped to 70 %": cropped,
    "mirrored": mirrored,
    "rotated": rotated,
    "watermarked": watermarked,
    "framed": framed,
    "collaged": collaged,
    "recoloured": recoloured,
}
