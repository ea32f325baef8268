"""What a search answers. A hit reads its stored facts only as far as it is asked to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from domain.codec import decode
from domain.records import Finding, Listing
from indexer.documents import Document, Source, from_source


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked place in a text: characters [start, end) and why: the term searched for, or the name of a right."""

    start: int
    end: int
    name: str
    kind: str  # "term" | "right"


@dataclass(frozen=True, slots=True)
class Highlight:
    """A piece of one of the listing's texts, verbatim, with its marks. ``field`` is title, description, claims …"""

    field: str
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """One value of a facet or bar of a histogram and how many hits have it."""

    value: str
    count: int


@dataclass(frozen=True)
class Hit:
    """A listing that was found. ``similar`` counts the other hits of its group, when the query collapses."""

    key: str
    source: bytes
    highlights: tuple[Highlight, ...] = ()
    similar: int = 0
    #: In a search by picture: the image of the listing that is nearest, and in how many of 64 bits it differs.
    image: str = ""
    distance: int | None = None

    @cached_property
    def facts(self) -> Source:
        return decode(self.source, Source)

    @property
    def listing(self) -> Listing:
        return self.facts.listing

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.facts.findings

    @property
    def document(self) -> Document:
        return from_source(self.facts, self.source)

    @property
    def title(self) -> str:
        return self.listing.title

    @property
    def top(self) -> Finding | None:
        """The most suspicious finding."""
        return max(self.findings, key=lambda finding: finding.score, default=None)

    @property
    def tier(self) -> str:
        return self.top.tier if self.top else ""

    @property
    def score(self) -> float:
        return self.top.score if self.top else 0.0

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentences of the most suspicious finding, the weightiest first."""
        signals = sorted(self.top.signals, key=lambda signal: -abs(signal.score)) if self.top else ()
        return tuple(signal.detail for signal in signals)

    def to_json(self) -> dict[str, Any]:
        """``listing`` is the key; ``similar`` and ``distance`` only where the query asks for them."""
        extra: dict[str, Any] = {"similar": self.similar} if self.similar else {}
        if self.distance is not None:
            extra |= {"distance": self.distance, "image": self.image}
        return {
            "listing": self.listing.key,
            "title": self.title,
            "tier": self.tier,
            "score": self.score,
            "highlights": [asdict(each) for each in self.highlights],
            "reasons": list(self.reasons),
            **extra,
        }


@dataclass(frozen=True)
class Results:
    """``total`` counts all hits, exactly. ``next`` is the cursor of the next page, "" on the last.

    ``histogram`` maps the first day of each period to its count. ``notices`` are Chinese sentences on what the search
    could not see (documents waiting, shards that did not answer).
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    histogram: Mapping[date, int] = field(default_factory=dict)
    next: str = ""
    notices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The shape of ``qingyuan search --json``."""
        return {
            "total": self.total,
            "hits": [hit.to_json() for hit in self.hits],
            "facets": {name: [asdict(count) for count in counts] for name, counts in self.facets.items()},
            "histogram": {first.isoformat(): count for first, count in self.histogram.items()},
            "next": self.next,
            "notices": list(self.notices),
        }
