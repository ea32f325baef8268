"""The most that a use can still score: most candidates are chance, and a few of the features show it.

A score is a sum, and only some features ever add to it. They are read first, the weightiest first. When what they add,
with the most that those not read yet could add, stays below the bound, nothing else can lift the use over it: what the
other features read only lowers a score, and what is voided afterwards (see registry.read) is voided here at its best.
Before any is read, those are left out that have nothing to speak of (no price, no claimed brand, no picture).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

from detection.candidates.search import APART, SAME
from detection.features.use import Feature, Use
from detection.model import Head, Term

#: Sums in another order differ by less than this.
_ROUNDING = 1e-6


def _unpriced(use: Use) -> bool:
    return use.facts.price is None or not (use.profile.reference_price or use.median)


def _unseen(use: Use) -> bool:
    return use.sighting is None


def _unclaimed(use: Use) -> bool:
    return not use.facts.listing.claims


def _likened(use: Use) -> bool:
    return use.match is None or use.match.way != SAME


#: What must be so for a feature to say nothing, told at a glance. Of a feature that is not here nothing is known before
#: it is read. tests/detection/test_speed_is_exact.py compares each with its feature.
SILENT: Mapping[str, Callable[[Use], bool]] = {
    "imitation": lambda use: use.match is None or use.match.way in (SAME, APART),
    "extended": _likened,
    "hidden": _likened,
    "price": _unpriced,
    "price_near": _unpriced,
    "logo_seen": _unseen,
    "photo_copied": _unseen,
    "unnamed": _unseen,
    "other_number": lambda use: not use.facts.shown.numbers,
    "mark_code": lambda use: not use.facts.shown.lines,
    "maker": _unclaimed,
    "maker_place": _unclaimed,
    "brand_conflict": _unclaimed,
    "claimed_origin": _unclaimed,
    "contradiction": _unclaimed,
    "mismatched": _unclaimed,
    "standard": _unclaimed,
    "described_origin": lambda use: not use.facts.description,
    "dispatch": lambda use: not (use.facts.listing.ships_from or use.facts.listing.seller.location),
}


class Ceiling:
    """The features that can raise the score of one kind of right."""

    def __init__(self, head: Head, features: Sequence[Feature]) -> None:
        raising: list[tuple[float, Feature, tuple[float, ...], tuple[float, ...]]] = []
        for feature in features:
            term = head.terms.get(feature.__name__)
            if term is None or max(term.values) <= 0:
                continue
            # a reading is made less at most (a likeness on other goods), so the best of all lesser values counts
            most = tuple(max(0.0, value) for value in accumulate(term.values, max))
            raising.append((most[-1], feature, term.edges, most))
        raising.sort(key=lambda one: -one[0])
        self._raising = tuple(
            (feature, Term(edges, most), SILENT.get(feature.__name__)) for _, feature, edges, most in raising
        )
        self._most = head.bias + sum(most[-1] for _, _, _, most in raising)

    def below(self, use: Use, probability: float) -> bool:
        """Whether the use surely scores less than the probability. What is read on the way is kept by the use."""
        if probability <= 0:
            return False
        least = (math.log(probability / (1 - probability)) if probability < 1 else math.inf) - _ROUNDING
        most, left = self._most, []
        for feature, steps, silent in self._raising:
            if silent is not None and silent(use):
                most -= steps.values[-1]
            else:
                left.append((feature, steps))
        for feature, steps in left:
            if most < least:
                return True
            reading = use.of(feature)
            most -= steps.values[-1] - (steps.at(max(reading.value, 0.0)) if reading is not None else 0.0)
        return most < least
