"""Train the detector: where in a picture is a mark, whichever it is.

    python -m scripts.marks.train_detector BANK OUT --minutes 60

Windows of 256 px, drawn at the detector's scale (a picture's longer side is 384 px): one to four marks of 18–160 px on
a photograph. Focal loss on the centres, GIoU on the boxes, cross-entropy on the visible mask. Resumable as the
embedder is.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bench.composites import encode, spoil, stamp
from scripts.marks.bank import Bank, load
from scripts.marks.crops import piece
from scripts.marks.networks import Detector

SIDE, STRIDE, BATCH, MOST = 256, 4, 12, 4


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
    for _ in range(count):
        row = int(bank.train[rng.integers(len(bank.train))])
        width = math.exp(rng.uniform(math.log(18), math.log(160)))
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
    parser.add_argument("--minutes", type=float, default=60, help="of CPU time, with what was spent before")
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
    step, done = 0, 0.0
    if chosen.out.exists():
        kept = torch.load(chosen.out)
        net.load_state_dict(kept["net"])
        optimiser.load_state_dict(kept["optimiser"])
        step, done = kept["step"], kept["done"]
        print("resumed at", step, flush=True)
    rng = np.random.default_rng(5)
    held = [window(bank, rng) for _ in range(60)]
    rng = np.random.default_rng(2000 + step)
    began, last = time.process_time(), time.time()
    drawing, losses = 0.0, np.zeros(3)
    while True:
        spent = (done + time.process_time() - began) / (chosen.minutes * 60)
        if spent >= 1:
            break
        rate = 2e-3 * min(1, (step + 1) / 150) * (0.5 + 0.5 * math.cos(math.pi * spent)) + 1e-5
        for group in optimiser.param_groups:
            group["lr"] = rate
        start = time.time()
        batch = [window(bank, rng) for _ in range(BATCH)]
        wanted = [targets(boxes) for _, boxes, _ in batch]
        drawing += time.time() - start
        heat, where, counts = (torch.from_numpy(np.stack(part)) for part in zip(*wanted, strict=True))
        seen = torch.from_numpy(np.stack([mask for _, _, mask in batch])).float() / 255
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
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        step += 1
        now = np.array([float(centre.detach()), float(fit.detach()), float(drawn.detach())])
        losses = losses * 0.98 + now * 0.02 if step > 1 else now
        if step % 50 == 0:
            pace = 50 / (time.time() - last)
            print(f"{step} {spent:.3f} centre {losses[0]:.3f} fit {losses[1]:.3f} mask {losses[2]:.3f} "
                  f"{pace * BATCH:.1f} windows/s drawing {drawing * pace / 50:.2f}", flush=True)  # fmt: skip
            last, drawing = time.time(), 0.0
        if step % 250 == 0:
            print(f"== {step} {evaluate(net, held)}", flush=True)
            save(chosen.out, net, optimiser, step, done + time.process_time() - began)
    save(chosen.out, net, optimiser, step, done + time.process_time() - began)
    print("final", evaluate(net, held), flush=True)


def save(out: Path, net: nn.Module, optimiser: torch.optim.Optimizer, step: int, done: float) -> None:
    beside = out.with_suffix(".writing")
    torch.save({"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "done": done}, beside)
    os.replace(beside, out)


if __name__ == "__main__":
    main()
