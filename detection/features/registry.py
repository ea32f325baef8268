"""All features, by the kind of right they speak of. The order is the order of the model's columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from detection.features import hiding, manner, mismatch, naming, offer, origin, picture, posing, wording
from detection.features.use import Feature, Reading, Use

MARK_FEATURES: tuple[Feature, ...] = (
    *naming.FEATURES,
    *hiding.FEATURES,
    *wording.FEATURES,
    *offer.FEATURES,
    *posing.FEATURES,
    *mismatch.FEATURES,
    *picture.FEATURES,
    *manner.FEATURES,
)
GI_FEATURES: tuple[Feature, ...] = (
    *naming.FEATURES,
    *hiding.FEATURES,
    *wording.FEATURES,
    *offer.FEATURES,
    *posing.FEATURES,
    *picture.FEATURES,
    *origin.FEATURES,
    *manner.FEATURES,
)

#: What is read off the name itself: where it was found in a picture, the box goes with the reason.
NAMING = frozenset(("identity", "imitation", "hidden", "extended"))
#: 1: more of it never lowers suspicion; -1: more of it never raises it; 0: the data decide.
DIRECTION: dict[str, int] = {
    "identity": 1, "imitation": 1, "extended": 1, "hidden": 1, "scattered": -1, "ordinary": -1, "common_sign": -1,
    "other_name": -1,
    "cut_word": -1, "other_place": -1, "counterfeit": 1, "disclaimed": -1, "side_door": 1, "hinted": 1,
    "compatible": -1,
    "service": -1, "published": -1, "used": -1, "imported": -1, "compared": -1, "derived": -1, "goods": 1,
    "copied_trade": 1, "authorised": -1, "poses": 1, "maker": 1, "price": 1, "price_near": 1, "fair_price": -1,
    "claimed_origin": 1, "titled_origin": 1, "described_origin": 1, "dispatch": 1, "sent_direct": 1,
    "maker_place": 1, "shop_place": 1, "contradiction": 1, "mismatched": 1, "brand_conflict": 1, "special_mark": 1,
    "standard": 1,
    "authorised_maker": -1, "evoked": 1, "logo_seen": 1, "photo_copied": 1, "photo_genuine": -1, "unnamed": 1,
    "belied": 1, "other_number": 1, "mark_code": 1, "manner": 1,
}  # fmt: skip
#: Nothing that an officer can point at: shown behind what can be.
SOFT = frozenset(("manner",))
_OFFER = (
    "price", "price_near", "fair_price", "maker", "poses", "claimed_origin", "titled_origin", "described_origin",
    "dispatch", "sent_direct", "maker_place", "shop_place", "standard", "brand_conflict", "mismatched",
)  # fmt: skip
#: What a reason against suspicion makes meaningless: the price of a phone case says nothing of the phone. An authorised
#: user is decided first: nothing else is held against him.
VOIDS: dict[str, tuple[str, ...]] = {
    "authorised": (*_OFFER, *(name for name, sign in DIRECTION.items() if sign > 0)),
    "authorised_maker": ("dispatch", "sent_direct", "titled_origin", "maker", "special_mark", "contradiction"),
    "compared": (*_OFFER, "contradiction", "evoked", "special_mark"),
    "derived": (*_OFFER, "contradiction"),
    "compatible": (*(name for name in _OFFER if name != "poses"), "contradiction"),
    "published": (
        *_OFFER,
        "contradiction",
        "counterfeit",
        "side_door",
        "hinted",
        "imitation",
        "copied_trade",
        "extended",
        "evoked",
    ),
    "service": (*(name for name in _OFFER if name != "poses"), "contradiction", "imitation", "copied_trade"),
    "used": ("price",),
    "evoked": ("derived",),
    "cut_word": _OFFER,
    "other_name": (*_OFFER, "contradiction"),
    "other_place": (*_OFFER, "contradiction", "special_mark"),
    "ordinary": (*_OFFER, "contradiction"),
    "unnamed": (*_OFFER, "contradiction", "logo_seen"),
    "belied": ("logo_seen",),
}


_SIGHTED = ("logo_seen", "photo_copied", "photo_genuine", "unnamed", "belied")
_CLAIMED = (
    "maker", "mismatched", "claimed_origin", "maker_place", "contradiction", "standard", "authorised_maker",
)  # fmt: skip
#: A feature that is here says nothing of a listing that has none of these (see Facts.topics); nor of a stretch that is
#: the name itself, or is not. Any other may speak of every use.
TOPICS: dict[str, frozenset[str]] = {
    **dict.fromkeys(_SIGHTED, frozenset(("sighting",))),
    **dict.fromkeys(_CLAIMED, frozenset(("claims",))),
    **{
        name: frozenset(topics)
        for name, topics in {
            "identity": ("same",), "extended": ("same",), "hidden": ("same",), "imitation": ("altered",),
            "brand": ("brand",), "brand_conflict": ("brand",),
            "price": ("price",), "price_near": ("price",), "fair_price": ("price",), "sales": ("sales",),
            "authorised": ("seller",), "shop_place": ("seller",), "dispatch": ("sent",), "sent_direct": ("sent",),
            "described_origin": ("description",), "other_number": ("numbers",), "mark_code": ("lines",),
            "counterfeit": ("fake", "copy", "copied"), "disclaimed": ("fake",), "side_door": ("grey", "obliterated"),
            "hinted": ("hint", "traceless"), "compatible": ("compatible", "accessory", "brand"),
            "service": ("service",), "published": ("published", "book", "cited", "category"), "used": ("used", "worn"),
            "imported": ("parallel",), "derived": ("derived",), "praised": ("genuine",),
        }.items()
    },
}  # fmt: skip
#: So many different sets of topics are kept in mind.
KEPT = 4096


def features_of(use: Use) -> tuple[Feature, ...]:
    return GI_FEATURES if use.profile.is_gi else MARK_FEATURES


def speaking(use: Use) -> tuple[Feature, ...]:
    """Of these, those that may have anything to say of the use."""
    return _speaking(use.topics, use.profile.is_gi)


@lru_cache(maxsize=KEPT)
def _speaking(topics: frozenset[str], is_gi: bool) -> tuple[Feature, ...]:
    return tuple(one for one in (GI_FEATURES if is_gi else MARK_FEATURES) if may_speak(one.__name__, topics))


def may_speak(name: str, topics: frozenset[str]) -> bool:
    """Whether a feature may say anything where there are these topics."""
    return name not in TOPICS or not TOPICS[name].isdisjoint(topics)


def names(features: Sequence[Feature]) -> tuple[str, ...]:
    return tuple(feature.__name__ for feature in features)


def read(use: Use) -> dict[str, Reading]:
    """Every feature that has something to say of the use."""
    found, memo = {}, use.memo
    for feature in speaking(use):
        reading = memo[feature] if feature in memo else use.of(feature)
        if reading is not None:
            found[feature.__name__] = reading
    deliberate = use.match is not None and use.match.mixed
    if "goods" in found and found["goods"].value < 0:
        # a likeness on other goods: the public is not misled; a mere logo there is to be seen, and no more
        for name, share in (("unnamed", 0.5), ("imitation", 1.0 if deliberate else 0.55)):
            if name in found:
                found[name] = found[name]._replace(value=found[name].value * share)
    if "counterfeit" in found and "brand" in found and found["brand"].value > 0:
        for name in ("service", "compatible"):
            found.pop(name, None)  # a copy sold as the brand: 酒店回收空瓶新装
    if "compatible" in found and found["compatible"].value >= 2:
        found.pop("side_door", None)  # what fits and is a part: nobody asks for its box
    for excuse, void in VOIDS.items():
        if excuse in found and (excuse != "compatible" or found[excuse].value >= 1):
            for name in void:
                if not (deliberate and excuse == "service" and name == "imitation"):  # who repairs hides no name
                    found.pop(name, None)
    return found
