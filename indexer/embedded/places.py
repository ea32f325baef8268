"""Where a document stands in the index, told by a number that can be had while its hits are counted.

A count can keep the first rows of an order, but of these only columns, not where their documents are. tantivy numbers
the documents of a segment one after the other from a start of its own (its column of tie breakers, :data:`PLACE`),
and so a number, less the start of its segment, is the document. A merge keeps the numbers, so that in a segment that
was merged they need not follow each other: there nothing is found, and the caller looks for his rows himself.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import tantivy

PLACE = "place"


class _Segment(msgspec.Struct):
    max_doc: int


class _Meta(msgspec.Struct):
    segments: list[_Segment]


_META = msgspec.json.Decoder(_Meta)


def sizes(meta: Path) -> tuple[int, ...]:
    """How many documents each segment of an index has, deleted ones too, in the order in which it is searched."""
    return tuple(segment.max_doc for segment in _META.decode(meta.read_bytes()).segments)


class Places:
    """Of one searcher, whose segments have these ``sizes``."""

    def __init__(self, searcher: tantivy.Searcher, sizes: Sequence[int]) -> None:
        self._searcher = searcher
        self._runs: list[tuple[int, int, int]] = []  # of each segment: the first number, the last, and which it is
        address = tantivy.DocAddress
        ends = [address(segment, doc) for segment, size in enumerate(sizes) for doc in (0, size - 1)]
        numbers = searcher.fast_field_values(PLACE, ends)
        for segment, size in enumerate(sizes):
            first, last = numbers[2 * segment], numbers[2 * segment + 1]
            if isinstance(first, int) and isinstance(last, int) and last - first == size - 1:
                self._runs.append((first, last, segment))

    def addresses(self, rank: str, rows: Sequence[tuple[int, int]]) -> list[tantivy.DocAddress] | None:
        """The documents of rows, each a value of ``rank`` and its number; None where one of them is not certain.

        Two segments may by chance have a number in common; the document is then the one of that rank.
        """
        runs, address = self._runs, tantivy.DocAddress
        possible = [
            [address(segment, at - first) for first, last, segment in runs if first <= at <= last] for _, at in rows
        ]
        ranks = iter(self._searcher.fast_field_values(rank, [each for one in possible for each in one]))
        found = []
        for (value, _), candidates in zip(rows, possible, strict=True):
            these = [each for each in candidates if next(ranks) == value]
            if len(these) != 1:
                return None
            found += these
        return found
