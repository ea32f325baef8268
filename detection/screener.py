"""The screener: listings against a register of rights."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from itertools import islice
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from detection.candidates import search as ways
from detection.candidates.names import Names
from detection.candidates.search import Hits
from detection.candidates.texts import Texts
from detection.ceiling import Ceiling
from detection.facts import Facts
from detection.features.registry import GI_FEATURES, MARK_FEATURES, read
from detection.features.registry import names as names_of
from detection.features.use import Use
from detection.fields import Fields
from detection.lookup import Found, Lookup
from detection.matching import best_match, others_at
from detection.model import Model
from detection.pictures.register import PICTURED, SPECIAL_MARK, Kept, Picture, RightPictures, Sighting
from detection.pictures.shown import NOTHING, Shown, Written, numbers
from detection.profile import Profile
from detection.prospects import Prospects
from detection.reading import find_goods, fold_titles
from detection.reading import read as read_together
from detection.reasons import reasons
from domain.records import Finding, Listing, ListingRef, Right, Signal, Tier, finding_id

#: Listings searched at once: enough to use the machine well, little enough to stay small.
BATCH = 8192
#: Rights from which on a register is large for the garbage collector.
_LARGE = 5_000

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
    """Rights compiled for screening; hold on to it, for compiling a large register takes seconds. One thread at a time
    may use it: it learns characters as it meets them.

    ``right_pictures`` gives the bytes of the logos and photos that the rights name by path; ``medians`` the median
    price of a category by its last name; ``kept`` remembers what was found in a picture by its digest; ``sifted``:
    likenesses that are rather coincidence are left out (see detection.coincidence).
    """

    def __init__(
        self,
        rights: Sequence[Right],
        model: Model,
        *,
        right_pictures: Mapping[str, bytes] | None = None,
        medians: Mapping[str, float] | None = None,
        kept: Kept | None = None,
        sifted: bool = True,
    ) -> None:
        self.model = model
        self._profiles = tuple(Profile(right) for right in rights)
        self._places = {profile.right.id: index for index, profile in enumerate(self._profiles)}
        self._lookup = Lookup(self._profiles, sifted=sifted)
        self._pictures = RightPictures(rights, right_pictures or {}, kept=kept)
        self._medians = dict(medians or {})
        self._prospects = Prospects(
            model.heads["trademark"], names_of(MARK_FEATURES), self._profiles, self._lookup.names
        )
        self._gis = any(profile.is_gi for profile in self._profiles)
        features = {"trademark": MARK_FEATURES, "gi": GI_FEATURES}
        self._ceilings = {kind: Ceiling(model.heads[kind], features[kind]) for kind in features}
        if len(rights) >= _LARGE:
            gc.collect()  # counts the register as old: else it is searched for garbage again and again while screening
        #: The lowest probability of any tier: what scores less is no finding.
        self.lowest = min(min(head.tiers.values()) for head in model.heads.values())
        #: What screens. How many names there are is part of it, coarsely (see detection.coincidence).
        self.version = f"{model.version}+{detector_version()}{self._lookup.size}"

    @property
    def names(self) -> Names:
        """The compiled names of all rights."""
        return self._lookup.names

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
            yield listing, self.findings(listing, assessments) if assessments else ()

    def findings(self, listing: Listing, assessments: Iterable[Assessment]) -> tuple[Finding, ...]:
        ref = ListingRef(key=listing.key, capture=listing.capture)
        return tuple(
            Finding(
                id=finding_id(ref.key, one.right.id),
                listing=ref,
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
        left = iter(listings)
        while some := list(islice(left, BATCH)):
            batch = [Facts(one, pictured.get(one.key, NOTHING) if pictured else NOTHING) for one in some]
            yield from self._assess_batch(batch, at_least)

    def uses(self, listings: Sequence[Listing]) -> Iterator[tuple[Listing, Sequence[Use]]]:
        """What is judged of each listing by its text: its rights with the stretches that say most. For training."""
        facts = [Facts(one) for one in listings]
        for one, found in zip(facts, self._lookup.matches(facts), strict=True):
            yield one.listing, tuple(self._uses(one, found, {}))

    def coincidences(self, listing: Listing) -> list[tuple[Right, str, str]]:
        """The rights that a listing could mean but for the number of names (see detection.coincidence): each with the
        stretch as written and the name that it is like, the nearest to being meant first."""
        left = self._lookup.coincidences(Facts(listing))
        return [(self._profiles[one.name.right].right, one.verbatim, one.name.text) for one in left]

    def touched(self, listings: Sequence[Listing], pictured: Pictured = _UNPICTURED) -> list[bool]:
        """Whether a text of each listing, or one read in its pictures, has a stretch that could mean one of the rights,
        whatever comes of it.

        A listing without one is judged the same with these rights and without them, but for logos and photos, where
        this screener sifts nothing or knows no more names of a kind than that which judges, and both count as many (see
        ``version``). No hit of a name depends on the other names, save that consonants which 65 names share say nothing
        (see Transcribed), and that of the names a mask fits only 64 are given (see Masked).
        """
        facts = [Facts(listing, pictured.get(listing.key, NOTHING)) for listing in listings]
        return [bool(found.matches) for found in self._lookup.matches(facts)]

    def _assess_batch(self, batch: list[Facts], at_least: float) -> list[tuple[Listing, tuple[Assessment, ...]]]:
        """The batch is empty afterwards: what is no more is not looked through by the garbage collector."""
        judged: list[tuple[Listing, tuple[Assessment, ...]]] = []
        with undisturbed():
            fold_titles(batch)
            matches = self._lookup.matches(batch, partial(self._hopeless, batch, at_least))
            wanted = [one for one, found in zip(batch, matches, strict=True) if found.matches or one.shown.sightings]
            read_together(wanted, gis=self._gis)
            find_goods(wanted)
            for facts, found in zip(batch, matches, strict=True):
                shown = facts.shown.sightings
                seen = {self._places[right]: one for right, one in shown.items()} if shown else {}
                some = self._judge(facts, found, seen, at_least) if found.matches or seen else ()
                judged.append((facts.listing, some))
            batch.clear()
            del facts, found, matches, wanted
        return judged

    def _hopeless(
        self,
        batch: Sequence[Facts],
        at_least: float,
        texts: Texts,
        hits: Hits,
        made: npt.NDArray[np.uint8],
        fields: Fields,
    ) -> npt.NDArray[np.bool_]:
        """Which hits surely score less. The listings that have any are read together on the way."""
        owners = np.unique(fields.owner[hits.text]).tolist()
        read_together([batch[owner] for owner in owners], gis=self._gis)
        return self._prospects.hopeless(texts, hits, made, fields, batch, at_least)

    def _judge(
        self,
        facts: Facts,
        found: Found,
        sightings: Mapping[int, Sighting],
        at_least: float,
    ) -> tuple[Assessment, ...]:
        judged = [
            self._assessment(use)
            for use in self._uses(facts, found, sightings)
            if not self._ceilings["gi" if use.profile.is_gi else "trademark"].below(use, at_least)
        ]
        judged.sort(key=lambda one: (-one.score, one.right.id))
        return tuple(judged)

    def _uses(self, facts: Facts, found: Found, sightings: Mapping[int, Sighting]) -> Iterator[Use]:
        """Of each right that could be meant the stretch that says most."""
        matches = found.matches
        same = [
            match
            for several in matches.values()
            for match in several
            if match.way == ways.SAME and match.name.role != "stem"
        ]
        day = facts.listing.observed_at.date()
        category = facts.listing.category[-1] if facts.listing.category else ""
        shown = {index for index, seen in sightings.items() if seen.logo >= PICTURED} if sightings else ()
        for index in dict.fromkeys((*matches, *sorted(shown))) if shown else matches:
            if index in found.hopeless and index not in sightings:
                continue
            profile = self._profiles[index]
            match = best_match(facts, profile, matches.get(index, ()), same)
            if match is None and index not in shown:
                continue  # a reference photo alone names no right: resellers of the genuine goods show it too
            if not profile.valid_on(day):
                continue
            others = others_at(match, same) if match is not None else ()
            yield Use(facts, profile, match, others, self._medians.get(category), sightings.get(index))

    def _assessment(self, use: Use) -> Assessment:
        readings = read(use)
        head = self.model.heads["gi" if use.profile.is_gi else "trademark"]
        values = {name: reading.value for name, reading in readings.items()}
        parts = head.parts(values)
        score = head.total(parts)
        signals = reasons(use, readings, parts)
        return Assessment(use.profile.right, score, head.tier(score), signals, values)
