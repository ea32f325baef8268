"""The look-up: which stretches of a batch of listings could mean which rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from operator import itemgetter
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from detection.candidates import search as ways
from detection.candidates.composing import Composing
from detection.candidates.holding import held
from detection.candidates.masked import Masked
from detection.candidates.names import Name, Names
from detection.candidates.search import Hits, search_shaped
from detection.candidates.texts import Texts
from detection.candidates.transcribed import Near, Transcribed
from detection.coincidence import (
    CLAIMED,
    DIVIDED,
    ELSEWHERE,
    FEWEST,
    HEAD,
    INSIDE,
    LEAST,
    Coincidence,
    Traits,
    explained,
    traits_of,
)
from detection.facts import Facts
from detection.features.use import Match
from detection.fields import Fields, fields_of
from detection.goods.classes import class_bits, is_goods
from detection.matching import latin_worth, phrased
from detection.names.components import Composed, compose
from detection.names.folding import decode, fold, skeleton, skeletons
from detection.profile import Profile
from detection.reading import find_goods

_EDITS = (ways.ADDED, ways.OTHER, ways.MISSING)


#: Texts, hits in them, what words make of these (see candidates.holding), what the texts are of: which are hopeless.
Hopeless: TypeAlias = Callable[[Texts, Hits, npt.NDArray[np.uint8], Fields], npt.NDArray[np.bool_]]


def _trades(listings: Sequence[Facts]) -> list[int]:
    """The classes of what each listing offers, as bits."""
    find_goods(listings)
    return [facts.trade for facts in listings]


def likeness_of(match: Match) -> Traits:
    """What tells whether a match is coincidence."""
    aligned, start = match.aligned, match.start
    place = CLAIMED if match.field == "brand" else ELSEWHERE
    if match.field == "title":
        place = HEAD if not start else DIVIDED if aligned.starts[start] > aligned.ends[start - 1] else INSIDE
    words = explained(match.held) if match.held is not None else match.torn or match.ordinary()
    return traits_of(
        *(match.name.text, match.way, aligned.skeleton, start, match.end),
        place=place,
        resemblance=match.resemblance,
        words=words,
    )


class Found:
    """The matches in a listing by the right, and the rights of which none but hopeless ones were found."""

    __slots__ = ("hopeless", "matches")

    def __init__(self) -> None:
        self.matches: dict[int, list[Match]] = {}
        self.hopeless: set[int] = set()

    def add(self, match: Match, *, vain: bool = False) -> None:
        """``vain``: the match is hopeless."""
        right = match.name.right
        known = self.matches.get(right)
        if known is None:
            self.matches[right] = [match]
            if vain:
                self.hopeless.add(right)
            return
        known.append(match)
        if not vain:
            self.hopeless.discard(right)


class _Batch(dict[int, Found]):
    """What is found in the listings of a batch, by their places."""

    def __missing__(self, owner: int) -> Found:
        found = self[owner] = Found()
        return found


#: What is found in most listings; it stays empty.
_NOTHING = Found()


class Lookup:
    """The names of a register, compiled. ``profiles``: its rights, in the order of the register; ``sifted``: what is
    rather coincidence is left out (see detection.coincidence)."""

    def __init__(self, profiles: Sequence[Profile], *, sifted: bool = True) -> None:
        self._profiles = profiles
        self.names = Names([name for index, p in enumerate(profiles) for name in p.lookup_names(index)])
        self._rights = np.fromiter((name.right for name in self.names.names), np.int64, len(self.names.names))
        self._trades = np.fromiter((class_bits(p.classes) for p in profiles), np.uint64, len(profiles))
        self._listing = np.fromiter((profile.lists_goods for profile in profiles), np.bool_, len(profiles))
        self._single: dict[str, list[int]] = {}
        for index, profile in enumerate(profiles):
            for name in profile.single:
                self._single.setdefault(name, []).append(index)
        spared = [profiles[name.right].is_gi for name in self.names.names]
        self.coincidence = Coincidence(self.names, spared) if sifted else None
        self._masked = Masked(self.names)
        self._composing = Composing(self.names)
        self._transcribed = Transcribed(self.names, self._trades, [p.goods_words for p in profiles])

    @property
    def size(self) -> str:
        """How many names of each kind there are, as far as that changes what is found; "" for a small register."""
        steps = self.coincidence.steps if self.coincidence is not None else ()
        return "~" + "/".join(map(str, steps)) if any(step > FEWEST for step in steps) else ""

    def matches(self, batch: Sequence[Facts], hopeless: Hopeless | None = None) -> list[Found]:
        """What is found in each listing. Rights of which all hits are ``hopeless`` are given as such; where no other is
        found, nothing is given."""
        fields = fields_of(batch)
        if not fields.text:
            return [_NOTHING] * len(batch)
        found = _Batch()
        texts = Texts(*skeletons(fields.text))
        hits, made = self._likely(texts, fields, batch)
        vain = hopeless(texts, hits, made, fields) if hopeless is not None else np.zeros(len(hits), np.bool_)
        shaped = decode(texts.codes)
        composed = [row for row in self._composing.texts(texts) if fields.titled[row]]
        titles = [(int(fields.owner[row]), shaped[row]) for row in composed]
        whole = [(owner, made) for owner, shape in titles for made in compose(shape)]
        heard = self._transcribing(batch)
        masked = self._masked.possible([facts.title for facts in batch])
        alone = self._claimed_alone(batch)
        wanted = np.zeros(len(batch), np.bool_)
        wanted[[owner for owner, _ in whole] + [*heard, *masked, *alone]] = True
        wanted[fields.owner[hits.text[~vain]]] = True
        rows = np.flatnonzero(wanted[fields.owner[hits.text]])
        self._build(hits.take(rows), made[rows], vain[rows], texts, shaped, fields, found)
        self._compose(batch, whole, found)
        for owner in sorted(heard.keys() | masked):
            facts = batch[owner]
            if owner in masked:
                self._unmask(facts, found[owner])
            if owner in heard:
                for match in list(self._heard(facts, heard[owner], found[owner])):
                    found[owner].add(match)
        for owner, rights in alone.items():
            brand = batch[owner].brand
            for right in rights:
                found[owner].add(Match("brand", brand, Name(right, brand), 0, 1, ways.SAME, 1.0, 1.0))
        return [found.get(owner, _NOTHING) for owner in range(len(batch))]

    def coincidences(self, facts: Facts) -> list[Match]:
        """What is left out of a listing as rather coincidence: of each right that is not found there otherwise the
        stretch that comes nearest to being meant, the nearest first."""
        chance = self.coincidence
        if chance is None or not self.size:
            return []
        whole = copy(self)
        whole.coincidence = None
        (kept,), (found,) = self.matches([facts]), whole.matches([facts])
        left = (several for right, several in found.matches.items() if right not in kept.matches)
        best = [max((chance.one(likeness_of(one)), -place, one) for place, one in enumerate(few)) for few in left]
        return [match for *_, match in sorted(best, key=lambda one: (-one[0], one[2].name.right))]

    def _likely(self, texts: Texts, fields: Fields, batch: Sequence[Facts]) -> tuple[Hits, npt.NDArray[np.uint8]]:
        """The hits that are worth judging and no coincidence, with what words make of each (see candidates.holding)."""
        hits, chance = search_shaped(self.names, texts, likely=True), self.coincidence
        if chance is None:
            hits = hits.take(self._worth(hits, fields, batch))
            return hits, held(texts, hits)
        meant = chance.at_most(texts, hits, fields)
        rows = np.flatnonzero((meant >= LEAST) | (hits.way == ways.SAME))  # most are gone before anything is read
        worth = self._worth(hits.take(rows), fields, batch)
        hits, meant = hits.take(rows[worth]), meant[rows[worth]]
        made = held(texts, hits)
        rows = np.flatnonzero(chance.sifted(hits, meant, made))
        return hits.take(rows), made[rows]

    def _claimed_alone(self, batch: Sequence[Facts]) -> dict[int, list[int]]:
        """The listings whose claimed brand is a name of one character, and the rights that have it."""
        if not self._single:
            return {}
        brands = {owner: skeleton(fold(facts.brand)) for owner, facts in enumerate(batch) if facts.brand}
        return {owner: self._single[brand] for owner, brand in brands.items() if brand in self._single}

    def _build(
        self,
        hits: Hits,
        made: npt.NDArray[np.uint8],
        vain: npt.NDArray[np.bool_],
        texts: Texts,
        shaped: Sequence[str],
        fields: Fields,
        found: _Batch,
    ) -> None:
        """Matches of the hits."""
        names, owners = self.names.names, fields.owner.tolist()
        han = texts.all_han(hits.text, hits.start, hits.end).tolist()
        for (row, index, start, end, way, likeness, resemblance), by_words, plain, no in zip(
            hits.rows(), made.tolist(), han, vain.tolist(), strict=True
        ):
            field, text, shape = fields.name[row], fields.text[row], shaped[row]
            match = Match(field, text, names[index], start, end, way, likeness, resemblance, shape, by_words)
            if not plain and not latin_worth(match):
                continue
            if end - start == 2 and way != ways.SAME and (phrased(match) or is_goods(shape[start:end])):
                continue
            found[owners[row]].add(match, vain=no)

    def _transcribing(self, batch: Sequence[Facts]) -> dict[int, list[tuple[str, Near | None]]]:
        """The listings that may transcribe a Latin name, the fields that do, and what of them need be looked at."""
        if not self._transcribed:
            return {}
        branded = [owner for owner, facts in enumerate(batch) if facts.brand]
        owners = [*range(len(batch)), *branded]
        possible = self._transcribed.possible(
            [*[facts.title for facts in batch], *[batch[owner].brand for owner in branded]],
            [*[False] * len(batch), *[True] * len(branded)],
            lambda rows: _trades([batch[owners[row]] for row in rows]),
        )
        found: dict[int, list[tuple[str, Near | None]]] = {}
        for row, only in sorted(possible.items(), key=itemgetter(0)):
            found.setdefault(owners[row], []).append(("title" if row < len(batch) else "brand", only))
        return found

    def _heard(self, facts: Facts, fields: Sequence[tuple[str, Near | None]], found: Found) -> Iterator[Match]:
        """Latin names that the title or the claimed brand transcribes, but where a registered name stands as it is."""
        for field, only in fields:
            text = facts.brand if field == "brand" else facts.title
            heard = self._transcribed.find(text, lambda: facts.trade, facts.folded, claimed=field == "brand", only=only)
            for name, likeness, start, end in heard:
                same = (one for several in found.matches.values() for one in several if one.way == ways.SAME)
                if any(one.field == field and one.start < end and start < one.end for one in same):
                    continue
                match = Match(field, text, name, start, end, ways.TRANSCRIBED, likeness, likeness)
                if self._meant(match, facts):
                    yield match

    def _meant(self, match: Match, facts: Facts) -> bool:
        """Whether a transcription is no coincidence. Where the right's own goods are named it is none."""
        profile = self._profiles[match.name.right]
        if self.coincidence is None or profile.is_gi or any(word in facts.folded for word in profile.goods_words):
            return True
        return self.coincidence.one(likeness_of(match)) >= LEAST

    def _unmask(self, facts: Facts, found: Found) -> None:
        for name, known, start, end in self._masked.find(facts.title):
            profile = self._profiles[name.right]
            if facts.trade & class_bits(profile.classes) and facts.standing("fake")[0]:
                found.add(Match("title", facts.title, name, start, end, ways.MASKED, 1.0, known))

    def _compose(self, batch: Sequence[Facts], whole: Sequence[tuple[int, Composed]], found: _Batch) -> None:
        """Names of which any characters are written in components (氵每底扌劳): titles are searched once more with the
        components put together, as ``whole`` has them with the place of the listing."""
        if not whole:
            return
        hits = search_shaped(self.names, Texts(*skeletons([made.text for _, made in whole])), exact=True)
        known: dict[int, tuple[tuple[int, int], ...]] = {}
        for row, index, start, end, way, _, _ in hits.rows():
            (owner, made), name = whole[row], self.names.names[index]
            if way != ways.SAME or name.role == "stem" or not made.holds(start, end):
                continue
            places = known[row] if row in known else known.setdefault(row, made.places)
            if len(made.text) != len(places):
                continue
            first, last = places[start][0], places[end - 1][1]
            if last - first > end - start:  # a character of the name was put together
                found[owner].add(Match("title", batch[owner].title, name, first, last, ways.SPLITS, 1.0, 1.0))

    def _worth(self, hits: Hits, fields: Fields, batch: Sequence[Facts]) -> npt.NDArray[np.bool_]:
        """Which likely hits are worth judging. Chance makes most likenesses to short names, so those (two characters
        replaced by what looks or sounds like them, three with one replaced by an unlike one) count only on goods of the
        right, or of its class, or in the brand; and where an ordinary word explains them, only right before the right's
        own goods at the head of the title (格利空调)."""
        lengths, latin = self.names.lengths[hits.name], self.names.latin[hits.name]
        claims, owner = fields.claimed[hits.text], fields.owner[hits.text]
        # one letter more or other in so short a name is chance, but not where the seller gives his brand (FILLA)
        worth: npt.NDArray[np.bool_] = ~(
            latin & (lengths <= 4) & np.isin(hits.way, _EDITS) & ~(claims & (hits.way == ways.ADDED))
        )
        worth &= ~hits.explained | claims | self._listing[self._rights[hits.name]]
        for row in np.flatnonzero(worth & hits.explained & ~claims).tolist():
            own = self._profiles[int(self._rights[hits.name[row]])].goods_words
            worth[row] = bool(own) and batch[int(owner[row])].folded.startswith(tuple(own), int(hits.end[row]))
        like = (hits.way == ways.LOOKS) | (hits.way == ways.SOUNDS)
        wholly = (hits.way == ways.OTHER) | ((hits.way == ways.SOUNDS) & (hits.resemblance < ways.WHOLLY))
        short = (hits.way == ways.SPELLS) & (hits.resemblance < 1)  # 李n
        short |= latin & (lengths <= 3) & (hits.way == ways.SWAPPED)
        chance = worth & ((like & (lengths == 2)) | (wholly & (lengths == 3)) | short)
        rows = np.flatnonzero(chance)
        if len(rows):
            offered = np.zeros(len(batch), np.uint64)
            places = np.unique(owner[rows])
            offered[places] = _trades([batch[place] for place in places.tolist()])
            trades = self._trades[self._rights[hits.name[rows]]]
            worth[rows] = claims[rows] | ((offered[owner[rows]] & trades) != 0)
            for row in rows[~worth[rows] & self._listing[self._rights[hits.name[rows]]]].tolist():
                own = self._profiles[int(self._rights[hits.name[row]])].goods_words
                worth[row] = any(word in batch[int(owner[row])].folded for word in own)
        return worth
