"""The likeliest divisions of many rows of characters into words, all at once (see names.words.segment for one)."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import Ints

Weights: TypeAlias = npt.NDArray[np.float64]


def likeliest(single: Weights, first: Ints, size: Ints, weight: Weights) -> Ints:
    """Which words the divisions have that weigh most; of two that weigh the same, that with the longer word in front.

    ``single``: what each character weighs that is in no word, of all rows side by side; of each word the index of its
    ``first`` character, its ``size`` from 2, and its ``weight``; the shorter words first.

    Where no word crosses, every division has a border; and what stands between two borders is divided for itself. Most
    of it is one word of two characters.
    """
    border = _borders(len(single), first, size)
    pair = (size == 2) & border[first] & border[first + size]
    pairs, others = np.flatnonzero(pair), np.flatnonzero(~pair)
    pairs = pairs[weight[pairs] >= single[first[pairs]] + single[first[pairs] + 1]]
    if not len(others):
        return pairs
    edges = np.flatnonzero(border)
    longer = np.flatnonzero(np.diff(edges) > 2)
    parts = _Parts(single, edges[longer], edges[longer + 1])
    return np.concatenate([pairs, others[parts.divided(first[others], size[others], weight[others])]])


def _borders(count: int, first: Ints, size: Ints) -> npt.NDArray[np.bool_]:
    """Whether no word crosses the border before each character, and the one behind the last."""
    reach = np.arange(count + 1)
    reach[first + 1] = first + size  # of several words the last one, which is the longest
    found: npt.NDArray[np.bool_] = np.maximum.accumulate(reach) == np.arange(count + 1)
    return found


class _Parts:
    """Some parts of a row. Their characters have slots, and there is one behind each part where all is divided."""

    def __init__(self, single: Weights, begins: Ints, ends: Ints) -> None:
        self._begins, self._sizes = begins, ends - begins
        self._ends = np.cumsum(self._sizes + 1) - 1
        self._moved = self._ends - ends  # from a place in the row to its slot
        slots = np.arange(int(self._ends[-1]) + 1)
        self._single = single.take(slots - np.repeat(self._moved, self._sizes + 1), mode="clip")

    def divided(self, first: Ints, size: Ints, weight: Weights) -> Ints:
        """Which of the words the divisions have."""
        longest = int(size.max())
        # worth[slot, -size]: the longest word first, so that of two divisions that weigh the same it is taken
        worth = np.full((len(self._single), longest), -math.inf)
        worth[:, -1] = self._single
        words = np.full(worth.shape, -1)
        slot = first + self._moved[np.searchsorted(self._begins, first, side="right") - 1]
        worth[slot, -size] = weight
        words[slot, -size] = np.arange(len(slot))
        best = self._best(worth)
        at, ends, chosen = self._ends - self._sizes, self._ends, []
        while len(at):
            taken = best[at]
            chosen.append(words[at, -taken])
            at = at + taken
            at, ends = at[at < ends], ends[at < ends]
        found = np.concatenate(chosen)
        return found[found >= 0]

    def _best(self, worth: Weights) -> Ints:
        """By slot, the size of the first word of the best division from there to the end of its part."""
        count, longest = worth.shape
        best = np.ones(count, np.int64)
        sums = np.zeros(count + longest)
        behind = np.arange(longest, 0, -1)
        order = np.argsort(-self._sizes, kind="stable")
        ends, falling = self._ends[order], -self._sizes[order]
        for back in range(1, 1 - int(falling[0])):
            at = ends[: int(np.searchsorted(falling, -back, side="right"))] - back
            totals = worth[at] + sums[at[:, None] + behind]
            column = totals.argmax(1)
            best[at] = longest - column
            sums[at] = totals[np.arange(len(at)), column]
        return best
