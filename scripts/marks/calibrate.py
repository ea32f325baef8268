"""Weights of the search for marks, on marks of validation and training photographs:
``python -m scripts.marks.calibrate BANK MODELS``. Prints what each setting reaches, and the line from score to share.

Neither the test's marks nor its photographs take part.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from bench.composites import bare, decoded, marked
from detection.marks import MarkIndex, Networks, Settings, match
from detection.marks.finding import Look, look
from scripts.marks.bank import Bank, Pixels, load

SEED = 707


def looks(
    networks: Networks, bank: Bank, photos: list[Pixels], colours: dict[str, str], count: int
) -> Iterator[tuple[Look, int]]:
    """What is seen in composites, with the label of their mark, and in as many clean pictures (−1)."""
    rows = [int(bank.validation[number % len(bank.validation)]) for number in range(count)]
    composites = marked(bank, rows, photos, colours, np.random.default_rng(SEED))
    empty = bare(photos, count, np.random.default_rng(SEED + 1), stride=7)
    for (data, _, row), clean in zip(composites, empty, strict=True):
        yield look(networks, decoded(data)), int(bank.label[row])
        yield look(networks, decoded(clean)), -1


def figures(
    networks: Networks, index: MarkIndex, bank: Bank, seen: list[tuple[Look, int]], settings: Settings
) -> tuple[float, float, float, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """recall@1, @5, recall@1 at 1 % of the clean, and all best hits' scores with whether they are right."""
    first = five = 0
    scores, right = [], []
    for one, label in seen:
        hits = match(networks, index, one, settings, most=5)
        answers = [int(bank.label[bank.brands[hit.mark]]) for hit in hits]
        if hits:
            scores.append(hits[0].score)
            right.append(1 if answers[0] == label else 0 if label >= 0 else -1)
        if label >= 0:
            first += answers[:1] == [label]
            five += label in answers
    score, truth = np.array(scores), np.array(right)
    limit = float(np.quantile(score[truth < 0], 0.99)) if (truth < 0).any() else -9.0
    count = sum(label >= 0 for _, label in seen)
    return first / count, five / count, float(((truth == 1) & (score > limit)).sum() / count), score, truth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bank", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("--pictures", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=2)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    bank = load(chosen.bank, longest=1000)
    networks = Networks(models={path.stem: path.read_bytes() for path in chosen.models.glob("*.onnx")})
    index = MarkIndex.build(networks, ([bank.mask(int(row))] for row in bank.brands))
    colours = json.loads((chosen.bank / "colours.json").read_text())
    seen = list(looks(networks, bank, bank.photos, colours, chosen.pictures))
    best = Settings()
    print("start", [round(value, 3) for value in figures(networks, index, bank, seen, best)[:3]], flush=True)
    for _ in range(chosen.rounds):
        for name, values in (
            ("pair_weight", (0.03, 0.04, 0.05, 0.06, 0.08, 0.1)),
            ("heat_weight", (0.2, 0.4, 0.6, 0.8, 1.2)),
            ("told", (8, 16)),
            ("pairs", ((12, 12, 6), (16, 12, 6), (24, 16, 8))),
        ):
            reached = {}
            for value in values:
                one = figures(networks, index, bank, seen, replace(best, **{name: value}))
                reached[value] = one[0] + one[2]
                print(name, value, [round(each, 3) for each in one[:3]], flush=True)
            best = replace(best, **{name: max(reached, key=lambda value: reached[value])})
    print("best", best)
    _, _, _, score, truth = figures(networks, index, bank, seen, best)
    x, y = score - score.mean(), (truth == 1).astype(float)
    slope, offset = 5.0, 0.0
    for _ in range(200):  # logistic regression by Newton's method, lightly held
        chance = 1 / (1 + np.exp(-(slope * x + offset)))
        weight = chance * (1 - chance) + 1e-6
        step = np.linalg.solve(
            np.array([[(weight * x * x).sum(), (weight * x).sum()], [(weight * x).sum(), weight.sum()]]),
            np.array([((y - chance) * x).sum() - 0.01 * slope, (y - chance).sum()]),
        )
        slope, offset = slope + step[0] * 0.5, offset + step[1] * 0.5
    print("slope", round(slope, 3), "middle", round(score.mean() - offset / slope, 4))


if __name__ == "__main__":
    main()
