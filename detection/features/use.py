"""A use: a listing, a right, and the stretch of text in which the listing seems to name it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from detection.candidates.names import Name, is_han
from detection.candidates.search import APART, SAME
from detection.facts import Facts
from detection.names.folding import Aligned, align
from detection.names.words import segment
from detection.pictures.register import Sighting
from detection.profile import Profile
from domain.records import Region

_CONTEXT = 5


@dataclass(frozen=True, slots=True)
class Match:
    """Where a name was found: ``field`` of the listing, skeleton places ``start`` to ``end``, and how (see search)."""

    field: str
    text: str
    name: Name
    start: int
    end: int
    way: int
    likeness: float
    resemblance: float

    @property
    def aligned(self) -> Aligned:
        return align(self.text)

    @property
    def verbatim(self) -> str:
        """The stretch as written."""
        return self.aligned.verbatim(self.start, self.end)

    @property
    def stretch(self) -> str:
        return self.aligned.skeleton[self.start : self.end]

    @property
    def latin(self) -> bool:
        return not is_han(self.stretch)

    def ordinary(self) -> bool:
        """Whether ordinary words explain the stretch better than the name does: 小米粥 is not 小米 and 粥.

        A name found unchanged counts as itself; only a longer word around it explains it away.
        """
        skeleton = self.aligned.skeleton
        if self.latin:
            return False
        low = max(0, self.start - _CONTEXT)
        context = skeleton[low : self.end + _CONTEXT]
        start, end = self.start - low, self.end - low
        covered = 0
        for left, right in segment(context):
            if right <= start or left >= end:
                continue
            if right - left > 1 and (left < start or right > end):
                return True  # a word across an edge of the stretch
            if right - left > 1:
                covered += right - left
        return self.way not in (SAME, APART) and covered == end - start


@dataclass(slots=True)
class Use:
    """One listing against one right. ``others`` are names of other rights that stand in the same place; ``median`` the
    median price of the category; ``sighting`` what of the right the pictures show."""

    facts: Facts
    profile: Profile
    match: Match | None
    others: tuple[str, ...] = ()
    median: float | None = None
    sighting: Sighting | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a feature found: its value, and the sentence with what was compared."""

    value: float
    detail: str
    listing_value: str = ""
    right_value: str = ""
    region: Region | None = None


Feature: TypeAlias = Callable[[Use], Reading | None]
