"""Split characters (拆字): a character written as its components side by side (张 as 弓长)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from detection.names.words import count


@cache
def _ways() -> dict[str, tuple[str, ...]]:
    ways: dict[str, list[str]] = {}
    text = files("detection.names").joinpath("splits.tsv").read_text("utf-8")
    for line in text.splitlines():
        character, parts = line.split("\t")
        of_it = ways.setdefault(character, [])
        of_it.append(parts)
        if len(parts) == 3:  # the one between is left out: 弓畺 for 疆
            of_it.append(parts[0] + parts[2])
    return {character: tuple(parts) for character, parts in ways.items()}


def splits(character: str) -> tuple[str, ...]:
    """Ways to write a character as its components; () when there is none.

    >>> splits("张")
    ('弓长',)
    >>> "弓畺" in splits("疆")
    True
    """
    return _ways().get(character, ())


def split_spellings(name: str, limit: int = 32) -> tuple[str, ...]:
    """A name with one, two and all splittable characters split; at most ``limit`` spellings.

    >>> "弓长小泉" in split_spellings("张小泉")
    True
    """
    found: dict[str, None] = {}
    for index, character in enumerate(name):
        for parts in splits(character):
            found[name[:index] + parts + name[index + 1 :]] = None
    for one, other in combinations(range(len(name)), 2):
        if splits(name[one]) and splits(name[other]):
            middle = name[one + 1 : other]
            found[name[:one] + splits(name[one])[-1] + middle + splits(name[other])[-1] + name[other + 1 :]] = None
    for first in (0, -1):
        every = "".join(splits(character)[first] if splits(character) else character for character in name)
        found[every] = None
    found.pop(name, None)
    return tuple(found)[:limit]


#: Components as they stand in a character, and the characters that sellers type for them.
_WHOLE = str.maketrans("忄扌氵亻犭钅饣讠纟衤礻", "心手水人犬金食言丝衣示")


@cache
def written() -> dict[str, str]:
    """Components side by side, two or three, and the character that they make."""
    whole: dict[str, str] = {}
    for character, ways in _ways().items():
        for parts in ways:
            if len(parts) > 1 and not count(parts):  # 女子 is a word, and no 好
                whole.setdefault(parts, character)
    for character, ways in _ways().items():
        for parts in ways:
            for other in (parts.translate(_WHOLE), parts[::-1] if len(parts) == 2 else parts):
                if len(other) > 1 and not count(other):
                    whole.setdefault(other, character)
    return whole


@cache
def _composer() -> tuple[AhoCorasick, AhoCorasick, tuple[str, ...]]:
    """Finders of components, one that reads from the left and one that finds all, and what each find makes."""
    whole = written()
    left = AhoCorasick(list(whole), matchkind=MatchKind.LeftmostLongest)
    return left, AhoCorasick(list(whole), matchkind=MatchKind.Standard), tuple(whole.values())


def composable() -> tuple[str, ...]:
    """The first two of the components of every character that may be put together, each once."""
    return tuple(dict.fromkeys(parts[:2] for parts in written()))


class Composed(NamedTuple):
    """A text in which components are put together: ``found`` are the places (start, end) where they stood."""

    text: str
    found: tuple[tuple[int, int], ...]

    def holds(self, start: int, end: int) -> bool:
        """Whether a stretch of the text has a character that was put together."""
        joined = 0  # so many characters fewer the text has up to here
        for first, last in self.found:
            if start <= first - joined < end:
                return True
            joined += last - first - 1
        return False

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """The place in the original of each character."""
        places: list[tuple[int, int]] = []
        size = len(self.text) + sum(end - start - 1 for start, end in self.found)
        last = 0
        for start, end in (*self.found, (size, size)):
            places += [(place, place + 1) for place in range(last, start)]
            if start < end:
                places.append((start, end))
            last = end
        return tuple(places)


def compose(text: str) -> tuple[Composed, ...]:
    """The text with what may be characters written in components put together; () when there is nothing to put
    together. Where components could belong to the character before or to the one after, both readings are given.

    >>> (made,) = compose("氵羊河酒")
    >>> made.text, made.places
    ('洋河酒', ((0, 2), (2, 3), (3, 4)))
    >>> [made.text for made in compose("水日生家纺")]
    ['汩生家纺', '水星家纺']
    """
    left, every, characters = _composer()
    each = every.find_matches_as_indexes(text, overlapping=True)
    if not each:
        return ()
    if len(each) == 1:
        return (_composed(text, each, characters),)
    first = left.find_matches_as_indexes(text)
    later: list[tuple[int, int, int]] = []
    for one in sorted(each, key=lambda one: (one[1] - one[2], -one[1])):
        if all(one[2] <= start or end <= one[1] for _, start, end in later):
            later.append(one)
    second = sorted(later, key=lambda one: one[1])
    return tuple(_composed(text, found, characters) for found in ((first,) if second == first else (first, second)))


def _composed(text: str, found: Sequence[tuple[int, int, int]], characters: Sequence[str]) -> Composed:
    out: list[str] = []
    last = 0
    for index, start, end in found:
        out += (text[last:start], characters[index])
        last = end
    out.append(text[last:])
    return Composed("".join(out), tuple([(start, end) for _, start, end in found]))
