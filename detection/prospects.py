"""The most that each of many hits can still score, from arrays: most hits are chance, and none of these need be built.

A register of a hundred thousand signs finds a name in every third title, and nearly always it is two characters that
happen to stand side by side. What the listing lacks (a price, a word of copying, a manner of suspected listings) and
what stands right beside the stretch bounds the score as in :mod:`detection.ceiling`, where the reasoning is; here it is
done for a batch, more loosely, for hits of marks. What passes is looked at one by one, as before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from detection.candidates import search as ways
from detection.candidates.holding import ORDINARY, TORN
from detection.candidates.names import Names, is_han
from detection.candidates.search import Hits
from detection.candidates.texts import Texts
from detection.facts import Facts
from detection.features.naming import endings
from detection.features.phrases import BORROWED, LIKE, MANNERS
from detection.features.registry import KEPT, may_speak
from detection.features.use import CHANCE
from detection.fields import Fields
from detection.goods.classes import near_bits
from detection.model import Head, Term
from detection.profile import Profile
from detection.reading import find_goods

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
#: Sums in another order, and single precision, differ by less than this.
_ROUNDING = 1e-6
#: What is bounded hit by hit.
_OF_HIT = ("goods", "poses", "imitation", "hidden", "extended", "copied_trade", "evoked")
#: The topics of hits: a listing may have either.
_ANY_HIT = frozenset(("same", "altered"))
_EDITED = (ways.OTHER, ways.MISSING, ways.ADDED, ways.SWAPPED)


def rising(term: Term) -> Term | None:
    """The most that a feature adds whose reading is no more than a value; None when it adds nothing ever. (A reading is
    made less at most, so the best of all lesser values counts.)"""
    if max(term.values) <= 0:
        return None
    return Term(term.edges, tuple(max(0.0, value) for value in accumulate(term.values, max)))


@cache
def _table(characters: str) -> Flags:
    found = np.zeros(0x10000, np.bool_)
    found[[ord(character) for character in characters]] = True
    return found


def _among(codes: npt.NDArray[np.uint32], table: Flags) -> Flags:
    found: Flags = (codes < len(table)) & table[np.minimum(codes, len(table) - 1)]
    return found


class _Silence:
    """What a listing adds less than one that has everything, by its topics (see registry.TOPICS)."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = terms
        self.of = lru_cache(maxsize=KEPT)(self._less)

    def _less(self, topics: frozenset[str]) -> float:
        silent = [term for name, term in self._terms.items() if not may_speak(name, topics | _ANY_HIT)]
        return sum(term.values[-1] - term.at(0.0) for term in silent)


class Prospects:
    """The bound for marks. ``names`` are of ``profiles``; ``features`` are all that are read of a mark."""

    def __init__(self, head: Head, features: Sequence[str], profiles: Sequence[Profile], names: Names) -> None:
        found = {name: rising(head.terms[name]) for name in features if name in head.terms}
        self._terms: Mapping[str, Term] = {name: term for name, term in found.items() if term is not None}
        #: What all features add at most that are bounded neither hit by hit nor by the manner.
        own = {name: term for name, term in self._terms.items() if name not in (*_OF_HIT, "manner")}
        self._all = head.bias + sum(term.values[-1] for term in own.values())
        self._silent = _Silence(own)
        self._names, self._profiles = names, profiles
        self._rights = np.fromiter((name.right for name in names.names), np.int64, len(names.names))
        self._marks = np.fromiter((not profile.is_gi for profile in profiles), np.bool_, len(profiles))
        posing = (bool(profile.right.authorised or profile.right.holder) for profile in profiles)
        #: Rights of which it is known who may use them.
        self._settled = np.fromiter(posing, np.bool_, len(profiles))
        self._poses = np.where(self._settled, self._at("poses", 1.0), self._at("poses", 0.0))
        near = (near_bits(profile.classes) for profile in profiles)
        #: The classes of goods that are the right's or near them, as bits; and whether it lists goods word by word.
        self._near = np.fromiter(near, np.uint64, len(profiles))
        self._listing = np.fromiter((profile.lists_goods for profile in profiles), np.bool_, len(profiles))
        #: What takes from a score where nothing voids it: the manner, by steps, and what ordinary words explain.
        self._manner = head.terms.get("manner")
        self._ordinary = min(0.0, head.terms["ordinary"].at(1.0)) if "ordinary" in head.terms else 0.0

    def _at(self, name: str, value: float) -> float:
        term = self._terms.get(name)
        return term.at(value) if term is not None else 0.0

    def _each(self, name: str, values: Floats) -> Floats:
        term = self._terms.get(name)
        if term is None:
            return np.zeros(len(values))
        return term.each(values + _ROUNDING)

    def _listings(self, batch: Sequence[Facts], manners: Floats) -> Floats:
        """The most of each listing, in log-odds, without what is bounded hit by hit."""
        silent = [self._silent.of(facts.topics) for facts in batch]
        most: Floats = self._all - np.array(silent) + self._each("manner", np.maximum(manners, 0.0))
        # a picture may bring the right in without any hit: then its hits must be there
        most[[place for place, facts in enumerate(batch) if facts.shown.sightings]] = math.inf
        return most

    def _lowered(self, manners: Floats) -> Floats:
        """What each manner takes from a score; 0 stands for none."""
        if self._manner is None:
            return np.zeros(len(manners))
        return np.where(manners == 0, 0.0, np.minimum(self._manner.each(manners), 0.0))

    def hopeless(
        self,
        texts: Texts,
        hits: Hits,
        made: npt.NDArray[np.uint8],
        fields: Fields,
        batch: Sequence[Facts],
        least: float,
    ) -> Flags:
        """Which hits surely score less than a probability, whatever else is read of them. ``made``: what
        words make of each (see candidates.holding); ``fields``: what the texts are of."""
        if least <= 0 or not len(hits):
            return np.zeros(len(hits), np.bool_)
        bound = (math.log(least / (1 - least)) if least < 1 else math.inf) - _ROUNDING
        owner = fields.owner[hits.text]
        right = self._rights[hits.name]
        places = np.flatnonzero(np.bincount(owner, minlength=len(batch)))
        listings = [batch[place] for place in places.tolist()]
        most, taken = np.zeros(len(batch)), np.zeros(len(batch))
        branded, offered = np.zeros(len(batch), np.bool_), np.zeros(len(batch), np.uint64)
        manners = np.array([facts.marks_manner or 0.0 for facts in listings])
        most[places], taken[places] = self._listings(listings, manners), self._lowered(manners)
        branded[places] = [bool(facts.brand) for facts in listings]
        find_goods(listings)
        offered[places] = [facts.trade for facts in listings]
        fitting = self._listing[right] | ((offered[owner] & self._near[right]) != 0)
        sums = most[owner] + self._poses[right] + np.where(self._settled[right], 0.0, taken[owner])
        sums += np.where(fitting, self._at("goods", 1.0), self._at("goods", 0.0))
        sums += np.where(self._borrowed(texts, hits), self._at("evoked", 1.0), self._at("evoked", 0.0))
        same = hits.way == ways.SAME
        torn, ordinary = (made & TORN) != 0, (made & ORDINARY) != 0
        alike = np.where(same | torn | (ordinary & (hits.way == ways.OTHER)), 0.0, self._alike(hits))
        goes_on = same & (fitting | ~fields.titled[hits.text]) & self._longer(texts, hits, branded[owner])
        sums += np.where(ordinary & ~goes_on, self._ordinary, 0.0)
        longer = np.where(goes_on, 1.0, 0.0)
        sums += self._each("imitation", alike) + self._each("extended", longer)
        sums += self._each("copied_trade", np.where(fitting, np.maximum(alike, longer), 0.0)) + self._at("hidden", 0.0)
        found: Flags = (sums < bound) & self._marks[right]
        other = (np.diff(hits.name, prepend=-1) != 0) | (np.diff(hits.text, prepend=-1) != 0)
        once = other & np.append(other[1:], True)
        hiding = np.flatnonzero(found & same & (sums + self._at("hidden", 1.0) >= bound))
        found[hiding] = False
        found[[row for row in hiding[once[hiding]].tolist() if self._plainly(hits, fields, row)]] = True
        return found

    def _plainly(self, hits: Hits, fields: Fields, row: int) -> bool:
        """Whether a text has a name, found in it but once and unchanged, as it is written in the register."""
        text, name = fields.text[int(hits.text[row])], self._names.names[int(hits.name[row])].text
        return is_han(name) and name in text  # found once, so it is this stretch

    def _alike(self, hits: Hits) -> Floats:
        """What Match.imitates_at_most says, or more."""
        left, likeness = hits.resemblance.astype(np.float64), hits.likeness.astype(np.float64)
        seen = (hits.way == ways.LOOKS) | (hits.way == ways.SOUNDS)
        kept = np.where(seen, 0.6 + 0.4 * likeness, np.where(np.isin(hits.way, _EDITED), 0.85, 1.0))
        chances = np.array([1.0, *(CHANCE.get(size, 1.0) for size in range(1, 5))])
        chance = chances[np.minimum(self._names.folded[hits.name], 4)]
        short = (hits.way == ways.SPELLS) & (left < 1)
        found: Floats = np.where(short, 0.7, left * kept * chance)
        return found

    def _longer(self, texts: Texts, hits: Hits, branded: Flags) -> Flags:
        """Of names found unchanged, where features.naming.extended may read anything."""
        end = texts.places(hits.text, hits.end)
        codes, last = texts.codes[end], texts.codes[end - 1]
        found: Flags = branded | (codes == last) | _among(codes, _table("".join(sorted(endings()))))
        found |= (hits.end - hits.start >= 3) & texts.words(end - 1)
        found &= codes != 0
        found |= ~texts.all_han(hits.text, hits.start, hits.end)
        return found

    def _borrowed(self, texts: Texts, hits: Hits) -> Flags:
        """Where features.wording.evoked may read anything: by single characters of what it looks for."""
        codes, end = texts.codes, texts.places(hits.text, hits.end)
        before = codes[np.maximum(texts.places(hits.text, hits.start) - 1, 0)]
        found: Flags = _among(before, _table("".join(word[-1] for word in LIKE)))
        found |= _among(codes[end], _table("".join(MANNERS)))
        heads = _table("".join(sorted(BORROWED)))
        for place in range(3):  # a word begins so far behind the name at most
            found |= _among(codes[np.minimum(end + place, len(codes) - 1)], heads)
        return found
