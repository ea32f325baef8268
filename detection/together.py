"""Many texts searched as one: an automaton's start costs more than a title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

#: What an automaton found: which of its words, from where to where.
Match: TypeAlias = tuple[int, int, int]


def divide(texts: Sequence[str], matches: Sequence[Match]) -> Iterator[tuple[str, int, Sequence[Match]]]:
    """What an automaton found in texts joined by U+0000, which no text and no word holds: each text, the place where it
    begins in the whole, and its own matches, with places in the whole. ``matches`` ascend by their ends, as automata
    give them.

    >>> list(divide(["ab", "", "b"], [(0, 1, 2), (0, 4, 5)]))
    [('ab', 0, [(0, 1, 2)]), ('', 3, []), ('b', 4, [(0, 4, 5)])]
    """
    start, first, count = 0, 0, len(matches)
    for text in texts:
        end, last = start + len(text), first
        while last < count and matches[last][2] <= end:
            last += 1
        yield text, start, matches[first:last]
        start, first = end + 1, last
