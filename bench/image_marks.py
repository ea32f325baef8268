"""Marks in photos: composites of marks and photographs that training never saw, against a register of 3,470."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from bench.composites import PARAMETERS, Drawn, Pixels, bare, decoded, marked
from bench.image_sheets import draw_sheets
from bench.table import Row
from detection.marks import Hit, MarkIndex, Networks, Settings, find
from detection.marks.finding import SHIPPED
from detection.marks.proposals import overlap
from scripts.marks.bank import Bank, load

SEED = 606


@dataclass(frozen=True)
class Shown:
    """One composite: its bytes, the row of its mark in the bank, what was drawn."""

    data: bytes
    row: int
    drawn: Drawn


@dataclass(frozen=True)
class Answer:
    """What was found in one composite."""

    first: bool
    five: bool
    strict: bool
    score: float
    overlap: float
    hits: tuple[Hit, ...]


def held_photos(folder: Path, bank: Bank) -> list[Pixels]:
    """Photographs that training never saw: the shared ones held out, and the wallpapers held out."""
    paths = json.loads((folder / "split.json").read_text())["test"]
    images = [cv2.imread(path) for path in paths if Path(path).is_file()]
    return [np.asarray(image, np.uint8) for image in images if image is not None] + bank.held_photos


def pictures(bank: Bank, photos: Sequence[Pixels], colours: dict[str, str], count: int) -> Iterator[Shown]:
    rows = [int(bank.test[number % len(bank.test)]) for number in range(count)]
    for data, drawn, row in marked(bank, rows, photos, colours, np.random.default_rng(SEED)):
        yield Shown(data, row, drawn)


def clean(photos: Sequence[Pixels], count: int) -> Iterator[bytes]:
    """Pictures without a drawn mark."""
    return bare(photos, count, np.random.default_rng(SEED + 1))


def _answer(shown: Shown, hits: list[Hit], bank: Bank) -> Answer:
    right = [bank.label[bank.brands[hit.mark]] == bank.label[shown.row] for hit in hits]
    place = right.index(True) if True in right else -1
    met = overlap(shown.drawn.box, np.array([hits[place].box], np.float32))[0] if place >= 0 else 0.0
    strict = bool(hits) and int(bank.brands[hits[0].mark]) == shown.row
    score = hits[0].score if place == 0 else -9.0
    return Answer(place == 0, 0 <= place < 5, strict, score, float(met), tuple(hits[:5]))


def run(
    networks: Networks,
    index: MarkIndex,
    settings: Settings,
    composites: Sequence[Shown],
    empty: Sequence[bytes],
    bank: Bank,
) -> tuple[list[Answer], npt.NDArray[np.float64], float]:
    """Answers, the best score of each clean picture, CPU milliseconds a picture with decoding."""
    began = time.process_time()
    answers = [_answer(one, find(networks, index, decoded(one.data), settings), bank) for one in composites]
    best = []
    for data in empty:
        hits = find(networks, index, decoded(data), settings)
        best.append(hits[0].score if hits else -9.0)
    spent = (time.process_time() - began) * 1000 / max(1, len(composites) + len(empty))
    return answers, np.array(best), spent


def at_threshold(answers: Sequence[Answer], best: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Recall@1 at the threshold that 1 % of one half of the clean pictures pass, the share of the other half that pass
    it, and the threshold; the mean of both ways round."""
    recalls, alarms, limits = [], [], []
    for half in (0, 1):
        limit = float(np.quantile(best[half::2], 0.99))
        recalls.append(np.mean([one.first and one.score > limit for one in answers]))
        alarms.append(np.mean(best[1 - half :: 2] > limit))
        limits.append(limit)
    return float(np.mean(recalls)), float(np.mean(alarms)), float(np.mean(limits))


STEPS = {
    "boxes drawn tight, one look": Settings(others=(), pairs=()),
    "+ pairs verified at the frame seen": Settings(others=(), told=8, pairs=(12,)),
    "+ verified again at the frame moved": Settings(others=(), told=8, pairs=(12, 12, 6)),
    "+ the surest place seen otherwise": Settings(told=8, pairs=(12, 12, 6)),
}


def measure(
    folder: Path, *, models: Path | None, pictures: int, peer: int, steps: bool, sheet: Path | None
) -> Iterator[Row]:
    cv2.setNumThreads(1)
    bank = load(folder, longest=1000)
    photos = held_photos(folder, bank)
    colours = json.loads((folder / "colours.json").read_text()) if (folder / "colours.json").is_file() else {}
    read = {path.stem: path.read_bytes() for path in models.glob("*.onnx")} if models else None
    networks = Networks(models=read)
    began = time.process_time()
    index = MarkIndex.build(networks, ([bank.mask(int(row))] for row in bank.brands))
    yield Row("marks", "ms to add a mark", (time.process_time() - began) * 1000 / len(bank.brands))
    composites = list(globals()["pictures"](bank, photos, colours, pictures))
    empty = list(clean(photos, max(pictures, 1000)))
    print(f"{len(composites)} composites, {len(empty)} clean, {len(photos)} photographs; {PARAMETERS}", file=sys.stderr)
    for name, settings in (STEPS if steps else {}).items():
        answers, best, spent = run(networks, index, settings, composites, empty, bank)
        recall, alarms, _ = at_threshold(answers, best)
        first = float(np.mean([one.first for one in answers]))
        yield Row("marks", f"recall@1, {name}", first, note=f"at 1 % {recall:.3f} ({alarms:.3f}), {spent:.1f} ms")
    answers, best, spent = run(networks, index, SHIPPED, composites, empty, bank)
    recall, alarms, limit = at_threshold(answers, best)
    first = float(np.mean([one.first for one in answers]))
    five = float(np.mean([one.five for one in answers]))
    strict = float(np.mean([one.strict for one in answers]))
    rival = brute_force(bank, composites[:peer]) if peer else None
    yield Row("marks", "recall@1", first, "SIFT, brute force", rival[0] if rival else None,
              note=f"@5 {five:.3f}; not counting near-duplicates {strict:.3f}; n {len(answers)}")  # fmt: skip
    yield Row(
        "marks",
        "recall@1 at ≤ 1 % false alarms",
        recall,
        note=f"alarms {alarms:.4f} on the other half, limit {limit:.3f}",
    )
    yield Row(
        "marks", "CPU ms a picture", spent, "SIFT, brute force", rival[1] if rival else None, note="with decoding"
    )
    yield from _larger(networks, index, composites[: min(100, pictures)], spent)
    yield from _shares(composites, answers, limit)
    if sheet:
        draw_sheets(
            sheet, [(one.data, one.drawn, answer) for one, answer in zip(composites, answers, strict=True)], bank
        )


def _larger(networks: Networks, index: MarkIndex, composites: Sequence[Shown], spent: float) -> Iterator[Row]:
    """The same pictures against ten times the marks (turned and mirrored copies of the vectors stand in)."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.03, (9, *index.vectors.shape)).astype(np.float32)
    more = np.concatenate(
        [index.vectors, *(index.vectors[rng.permutation(len(index.vectors))] + part for part in noise)]
    )
    more /= np.linalg.norm(more, axis=1, keepdims=True)
    tenfold = replace(
        index,
        vectors=more,
        owners=np.arange(len(more)) % index.marks,
        masks=[index.masks[place % len(index.masks)] for place in range(len(more))],
    )
    times = []
    for which in (index, tenfold):
        began = time.process_time()
        for one in composites:
            find(networks, which, decoded(one.data))
        times.append((time.process_time() - began) * 1000 / len(composites))
    yield Row("marks", "CPU ms a picture, ten times the marks", times[1], "3,470 marks", times[0])


def _shares(composites: Sequence[Shown], answers: Sequence[Answer], limit: float) -> Iterator[Row]:
    """Recall by width, cover, kind, colour and contrast."""
    width = np.array([one.drawn.width for one in composites])
    cover = np.array([one.drawn.cover for one in composites])
    kind = np.array([one.drawn.kind for one in composites])
    colour = np.array([one.drawn.recoloured for one in composites])
    contrast = np.array([one.drawn.contrast for one in composites])
    groups = {
        "width < 10 %": width < 0.10,
        "width 10–20 %": (width >= 0.10) & (width < 0.20),
        "width ≥ 20 %": width >= 0.20,
        "not covered": cover == 0,
        "covered ≤ 15 %": (cover > 0) & (cover <= 0.15),
        "covered > 15 %": cover > 0.15,
        **{f"kind {name}": kind == name for name in ("直接印", "标贴", "圆柱")},
        "own colour": ~colour,
        "recoloured": colour,
        "contrast < 40": contrast < 40,
        "contrast ≥ 40": contrast >= 40,
    }
    first = np.array([one.first for one in answers])
    sure = np.array([one.first and one.score > limit for one in answers])
    met = np.array([one.overlap for one in answers])
    for name, chosen in groups.items():
        if chosen.any():
            note = f"at 1 % {sure[chosen].mean():.3f}; box IoU {met[chosen & first].mean():.2f}; n {int(chosen.sum())}"
            yield Row("marks", f"recall@1, {name}", float(first[chosen].mean()), note=note)


def brute_force(bank: Bank, composites: Sequence[Shown]) -> tuple[float, float]:
    """RootSIFT of every mark against the picture's, Lowe's ratio 0.8, homography by RANSAC: recall@1 and CPU ms."""
    sift = cv2.SIFT.create(nfeatures=200)
    marks = []
    for row in bank.brands:
        flat = cv2.copyMakeBorder(255 - bank.mask(int(row)), 24, 24, 24, 24, cv2.BORDER_CONSTANT, value=255)
        marks.append(sift.detectAndCompute(flat, None))
    matcher = cv2.BFMatcher(cv2.NORM_L2)
    right, began = 0, time.process_time()
    whole = cv2.SIFT.create(nfeatures=1000)
    for one in composites:
        grey = cv2.cvtColor(decoded(one.data), cv2.COLOR_BGR2GRAY)
        best, which = 0, -1
        points, found = whole.detectAndCompute(grey, None)
        for place, (points_of, described) in enumerate(marks):
            if described is None or found is None or len(points_of) < 4:
                continue
            pairs = [pair for pair in matcher.knnMatch(described, found, k=2) if len(pair) == 2]
            good = [pair[0] for pair in pairs if pair[0].distance < 0.8 * pair[1].distance]
            if len(good) < max(4, best):
                continue
            source = np.array([points_of[match.queryIdx].pt for match in good], np.float32)
            target = np.array([points[match.trainIdx].pt for match in good], np.float32)
            _, mask = cv2.findHomography(source, target, cv2.RANSAC, 5.0)
            inliers = int(mask.sum()) if mask is not None else 0
            if inliers > best:
                best, which = inliers, place
        right += which >= 0 and bank.label[bank.brands[which]] == bank.label[one.row]
    spent = (time.process_time() - began) * 1000
    return right / max(1, len(composites)), spent / max(1, len(composites))
