"""Whether the goods on offer are those that the right covers."""

from __future__ import annotations

import re
from functools import lru_cache

from detection.features.incidental import given
from detection.features.use import Reading, Use
from detection.goods.classes import nearness

_FRESH = re.compile(r"[0-9.]+(?:斤|kg|公斤)|新鲜|水果|脆甜|果园|现摘|产地直发|整箱|应季|当季|净重")


def offered_classes(use: Use) -> frozenset[int]:
    """Classes of what is offered; a goods word that is the sign (苹果) only beside signs of fresh goods."""
    facts, match = use.facts, use.match
    found = set(facts.category_classes)
    own = frozenset() if use.profile.is_gi else use.profile.folded
    for word in facts.title_goods:
        if given(facts.folded, word.word):
            continue
        if word.word in own and not _FRESH.search(facts.title):
            continue
        if (
            match is not None
            and any(name.startswith(word.word) or word.word in name for name in own)
            and word.word not in own
        ):
            continue
        found.add(word.number)
    return frozenset(found)


def goods(use: Use) -> Reading | None:
    """The goods against the right's goods: 1 the same, 0.6 near, -1 other goods; None when the words do not tell.

    商品与权利核定商品的关系。 Example: 小米粥 (class 30) against a sign for phones (class 9).
    """
    own, title, match = use.profile.goods_listed, use.facts.folded, use.match
    if own and match is not None and match.field == "title":
        title = title.replace(match.stretch, " ", 1)
    for word in own:
        if word in title:
            return Reading(1.0, f"商品「{word}」属于该权利的核定商品。", word, word)
    offered = offered_classes(use)
    if not offered or not use.profile.classes:
        return None
    return _compared(offered, use.profile.classes)


@lru_cache(maxsize=4096)
def _compared(offered: frozenset[int], covered: frozenset[int]) -> Reading:
    """What two sets of classes, neither empty, are to each other."""
    near = nearness(offered, covered)
    ours, theirs = ("、".join(f"第{number}类" for number in sorted(some)[:4]) for some in (offered, covered))
    if near == 1:
        return Reading(1.0, f"商品类别（{ours}）与核定商品类别相同。", ours, theirs)
    if near:
        return Reading(0.6, f"商品类别（{ours}）与核定商品（{theirs}）类似。", ours, theirs)
    return Reading(-1.0, f"商品类别（{ours}）与核定商品（{theirs}）不同。", ours, theirs)
