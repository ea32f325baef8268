"""Listings written by hand: labelled sets, each with its own rights, by authors who had not seen the detector.

Each was a blind test once (its README says what was found then). Since its errors were read it tests nothing any more
and teaches instead: what generated listings cannot, how sure each signal is among listings that people wrote. A set is
left out as a whole when it is asked what the others say of it, so that no right, seller or manner of writing is in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from domain.codec import decode_lines
from domain.errors import DecodeError
from domain.records import Case, Right

#: In the order in which they were written.
SETS = (
    *("first", "development", "second", "third", "fourth"),
    *("shops", "stalls", "casebook", "mechanisms"),
    *("fashion", "food", "devices", "household"),
    *("outdoors", "cellar", "parts", "nursery", "foreign"),
    *("wholesale", "flea", "streams", "workshop", "jargon"),
    *("provinces", "brands", "everyday", "origins", "lawful", "retail", "twins"),
    *("summits", "runners", "drawers", "boutique"),
    *("gadgets", "pantry", "catalogue", "keywords", "shelves", "aisles"),
)


@dataclass(frozen=True, slots=True)
class WrittenSet:
    """One set. ``cases`` are judged against ``register`` only."""

    name: str
    register: tuple[Right, ...]
    cases: tuple[Case, ...]


def _records(name: str, file: str, kind: Any) -> Iterable[Any]:
    source = f"listings/{name}/{file}"
    lines = files("detection.training").joinpath(source).read_bytes().splitlines()
    for _, record in decode_lines(lines, kind, source=source):
        if isinstance(record, DecodeError):
            raise record
        yield record


def written(name: str) -> WrittenSet:
    """The set of that name. Raises DecodeError for a line that is no record."""
    return WrittenSet(name, tuple(_records(name, "rights.jsonl", Right)), tuple(_records(name, "cases.jsonl", Case)))
