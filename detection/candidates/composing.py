"""Which texts may write a name with a character in components (氵羊河 for 洋河): few of those that hold components."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import Slots, Windows
from detection.candidates.names import Names
from detection.candidates.texts import Texts
from detection.names.components import written
from detection.names.folding import encode, fold, settled, skeleton

Codes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
#: A character is written in so many components.
_SIZES = range(2, 7)
#: Stands for a character that is not one when folded.
_ANY = 0xFFFFFFFF


@cache
def _made(size: int) -> Slots[np.uint32]:
    """So many components to the character that they make, as it is in a skeleton."""
    parts = [one for one in written() if len(one) == size]
    shapes = [skeleton(fold(written()[one])) for one in parts]
    made = np.array([ord(shape) if len(shape) == 1 else _ANY for shape in shapes], np.uint32)
    keys = Windows(encode("".join(parts))).at(np.arange(len(parts)) * size, size)
    return Slots(keys, made)


class Composing:
    """Names, by the characters that stand side by side in them."""

    def __init__(self, names: Names) -> None:
        inner = np.ones(len(names.codes), np.bool_)
        inner[names.starts[names.lengths > 0]] = False  # no pair ends with the first of a name
        ends = np.flatnonzero(inner)
        keys = np.unique(Windows(names.codes).at(ends - 1, 2))
        self._beside = Slots(keys, np.ones(len(keys), np.uint8))

    def texts(self, texts: Texts) -> list[int]:
        """The texts that may write a name of two characters and more with one of them in components: beside what the
        components make stands what stands beside it in a name, or what may be components too."""
        codes, parts = texts.codes, np.append(texts.parts, False)
        places = np.flatnonzero(parts)
        if not len(places):
            return []
        found = []
        for size in _SIZES:
            start = places[places < len(codes) - size]
            made = _made(size).of(texts.windows.at(start, size))
            some = np.flatnonzero(made)
            start, made = start[some], made[some]
            before, behind = codes[np.maximum(start - 1, 0)], codes[start + size]
            near = parts[start + size] | ~settled(before) | ~settled(behind) | (made == _ANY)
            for other in _SIZES:
                near |= parts[np.maximum(start - other, 0)]
            near |= self._stand(made, behind) | self._stand(before, made)
            found.append(start[near])
        rows: list[int] = np.unique(np.searchsorted(texts.bounds, np.concatenate(found), side="right")).tolist()
        return rows

    def _stand(self, left: Codes, right: Codes) -> Flags:
        """Whether two characters stand side by side in a name."""
        pairs = Windows(np.stack([left, right], 1).ravel())
        found: Flags = self._beside.of(pairs.at(np.arange(len(left)) * 2, 2)) != 0
        return found
