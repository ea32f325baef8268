"""What the search sees at the places that the detector proposes: the places from which the verifier learns.

    python -m scripts.marks.places BANK MODELS REGIONS PLACES

Each region of ``scripts.marks.regions`` is looked at as in use (the refiner, then the embedder), its box moved a
little, for the refiner has seen these regions. ``--validation N`` writes places of N composites of the validation's
marks instead, one mark in each (800 px), and of as many clean pictures, as the whole search sees them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from bench.composites import bare, decoded, marked
from detection.marks.finding import look
from detection.marks.networks import Networks
from detection.marks.proposals import overlap
from detection.marks.windows import LOOSE, SIDE, Box, Floats, Levels, Pixels, window
from scripts.marks.bank import Bank, load
from scripts.marks.regions import ABOUT, MEETS, Row, read, write

SURE, MOVED = 0.45, 0.03


def part(region: Pixels, view: Box, want: Box) -> Pixels:
    """The window ``want`` of the picture, cut from the region at ``view``."""
    side = region.shape[0]
    wide, high = SIDE * view[2] / (want[2] * side), SIDE * view[3] / (want[3] * side)
    left, top = (want[0] - want[2] / 2 - view[0]) / view[2] + 0.5, (want[1] - want[3] / 2 - view[1]) / view[3] + 0.5
    onto = np.array([[wide, 0, -left * side * wide + 0.5 * (wide - 1)],
                     [0, high, -top * side * high + 0.5 * (high - 1)]], np.float32)  # fmt: skip
    return np.asarray(cv2.warpAffine(region, onto, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT_101), np.uint8)


def learned(networks: Networks, regions: Row, number: int) -> Row:
    """The places of some regions: crop, mask seen, frame seen, vector, heat, the mark's row (−1: none), its true frame
    in the crop and whether it has one (a mark on a cylinder has none)."""
    rng = np.random.default_rng(9_500_000 + number)
    views = [tuple(map(float, view)) for view in regions["view"]]
    wider = [(x, y, across * LOOSE / ABOUT, down * LOOSE / ABOUT) for x, y, across, down in views]
    first = np.stack(
        [part(region, view, want) for region, view, want in zip(regions["region"], views, wider, strict=True)]
    )
    found = np.concatenate([networks.refine(first[start : start + 64])[0] for start in range(0, len(first), 64)])
    at = np.array(wider, np.float32)
    boxes = np.tile(at[:, :2], 2) + found.clip(-1.4, 1.4) * np.tile(at[:, 2:], 2) / 2
    sizes = np.maximum(boxes[:, 2:] - boxes[:, :2], 3)
    boxes = boxes + rng.normal(0, MOVED, boxes.shape) * np.tile(sizes, 2)
    narrow = [window((float(a), float(b), float(c), float(d))) for a, b, c, d in boxes]
    crops = np.stack(
        [part(region, view, want) for region, view, want in zip(regions["region"], views, narrow, strict=True)]
    )
    looked = [networks.embed(crops[start : start + 64]) for start in range(0, len(crops), 64)]
    vectors, seen, quads = (np.concatenate(each) for each in zip(*looked, strict=True))
    base, onto = np.array(views, np.float32), np.array(narrow, np.float32)
    pixels = base[:, None, :2] + regions["quad"] * base[:, None, 2:] / 2
    frames = (pixels - onto[:, None, :2]) / (onto[:, None, 2:] / 2)
    truth = np.concatenate([frames.min(1), frames.max(1)], 1)
    mine = np.array([overlap(quad_box(quad), one[None])[0] for quad, one in zip(quads, truth, strict=True)])
    marked = (regions["row"] >= 0) & (mine > SURE)
    kept = marked | (regions["met"] <= MEETS)
    place: Row = {
        "crop": crops,
        "seen": (seen * 255 + 0.5).astype(np.uint8),
        "quad": quads,
        "vector": vectors.astype(np.float16),
        "heat": regions["heat"],
        "row": np.where(marked, regions["row"], -1).astype(np.int32),
        "frame": frames.astype(np.float32),
        "framed": marked & ~regions["curved"],
    }
    return {name: value[kept] for name, value in place.items()}


def quad_box(quad: Floats) -> Box:
    low, high = quad.min(0), quad.max(0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def places(networks: Networks, pixels: Pixels, row: int, box: Box | None, number: int) -> list[Row]:
    """The places of one picture as the search sees them, all of the mark that meets one (−1: none)."""
    seen = look(networks, pixels)
    levels = Levels(pixels)
    kept: list[Row] = []
    for place in range(len(seen)):
        view = seen.views[place]
        drawn = quad_box(view[:2] + seen.quads[place] * view[2:] / 2)
        met = float(overlap(drawn, np.array([box], np.float32))[0]) if box else 0.0
        kept.append(
            {
                "crop": levels.cut((float(view[0]), float(view[1]), float(view[2]), float(view[3]))),
                "seen": (seen.seen[place] * 255 + 0.5).astype(np.uint8),
                "quad": seen.quads[place].astype(np.float32),
                "vector": seen.vectors[place].astype(np.float16),
                "heat": np.float32(seen.heat[place]),
                "row": np.int32(row if met > SURE else -1),
                "truth": np.int32(row),
                "picture": np.int32(number),
            }
        )
    return kept


def validation(bank: Bank, networks: Networks, folder: Path, count: int) -> list[Row]:
    rng = np.random.default_rng(5150)
    colours = json.loads((folder / "colours.json").read_text())
    rows = [int(bank.validation[number % len(bank.validation)]) for number in range(count)]
    kept: list[Row] = []
    for number, (data, drawn, row) in enumerate(marked(bank, rows, bank.photos, colours, rng)):
        kept += places(networks, decoded(data), row, drawn.box, number)
    for number, data in enumerate(bare(bank.photos, count, rng, stride=7), count):
        kept += places(networks, decoded(data), -1, None, number)
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bank", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("regions", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--validation", type=int, default=0)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    networks = Networks(models={path.stem: path.read_bytes() for path in chosen.models.glob("*.onnx")})
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.validation:
        bank = load(chosen.bank, longest=800)
        write(chosen.folder / "validation.npz", validation(bank, networks, chosen.bank, chosen.validation))
        return
    for number, path in enumerate(sorted(chosen.regions.glob("regions.[0-9]*.npz"))):
        kept = learned(networks, read([path]), number)
        beside = chosen.folder / f"writing.{path.stem}.npz"
        np.savez(beside, **kept)
        beside.replace(chosen.folder / path.name.replace("regions", "places"))
        print(path.name, len(kept["row"]), "places,", int((kept["row"] >= 0).sum()), "of marks", flush=True)


if __name__ == "__main__":
    main()
