"""A use: a listing, a right, and the stretch of text in which the listing seems to name it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from detection.candidates.holding import CHANCELESS, CONTEXT, DOUBTFUL, ORDINARY, TORN
from detection.candidates.names import Name, is_han
from detection.candidates.search import (
    ADDED,
    APART,
    LOOKS,
    MASKED,
    MISSING,
    OTHER,
    SAME,
    SOUNDS,
    SPELLS,
    SPLITS,
    SWAPPED,
)
from detection.facts import Facts
from detection.goods.classes import goods, is_goods
from detection.names.folding import Aligned, align, aligned_with, fold
from detection.names.words import count, is_english, is_proper, may_begin, may_cross, segment
from detection.once import once
from detection.pictures.register import Sighting
from detection.profile import Profile
from domain.records import Region

#: What numbers count or measure in titles.
_MEASURES = frozenset("速寸斤克升码号级片只瓶盒袋包件支条双台个年月日岁代米层孔芯核线端口路位档系")
_DIVIDES = frozenset("，,。；;、！？?（）()【】[]《》\n")
#: What stands between the names of a brand.
_BESIDE = re.compile(r"[/／|,，、()（）]")


#: How far a place counts: the name in the description or the shop's name says less than in the title.
FIELD_WEIGHTS = {"title": 1.0, "brand": 1.0, "picture": 0.8, "description": 0.5, "seller": 0.5}
#: A likeness to a short name may be chance.
CHANCE = {1: 0.5, 2: 0.7, 3: 0.92}


@lru_cache(maxsize=4096)
def _letter(character: str) -> bool:
    """Whether it is a Latin letter, of any width."""
    plain = fold(character) if character else ""
    return plain.isascii() and plain.isalpha()


@dataclass
class Match:
    """Where a name was found: ``field`` of the listing, skeleton places ``start`` to ``end``, and how (see search).
    Made by the thousand, and never changed."""

    field: str
    text: str
    name: Name
    start: int
    end: int
    way: int
    likeness: float
    resemblance: float
    #: The skeleton of the text, where it is known.
    shape: str | None = dataclasses.field(default=None, compare=False)
    #: What ordinary words make of the stretch (see candidates.holding), where it is known.
    held: int | None = dataclasses.field(default=None, compare=False)

    @once
    def aligned(self) -> Aligned:
        return aligned_with(self.text, self.shape) if self.shape is not None else align(self.text)

    @once
    def verbatim(self) -> str:
        """The stretch as written."""
        return self.aligned.verbatim(self.start, self.end)

    @once
    def stretch(self) -> str:
        return self.aligned.skeleton[self.start : self.end]

    @once
    def latin(self) -> bool:
        return not is_han(self.stretch)

    @once
    def mixed(self) -> bool:
        """Whether ideographs and letters stand for one name (niu栏山): by no chance; a digit may count."""
        if self.way != SPELLS or self.resemblance < 1:
            return False
        han = any("\u4e00" <= one <= "\u9fff" for one in self.verbatim)
        return han and any(one.isascii() and one.isalpha() for one in self.verbatim)

    @once
    def cut(self) -> int:
        """How many ends of a Latin stretch stand inside a longer word (polo in apollo)."""
        if not self.latin:
            return 0
        aligned = self.aligned
        before = aligned.text[aligned.starts[self.start] - 1 : aligned.starts[self.start]]
        after = aligned.text[aligned.ends[self.end - 1] : aligned.ends[self.end - 1] + 1]
        first, last = aligned.text[aligned.starts[self.start]], aligned.text[aligned.ends[self.end - 1] - 1]
        return sum(_letter(outer) and _letter(inner) for outer, inner in ((before, first), (after, last)))

    @once
    def divided(self) -> bool:
        """Whether a comma or a bracket in a slight likeness ends a phrase that begins before it: 扣,天使 in 袖扣,天使
        is no 蓝天使. Of two characters a space does so where the first is a measure: 12速 送头盔 is no 速联. What looks
        or sounds like a name of three characters does so however it is divided."""
        pair = self.way in (LOOKS, SOUNDS) and self.end - self.start == 2
        if self.field == "brand" or not (pair or self.way in (SWAPPED, ADDED, OTHER, MISSING)):
            return False
        inner, first = self.verbatim[1:-1], self.aligned.starts[self.start]
        before = self.aligned.text[first - 1 : first] if first else ""
        if pair and any(character.isspace() for character in inner):
            return before.isdigit() and self.verbatim[0] in _MEASURES
        return not _DIVIDES.isdisjoint(inner) and is_han(before)

    @once
    def whole(self) -> str:
        """The Latin word, in small letters, that the stretch stands in: casino for casino, cut or not."""
        text, low, high = self.aligned.text, self.aligned.starts[self.start], self.aligned.ends[self.end - 1]
        while low and text[low - 1].isascii() and text[low - 1].isalpha():
            low -= 1
        while high < len(text) and text[high].isascii() and text[high].isalpha():
            high += 1
        return text[low:high].lower()

    @once
    def close(self) -> bool:
        """Whether the stretch stands for the name: the name itself, or what looks or sounds like it."""
        return self.way in (SAME, APART, SPLITS, SPELLS, SWAPPED, MASKED) or self.likeness >= 0.45

    @once
    def alike(self) -> float:
        """How near the stretch is to the name, 0–1, by what was done to it and where it stands; whatever its length."""
        if self.way == SPELLS and self.resemblance < 1:
            return 0.7 * FIELD_WEIGHTS[self.field]
        value = self.resemblance * FIELD_WEIGHTS[self.field]
        if self.way in (LOOKS, SOUNDS):
            value *= 0.6 + 0.4 * self.likeness
        elif self.way in (OTHER, MISSING, ADDED, SWAPPED):
            value *= 0.85
        return value

    @once
    def size(self) -> int:
        """How long the name is, for the chance that something is like it: of Latin letters one counts less."""
        size = len(fold(self.name.text))
        return size - (self.latin and size > 2)

    @once
    def imitates_at_most(self) -> float:
        """What naming.imitation reads at most, without a look at the words around."""
        if self.way in (SAME, APART):
            return 0.0
        sure = self.way == SPELLS and self.resemblance < 1
        return max(0.0, self.alike if sure else self.alike * CHANCE.get(self.size, 1.0))

    def _phrase(self) -> tuple[int, int]:
        """The stretch with a few characters on both sides, as far as nothing (a space, a comma) divides them."""
        aligned = self.aligned
        low, high = self.start, self.end
        while low > max(0, self.start - CONTEXT) and aligned.ends[low - 1] >= aligned.starts[low]:
            low -= 1
        while high < min(len(aligned.skeleton), self.end + CONTEXT) and aligned.ends[high - 1] >= aligned.starts[high]:
            high += 1
        return low, high

    @once
    def crosses_start(self) -> bool:
        """Whether a word may reach into the stretch from before it."""
        return may_cross(self.aligned.skeleton, self.start)

    @once
    def crosses_end(self) -> bool:
        """Whether a word may reach out of the stretch behind it."""
        return may_cross(self.aligned.skeleton, self.end)

    def ordinary(self, trade: Collection[int] = ()) -> bool:
        """Whether ordinary words explain the stretch better than the name does: 小米粥 is not 小米 and 粥.

        A name found unchanged counts as itself; only a longer word around it explains it away, unless what it adds
        are goods of the right's ``trade`` (茅台酒).
        """
        if self.latin:
            return self.way != SAME and is_english(self.whole)
        return self._memo(frozenset(trade))

    def _memo(self, trade: frozenset[int]) -> bool:
        """Asked several times of one match: worked out once."""
        known: dict[frozenset[int], bool] = self.__dict__.setdefault("_ordinary", {})
        if trade not in known:
            known[trade] = self._explained(trade)
        return known[trade]

    @once
    def torn(self) -> bool:
        """Whether the stretch is the end of one word and the head of another: 大禾田 in 广大禾田间. Of a name in
        components one such word is enough: 木可来 in 木可来自天然."""
        if self.held is not None:
            return bool(self.held & TORN)
        if self.latin or self.way in (SAME, APART, MASKED):
            return False
        enough = 1 if self.way == SPLITS else 2
        if not (self.crosses_start or self.crosses_end if enough == 1 else self.crosses_start and self.crosses_end):
            return False  # told without dividing it
        low, high = self._phrase()
        start, end = self.start - low, self.end - low
        pieces = segment(self.aligned.skeleton[low:high])
        edges = sum(any(left < edge < right for left, right in pieces) for edge in (start, end))
        return edges >= enough

    def _explained(self, trade: frozenset[int]) -> bool:
        if self.held is not None and not self.held & DOUBTFUL:
            return bool(self.held & ORDINARY)
        skeleton = self.aligned.skeleton
        if self.way == SAME and self.end - self.start >= CHANCELESS and not count(self.stretch):
            return False  # four characters are no chance: 武夷岩茶水仙 holds 茶水 by chance
        if not (self.crosses_start or self.crosses_end):
            held = may_begin(skeleton, self.start, self.end) or is_goods(skeleton[self.start])
            if self.way in (SAME, APART, SPLITS) or not held:
                return False  # told without dividing it
        low, high = self._phrase()
        context = skeleton[low:high]
        start, end = self.start - low, self.end - low
        covered = 0
        for left, right in segment(context):
            if right <= start or left >= end:
                continue
            if right - left > 1 and (left < start or right > end):
                rest = context[left:right].removeprefix(self.stretch)
                if self.way == SAME and left == start and any(word.number in trade for word in goods(rest)):
                    continue
                if self.way == SAME and left <= start and end <= right and is_proper(context[left:right]):
                    continue  # 海尔集团
                if self.way == SPLITS and not (left <= start and end <= right):
                    continue  # 六礻申花露水: 申花 is a word, and says nothing
                return True  # a word across an edge of the stretch
            if right - left > 1 or is_goods(context[left]):
                covered += right - left  # 月子 and 鞋
        return self.way not in (SAME, APART, SPLITS) and covered == end - start


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
    memo: dict[Feature, Reading | None] = dataclasses.field(default_factory=dict, repr=False)

    @property
    def branded(self) -> bool:
        """Whether the seller gives the found name as the brand, alone or beside another (壳多多KEDO/KEDO); more are a
        list of what something fits."""
        if self.match is None or not self.facts.brand:
            return False
        name, parts = fold(self.match.name.text), [part for part in _BESIDE.split(self.facts.brand[:80]) if part]
        return fold(self.facts.brand) == name or (len(parts) <= 2 and any(fold(part) == name for part in parts))

    @property
    def topics(self) -> frozenset[str]:
        """What there is to speak of (see registry.TOPICS)."""
        if self.match is None:
            return self.facts.topics
        return self.facts.topics_of_same if self.match.way in (SAME, APART) else self.facts.topics_of_altered

    def of(self, feature: Feature) -> Reading | None:
        """What a feature reads of this use; asked again, the same answer without the work."""
        memo = self.memo
        if feature in memo:
            return memo[feature]
        reading = memo[feature] = feature(self)
        return reading


class Reading(NamedTuple):
    """What a feature found: its value, and the sentence with what was compared."""

    value: float
    detail: str
    listing_value: str = ""
    right_value: str = ""
    region: Region | None = None


Feature: TypeAlias = Callable[[Use], Reading | None]
