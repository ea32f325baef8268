"""Undo the ways in which sellers hide a contact from a platform's filters, keeping track of where each character was.

The fold is per character, so that a find can be shown verbatim: NFKC (full width, circled, letters in mathematical
alphabets), lower case, zero-width characters and keycap marks dropped, dingbat digits and look-alike signs replaced.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

#: Characters of a text that are read; what follows is a description nobody reads either.
MAX_TEXT = 20_000

_DROPPED = frozenset("\u00ad\u200b\u200c\u200d\u2060\u20e3\ufeff\ufe0e\ufe0f")
_DINGBATS = {chr(start + digit): str(digit + 1) for start in (0x2776, 0x2780, 0x278A) for digit in range(9)}
_LOOKALIKES = {
    "⓿": "0",
    "➕": "+",
    "〇": "零",
    "➖": "-",
    "－": "-",
    "–": "-",
    "—": "-",
    "―": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
}

#: Words for digits, read as digits only inside a run that then is a telephone number.
SPOKEN_DIGITS = str.maketrans("零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺洞两貳參陸", "01234567891234567891" + "02236")


class _Folds(dict[int, str]):
    """The fold of each character that was met, computed once; ``str.translate`` reads it at C speed."""

    def __init__(self) -> None:
        self.odd: set[str] = set()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = "" if character in _DROPPED else _DINGBATS.get(character) or _LOOKALIKES.get(character)
        folded = unicodedata.normalize("NFKC", character).lower() if plain is None else plain
        if len(folded) != 1:
            self.odd.add(character)
        self[code] = folded
        return folded


_FOLDS = _Folds()


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text, and for each of its characters the place of the original one."""

    text: str
    places: Sequence[int]
    original: str

    def verbatim(self, start: int, end: int) -> str:
        """What the page shows for ``text[start:end]``."""
        return self.original[self.places[start] : self.places[end - 1] + 1]


def fold(text: str) -> Folded:
    """Fold at most :data:`MAX_TEXT` characters.

    >>> found = fold("１３８-０013 8️⃣000")
    >>> found.text, found.verbatim(0, 3)
    ('138-0013 8000', '１３８')
    """
    original = text[:MAX_TEXT]
    folded = original.translate(_FOLDS)
    if _FOLDS.odd.isdisjoint(original):
        return Folded(folded, range(len(original)), original)
    places: list[int] = []
    for place, character in enumerate(original):
        places.extend([place] * len(_FOLDS[ord(character)]))
    return Folded(folded, places, original)
