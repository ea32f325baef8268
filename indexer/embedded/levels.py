"""The first rows of the usual order without a look at the rank of every hit.

Ranks are a column of 8 bytes a document, and a hit more or less is a read from memory there. But whoever is among the
first of many hits stands high among all documents too: so each document carries its rank once more, coarsely
(:func:`level`), as a term, and the first rows are looked for among the documents of the highest levels alone. Where
these hold too few hits, all are looked at.
"""

from __future__ import annotations

from itertools import accumulate

import tantivy

from indexer.ranks import HARM_BITS

LEVEL = "level"
_HALF = 64
#: The largest share of all documents that is worth looking at apart.
_WORTH = 0.2


def level(suspicion: int) -> int:
    """0 to 127, never smaller for a larger stored suspicion: where there is no evidence below 64, by what was sold, and
    else by the evidence."""
    evidence = suspicion >> HARM_BITS
    return _HALF + (evidence >> 43 - HARM_BITS - 6) if evidence else suspicion >> HARM_BITS - 6


class Levels:
    """How many documents of a searcher stand how high."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        downwards = (searcher.doc_freq(LEVEL, each) for each in reversed(range(2 * _HALF)))
        self._above = list(accumulate(downwards))

    def holding(self, share: float) -> int | None:
        """The highest level from which on upwards there is such a share of all documents; None: too many are there."""
        every = self._above[-1]
        for down, count in enumerate(self._above):
            if count >= share * every:
                return 2 * _HALF - 1 - down if count <= _WORTH * every else None
        return None


def at_least(schema: tantivy.Schema, lowest: int) -> tantivy.Query:
    """The documents of this level and of those above it."""
    kind = tantivy.FieldType.Unsigned
    return tantivy.Query.range_query(schema, LEVEL, kind, lowest, 2 * _HALF - 1, use_inverted_index=True)
