"""Train the embedder: crops of marks drawn on photographs are brought near the masks of their marks.

    python -m scripts.marks.train_embedder BANK OUT --minutes 60

Loss: softmax over the masks of the batch, of near neighbours and of random marks (fresh from the mask network, none
stale), and "nothing", which every crop without a mark must choose; beside it the visible mask, the frame and, from the
embedding alone, the mark's own mask (this keeps the embedding from collapsing and teaches it shapes rather than
classes). A crop is drawn once and shown about three times, mirrored (its mark's mask as well) and with other colours
(:class:`Pool`). Resumable: everything is in OUT, written every 250 steps. Wall time since the first start, not steps,
sets the learning rate, so that it has come down when the budget is over.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from detection.marks.windows import canonical
from scripts.marks.bank import Bank, load
from scripts.marks.crops import Crop, Drawer
from scripts.marks.kept import Training
from scripts.marks.mean import Mean
from scripts.marks.networks import WIDTH, Embedder, Shaper, standard

BATCH, EMPTY, RANDOM = 96, 12, 160
#: The embedding must draw its mark at this size.
DRAWN = 24
#: Crops drawn anew a step (and crops without a mark), and crops kept to be shown again.
FRESH, FRESH_EMPTY, KEPT = 36, 5, 4000


class Register:
    """The canonical masks of every mark of the bank, as tensors."""

    def __init__(self, bank: Bank, kept: Path) -> None:
        if not kept.is_file():
            np.save(kept, np.stack([canonical(bank.mask(row)) for row in range(len(bank.boxes))]))
        masks = np.load(kept)
        self.masks = torch.from_numpy(masks)[:, None]
        self.small = F.interpolate(self.masks.float(), (DRAWN, DRAWN), mode="area") / 255
        self.ratio = torch.tensor([[math.log(w / h)] for _, _, w, h in bank.boxes], dtype=torch.float32)

    def inputs(
        self, rows: npt.NDArray[np.int64], shift: bool = False, mirrored: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Tensor, Tensor]:
        picked = torch.from_numpy(rows)
        masks = self.masks[picked].float() / 255
        if mirrored is not None:
            masks = mirror(masks, mirrored)
        if shift:  # a little, so that the mask network does not learn pixels by heart
            angle = (torch.rand(len(rows)) - 0.5) * 0.14
            scale = 1 + (torch.rand(len(rows)) - 0.5) * 0.12
            theta = torch.zeros(len(rows), 2, 3)
            theta[:, 0, 0] = theta[:, 1, 1] = scale
            theta[:, 0, 1], theta[:, 1, 0] = angle, -angle
            theta[:, :, 2] = (torch.rand(len(rows), 2) - 0.5) * 0.08
            masks = F.grid_sample(
                masks, F.affine_grid(theta, list(masks.shape), align_corners=False), align_corners=False
            )
        return masks, self.ratio[picked]


def mirror(planes: Tensor, which: npt.NDArray[np.bool_]) -> Tensor:
    """Planes (n, …, w), those of ``which`` (n) mirrored left to right."""
    chosen = torch.from_numpy(which).view(-1, *([1] * (planes.ndim - 1)))
    return torch.where(chosen, planes.flip(-1), planes)


class Pool:
    """Crops drawn lately; each is shown when it is drawn and again until a newer one takes its place. Crops without a
    mark are kept apart."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.kept: list[tuple[int, Crop]] = []
        self.next = 0

    def batch(
        self, draw: Callable[[], tuple[int, Crop]], fresh: int, count: int, rng: np.random.Generator
    ) -> list[tuple[int, Crop]]:
        if len(self.kept) < 4 * count:
            fresh = count
        again = (
            [self.kept[int(place)] for place in rng.integers(0, len(self.kept), count - fresh)] if fresh < count else []
        )
        new = [draw() for _ in range(fresh)]
        for one in new:
            if len(self.kept) < self.most:
                self.kept.append(one)
            else:
                self.kept[self.next] = one
                self.next = (self.next + 1) % self.most
        return new + again


def recoloured(pixels: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Half of the crops with their colours exchanged, a fifth inverted, a third brighter or darker."""
    out = pixels.copy()
    for place in range(len(out)):
        if rng.random() < 0.5:
            out[place] = out[place][..., rng.permutation(3)]
        if rng.random() < 0.2:
            out[place] = 255 - out[place]
        if rng.random() < 0.3:
            table = (255 * (np.arange(256) / 255) ** math.exp(rng.uniform(-0.4, 0.4))).astype(np.uint8)
            out[place] = table[out[place]]
    return out


@torch.no_grad()
def embed_marks(shaper: Shaper, register: Register, rows: npt.NDArray[np.int64]) -> Tensor:
    was = shaper.training
    shaper.eval()
    parts = [shaper(*register.inputs(rows[start : start + 512])) for start in range(0, len(rows), 512)]
    shaper.train(was)
    return torch.cat(parts)


@torch.no_grad()
def evaluate(
    net: Embedder,
    shaper: Shaper,
    register: Register,
    bank: Bank,
    crops: npt.NDArray[np.uint8],
    want: npt.NDArray[np.int64],
) -> tuple[float, float, float]:
    """recall@1 and @5 among all brand marks, and the effective rank of the crops' embeddings."""
    net.eval()
    marks = embed_marks(shaper, register, bank.brands)
    found = torch.cat([net(standard(torch.from_numpy(crops[s : s + 128])))[0] for s in range(0, len(crops), 128)])
    net.train()
    top = (found @ marks.T).topk(5, 1).indices.numpy()
    labels = bank.label[bank.brands[top]]
    hit = labels == bank.label[want][:, None]
    share = torch.linalg.svdvals(found - found.mean(0)) ** 2
    share = share / share.sum()
    return (
        float(hit[:, 0].mean()),
        float(hit.any(1).mean()),
        float(torch.exp(-(share * share.clamp_min(1e-9).log()).sum())),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bank", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=60, help="of wall time since the first start")
    parser.add_argument("--again", action="store_true", help="count the minutes from now: a warm restart")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(3)
    bank = load(chosen.bank)
    drawer, register = Drawer(bank), Register(bank, chosen.bank / "canonical32.npy")
    net, shaper = Embedder().to(memory_format=torch.channels_last), Shaper()
    decode = nn.Linear(WIDTH, DRAWN * DRAWN)
    knobs = nn.Parameter(torch.tensor([math.log(12.0), 4.0]))  # log of the scale; logit of "nothing"
    modules = nn.ModuleList([net, shaper, decode, nn.ParameterList([knobs])])
    wide = [p for p in modules.parameters() if p.ndim > 1]
    thin = [p for p in modules.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": wide, "weight_decay": 0.02}, {"params": thin, "weight_decay": 0.0}], lr=1e-3
    )
    training = Training(chosen.out, modules, optimiser, again=chosen.again)
    rng = np.random.default_rng(99)
    want = np.repeat(bank.validation, 4)
    held = np.stack([drawer.crop(int(row), rng).pixels for row in want])
    rng = np.random.default_rng(1000 + training.step)
    weight = np.where(np.isin(bank.train, bank.brands), 4.0, 1.0)
    reach = np.cumsum(weight) / weight.sum()
    near: npt.NDArray[np.int64] | None = None
    place_of = np.full(len(bank.label), -1)
    place_of[bank.train] = np.arange(len(bank.train))
    filled, empty = Pool(KEPT), Pool(KEPT // 6)

    def draw() -> tuple[int, Crop]:
        row = int(bank.train[np.searchsorted(reach, rng.random())])
        return row, drawer.crop(row, rng)

    def draw_empty() -> tuple[int, Crop]:
        return -1, Crop(drawer.empty(rng), np.zeros((32, 32), np.uint8), np.zeros(8, np.float32))

    last, used = time.time(), time.process_time()
    drawing = 0.0
    losses = np.zeros(4)
    while (spent := training.spent(chosen.minutes)) < 1:
        training.pace(chosen.rate, spent)
        step = training.step
        if near is None or step % 1000 == 0:
            vectors = embed_marks(shaper, register, bank.train)
            near = np.concatenate(
                [(vectors[s : s + 1000] @ vectors.T).topk(13).indices.numpy() for s in range(0, len(vectors), 1000)]
            )
        start = time.process_time()
        batch = filled.batch(draw, FRESH, BATCH, rng)
        crops = [crop for _, crop in batch]
        rows = np.array([row for row, _ in batch])
        bare = [crop.pixels for _, crop in empty.batch(draw_empty, FRESH_EMPTY, EMPTY, rng)]
        flipped = rng.random(BATCH + EMPTY) < 0.4
        pixels = recoloured(np.stack([c.pixels for c in crops] + bare), rng)
        pixels[flipped] = pixels[flipped][:, :, ::-1]
        seen = mirror(torch.from_numpy(np.stack([c.mask for c in crops])).float()[:, None] / 255, flipped[:BATCH])
        corners = np.stack([c.quad for c in crops]).reshape(-1, 4, 2)
        corners[flipped[:BATCH]] = (corners[flipped[:BATCH]] * np.array([-1, 1], np.float32))[:, [1, 0, 3, 2]]
        quads = torch.from_numpy(np.ascontiguousarray(corners.reshape(-1, 8)))
        drawing += time.process_time() - start
        hard = near[place_of[rows], 1 + rng.integers(0, 12, BATCH)]
        rivals = np.concatenate([rows, bank.train[hard], bank.train[rng.integers(0, len(bank.train), RANDOM)]])
        turned = np.concatenate([flipped[:BATCH], flipped[:BATCH], rng.random(RANDOM) < 0.4])
        with torch.autocast("cpu", torch.bfloat16):
            marks = shaper(*register.inputs(rivals, shift=True, mirrored=turned))
            raw, mask, frame = net.raw(standard(torch.from_numpy(pixels)))
        scale = knobs[0].exp().clamp(max=40)
        likeness = F.normalize(raw) @ marks.T
        margin = 0.1 * min(1.0, step / 2000)
        own = torch.arange(BATCH)
        likeness[own, own] = likeness[own, own] - margin
        same = torch.from_numpy(bank.label[rivals][None] == bank.label[rows][:, None])
        same[own, own] = False
        logits = torch.cat([likeness * scale, knobs[1].expand(len(raw), 1)], 1)
        logits[:BATCH, :-1] = logits[:BATCH, :-1].masked_fill(same, -1e4)
        answer = torch.cat([own, torch.full((EMPTY,), len(rivals))])
        told = F.cross_entropy(logits, answer)
        drawn = F.binary_cross_entropy_with_logits(mask[:BATCH], seen)
        framed = F.smooth_l1_loss(frame[:BATCH], quads, beta=0.1)
        shape = F.binary_cross_entropy_with_logits(
            decode(raw[:BATCH]), mirror(register.small[torch.from_numpy(rows)], flipped[:BATCH]).flatten(1)
        )
        loss = told + drawn + 2 * framed + 2 * shape
        training.learn(loss)
        step = training.step
        now = np.array([float(told.detach()), float(drawn.detach()), float(framed.detach()), float(shape.detach())])
        losses = losses * 0.98 + now * 0.02 if step > 1 else now
        if step % 100 == 0:
            pace, cpu = 100 / (time.time() - last), time.process_time() - used
            named = zip(("told", "mask", "frame", "shape"), losses, strict=True)
            said = " ".join(f"{name} {value:.3f}" for name, value in named)
            rate_ = pace * (BATCH + EMPTY)
            print(f"{step} {spent:.3f} {said} scale {float(scale.detach()):.1f} {rate_:.0f} crops/s "
                  f"cpu {cpu:.0f} drawing {drawing / cpu:.2f}", flush=True)  # fmt: skip
            last, used, drawing = time.time(), time.process_time(), 0.0
        if step % 250 == 0:
            first, five, rank = evaluate(*averaged(training.mean), register, bank, held, want)
            print(f"== {step} validation recall@1 {first:.3f} @5 {five:.3f} rank {rank:.1f}", flush=True)
            training.save()
    training.save()
    print("final", evaluate(*averaged(training.mean), register, bank, held, want), flush=True)


def averaged(mean: Mean) -> tuple[Embedder, Shaper]:
    net, shaper = Embedder().to(memory_format=torch.channels_last), Shaper()
    mean.copy(nn.ModuleList([net, shaper, nn.Linear(WIDTH, DRAWN * DRAWN), nn.ParameterList([torch.zeros(2)])]))
    return net, shaper


if __name__ == "__main__":
    main()
