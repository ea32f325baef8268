"""What the pictures of training listings show: sightings are drawn, not photographs, for the model learns what to make
of a sighting, and the sureness of a sighting is a share already.

A sighting of sureness ``s`` is right with probability ``s`` (networks and points are calibrated so): a drawn sighting is
a true one or chance accordingly. Copiers, honest resellers and authorised users all show the logo of the goods that they
name, so a logo beside the name says little; a logo that no text names, on goods of the right's class, says much. So does
one where the text has an excuse: of accessories that show the logo of what they fit, three of five are taken to bear it
themselves, and two to be photographed on the device.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple, TypeAlias

from detection.pictures.register import Sighting
from detection.pictures.shown import Shown, Written
from detection.training.mark_scenarios import _goods, _other_goods, _price, chance_likeness, fitting
from detection.training.offers import chance, filler, listing, other_brand, shop, words
from detection.training.rights import credit_code
from domain.identifiers import uscc
from domain.records import Case, Label, Listing, Region, Right, Trademark

#: Of the text scenarios: how often their pictures show the logo, and a reference photo. The rest are as _OTHERS.
_SHOWN: Mapping[str, tuple[float, float]] = {
    "fake_words": (0.5, 0.35), "disguised_words": (0.5, 0.35), "styled_copy": (0.5, 0.35), "far_too_cheap": (0.55, 0.45),
    "cheap_without_papers": (0.5, 0.4), "side_door": (0.4, 0.25), "imitation": (0.12, 0.2), "hidden": (0.4, 0.3),
    "posing": (0.55, 0.45), "honest_style": (0.55, 0.45), "brand_conflict": (0.3, 0.25), "same_style": (0.1, 0.3),
    "wrong_maker": (0.4, 0.3), "resale": (0.6, 0.5), "small_article": (0.5, 0.2), "bare": (0.6, 0.5),
    "second_hand": (0.55, 0.05), "parallel": (0.6, 0.4), "by_authorised": (0.65, 0.65), "negated": (0.55, 0.45),
    "from_holder": (0.6, 0.5), "fitting": (0.12, 0.03), "service": (0.1, 0.05), "warned": (0.55, 0.45),
    "outside": (0.0, 0.2), "evoking": (0.0, 0.15), "imitating": (0.0, 0.15), "mark_claimed": (0.0, 0.2),
    "foreign_maker": (0.0, 0.2), "local": (0.0, 0.25), "authorised_maker": (0.0, 0.35), "vague": (0.0, 0.2),
}  # fmt: skip
_OTHERS = (0.02, 0.01)
#: How often a listing shows something that chance makes look like the logo.
_CHANCE = 0.02
#: Listings with pictures alone, as a share of the others.
SHARE = 0.12

#: How often a bar code can be read in the pictures of a listing, and how often it is of another number than claimed: of
#: suspected listings, and of others (a parcel of several, a new packing).
_READ, _OTHER_NUMBER = 0.14, (0.4, 0.04)


class Made(NamedTuple):
    """A listing that the right's name does not stand in, its sighting, whether it is suspected, and the scenario."""

    listing: Listing
    sighting: Sighting
    suspected: bool
    scenario: str


Scenario: TypeAlias = Callable[[Trademark, Random], Made]


@dataclass(frozen=True, slots=True)
class Pictured:
    """All cases with those that pictures alone speak of, and what their pictures show, by the listing's key."""

    cases: tuple[Case, ...]
    shown: Mapping[str, Shown]


def _sure(random: Random) -> float:
    """How sure a sighting is that is reported at all."""
    return round(random.choice((random.uniform(0.4, 1.0), random.uniform(0.8, 1.0))), 3)


def _logo(random: Random) -> tuple[Sighting, bool]:
    """A sighting of a logo, and whether the logo is really there."""
    sure = _sure(random)
    return Sighting(logo=sure, logo_path="logo.png"), chance(random, sure)


def _photo(random: Random) -> float:
    return round(random.uniform(0.5, 1.0), 3)


def unnamed_copy(right: Trademark, random: Random) -> Made:
    """Goods of the class, the logo in the picture, and a text that keeps silent; honest sellers name what they sell."""
    seen, real = _logo(random)
    if chance(random, 0.3):
        seen = Sighting(logo=seen.logo, logo_path=seen.logo_path, photo=_photo(random), photo_path="photo.jpg")
        real = True
    name = random.choice((_goods(right, random) or random.choice(right.goods), random.choice(right.goods)))
    claims = random.choice(({}, {}, {"品牌": "其他"}, {"生产厂家": f"{shop(random)}有限公司"}))
    title = words(random, random.choice(filler(random)), name, fill=(2, 8))
    return Made(
        listing(random, title, price=_price(right, random, 0.05, 0.7), claims=claims),
        seen, real and chance(random, 0.93), "unnamed_copy",
    )  # fmt: skip


def unnamed_other_goods(right: Trademark, random: Random) -> Made:
    """The logo, or what looks like it, on other goods: a sticker on a laptop beside a cup, a truck in the background."""
    seen, _ = _logo(random)
    title = words(random, _other_goods(right, random), fill=(2, 8))
    return Made(listing(random, title, price=random.uniform(5, 500)), seen, chance(random, 0.1), "unnamed_other_goods")


def unnamed_own_brand(right: Trademark, random: Random) -> Made:
    """Goods of the class under a brand of their own; the picture shows something like the logo: chance, or a copy."""
    sure = round(random.uniform(0.4, 1.0) ** 1.3 if chance(random, 0.5) else random.uniform(0.4, 0.7), 3)
    title = words(random, random.choice(right.goods), fill=(2, 8))
    claims = {"品牌": other_brand(random)}
    return Made(
        listing(random, title, price=_price(right, random, 0.1, 0.9), claims=claims),
        Sighting(logo=sure, logo_path="logo.png"), chance(random, sure) and chance(random, 0.75), "unnamed_own_brand",
    )  # fmt: skip


def fitting_copy(right: Trademark, random: Random) -> Made:
    """An accessory that is said only to fit, and bears the logo itself."""
    seen, real = _logo(random)
    return Made(fitting(right, random).listing, seen, real and chance(random, 0.9), "fitting_copy")


def fitting_device(right: Trademark, random: Random) -> Made:
    """An honest accessory, photographed on the device with its logo."""
    return Made(fitting(right, random).listing, _logo(random)[0], False, "fitting_device")


def everyday_copy(right: Trademark, random: Random) -> Made:
    """Ordinary words that sound like the name, and the logo beside them."""
    seen, real = _logo(random)
    return Made(chance_likeness(right, random).listing, seen, real and chance(random, 0.9), "everyday_copy")


SCENARIOS: tuple[tuple[Scenario, int], ...] = (
    (unnamed_copy, 6), (unnamed_other_goods, 3), (unnamed_own_brand, 3),
    (fitting_copy, 3), (fitting_device, 2), (everyday_copy, 1),
)  # fmt: skip


def pictured(register: Sequence[Right], labelled: Sequence[Case], seed: int) -> Pictured:
    """Give the pictures of part of the cases something to show, and add cases that pictures alone speak of."""
    random = Random(seed + 2)
    by_id = {right.id: right for right in register}
    marks = [right for right in register if isinstance(right, Trademark)]
    named = _named(labelled, by_id)
    shown: dict[str, Shown] = {}
    every: list[Case] = []
    for case in labelled:
        right = named.get(case.id)
        case, numbers = _numbered(case, random)
        every.append(case)
        seen = None if right is None else _beside(right, case.label, random)
        sightings = {right.id: seen} if right is not None and seen is not None else {}
        if not sightings and chance(random, _CHANCE):
            sightings = {random.choice(marks).id: Sighting(logo=round(random.uniform(0.4, 0.75), 3))}
        lines = _coded(right, case.label.suspected, random) if right is not None else ()
        if sightings or numbers or lines:
            shown[case.listing.key] = Shown(sightings, lines, numbers)
    makers, weights = zip(*SCENARIOS, strict=True)
    for number in range(round(len(labelled) * SHARE)):
        mark = random.choice(marks)
        made = random.choices(makers, weights)[0](mark, random)
        rights = (mark.id,) if made.suspected else ()
        label = Label(suspected=made.suspected, rights=rights, type=made.scenario)
        every.append(Case(id=f"picture-{number}", listing=made.listing, label=label))
        shown[made.listing.key] = Shown({mark.id: made.sighting})
    return Pictured(tuple(every), shown)


def _numbered(case: Case, random: Random) -> tuple[Case, tuple[Written, ...]]:
    """Part of the cases claim the number of a bar code that can be read in a picture: the same, or another."""
    if not chance(random, _READ):
        return case, ()
    claimed, other = ("69" + "".join(random.choices("0123456789", k=11)) for _ in range(2))
    listing_ = replace(case.listing, claims={**case.listing.claims, "条形码": claimed})
    read = other if chance(random, _OTHER_NUMBER[0 if case.label.suspected else 1]) else claimed
    return replace(case, listing=listing_), (Written(read, Region(x=0, y=0, width=9, height=9)),)


def _coded(right: Right, suspected: bool, random: Random) -> tuple[Written, ...]:
    """Now and then the credit code under the special mark can be read: of an authorised user, or of another firm."""
    if right.kind != "gi" or not right.authorised or not chance(random, 0.1):
        return ()
    own = chance(random, 0.15 if suspected else 0.85)
    other = credit_code(random)[:17]
    code = random.choice(right.authorised).uscc if own else other + uscc.check_character(other)
    return (Written(code, Region(x=0, y=0, width=9, height=9)),)


def _named(labelled: Sequence[Case], by_id: Mapping[str, Right]) -> dict[str, Right]:
    """The right that a case was made for: its label's, or the one whose sign its text holds."""
    found: dict[str, Right] = {}
    signs = [(right.sign, right) for right in by_id.values()]
    for case in labelled:
        if case.label.rights:
            found[case.id] = by_id[case.label.rights[0]]
        else:
            text = f"{case.listing.title} {case.listing.claims.get('品牌', '')}"
            hit = next((right for sign, right in signs if sign in text), None)
            if hit is not None:
                found[case.id] = hit
    return found


def _beside(right: Right, label: Label, random: Random) -> Sighting | None:
    """What the pictures of a listing show whose text names, or plays on, the right."""
    logo_share, photo_share = _SHOWN.get(label.type, _OTHERS)
    logo = _sure(random) if chance(random, logo_share) and right.kind == "trademark" else 0.0
    photo = _photo(random) if chance(random, photo_share) else 0.0
    if not logo and not photo:
        return None
    return Sighting(
        logo=logo, logo_path="logo.png" if logo else "", photo=photo, photo_path="photo.jpg" if photo else ""
    )
