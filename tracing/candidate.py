"""A party that may have delivered the goods, with what speaks for and against it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracing.model import Evidence
from tracing.offers import Offer


@dataclass(slots=True)
class Candidate:
    """A possible deliverer. ``offers``: its pages that match the goods; ``probability``: of this step alone.
    ``aside``: the kind of the link when it is no delivery of the goods (包装供货 …); such a one does not compete.
    """

    label: int
    evidence: list[Evidence] = field(default_factory=list)
    offers: dict[str, Offer] = field(default_factory=dict)
    pictured: int = 0
    claimed: bool = False
    aside: str = ""
    probability: float = 0.0


def candidate_of(found: dict[int, Candidate], label: int) -> Candidate:
    """The candidate of that number, a new one if it was not there."""
    return found.setdefault(label, Candidate(label))
