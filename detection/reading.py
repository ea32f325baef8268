"""Many listings read together: what :class:`~detection.facts.Facts` works out one by one, for those of a batch.

What is worked out is the same; nothing needs to be read so. Most candidates are chance, and most of a glance at one
(see detection.ceiling) is of its listing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice

from ahocorasick_rs import AhoCorasick, Implementation

from detection import manner, vocabulary
from detection.facts import Facts
from detection.features.phrases import TURNS
from detection.features.pieces import Sought
from detection.goods.classes import class_bits, goods_of_all, without_goods
from detection.names.folding import folds, simplified_all
from detection.together import divide
from detection.weighing import weigh

#: So few listings are as quickly read one by one.
_FEW = 4
_NOTHING: frozenset[str] = frozenset()


def fold_titles(batch: Sequence[Facts]) -> None:
    """Titles folded."""
    for facts, folded in zip(batch, folds([facts.title for facts in batch]), strict=True):
        facts.know(folded=folded)


def read(batch: Iterable[Facts], *, gis: bool) -> None:
    """All else that a glance at a right for any of the listings asks for; ``gis``: whether a right may be a GI."""
    unread = [facts for facts in batch if not facts.knows("plain")]
    if len(unread) < _FEW:
        return
    _find_words(unread)
    for facts, plain in zip(unread, simplified_all([f"{one.title} {one.description}" for one in unread]), strict=True):
        facts.know(plain=plain)
    _find_turns(unread)
    _weigh([facts for facts in unread if facts.is_short and "\0" not in facts.plain], gis=gis)


def find_goods(batch: Iterable[Facts]) -> None:
    """The goods that titles name, and the classes of what is offered."""
    unread = [facts for facts in dict.fromkeys(batch) if not facts.knows("title_goods")]
    if len(unread) < _FEW:
        return
    phrases = [facts.title_phrases for facts in unread]
    folded = iter(folds([phrase for title in phrases if len(title) > 1 for phrase in title]))
    titles = [
        " ".join(islice(folded, len(title))) if len(title) > 1 else facts.folded
        for facts, title in zip(unread, phrases, strict=True)
    ]
    for facts, named in zip(unread, goods_of_all(titles), strict=True):
        trade = class_bits([word.number for word in named])
        if facts.listing.category:
            trade |= class_bits(facts.category_classes)
        facts.know(title_goods=named, trade=trade)


def _find_words(batch: Sequence[Facts]) -> None:
    """The listed words in what is said, before a look around them; and which kinds there are at most."""
    more = [facts for facts in batch if facts.unfolded]
    for facts, said in zip(more, folds([facts.unfolded for facts in more]), strict=True):
        facts.know(said=said)
    automaton, kinds = vocabulary.finder()
    texts = [facts.said for facts in batch]
    found = automaton.find_matches_as_indexes("\0".join(texts), overlapping=True)
    for facts, (_, start, own) in zip(batch, divide(texts, found), strict=True):
        sorts = frozenset([kinds[index] for index, _, _ in own]) if own else _NOTHING
        facts.know(matched=(start, own), sorts_at_most=sorts)


def _find_turns(batch: Sequence[Facts]) -> None:
    """Which patterns are found at all: of each only the alternatives are tried of which a piece is there."""
    automaton, whose, always = _pieces()
    texts = [facts.plain for facts in batch]
    found = automaton.find_matches_as_indexes("\0".join(texts), overlapping=True)
    for facts, (text, _, own) in zip(batch, divide(texts, found), strict=True):
        turns = always
        for pattern, alternative in {one for index, _, _ in own for one in whose[index]}:
            if pattern not in turns and alternative.search(text):
                turns |= {pattern}
        facts.know(turns_at_most=turns)


@cache
def _pieces() -> tuple[AhoCorasick, tuple[tuple[tuple[Sought, re.Pattern[str]], ...], ...], frozenset[Sought]]:
    """One finder for the pieces of all patterns, the alternatives that each is of, and the patterns with an alternative
    that needs none."""
    whose: dict[str, list[tuple[Sought, re.Pattern[str]]]] = {}
    always = frozenset([pattern for pattern in TURNS if any(pieces is None for _, pieces in pattern.parts)])
    for pattern in TURNS:
        for alternative, pieces in pattern.parts:
            for piece in pieces or ():
                whose.setdefault(piece, []).append((pattern, alternative))
    return AhoCorasick(list(whose), implementation=Implementation.DFA), tuple(map(tuple, whose.values())), always


def _weigh(batch: Sequence[Facts], *, gis: bool) -> None:
    """The manner of listings that count as a whole, without U+0000."""
    if not batch:
        return
    spaced = "\0".join([manner.spaced(facts.plain) for facts in batch])
    said = manner.bare(without_goods(spaced, manner.PACKING, manner.MASK)).split("\0")
    for facts, weighed in zip(batch, weigh(said, gis=gis), strict=True):
        facts.know(weighed=weighed)
