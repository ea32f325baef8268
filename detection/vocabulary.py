"""Words that say something about an offer, by what they say. A list is data: add a word to its line.

Texts are compared folded (see detection.names.folding), so case, width, spaces and separators do not matter.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from detection.names.folding import fold


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    """The lists of vocabulary.tsv by kind:

    fake, grey (goods that left the chain by a side door), not and not_after (negations before and after a word),
    compatible, accessory, service, used, parallel, official, genuine, special_mark, derived (made or grown from a GI
    product, or about it), jade (where A货 is praise).
    """
    text = files("detection").joinpath("vocabulary.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {kind: tuple(words.split()) for kind, words in rows}


class Word(NamedTuple):
    """A listed word in a folded text."""

    kind: str
    word: str
    start: int
    end: int


@cache
def _automaton() -> tuple[AhoCorasick, tuple[tuple[str, str], ...]]:
    words: dict[tuple[str, str], None] = {}
    for kind, listed in _lists().items():
        for word in listed:
            words[kind, fold(word)] = None
    pairs = tuple(words)
    return AhoCorasick([word for _, word in pairs], matchkind=MatchKind.Standard), pairs


def words(folded: str) -> tuple[Word, ...]:
    """Every listed word in a folded text, by place; of one kind, only the longest at a place.

    >>> [(w.kind, w.word) for w in words(fold("拒绝高仿"))]
    [('not', '拒绝'), ('fake', '高仿'), ('evoked', '仿')]
    """
    automaton, pairs = _automaton()
    found = [
        Word(*pairs[index], start, end)
        for index, start, end in automaton.find_matches_as_indexes(folded, overlapping=True)
    ]
    found.sort(key=lambda word: (word.start, -word.end))
    kept: list[Word] = []
    reach: dict[str, int] = {}
    for word in found:
        if word.end > reach.get(word.kind, 0):
            kept.append(word)
            reach[word.kind] = word.end
    return tuple(kept)


#: A negation reaches this many characters to the right, its counterpart this many to the left.
REACH = 4


def _reach(word: Word) -> int:
    """不, 非 and 无 turn round only the word that they stand at."""
    return REACH if len(word.word) > 1 else 0


def unnegated(found: tuple[Word, ...], kind: str, exempt: str = "") -> tuple[list[Word], list[Word]]:
    """Words of a kind: those that stand, and those that a negation close by turns round.

    >>> stand, turned = unnegated(words(fold("拒绝高仿 本店专做莆田鞋")), "fake")
    >>> [w.word for w in stand], [w.word for w in turned]
    (['莆田鞋'], ['高仿'])
    """
    before = [word for word in found if word.kind == "not"]
    after = [word for word in found if word.kind == "not_after"]
    stand: list[Word] = []
    turned: list[Word] = []
    for word in found:
        if word.kind != kind:
            continue
        negated = any(0 <= word.start - no.end <= _reach(no) for no in before if no.end <= word.start)
        negated = negated or any(0 <= no.start - word.end <= REACH for no in after)
        (turned if negated else stand).append(word)
    return stand, turned
