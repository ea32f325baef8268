"""Many listings read together: what :class:`~detection.facts.Facts` works out one by one, for those of a batch.

What is worked out is the same; nothing needs to be read so. Most candidates are chance, and most of a glance at one
(see detection.ceiling) is of its listing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from ahocorasick_rs import AhoCorasick

from detection import manner, vocabulary
from detection.facts import Facts
from detection.features.phrases import TURNS
from detection.features.pieces import Sought
from detection.goods.classes import without_goods
from detection.names.folding import folds, simplified_all
from detection.weighing import weigh


def fold_titles(batch: Sequence[Facts]) -> None:
    """Titles folded."""
    for facts, folded in zip(batch, folds([facts.title for facts in batch]), strict=True):
        facts.know(folded=folded)


def read(batch: Sequence[Facts], *, gis: bool) -> None:
    """All else that a glance at a right for any of the listings asks for; ``gis``: whether a right may be a GI."""
    texts = [(facts, facts.unfolded) for facts in batch]
    apart = [(facts, text) for facts, text in texts if text]
    for (facts, _), said in zip(apart, folds([text for _, text in apart]), strict=True):
        facts.know(said=said)
    for facts, plain in zip(batch, simplified_all([f"{one.title} {one.description}" for one in batch]), strict=True):
        facts.know(plain=plain)
    _find_words(batch)
    _find_turns(batch)
    short = [facts for facts in batch if facts.is_short and "\0" not in facts.plain]
    masked = without_goods("\0".join(manner.spaced(facts.plain) for facts in short), manner.PACKING, manner.MASK)
    masked = manner.bare(masked)
    for facts, weighed in zip(short, weigh(masked.split("\0"), gis=gis) if short else (), strict=True):
        facts.know(weighed=weighed)


def _find_words(batch: Sequence[Facts]) -> None:
    """The listed words in what is said, before a look around them; and which kinds there are at most."""
    automaton, kinds = vocabulary.finder()
    for facts, start, found in _found(batch, automaton, lambda facts: facts.said):
        facts.know(matched=(start, found), sorts_at_most=frozenset([kinds[index] for index, _, _ in found]))


def _find_turns(batch: Sequence[Facts]) -> None:
    """Which patterns are found at all: tried where a piece is."""
    automaton, whose, always = _pieces()
    for facts, _, found in _found(batch, automaton, lambda facts: facts.plain):
        some = {pattern for index, _, _ in found for pattern in whose[index]}
        facts.know(turns_at_most=always.union(one for one in some if one.pattern.search(facts.plain)))


def _found(
    batch: Sequence[Facts], automaton: AhoCorasick, text: Callable[[Facts], str]
) -> Iterator[tuple[Facts, int, list[tuple[int, int, int]]]]:
    """What an automaton finds in a text of each listing: where the text begins among all, and the finds among all."""
    texts = [text(facts) for facts in batch]
    found = automaton.find_matches_as_indexes("\0".join(texts), overlapping=True)
    found.sort(key=_end)
    place, start = 0, 0
    for facts, own in zip(batch, texts, strict=True):
        end, first = start + len(own), place
        while place < len(found) and found[place][2] <= end:
            place += 1
        yield facts, start, found[first:place]
        start = end + 1


def _end(found: tuple[int, int, int]) -> int:
    return found[2]


@cache
def _pieces() -> tuple[AhoCorasick, tuple[tuple[Sought, ...], ...], frozenset[Sought]]:
    """One finder for the pieces of all patterns, whose they are, and the patterns that need none."""
    whose: dict[str, list[Sought]] = {}
    for pattern in TURNS:
        for piece in pattern.pieces or ():
            whose.setdefault(piece, []).append(pattern)
    always = frozenset(pattern for pattern in TURNS if pattern.pieces is None)
    return AhoCorasick(list(whose)), tuple(map(tuple, whose.values())), always
