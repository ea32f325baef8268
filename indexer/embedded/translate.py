"""Conditions as tantivy queries. None of them scores: every order is by rank."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TypeAlias

import tantivy

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
from indexer.embedded.schema import schema
from indexer.ranks import interval

Clause: TypeAlias = tuple[tantivy.Occur, tantivy.Query]
_MUST, _MUST_NOT, _SHOULD = tantivy.Occur.Must, tantivy.Occur.MustNot, tantivy.Occur.Should
#: Up to so many values are asked for one by one; a set of values is first spelt out over the whole index, which costs
#: more than the rest of the query when that is selective.
_FEW = 70
_SPECIAL = frozenset("\\.+*?()|[]{}^$")


def translate(condition: Condition) -> tantivy.Query:
    match condition:
        case Contains(text):
            return _contains(text)
        case Spaced(texts, gaps):
            return _spaced(texts, gaps)
        case OneOf(field, values):
            return _one_of(field, values)
        case Like(field, parts):
            return tantivy.Query.regex_query(schema(), field, _regex(parts))
        case Known(field):
            if field in _NUMERIC:
                return rank_range(f"by_{field}", *interval(None, None))
            return tantivy.Query.exists_query(field)
        case Between(field, low, high):
            return rank_range(f"by_{field}", *interval(low, high))
        case AllOf(parts):
            return all_of(parts)
        case AnyOf(parts):
            return tantivy.Query.boolean_query([(_SHOULD, translate(part)) for part in parts])
        case AtLeast(number, parts):
            clauses = [(_SHOULD, translate(part)) for part in parts]
            return tantivy.Query.boolean_query(clauses, minimum_number_should_match=number)
        case Not(part):
            return _none_of(translate(part))


def all_of(parts: Sequence[Condition], within: tantivy.Query | None = None) -> tantivy.Query:
    """What meets all of the parts, ``within`` those documents."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, AllOf) else (part,))
    last = _compared_last(flat, others=within is not None)
    clauses: list[Clause] = [] if within is None else [(_MUST, within)]
    for part in flat:
        if isinstance(part, Not):
            clauses.append((_MUST_NOT, translate(part.part)))
        elif isinstance(part, Contains) and part in last:
            clauses += _necessary(part.text)
            clauses.append((_MUST_NOT, _none_of(translate(part))))
        else:
            clauses.append((_MUST, translate(part)))
    if all(occur is _MUST_NOT for occur, _ in clauses):
        clauses.append((_MUST, tantivy.Query.all_query()))
    return clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)


def _compared_last(parts: Sequence[Condition], *, others: bool) -> frozenset[Contains]:
    """The terms whose pairs are to be compared in their places only in documents that meet everything else.

    That is dear, and tantivy, which takes two pairs for independent of each other, thinks that it leaves few and does
    it first. What is excluded is looked at last, so such a term is asked for as "its pairs, and not: without it".
    """
    long = frozenset(part for part in parts if isinstance(part, Contains) and len(part.text) > 2)
    others = others or any(not isinstance(part, Not) and part not in long for part in parts)
    return long if others else frozenset()


def _none_of(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.boolean_query([(_MUST, tantivy.Query.all_query()), (_MUST_NOT, query)])


def _necessary(text: str) -> list[Clause]:
    """What every document with this text has, wherever."""
    pieces = dict.fromkeys(pair for _, pair in _covering(text))
    return [(_MUST, tantivy.Query.term_query(schema(), "pairs", each, index_option="basic")) for each in pieces]


def rank_range(rank: str, low: int, high: int) -> tantivy.Query:
    """Ranks within [low, high]."""
    if low > high:
        return tantivy.Query.empty_query()
    return tantivy.Query.range_query(schema(), rank, tantivy.FieldType.Integer, low, high)


_NUMERIC = frozenset(("price", "sales", "turnover", "score", "first_seen", "last_seen"))


def _one_of(field: str, values: Sequence[str]) -> tantivy.Query:
    if not values:
        return tantivy.Query.empty_query()
    if field == "group":  # a column without terms: nearly every document would be one of its own
        return tantivy.Query.boolean_query([(_SHOULD, _group(int(value))) for value in values])
    if len(values) > _FEW:
        return tantivy.Query.term_set_query(schema(), field, list(values))
    terms = [tantivy.Query.term_query(schema(), field, value, index_option="basic") for value in values]
    return terms[0] if len(terms) == 1 else tantivy.Query.boolean_query([(_SHOULD, term) for term in terms])


def _group(value: int) -> tantivy.Query:
    return tantivy.Query.range_query(schema(), "group", tantivy.FieldType.Unsigned, value, value)


def _contains(text: str) -> tantivy.Query:
    coded = codes(text)
    if len(coded) == 1:
        return tantivy.Query.term_query(schema(), "chars", coded[0], index_option="basic")
    if len(coded) == 2:
        return tantivy.Query.term_query(schema(), "pairs", pairs(coded)[0], index_option="basic")
    return tantivy.Query.phrase_query(schema(), "pairs", [*_covering(text)])


def _covering(text: str) -> list[tuple[int, str]]:
    """Every second pair, and the last, with their places: fewer postings to read for the same meaning."""
    each = pairs(codes(text))
    return [(place, each[place]) for place in sorted({*range(0, len(each), 2), len(each) - 1})]


def rarest(searcher: tantivy.Searcher, text: str) -> int:
    """In how many documents the rarest of the pairs of a text is; it has at least two characters."""
    return min(searcher.doc_freq("pairs", pair) for pair in pairs(codes(text)))


def _spaced(texts: Sequence[str], gaps: Sequence[tuple[int, int]]) -> tantivy.Query:
    coded = [codes(text) for text in texts]
    options = []
    for widths in product(*(range(least, most + 1) for least, most in gaps)):
        at = 0
        words: list[str | tuple[int, str]] = []
        for width, part in zip((*widths, 0), coded, strict=True):
            words += [(at + offset, code) for offset, code in enumerate(part)]
            at += len(part) + width
        options.append((_SHOULD, tantivy.Query.phrase_query(schema(), "chars", words)))
    clauses = [(_MUST, tantivy.Query.boolean_query(options))]
    clauses += [(_MUST, _contains(text)) for text in texts if len(text) > 1]
    return tantivy.Query.boolean_query(clauses)


def _regex(parts: Sequence[str]) -> str:
    wild = {"*": "(.|\n)*", "?": "(.|\n)"}
    return "".join(
        wild[part] if index % 2 else "".join(f"\\{char}" if char in _SPECIAL else char for char in part)
        for index, part in enumerate(parts)
    )
