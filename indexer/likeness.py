"""More like this: listings whose texts contain most of another's title, the same on either engine.

Likeness is how many of the title's pairs of neighbouring letters, ideographs or digits a listing contains, in whatever
order; equal likeness is ordered by the query's sort. Below a third of the pairs nothing is alike. Pairs are counted and
not weighed by how rare they are, because rarity differs between two engines that hold the same documents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil

import msgspec

from domain.errors import QueryError
from domain.text import fold
from indexer.conditions import AllOf, AtLeast, Condition, Contains, Not, OneOf
from indexer.documents import index_key, segments, source_of
from indexer.engine import Ask, Engine, Row
from indexer.query import Query
from indexer.results import Results
from indexer.shaping import ask, hit, results

#: Pairs of a title that are looked at.
MAX_PAIRS = 60
#: The least share of them that a listing must contain.
SHARE = 1 / 3


class _Listing(msgspec.Struct):
    title: str


class _Source(msgspec.Struct):
    listing: _Listing


_TITLE = msgspec.json.Decoder(_Source)


def pairs_of(title: str) -> tuple[str, ...]:
    """The distinct pairs of a title; of a title of one character that character.

    >>> pairs_of("五常-大米")
    ('五常', '大米')
    """
    folded = fold(title)
    pairs = dict.fromkeys(pair for pair in map("".join, pairwise(folded)) if pair.isalnum())
    return tuple(pairs)[:MAX_PAIRS] or (folded[:1],)


def likeness(pairs: Sequence[str], texts: Sequence[str]) -> int:
    """How many of the pairs the folded texts contain."""
    return sum(any(pair in text for text in texts) for pair in pairs)


def alike(engine: Engine, query: Query) -> Results:
    """The hits of ``query.like``. Raises QueryError when that listing is not in the index."""
    key = index_key(query.like)
    source = engine.source(key)
    if source is None:
        raise QueryError(f"索引里没有商品 {query.like[:80]}，无法查找与它相似的")
    pairs = pairs_of(_TITLE.decode(source).listing.title)

    def at_least(number: int) -> Condition:
        parts = tuple(Contains(pair) for pair in pairs)
        return AllOf((query.condition, Not(OneOf("key", (key,))), AtLeast(number, parts)))

    least = ceil(len(pairs) * SHARE)
    answer = engine.ask(ask(query, at_least(least), limit=0))
    rows = _most_alike(engine, query, pairs, at_least, least, answer.total)
    return results(query, answer, [hit(query, row) for row in rows])


def _most_alike(
    engine: Engine, query: Query, pairs: Sequence[str], at_least: Callable[[int], Condition], least: int, total: int
) -> list[Row]:
    """The first page, by likeness and then rank.

    The page ends at some likeness ``low``, the largest that at least a page of listings reaches. All that are more
    alike are fewer than a page, and of those exactly as alike the first of a page by rank are enough.
    """
    if not query.size or not total:
        return []
    low, high = least, len(pairs)
    while low < high and total > query.size:
        middle = (low + high + 1) // 2
        if engine.ask(Ask(condition=at_least(middle))).total >= query.size:
            low = middle
        else:
            high = middle - 1
    found: dict[str, Row] = {}
    for number in (low, low + 1):
        if number <= len(pairs):
            limit = query.size if number > low else 2 * query.size
            rows = engine.ask(Ask(condition=at_least(number), rank=query.rank, limit=limit)).rows
            found |= {row.key: row for row in rows}
    scores = {key: likeness(pairs, segments(source_of(row.source))) for key, row in found.items()}
    return sorted(found.values(), key=lambda row: (-scores[row.key], -row.rank, row.key))[: query.size]
