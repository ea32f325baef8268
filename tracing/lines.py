"""Lines of business (行业): what a company's name says it deals in, and what goods a listing offers.

The table (``lines.txt``) is general knowledge. Words are read longest first and without overlap, so that 茶具 is not
tea and 包装盒 not a box of anything. A text that names no line says nothing, and nothing follows from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from domain.text import fold

Lines = frozenset[str]
NONE: Lines = frozenset()
#: Inputs that carry marks: who prints another's mark needs its owner's commission (商标印制管理办法).
MARKED = ("包装供货", "印刷供货")
#: An input that is a service yields to a trader's word in the same name (商贸物流); one that is a thing does not.
_THINGS = frozenset(MARKED)


@cache
def _tables() -> tuple[Mapping[str, Lines], Mapping[str, Lines], Mapping[str, str], frozenset[str]]:
    goods: dict[str, Lines] = {}
    firms: dict[str, Lines] = {}
    inputs: dict[str, str] = {}
    traded: set[str] = set()
    for row in (files(__package__) / "lines.txt").read_text(encoding="utf-8").splitlines():
        what, *rest = row.split()
        if what == "goods":
            goods |= {word: goods.get(word, NONE) | {rest[0]} for word in rest[1:]}
        elif what == "firm":
            firms |= {word: frozenset(rest[0].split(",")) for word in rest[1:]}
        elif what == "input":
            inputs |= dict.fromkeys(rest[1:], rest[0])
        elif what == "traded":
            traded.update(rest)
    return goods, firms, inputs, frozenset(traded)


@cache
def _pattern(which: int) -> re.Pattern[str]:
    goods, firms, inputs, traded = _tables()
    words = goods if which == 0 else (*firms, *inputs, *traded)
    return re.compile("|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word)))))


@lru_cache(maxsize=100_000)
def of_goods(text: str, shortest: int = 1) -> Lines:
    """The lines that a title or a category names, by words of at least ``shortest`` characters.

    >>> sorted(of_goods("手工紫砂茶具套装")), sorted(of_goods("信阳毛尖 250g"))
    (['厨具', '工艺'], ['茶叶'])
    """
    found = _pattern(0).findall(fold(text[:300]))
    return frozenset(line for word in found for line in _tables()[0][word] if len(word) >= shortest)


@lru_cache(maxsize=100_000)
def of_firm(name: str) -> Lines:
    """The lines whose goods a company of that name plausibly delivers; none for an input, or when it says nothing.

    >>> "茶叶" in of_firm("某某茶业有限公司"), of_firm("某某五金包装制品有限公司"), of_firm("某某商贸有限公司")
    (True, frozenset(), frozenset())
    """
    if input_of(name):
        return NONE
    firms = _tables()[1]
    return frozenset(line for word in _pattern(1).findall(name[:100]) for line in firms.get(word, ()))


@lru_cache(maxsize=100_000)
def input_of(name: str) -> str:
    """The kind of input a company of that name delivers (包装供货, 物流服务 …), ``""`` when it may deliver goods.

    >>> input_of("某某食品包装有限公司"), input_of("某某商贸物流有限公司"), input_of("某某食品有限公司")
    ('包装供货', '', '')
    """
    _, _, inputs, traded = _tables()
    words = _pattern(1).findall(name[:100])
    kinds = [inputs[word] for word in words if word in inputs]
    things = [kind for kind in kinds if kind in _THINGS]
    if things or not kinds:
        return things[0] if things else ""
    return "" if any(word in traded for word in words) else kinds[0]


def widest(parties: Iterable[Lines]) -> tuple[int, int]:
    """Of parties that deal in something: how many there are, and the most that share one line."""
    known = [lines for lines in parties if lines]
    counts: dict[str, int] = {}
    for lines in known:
        for line in lines:
            counts[line] = counts.get(line, 0) + 1
    return len(known), max(counts.values(), default=0)
