"""What a text must hold before a pattern can be found in it: short pieces, computed from the pattern.

A pattern of many alternatives is slow, for each is tried at each place. Each match holds one of a few pieces (看不出
holds 不出); one pass over the text for all pieces at once shows that nearly no text has any, and so no match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from ahocorasick_rs import AhoCorasick

try:  # what the compiler of patterns itself works on: not promised by the library, and this is only a short cut
    from re import _constants as op  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # then every pattern is simply tried
    op = _parser = None
#: So many spellings of a stretch are written out, and so many characters of a class.
_MOST, _WIDEST = 150, 40

Language = frozenset[str]
_EMPTY: Language = frozenset(("",))


def _product(left: Language, right: Language) -> Language | None:
    if len(left) * len(right) > _MOST:
        return None
    return frozenset(one + other for one in left for other in right)


def _characters(choices: Iterable[Any]) -> Language | None:
    found: set[str] = set()
    for code, value in choices:
        if code is op.LITERAL:
            found.add(chr(value))
        elif code is op.RANGE and value[1] - value[0] < _WIDEST:
            found.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return None
    return frozenset(found) if len(found) <= _WIDEST else None


def _language(code: Any, value: Any) -> Language | None:
    """All that an item of a pattern can match; None where that is too much. What only looks around matches nothing,
    and may be taken for fulfilled."""
    if code is op.LITERAL:
        return frozenset(chr(value))
    if code is op.IN:
        return _characters(value)
    if code in (op.ASSERT, op.ASSERT_NOT, op.AT):
        return _EMPTY
    if code is op.SUBPATTERN:
        return _language_of(value[-1])
    if code is op.BRANCH:
        parts = [_language_of(part) for part in value[1]]
        known = [part for part in parts if part is not None]
        joined = frozenset[str]().union(*known)
        return joined if len(known) == len(parts) and len(joined) <= _MOST else None
    if code in (op.MAX_REPEAT, op.MIN_REPEAT) and value[1] == 1:
        inner = _language_of(value[2])
        return inner if inner is None or value[0] else inner | _EMPTY
    return None


def _language_of(items: Iterable[Any]) -> Language | None:
    found: Language | None = _EMPTY
    for code, value in items:
        part = _language(code, value)
        found = _product(found, part) if found is not None and part is not None else None
    return found


def _better(one: Language | None, other: Language | None) -> Language | None:
    """Of two sets of pieces the one that fewer texts hold: pairs before single characters, few and long before many."""
    worth = [
        (min(2, min(map(len, some))), -len(some), min(map(len, some))) if some is not None else (0, 0, 0)
        for some in (one, other)
    ]
    return one if worth[0] >= worth[1] else other


def _needed(items: Sequence[Any]) -> Language | None:
    """Pieces of which every match of the items holds one; None where there are none."""
    best: Language | None = None
    for start, (code, value) in enumerate(items):
        inner: Language | None = None
        if code is op.SUBPATTERN:
            inner = _needed(list(value[-1]))
        elif code is op.BRANCH:
            parts = [_needed(list(part)) for part in value[1]]
            known = [part for part in parts if part is not None]
            inner = frozenset[str]().union(*known) if len(known) == len(parts) else None
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT) and value[0]:
            inner = _needed(list(value[2]))
        best = _better(best, inner)
        run: Language | None = _EMPTY
        for other_code, other_value in items[start:]:
            part = _language(other_code, other_value)
            run = _product(run, part) if run is not None and part is not None else None
            if run is None:
                break
            if "" not in run:
                best = _better(best, run)
    return best


def pieces(pattern: str, flags: int = 0) -> Language | None:
    """Of these every match of the pattern holds one; None where the pattern needs none.

    >>> sorted(pieces("[看喝]都?不出|空[瓶罐]灌"))
    ['不出', '空瓶灌', '空罐灌']
    """
    if _parser is None or flags & re.IGNORECASE or "(?i" in pattern:
        return None
    return _needed(list(_parser.parse(pattern, flags)))


def alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern, each a pattern of its own: it is found where one of them is.

    >>> alternatives("a(?:b|c)|[]|)]|[^|]d")
    ['a(?:b|c)', '[]|)]', '[^|]d']
    """
    bars, depth, place = [-1], 0, 0
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            place += 1
        elif sign == "[":  # to its end, a ] at its head being one of its characters
            place += 2 if pattern.startswith("[^", place) else 1
            place += pattern[place] == "]"
            while pattern[place] != "]":
                place += 2 if pattern[place] == "\\" else 1
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            bars.append(place)
        place += 1
    return [pattern[left + 1 : right] for left, right in pairwise([*bars, len(pattern)])]


class Sought:
    """A pattern that few texts hold: it is tried only where one of its pieces stands. What it finds is the same."""

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern)

    @cached_property
    def pieces(self) -> Language | None:
        """Of these every match holds one; None where it needs none."""
        return pieces(self.pattern.pattern, self.pattern.flags)

    @cached_property
    def parts(self) -> tuple[tuple[re.Pattern[str], Language | None], ...]:
        """Its alternatives and their pieces: where some pieces stand, only their alternatives need be tried."""
        flags = self.pattern.flags
        return tuple((re.compile(one, flags), pieces(one, flags)) for one in alternatives(self.pattern.pattern))

    @cached_property
    def _finder(self) -> AhoCorasick | None:
        return AhoCorasick(sorted(self.pieces)) if self.pieces is not None else None

    def possible(self, text: str) -> bool:
        """False: the pattern is surely not in the text."""
        finder = self._finder
        return finder is None or bool(finder.find_matches_as_indexes(text))

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text) if self.possible(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text)
