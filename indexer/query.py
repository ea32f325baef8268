"""A query as a value. Its URL form is its identity: equal queries have equal URLs, and a URL gives its query back."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode

import msgspec

from domain.errors import QueryError
from indexer.conditions import AllOf, Condition, Contains, OneOf, Spaced
from indexer.documents import scrub, word
from indexer.fields import FIELDS, NAMES, SORTS, TIMES
from indexer.language import MAX_VALUES, Clause, between, parse

End: TypeAlias = str | int | float | Decimal | date | datetime | None
HISTOGRAMS: tuple[str, ...] = ("day", "week", "month", "year")
MAX_SIZE = 1_000
MAX_FACET_SIZE = 1_000
_NO_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_NO_RANGES: Mapping[str, tuple[End, End]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is asked of the index. ``text`` may be given by position.

    ``text``: the query language of :mod:`indexer.language`. ``where``: filter → values, any of which must be there.
    ``ranges``: number or time → (low, high), both included, None or "" for open. ``facets``: fields to count.
    ``histogram``: ``("first_seen" | "last_seen", "day" | "week" | "month" | "year")``. ``after``: :attr:`Results.next`
    of the page before. ``collapse``: show one of each group of near-duplicates. ``like``: the key of a listing; the
    hits are those whose texts share most with its title, most alike first. ``picture``: a picture hash; the hits are
    those with that photo, nearest first. These two are orders of their own and have no further pages.

    Raises QueryError when built wrong.
    """

    text: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_WORDS)
    ranges: Mapping[str, tuple[End, End]] = field(default_factory=lambda: _NO_RANGES)
    facets: tuple[str, ...] = ()
    facet_size: int = 20
    histogram: tuple[str, str] | None = None
    sort: str = "suspicion"
    size: int = 20
    after: str = ""
    collapse: bool = False
    like: str = ""
    picture: str = ""

    def __init__(
        self,
        text: str = "",
        *,
        where: Mapping[str, Iterable[str] | str] = _NO_WORDS,
        ranges: Mapping[str, tuple[End, End]] = _NO_RANGES,
        facets: Iterable[str] = (),
        facet_size: int = 20,
        histogram: tuple[str, str] | None = None,
        sort: str = "suspicion",
        size: int = 20,
        after: str = "",
        collapse: bool = False,
        like: str = "",
        picture: str = "",
    ) -> None:
        values = {
            "text": scrub(text).strip(),
            "where": MappingProxyType({name: _values(name, where[name]) for name in sorted(where) if where[name]}),
            "ranges": MappingProxyType(
                {name: ends for name in sorted(ranges) if any(ends := _ends(name, ranges[name]))}
            ),
            "facets": tuple(dict.fromkeys(facets)),
            "facet_size": facet_size,
            "histogram": histogram,
            "sort": sort,
            "size": size,
            "after": after,
            "collapse": collapse,
            "like": like,
            "picture": picture,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        self._check()

    def _check(self) -> None:
        for name in self.facets:
            if name not in FIELDS or name in TIMES:
                known = "、".join(each for each in FIELDS if each not in TIMES)
                raise QueryError(f"不能按 {name[:40]} 计数，可用：{known}")
        if self.sort not in SORTS:
            raise QueryError(f"不能按 {self.sort[:40]} 排序，可用：{'、'.join(SORTS)}")
        if not 0 <= self.size <= MAX_SIZE:
            raise QueryError(f"每页条数应在 0 与 {MAX_SIZE} 之间，实为 {self.size}；要更多请翻页")
        if not 1 <= self.facet_size <= MAX_FACET_SIZE:
            raise QueryError(f"每项计数的个数应在 1 与 {MAX_FACET_SIZE} 之间，实为 {self.facet_size}")
        if self.histogram is not None and (self.histogram[0] not in TIMES or self.histogram[1] not in HISTOGRAMS):
            raise QueryError(
                f"时间分布应为 {'、'.join(TIMES)} 之一按 {'、'.join(HISTOGRAMS)} 之一，实为 {self.histogram}"
            )
        if bool(self.like) + bool(self.picture) + bool(self.collapse) + bool(self.after) > 1 and not (
            self.collapse and self.after
        ):
            raise QueryError("“相似商品”“以图查找”各自成序，不能同时使用，也不能与合并近似、翻页同用")
        _ = self.condition  # an error in the text shows when the query is made, not when it is asked

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        return parse(self.text)

    @cached_property
    def condition(self) -> AllOf:
        """Everything that must hold, of text, filters and ranges."""
        parts: list[Condition] = [clause.condition for clause in self.clauses]
        parts += [OneOf(name, values) for name, values in self.where.items()]
        parts += [between(FIELDS[name], str(low), str(high)) for name, (low, high) in self.ranges.items()]
        return AllOf(tuple(dict.fromkeys(parts)))

    @cached_property
    def needles(self) -> tuple[Contains | Spaced, ...]:
        """What to highlight: the texts that are asked for, not those that are excluded."""
        wanted = (clause.condition for clause in self.clauses)
        return tuple(dict.fromkeys(each for each in wanted if isinstance(each, Contains | Spaced)))

    @cached_property
    def rank(self) -> str:
        return SORTS[self.sort][1]

    def url(self, *, page: bool = True) -> str:
        """The canonical query string: ``q``, filters and ranges by name, then what differs from the default.

        Without ``page`` it leaves out where the reader is: that is the identity of a saved search.
        """
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name, values in self.where.items() for value in values]
        pairs += [(name, f"{low}..{high}") for name, (low, high) in self.ranges.items()]
        pairs += [("facet", name) for name in self.facets]
        if self.facet_size != 20:
            pairs.append(("facet_size", str(self.facet_size)))
        if self.histogram is not None:
            pairs.append(("histogram", ":".join(self.histogram)))
        if self.sort != "suspicion":
            pairs.append(("sort", self.sort))
        if self.size != 20:
            pairs.append(("size", str(self.size)))
        if self.collapse:
            pairs.append(("collapse", "1"))
        if self.like:
            pairs.append(("like", self.like))
        if self.picture:
            pairs.append(("picture", self.picture))
        if page and self.after:
            pairs.append(("after", self.after))
        return urlencode(pairs)

    @classmethod
    def from_url(cls, url: str) -> Query:
        """The query of a query string. Raises QueryError that names the parameter it does not understand."""
        where: dict[str, list[str]] = {}
        ranges: dict[str, tuple[End, End]] = {}
        single: dict[str, str] = {}
        facets: list[str] = []
        try:
            pairs = parse_qsl(url.lstrip("?"), keep_blank_values=True, max_num_fields=1_000)
        except ValueError:
            raise QueryError("查询地址的参数多于 1000 个，请缩短") from None
        for name, value in pairs:
            if name == "facet":
                facets.append(value)
            elif name in FIELDS and FIELDS[name].kind == "word":
                where.setdefault(name, []).append(value)
            elif name in FIELDS:
                low, _, high = value.partition("..")
                ranges[name] = (low, high if ".." in value else value)
            elif name in ("q", "facet_size", "histogram", "sort", "size", "collapse", "like", "picture", "after"):
                single[name] = value
            else:
                raise QueryError(f"查询地址里没有 {name[:40]} 这个参数")
        return cls(
            single.get("q", ""),
            where=where,
            ranges=ranges,
            facets=facets,
            facet_size=_whole(single.get("facet_size", "20"), "facet_size"),
            histogram=_histogram(single.get("histogram", "")),
            sort=single.get("sort") or "suspicion",
            size=_whole(single.get("size", "20"), "size"),
            after=single.get("after", ""),
            collapse=single.get("collapse", "") not in ("", "0"),
            like=single.get("like", ""),
            picture=single.get("picture", ""),
        )

    @cached_property
    def id(self) -> str:
        """16 hex digits over the URL form without the page: names a saved search."""
        return hashlib.sha256(self.url(page=False).encode()).hexdigest()[:16]

    def on_page(self, after: str) -> Query:
        """The same query, further on."""
        return replace(self, after=after)

    # Where a page ended, as text that fits a URL.

    def cursor(self, rank: int, key: str) -> str:
        data = msgspec.json.encode([self._fingerprint, rank, key])
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    @property
    def position(self) -> tuple[int, str] | None:
        """The rank and key after which this page starts. Raises QueryError when ``after`` is of another query."""
        if not self.after:
            return None
        try:
            data = base64.urlsafe_b64decode(self.after + "=" * (-len(self.after) % 4))
            mark, rank, key = msgspec.json.decode(data, type=tuple[str, int, str])
        except (ValueError, msgspec.MsgspecError):
            raise QueryError("翻页位置无法识别，请从第一页重新查询") from None
        if mark != self._fingerprint:
            raise QueryError("翻页位置属于另一个查询，请从第一页重新查询")
        return rank, key

    @cached_property
    def _fingerprint(self) -> str:
        """8 hex digits over what decides the rows and their order."""
        parts = (self.text, sorted(self.where.items()), sorted(self.ranges.items()), self.sort, self.collapse)
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def from_options(
    text: str = "",
    *,
    where: Iterable[str] = (),
    facets: Iterable[str] = (),
    sort: str = "suspicion",
    size: int = 20,
    after: str = "",
    collapse: bool = False,
    like: str = "",
    histogram: str = "",
) -> Query:
    """The query of a command line: each of ``where`` is ``field=value``, or ``field=low..high`` for a number or time.

    Fields may be named in English or Chinese. Raises QueryError.
    """
    words: dict[str, list[str]] = {}
    ranges: dict[str, tuple[End, End]] = {}
    for pair in where:
        name, equals, value = pair.partition("=")
        field = NAMES.get(name)
        if not equals or field is None:
            raise QueryError(f"筛选 {pair[:60]!r} 应形如 字段=值，可用字段：{'、'.join(FIELDS)}")
        if field.kind == "word":
            words.setdefault(field.name, []).append(value)
        else:
            low, dots, high = value.partition("..")
            ranges[field.name] = (low, high if dots else value)
    return Query(
        text,
        where=words,
        ranges=ranges,
        facets=tuple(NAMES[name].name if name in NAMES else name for name in facets),
        histogram=_histogram(histogram),
        sort=sort,
        size=size,
        after=after,
        collapse=collapse,
        like=like,
    )


def _histogram(text: str) -> tuple[str, str] | None:
    """``first_seen:week``, the field in English or Chinese; None for nothing."""
    name, _, period = text.partition(":")
    return (NAMES[name].name if name in NAMES else name, period) if text else None


def _values(name: str, values: Iterable[str] | str) -> tuple[str, ...]:
    if name not in FIELDS or FIELDS[name].kind != "word":
        known = "、".join(each for each in FIELDS if FIELDS[each].kind == "word")
        raise QueryError(f"不能按 {name[:40]} 筛选，可用：{known}")
    distinct = sorted({word(scrub(value)) for value in ((values,) if isinstance(values, str) else values)})
    if len(distinct) > MAX_VALUES:
        raise QueryError(f"{FIELDS[name].title}多于 {MAX_VALUES} 个值")
    return tuple(distinct)


def _ends(name: str, ends: tuple[End, End]) -> tuple[str, str]:
    if name not in FIELDS or FIELDS[name].kind == "word":
        known = "、".join(each for each in FIELDS if FIELDS[each].kind != "word")
        raise QueryError(f"{name[:40]} 没有范围，可用：{known}")
    low, high = ("" if end is None else end.isoformat() if isinstance(end, date) else str(end) for end in ends)
    return low, high


def _whole(text: str, name: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise QueryError(f"参数 {name} 应为整数，实为 {text[:40]!r}")
    return int(text)
