"""What both engines must be able to do, so that everything above them is written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from indexer.conditions import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Rows of a condition from the largest ``rank`` down, keys ascending among equals, starting after ``after``.

    ``facets`` and ``days`` (the rank of a time) count all hits of the condition, wherever the rows start.
    """

    condition: Condition
    rank: str = "by_score"
    after: tuple[int, str] | None = None
    limit: int = 0
    facets: tuple[str, ...] = ()
    facet_size: int = 20
    days: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    rank: int
    key: str
    source: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``facets``: value → count, the most frequent first, equal counts by value; on a number the keys are its edges."""

    total: int
    rows: Sequence[Row]
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    days: Mapping[int, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


class Engine(Protocol):
    def ask(self, ask: Ask) -> Answer: ...

    def source(self, key: str) -> bytes | None:
        """The stored facts of a document, by its index key."""
        ...

    def groups(self, condition: Condition, groups: Sequence[int], rank: str) -> Mapping[int, tuple[int, int]]:
        """For each group of near-duplicates its number of hits and the largest rank among them."""
        ...


def edge_names(edges: Sequence[str]) -> list[str]:
    """The names of a number's ranges: ``0..10``, ``10..50``, ``50..`` (the upper end is not included)."""
    return [f"{low}..{high}" for low, high in zip(edges, (*edges[1:], ""), strict=True)]
