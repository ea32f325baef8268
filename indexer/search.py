"""A query to its results, over either engine: paging, collapse, highlights, histogram."""

from __future__ import annotations

import msgspec

from indexer.conditions import AllOf, Not, OneOf
from indexer.documents import group
from indexer.engine import Answer, Ask, Engine, Row
from indexer.likeness import alike
from indexer.photos import same_photo
from indexer.query import Query
from indexer.results import Results
from indexer.shaping import ask, hit, results


class _Listing(msgspec.Struct):
    title: str


class _Source(msgspec.Struct):
    listing: _Listing


_TITLE = msgspec.json.Decoder(_Source)


def search(engine: Engine, query: Query) -> Results:
    """The page of a query. Raises QueryError for a cursor of another query, BackendError when the index is away."""
    if query.like:
        return alike(engine, query)
    if query.picture:
        return same_photo(engine, query)
    first = engine.ask(ask(query, query.condition, limit=query.size + 1 if query.size else 0))
    rows, similar, more = _collapsed(engine, query, first) if query.collapse else _plain(query, first)
    hits = tuple(hit(query, row, similar=count) for row, count in zip(rows, similar, strict=True))
    return results(query, first, hits, next=query.cursor(rows[-1].rank, rows[-1].key) if more and rows else "")


def _plain(query: Query, answer: Answer) -> tuple[list[Row], list[int], bool]:
    rows = list(answer.rows[: query.size])
    return rows, [0] * len(rows), len(answer.rows) > query.size


def _collapsed(engine: Engine, query: Query, answer: Answer) -> tuple[list[Row], list[int], bool]:
    """The first row of each group, with how many more the group has; whether there are more such rows.

    A row is the first of its group when none has a larger rank, wherever the page starts: so no page needs to know
    what an earlier one showed.
    """
    shown: list[Row] = []
    similar: list[int] = []
    seen: set[int] = set()
    met: set[int] = set()
    rows, limit = answer.rows, query.size + 1
    while rows:
        of = {row.key: group(_TITLE.decode(row.source).listing.title) for row in rows}
        best = engine.groups(query.condition, sorted(set(of.values())), query.rank)
        for row in rows:
            count, rank = best.get(of[row.key], (1, row.rank))
            if row.rank < rank or of[row.key] in seen:
                continue
            if len(shown) == query.size:
                return shown, similar, True
            seen.add(of[row.key])
            shown.append(row)
            similar.append(count - 1)
        if len(rows) < limit:
            break
        # A group may hold a million listings: what was met is left out from here on.
        met.update(of.values())
        rest = AllOf((query.condition, Not(OneOf("group", tuple(map(str, sorted(met)))))))
        last, limit = rows[-1], min(2 * limit, 1_000)
        rows = engine.ask(Ask(condition=rest, rank=query.rank, after=(last.rank, last.key), limit=limit)).rows
    return shown, similar, False
