"""A register of marks as vectors. Adding a mark is computing its vectors: nothing is trained again."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from detection.marks.networks import Networks
from detection.marks.verifying import small
from detection.marks.windows import Floats, Pixels, canonical


@dataclass(frozen=True, eq=False)
class MarkIndex:
    """``vectors`` (n, 192) of all shapes, ``owners`` (n) the mark of each, ``masks`` their tight masks, ``usual`` (n)
    how like each shape is to what photographs show without any mark: very simple marks resemble much."""

    vectors: Floats
    owners: npt.NDArray[np.int64]
    masks: Sequence[Pixels]
    usual: Floats
    marks: int
    drawings: dict[int, Pixels] = field(default_factory=dict, repr=False)

    def drawing(self, place: int) -> Pixels:
        """A shape's mask as it is drawn into windows, made when it is first asked for; some thousands are kept."""
        found = self.drawings.get(place)
        if found is None:
            if len(self.drawings) >= 4096:
                self.drawings.clear()
            found = self.drawings[place] = small(self.masks[place])
        return found

    @classmethod
    def build(
        cls, networks: Networks, marks: Iterable[Sequence[Pixels]], background: Floats | None = None
    ) -> MarkIndex:
        """Marks in order, each with its tight masks (0–255); ``background`` (n, 192) are vectors of empty crops."""
        owners: list[int] = []
        masks: list[Pixels] = []
        count = 0
        for count, shapes in enumerate(marks, 1):
            for mask in shapes:
                owners.append(count - 1)
                masks.append(mask)
        views = np.stack([canonical(mask) for mask in masks]) if masks else np.zeros((0, 32, 32), np.uint8)
        ratios = np.array([math.log(mask.shape[1] / mask.shape[0]) for mask in masks], np.float32)
        vectors = networks.shape(views, ratios)
        usual = np.zeros(len(masks), np.float32)
        if background is not None and len(background) and len(masks):
            most = max(1, len(background) // 100)
            for start in range(0, len(masks), 512):
                like = vectors[start : start + 512] @ background.T
                usual[start : start + 512] = np.partition(like, -most, axis=1)[:, -most]
        return cls(vectors, np.array(owners, np.int64), masks, usual, count)


@cache
def background() -> Floats:
    """Vectors (n, 192) of crops of the training photographs without marks, shipped with the networks."""
    data = files(__package__).joinpath("background.npy").read_bytes()
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False), np.float32)
