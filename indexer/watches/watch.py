"""A watch: a query that an officer keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from domain.errors import QueryError
from indexer.query import Query
from indexer.ranks import CHINA


@dataclass(frozen=True, kw_only=True)
class Watch:
    """``url`` is the URL form of its query. Until ``muted_until`` what it finds is kept but not announced; from
    ``expires`` on it no longer runs; ``ended`` is when it was taken away (it is kept, because alerts point to it)."""

    id: int
    owner: str
    name: str
    url: str
    created: datetime
    expires: datetime | None = None
    muted_until: datetime | None = None
    ended: datetime | None = None

    @cached_property
    def query(self) -> Query:
        return Query.from_url(self.url)

    def runs(self, now: datetime) -> bool:
        return self.ended is None and (self.expires is None or now < self.expires)

    def muted(self, now: datetime) -> bool:
        return self.muted_until is not None and now < self.muted_until

    @property
    def last_day(self) -> date | None:
        """The last day, in China, on which it runs; None without end."""
        return None if self.expires is None else _day_before(self.expires)

    @property
    def quiet_day(self) -> date | None:
        """The last day of the quiet; None when it was never muted."""
        return None if self.muted_until is None else _day_before(self.muted_until)


def end_of(day: date) -> datetime:
    """The instant at which this day ends in China: what ``expires`` and ``muted_until`` are for "to this day"."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


def _day_before(moment: datetime) -> date:
    return (moment.astimezone(CHINA) - timedelta(microseconds=1)).date()


def watchable(query: Query) -> Query:
    """The query as a watch keeps it: what is asked, without where the reader was. Raises QueryError when it cannot be
    watched."""
    if query.like or query.picture:
        raise QueryError("“相似商品”和“以图查找”不能设为关注，请改用检索词和筛选条件")
    if not query.condition.parts:
        raise QueryError("没有任何条件的查询会命中所有商品，不能设为关注")
    return Query(query.text, where=query.where, ranges=query.ranges)
