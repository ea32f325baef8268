"""The upstream walk: from a listing to its seller, and step by step to where its goods come from.

Every path multiplies the probabilities of its steps (:mod:`tracing.model`); a party's score is the sum over the paths
that reach it. ``sources`` holds the parties furthest upstream: one who merely passed the goods on is left out as soon
as somebody above reaches :data:`model.NAMED`, and stands in that source's path.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.records import STRENGTHS, Strength
from tracing import breaks, chain, circumstances, model, upstream
from tracing.candidate import Candidate
from tracing.graph import Graph, Subject
from tracing.model import Evidence
from tracing.offers import Offer
from tracing.upstream import Step

#: Steps upstream; a path of less probability is not followed; sources below the last are not reported.
DEPTH, REACH, REPORTED = 4, 0.03, 0.05
#: Other shops of the same subject that are shown as hops.
SHOPS = 20
#: Other pages of the seller for the same goods that are read with the traced one.
SIBLINGS = 50


@dataclass(frozen=True, slots=True)
class Hop:
    """One link of the trace, from the side of the listing (``source``) to the side of the goods' origin (``target``).

    ``probability`` is that of this step alone; ``captures`` cite pages and imported documents; ``why`` is Chinese.
    """

    source: str
    target: str
    kind: str
    strength: Strength
    probability: float
    captures: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Source:
    """A party the goods may come from. ``path``: from the listing's key through subjects' ids to its own."""

    subject: Subject
    role: str
    score: float
    path: tuple[str, ...]

    @property
    def named(self) -> bool:
        """At or above the threshold of :data:`model.NAMED`."""
        return self.score >= model.NAMED


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain is not proved: after which party (id), what is missing, and what to request next (Chinese)."""

    after: str
    missing: str
    request: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Listings of the same goods along the traced chain, their shops, and the turnover of the retail ones."""

    listings: int
    shops: int
    turnover: tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Trace:
    """What the walk found. :func:`to_json` gives it the shape of the design's ``trace``."""

    listing: str
    subject: Subject
    hops: tuple[Hop, ...]
    sources: tuple[Source, ...]
    breaks: tuple[Break, ...]
    chain: Chain


@dataclass(slots=True)
class _Walk:
    """What gathers along the paths."""

    graph: Graph
    origin: Offer
    reached: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    best: dict[int, tuple[float, tuple[int, ...]]] = field(default_factory=dict)
    above: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    made: dict[int, float] = field(default_factory=dict)
    hops: dict[tuple[int, int], Candidate] = field(default_factory=dict)
    inputs: dict[tuple[int, int], Candidate] = field(default_factory=dict)
    matched: dict[str, Offer] = field(default_factory=dict)

    def go(self, path: tuple[int, ...], offers: list[Offer], reach: float) -> None:
        label = path[-1]
        answer: Step = upstream.step(self.graph, label, offers, self.origin, first=len(path) == 1)
        self.made[label] = max(self.made.get(label, 0.0), answer.made_here)
        for candidate in answer.aside:
            self.inputs.setdefault((label, candidate.label), candidate)
        if len(path) > 1 and circumstances.role(self.graph, label) == "生产者":
            return  # what a maker buys is material, not these goods
        for candidate in answer.candidates:
            gone = reach * candidate.probability
            if candidate.label in path or gone < REACH:
                continue
            known = self.hops.get((label, candidate.label))
            if known is None or candidate.probability > known.probability:
                self.hops[label, candidate.label] = candidate
            self.reached[candidate.label] += gone
            longer = (*path, candidate.label)
            if gone > self.best.get(candidate.label, (0.0, ()))[0]:
                self.best[candidate.label] = (gone, longer)
            for passed in path[1:]:
                self.above[passed].add(candidate.label)
            matched = [candidate.offers[key] for key in sorted(candidate.offers)]
            if candidate.probability >= model.NAMED:
                self.matched |= candidate.offers
            if len(longer) <= DEPTH:
                self.go(longer, matched, gone)


def trace(graph: Graph, listing_key: str) -> Trace:
    """Walk upstream from a listing. NotFoundError when it is unknown, TraceError when it has no capture to cite."""
    origin = graph.offer(listing_key)
    start = graph.label_of(origin)
    subject = graph.subject_of(start)
    walk = _Walk(graph, origin)
    siblings = [offer for offer in chain.same_goods(graph, origin, start) if offer is not origin]
    walk.go((start,), [origin, *siblings[:SIBLINGS]], 1.0)
    sources = _sources(walk, start, subject)
    named = sources[0] if sources and sources[0].named else None
    upstream_hops = [
        _hop(graph, label, candidate)
        for (label, _), candidate in sorted(
            walk.hops.items(), key=lambda item: (len(walk.best[item[1].label][1]), -item[1].probability, item[0])
        )
    ]
    inputs = [_hop(graph, label, candidate) for (label, _), candidate in sorted(walk.inputs.items())]
    hops = (_sold_by(graph, origin, subject), *_same_subject(graph, origin, start, subject), *upstream_hops, *inputs)
    gaps = tuple(
        Break(*gap)
        for gap in (
            *breaks.find(graph, origin, start, _trail(walk, start), walk.hops, named is not None),
            *breaks.marks(graph, _trail(walk, start), walk.inputs),
        )
    )
    reach = chain.measure(graph, origin, start, walk.matched.values())
    return Trace(listing_key, subject, hops, sources, gaps, Chain(reach.listings, reach.shops, reach.turnover))


def _trail(walk: _Walk, start: int) -> tuple[int, ...]:
    """The most probable path while each of its steps is more likely than not."""
    trail = [start]
    while True:
        following = [
            (candidate.probability, -candidate.label)
            for (label, _), candidate in walk.hops.items()
            if label == trail[-1] and candidate.probability >= model.NAMED and candidate.label not in trail
        ]
        if not following:
            return tuple(trail)
        trail.append(-max(following)[1])


def _sources(walk: _Walk, start: int, subject: Subject) -> tuple[Source, ...]:
    graph, found = walk.graph, []
    reached = {label: min(score, model.CERTAIN) for label, score in walk.reached.items()}
    for label, score in reached.items():
        if score < REPORTED or any(reached.get(above, 0.0) >= model.NAMED for above in walk.above[label]):
            continue
        path = (walk.origin.key, *(graph.subject_of(step).id for step in walk.best[label][1]))
        found.append(Source(graph.subject_of(label), circumstances.role(graph, label), score, path))
    own = walk.made.get(start, 0.0)
    if own >= REPORTED:
        found.append(Source(subject, "生产者", own, (walk.origin.key, subject.id)))
    return tuple(sorted(found, key=lambda source: (-source.score, source.subject.id)))


def _hop(graph: Graph, label: int, candidate: Candidate) -> Hop:
    leading: Evidence = model.strongest(candidate.evidence)
    captures = tuple(dict.fromkeys(capture for item in candidate.evidence for capture in item.captures if capture))
    why = "；".join(dict.fromkeys(item.why for item in candidate.evidence)) + "。"
    return Hop(graph.subject_of(label).id, graph.subject_of(candidate.label).id, candidate.aside or leading.kind,
               leading.strength, candidate.probability, captures, why)  # fmt: skip


def _sold_by(graph: Graph, origin: Offer, subject: Subject) -> Hop:
    shop = graph.shops[origin.shop]
    own = [join for join in graph.joins[graph.label_of(origin)] if origin.shop in (join.left, join.right)]
    published = [join for join in own if join.kind in ("uscc", "company")]
    # a shop that publishes nobody is tied to its subject by what it shares with another shop
    tied = published or sorted(own, key=lambda join: (-join.probability, join.left, join.right, join.kind))[:1]
    captures = tuple(dict.fromkeys((origin.capture, *(capture for join in tied for capture in join.captures))))
    grades: list[Strength] = [join.strength for join in tied] or ["平台数据"]
    strength = min(grades, key=STRENGTHS.index)
    said = "；".join(join.why for join in tied) or f"页面显示由店铺“{shop.name or shop.key}”销售"
    if not published:
        said += "；该店铺未公示可核对的经营主体"
    probability = max((join.probability for join in tied), default=0.9)
    return Hop(origin.key, subject.id, "销售主体", strength, probability, captures, said + "。")


def _same_subject(graph: Graph, origin: Offer, start: int, subject: Subject) -> list[Hop]:
    """The other shops of the subject, each with the join that ties it in."""
    nodes, hops = graph.resolution.nodes, {}
    for join in sorted(graph.joins[start], key=lambda join: (-join.probability, join.left, join.right, join.kind)):
        for node in (join.left, join.right):
            if node != origin.shop and node < graph.resolution.shop_count and nodes[node] not in hops:
                why = join.why + "。"
                hop = Hop(nodes[node], subject.id, "同一主体", join.strength, join.probability, join.captures, why)
                hops[nodes[node]] = hop
    return [hops[key] for key in sorted(hops)][:SHOPS]


def to_json(found: Trace) -> dict[str, Any]:
    """The shape of DESIGN.md. ``subject.listings`` are keys; ``chain.listings`` and ``chain.shops`` are counts;
    ``turnover`` is in CNY, low to high.
    """
    low, high = found.chain.turnover
    return {
        "listing": found.listing,
        "subject": _subject_json(found.subject),
        "hops": [
            {
                "source": hop.source,
                "target": hop.target,
                "kind": hop.kind,
                "strength": hop.strength,
                "probability": round(hop.probability, 4),
                "captures": list(hop.captures),
                "why": hop.why,
            }
            for hop in found.hops
        ],
        "sources": [
            {
                "subject": _subject_json(source.subject),
                "role": source.role,
                "score": round(source.score, 4),
                "path": list(source.path),
            }
            for source in found.sources
        ],
        "breaks": [{"after": gap.after, "missing": gap.missing, "request": gap.request} for gap in found.breaks],
        "chain": {
            "listings": found.chain.listings,
            "shops": found.chain.shops,
            "turnover": [float(round(low, 2)), float(round(high, 2))],
        },
    }


def _subject_json(subject: Subject) -> dict[str, Any]:
    return {"id": subject.id, "name": subject.name, "uscc": subject.uscc, "listings": list(subject.listings)}
