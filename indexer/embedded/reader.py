"""Reading: the current index of the folder, reopened when a rebuild or a commit replaced it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import msgspec
import tantivy

from domain.errors import BackendError
from indexer.conditions import AllOf, Between, Condition, Contains, OneOf
from indexer.embedded.levels import Levels, at_least
from indexer.embedded.places import PLACE, Places, sizes
from indexer.embedded.schema import VERSION, schema
from indexer.embedded.translate import all_of, rank_range, rarest, translate
from indexer.engine import Answer, Ask, Row, edge_names
from indexer.fields import FIELDS, SINGLE
from indexer.ranks import DAY, DAY_OFFSET, TIE_BITS, day_of

#: Rows fetched beyond those asked for, so that equal ranks at the end of a page are seen whole.
_SLACK = 4
#: Rows that are kept while the hits are counted at the most, how many documents a term must leave for that to pay, and
#: what the kept ones and their total are called among the counts.
_KEPT = 100
_MANY = 2_000
_FIRST, _TOTAL = "first", "total"
#: Of the documents that meet the rest, the share that is thought to lie within a range of numbers, and how many must be
#: left that it costs less to look for the first among those that stand highest in the usual order; of these so many
#: times as are wanted.
_WITHIN, _LEFT, _PLENTY = 0.25, 3_000, 3
_USUAL = "by_suspicion"
#: Values a segment counts before it drops the rarest, and values it hands over: at first, and where those do not settle
#: which are the most frequent.
_COUNTED = (1_000, 60_000)
_HANDED_OVER = (100, 60_000)


@dataclass(frozen=True)
class _Opened:
    """One committed state, and where its documents stand in the index, as far as that is known."""

    searcher: tantivy.Searcher
    places: Places | None

    @cached_property
    def levels(self) -> Levels:
        return Levels(self.searcher)


class Reader:
    """An engine over the index that ``folder/current`` names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = folder / "current"
        self._stamp: tuple[int, int] | None = None
        self._name = ""
        self._meta = self._pointer
        self._seen: tuple[object, ...] = ()
        self._index: tantivy.Index | None = None
        self._opened: _Opened | None = None
        self._lock = threading.Lock()

    @property
    def exists(self) -> bool:
        return (self._folder / "current").exists()

    def searcher(self) -> tantivy.Searcher | None:
        """The latest committed state; None before the first document."""
        opened = self._latest()
        return opened.searcher if opened else None

    def _latest(self) -> _Opened | None:
        with self._lock:  # threads of one process share a reader, and tantivy's may be reopened by one at a time
            for _ in range(20):
                try:
                    state = self._state()
                    if state != self._seen:
                        self._open(state)
                    return self._opened
                except FileNotFoundError:
                    self._stamp = None
                    if not self.exists:
                        return None
                    # else a rebuild swapped and removed it between two looks
        raise BackendError(f"索引正在被反复替换，无法打开（{self._folder}），请稍后再试")

    def _state(self) -> tuple[object, ...]:
        """The name of the index in use and what tells its commits apart. Looked at by every search, so it is cheap."""
        pointer = self._pointer.stat()
        stamp = pointer.st_ino, pointer.st_mtime_ns
        if stamp != self._stamp:
            self._name = current(self._folder)
            self._meta = self._folder / self._name / "meta.json"
            self._stamp = stamp
        meta = self._meta.stat()
        return self._name, meta.st_ino, meta.st_mtime_ns

    def _open(self, state: tuple[object, ...]) -> None:
        name = str(state[0])
        try:
            if self._index is None or self._seen[:1] != state[:1]:
                self._index = tantivy.Index.open(str(self._folder / name))
                self._index.config_reader("manual")
            before = sizes(self._meta)
            self._index.reload()
            searcher = self._index.searcher()
            # Another commit in between leaves it open which segments these are the sizes of.
            places = Places(searcher, before) if before == sizes(self._meta) else None
            self._opened = _Opened(searcher, places)
        except (ValueError, OSError, msgspec.MsgspecError) as error:
            if not (self._folder / name / "meta.json").exists():
                raise FileNotFoundError(name) from None
            raise BackendError(
                f"索引无法打开（{self._folder / name}），请运行 qingyuan index rebuild：{error}"
            ) from None
        self._seen = state

    def ask(self, ask: Ask) -> Answer:
        opened = self._latest()
        if opened is None:
            return Answer(total=0, rows=())
        searcher = opened.searcher
        query = translate(ask.condition)
        alone = _alone(ask.condition)
        facets = [name for name in ask.facets if name not in alone]
        counted = _aggregate(searcher, query, ask, facets) if facets or ask.days else {}
        total, rows = _counted_rows(opened, counted, ask) or _rows(opened, query, ask, counted.get(_TOTAL))
        found = {name: [(alone[name], total)] if total else [] for name in ask.facets if name in alone}
        found |= {name: _facet(searcher, query, name, ask.facet_size, counted[name]) for name in facets}
        return Answer(
            total=total,
            rows=rows,
            facets={name: found[name] for name in ask.facets},
            days={day_of(bucket["key"]): bucket["doc_count"] for bucket in counted[ask.days]["buckets"]}
            if ask.days
            else {},
        )

    def groups(self, condition: Condition, groups: Sequence[int], rank: str) -> Mapping[int, tuple[int, int]]:
        searcher = self.searcher()
        if searcher is None:
            return {}
        found = {}
        for group in groups:
            query = translate(AllOf((condition, OneOf("group", (str(group),)))))
            result = searcher.search(query, limit=1, count=True, order_by_field=rank)
            if result.hits:
                found[group] = (_count(result), int(result.hits[0][0]))
        return found

    def source(self, key: str) -> bytes | None:
        searcher = self.searcher()
        if searcher is None:
            return None
        result = searcher.search(translate(OneOf("key", (key,))), limit=1, count=False)
        return _source(searcher.doc(result.hits[0][1])) if result.hits else None


def current(folder: Path) -> str:
    """The name of the index in use. Raises FileNotFoundError, or BackendError for one of another layout."""
    name = (folder / "current").read_text("ascii").strip()
    if not name.startswith(f"v{VERSION}-"):
        raise BackendError(f"索引 {folder / name} 是别的版本建的，请运行 qingyuan index rebuild")
    return name


def _source(document: tantivy.Document) -> bytes:
    return bytes(cast("Any", document.get_first("source")))


def _count(result: tantivy.SearchResult) -> int:
    return int(cast("Any", result).count)  # its type stub lacks it


def _rows(opened: _Opened, query: tantivy.Query, ask: Ask, counted: dict[str, Any] | None) -> tuple[int, list[Row]]:
    searcher = opened.searcher
    total = None if counted is None else int(counted["value"])
    if total is None and (not ask.limit or ask.after is not None):
        total = _count(searcher.search(query, limit=1, count=True))
    if total is not None:
        rows = _highest_rows(opened, ask, total) if ask.limit and total else []
        if rows is not None:
            return total, rows
    wanted = query
    if ask.after is not None:
        rest = rank_range(ask.rank, 0, ask.after[0])
        wanted = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, rest)])
    limit = ask.limit + _SLACK
    while True:
        result = searcher.search(wanted, limit=limit, count=total is None, order_by_field=ask.rank)
        if total is None:
            total = _count(result)
        rows = _ordered(searcher, result.hits, ask)
        # Of the rank at the very end more may follow; rows above it are complete.
        if len(result.hits) < limit or (len(rows) >= ask.limit and rows[ask.limit - 1].rank > result.hits[-1][0]):
            return total, rows[: ask.limit]
        limit *= 4


def _highest_rows(opened: _Opened, ask: Ask, total: int) -> list[Row] | None:
    """The first rows of the usual order, where the documents that stand highest in it hold enough of the hits."""
    if total < _MANY or ask.rank != _USUAL or ask.after is not None:
        return None
    limit = ask.limit + _SLACK
    lowest = opened.levels.holding(_PLENTY * limit / total)
    if lowest is None:
        return None
    wanted = all_of((ask.condition,), at_least(schema(), lowest))
    hits = opened.searcher.search(wanted, limit=limit, count=False, order_by_field=ask.rank).hits
    if len(hits) < limit:
        return None
    rows = _ordered(opened.searcher, hits, ask)
    # Of the rank at the very end more may follow; rows above it are complete.
    return None if rows[ask.limit - 1].rank == hits[-1][0] else rows[: ask.limit]


def _ordered(searcher: tantivy.Searcher, hits: Sequence[tuple[int, Any]], ask: Ask) -> list[Row]:
    """The rows of hits that came in order of rank: equal ranks by key, those up to ``after`` left out, cut at the limit
    but never between equal ranks."""
    rows: list[Row] = []
    for rank, address in hits:
        if len(rows) >= ask.limit and rank != rows[-1].rank:
            break
        document = searcher.doc(address)
        row = Row(rank, str(document.get_first("key")), _source(document))
        if ask.after is None or rank < ask.after[0] or row.key > ask.after[1]:
            rows.append(row)
    rows.sort(key=lambda row: (-row.rank, row.key))
    return rows


def _worth_it(searcher: tantivy.Searcher, ask: Ask) -> bool:
    """Whether to find the hits again, for the rows after the counts, costs more than to keep the first among them while
    they are counted. It does where many documents have to be compared in places or in numbers and few are left."""
    parts = ask.condition.parts if isinstance(ask.condition, AllOf) else (ask.condition,)
    texts = [part.text for part in parts if isinstance(part, Contains) and len(part.text) > 1]
    numbers = [part for part in parts if isinstance(part, Between) and FIELDS[part.field].kind == "number"]
    if not 0 < ask.limit <= _KEPT or ask.after is not None or not texts:
        return False
    if not numbers and all(len(text) == 2 for text in texts):
        return False
    many = min(rarest(searcher, text) for text in texts)
    if many < _MANY or ask.rank != _USUAL:
        return many >= _MANY
    filters = [part for part in parts if isinstance(part, OneOf) and part.field in FIELDS]
    share = 1.0 if not numbers else _WITHIN
    for each in filters:
        share *= sum(searcher.doc_freq(each.field, value) for value in each.values) / max(searcher.num_docs, 1)
    return many * share < _LEFT


def _counted_rows(opened: _Opened, counted: dict[str, Any], ask: Ask) -> tuple[int, list[Row]] | None:
    """The total and the rows that were kept while counting; None when none were or they do not settle their order."""
    if _FIRST not in counted or opened.places is None:
        return None
    kept = [each["docvalue_fields"] for each in counted[_FIRST]["hits"]]
    first = [(int(each[ask.rank][0]), int(each[PLACE][0])) for each in kept]
    addresses = opened.places.addresses(ask.rank, first)
    if addresses is None:
        return None
    rows = _ordered(
        opened.searcher, [(rank, address) for (rank, _), address in zip(first, addresses, strict=True)], ask
    )
    # Of the rank at the very end more may follow; rows above it are complete.
    if len(first) == ask.limit + _SLACK and rows[ask.limit - 1].rank == first[-1][0]:
        return None
    return int(counted[_TOTAL]["value"]), rows[: ask.limit]


def _alone(condition: Condition) -> dict[str, str]:
    """The fields of which every hit has one value and no other: what a filter asks for need not be counted."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return {
        part.field: part.values[0]
        for part in parts
        if isinstance(part, OneOf) and len(part.values) == 1 and part.field in SINGLE
    }


def _aggregate(searcher: tantivy.Searcher, query: tantivy.Query, ask: Ask, facets: Iterable[str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: _counting(name, ask.facet_size) for name in facets}
    wanted[_TOTAL] = {"value_count": {"field": "gone"}}  # every document has just one, in the smallest of columns
    if _worth_it(searcher, ask):
        kept = {"size": ask.limit + _SLACK, "sort": [{ask.rank: "desc"}], "docvalue_fields": [ask.rank, PLACE]}
        wanted[_FIRST] = {"top_hits": kept}
    if ask.days:
        by_day = {"field": ask.days, "interval": float(DAY), "offset": float(DAY_OFFSET), "min_doc_count": 1}
        wanted[ask.days] = {"histogram": by_day}
    result: dict[str, Any] = searcher.aggregate(query, wanted)
    return result


def _counting(name: str, size: int, *, again: bool = False) -> dict[str, Any]:
    field = FIELDS[name]
    if field.kind == "word":
        handed_over, kept = (2 * size + each[again] for each in (_HANDED_OVER, _COUNTED))
        return {"terms": {"field": name, "size": handed_over, "segment_size": kept}}
    lows = [(int(float(edge) * field.scale) + 1) << TIE_BITS for edge in field.edges]
    ranges = [
        {"key": label, "from": low, **({"to": high} if high else {})}
        for label, low, high in zip(edge_names(field.edges), lows, (*lows[1:], 0), strict=True)
    ]
    return {"range": {"field": f"by_{name}", "ranges": ranges}}


def _facet(
    searcher: tantivy.Searcher, query: tantivy.Query, name: str, size: int, counted: dict[str, Any]
) -> list[tuple[str, int]]:
    if FIELDS[name].kind != "word":
        names = edge_names(FIELDS[name].edges)
        found = {bucket["key"]: bucket["doc_count"] for bucket in counted["buckets"]}
        return [(each, found.get(each, 0)) for each in names if found.get(each, 0)]
    if not _settled(counted, size):
        counted = searcher.aggregate(query, {name: _counting(name, size, again=True)})[name]
    pairs = [(bucket["key"], bucket["doc_count"]) for bucket in counted["buckets"]]
    pairs.sort(key=lambda pair: (-pair[1], pair[0]))
    return pairs[:size]


def _settled(counted: dict[str, Any], size: int) -> bool:
    """Whether no segment dropped a value, and none that was not handed over ties with the last that is shown."""
    buckets = counted["buckets"]
    if counted.get("doc_count_error_upper_bound"):
        return False
    return not counted.get("sum_other_doc_count") or buckets[size - 1]["doc_count"] > buckets[-1]["doc_count"]
