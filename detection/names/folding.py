"""Folding: one spelling for what a reader takes for the same name.

A folded text is NFKC, lower case, simplified, letters of other scripts as the Latin ones they look like, and without
anything that is neither letter nor digit (spaces, separators, emoji, zero-width characters). A *skeleton* goes one
step further and merges the letters and digits that look alike (0 o, 1 l i, vv w, rn m).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

#: Unicode's confusables (UTS #39) among ASCII, and the two pairs of letters it leaves out.
_SHAPES = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "8": "b"})
_PAIRS = (("vv", "w"), ("rn", "m"))
#: Ideographs that are a single stroke: nobody writes a word with them, they stand between the characters of a name.
_STROKES = frozenset("丨丶〡〢")


@cache
def _latin() -> dict[str, str]:
    text = files("detection.names").joinpath("latin.tsv").read_text("utf-8")
    return dict(line.split("\t") for line in text.splitlines())


@cache
def _simplifier() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _fold_character(character: str) -> str:
    """What one character becomes; "" when it is dropped.

    >>> [_fold_character(c) for c in "Ｎ國о·9"]
    ['n', '国', 'o', '', '9']
    """
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    if character in _STROKES or "\u2460" <= character <= "\u249b" or "\u24ea" <= character <= "\u24ff":
        return ""  # numbers in circles count things, or stand between the characters of a name
    known = _latin().get(character)
    if known:
        return known
    out = []
    for part in unicodedata.normalize("NFKC", character).lower():
        if unicodedata.category(part)[0] in "LN":
            out.append(_latin().get(part) or part)
    folded = "".join(out)
    return str(_simplifier().convert(folded)) if folded >= "\u3400" else folded


class _Table(dict[int, str]):
    """A translation table that learns a character when it first meets it; Unicode bounds its size."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code)) if not 0xD800 <= code <= 0xDFFF else ""
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """
    >>> fold("老·干🔥妈 ＨＵＡＶＶＥＩ")
    '老干妈huavvei'
    """
    return text.translate(_TABLE)


def simplified(text: str) -> str:
    """Simplified characters of ordinary width; what is neither letter nor digit stays.

    >>> simplified("翻新磨標，Ａ版 x")
    '翻新磨标，A版 x'
    """
    if text.isascii():
        return text
    return str(_simplifier().convert(unicodedata.normalize("NFKC", text).replace(",", "，")))


def skeleton(folded: str) -> str:
    """
    >>> skeleton("huavvei"), skeleton("nlke") == skeleton("nike"), skeleton("p0lo") == skeleton("polo")
    ('huawel', True, True)
    """
    shaped = folded.translate(_SHAPES)
    for pair, letter in _PAIRS:
        if pair in shaped:
            shaped = shaped.replace(pair, letter)
    return shaped


@dataclass(frozen=True, slots=True)
class Aligned:
    """A skeleton and where each of its characters stands in the text: ``starts[i]``, ``ends[i]``."""

    text: str
    skeleton: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def verbatim(self, start: int, end: int) -> str:
        """The text as written behind ``skeleton[start:end]``."""
        return self.text[self.starts[start] : self.ends[end - 1]]


@lru_cache(maxsize=4096)
def align(text: str) -> Aligned:
    """The skeleton of a text with the place of each character in it."""
    shaped: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    pairs = dict(_PAIRS)
    for place, character in enumerate(text):
        for part in _TABLE[ord(character)].translate(_SHAPES):
            if shaped and shaped[-1] + part in pairs:
                shaped[-1] = pairs[shaped[-1] + part]
                ends[-1] = place + 1
            else:
                shaped.append(part)
                starts.append(place)
                ends.append(place + 1)
    return Aligned(text, "".join(shaped), tuple(starts), tuple(ends))
