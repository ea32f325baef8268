"""The screener: listings against a register of rights."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from detection.candidates import search as ways
from detection.candidates.masked import Masked
from detection.candidates.names import Name, Names
from detection.candidates.search import Hits, search_shaped
from detection.candidates.texts import Texts
from detection.candidates.transcribed import Transcribed
from detection.ceiling import Ceiling
from detection.facts import Facts
from detection.features.registry import GI_FEATURES, MARK_FEATURES, read
from detection.features.use import Match, Use
from detection.goods.classes import class_bits, is_goods
from detection.matching import best_match, latin_worth, others_at, phrased
from detection.model import Model
from detection.names.components import compose
from detection.names.folding import decode, fold, skeleton, skeletons
from detection.pictures.register import PICTURED, SPECIAL_MARK, Kept, Picture, RightPictures, Sighting
from detection.pictures.shown import NOTHING, Shown, Written, numbers
from detection.profile import Profile
from detection.reasons import reasons
from domain.records import Finding, Listing, ListingRef, Right, Signal, Tier, finding_id

#: Listings searched at once: enough to use the machine well, little enough to stay small.
BATCH = 2048
#: Rights from which on a register is large for the garbage collector.
_LARGE = 5_000
_EDITS = (ways.ADDED, ways.OTHER, ways.MISSING)

#: What their pictures show, by the listing's key.
Pictured: TypeAlias = Mapping[str, Shown]
_UNPICTURED: Pictured = {}


@dataclass(frozen=True, slots=True)
class Assessment:
    """A right that a listing could concern: the probability, the tier (None below the lowest) and the reasons."""

    right: Right
    score: float
    tier: Tier | None
    signals: tuple[Signal, ...]
    values: Mapping[str, float]


@contextmanager
def undisturbed() -> Iterator[None]:
    """The garbage collector rests: judging makes many objects and no cycles, and each round of it would go through a
    register of a million objects that stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@cache
def detector_version() -> str:
    """A digest of the code that judges: the same code gives the same version."""
    digest = hashlib.sha256()
    root = files("detection")
    for folder in ("", "candidates", "features", "goods", "marks", "names", "places", "pictures"):
        place = root.joinpath(folder) if folder else root
        for entry in sorted(place.iterdir(), key=lambda item: item.name):
            if entry.name.endswith((".py", ".tsv", ".onnx", ".txt", ".gz", ".npy", ".npz")):
                digest.update(entry.name.encode())
                digest.update(entry.read_bytes())
    return f"qingyuan-{digest.hexdigest()[:12]}"


class Screener:
    """Rights compiled for screening; hold on to it, for compiling a large register takes seconds.

    ``right_pictures`` gives the bytes of the logos and photos that the rights name by path; ``medians`` the median
    price of a category by its last name; ``kept`` remembers what was found in a picture by its digest.
    """

    def __init__(
        self,
        rights: Sequence[Right],
        model: Model,
        *,
        right_pictures: Mapping[str, bytes] | None = None,
        medians: Mapping[str, float] | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.model = model
        self._profiles = tuple(Profile(right) for right in rights)
        self._places = {profile.right.id: index for index, profile in enumerate(self._profiles)}
        self._names = Names([name for index, p in enumerate(self._profiles) for name in p.lookup_names(index)])
        self._rights = np.fromiter((name.right for name in self._names.names), np.int64, len(self._names.names))
        self._trades = np.fromiter((class_bits(p.classes) for p in self._profiles), np.uint64, len(self._profiles))
        self._listing = np.fromiter((profile.lists_goods for profile in self._profiles), np.bool_, len(self._profiles))
        self._single = {name: index for index, profile in enumerate(self._profiles) for name in profile.single}
        self._masked = Masked(self._names)
        self._transcribed = Transcribed(self._names, self._trades, [p.goods_words for p in self._profiles])
        self._pictures = RightPictures(rights, right_pictures or {}, kept=kept)
        self._medians = dict(medians or {})
        features = {"trademark": MARK_FEATURES, "gi": GI_FEATURES}
        self._ceilings = {kind: Ceiling(model.heads[kind], features[kind]) for kind in features}
        if len(rights) >= _LARGE:
            gc.collect()  # counts the register as old: else it is searched for garbage again and again while screening
        #: The lowest probability of any tier: what scores less is no finding.
        self.lowest = min(min(head.tiers.values()) for head in model.heads.values())
        self.version = f"{model.version}+{detector_version()}"

    @property
    def names(self) -> Names:
        """The compiled names of all rights."""
        return self._names

    def screen(
        self, listing: Listing, pictures: Sequence[Picture] = (), lines: Sequence[Written] = ()
    ) -> tuple[Finding, ...]:
        """The findings on one listing, the likeliest first; a right below the lowest tier is none. ``lines``: what was
        read in its pictures."""
        ((_, findings),) = self.screen_many([listing], {listing.key: self.shown(pictures, lines)})
        return findings

    def screen_many(
        self, listings: Iterable[Listing], pictured: Pictured = _UNPICTURED
    ) -> Iterator[tuple[Listing, tuple[Finding, ...]]]:
        """Many listings by their text and what their pictures show: the same findings, much faster than one by one."""
        for listing, assessments in self.assess_many(listings, pictured, at_least=self.lowest):
            yield listing, self.findings(listing, assessments)

    def findings(self, listing: Listing, assessments: Iterable[Assessment]) -> tuple[Finding, ...]:
        return tuple(
            Finding(
                id=finding_id(listing.key, one.right.id),
                listing=ListingRef(key=listing.key, capture=listing.capture),
                right=one.right.id,
                score=one.score,
                tier=one.tier,
                signals=one.signals,
                detector=detector_version(),
                model=self.model.version,
            )
            for one in assessments
            if one.tier is not None
        )

    def assess(
        self, listing: Listing, pictures: Sequence[Picture] = (), lines: Sequence[Written] = ()
    ) -> tuple[Assessment, ...]:
        """Every right that the listing could concern, the likeliest first, below the lowest tier too."""
        ((_, found),) = self.assess_many([listing], {listing.key: self.shown(pictures, lines)})
        return found

    def shown(self, pictures: Sequence[Picture], lines: Sequence[Written] = ()) -> Shown:
        """What the pictures of a listing show; ``lines`` is what was read in them."""
        found = self._pictures.sightings(pictures)
        special = found.pop(SPECIAL_MARK, None)
        place = special.logo_region if special is not None and special.logo >= PICTURED else None
        by_id = {self._profiles[index].right.id: seen for index, seen in found.items()}
        return Shown(by_id, tuple(lines), numbers(pictures), place)

    def assess_many(
        self, listings: Iterable[Listing], pictured: Pictured = _UNPICTURED, *, at_least: float = 0.0
    ) -> Iterator[tuple[Listing, tuple[Assessment, ...]]]:
        """Many listings; ``pictured``: what their pictures show, by the listing's key (see :meth:`shown`). Rights that
        surely score less than ``at_least`` are left out, which saves most of the work; of the others nothing differs.
        """
        batch: list[Facts] = []
        for listing in listings:
            batch.append(Facts(listing, pictured.get(listing.key, NOTHING) if pictured else NOTHING))
            if len(batch) == BATCH:
                yield from self._assess_batch(batch, at_least)
                batch = []
        if batch:
            yield from self._assess_batch(batch, at_least)

    def touched(self, listings: Sequence[Listing], pictured: Pictured = _UNPICTURED) -> list[bool]:
        """Whether a text of each listing, or one read in its pictures, has a stretch that could mean one of the rights,
        whatever comes of it.

        A listing without one is judged the same with these rights and without them, but for logos and photos: no hit of
        a name depends on the other names, save that consonants which 65 names share say nothing (see Transcribed), and
        that of the names a mask fits only 64 are given (see Masked).
        """
        facts = [Facts(listing, pictured.get(listing.key, NOTHING)) for listing in listings]
        return [bool(found) for found in self._matches(facts)]

    def _assess_batch(self, batch: list[Facts], at_least: float) -> list[tuple[Listing, tuple[Assessment, ...]]]:
        judged: list[tuple[Listing, tuple[Assessment, ...]]] = []
        with undisturbed():
            for facts, matches in zip(batch, self._matches(batch), strict=True):
                shown = facts.shown.sightings
                seen = {self._places[right]: one for right, one in shown.items()} if shown else {}
                judged.append((facts.listing, self._judge(facts, matches, seen, at_least) if matches or seen else ()))
        return judged

    def _matches(self, batch: Sequence[Facts]) -> list[dict[int, list[Match]]]:
        """For each listing, the matches of each right."""
        found: list[dict[int, list[Match]]] = [{} for _ in batch]
        fields = [(owner, name, text) for owner, facts in enumerate(batch) for name, text in facts.fields]
        if not fields:
            return found
        texts = Texts(*skeletons([text for _, _, text in fields]))
        hits = search_shaped(self._names, texts, likely=True)
        hits = hits.take(self._worth(hits, [name for _, name, _ in fields], [batch[owner] for owner, _, _ in fields]))
        shaped, names = decode(texts.codes), self._names.names
        han = texts.all_han(hits.text, hits.start, hits.end).tolist()
        for (row, index, start, end, way, likeness, resemblance), plain in zip(hits.rows(), han, strict=True):
            (owner, field, text), name = fields[row], names[index]
            match = Match(field, text, name, start, end, way, likeness, resemblance)
            if not plain and not latin_worth(match):
                continue
            if end - start == 2 and way != ways.SAME and (phrased(match) or is_goods(shaped[row][start:end])):
                continue
            found[owner].setdefault(name.right, []).append(match)
        self._compose(
            batch, [(fields[row][0], shaped[row]) for row in texts.composable() if fields[row][1] == "title"], found
        )
        for owner, facts in enumerate(batch):
            if self._masked.possible(facts.title):
                self._unmask(facts, found[owner])
            for match in list(self._heard(facts, found[owner])):
                found[owner].setdefault(match.name.right, []).append(match)
            single = self._single.get(skeleton(fold(facts.brand))) if facts.brand else None
            if single is not None:
                name = Name(single, facts.brand)
                found[owner].setdefault(single, []).append(Match("brand", facts.brand, name, 0, 1, ways.SAME, 1.0, 1.0))
        return found

    def _heard(self, facts: Facts, found: Mapping[int, Sequence[Match]]) -> Iterator[Match]:
        """Latin names that the title or the claimed brand transcribes, but where a registered name stands as it is."""
        if not self._transcribed:
            return
        for field, text in (("title", facts.title), ("brand", facts.brand)):
            heard = self._transcribed.find(text, lambda: facts.trade, facts.folded, claimed=field == "brand")
            for name, likeness, start, end in heard:
                same = (one for several in found.values() for one in several if one.way == ways.SAME)
                if not any(one.field == field and one.start < end and start < one.end for one in same):
                    yield Match(field, text, name, start, end, ways.TRANSCRIBED, likeness, likeness)

    def _unmask(self, facts: Facts, found: dict[int, list[Match]]) -> None:
        for name, known, start, end in self._masked.find(facts.title):
            profile = self._profiles[name.right]
            if facts.trade & class_bits(profile.classes) and facts.standing("fake")[0]:
                shown = Match("title", facts.title, name, start, end, ways.MASKED, 1.0, known)
                found.setdefault(name.right, []).append(shown)

    def _compose(
        self, batch: Sequence[Facts], titles: Iterable[tuple[int, str]], found: list[dict[int, list[Match]]]
    ) -> None:
        """Names of which any characters are written in components (氵每底扌劳): titles are searched once more with the
        components put together."""
        whole = [(owner, made) for owner, shape in titles for made in compose(shape)]
        if not whole:
            return
        hits = search_shaped(self._names, Texts(*skeletons([made.text for _, made in whole])), exact=True)
        for row, index, start, end, way, _, _ in hits.rows():
            (owner, made), name = whole[row], self._names.names[index]
            if way != ways.SAME or name.role == "stem" or len(made.text) != len(made.places):
                continue
            first, last = made.places[start][0], made.places[end - 1][1]
            if last - first > end - start:  # a character of the name was put together
                match = Match("title", batch[owner].title, name, first, last, ways.SPLITS, 1.0, 1.0)
                found[owner].setdefault(name.right, []).append(match)

    def _worth(self, hits: Hits, fields: Sequence[str], owners: Sequence[Facts]) -> npt.NDArray[np.bool_]:
        """Which likely hits are worth judging. Chance makes most likenesses to short names, so those (two characters
        replaced by what looks or sounds like them, three with one replaced by an unlike one) count only on goods of the
        right, or of its class, or in the brand; and where an ordinary word explains them, only right before the right's
        own goods at the head of the title (格利空调)."""
        lengths, latin = self._names.lengths[hits.name], self._names.latin[hits.name]
        claimed = np.fromiter((name == "brand" for name in fields), np.bool_, len(fields))
        claims = claimed[hits.text]
        # one letter more or other in so short a name is chance, but not where the seller gives his brand (FILLA)
        worth: npt.NDArray[np.bool_] = ~(
            latin & (lengths <= 4) & np.isin(hits.way, _EDITS) & ~(claims & (hits.way == ways.ADDED))
        )
        worth &= ~hits.explained | claims | self._listing[self._rights[hits.name]]
        for row in np.flatnonzero(worth & hits.explained & ~claims).tolist():
            place, own = int(hits.text[row]), self._profiles[int(self._rights[hits.name[row]])].goods_words
            worth[row] = bool(own) and owners[place].folded.startswith(tuple(own), int(hits.end[row]))
        like = (hits.way == ways.LOOKS) | (hits.way == ways.SOUNDS)
        wholly = (hits.way == ways.OTHER) | ((hits.way == ways.SOUNDS) & (hits.resemblance < ways.WHOLLY))
        short = (hits.way == ways.SPELLS) & (hits.resemblance < 1)  # 李n
        short |= latin & (lengths <= 3) & (hits.way == ways.SWAPPED)
        chance = worth & ((like & (lengths == 2)) | (wholly & (lengths == 3)) | short)
        rows = np.flatnonzero(chance)
        if len(rows):
            offered = np.zeros(len(fields), np.uint64)
            for place in np.unique(hits.text[rows]).tolist():
                offered[place] = owners[place].trade
            text = hits.text[rows]
            trades = self._trades[self._rights[hits.name[rows]]]
            worth[rows] = claimed[text] | ((offered[text] & trades) != 0)
            for row in rows[~worth[rows] & self._listing[self._rights[hits.name[rows]]]].tolist():
                own = self._profiles[int(self._rights[hits.name[row]])].goods_words
                worth[row] = any(word in owners[int(hits.text[row])].folded for word in own)
        return worth

    def _judge(
        self,
        facts: Facts,
        matches: Mapping[int, Sequence[Match]],
        sightings: Mapping[int, Sighting],
        at_least: float,
    ) -> tuple[Assessment, ...]:
        same = [
            match
            for found in matches.values()
            for match in found
            if match.way == ways.SAME and match.name.role != "stem"
        ]
        judged = []
        category = facts.listing.category[-1] if facts.listing.category else ""
        shown = {index for index, seen in sightings.items() if seen.logo >= PICTURED}
        for index in dict.fromkeys((*matches, *sorted(shown))):
            profile = self._profiles[index]
            match = best_match(facts, profile, matches.get(index, ()), same)
            if match is None and index not in shown:
                continue  # a reference photo alone names no right: resellers of the genuine goods show it too
            if not profile.valid_on(facts.listing.observed_at.date()):
                continue
            others = others_at(match, same) if match is not None else ()
            use = Use(facts, profile, match, others, self._medians.get(category), sightings.get(index))
            if not self._ceilings["gi" if profile.is_gi else "trademark"].below(use, at_least):
                judged.append(self._assessment(use))
        judged.sort(key=lambda one: (-one.score, one.right.id))
        return tuple(judged)

    def _assessment(self, use: Use) -> Assessment:
        readings = read(use)
        head = self.model.heads["gi" if use.profile.is_gi else "trademark"]
        values = {name: reading.value for name, reading in readings.items()}
        parts = head.parts(values)
        score = head.total(parts)
        signals = reasons(use, readings, parts)
        return Assessment(use.profile.right, score, head.tier(score), signals, values)
