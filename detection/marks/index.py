"""A register of marks as vectors. Adding a mark is computing its vectors: nothing is trained again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from detection.marks.networks import Networks
from detection.marks.verifying import small
from detection.marks.windows import Floats, Pixels, canonical


@dataclass(frozen=True, eq=False)
class MarkIndex:
    """``vectors`` (n, 192) of all shapes, ``owners`` (n) the mark of each, ``masks`` their tight masks."""

    vectors: Floats
    owners: npt.NDArray[np.int64]
    masks: Sequence[Pixels]
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
    def build(cls, networks: Networks, marks: Iterable[Sequence[Pixels]]) -> MarkIndex:
        """Marks in order, each with its tight masks (0–255)."""
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
        return cls(vectors, np.array(owners, np.int64), masks, count)
