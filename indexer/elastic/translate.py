"""Conditions as Elasticsearch queries, all in filter context: none of them scores."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, TypeAlias

from indexer.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Between,
    Condition,
    Contains,
    Known,
    Like,
    Not,
    OneOf,
    Spaced,
)
from indexer.documents import codes, pairs
from indexer.engine import Ask, edge_names
from indexer.fields import FIELDS
from indexer.ranks import DAY, DAY_OFFSET, TIE_BITS, interval

Body: TypeAlias = dict[str, Any]


def translate(condition: Condition) -> Body:
    match condition:
        case Contains(text):
            return _contains(text)
        case Spaced(texts, gaps):
            return _spaced(texts, gaps)
        case OneOf(field, values):
            return {"terms": {field: [int(value) for value in values] if field == "group" else list(values)}}
        case Like(field, parts):
            return {"wildcard": {field: {"value": _pattern(parts)}}}
        case Known(field):
            if FIELDS[field].kind == "word":
                return {"exists": {"field": field}}
            return _range(f"by_{field}", *interval(None, None))
        case Between(field, low, high):
            return _range(f"by_{field}", *interval(low, high))
        case AllOf(parts):
            return _all_of(parts)
        case AnyOf(parts):
            return {"bool": {"should": [translate(part) for part in parts], "minimum_should_match": 1}}
        case AtLeast(number, parts):
            return {"bool": {"should": [translate(part) for part in parts], "minimum_should_match": number}}
        case Not(part):
            return {"bool": {"must_not": [translate(part)]}}


def _all_of(parts: Sequence[Condition]) -> Body:
    must = [translate(part) for part in parts if not isinstance(part, Not)]
    must_not = [translate(part.part) for part in parts if isinstance(part, Not)]
    if not must and not must_not:
        return {"match_all": {}}
    return {"bool": {**({"filter": must} if must else {}), **({"must_not": must_not} if must_not else {})}}


def _range(rank: str, low: int, high: int) -> Body:
    return {"range": {rank: {"gte": low, "lte": high}}}


def _contains(text: str) -> Body:
    coded = codes(text)
    if len(coded) == 1:
        return {"term": {"chars": coded[0]}}
    each = pairs(coded)
    if len(each) == 1:
        return {"term": {"pairs": each[0]}}
    return {"match_phrase": {"pairs": " ".join(each)}}


def _spaced(texts: Sequence[str], gaps: Sequence[tuple[int, int]]) -> Body:
    coded = [codes(text) for text in texts]
    options = []
    for widths in product(*(range(least, most + 1) for least, most in gaps)):
        clauses: list[Body] = []
        for width, part in zip((*widths, 0), coded, strict=True):
            clauses += [{"span_term": {"chars": code}} for code in part]
            if width:
                clauses.append({"span_gap": {"chars": width}})
        options.append({"span_near": {"clauses": clauses, "slop": 0, "in_order": True}})
    pieces = [_contains(text) for text in texts if len(text) > 1]
    return {"bool": {"should": options, "minimum_should_match": 1, "filter": pieces}}


def _pattern(parts: Sequence[str]) -> str:
    return "".join(
        part if index % 2 else part.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
        for index, part in enumerate(parts)
    )


def request(ask: Ask, *, shards: int = 1) -> Body:
    """The body of one search request: rows, exact total, and what is counted."""
    body: Body = {
        "query": translate(ask.condition),
        "size": ask.limit,
        "track_total_hits": True,
        "_source": ["source"],
    }
    if ask.limit:
        body["sort"] = [{ask.rank: "desc"}, {"key": "asc"}]
        if ask.after is not None:
            body["search_after"] = list(ask.after)
    counted = {name: _counting(name, ask.facet_size, shards) for name in ask.facets}
    if ask.days:
        by_day = {"field": ask.days, "interval": DAY, "offset": DAY_OFFSET, "min_doc_count": 1}
        counted[ask.days] = {"histogram": by_day}
    if counted:
        body["aggs"] = counted
    return body


def _counting(name: str, size: int, shards: int) -> Body:
    field = FIELDS[name]
    if field.kind == "word":
        order = [{"_count": "desc"}, {"_key": "asc"}]
        # One shard counts every value; of several each must send more than is shown for the sums to be right.
        spread = {} if shards == 1 else {"shard_size": max(size, 10_000)}
        return {"terms": {"field": name, "size": size, "order": order, **spread}}
    lows = [(int(float(edge) * field.scale) + 1) << TIE_BITS for edge in field.edges]
    # As filters: a range aggregation compares doubles, which 63 bits do not fit.
    bounds = zip(edge_names(field.edges), lows, (*lows[1:], 0), strict=True)
    return {
        "filters": {
            "filters": {
                label: {"range": {f"by_{name}": {"gte": low, **({"lt": high} if high else {})}}}
                for label, low, high in bounds
            }
        }
    }


def counts(name: str, aggregation: Body) -> list[tuple[str, int]]:
    """A facet out of the answer, as :class:`indexer.engine.Answer` has it."""
    buckets = aggregation["buckets"]
    if FIELDS[name].kind == "word":
        return [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]
    names = edge_names(FIELDS[name].edges)
    return [(each, int(buckets[each]["doc_count"])) for each in names if buckets[each]["doc_count"]]
