"""Search by picture over an engine: listings that carry the photo at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice

import msgspec

from indexer.conditions import AllOf, Condition, OneOf
from indexer.engine import Answer, Ask, Engine, Row, edge_names
from indexer.fields import FIELDS
from indexer.pictures import MAX_DISTANCE, near, nearest
from indexer.query import Query
from indexer.results import Results
from indexer.shaping import ask, hit, results

#: Listings compared bit by bit. Only a picture that very many share (a banner, a blank) has more candidates.
MAX_CANDIDATES = 20_000
_PAGE = 1_000
#: More values than the documents of one request have.
_VALUES = 20_000


class _Source(msgspec.Struct):
    pictures: dict[str, str] = {}


_PICTURES = msgspec.json.Decoder(_Source)


def same_photo(engine: Engine, query: Query) -> Results:
    """The listings with a photo within :data:`~indexer.pictures.MAX_DISTANCE` of ``query.picture``, nearest first.

    Facets count exactly these.
    """
    candidates = AllOf((query.condition, near(query.picture)))
    found: list[tuple[int, str, Row]] = []
    rows = list(islice(_rows(engine, candidates, query.rank), MAX_CANDIDATES))
    for row in rows:
        images = _PICTURES.decode(row.source).pictures
        best = nearest(query.picture, images.values())
        if best is not None and best[0] <= MAX_DISTANCE:
            found.append((best[0], next(image for image, value in images.items() if value == best[1]), row))
    notices: tuple[str, ...] = ()
    if len(rows) == MAX_CANDIDATES:
        notices = (f"相近的图片太多，只比较了排在最前的 {MAX_CANDIDATES} 件；请加筛选条件",)
    found.sort(key=lambda each: (each[0], -each[2].rank, each[2].key))
    hits = [hit(query, row, image=image, distance=bits) for bits, image, row in found[: query.size]]
    counted = _counted(engine, query, [row.key for _, _, row in found])
    answer = Answer(
        total=len(found), rows=(), facets=counted.facets, days=counted.days, notices=(*counted.notices, *notices)
    )
    return results(query, answer, hits)


def _rows(engine: Engine, condition: Condition, rank: str) -> Iterable[Row]:
    after = None
    while True:
        rows = engine.ask(Ask(condition=condition, rank=rank, after=after, limit=_PAGE)).rows
        yield from rows
        if len(rows) < _PAGE:
            return
        after = (rows[-1].rank, rows[-1].key)


def _counted(engine: Engine, query: Query, keys: list[str]) -> Answer:
    """Facets and bars over these documents, summed over as many requests as their number needs."""
    facets: dict[str, Counter[str]] = {name: Counter() for name in query.facets}
    days: Counter[int] = Counter()
    notices: tuple[str, ...] = ()
    if query.facets or query.histogram:
        for start in range(0, len(keys), _PAGE):
            condition = OneOf("key", tuple(keys[start : start + _PAGE]))
            whole = ask(query, condition, limit=0)
            part = engine.ask(Ask(condition=condition, facets=whole.facets, facet_size=_VALUES, days=whole.days))
            for name, pairs in part.facets.items():
                facets[name].update(dict(pairs))
            days.update(part.days)
            notices = part.notices
    return Answer(
        total=len(keys),
        rows=(),
        facets={name: _first(name, counts, query.facet_size) for name, counts in facets.items()},
        days=days,
        notices=notices,
    )


def _first(name: str, counts: Counter[str], size: int) -> list[tuple[str, int]]:
    if FIELDS[name].kind != "word":
        return [(edge, counts[edge]) for edge in edge_names(FIELDS[name].edges) if counts[edge]]
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
