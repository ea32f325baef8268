"""What the shipped search sees in composites of training marks: the places from which the verifier learns.

    python -m scripts.marks.places BANK MODELS FOLDER --minutes 10

Each picture (640 px wide) shows up to three marks; the detector and the embedder look at it as they do in use. Kept are
the places that meet a mark and the three surest that meet none, 400 pictures a file. Resumable: file n has seed
9,000,000 + n. ``--validation N`` writes places of N composites of
the validation's marks instead, one mark in each (800 px), and of as many clean pictures.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from bench.composites import composite, encode, ground, spoil, stamp
from detection.marks.finding import look
from detection.marks.networks import Networks
from detection.marks.proposals import overlap
from detection.marks.windows import Levels
from scripts.marks.bank import Bank, Pixels, load

PICTURES, WIDTH, SURE, NONE = 400, 640, 0.45, 0.1
Row = dict[str, npt.NDArray[np.generic]]


def picture(bank: Bank, rng: np.random.Generator) -> tuple[Pixels, list[int], npt.NDArray[np.float32]]:
    """A composite of up to three training marks, the rows of the marks and their boxes (n, 4)."""
    photo, cover = (bank.photos[int(rng.integers(len(bank.photos)))] for _ in range(2))
    canvas = ground(photo, rng, WIDTH).astype(np.float32)
    height = canvas.shape[0]
    rows: list[int] = []
    boxes: list[tuple[float, float, float, float]] = []
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
        drawn = stamp(canvas, mask, rng, width=across, middle=(x, y), cover=cover)
        rows.append(row)
        boxes.append(drawn.box)
    pixels = np.frombuffer(encode(spoil(canvas, rng), rng), np.uint8)
    return np.asarray(cv2.imdecode(pixels, 1), np.uint8), rows, np.array(boxes, np.float32).reshape(-1, 4)


def places(
    networks: Networks, pixels: Pixels, rows: list[int], boxes: npt.NDArray[np.float32], number: int, nothing: int
) -> list[Row]:
    """The places of one picture: crop, mask seen, frame, vector, heat, the mark's row (−1: none), the picture."""
    seen = look(networks, pixels)
    levels = Levels(pixels)
    kept: list[Row] = []
    bare = 0
    for place in range(len(seen)):
        view = seen.views[place]
        corners = view[:2] + seen.quads[place] * view[2:] / 2
        box = np.concatenate([corners.min(0), corners.max(0)]).astype(np.float32)
        met = overlap(box, boxes) if len(boxes) else np.zeros(1)
        row = rows[int(met.argmax())] if met.max() > SURE else -1
        if row < 0:
            if nothing < 99 and (met.max() > NONE or bare >= nothing):
                continue
            bare += 1
        kept.append(
            {
                "crop": levels.cut((float(view[0]), float(view[1]), float(view[2]), float(view[3]))),
                "seen": (seen.seen[place] * 255 + 0.5).astype(np.uint8),
                "quad": seen.quads[place].astype(np.float32),
                "vector": seen.vectors[:, place].mean(0).astype(np.float16),
                "heat": np.float32(seen.heat[place]),
                "row": np.int32(row),
                "picture": np.int32(number),
            }
        )
    return kept


def write(path: Path, rows: list[Row]) -> None:
    beside = path.with_suffix(".writing.npz")
    np.savez(beside, **{name: np.stack([row[name] for row in rows]) for name in rows[0]})
    beside.replace(path)


def validation(bank: Bank, networks: Networks, folder: Path, count: int) -> None:
    rng = np.random.default_rng(5150)
    colours = json.loads((folder / "colours.json").read_text())
    kept: list[Row] = []
    truth = []
    for number in range(count):
        row = int(bank.validation[number % len(bank.validation)])
        photo, cover = (bank.photos[int(rng.integers(len(bank.photos)))] for _ in range(2))
        code = colours.get(bank.names[row], "000000")
        own = np.array([int(code[at : at + 2], 16) for at in (4, 2, 0)], np.float32)
        data, drawn = composite(photo, bank.mask(row), rng, own=own, cover=cover)
        pixels = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), 1), np.uint8)
        kept += places(networks, pixels, [row], np.array([drawn.box], np.float32), number, 99)
        truth.append(row)
    for number in range(count):
        clean = spoil(ground(bank.photos[(number * 7) % len(bank.photos)], rng).astype(np.float32), rng)
        pixels = np.asarray(cv2.imdecode(np.frombuffer(encode(clean, rng), np.uint8), 1), np.uint8)
        kept += places(networks, pixels, [], np.zeros((0, 4), np.float32), count + number, 99)
        truth.append(-1)
    for row_ in kept:
        row_["truth"] = np.int32(truth[int(row_["picture"])])
    write(folder / "places.validation.npz", kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bank", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--validation", type=int, default=0)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    bank = load(chosen.bank, longest=800)
    networks = Networks(models={path.stem: path.read_bytes() for path in chosen.models.glob("*.onnx")})
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.validation:
        validation(bank, networks, chosen.bank, chosen.validation)
        return
    end = time.time() + chosen.minutes * 60
    number = 0
    while time.time() < end:
        path = chosen.folder / f"places.{number:04d}.npz"
        if not path.exists():
            rng = np.random.default_rng(9_000_000 + number)
            began = time.time()
            kept: list[Row] = []
            for each in range(PICTURES):
                kept += places(networks, *picture(bank, rng), number * PICTURES + each, 3)
            write(path, kept)
            met = sum(int(row["row"]) >= 0 for row in kept)
            print(f"{path.name} {len(kept)} places, {met} of marks, {time.time() - began:.0f} s", flush=True)
        number += 1


if __name__ == "__main__":
    main()
