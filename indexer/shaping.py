"""Between a query and the engines: what to ask for, and how an answer becomes results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from indexer.conditions import Condition
from indexer.engine import Answer, Ask, Row
from indexer.highlights import highlights
from indexer.query import Query
from indexer.ranks import day_start
from indexer.results import Count, Hit, Results


def ask(query: Query, condition: Condition, *, limit: int) -> Ask:
    """What the query counts and in which order, for this condition."""
    return Ask(
        condition=condition,
        rank=query.rank,
        after=query.position,
        limit=limit,
        facets=query.facets,
        facet_size=query.facet_size,
        days=f"by_{query.histogram[0]}" if query.histogram else "",
    )


def hit(query: Query, row: Row, *, similar: int = 0, image: str = "", distance: int | None = None) -> Hit:
    marked = highlights(row.source, query.needles)
    return Hit(row.key, row.source, marked, similar=similar, image=image, distance=distance)


def results(query: Query, answer: Answer, hits: Sequence[Hit], *, next: str = "") -> Results:
    return Results(
        total=answer.total,
        hits=tuple(hits),
        facets={name: tuple(Count(*pair) for pair in pairs) for name, pairs in answer.facets.items()},
        histogram=_periods(answer.days, query.histogram[1]) if query.histogram else {},
        next=next,
        notices=answer.notices,
    )


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
