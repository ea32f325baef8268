"""The value every identifier is read into."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An identifier that was read.

    ``value`` is the form in which identifiers are compared; ``verbatim`` is what was written. ``warnings`` are Chinese
    sentences. A bad check digit is a warning kept with the value: real goods and real companies carry such numbers.
    ``region`` is the GB/T 2260 code inside the identifier (two, four or six digits), where it has one.
    """

    kind: str
    value: str
    verbatim: str
    warnings: tuple[str, ...] = ()
    region: str = ""

    @property
    def sound(self) -> bool:
        """Nothing was found wrong with it. That does not make it genuine: a number can be copied."""
        return not self.warnings


def squeeze(text: str) -> str:
    """NFKC, upper case, and without what people put between the groups of a number: spaces, hyphens, dots.

    >>> squeeze("ｓｃ 118-340203-05037")
    'SC11834020305037'
    """
    folded = unicodedata.normalize("NFKC", text[:400]).upper()
    return "".join(character for character in folded if not (character.isspace() or character in _BETWEEN))


#: Hyphens and dashes (NFKC leaves most of them as they are), dots, zero-width characters.
_BETWEEN = frozenset("-‐‑‒–—―−_.·•\u200b\u200c\u200d\u2060\ufeff")
