"""Registered logos in a picture: flat marks by the networks, whichever way they are coloured, and all that has points
of its own (an emblem with lettering, a label) by its points. Either is enough."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detection.marks import MarkIndex, match, shapes
from detection.marks.networks import of_this_thread
from detection.marks.windows import Floats
from detection.pictures.comparing import Patterns
from detection.pictures.decoding import Pixels, decode
from detection.pictures.traits import WHOLE, Traits

#: Logos are drawn small in most pictures; more pixels of the registered one are of no use.
_LONGEST = 512
#: From a hit's score to the share of such hits that are right: fitted by scripts/marks/calibrate.py.
_SLOPE, _MIDDLE = 10.321, 1.4451


@dataclass(frozen=True, slots=True)
class Found:
    """A logo in a picture: its box x, y, width, height in pixels of the stored picture; how surely, 0–1."""

    box: tuple[int, int, int, int]
    sure: float


class Logos:
    """Logos compiled for looking: files in their order, each with its traits."""

    def __init__(self, files: Sequence[tuple[bytes, Traits]]) -> None:
        self._patterns = Patterns([traits for _, traits in files])
        drawn = [_shapes(data) for data, _ in files]
        self._index = MarkIndex.build(of_this_thread(), drawn) if files else None

    def find(self, picture: Traits) -> Mapping[int, Found]:
        """The logos that the picture shows, by their place, each where it is surest."""
        found: dict[int, Found] = {}
        if self._index is None or picture.flat:
            return found
        if picture.look is not None:
            for hit in match(of_this_thread(), self._index, picture.look):
                sure = 1 / (1 + math.exp(-_SLOPE * (hit.score - _MIDDLE)))
                if hit.mark not in found or sure > found[hit.mark].sure:
                    # a look is in pixels of the picture as it was looked at
                    scale = max(1.0, max(picture.width, picture.height) / WHOLE)
                    found[hit.mark] = Found(_box(np.array(hit.box, np.float32).reshape(2, 2) * scale, picture), sure)
        for place, proved in self._patterns.find(picture).items():
            before = found.get(place)
            if before is None or proved.score > before.sure:
                found[place] = Found(proved.box, proved.score)
        return found


def _shapes(data: bytes) -> list[Pixels]:
    """The shapes of a logo's file; a white logo on nothing is looked at on black."""
    for ground in (255, 0):
        pixels, _ = decode(data, _LONGEST, ground=ground)
        found = shapes(np.ascontiguousarray(pixels[:, :, ::-1]))
        if found:
            return found
    return []


def _box(frame: Floats, picture: Traits) -> tuple[int, int, int, int]:
    """The box about a frame in pixels of the stored picture, inside the picture."""
    low = np.clip(np.floor(frame.min(0)), 0, (picture.width - 1, picture.height - 1)).astype(int)
    high = np.clip(np.ceil(frame.max(0)), low + 1, (picture.width, picture.height)).astype(int)
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])
