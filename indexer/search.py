"""A query to its results, over either engine: paging, collapse, highlights, histogram."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from indexer.conditions import AllOf, Not, OneOf
from indexer.documents import group
from indexer.engine import Answer, Ask, Engine, Row
from indexer.highlights import highlights
from indexer.query import Query
from indexer.ranks import day_start
from indexer.results import Count, Hit, Results


class _Listing(msgspec.Struct):
    title: str


class _Source(msgspec.Struct):
    listing: _Listing


_TITLE = msgspec.json.Decoder(_Source)


def search(engine: Engine, query: Query) -> Results:
    """The page of a query. Raises QueryError for a cursor of another query, BackendError when the index is away."""
    first = engine.ask(
        Ask(
            condition=query.condition,
            rank=query.rank,
            after=query.position,
            limit=query.size + 1 if query.size else 0,
            facets=query.facets,
            facet_size=query.facet_size,
            days=f"day_{query.histogram[0]}" if query.histogram else "",
        )
    )
    rows, similar, more = _collapsed(engine, query, first) if query.collapse else _plain(query, first)
    return Results(
        total=first.total,
        hits=tuple(
            Hit(row.key, row.source, highlights(row.source, query.terms), count)
            for row, count in zip(rows, similar, strict=True)
        ),
        facets={name: tuple(Count(*pair) for pair in pairs) for name, pairs in first.facets.items()},
        histogram=_periods(first.days, query.histogram[1]) if query.histogram else {},
        next=query.cursor(rows[-1].rank, rows[-1].key) if more and rows else "",
        notices=first.notices,
    )


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


def _periods(days: Mapping[int, int], period: str) -> dict[date, int]:
    """Counts by day summed to weeks (from Monday), months or years, named by their first day; empty ones left out."""
    sums: dict[date, int] = {}
    for number, count in sorted(days.items()):
        first = day_start(number)
        if period == "week":
            first = day_start(number - first.weekday())
        elif period == "month":
            first = first.replace(day=1)
        elif period == "year":
            first = first.replace(month=1, day=1)
        sums[first] = sums.get(first, 0) + count
    return sums
