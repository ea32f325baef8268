"""Many listings read together: what :class:`~detection.facts.Facts` works out one by one, for those of a batch.

What is worked out is the same; nothing needs to be read so. Most candidates are chance, and most of a glance at one
(see detection.ceiling) is of its listing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import compress, islice
from typing import TypeAlias

from ahocorasick_rs import AhoCorasick, Implementation

from detection import manner, vocabulary
from detection.facts import Facts
from detection.features.phrases import TITLED, TURNS
from detection.features.pieces import Sought
from detection.goods.classes import class_bits, goods_of_all, without_goods
from detection.names.folding import folds, simplified_all
from detection.together import Match, divide
from detection.weighing import Weighed, weigh

#: So few listings are as quickly read one by one.
_FEW = 4
_NO_WORDS: frozenset[str] = frozenset()
_Turns: TypeAlias = frozenset[Sought]


def fold_titles(batch: Sequence[Facts]) -> None:
    """Titles folded."""
    for facts, folded in zip(batch, folds([facts.title for facts in batch]), strict=True):
        facts.folded = folded


def read(batch: Iterable[Facts], *, gis: bool) -> None:
    """All else that a glance at a right for any of the listings asks for; ``gis``: whether a right may be a GI."""
    unread = [facts for facts in batch if "plain" not in vars(facts)]
    if len(unread) < _FEW:
        return
    said = _said(unread)
    plain = simplified_all([f"{facts.title} {facts.description}" for facts in unread])
    manners = _manners([one if facts.is_short else "" for facts, one in zip(unread, plain, strict=True)], gis=gis)
    turns = _turns(plain, [facts.title for facts in unread])
    columns = zip(unread, said, _words(said), plain, turns, manners, strict=True)
    for facts, text, (matched, sorts), simple, (anywhere, titled), weighed in columns:
        facts.said, facts.matched, facts.sorts_at_most, facts.plain = text, matched, sorts, simple
        facts.turns_at_most = anywhere
        if titled is not None:
            facts.titled_turns = titled
        if weighed is not None:
            facts.weighed, facts.marks_manner = weighed, weighed.marks


def find_goods(batch: Iterable[Facts]) -> None:
    """The goods that titles name, and the classes of what is offered."""
    unread = [facts for facts in dict.fromkeys(batch) if "title_goods" not in vars(facts)]
    if len(unread) < _FEW:
        return
    phrases = [facts.title_phrases for facts in unread]
    folded = iter(folds([phrase for title in phrases if len(title) > 1 for phrase in title]))
    titles = [
        " ".join(islice(folded, len(title))) if len(title) > 1 else facts.folded
        for facts, title in zip(unread, phrases, strict=True)
    ]
    for facts, named in zip(unread, goods_of_all(titles), strict=True):
        trade = class_bits([word.number for word in named]) if named else 0
        if facts.listing.category:
            trade |= class_bits(facts.category_classes)
        facts.title_goods, facts.trade = named, trade


def _said(batch: Sequence[Facts]) -> list[str]:
    """What the seller says of the goods."""
    unfolded = [facts.unfolded for facts in batch]
    folded = iter(folds([text for text in unfolded if text]))
    return [next(folded) if text else facts.folded for facts, text in zip(batch, unfolded, strict=True)]


def _words(said: Sequence[str]) -> Iterator[tuple[tuple[int, Sequence[Match]], frozenset[str]]]:
    """The listed words in each text, before a look around them (see Facts.matched); and which kinds there are at
    most."""
    automaton, kinds = vocabulary.finder()
    found = automaton.find_matches_as_indexes("\0".join(said), overlapping=True)
    for _, start, own in divide(said, found):
        yield (start, own), frozenset([kinds[index] for index, _, _ in own]) if own else _NO_WORDS


def _turns(plain: Sequence[str], titles: Sequence[str]) -> Iterator[tuple[_Turns, _Turns | None]]:
    """Which of TURNS are found in each text, and which of TITLED in each title; None where the text does not begin with
    the title as it is. Of each pattern only the alternatives are tried of which a piece is there."""
    automaton, whose, always, of_titles = _pieces()
    found = automaton.find_matches_as_indexes("\0".join(plain), overlapping=True)
    for (text, _, own), title in zip(divide(plain, found), titles, strict=True):
        turns, titled = always, of_titles
        for pattern, alternative in {one for index, _, _ in own for one in whose[index]} if own else ():
            if pattern in TITLED:
                if pattern not in titled and alternative.search(title):
                    titled |= {pattern}
            elif pattern not in turns and alternative.search(text):
                turns |= {pattern}
        yield turns, titled if text.startswith(title) else None


@cache
def _pieces() -> tuple[AhoCorasick, tuple[tuple[tuple[Sought, re.Pattern[str]], ...], ...], _Turns, _Turns]:
    """One finder for the pieces of all patterns, the alternatives that each is of; and of TURNS and of TITLED the
    patterns with an alternative that needs none."""
    whose: dict[str, list[tuple[Sought, re.Pattern[str]]]] = {}
    for pattern in (*TURNS, *TITLED):
        for alternative, pieces in pattern.parts:
            for piece in pieces or ():
                whose.setdefault(piece, []).append((pattern, alternative))
    always, of_titles = (
        frozenset([one for one in some if any(pieces is None for _, pieces in one.parts)]) for some in (TURNS, TITLED)
    )
    finder = AhoCorasick(list(whose), implementation=Implementation.DFA)
    return finder, tuple(map(tuple, whose.values())), always, of_titles


def _manners(plain: Sequence[str], *, gis: bool) -> Iterator[Weighed | None]:
    """The manner of each text; None where it is empty or holds U+0000."""
    some = [bool(text) and "\0" not in text for text in plain]
    spaced = "\0".join([manner.spaced(text) for text in compress(plain, some)])
    said = manner.bare(without_goods(spaced, manner.PACKING, manner.MASK)).split("\0")
    weighed = iter(weigh(said, gis=gis) if any(some) else ())
    return (next(weighed) if one else None for one in some)
