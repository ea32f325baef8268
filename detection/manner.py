"""How a text is written: what its characters and pairs of them add up to, learned from listings that people wrote.

Lists and patterns know the words that somebody thought of. This knows what many listings have in common beside them:
瓶, 灌 and 码 stand oftener in suspected listings than in honest ones, 检测 and 发票 less often. It is a logistic model
(see detection.training.manner); ``manner.tsv`` holds its weights, one line a gram: gram, weight for marks, for GIs.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from detection.goods.classes import without_goods
from detection.names.folding import simplified

#: So many characters are read: a title and the beginning of a description.
LENGTH = 600
#: A text shorter than so many grams is weighed as one of so many: a few words tell little.
SHORT = 60
#: Nice classes of paper and boxes, of containers, of bottles.
_PACKING = frozenset((16, 20, 21))


class Said(NamedTuple):
    """The log-odds of a text for one kind of right, and the grams that weigh most in their direction."""

    value: float
    telling: tuple[str, ...]


def text(title: str, description: str) -> str:
    """What is read: simplified characters, small letters, single spaces, and # for what is sold: that many shoes are
    copied makes no pair of shoes a copy. Words of packing stay, for it is the packing that betrays what is in it."""
    said = " ".join(simplified(f"{title} {description}"[: LENGTH * 2]).lower().split())[:LENGTH]
    return without_goods(said, _PACKING, "#")


def grams(said: str) -> set[str]:
    """Its characters and pairs of neighbours, each once, but for those of Latin letters and digits (names, sizes).

    >>> sorted(grams("灌酒xl"))
    ['灌', '灌酒', '酒', '酒x']
    """
    found = {said[place : place + 2] for place in range(len(said) - 1)}
    found.update(said)
    return {gram for gram in found if not (gram.isascii() and gram.isalnum())}


def length(found: set[str]) -> float:
    """What the sum of weights is divided by."""
    return math.sqrt(max(len(found), SHORT))


@cache
def weights() -> tuple[dict[str, float], dict[str, float]]:
    """Gram → weight, for marks and for GIs; the weight of "" is the model's constant."""
    tables: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for line in files("detection").joinpath("manner.tsv").read_text("utf-8").splitlines()[1:]:
        gram, *values = line.split("\t")
        for table, value in zip(tables, values, strict=True):
            if value:
                table[gram] = float(value)
    return tables


def judged(said: str, kind: int) -> Said | None:
    """The text by the weights for marks (0) or GIs (1): Σ weight / length + constant; None where no gram
    is known."""
    table, found = weights()[kind], grams(said)
    known = [(weight, gram) for gram in found if (weight := table.get(gram)) is not None]
    if not known:
        return None
    value = sum(sorted(weight for weight, _ in known)) / length(found) + table.get("", 0.0)
    known.sort(key=lambda one: (-one[0] if value > 0 else one[0], one[1]))
    telling = [gram for weight, gram in known[:12] if len(gram) == 2 and gram.isalnum() and weight * value > 0]
    return Said(value, tuple(telling[:3]))
