"""The most that a use can still score: most candidates are chance, and a few of the features show it.

A score is a sum, and only some features ever add to it. They are read first, the weightiest first. When what they add,
with the most that those not read yet could add, stays below the bound, nothing else can lift the use over it: what the
other features read only lowers a score, and what is voided afterwards (see registry.read) is voided here at its best.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from detection.features.use import Feature, Use
from detection.model import Head, Term

#: Sums in another order differ by less than this.
_ROUNDING = 1e-6


class Ceiling:
    """The features that can raise the score of one kind of right."""

    def __init__(self, head: Head, features: Sequence[Feature]) -> None:
        self._bias = head.bias
        raising: list[tuple[float, Feature, tuple[float, ...], tuple[float, ...]]] = []
        for feature in features:
            term = head.terms.get(feature.__name__)
            if term is None or max(term.values) <= 0:
                continue
            # a reading is made less at most (a likeness on other goods), so the best of all lesser values counts
            most = tuple(max(0.0, value) for value in accumulate(term.values, max))
            raising.append((most[-1], feature, term.edges, most))
        raising.sort(key=lambda one: -one[0])
        self._raising = tuple((feature, Term(edges, most)) for _, feature, edges, most in raising)
        self._rest = sum(steps.values[-1] for _, steps in self._raising)

    def below(self, use: Use, probability: float) -> bool:
        """Whether the use surely scores less than the probability. What is read on the way is kept by the use."""
        if probability <= 0:
            return False
        least = (math.log(probability / (1 - probability)) if probability < 1 else math.inf) - _ROUNDING
        most = self._bias + self._rest
        for feature, steps in self._raising:
            if most < least:
                return True
            reading = use.of(feature)
            most -= steps.values[-1] - (steps.at(max(reading.value, 0.0)) if reading is not None else 0.0)
        return most < least
