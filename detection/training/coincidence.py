"""Learning what tells a meant likeness from coincidence: ``python -m detection.training.coincidence`` writes it down.

Meant are the changed names of suspected listings that people wrote, coincidence whatever in the same listings is like
one of the names that nobody has (see detection.training.decoys). Both weigh the same as a whole. What is learned is a
sum of one function a trait, as the model itself is (see detection.train), and monotone where sense demands it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detection import coincidence
from detection.candidates.search import APART, MASKED, SAME
from detection.coincidence import LEAST, TRAITS, Learned
from detection.features.naming import imitation, ordinary
from detection.features.use import Use
from detection.lookup import likeness_of
from detection.names import frequency
from detection.names.folding import fold, skeleton
from detection.names.words import vocabulary
from detection.screener import Screener
from detection.training.decoys import decoys
from detection.training.rows import FOLDS, SILENT
from detection.training.steps import additive, steps_of
from detection.training.written import SETS, WrittenSet, written
from domain.records import Case, Right

SEED = 20261130
#: More of it: never more likely meant (-1), never less (1).
_DIRECTION = {"stretch": -1, "name": -1, "position": -1, "resemblance": 1, "words": -1}
_BATCH = 2048

Floats = npt.NDArray[np.float64]


class Likenesses(NamedTuple):
    """``traits`` n × 7 (see coincidence.TRAITS); ``meant`` n; ``group`` n: of its set, 0 … FOLDS - 1, for sets
    are left out as a whole."""

    traits: Floats
    meant: npt.NDArray[np.bool_]
    group: npt.NDArray[np.int64]


def shares(sets: Sequence[WrittenSet]) -> dict[str, float]:
    """How often a character is each one: half by ordinary words, half by titles of honest listings."""
    words, titles = Counter[str](), Counter[str]()
    for word, number in vocabulary().items():
        for character in skeleton(fold(word)):
            words[character] += number
    for one in sets:
        for case in one.cases:
            if not case.label.suspected:
                titles.update(skeleton(fold(case.listing.title)))
    halves = [(found, 2 * found.total()) for found in (words, titles)]
    return {one: sum(found[one] / whole for found, whole in halves) for one in sorted(words.keys() | titles.keys())}


def _changed(screener: Screener, cases: Sequence[Case]) -> Iterator[tuple[Case, Use]]:
    """The names of marks that a listing has changed, or that words tear, as they are judged."""
    by_key = {case.listing.key: case for case in cases}
    for begin in range(0, len(cases), _BATCH):
        for listing, uses in screener.uses([case.listing for case in cases[begin : begin + _BATCH]]):
            for use in uses:
                match = use.match
                if match is None or use.profile.is_gi or match.way in (APART, MASKED):
                    continue
                if use.of(ordinary if match.way == SAME else imitation) is not None:
                    yield by_key[listing.key], use


def _unsifted(register: Sequence[Right]) -> Screener:
    return Screener(register, SILENT, sifted=False)


def likenesses(sets: Sequence[WrittenSet], against: Screener) -> Likenesses:
    """Of the sets' listings, meant ones by their labels, and those to the names of ``against``."""
    rows: list[tuple[float, ...]] = []
    meant: list[bool] = []
    group: list[int] = []
    for number, one in enumerate(sets):
        for screener in (_unsifted(one.register), against):
            for case, use in _changed(screener, one.cases):
                right = use.profile.right.id
                if screener is against or (case.label.suspected and right in case.label.rights):
                    assert use.match is not None
                    rows.append(likeness_of(use.match))
                    meant.append(screener is not against)
                    group.append(number % FOLDS)
    return Likenesses(np.array(rows, float).reshape(len(rows), len(TRAITS)), np.array(meant), np.array(group))


def learn(found: Likenesses, sizes: Sequence[float]) -> Learned:
    """``sizes``: how many names of each kind they were compared with (see coincidence.steps_of)."""
    booster = additive([_DIRECTION.get(name, 0) for name in TRAITS], rate=0.1, trees=150, seed=SEED)
    weight = np.where(found.meant, 0.5 / found.meant.sum(), 0.5 / (~found.meant).sum()) * len(found.meant)
    booster.fit(found.traits, found.meant, sample_weight=weight)
    bias, terms = steps_of(booster, found.traits, found.traits[0])
    return Learned(round(bias, 6), dict(zip(TRAITS, terms, strict=True)), tuple(sizes))


def unseen(found: Likenesses, sizes: Sequence[float]) -> Floats:
    """The log-odds that each likeness is given by what the other groups of sets teach."""
    scores = np.zeros(len(found.meant))
    for group in range(FOLDS):
        others = found.group != group
        taught = learn(Likenesses(found.traits[others], found.meant[others], found.group[others]), sizes)
        scores[~others] = scored(taught, found.traits[~others])
    return scores


def scored(learned: Learned, traits: Floats) -> Floats:
    """The log-odds of rows of traits, in a register as large as what was learned from."""
    total = np.full(len(traits), learned.bias)
    for column, term in enumerate(learned.terms.values()):
        total += term.each(traits[:, column])
    return total


def told(found: Likenesses, scores: Floats) -> Iterator[str]:
    """What share is kept of what is meant and of coincidence, from which log-odds on; and by what was done to names."""
    for least in (-3.0, -2.0, -1.0, 0.0, LEAST, 1.0):
        kept = scores >= least
        yield f"  from {least:+.2f}: {kept[found.meant].mean():.3f} {kept[~found.meant].mean():.3f}"
    kept = scores >= LEAST
    ways = found.traits[:, TRAITS.index("kind")].astype(np.int64) >> 3
    for way in np.unique(ways[found.meant]).tolist():
        meant, chance = ((ways == way) & sort for sort in (found.meant, ~found.meant))
        shares = " ".join(f"{kept[sort].sum()} of {sort.sum()}" for sort in (meant, chance))
        yield f"  from {LEAST:+.2f}, way {way} (see candidates.search): {shares}"


def main() -> int:
    sets = [written(name) for name in SETS]
    folder = Path(str(files("detection")))
    (folder / "names" / "characters.tsv").write_text(frequency.lines(shares(sets)), "utf-8")
    frequency.characters.cache_clear()
    frequency.sounds.cache_clear()
    against = _unsifted(decoys(SEED))
    sizes = coincidence.steps_of(against.names)
    found = likenesses(sets, against)
    (folder / "coincidence.tsv").write_text(coincidence.lines(learn(found, sizes)), "utf-8")
    scores = unseen(found, sizes)
    sys.stdout.write(f"{found.meant.sum()} meant, {(~found.meant).sum()} by coincidence, of sets not learned from:\n")
    for line in told(found, scores):
        sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
