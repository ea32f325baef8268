"""Train the detector: where in a picture is a mark, whichever it is.

    python -m scripts.marks.train_detector BANK OUT --minutes 60

Windows of 256 px, drawn at the detector's scale (a picture's longer side is 384 px): one to four marks of 18–160 px on
a photograph. Focal loss on the centres, GIoU on the boxes, cross-entropy on the visible mask. A window is drawn once
and shown about three times, mirrored, turned by right angles and with other colours (:class:`Pool`). Convolutions run
in bfloat16, where the processor has it twice as fast. The weights that are kept for use are a running mean
(``ema``). Resumable: everything is in OUT. The budget is wall time from the first start, so that the learning rate has
come down when it is over, whatever else the machine did.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from bench.composites import encode, spoil, stamp
from scripts.marks.bank import Bank, load
from scripts.marks.crops import piece
from scripts.marks.kept import Training
from scripts.marks.networks import Detector

SIDE, STRIDE, BATCH, MOST = 256, 4, 16, 4
#: Windows drawn anew a step, and windows kept to be shown again.
FRESH, KEPT = 6, 1600
Window = tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.uint8]]


def window(
    bank: Bank, rng: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """Pixels (256, 256, 3), boxes (n, 4), visible mask (64, 64)."""
    photo = bank.photos[int(rng.integers(len(bank.photos)))]
    canvas = piece(photo, SIDE, SIDE, rng).astype(np.float32)
    visible = np.zeros((SIDE, SIDE), np.float32)
    boxes: list[tuple[float, float, float, float]] = []
    count = 0 if rng.random() < 0.06 else int(rng.integers(1, MOST + 1))
    taken: list[tuple[float, float, float]] = []
    widths = np.sort(np.exp(rng.uniform(math.log(18), math.log(160), count)))[::-1]
    for width in widths.tolist():  # the largest first, or they would seldom find room
        row = int(bank.train[rng.integers(len(bank.train))])
        mask = bank.mask(row)
        radius = 0.62 * max(width, min(width * mask.shape[0] / mask.shape[1], width * 1.6))
        if radius * 2 > SIDE * 1.1:
            continue
        low, high = min(radius, SIDE / 2 - 1), max(SIDE - radius, SIDE / 2 + 1)
        x, y = float(rng.uniform(low, high)), float(rng.uniform(low, high))
        if any(max(abs(x - a), abs(y - b)) < (radius + r) * 1.05 for a, b, r in taken):
            continue
        taken.append((x, y, radius))
        cover = bank.photos[int(rng.integers(len(bank.photos)))]
        drawn = stamp(canvas, mask, rng, width=width, middle=(x, y), cover=cover, visible=visible)
        if drawn.box[2] - drawn.box[0] >= 4 and drawn.box[3] - drawn.box[1] >= 3:
            boxes.append(drawn.box)
    pixels = spoil(canvas, rng)
    if rng.random() < 0.5:
        pixels = np.asarray(cv2.imdecode(np.frombuffer(encode(pixels, rng), np.uint8), cv2.IMREAD_COLOR), np.uint8)
    seen = cv2.resize((visible * 255).astype(np.uint8), (SIDE // STRIDE,) * 2, interpolation=cv2.INTER_AREA)
    return pixels, np.array(boxes, np.float32).reshape(-1, 4), np.asarray(seen, np.uint8)


def varied(drawn: Window, rng: np.random.Generator) -> Window:
    """The window mirrored, turned by right angles, its colours exchanged or inverted: other marks, other grounds."""
    pixels, boxes, seen = drawn
    boxes = boxes.copy()
    if rng.random() < 0.5:
        pixels, seen = pixels[:, ::-1], seen[:, ::-1]
        boxes[:, [0, 2]] = SIDE - boxes[:, [2, 0]]
    if rng.random() < 0.5:
        pixels, seen = pixels[::-1], seen[::-1]
        boxes[:, [1, 3]] = SIDE - boxes[:, [3, 1]]
    if rng.random() < 0.5:
        pixels, seen = pixels.transpose(1, 0, 2), seen.T
        boxes = boxes[:, [1, 0, 3, 2]]
    if rng.random() < 0.5:
        pixels = pixels[..., rng.permutation(3)]
    if rng.random() < 0.2:
        pixels = 255 - pixels
    if rng.random() < 0.3:
        table = (255 * (np.arange(256) / 255) ** math.exp(rng.uniform(-0.4, 0.4))).astype(np.uint8)
        pixels = table[pixels]
    return np.ascontiguousarray(pixels), boxes, np.ascontiguousarray(seen)


class Pool:
    """Windows drawn lately; each is shown when it is drawn and again, varied, until a newer one takes its place."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.kept: list[Window] = []
        self.next = 0

    def batch(self, rng: np.random.Generator) -> list[Window]:
        fresh = FRESH if len(self.kept) > 8 * BATCH else BATCH
        again = (
            [self.kept[int(place)] for place in rng.integers(0, len(self.kept), BATCH - fresh)] if fresh < BATCH else []
        )
        new = [window(self.bank, rng) for _ in range(fresh)]
        for one in new:
            if len(self.kept) < KEPT:
                self.kept.append(one)
            else:
                self.kept[self.next] = one
                self.next = (self.next + 1) % KEPT
        return new + [varied(one, rng) for one in again]


def targets(
    boxes: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Heat (64, 64), the box of each cell (4, 64, 64) in pixels, and how much each cell's box counts (64, 64)."""
    cells = SIDE // STRIDE
    heat = np.zeros((cells, cells), np.float32)
    where = np.zeros((4, cells, cells), np.float32)
    counts = np.zeros((cells, cells), np.float32)
    grid = (np.arange(cells) + 0.5) * STRIDE
    for box in boxes[np.argsort(-(boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))]:
        across, down = box[2] - box[0], box[3] - box[1]
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        wide, high = max(2.5, across * 0.11), max(2.5, down * 0.11)
        near = np.exp(-(((grid[None] - x) / wide) ** 2 + ((grid[:, None] - y) / high) ** 2) / 2)
        near[int(np.clip(y // STRIDE, 0, cells - 1)), int(np.clip(x // STRIDE, 0, cells - 1))] = 1.0
        heat = np.maximum(heat, near)
        spot = near > 0.25
        where[:, spot] = box[:, None]
        counts[spot] = near[spot] / near[spot].sum()
    return heat, where, counts


def overlap(one: Tensor, other: Tensor) -> Tensor:
    """Generalised IoU (Rezatofighi et al. 2019) of boxes (n, 4)."""
    low, high = torch.maximum(one[:, :2], other[:, :2]), torch.minimum(one[:, 2:], other[:, 2:])
    both = (high - low).clamp(min=0).prod(1)
    areas = (one[:, 2:] - one[:, :2]).clamp(min=0).prod(1) + (other[:, 2:] - other[:, :2]).prod(1)
    union = areas - both + 1e-6
    hull = (torch.maximum(one[:, 2:], other[:, 2:]) - torch.minimum(one[:, :2], other[:, :2])).prod(1) + 1e-6
    return both / union - (hull - union) / hull


def boxes_of(sides: Tensor) -> Tensor:
    """(n, 4, h, w) distances to the four sides in pixels → x0, y0, x1, y1."""
    height, width = sides.shape[2:]
    x = (torch.arange(width) + 0.5) * STRIDE
    y = ((torch.arange(height) + 0.5) * STRIDE)[:, None]
    return torch.stack([x - sides[:, 0], y - sides[:, 1], x + sides[:, 2], y + sides[:, 3]], 1)


@torch.no_grad()
def evaluate(
    net: Detector, held: list[tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.uint8]]]
) -> str:
    """Share of marks with a box of IoU > 0.5 and > 0.7 among the best ten of a window."""
    net.eval()
    best: list[float] = []
    for pixels, boxes, _ in held:
        heat, sides, _ = net(torch.from_numpy(pixels)[None])
        top = (heat * (F.max_pool2d(heat, 3, 1, 1) == heat)).flatten().topk(10).indices
        found = boxes_of(sides)[0].flatten(1)[:, top].T
        for box in torch.from_numpy(boxes):
            low, high = torch.maximum(found[:, :2], box[:2]), torch.minimum(found[:, 2:], box[2:])
            both = (high - low).clamp(min=0).prod(1)
            union = (found[:, 2:] - found[:, :2]).prod(1) + (box[2:] - box[:2]).prod() - both
            best.append(float((both / union).max()))
    net.train()
    values = np.array(best)
    return f"IoU>.5 {(values > 0.5).mean():.3f} >.7 {(values > 0.7).mean():.3f} mean {values.mean():.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bank", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=60, help="of wall time since the first start")
    parser.add_argument("--again", action="store_true", help="count the minutes from now: a warm restart")
    parser.add_argument("--rate", type=float, default=3e-3)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(4)
    bank = load(chosen.bank, longest=640)
    net = Detector().to(memory_format=torch.channels_last)
    wide = [p for p in net.parameters() if p.ndim > 1]
    thin = [p for p in net.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": wide, "weight_decay": 0.02}, {"params": thin, "weight_decay": 0.0}], lr=1e-3
    )
    training = Training(chosen.out, net, optimiser, again=chosen.again)
    rng = np.random.default_rng(5)
    held = [window(bank, rng) for _ in range(100)]
    rng = np.random.default_rng(2000 + training.step)
    pool = Pool(bank)
    last, used = time.time(), time.process_time()
    drawing, losses = 0.0, np.zeros(3)
    while (spent := training.spent(chosen.minutes)) < 1:
        training.pace(chosen.rate, spent)
        start = time.process_time()
        batch = pool.batch(rng)
        wanted = [targets(boxes) for _, boxes, _ in batch]
        drawing += time.process_time() - start
        heat, where, counts = (torch.from_numpy(np.stack(part)) for part in zip(*wanted, strict=True))
        seen = torch.from_numpy(np.stack([mask for _, _, mask in batch])).float() / 255
        with torch.autocast("cpu", torch.bfloat16):
            guess, sides, mask = net.logits(torch.from_numpy(np.stack([pixels for pixels, _, _ in batch])))
        guess = guess[:, 0]
        sure = guess.sigmoid()
        middle = heat.eq(1).float()
        hit = -(F.logsigmoid(guess) * (1 - sure) ** 2 * middle).sum()
        miss = -(F.logsigmoid(-guess) * sure**2 * (1 - heat) ** 4 * (1 - middle)).sum()
        number = middle.sum().clamp(min=1)
        centre = (hit + miss) / number
        spots = counts > 0
        boxes = boxes_of(sides).permute(0, 2, 3, 1)[spots]
        fit = ((1 - overlap(boxes, where.permute(0, 2, 3, 1)[spots])) * counts[spots]).sum() / number
        drawn = F.binary_cross_entropy_with_logits(mask[:, 0], seen)
        loss = centre + 2 * fit + 2 * drawn
        training.learn(loss)
        step = training.step
        now = np.array([float(centre.detach()), float(fit.detach()), float(drawn.detach())])
        losses = losses * 0.98 + now * 0.02 if step > 1 else now
        if step % 100 == 0:
            cpu, pace = time.process_time() - used, 100 * BATCH / (time.time() - last)
            told = " ".join(
                f"{name} {value:.3f}" for name, value in zip(("centre", "fit", "mask"), losses, strict=True)
            )
            print(
                f"{step} {spent:.3f} {told} {pace:.1f} windows/s cpu {cpu:.1f} drawing {drawing / cpu:.2f}", flush=True
            )
            last, used, drawing = time.time(), time.process_time(), 0.0
        if step % 500 == 0:
            print(f"== {step} {evaluate(training.mean.copy(Detector()), held)}", flush=True)
            training.save()
    training.save()
    print("final", evaluate(training.mean.copy(Detector()), held), flush=True)


if __name__ == "__main__":
    main()
