"""The search page as values: a query string in, what the template draws out."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from console import platforms
from console.pictures import thumbnail
from console.reasons import Reason, reasons, signal_title
from domain.records import TIERS, Finding, Listing
from indexer.fields import FIELDS, SORTS, UNJUDGED
from indexer.query import Query
from indexer.results import Highlight, Hit, Results

if TYPE_CHECKING:
    from django.http import QueryDict

    from indexer.backend import SearchBackend
    from qingyuan.workspace import Workspace

#: Facets in the order of their use; the first ones are open.
FACETS = ("tier", "verdict", "kind", "sign", "platform", "signal", "seller", "district", "dispatch", "category", "gone")
_OPEN = 5
_FACET_SIZE = 12
#: Ranges that the form offers.
RANGES = ("price", "sales", "last_seen")
PAGE = 20
_TITLES: Mapping[str, Mapping[str, str]] = {"kind": {"trademark": "商标", "gi": "地理标志"}}
_TIER_TITLES = {"高": "高 · 重点核查", "中": "中 · 建议核查", "低": "低 · 留意"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: a link that adds or removes it."""

    title: str
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter and its values."""

    name: str
    title: str
    open: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A range that can be typed."""

    name: str
    title: str
    low: str
    high: str
    time: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One listing in the results."""

    number: int
    key: str
    listing: Listing
    title: Highlight | None
    places: tuple[Highlight, ...]
    picture: str
    top: Finding | None
    sign: str
    verdict: str
    more: int
    reasons: tuple[Reason, ...]
    gone: bool
    similar: int


def canonical(sent: QueryDict) -> str | None:
    """The canonical query string of a form that was sent, or None when the address is one already.

    A form sends a range as two inputs, ``price_from`` and ``price_to``, and empty inputs too.
    """
    names = [f"{name}_{end}" for name in RANGES for end in ("from", "to")]
    if not any(name in sent for name in names):
        return None
    pairs = [(name, value) for name, values in sent.lists() for value in values if value and name not in names]
    for name in RANGES:
        low, high = sent.get(f"{name}_from", "").strip(), sent.get(f"{name}_to", "").strip()
        if low or high:
            pairs.append((name, f"{low}..{high}"))
    return urlencode(pairs)


def answer(backend: SearchBackend, query: Query) -> Results:
    """Hits and facets. A facet in use is counted without itself, so that its other values can be added."""
    results = backend.search(replace_facets(query, FACETS))
    facets = dict(results.facets)
    for name in query.where:
        if name in FACETS:
            others = {field: values for field, values in query.where.items() if field != name}
            # on no page, because a page is of the narrower query; counts are of listings, so nothing is collapsed
            alone = replace(
                query, where=others, facets=(name,), facet_size=_FACET_SIZE, size=0, after="", collapse=False
            )
            facets[name] = backend.search(alone).facets.get(name, ())
    return replace(results, facets=facets)


def replace_facets(query: Query, facets: Iterable[str]) -> Query:
    """The same query, counting these, and the months in which its listings were first seen."""
    return replace(query, facets=tuple(facets), facet_size=_FACET_SIZE, histogram=("first_seen", "month"))


def facets(query: Query, results: Results) -> tuple[Facet, ...]:
    """Every facet that has a value or is in use."""
    drawn = []
    for place, name in enumerate(FACETS):
        chosen = query.where.get(name, ())
        counts = {each.value: each.count for each in results.facets.get(name, ()) if each.value}
        counts.update({value: counts.get(value, 0) for value in chosen})
        if not counts or (name == "gone" and len(counts) < 2 and not chosen):
            continue
        values = sorted(counts, key=lambda value: _order(name, value, counts[value]))
        choices = tuple(
            Choice(title(name, value), counts[value], value in chosen, f"?{toggled(query, name, value).url()}")
            for value in values
        )
        drawn.append(Facet(name, FIELDS[name].title, place < _OPEN or bool(chosen), choices))
    return (*drawn, *_months(query, results))


def _months(query: Query, results: Results) -> tuple[Facet, ...]:
    """When listings were first seen: the latest months, each a link to it."""
    choices = []
    for first, count in sorted(results.histogram.items(), reverse=True)[:_FACET_SIZE]:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        span = (first.isoformat(), last.isoformat())
        chosen = query.ranges.get("first_seen") == span
        ranges = {name: ends for name, ends in query.ranges.items() if name != "first_seen"}
        to = _first_page(replace(query, ranges=ranges if chosen else {**ranges, "first_seen": span}))
        choices.append(Choice(f"{first:%Y-%m}", count, chosen, f"?{to.url()}"))
    if len(choices) < 2 and "first_seen" not in query.ranges:
        return ()
    return (Facet("first_seen", FIELDS["first_seen"].title, "first_seen" in query.ranges, tuple(choices)),)


def _order(name: str, value: str, count: int) -> tuple[int, int, str]:
    if name == "tier":
        return (TIERS.index(value) if value in TIERS else 9, 0, value)
    return (0 if name == "verdict" and value == UNJUDGED else 1, -count, value)


def title(name: str, value: str) -> str:
    """How an officer reads a value."""
    if name == "tier":
        return _TIER_TITLES.get(value, value)
    if name == "signal":
        return signal_title(value)
    if name == "platform":
        return platforms.title(value)
    return _TITLES.get(name, {}).get(value, value)


def toggled(query: Query, name: str, value: str) -> Query:
    """The query with the value added or taken away, from its first page."""
    values = query.where.get(name, ())
    kept = tuple(each for each in values if each != value) if value in values else (*values, value)
    return _first_page(replace(query, where={**query.where, name: kept}))


def _first_page(query: Query) -> Query:
    """The query as an address of the page: from its start, without what the page adds by itself."""
    return replace(query, after="", facets=(), facet_size=20, histogram=None)


def ranges(query: Query) -> tuple[Range, ...]:
    """The ranges to type, with what is typed."""
    drawn = []
    for name in RANGES:
        low, high = query.ranges.get(name, ("", ""))
        field = FIELDS[name]
        drawn.append(Range(name, field.title, str(low or ""), str(high or ""), field.kind == "time"))
    return tuple(drawn)


def chosen(query: Query) -> tuple[Choice, ...]:
    """What narrows the query, each with the link that takes it away."""
    picked = []
    if query.like:
        picked.append(Choice(f"相似于：{query.like}", 0, True, f"?{_first_page(replace(query, like='')).url()}"))
    if query.picture:
        picked.append(
            Choice(f"图片指纹：{query.picture}", 0, True, f"?{_first_page(replace(query, picture='')).url()}")
        )
    picked += [
        Choice(f"{FIELDS[name].title}：{title(name, value)}", 0, True, f"?{toggled(query, name, value).url()}")
        for name, values in query.where.items()
        for value in values
    ]
    for name, (low, high) in query.ranges.items():
        without = _first_page(replace(query, ranges={k: v for k, v in query.ranges.items() if k != name}))
        picked.append(Choice(f"{FIELDS[name].title}：{low or '不限'} – {high or '不限'}", 0, True, f"?{without.url()}"))
    return tuple(picked)


def collapsing(query: Query) -> str:
    """The link that shows one of each group of near-duplicates, or all again; "" where the query has its own order."""
    if query.like or query.picture:
        return ""
    return f"?{_first_page(replace(query, collapse=not query.collapse)).url()}"


def sorts(query: Query) -> tuple[tuple[str, str, bool], ...]:
    """(name, title, chosen) of every order."""
    return tuple((name, label, name == query.sort) for name, (label, _) in SORTS.items())


def rows(workspace: Workspace, results: Results) -> tuple[Row, ...]:
    """The hits as they are shown."""
    return tuple(_row(workspace, number, hit) for number, hit in enumerate(results.hits, start=1))


def _row(workspace: Workspace, number: int, hit: Hit) -> Row:
    facts, listing, top = hit.facts, hit.listing, hit.top
    signs = {name.id: name.sign for name in facts.rights}
    every = reasons(top) if top else ()
    for_ = [reason for reason in every if reason.supports][:2]
    against = [reason for reason in every if not reason.supports][:1]
    return Row(
        number=number,
        key=listing.key,
        listing=listing,
        title=next((each for each in hit.highlights if each.field == "title"), None),
        places=tuple(each for each in hit.highlights if each.field != "title")[:2],
        picture=thumbnail(workspace, listing),
        top=top,
        sign=signs.get(top.right, top.right) if top else "",
        verdict=facts.verdicts.get(top.id, UNJUDGED) if top else "",
        more=len(hit.findings) - 1,
        reasons=(*for_, *against),
        gone=facts.gone,
        similar=hit.similar,
    )


def hidden(query: Query, *, leave: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """What a form of the page must carry along: every part of the query but those that it has inputs for."""
    from urllib.parse import parse_qsl

    left = {*leave, "after", "facet", "facet_size"}
    return tuple((name, value) for name, value in parse_qsl(query.url(page=False)) if name not in left)
