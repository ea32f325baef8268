"""How a text is written: what its characters and pairs of them add up to, learned from listings that people wrote.

Lists and patterns know the words that somebody thought of. This knows what many listings have in common beside them:
瓶, 灌 and 码 stand oftener in suspected listings than in honest ones, 检测 and 发票 less often. It is a logistic model
(see detection.training.manner); ``manner.tsv`` holds its weights, one line a gram: gram, weight for marks, for GIs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import product
from operator import add

from detection.goods.classes import without_goods
from detection.names.folding import simplified

#: So many characters are read: a title and the beginning of a description.
LENGTH = 600
#: A text shorter than so many grams is weighed as one of so many: a few words tell little.
SHORT = 60
#: No text weighs more either way, in log-odds.
MOST = 3.0
#: Nice classes of paper and boxes, of containers, of bottles.
PACKING = frozenset((16, 20, 21))
#: What stands for what is sold.
MASK = "#"
_PLAIN = re.compile("[A-Za-z0-9]+")
#: What every catalogue says of anything, for search to find it: it says nothing of who sells.
_EVERYDAY = re.compile(
    "全国联保|全新|正品|原装|现货|包邮|新款|专柜|进口|保真|特价|促销|限量|经典|专业|正版|联保|国行|行货|热卖|爆款|直邮|代购|品牌|官方|旗舰|正宗|优质"
    "|特级|高档|时尚|韩版|学生|男女|家用|多功能|智能|秋季|冬季|夏季|春季|秋冬|春秋|加厚|送礼|礼盒|套装|批发|厂家"
    # what other features read, word for word: denied or not, it would count twice
    "|适用于?|适配|兼容|通用|专用|高仿|精仿|仿品|仿货|假货|复刻|一比一|a货|莆田|原单|尾货|尾单|拒绝|谢绝|二手|闲置"
)


def text(title: str, description: str) -> str:
    """What is read: simplified characters, small letters, single spaces, and # for what is sold: that many shoes are
    copied makes no pair of shoes a copy. What every catalogue says is left out. Words of packing stay, for it is the
    packing that betrays what is in it."""
    return masked(simplified(f"{title} {description}"[: LENGTH * 2]))


def masked(plain: str) -> str:
    """The same of a title and a description that are simplified already, of no more than 2 × LENGTH characters."""
    return bare(without_goods(spaced(plain), PACKING, MASK))


def spaced(plain: str) -> str:
    """A text in small letters, with single spaces, as far as it is read."""
    return " ".join(plain.lower().split())[:LENGTH]


def bare(masked: str) -> str:
    """A text without what every catalogue says."""
    return _EVERYDAY.sub(" ", masked)


def grams(said: str) -> set[str]:
    """Its characters and pairs of neighbours, each once, that hold an ideograph or the sign of goods; no letter and no
    digit is in one (names, sizes).

    >>> sorted(grams("灌酒xl 装"))
    [' 装', '灌', '灌酒', '装', '酒']
    """
    found: set[str] = set()
    for part in _PLAIN.split(said):
        found.update(part)
        found.update(map(add, part, part[1:]))
    others = [one for one in found if len(one) == 1 and not ("\u4e00" <= one <= "\u9fff" or one == "#")]
    found.difference_update(others)
    found.difference_update(map(add, *zip(*product(others, others), strict=True)) if others else ())
    return found


def length(found: set[str]) -> float:
    """What the sum of weights is divided by."""
    return math.sqrt(max(len(found), SHORT))


def value(found: set[str], table: Mapping[str, float]) -> float | None:
    """Σ weight / length + constant, from -3 to 3, for the grams of a text; None where no gram is known."""
    known = sorted([weight for weight in map(table.get, found) if weight is not None])
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


def telling(found: set[str], kind: int, made: float) -> tuple[str, ...]:
    """At most three pairs that weigh most in the direction of what the weights of a kind made of the grams."""
    table, sign = weights()[kind], 1 if made > 0 else -1
    known = sorted([(-sign * table[gram], gram) for gram in found if sign * table.get(gram, 0.0) > 0])[:12]
    return tuple([gram for _, gram in known if len(gram) == 2 and gram.isalnum()][:3])
