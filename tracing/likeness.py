"""How alike two listing titles are: the Dice coefficient of their character bigrams."""

from __future__ import annotations

import re
from functools import lru_cache

from domain.text import fold

_NOT_TEXT = re.compile(r"[\W_]+|\d+(?:\.\d+)?(?:g|kg|克|千克|斤|ml|毫升|l|升|件|盒|袋|瓶|包|罐)?")
# what every seller adds says nothing of the goods
_PUFFERY = re.compile(
    r"包邮|正品|新款|热卖|批发|厂家|直销|直批|现货|一件代发|代发|特价|促销|官方|旗舰|礼盒装?|送礼|特产"
)


@lru_cache(maxsize=100_000)
def _bigrams(title: str) -> frozenset[str]:
    plain = _NOT_TEXT.sub("", _PUFFERY.sub("", fold(title)))
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))


def likeness(one: str, other: str) -> float:
    """0 to 1.

    >>> likeness("正品 信阳毛尖 250g 包邮", "信阳毛尖茶叶批发") > 0.5
    True
    """
    left, right = _bigrams(one), _bigrams(other)
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0
