"""Where photographs are taken: studio sweeps, planks, cloth, stone, tiles, rooms out of focus; and the light there."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]


def _noise(rng: Random, size: tuple[int, int], across: int, down: int) -> Pixels:
    """Smooth noise between 0 and 1, coarse by ``across`` and ``down`` cells."""
    source = np.random.default_rng(rng.getrandbits(32))
    coarse = source.random((max(2, down), max(2, across)), dtype=np.float32)
    return np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _tint(rng: Random, low: int, high: int, spread: int = 18) -> Pixels:
    base = rng.randrange(low, high)
    return np.array([base + rng.randrange(-spread, spread + 1) for _ in range(3)], dtype=np.float32)


def _sweep(rng: Random, size: tuple[int, int]) -> Pixels:
    width, height = size
    top, foot = _tint(rng, 205, 250, 10), _tint(rng, 170, 230, 14)
    ramp = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    return np.broadcast_to(top * (1 - ramp) + foot * ramp, (height, width, 3)).copy()


def _planks(rng: Random, size: tuple[int, int]) -> Pixels:
    wood = np.array(rng.choice(((176, 132, 88), (122, 84, 54), (206, 176, 136), (150, 140, 128))), dtype=np.float32)
    grain = 0.8 + 0.35 * _noise(rng, size, 5, 90) + 0.06 * _noise(rng, size, 40, 200)
    image = wood * grain[..., None]
    for y in range(rng.randrange(20, 90), size[1], rng.randrange(90, 150)):
        image[y : y + 3] *= 0.5
    return image


def _cloth(rng: Random, size: tuple[int, int]) -> Pixels:
    folds = 0.78 + 0.3 * _noise(rng, size, 5, 4)
    weave = 1 + 0.05 * np.sin(np.arange(size[0]) * 1.9)[None, :] * np.sin(np.arange(size[1]) * 1.9)[:, None]
    return np.asarray(_tint(rng, 90, 225, 40) * (folds * weave).astype(np.float32)[..., None], dtype=np.float32)


def _stone(rng: Random, size: tuple[int, int]) -> Pixels:
    veins = np.abs(_noise(rng, size, 6, 8) - 0.5) * 2 + 0.25 * _noise(rng, size, 30, 30)
    return np.asarray(_tint(rng, 205, 240, 6) * (0.72 + 0.28 * np.clip(veins * 1.6, 0, 1))[..., None], dtype=np.float32)


def _tiles(rng: Random, size: tuple[int, int]) -> Pixels:
    width, height = size
    image = np.broadcast_to(_tint(rng, 170, 240, 22), (height, width, 3)).copy()
    step = rng.randrange(70, 140)
    image *= (0.93 + 0.1 * _noise(rng, size, width // step + 2, height // step + 2))[..., None]
    image[::step] = image[1::step] = 120
    image[:, ::step] = image[:, 1::step] = 120
    return image


def _room(rng: Random, size: tuple[int, int]) -> Pixels:
    width, height = size
    small = np.broadcast_to(_tint(rng, 70, 190, 40), (height // 4, width // 4, 3)).copy()
    for _ in range(14):
        colour = tuple(float(part) for part in _tint(rng, 60, 235, 60))
        x, y, w, h = rng.randrange(width // 4), rng.randrange(height // 4), rng.randrange(10, 55), rng.randrange(10, 65)
        cv2.rectangle(small, (x, y), (x + w, y + h), colour, -1)
    blurred = cv2.GaussianBlur(small, (0, 0), 4.3)
    image = np.asarray(cv2.resize(blurred, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)
    table = int(height * rng.uniform(0.62, 0.78))
    image[table:] = _tint(rng, 120, 200, 24) * (0.85 + 0.2 * _noise(rng, (width, height - table), 4, 30))[..., None]
    return image


def _poster(rng: Random, size: tuple[int, int]) -> Pixels:
    width, height = size
    image = np.broadcast_to(
        np.array(rng.choice(((236, 64, 48), (255, 196, 60), (70, 130, 220), (250, 160, 170))), dtype=np.float32),
        (height, width, 3),
    ).copy()
    for step in range(12):
        angle = step * np.pi / 6 + rng.random() * 0.1
        ends = [
            (int(width / 2 + 900 * np.cos(angle + turn)), int(height / 2 + 900 * np.sin(angle + turn)))
            for turn in (0, 0.26)
        ]
        points = np.array([(width // 2, height // 2), *ends], dtype=np.int32)
        lighter = tuple(float(min(255, part * 1.15 + 14)) for part in image[0, 0])
        cv2.fillPoly(image, [points], lighter)
    return image


_PLACES = (_sweep, _sweep, _planks, _cloth, _stone, _tiles, _room, _room, _poster)


def background(rng: Random, size: tuple[int, int], *, plain: bool = False) -> Pixels:
    """A background of ``size`` (width, height): rows of RGB between 0 and 255. ``plain`` is a studio."""
    return (_sweep if plain else rng.choice(_PLACES))(rng, size)


def lit(rng: Random, scene: Pixels, *, calm: bool = False) -> Pixels:
    """The scene under its light: a fall-off to one side, a colour cast, noise of the sensor, sometimes out of focus."""
    height, width = scene.shape[:2]
    if calm:
        return scene
    if rng.random() < 0.25:
        scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), rng.uniform(0.5, 1.3)), dtype=np.float32)
    ramp = np.linspace(rng.uniform(0.82, 1.08), rng.uniform(0.82, 1.08), width, dtype=np.float32)[None, :, None]
    fall = np.linspace(rng.uniform(0.9, 1.08), rng.uniform(0.82, 1.0), height, dtype=np.float32)[:, None, None]
    cast = np.array([rng.uniform(0.95, 1.05) for _ in range(3)], dtype=np.float32)
    source = np.random.default_rng(rng.getrandbits(32))
    grain = source.standard_normal((height // 2 + 1, width // 2 + 1), dtype=np.float32) * rng.uniform(0.5, 3.5)
    grain = np.repeat(np.repeat(grain, 2, axis=0), 2, axis=1)[:height, :width, None]
    scene *= ramp * cast
    scene *= fall
    scene += grain
    return scene
