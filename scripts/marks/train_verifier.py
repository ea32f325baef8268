"""Train the verifier: does a place show this very mark? One network looks at the crop once, another compares what it
saw with a registered mask drawn at the frame seen.

    python -m scripts.marks.train_verifier BANK PLACES EMBEDDER OUT --minutes 30

The places are those of ``scripts.marks.places``. Each is shown with its own mark and the marks that the embedder finds
most like it (of half of the training's marks, chosen anew for each place); a place without a mark with the most like
alone. Softmax over them and "none of these", whose logit is 0. Crops are mirrored with their marks and recoloured,
frames jittered. Resumable: everything is in OUT, written every 500 steps; wall time since the first start sets the
rate.
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

from detection.marks.verifying import drawn, small
from scripts.marks.bank import Bank, load
from scripts.marks.mean import Mean
from scripts.marks.networks import Shaper, Verifier, Viewer, standard
from scripts.marks.train_embedder import Register, embed_marks

MARKS, BARE, TOLD, NEAR, JITTER = 40, 20, 8, 48, 0.03
Places = dict[str, npt.NDArray[np.generic]]


def read(paths: list[Path]) -> Places:
    parts = [dict(np.load(path)) for path in paths]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


class Marks:
    """The masks of the bank as they are drawn into windows, made when they are first asked for."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.kept: dict[int, npt.NDArray[np.uint8]] = {}

    def draw(self, row: int, quad: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        if row not in self.kept:
            self.kept[row] = small(self.bank.mask(row))
        return drawn(self.kept[row], quad)


def likest(
    bank: Bank, places: Places, vectors: npt.NDArray[np.float32], rng: np.random.Generator
) -> npt.NDArray[np.int32]:
    """For each place the rows (n, 48) of the training marks most like it that are not its own, the likest first."""
    rows = bank.train
    labels = bank.label[rows]
    out = np.zeros((len(places["row"]), NEAR), np.int32)
    marks = vectors[rows]
    for start in range(0, len(out), 256):
        like = places["vector"][start : start + 256].astype(np.float32) @ marks.T
        like[:, rng.random(len(rows)) < 0.5] = -2
        own = places["row"][start : start + 256]
        like[(labels[None] == bank.label[own][:, None]) & (own >= 0)[:, None]] = -2
        top = np.argpartition(-like, NEAR, axis=1)[:, :NEAR]
        order = np.argsort(-np.take_along_axis(like, top, 1), axis=1)
        out[start : start + 256] = rows[np.take_along_axis(top, order, 1)]
    return out


def recoloured(crops: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Half of the crops with their colours exchanged, a fifth inverted."""
    out = crops.copy()
    for place in range(len(out)):
        if rng.random() < 0.5:
            out[place] = out[place][..., rng.permutation(3)]
        if rng.random() < 0.2:
            out[place] = 255 - out[place]
    return out


def forward(
    nets: nn.ModuleList, crops: npt.NDArray[np.uint8], seen: npt.NDArray[np.uint8], marks: npt.NDArray[np.uint8]
) -> Tensor:
    """Logits (n, k) of crops (n, 64, 64, 3) and k marks drawn in each (n, k, 64, 64)."""
    count, told = marks.shape[:2]
    mask = torch.from_numpy(seen)[:, None].float() / 255
    view = nets[0](standard(torch.from_numpy(crops)), mask)
    which = torch.arange(count).repeat_interleave(told)
    laid = torch.from_numpy(marks.reshape(count * told, 1, 64, 64)).float() / 255
    pair = view[which].contiguous(memory_format=torch.channels_last)
    out: Tensor = nets[1](pair, mask[which], laid).view(count, told)
    return out


class Judge:
    """Pictures of validation marks and clean ones: what the verifier's word adds to the search."""

    def __init__(self, bank: Bank, places: Places, vectors: npt.NDArray[np.float32], pictures: int = 200) -> None:
        self.bank = bank
        clean = int(places["picture"].max() + 1) // 2
        kept = (places["picture"] % clean) < pictures
        self.places = {name: value[kept] for name, value in places.items()}
        like = self.places["vector"].astype(np.float32) @ vectors[bank.brands].T
        self.top = np.argsort(-like, axis=1)[:, :8]
        self.base = np.take_along_axis(like, self.top, 1) + 0.8 * self.places["heat"][:, None].astype(np.float32)
        self.marks = Marks(bank)

    @torch.no_grad()
    def __call__(self, nets: nn.ModuleList) -> str:
        nets.eval()
        picture = self.places["picture"]
        chosen = np.zeros(len(picture), bool)
        for one in np.unique(picture):
            chosen[np.flatnonzero(picture == one)[:6]] = True  # the surest, as in use
        rows = np.flatnonzero(chosen)
        logit = np.full(self.base.shape, -8.0, np.float32)
        for start in range(0, len(rows), 64):
            part = rows[start : start + 64]
            laid = np.stack([
                np.stack([self.marks.draw(int(self.bank.brands[which]), self.places["quad"][row])
                          for which in self.top[row]]) for row in part
            ])  # fmt: skip
            logit[part] = forward(nets, self.places["crop"][part], self.places["seen"][part], laid).numpy()
        nets.train()
        said = []
        answer = self.bank.label[self.bank.brands[self.top]] == self.bank.label[self.places["truth"]][:, None]
        for weight in (0.0, 0.03, 0.06, 0.12, 1.0):
            score = self.base + weight * np.maximum(logit, -8)
            right, clean = [], []
            for one in np.unique(picture):
                mine = np.flatnonzero(picture == one)
                at = np.unravel_index(int(score[mine].argmax()), score[mine].shape)
                value = float(score[mine][at])
                if self.places["truth"][mine[0]] < 0:
                    clean.append(value)
                else:
                    right.append((bool(answer[mine][at]), value))
            limit = float(np.quantile(clean, 0.99))
            first = np.mean([yes for yes, _ in right])
            sure = np.mean([yes and value > limit for yes, value in right])
            said.append(f"{weight} {first:.3f} {sure:.3f}")
        return " | ".join(said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bank", type=Path)
    parser.add_argument("places", type=Path)
    parser.add_argument("embedder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=30, help="of wall time since the first start")
    parser.add_argument("--rate", type=float, default=2e-3)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(5)
    bank = load(chosen.bank, photos=False)
    register = Register(bank, chosen.bank / "canonical32.npy")
    shaper = Shaper()
    weights = torch.load(chosen.embedder)["ema"]
    shaper.load_state_dict({name[2:]: value for name, value in weights.items() if name.startswith("1.")})
    vectors = embed_marks(shaper.eval(), register, np.arange(len(bank.boxes))).numpy()
    places = read(sorted(chosen.places.glob("places.[0-9]*.npz")))
    rng = np.random.default_rng(6)
    near = likest(bank, places, vectors, rng)
    marked, bare = np.flatnonzero(places["row"] >= 0), np.flatnonzero(places["row"] < 0)
    judge = Judge(bank, read([chosen.bank / "places.validation.npz"]), vectors)
    print(len(marked), "places of marks,", len(bare), "of none", flush=True)
    nets = nn.ModuleList([Viewer(), Verifier()]).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(nets.parameters(), lr=1e-3, weight_decay=0.05)
    mean = Mean(nets)
    step, started = 0, time.time()
    if chosen.out.exists():
        kept = torch.load(chosen.out)
        nets.load_state_dict(kept["nets"])
        mean.state = kept["ema"]
        optimiser.load_state_dict(kept["optimiser"])
        step, started = kept["step"], kept["started"]
    rng = np.random.default_rng(3000 + step)
    marks, loss_, right_, last = Marks(bank), 0.0, 0.0, time.time()
    answer = torch.cat([torch.zeros(MARKS, dtype=torch.long), torch.full((BARE,), TOLD)])
    while (spent := (time.time() - started) / (chosen.minutes * 60)) < 1:
        rate = chosen.rate * min(1, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * spent)) + 1e-5
        for group in optimiser.param_groups:
            group["lr"] = rate
        picked = np.concatenate([rng.choice(marked, MARKS), rng.choice(bare, BARE)])
        laid = np.zeros((len(picked), TOLD, 64, 64), np.uint8)
        for at, place in enumerate(picked):
            ranks = np.unique((NEAR * rng.random(24) ** 2).astype(int))
            ranks = rng.permutation(ranks)[:TOLD] if len(ranks) >= TOLD else np.arange(TOLD)
            rows = [int(one) for one in near[place, ranks]]
            if at < MARKS:
                rows[0] = int(places["row"][place])
            quad = places["quad"][place] + rng.normal(0, JITTER, (4, 2)).astype(np.float32) * (rng.random() < 0.5)
            laid[at] = [marks.draw(row, quad) for row in rows]
        crops, seen = recoloured(places["crop"][picked], rng), places["seen"][picked].copy()
        flipped = rng.random(len(picked)) < 0.4
        crops[flipped] = crops[flipped][:, :, ::-1]
        seen[flipped] = seen[flipped][:, :, ::-1]
        laid[flipped] = laid[flipped][..., ::-1]
        with torch.autocast("cpu", torch.bfloat16):
            logits = forward(nets, crops, seen, laid)
        logits = F.pad(logits, (0, 1))
        loss = F.cross_entropy(logits, answer)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(nets.parameters(), 5.0)
        optimiser.step()
        step += 1
        mean.follow(nets, step)
        share = 0.02 if step > 20 else 1 / step
        loss_ += share * (float(loss.detach()) - loss_)
        right_ += share * (float((logits.detach().argmax(1) == answer).float().mean()) - right_)
        if step % 100 == 0:
            print(f"{step} {spent:.3f} loss {loss_:.3f} right {right_:.3f} {100 / (time.time() - last):.1f} steps/s",
                  flush=True)  # fmt: skip
            last = time.time()
        if step % 500 == 0:
            save(chosen.out, nets, mean, optimiser, step, started)
            print(f"== {step} {judge(averaged(mean))}", flush=True)
    save(chosen.out, nets, mean, optimiser, step, started)
    print("final", judge(averaged(mean)), flush=True)


def averaged(mean: Mean) -> nn.ModuleList:
    return mean.copy(nn.ModuleList([Viewer(), Verifier()]))


def save(out: Path, nets: nn.Module, mean: Mean, optimiser: torch.optim.Optimizer, step: int, started: float) -> None:
    beside = out.with_suffix(".writing")
    state = {"nets": nets.state_dict(), "ema": mean.state, "optimiser": optimiser.state_dict()}
    torch.save({**state, "step": step, "started": started}, beside)
    os.replace(beside, out)


if __name__ == "__main__":
    main()
