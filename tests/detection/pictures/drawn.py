"""Pictures drawn for tests: no photograph is needed to tell a copy from a stranger."""

from __future__ import annotations

import cv2
import numpy as np

from detection.pictures.decoding import Pixels


def scene(seed: int, width: int = 480, height: int = 400) -> Pixels:
    """A picture of clouds and shapes, BGR, different for every seed."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3), np.float32)
    for cells in (4, 9, 22, 60):  # clouds of several sizes, as photographs have
        rough = (rng.uniform(0, 255, (cells, cells, 1)) * 0.8 + rng.uniform(0, 51, (cells, cells, 3))).astype(
            np.float32
        )
        picture += cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC) / 4
    picture = np.clip((picture - 128) * 1.8 + 128, 0, 255).astype(np.uint8)
    for _ in range(25):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        tone = rng.integers(0, 256, 3).tolist()
        size = int(rng.integers(6, 40))
        if rng.random() < 0.5:
            cv2.rectangle(picture, (x, y), (x + size, y + int(rng.integers(6, 40))), tone, -1)
        else:
            cv2.ellipse(picture, (x, y), (size, size // 2 + 2), float(rng.uniform(0, 180)), 0, 360, tone, -1)
    return picture


def jpeg(pixels: Pixels, quality: int = 88) -> bytes:
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])
