"""How a text is written: what its characters and pairs of them add up to, learned from listings that people wrote.

Lists and patterns know the words that somebody thought of. This knows what many listings have in common beside them:
瓶, 灌 and 码 stand oftener in suspected listings than in honest ones, 检测 and 发票 less often. It is a logistic model
(see detection.training.manner); ``manner.tsv`` holds its weights, one line a gram: gram, weight for marks, for GIs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from detection.goods.classes import without_goods
from detection.names.folding import simplified

#: So many characters are read: a title and the beginning of a description.
LENGTH = 600
#: A text shorter than so many grams is weighed as one of so many: a few words tell little.
SHORT = 60
#: No text weighs more either way, in log-odds.
MOST = 3.0
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


def value(found: set[str], table: Mapping[str, float]) -> float | None:
    """Σ weight / length + constant, from -3 to 3, for the grams of a text; None where no gram is known."""
    known = sorted(table[gram] for gram in found if gram in table)
    if not known:
        return None
    return round(max(-MOST, min(MOST, sum(known) / length(found) + table.get("", 0.0))), 3)


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


def judged(found: set[str], kind: int) -> Said | None:
    """The grams of a text by the weights for marks (0) or GIs (1); None where no gram is known."""
    table = weights()[kind]
    made = value(found, table)
    if made is None:
        return None
    sign = 1 if made > 0 else -1
    known = sorted((-sign * table[gram], gram) for gram in found if gram in table)[:12]
    telling = [gram for weight, gram in known if weight < 0 and len(gram) == 2 and gram.isalnum()]
    return Said(made, tuple(telling[:3]))
