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
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from detection.marks.verifying import MOST, drawn, small
from scripts.marks.bank import Bank, load
from scripts.marks.kept import Training
from scripts.marks.mean import Mean
from scripts.marks.networks import Shaper, Verifier, Viewer, standard
from scripts.marks.regions import Row, read
from scripts.marks.train_embedder import Register, embed_marks

MARKS, BARE, TOLD, NEAR, JITTER = 34, 12, 8, 48, 0.03


def learned_from(paths: list[Path]) -> Row:
    """Places of several files. Those of an earlier kind tell no true frames."""
    parts = [read([path]) for path in paths]
    for part in parts:
        count = len(part["row"])
        part.setdefault("frame", np.zeros((count, 4, 2), np.float32))
        part.setdefault("framed", np.zeros(count, bool))
    names = ("crop", "seen", "quad", "vector", "row", "frame", "framed")
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


class Marks:
    """The masks of the bank as they are drawn into windows, made when they are first asked for."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.kept: dict[int, npt.NDArray[np.uint8]] = {}

    def draw(self, row: int, quad: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        if row not in self.kept:
            self.kept[row] = small(self.bank.mask(row))
        return drawn(self.kept[row], quad)

    def lay(self, rows: npt.NDArray[np.int64], quads: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        """Marks (n, k) drawn at frames (n, k, 4, 2): (n, k, 64, 64)."""
        every = zip(rows.ravel().tolist(), quads.reshape(-1, 4, 2), strict=True)
        return np.stack([self.draw(row, quad) for row, quad in every]).reshape(*rows.shape, 64, 64)


def likest(
    bank: Bank, places: Row, vectors: npt.NDArray[np.float32], rng: np.random.Generator
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
) -> tuple[Tensor, Tensor]:
    """Logits (n, k) of crops (n, 64, 64, 3) and k marks drawn in each (n, k, 64, 64), and how the frames should move
    (n, k, 4, 2)."""
    count, told = marks.shape[:2]
    mask = torch.from_numpy(seen)[:, None].float() / 255
    view = nets[0](standard(torch.from_numpy(crops)), mask)
    which = torch.arange(count).repeat_interleave(told)
    laid = torch.from_numpy(marks.reshape(count * told, 1, 64, 64)).float() / 255
    pair = view[which].contiguous(memory_format=torch.channels_last)
    logit, moved = nets[1](pair, mask[which], laid)
    return logit.view(count, told), moved.view(count, told, 4, 2)


class Judge:
    """Pictures of validation marks and clean ones: what the verifier's word adds to the search."""

    def __init__(self, bank: Bank, places: Row, vectors: npt.NDArray[np.float32], pictures: int = 200) -> None:
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
            which = self.bank.brands[self.top[part]]
            quads = np.repeat(self.places["quad"][part][:, None], which.shape[1], 1)
            crops, seen = self.places["crop"][part], self.places["seen"][part]
            _, moved = forward(nets, crops, seen, self.marks.lay(which, quads))
            quads = quads + moved.numpy().clip(-MOST, MOST)
            logit[part] = forward(nets, crops, seen, self.marks.lay(which, quads))[0].numpy()
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
    parser.add_argument("--begin", type=Path, help="an earlier verifier whose weights to begin with")
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
    places = learned_from(sorted(chosen.places.glob("places.[0-9]*.npz")))
    near = likest(bank, places, vectors, np.random.default_rng(6))
    marked, bare = np.flatnonzero(places["row"] >= 0), np.flatnonzero(places["row"] < 0)
    judge = Judge(bank, read([chosen.places / "validation.npz"]), vectors)
    print(len(marked), "places of marks,", int(places["framed"].sum()), "framed,", len(bare), "of none", flush=True)
    nets = nn.ModuleList([Viewer(), Verifier()]).to(memory_format=torch.channels_last)
    if chosen.begin:
        nets.load_state_dict(torch.load(chosen.begin)["ema"], strict=False)
    training = Training(chosen.out, nets, torch.optim.AdamW(nets.parameters(), lr=1e-3, weight_decay=0.05))
    rng = np.random.default_rng(3000 + training.step)
    marks = Marks(bank)
    answer = torch.cat([torch.zeros(MARKS, dtype=torch.long), torch.full((BARE,), TOLD)])
    while (spent := training.spent(chosen.minutes)) < 1:
        training.pace(chosen.rate, spent)
        picked = np.concatenate([rng.choice(marked, MARKS), rng.choice(bare, BARE)])
        rows = rivals(places, near, picked, rng)
        jitter = rng.normal(0, JITTER, (len(picked), 4, 2)) * (rng.random((len(picked), 1, 1)) < 0.5)
        start = (places["quad"][picked] + jitter).astype(np.float32)
        quads = np.repeat(start[:, None], TOLD, 1)
        flipped = rng.random(len(picked)) < 0.4
        crops, seen = recoloured(places["crop"][picked], rng), places["seen"][picked].copy()
        crops[flipped], seen[flipped] = crops[flipped][:, :, ::-1], seen[flipped][:, :, ::-1]
        nets.eval()
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            moves = forward(nets, crops, seen, mirrored(marks.lay(rows, quads), flipped))[1].numpy()
        nets.train()
        as_used = rng.random((len(picked), 1, 1, 1)) < 0.85
        quads = quads + as_used * unmirrored(moves, flipped).clip(-MOST, MOST)
        loose = loosened(start, rng)
        rows, quads = np.concatenate([rows, rows[:, :1]], 1), np.concatenate([quads, loose[:, None]], 1)
        with torch.autocast("cpu", torch.bfloat16):
            logits, moved = forward(nets, crops, seen, mirrored(marks.lay(rows, quads), flipped))
        logits = F.pad(logits[:, :TOLD], (0, 1))
        told = F.cross_entropy(logits, answer)
        framed = places["framed"][picked]
        wanted = unmirrored((places["frame"][picked][:, None] - quads[:, [0, TOLD]]).astype(np.float32), flipped)
        frames = F.smooth_l1_loss(
            moved[:, [0, TOLD]][torch.from_numpy(framed)], torch.from_numpy(wanted[framed]), beta=0.03
        )
        training.learn(told + 10 * frames)
        right = float((logits.detach().argmax(1) == answer).float().mean())
        left = float(np.abs(wanted[framed, 0]).mean())
        training.tell(spent, loss=told, right=right, frames=frames, off=left)
        training.judged(lambda: judge(averaged(training.mean)), every=1000)
    training.judged(lambda: judge(averaged(training.mean)))


def rivals(
    places: Row, near: npt.NDArray[np.int32], picked: npt.NDArray[np.int64], rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """The marks (n, 8) that each place is compared with: its own first, if it shows one, and the likest others."""
    rows = np.zeros((len(picked), TOLD), np.int64)
    for at, place in enumerate(picked):
        ranks = np.unique((NEAR * rng.random(24) ** 2).astype(int))
        ranks = rng.permutation(ranks)[:TOLD] if len(ranks) >= TOLD else np.arange(TOLD)
        rows[at] = near[place, ranks]
        if places["row"][place] >= 0:
            rows[at, 0] = places["row"][place]
    return rows


def loosened(quads: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Frames (n, 4, 2) shifted, sized and bent at random."""
    count = len(quads)
    middle = quads.mean(1, keepdims=True)
    sized = (quads - middle) * np.exp(rng.normal(0, 0.08, (count, 1, 2)))
    moved = middle + sized + rng.normal(0, 0.05, (count, 1, 2)) + rng.normal(0, 0.04, (count, 4, 2))
    return moved.astype(np.float32)


def mirrored(laid: npt.NDArray[np.uint8], which: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Drawings (n, k, 64, 64), those of ``which`` (n) mirrored left to right."""
    laid[which] = laid[which][..., ::-1]
    return laid


def unmirrored(moves: npt.NDArray[np.float32], which: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """How corners move (n, k, 4, 2) in mirrored windows, told of those that were not, and the other way round."""
    out = moves.copy()
    out[which] = out[which][:, :, [1, 0, 3, 2]] * np.array([-1, 1], np.float32)
    return out


def averaged(mean: Mean) -> nn.ModuleList:
    return mean.copy(nn.ModuleList([Viewer(), Verifier()]))


if __name__ == "__main__":
    main()
