"""The bank that training draws from: masks of icons, their classes, background photographs, and who is held out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

#: The seed that chose the marks of the test (500) and of validation (200) among simple-icons.
SPLIT_SEED = 20261124
TEST_MARKS, VALIDATION_MARKS = 500, 200


@dataclass(frozen=True)
class Bank:
    """``masks`` (n, 192, 192) holds each mark centred, its tight box in ``boxes`` (x, y, width, height); ``label``
    merges near-duplicates; ``train``, ``test``, ``validation`` and ``brands`` are rows of ``masks``."""

    masks: Pixels
    boxes: npt.NDArray[np.int64]
    label: npt.NDArray[np.int64]
    names: list[str]
    brands: npt.NDArray[np.int64]
    train: npt.NDArray[np.int64]
    validation: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]
    photos: list[Pixels]
    held_photos: list[Pixels]

    def mask(self, row: int) -> Pixels:
        """The tight mask of one mark."""
        x, y, width, height = self.boxes[row]
        return np.ascontiguousarray(self.masks[row][y : y + height, x : x + width])


def _group(name: str) -> str:
    """Wallpapers of one theme (the same picture in several sizes) stay together."""
    parts = Path(name).parts
    return "/".join(parts[:5]) if "wallpapers" in parts else name


def held_out(name: str) -> bool:
    """Every seventh wallpaper, chosen by name, is kept from training for the test's clean pictures."""
    if "/photos/" in name:
        return False
    return sum(_group(name).encode()) % 7 == 0


def load(folder: Path, longest: int = 500, photos: bool = True) -> Bank:
    """The bank in ``folder``; its photographs at most ``longest`` pixels a side."""
    items = json.loads((folder / "items.json").read_text())
    label = np.load(folder / "label.npy")
    brands = np.array([row for row, item in enumerate(items) if item[0] == "si"])
    order = np.random.default_rng(SPLIT_SEED).permutation(brands)
    test, validation = order[:TEST_MARKS], order[TEST_MARKS : TEST_MARKS + VALIDATION_MARKS]
    held = set(label[np.concatenate([test, validation])].tolist())
    train = np.array([row for row in range(len(items)) if label[row] not in held])
    kept: list[Pixels] = []
    kept_out: list[Pixels] = []
    if photos:
        stored = np.load(folder / "photos.npz")
        starts = np.concatenate([[0], stored["ends"][:-1]])
        data = stored["data"]
        for name, start, end in zip(stored["names"], starts, stored["ends"], strict=True):
            image = cv2.imdecode(data[start:end], cv2.IMREAD_COLOR)
            assert image is not None
            scale = longest / max(image.shape[:2])
            if scale < 1:
                image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            (kept_out if held_out(str(name)) else kept).append(np.asarray(image, np.uint8))
    return Bank(
        masks=np.load(folder / "masks.npy", mmap_mode="r"),
        boxes=np.array([item[2] for item in items]),
        label=label,
        names=[item[1] for item in items],
        brands=brands,
        train=train,
        validation=validation,
        test=test,
        photos=kept,
        held_photos=kept_out,
    )
