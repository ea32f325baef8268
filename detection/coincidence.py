"""Whether a likeness is meant or mere coincidence, which depends on how many names there are to be like.

Of a hundred thousand names one is like something in every sixth honest title: 包邮 sounds like 豹油, 墨西哥 like MTHYK.
Of thirty none is. So a likeness is weighed as hits of a sequence search are, against what the size of what was
searched brings forth by chance (their E-value, doi:10.1073/pnas.87.6.2264): how common are the characters that stand
there, and the sounds of the name; what was done to how long a name; what words make of the stretch; whether it stands
where sellers put the brand. What these say was learned from likenesses that are meant and from those to names that
nobody has (see detection.training.coincidence; ``coincidence.tsv``), and counts the less, the more names of the kind
there are.

What is rather coincidence is no candidate. A name as it stands is one only where a word explains it (前中 in 胸前中国);
what is like a GI never, nor are stars, a name put together from components, or one written by its sound beside the
right's own goods; and in a register with few names of a kind nothing of the kind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import Ints
from detection.candidates.holding import ORDINARY, TORN
from detection.candidates.names import Names, is_han
from detection.candidates.search import SAME, Hits
from detection.candidates.texts import Texts
from detection.fields import Fields
from detection.model import Term
from detection.names.folding import encode, fold, skeleton
from detection.names.frequency import characters, sounds
from detection.names.sounds import sound_codes

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: Where a stretch stands: at the head of the title, behind a space or a sign in it, inside it; as the brand that the
#: seller gives; in another field.
HEAD, DIVIDED, INSIDE, CLAIMED, ELSEWHERE = range(5)
#: What is looked at, in the order of :class:`Traits`.
TRAITS = ("stretch", "name", "kind", "place", "position", "resemblance", "words")
#: Log-odds that a likeness is meant, where suspected listings are as many as others: below, it is no candidate.
LEAST = 0.75
#: Latin names are counted together, names in ideographs by their length, the long ones together.
_LATIN, _LONG, _SIZES = 0, 5, 6
#: A register with fewer names of a kind counts as one with so many (a decimal logarithm), and sizes are told apart by
#: quarters of an order of magnitude: one name more or less seldom changes anything.
FEWEST, _STEP = 2.0, 0.25


class Traits(NamedTuple):
    """Of a likeness: how common the characters of the stretch are together, and the sounds of the name (hundredths of a
    decimal logarithm); what was done to a name of which size (:func:`kind_of`); the place, and how many characters
    stand before it; how much of the name is left; whether words explain the stretch (:func:`explained`)."""

    stretch: float
    name: float
    kind: float
    place: float
    position: float
    resemblance: float
    words: bool


class Learned(NamedTuple):
    """Step functions by trait, their constant, and by kind of name how many there were (a decimal logarithm)."""

    bias: float
    terms: Mapping[str, Term]
    sizes: tuple[float, ...]


def kind_of(way: int, size: int) -> int:
    """
    >>> kind_of(2, 3)
    19
    """
    return way << 3 | size


def explained(held: int) -> bool:
    """Whether words explain a stretch or tear it (see candidates.holding)."""
    return bool(held & (TORN | ORDINARY))


def step(count: int) -> float:
    """The decimal logarithm of a number of names, coarsely.

    >>> step(0), step(90), step(350), step(22_000)
    (2.0, 2.0, 2.5, 4.25)
    """
    return max(FEWEST, round(math.log10(max(1, count)) / _STEP) * _STEP)


def parse(text: str) -> Learned:
    """``coincidence.tsv``."""
    bias, terms, sizes = 0.0, dict[str, Term](), [FEWEST] * _SIZES
    for line in text.splitlines()[1:]:
        name, *columns = line.split("\t")
        if name == "constant":
            bias = float(columns[0])
        elif name == "names":
            sizes[int(columns[0])] = float(columns[1])
        else:
            edges, values = (tuple(map(float, column.split())) for column in columns)
            terms[name] = Term(edges, values)
    return Learned(bias, {name: terms[name] for name in TRAITS}, tuple(sizes))


def lines(learned: Learned) -> str:
    """What :func:`parse` reads."""
    rows = [f"constant\t{learned.bias}\t"]
    rows += [f"names\t{kind}\t{size}" for kind, size in enumerate(learned.sizes)]
    for name, term in learned.terms.items():
        rows.append(f"{name}\t{' '.join(map(str, term.edges))}\t{' '.join(map(str, term.values))}")
    return "what\tof\tvalue\n" + "".join(f"{row}\n" for row in rows)


@cache
def shipped() -> Learned:
    return parse(files("detection").joinpath("coincidence.tsv").read_text("utf-8"))


def sizes_of(names: Names) -> Ints:
    """The kind of each name: Latin, or how many ideographs it has."""
    sizes: Ints = np.where(names.latin, _LATIN, np.minimum(names.lengths, _LONG))
    return sizes


def steps_of(names: Names, spared: Sequence[bool] = ()) -> tuple[float, ...]:
    """How many different names of each kind there are, coarsely. Names of one character, which are not looked for in
    texts, and those that are ``spared`` do not count."""
    sizes = sizes_of(names).tolist()
    left = zip(names.skeletons, sizes, spared or [False] * len(sizes), strict=True)
    different = {text: size for text, size, no in left if not no and len(text) > 1}
    return tuple(map(step, np.bincount(list(different.values()), minlength=_SIZES).tolist()))


@cache
def _heard(name: str) -> int:
    """How common the sounds of a name are together."""
    return int(sounds()[sound_codes(encode(skeleton(fold(name))))].sum())


class Coincidence:
    """``names`` of a register; ``spared``: of each, whether it is never weighed, nor counted."""

    def __init__(self, names: Names, spared: Sequence[bool], learned: Learned | None = None) -> None:
        self._learned = learned or shipped()
        self.steps = steps_of(names, spared)
        self._sizes = sizes_of(names)
        self._spared = np.array(spared, np.bool_)
        heard = np.concatenate([np.zeros(1, np.int64), np.cumsum(sounds()[sound_codes(names.codes)])])
        self._heard = heard[names.starts + names.lengths] - heard[names.starts]
        more = np.array(self.steps) - np.array(self._learned.sizes)
        self._many = np.array(self.steps) > FEWEST
        #: By kind of name, the constant for as many names as there are.
        self._bias = self._learned.bias - math.log(10) * more

    def at_most(self, texts: Texts, hits: Hits, fields: Fields) -> Floats:
        """Of each hit the log-odds that it is meant, if words do not explain it; infinity where that is not asked."""
        found = np.full(len(hits), np.inf)
        sizes = self._sizes[hits.name]
        rows = np.flatnonzero(self._many[sizes] & ~self._spared[hits.name])
        if not len(rows):
            return found
        common = np.concatenate([np.zeros(1, np.int64), np.cumsum(characters()[texts.codes])])
        text, start, end = hits.text[rows], hits.start[rows], hits.end[rows]
        first, size = texts.places(text, start), sizes[rows]
        inside = np.where(start == 0, HEAD, np.where(texts.divided[first], DIVIDED, INSIDE))
        traits = {
            "stretch": common[first + end - start] - common[first],
            "name": self._heard[hits.name[rows]],
            "kind": hits.way[rows].astype(np.int64) << 3 | size,
            "place": np.where(fields.titled[text], inside, np.where(fields.claimed[text], CLAIMED, ELSEWHERE)),
            "position": start,
            "resemblance": hits.resemblance[rows].astype(np.float64),
        }
        total = self._bias[size] + self._learned.terms["words"].at(0)
        for name, values in traits.items():
            total = total + self._learned.terms[name].each(values)
        found[rows] = total
        return found

    def sifted(self, hits: Hits, at_most: Floats, made: npt.NDArray[np.uint8]) -> Flags:
        """Which hits are no coincidence, when it is known what words make of each (see candidates.holding)."""
        term = self._learned.terms["words"]
        less = np.array([term.at(explained(held)) - term.at(0) for held in range(8)])
        plain = (hits.way == SAME) & ((made & ORDINARY) == 0)
        found: Flags = plain | (at_most + less[made] >= LEAST)
        return found

    def one(self, traits: Traits) -> float:
        """The log-odds that one likeness is meant."""
        if not self._many[int(traits.kind) & 7]:
            return math.inf
        terms = self._learned.terms
        return float(self._bias[int(traits.kind) & 7]) + sum(
            terms[name].at(value) for name, value in zip(TRAITS, traits, strict=True)
        )


def traits_of(
    name: str, way: int, shape: str, start: int, end: int, *, place: int, resemblance: float, words: bool
) -> Traits:
    """What is looked at of the stretch of a skeleton ``shape`` that is like a name."""
    written = skeleton(fold(name))
    size = min(len(written), _LONG) if is_han(written) else _LATIN
    common = int(characters()[encode(shape[start:end])].sum())
    return Traits(common, _heard(name), kind_of(way, size), place, start, resemblance, words)
