"""Vectors of what training photographs show where the detector takes something for a mark: how a picture without any
mark resembles one. ``python -m scripts.marks.background BANK MODELS`` writes MODELS/background.npy (float16, n × 192).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from bench.composites import ground, spoil
from detection.marks.finding import Settings, look
from detection.marks.networks import Networks
from scripts.marks.bank import load

MOST = 1500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bank", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("--pictures", type=int, default=400)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    bank = load(chosen.bank, longest=1000)
    networks = Networks(models={path.stem: path.read_bytes() for path in chosen.models.glob("*.onnx")})
    rng = np.random.default_rng(8)
    parts = []
    for number in rng.permutation(len(bank.photos))[: chosen.pictures]:
        canvas = ground(bank.photos[int(number)], rng).astype(np.float32)
        parts.append(look(networks, spoil(canvas, rng), Settings(proposals=4, least_heat=0.0)).vectors.mean(0))
    vectors = np.concatenate(parts)[:MOST].astype(np.float16)
    np.save(chosen.models / "background.npy", vectors)
    print(vectors.shape)


if __name__ == "__main__":
    main()
