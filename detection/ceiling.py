"""The most that a use can still score: most candidates are chance, and a glance shows it.

A score is a sum, and only some features ever add to it. What each can read at most is known before it is read: nothing
without a price, no more than the likeness of the stretch, nothing where the text holds no word that it speaks of. When
the sum of the most stays below the bound, nothing can lift the use over it: what the other features read only lowers a
score, and what is voided afterwards (see registry.read) counts here at its best. What is left is read, the weightiest
first, until it is clear. Most of a glance is of the listing, and is kept for the other rights that it is compared with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from detection.candidates.search import SAME
from detection.features.hiding import written_plainly
from detection.features.naming import extended
from detection.features.offer import sales
from detection.features.registry import KEPT, VOIDS, may_speak
from detection.features.use import Feature, Use
from detection.features.wording import evoked
from detection.model import Head, Term
from detection.prospects import rising

#: Sums in another order differ by less than this.
_ROUNDING = 1e-6


def _price(use: Use) -> float:
    known = use.facts.price is not None and (use.profile.reference_price or use.median)
    return math.inf if known else 0.0


def _sighting(use: Use) -> float:
    return math.inf if use.sighting is not None else 0.0


def _extended(use: Use) -> float:
    match = use.match
    if match is None or match.way != SAME or match.field not in ("title", "brand"):
        return 0.0
    reading = use.of(extended)
    return reading.value if reading is not None else 0.0


def _hidden(use: Use) -> float:
    match = use.match
    return 0.0 if match is None or match.way != SAME or written_plainly(match) else 1.0


def _told(feature: Feature) -> Callable[[Use], float]:
    """What a cheap feature reads."""

    def glance(use: Use) -> float:
        reading = use.of(feature)
        return reading.value if reading is not None else 0.0

    return glance


def _imitation(use: Use) -> float:
    return use.match.imitates_at_most if use.match is not None else 0.0


def _copied_trade(use: Use) -> float:
    return _imitation(use) or _extended(use)


def _poses(use: Use) -> float:
    right = use.profile.right
    return 1.0 if right.authorised or right.holder else 0.0


def _manner(use: Use) -> float:
    return (use.facts.gis_manner if use.profile.is_gi else use.facts.marks_manner) or 0.0


#: What a feature reads at most, told at a glance, the cheapest first; infinity where nothing is known. Of a feature
#: that is not here nothing is known before it is read. tests/detection/test_speed_is_exact.py compares them.
AT_MOST: Mapping[str, Callable[[Use], float]] = {
    "manner": _manner,
    "price": _price,
    "price_near": _price,
    "logo_seen": _sighting,
    "photo_copied": _sighting,
    "unnamed": _sighting,
    "belied": _sighting,
    "sales": _told(sales),
    "poses": _poses,
    "imitation": _imitation,
    "hidden": _hidden,
    "extended": _extended,
    "evoked": _told(evoked),
    "copied_trade": _copied_trade,
}
#: Of these what is told at a glance is what they read, so that reading them shows no more.
_TOLD = frozenset(("manner", "extended", "evoked", "sales"))
#: What is read last, for it may show that the score is lower: nothing takes it back but what voids it. The manner, too.
_LOWERING = ("other_name", "goods", "ordinary", "common_sign")
_ORDER = {name: place for place, name in enumerate(AT_MOST)}


class _Glance(NamedTuple):
    """A feature whose reading is told at a glance, and what it then adds at most: without the glance, and silent.
    ``told``: reading it shows no more."""

    feature: Feature
    steps: Term
    top: float
    silent: float
    at_most: Callable[[Use], float]
    told: bool


class _Lowering(NamedTuple):
    """A feature that may lower a score, and what voids it."""

    feature: Feature
    term: Term
    voiding: tuple[Feature, ...]


class _Plan(NamedTuple):
    """For one set of topics: the most that all features add, the glances, and what is only known when it is read; what
    voids the manner, and what may show that the score is lower."""

    most: float
    glances: tuple[_Glance, ...]
    unknown: tuple[tuple[Feature, Term, float], ...]
    voiding: tuple[Feature, ...]
    lowering: tuple[_Lowering, ...]


def _any(use: Use, features: tuple[Feature, ...]) -> bool:
    """Whether one of the features has anything to say of the use."""
    return any(use.of(feature) is not None for feature in features) if features else False


def _reach(one: tuple[Feature, Term, float]) -> float:
    return one[2]


class Ceiling:
    """The features that can raise the score of one kind of right."""

    def __init__(self, head: Head, features: Sequence[Feature]) -> None:
        steps = {one: rising(head.terms[one.__name__]) for one in features if one.__name__ in head.terms}
        self._bias = head.bias
        self._rising = tuple((feature, term) for feature, term in steps.items() if term is not None)
        self._plan = lru_cache(maxsize=KEPT)(self._planned)
        # some lower a score too: surely, where nothing voids them
        by_name = {feature.__name__: feature for feature in features}

        def voiding(name: str) -> tuple[Feature, ...]:
            return tuple(by_name[other] for other, void in VOIDS.items() if name in void and other in by_name)

        self._manner, self._voiding = head.terms.get("manner"), voiding("manner")
        self._lowering = tuple(
            _Lowering(by_name[name], head.terms[name], voiding(name))
            for name in _LOWERING
            if name in head.terms and name in by_name and min(head.terms[name].values) < 0
        )

    def _planned(self, topics: frozenset[str]) -> _Plan:
        def heard(features: tuple[Feature, ...]) -> tuple[Feature, ...]:
            return tuple(one for one in features if may_speak(one.__name__, topics))

        glances: list[_Glance] = []
        unknown: list[tuple[Feature, Term, float]] = []
        for feature, term in self._rising:
            name = feature.__name__
            if not may_speak(name, topics):
                continue
            if name in AT_MOST:
                told = name in _TOLD
                glances.append(_Glance(feature, term, term.values[-1], term.at(0.0), AT_MOST[name], told))
            else:
                unknown.append((feature, term, term.values[-1]))
        glances.sort(key=lambda one: _ORDER[one.feature.__name__])
        most = self._bias + sum(one.top for one in glances) + sum(top for _, _, top in unknown)
        lowering = (
            _Lowering(feature, term, heard(voiding))
            for feature, term, voiding in self._lowering
            if may_speak(feature.__name__, topics)
        )
        return _Plan(most, tuple(glances), tuple(unknown), heard(self._voiding), tuple(lowering))

    def below(self, use: Use, probability: float) -> bool:
        """Whether the use surely scores less than the probability. What is read on the way is kept by the use."""
        if probability <= 0:
            return False
        least = (math.log(probability / (1 - probability)) if probability < 1 else math.inf) - _ROUNDING
        most, glances, unknown, voiding, lowering = self._plan(use.topics)
        if most < least:
            return True
        left = list(unknown)
        for feature, steps, top, silent, at_most, told in glances:
            value = at_most(use)
            reach = steps.at(value) if value > 0 else silent
            if reach != top:
                most -= top - reach
                if most < least:
                    return True
            if reach > 0 and not told:
                left.append((feature, steps, reach))
        left.sort(key=_reach, reverse=True)
        for feature, steps, reach in left:
            reading = use.of(feature)
            most -= reach - (steps.at(max(reading.value, 0.0)) if reading is not None else 0.0)
            if most < least:
                return True
        written = use.facts.gis_manner if use.profile.is_gi else use.facts.marks_manner
        lower = min(0.0, self._manner.at(written)) if self._manner is not None and written is not None else 0.0
        if lower and _any(use, voiding):
            lower = 0.0
        if most + lower < least:
            return True
        for feature, term, voiding in lowering:
            reading = use.of(feature)
            if reading is None:
                continue
            part = term.at(reading.value)
            if part < 0 and not _any(use, voiding):
                most += part
                if most + lower < least:
                    return True
        return False
