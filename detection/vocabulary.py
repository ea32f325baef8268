"""Words that say something about an offer, by what they say. A list is data: add a word to its line.

Texts are compared folded (see detection.names.folding), so case, width, spaces and separators do not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from detection.names.components import split_spellings
from detection.names.folding import fold
from detection.names.sounds import mixtures, spellings, syllables
from detection.names.words import may_cross, segment, vocabulary


@cache
def lists() -> dict[str, tuple[str, ...]]:
    """The lists of vocabulary.tsv by kind:

    fake and copy (the goods are an imitation; fake ones are also looked for in other spellings), grey (goods that left
    the chain by a side door), hint (a murky source, perhaps); copy and hint also for one trade only (see
    kinds_of); not and not_after (negations before and after a word), compatible, accessory, service,
    published, used, parallel, official, authority, genuine, special_mark, derived (made or grown from a GI product, or
    about it), jade (where A货 is praise), neutral (ordinary words that hold a listed one: 高仿真, 不锈钢).
    """
    text = files("detection").joinpath("vocabulary.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {kind: tuple(words.split()) for kind, words in rows}


#: Words that say it in some trades only stand under a kind of their own: copy.worn, hint.drink.
_TRADES: tuple[tuple[str, frozenset[int]], ...] = (
    ("worn", frozenset((14, 18, 25, 26))),
    ("drink", frozenset((29, 30, 31, 32, 33, 34))),
    ("device", frozenset((7, 8, 9, 11))),
    ("care", frozenset((3, 5, 10))),
    ("media", frozenset((16, 28))),
    ("part", frozenset((4, 6, 7, 12))),
)


def kinds_of(kind: str, classes: Collection[int]) -> tuple[str, ...]:
    """The kind, and its kinds for the trades of these Nice classes.

    >>> kinds_of("copy", {25})
    ('copy', 'copy.worn')
    """
    return (kind, *(f"{kind}.{trade}" for trade, own in _TRADES if not own.isdisjoint(classes)))


def listed(kind: str, classes: Collection[int]) -> tuple[str, ...]:
    """The listed words of a kind that count for goods of these classes."""
    return tuple(word for one in kinds_of(kind, classes) for word in lists().get(one, ()))


class Word(NamedTuple):
    """A listed word in a folded text."""

    kind: str
    word: str
    start: int
    end: int


#: Kinds whose words are hidden from searches, and so are looked for in other spellings as well.
_HIDDEN = ("fake",)


@cache
def _same_sound() -> dict[str, tuple[str, ...]]:
    """The ideographs of each toneless syllable that are common enough to be typed for another."""
    found: dict[str, list[str]] = {}
    for word in vocabulary():
        if len(word) == 1:
            for syllable in syllables(word)[:1]:
                found.setdefault(syllable, []).append(word)
    return {syllable: tuple(sorted(characters)) for syllable, characters in found.items()}


def disguises(word: str) -> set[str]:
    """Other spellings of a word of two to four ideographs: one character by its sound, in letters, or split into parts,
    and the whole in letters. Ordinary words are none.

    >>> {"高访", "gao仿", "高fang", "gaofang", "高亻方"} <= disguises("高仿")
    True
    """
    if not 2 <= len(word) <= 4 or not all("\u4e00" <= character <= "\u9fff" for character in word):
        return set()
    found = set(mixtures(word, 8)) | set(split_spellings(word, 8))
    found |= {letters for letters in spellings(word, 1) if len(letters) >= 6}
    for place, character in enumerate(word):
        for syllable in syllables(character)[:1]:
            found |= {word[:place] + other + word[place + 1 :] for other in _same_sound().get(syllable, ())}
    return {fold(one) for one in found if one != word and one not in vocabulary()}


@cache
def _automaton() -> tuple[AhoCorasick, tuple[tuple[str, str], ...], int]:
    """All words, the disguised ones last: from which place on they are disguises is the third."""
    words: dict[tuple[str, str], None] = {}
    for kind, listed in lists().items():
        for word in listed:
            words[kind, fold(word)] = None
    plain = {word for _, word in words}
    count = len(words)
    for kind in _HIDDEN:
        for word in lists()[kind]:
            for other in sorted(disguises(word) - plain):
                words[kind, other] = None
    pairs = tuple(words)
    return AhoCorasick([word for _, word in pairs], matchkind=MatchKind.Standard), pairs, count


def _chance(folded: str, start: int, end: int) -> bool:
    """Whether ordinary words explain a stretch that would be a disguise: 高访 in 提高访问量."""
    low = max(0, start - 4)
    context = folded[low : end + 4]
    pieces = [(left + low, right + low) for left, right in segment(context)]
    crossing = any(left < start < right or left < end < right for left, right in pieces)
    letters = folded[start].isascii() and folded[start - 1 : start].isascii() and folded[start - 1 : start].isalpha()
    letters |= folded[end - 1].isascii() and folded[end : end + 1].isascii() and folded[end : end + 1].isalpha()
    inside = [(left, right) for left, right in pieces if start <= left and right <= end]
    known = sum(right - left for left, right in inside if right - left > 1)
    return crossing or letters or known == end - start


def _torn(folded: str, start: int, end: int) -> bool:
    """Whether a listed word of two characters is the end of one ordinary word and the head of the next: 提高仿佛."""
    if end - start != 2 or not may_cross(folded, start) or not may_cross(folded, end):
        return False
    low = max(0, start - 4)
    pieces = segment(folded[low : end + 4])
    inner = start + 1 - low
    left = any(begin < start - low and stop == inner for begin, stop in pieces)
    return left and any(begin == inner and stop > end - low for begin, stop in pieces)


@cache
def finder() -> tuple[AhoCorasick, tuple[str, ...]]:
    """An automaton of all words, and of each its kind without the trade: copy for copy.worn."""
    automaton, pairs, _ = _automaton()
    return automaton, tuple(kind.partition(".")[0] for kind, _ in pairs)


def words(folded: str, matched: tuple[int, Sequence[tuple[int, int, int]]] | None = None) -> tuple[Word, ...]:
    """Every listed word in a folded text, by place; of one kind, only the longest at a place. ``matched``: what the
    automaton found in the text, where that is known, and what its places are counted from.

    >>> [(w.kind, w.word) for w in words(fold("拒绝高仿"))]
    [('not', '拒绝'), ('fake', '高仿'), ('evoked', '仿')]
    """
    automaton, pairs, plain = _automaton()
    first, each = matched or (0, automaton.find_matches_as_indexes(folded, overlapping=True))
    found = [
        Word(*pairs[index], start - first, end - first)
        for index, start, end in each
        if not (_chance if index >= plain else _torn)(folded, start - first, end - first)
    ]
    found.sort(key=lambda word: (word.start, -word.end))
    kept: list[Word] = []
    reach: dict[str, int] = {}
    neutral = [word for word in found if word.kind == "neutral"]
    for word in found:
        size = word.end - word.start
        if any(no.start <= word.start and word.end <= no.end and no.end - no.start > size for no in neutral):
            continue
        if word.start >= reach.get(word.kind, 0):
            kept.append(word)
            reach[word.kind] = word.end
    return tuple(kept)


#: A negation reaches this many characters to the right, its counterpart this many to the left.
REACH = 4
#: Within one phrase a negation at its end reaches all of it: 分装无标的不要买.
_PHRASE_REACH = 8
#: 不, 非 and 无 reach so far, and not over a space or comma (非大贸仿货, 不玩仿鞋).
_SHORT_REACH = 3


def _turned(word: Word, no: Word, breaks: frozenset[int]) -> bool:
    gap = word.start - no.end
    if gap < 0:
        return False
    if len(no.word) > 1:
        return gap <= REACH
    return gap <= _SHORT_REACH and not any(place in breaks for place in range(no.end, word.start + 1))


def _ends(word: Word, no: Word, breaks: frozenset[int]) -> bool:
    gap = no.start - word.end
    if len(no.word) < 3 or not breaks:
        return 0 <= gap <= REACH
    return 0 <= gap <= _PHRASE_REACH and (gap <= REACH or not breaks & frozenset(range(word.end, no.start + 1)))


def unnegated(
    found: tuple[Word, ...], kind: str, breaks: frozenset[int] = frozenset()
) -> tuple[list[Word], list[Word]]:
    """Words of a kind: those that stand, and those that a negation close by turns round. ``breaks`` are the places
    of the folded text before which something divided the phrases.

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
        negated = any(_turned(word, no, breaks) for no in before)
        negated = negated or any(_ends(word, no, breaks) for no in after)
        (turned if negated else stand).append(word)
    return stand, turned
