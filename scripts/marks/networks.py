"""The networks. Torch is needed here and in training only."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH = 192
#: Planes, rows and columns of what a pair is judged by.
VIEW = (12, 16, 16)


def conv(inner: int, outer: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inner, outer, size, stride, size // 2, bias=False), nn.BatchNorm2d(outer), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(width, width), nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.body(x))


class Trunk(nn.Module):
    """A crop (n, 3, 64, 64) → what was seen in it (n, 2560) and the logits of its visible mask (n, 1, 32, 32)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv(3, 32, 5, 2)
        self.fine = nn.Sequential(conv(32, 64, 3, 2), Residual(64))
        self.middle = nn.Sequential(conv(64, 96, 3, 2), Residual(96), Residual(96))
        self.coarse = nn.Sequential(conv(96, 160, 3, 2), Residual(160))
        self.join_middle = nn.Conv2d(96, 32, 1)
        self.join_fine = nn.Conv2d(64, 32, 1)
        self.mask = nn.Sequential(conv(32, 32), nn.Conv2d(32, 4, 1), nn.PixelShuffle(2))

    def looked(self, x: Tensor) -> tuple[Tensor, Tensor]:
        fine = self.fine(self.stem(x))
        middle = self.middle(fine)
        flat = self.coarse(middle).flatten(1)
        up = F.interpolate(self.join_middle(middle), scale_factor=2.0, mode="nearest")
        return flat, self.mask(F.relu(up + self.join_fine(fine))).float()


class Embedder(Trunk):
    """Crop (n, 3, 64, 64) → embedding (n, 192) of length 1, visible mask logits (n, 1, 32, 32), frame (n, 8) in
    −1…1."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(160 * 16, WIDTH, bias=False)
        self.level = nn.BatchNorm1d(WIDTH)
        self.frame = nn.Sequential(nn.Linear(160 * 16, 64), nn.ReLU(), nn.Linear(64, 8))

    def raw(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        flat, mask = self.looked(x)
        return self.level(self.embed(flat).float()), mask, self.frame(flat).float()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        embedding, mask, frame = self.raw(x)
        return F.normalize(embedding), mask, frame


class Refiner(Trunk):
    """A crop (n, 3, 64, 64) about a proposed box, with its surroundings → the mark's box (n, 4) in −1…1 of the crop,
    visible mask logits (n, 1, 32, 32), the logit (n, 1) that a mark stands there."""

    def __init__(self) -> None:
        super().__init__()
        self.place = nn.Sequential(nn.Linear(160 * 16, 64), nn.ReLU(), nn.Linear(64, 5))
        nn.init.zeros_(self.place[2].weight)
        self.place[2].bias.data = torch.tensor([-0.7, -0.7, 0.7, 0.7, 0.0])

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        flat, mask = self.looked(x)
        told = self.place(flat).float()
        return told[:, :4], mask, told[:, 4:]


class Shaper(nn.Module):
    """A mark's canonical mask (n, 1, 32, 32) in 0–1 and the log of its sides' ratio (n, 1) → embedding (n, 192) of
    length 1."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(conv(1, 32, 5, 2), conv(32, 64, 3, 2), conv(64, 128, 3, 2))
        self.embed = nn.Linear(128 * 16 + 1, WIDTH, bias=False)
        self.level = nn.BatchNorm1d(WIDTH)

    def forward(self, mask: Tensor, ratio: Tensor) -> Tensor:
        flat = torch.cat([self.body(mask).flatten(1), ratio], 1)
        return F.normalize(self.level(self.embed(flat).float()))


class Viewer(nn.Module):
    """A crop (n, 3, 64, 64), levelled, and the mask seen in it (n, 1, 32, 32; 0–1) → what a pair is judged by:
    (n, 12, 16, 16) in 0–1, so that bytes are exact enough."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv(3, 16, 5, 2)
        self.fine = nn.Sequential(conv(17, 24, 3, 2), Residual(24))
        self.out = nn.Conv2d(24, VIEW[0], 1)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        return self.out(self.fine(torch.cat([self.stem(x), seen.to(x.dtype)], 1))).float().sigmoid()


class Verifier(nn.Module):
    """What was seen in a window (n, 12, 16, 16), its mask (n, 1, 32, 32) and a registered mask drawn there
    (n, 1, 64, 64), all 0–1 → the logit (n, 1) that the window shows this mark, and by how much the corners of the frame
    at which it was drawn should be moved to fit (n, 8; the window being −1…1)."""

    def __init__(self) -> None:
        super().__init__()
        self.mark, self.seen = nn.Conv2d(1, 16, 4, 4), nn.Conv2d(1, 6, 2, 2)
        self.fine = nn.Sequential(conv(VIEW[0] + 22, 40), Residual(40))
        self.coarse = nn.Sequential(conv(40, 64, 3, 2), Residual(64))
        self.told = nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 1))
        self.moved = nn.Sequential(conv(64, 24, 1), nn.Flatten(), nn.Linear(24 * 64, 64), nn.ReLU(), nn.Linear(64, 8))
        nn.init.zeros_(self.moved[4].weight)
        nn.init.zeros_(self.moved[4].bias)

    def forward(self, view: Tensor, seen: Tensor, mark: Tensor) -> tuple[Tensor, Tensor]:
        both = torch.cat([view, self.seen(seen).to(view.dtype), self.mark(mark).to(view.dtype)], 1)
        x = self.coarse(self.fine(both))
        told = self.told(torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1))
        return told.float(), self.moved(x).float()


def standard(pixels: Tensor) -> Tensor:
    """uint8 (n, 64, 64, 3) → float (n, 3, 64, 64): each crop to mean 0 and deviation 1."""
    x = pixels.permute(0, 3, 1, 2).float()
    mean, deviation = x.mean((1, 2, 3), keepdim=True), x.std((1, 2, 3), keepdim=True)
    return ((x - mean) / (deviation + 8)).contiguous(memory_format=torch.channels_last)


class Detector(nn.Module):
    """Pixels (n, h, w, 3) uint8 BGR → centres (n, 1, h/4, w/4) in 0–1, distances to the four sides (n, 4, h/4, w/4) in
    pixels, visible mask (n, 1, h/4, w/4) in 0–1. Sides must be multiples of 32."""

    def __init__(self) -> None:
        super().__init__()
        self.two = conv(3, 16, 3, 2)
        self.four = conv(16, 32, 3, 2)
        self.eight = nn.Sequential(conv(32, 64, 3, 2), Residual(64))
        self.sixteen = nn.Sequential(conv(64, 128, 3, 2), Residual(128), Residual(128))
        self.thirty = nn.Sequential(conv(128, 128, 3, 2), Residual(128))
        self.lateral = nn.ModuleList([nn.Conv2d(128, 64, 1), nn.Conv2d(128, 64, 1), nn.Conv2d(64, 64, 1)])
        self.merge_sixteen, self.merge_eight = conv(64, 64), conv(64, 64)
        self.down, self.side = nn.Conv2d(64, 32, 1), nn.Conv2d(32, 32, 1)
        self.merge_four = conv(32, 32)
        self.heads = nn.Conv2d(32, 6, 1)
        nn.init.zeros_(self.heads.weight)
        self.heads.bias.data = torch.tensor([-4.6, 3.0, 3.0, 3.0, 3.0, -2.0])

    def logits(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = pixels.permute(0, 3, 1, 2).float() / 64 - 2
        return self.planes(x.contiguous(memory_format=torch.channels_last))

    def planes(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        four = self.four(self.two(x))
        eight = self.eight(four)
        sixteen = self.sixteen(eight)
        thirty = self.thirty(sixteen)
        up = F.interpolate(self.lateral[0](thirty), scale_factor=2.0, mode="nearest") + self.lateral[1](sixteen)
        up = F.interpolate(self.merge_sixteen(F.relu(up)), scale_factor=2.0, mode="nearest") + self.lateral[2](eight)
        up = F.interpolate(self.down(self.merge_eight(F.relu(up))), scale_factor=2.0, mode="nearest") + self.side(four)
        out = self.heads(self.merge_four(F.relu(up))).float()
        return out[:, :1], out[:, 1:5].clamp(max=6.0).exp(), out[:, 5:]

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        heat, sides, mask = self.logits(pixels)
        return heat.sigmoid(), sides, mask.sigmoid()
