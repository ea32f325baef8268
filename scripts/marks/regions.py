"""What stands about the boxes that the detector proposes: regions from which the refiner learns to draw them tighter.

    python -m scripts.marks.regions BANK MODELS FOLDER --minutes 10

Each picture (640 px wide) shows up to three training marks (:func:`picture`). Of each proposal that meets one, and of
one more a picture that meets none, the region of twice its window is kept (128 × 128), with the mark's row, box and
frame (−1…1 in the region) and what can be seen of it (64 × 64); 400 pictures a file. Resumable: file n has seed
11,000,000 + n.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from bench.composites import Drawn, encode, ground, spoil, stamp
from detection.marks.networks import Networks
from detection.marks.proposals import overlap, propose
from detection.marks.windows import Floats, Levels, Pixels, window
from scripts.marks.bank import Bank, load

#: A region's share of its box, its sides in pixels, and the IoU from which a box is about a mark.
ABOUT, SIDE, MEETS = 2.0, 128, 0.2
PICTURES, WIDTH = 400, 640
Row = dict[str, npt.NDArray[np.generic]]


def picture(bank: Bank, rng: np.random.Generator) -> tuple[Pixels, list[int], list[Drawn], npt.NDArray[np.float32]]:
    """A composite of up to three training marks, the rows of the marks, how they were drawn and what can be seen of
    them (height, width)."""
    photo, cover = (bank.photos[int(rng.integers(len(bank.photos)))] for _ in range(2))
    canvas = ground(photo, rng, WIDTH).astype(np.float32)
    height = canvas.shape[0]
    visible = np.zeros(canvas.shape[:2], np.float32)
    rows: list[int] = []
    shown: list[Drawn] = []
    taken: list[tuple[float, float, float]] = []
    for _ in range(0 if rng.random() < 0.1 else 4):
        pool = bank.train if rng.random() < 0.6 else np.intersect1d(bank.train, bank.brands)
        row = int(pool[rng.integers(len(pool))])
        mask = bank.mask(row)
        across = math.exp(rng.uniform(math.log(0.06), math.log(0.40))) * WIDTH
        radius = 0.62 * max(across, min(across * mask.shape[0] / mask.shape[1], across * 1.6))
        if radius * 2 > height:
            continue
        x, y = float(rng.uniform(radius, WIDTH - radius)), float(rng.uniform(radius, height - radius))
        if any(max(abs(x - a), abs(y - b)) < (radius + r) * 1.05 for a, b, r in taken) or len(rows) == 3:
            continue
        taken.append((x, y, radius))
        drawn = stamp(canvas, mask, rng, width=across, middle=(x, y), cover=cover, visible=visible)
        rows.append(row)
        shown.append(drawn)
    pixels = np.frombuffer(encode(spoil(canvas, rng), rng), np.uint8)
    return np.asarray(cv2.imdecode(pixels, 1), np.uint8), rows, shown, visible


def boxes_of(shown: list[Drawn]) -> npt.NDArray[np.float32]:
    """Their tight boxes (n, 4)."""
    return np.array([one.box for one in shown], np.float32).reshape(-1, 4)


def regions(networks: Networks, pixels: Pixels, rows: list[int], shown: list[Drawn], visible: Floats) -> list[Row]:
    """The regions of one picture: pixels, mask seen, the mark's row (−1: none), box and frame, the detector's heat and
    its IoU."""
    boxes = boxes_of(shown)
    levels = Levels(pixels)
    found, heat = propose(networks, levels, most=8)
    kept: list[Row] = []
    bare = 0
    for box, sure in zip(found, heat, strict=True):
        met = overlap(box, boxes) if len(boxes) else np.zeros(1, np.float32)
        which = int(met.argmax())
        marked = bool(met[which] > MEETS)
        if not marked and (bare or met[which] > 0.05):
            continue
        bare += not marked
        view = window((float(box[0]), float(box[1]), float(box[2]), float(box[3])), ABOUT)
        where, quad, seen = np.zeros(4, np.float32), np.zeros((4, 2), np.float32), np.zeros((64, 64), np.uint8)
        if marked:
            middle, half = np.array(view[:2]), np.array(view[2:]) / 2
            where = ((boxes[which].reshape(2, 2) - middle) / half).ravel().astype(np.float32)
            quad = ((shown[which].quad - middle) / half).astype(np.float32)
            seen = _cut(visible, boxes[which], view)
        kept.append(
            {
                "region": levels.cut(view, SIDE),
                "view": np.array(view, np.float32),
                "seen": seen,
                "row": np.int32(rows[which] if marked else -1),
                "box": where,
                "quad": quad,
                "curved": np.bool_(marked and shown[which].kind == "圆柱"),
                "heat": np.float32(sure),
                "met": np.float32(met[which]),
            }
        )
    return kept


def _cut(visible: Floats, box: Floats, view: tuple[float, float, float, float]) -> Pixels:
    """What of one mark can be seen in a region, 64 × 64."""
    own = np.zeros_like(visible)
    left, top, right, bottom = (round(float(side)) for side in box)
    own[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = visible[
        max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2
    ]
    x, y, across, down = view
    onto = np.array([[64 / across, 0, 32 - x * 64 / across], [0, 64 / down, 32 - y * 64 / down]], np.float32)
    if across > 96 or down > 96:
        own = np.asarray(cv2.blur(own, (max(1, round(across / 64)), max(1, round(down / 64)))), np.float32)
    return np.asarray(np.clip(cv2.warpAffine(own, onto, (64, 64)) * 255, 0, 255), np.uint8)


def write(path: Path, rows: list[Row]) -> None:
    """Rows as one file, written aside and renamed."""
    beside = path.with_suffix(".writing.npz")
    np.savez(beside, **{name: np.stack([row[name] for row in rows]) for name in rows[0]})
    beside.replace(path)


def read(paths: list[Path]) -> Row:
    """What several such files hold."""
    parts = [dict(np.load(path)) for path in paths]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bank", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    bank = load(chosen.bank, longest=800)
    networks = Networks(models={path.stem: path.read_bytes() for path in chosen.models.glob("*.onnx")})
    chosen.folder.mkdir(parents=True, exist_ok=True)
    end = time.time() + chosen.minutes * 60
    number = chosen.first
    while time.time() < end:
        path = chosen.folder / f"regions.{number:04d}.npz"
        if not path.exists():
            rng = np.random.default_rng(11_000_000 + number)
            began = time.time()
            kept: list[Row] = []
            for _ in range(PICTURES):
                kept += regions(networks, *picture(bank, rng))
            write(path, kept)
            met = sum(float(row["met"]) > MEETS for row in kept)
            print(f"{path.name} {len(kept)} regions, {met} of marks, {time.time() - began:.0f} s", flush=True)
        number += 1


if __name__ == "__main__":
    main()
