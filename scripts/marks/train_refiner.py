"""Train the refiner: the detector's box is looked at once more, with its surroundings, and drawn tight about the mark.

    python -m scripts.marks.train_refiner REGIONS EMBEDDER OUT --minutes 25

The regions are those of ``scripts.marks.regions``; every twentieth file is held out. From each a window about
the detector's box is cut, shifted and sized a little otherwise, mirrored, turned by right angles and recoloured. GIoU
and the distance of the sides, the visible mask, and whether a mark stands there at all. The convolutions begin as the
embedder's. Resumable: everything is in OUT, written every 500 steps; wall time since the first start sets the rate.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from detection.marks.windows import LOOSE, SIDE
from scripts.marks.kept import Training
from scripts.marks.networks import Refiner, standard
from scripts.marks.regions import ABOUT, read
from scripts.marks.train_detector import overlap
from scripts.marks.train_embedder import recoloured

BATCH = 96
Regions = dict[str, npt.NDArray[np.generic]]


def cut(
    regions: Regions, picked: npt.NDArray[np.int64], rng: np.random.Generator | None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Windows (n, 64, 64, 3) as :func:`detection.marks.finding.look` cuts them, their masks (n, 1, 32, 32; 0–1) and
    boxes (n, 4; −1…1 in the window); without ``rng`` exactly so, with it moved."""
    crops = np.zeros((len(picked), SIDE, SIDE, 3), np.uint8)
    masks = np.zeros((len(picked), 1, 32, 32), np.float32)
    boxes = np.zeros((len(picked), 4), np.float32)
    for at, place in enumerate(picked):
        x = y = 0.0
        wide = high = LOOSE / ABOUT
        if rng is not None:
            loose = float(rng.choice([0.03, 0.12], p=[0.6, 0.4]))
            x, y = rng.normal(0, loose * 0.5, 2)
            size = math.exp(rng.normal(0, loose))
            wide, high = wide * size * math.exp(rng.normal(0, loose * 0.5)), high * size
        pixels, seen = regions["region"][place], regions["seen"][place]
        for image, target in ((pixels, SIDE), (seen, 32)):
            across = image.shape[0]
            onto = np.array(
                [[target / (wide * across), 0, target / 2 - (x + 1) * target / (2 * wide)],
                 [0, target / (high * across), target / 2 - (y + 1) * target / (2 * high)]], np.float32
            )  # fmt: skip
            onto[:, 2] += 0.5 * (onto[[0, 1], [0, 1]] - 1)
            mirrored = cv2.BORDER_REFLECT_101 if target == SIDE else cv2.BORDER_CONSTANT
            drawn = cv2.warpAffine(image, onto, (target, target), flags=cv2.INTER_LINEAR, borderMode=mirrored)
            if target == SIDE:
                crops[at] = drawn
            else:
                masks[at, 0] = drawn / np.float32(255)
        boxes[at] = (regions["box"][place] - [x, y, x, y]) / [wide, high, wide, high]
        if rng is None:
            continue
        if rng.random() < 0.5:
            crops[at], masks[at], boxes[at] = (
                crops[at, :, ::-1],
                masks[at, :, :, ::-1],
                boxes[at, [2, 1, 0, 3]] * [-1, 1, -1, 1],
            )
        if rng.random() < 0.25:
            crops[at], masks[at], boxes[at] = (
                crops[at, ::-1],
                masks[at, :, ::-1],
                boxes[at, [0, 3, 2, 1]] * [1, -1, 1, -1],
            )
        if rng.random() < 0.25:
            crops[at], masks[at] = crops[at].transpose(1, 0, 2), masks[at].transpose(0, 2, 1)
            boxes[at] = boxes[at, [1, 0, 3, 2]]
    return crops, masks, boxes


@torch.no_grad()
def evaluate(net: Refiner, held: Regions) -> str:
    """Mean IoU of the boxes of held regions, before and after, and their shares above 0.7, 0.8 and 0.9."""
    net.eval()
    marked = np.flatnonzero(held["met"] > 0.2)
    crops, _, boxes = cut(held, marked, None)
    found = torch.cat(
        [net(standard(torch.from_numpy(crops[s : s + 128])))[0] for s in range(0, len(crops), 128)]
    ).numpy()
    net.train()
    low, high = np.maximum(found[:, :2], boxes[:, :2]), np.minimum(found[:, 2:], boxes[:, 2:])
    both = np.clip(high - low, 0, None).prod(1)
    union = (found[:, 2:] - found[:, :2]).clip(0).prod(1) + (boxes[:, 2:] - boxes[:, :2]).prod(1) - both
    after, before = both / union, held["met"][marked].astype(np.float32)
    shares = " ".join(
        f">{least} {(before > least).mean():.3f} {(after > least).mean():.3f}" for least in (0.7, 0.8, 0.9)
    )
    return f"IoU {before.mean():.3f} {after.mean():.3f} {shares}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("regions", type=Path)
    parser.add_argument("embedder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=25, help="of wall time since the first start")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--begin", type=Path, help="an earlier refiner whose weights to begin with")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(6)
    files = sorted(chosen.regions.glob("regions.[0-9]*.npz"))
    held, regions = read(files[::20]), read([path for at, path in enumerate(files) if at % 20])
    marked, bare = np.flatnonzero(regions["met"] > 0.2), np.flatnonzero(regions["met"] <= 0.2)
    print(len(marked), "regions of marks,", len(bare), "of none", flush=True)
    chance = np.where(regions["met"][marked] < 0.7, 2.0, 1.0)
    chance /= chance.sum()
    net = Refiner().to(memory_format=torch.channels_last)
    weights = torch.load(chosen.embedder)["ema"]
    net.load_state_dict({name[2:]: value for name, value in weights.items() if name.startswith("0.") and
                         name[2:] in net.state_dict()}, strict=False)  # fmt: skip
    if chosen.begin:
        net.load_state_dict(torch.load(chosen.begin)["ema"])
    training = Training(chosen.out, net, torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.03))
    rng = np.random.default_rng(4000 + training.step)
    print("start", evaluate(net, held), flush=True)
    while (spent := training.spent(chosen.minutes)) < 1:
        training.pace(chosen.rate, spent)
        picked = np.concatenate([rng.choice(marked, BATCH - 16, p=chance), rng.choice(bare, 16)])
        crops, masks, boxes = cut(regions, picked, rng)
        with torch.autocast("cpu", torch.bfloat16):
            found, mask, sure = net(standard(torch.from_numpy(recoloured(crops, rng))))
        yes = torch.from_numpy((regions["met"][picked] > 0.2).astype(np.float32))
        count, where = BATCH - 16, torch.from_numpy(boxes)
        tight = (1 - overlap(found[:count], where[:count])).mean()
        sides = F.smooth_l1_loss(found[:count], where[:count], beta=0.05)
        drawn = F.binary_cross_entropy_with_logits(mask, torch.from_numpy(masks))
        told = F.binary_cross_entropy_with_logits(sure[:, 0], yes)
        loss = 2 * tight + 2 * sides + drawn + 0.2 * told
        training.learn(loss)
        training.tell(spent, tight=tight, sides=sides, mask=drawn, told=told)
        training.judged(lambda: evaluate(training.mean.copy(Refiner()), held), every=500)
    training.judged(lambda: evaluate(training.mean.copy(Refiner()), held))


if __name__ == "__main__":
    main()
