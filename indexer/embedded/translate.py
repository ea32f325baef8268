"""Conditions as tantivy queries. None of them scores: every order is by rank."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

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
            return tantivy.Query.boolean_query([(_MUST, tantivy.Query.all_query()), (_MUST_NOT, translate(part))])


def all_of(parts: Sequence[Condition]) -> tantivy.Query:
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, AllOf) else (part,))
    clauses = [
        (_MUST_NOT, translate(part.part)) if isinstance(part, Not) else (_MUST, translate(part)) for part in flat
    ]
    if all(occur is _MUST_NOT for occur, _ in clauses):
        clauses.append((_MUST, tantivy.Query.all_query()))
    return clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)


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
    each = pairs(coded)
    if len(each) == 1:
        return tantivy.Query.term_query(schema(), "pairs", each[0], index_option="basic")
    # Every second pair, and the last, cover the text: fewer postings to read for the same meaning.
    places = list(range(0, len(each), 2))
    if places[-1] != len(each) - 1:
        places.append(len(each) - 1)
    return tantivy.Query.phrase_query(schema(), "pairs", [(place, each[place]) for place in places])


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
