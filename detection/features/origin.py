"""Where it comes from: claimed origin, dispatch and maker against the protected area of a GI."""

from __future__ import annotations

from detection.facts import company_key
from detection.features.offer import authorised
from detection.features.use import Feature, Reading, Use
from detection.places.gazetteer import Place, Relation, mentions, places, relation, title

_VALUE: dict[Relation, float] = {"inside": -1.0, "covers": -0.3, "outside": 1.0}


def _name(place: Place) -> str:
    return title(min(place))


def _applies(use: Use) -> bool:
    """Whether the listing uses a GI's name, or one that is taken for it, and the area is known."""
    return use.profile.is_gi and bool(use.profile.area) and (use.match is None or use.match.close)


def _against(use: Use, place: Place) -> Relation:
    return relation(place, use.profile.area)


def claimed_origin(use: Use) -> Reading | None:
    """The claimed origin: 1 outside the protected area, -1 inside it, -0.3 around it.

    标称产地与保护范围的关系。 Example: 「安徽省六安市」 against 信阳.
    """
    if not _applies(use) or not use.facts.origin_places:
        return None
    found = {_against(use, place): place for place in reversed(use.facts.origin_places)}
    said = "、".join(use.facts.origins)[:60]
    for kind in ("outside", "inside", "covers"):
        if kind in found:
            told = {"outside": "不在保护范围内", "inside": "在保护范围内", "covers": "包含保护范围，不够具体"}[kind]
            return Reading(_VALUE[kind], f"标称产地「{said}」{told}。", said, _area(use))
    return None


def _area(use: Use) -> str:
    return "、".join(title(code) for code in sorted(use.profile.area)[:3])


def titled_origin(use: Use) -> Reading | None:
    """A place in the title beside the name: 1 outside the area, -0.5 inside (安徽 in «安徽产信阳毛尖»).

    标题中的其他地名与保护范围的关系。
    """
    profile, match = use.profile, use.match
    if not _applies(use):
        return None
    for mention in mentions(use.facts.title[:200], running=True):
        if match is not None and match.field == "title":
            start, end = match.aligned.starts[match.start], match.aligned.ends[match.end - 1]
            if mention.start < end and start < mention.end:
                continue
        near = _against(use, mention.place)
        written = use.facts.title[mention.start : mention.end]
        if near == "outside":
            after = use.facts.title[mention.end : mention.end + 2]
            if after.startswith(("发货", "仓", "包邮", "直发", "顺丰")):
                continue  # where it is sent from, not where it grew
            return Reading(1.0, f"标题中的地名「{written}」不在保护范围内。", written, _area(use))
        if near == "inside":
            return Reading(-0.5, f"标题中的地名「{written}」在保护范围内。", written, _area(use))
    return None


def dispatch(use: Use) -> Reading | None:
    """The place of dispatch: 1 outside the area, -1 inside, -0.3 around. Weak: goods are stored anywhere.

    发货地与保护范围的关系。
    """
    if not _applies(use) or not use.facts.dispatch_places:
        return None
    place = use.facts.dispatch_places[0]
    near = _against(use, place)
    told = {"outside": "不在保护范围内", "inside": "在保护范围内", "covers": "包含保护范围"}[near]
    return Reading(_VALUE[near], f"发货地「{_name(place)}」{told}。", _name(place), _area(use))


def maker_place(use: Use) -> Reading | None:
    """The place in the maker's or the shop's company name: 1 outside the area, -1 inside.

    标称生产者所在地与保护范围的关系。
    """
    if not _applies(use):
        return None
    named = use.facts.maker or use.facts.listing.seller.company[:100]
    found = places(named)
    if not found:
        return None
    near = _against(use, found[0])
    if near == "covers":
        return None
    told = "不在保护范围内" if near == "outside" else "在保护范围内"
    return Reading(_VALUE[near], f"标称生产者「{named[:60]}」所在地{told}。", named[:60], _area(use))


def contradiction(use: Use) -> Reading | None:
    """The listing contradicts itself: claimed origins that exclude each other, or a claim of the area beside a maker
    from elsewhere. 1.

    产地信息自相矛盾。
    """
    if not _applies(use):
        return None
    kinds = {_against(use, place) for place in use.facts.origin_places}
    if "outside" in kinds and "inside" in kinds:
        said = "、".join(use.facts.origins)[:60]
        return Reading(1.0, f"标称产地「{said}」自相矛盾。", said, _area(use))
    named = use.of(titled_origin)
    if kinds and kinds <= {"inside", "covers"} and named is not None and named.value > 0:
        return Reading(1.0, f"标题地名「{named.listing_value}」与标称产地矛盾。", named.listing_value, _area(use))
    if "outside" in kinds and named is not None and named.value < 0:
        said = "、".join(use.facts.origins)[:60]
        return Reading(1.0, f"标题地名「{named.listing_value}」与标称产地「{said}」矛盾。", said, named.listing_value)
    return None


def special_mark(use: Use) -> Reading | None:
    """The seller claims the special mark (专用标志) or the protection, and is not an authorised user: 1.

    未在授权使用人名单内却标称专用标志。
    """
    if not use.profile.is_gi or not use.facts.claims_special_mark or use.of(authorised) is not None:
        return None
    listed = bool(use.profile.right.authorised)
    told = "店铺不在授权使用人名单内" if listed else "登记簿未列出授权使用人，需核对"
    return Reading(1.0 if listed else 0.5, f"标称地理标志专用标志，但{told}。", "专用标志")


def authorised_maker(use: Use) -> Reading | None:
    """Negative: the maker that is claimed is an authorised user, whoever sells.

    标称生产者在授权使用人名单内。
    """
    if not use.profile.is_gi:
        return None
    key = company_key(use.facts.maker)
    if len(key) >= 3 and key in use.profile.users:
        return Reading(1.0, f"标称生产者「{use.facts.maker[:60]}」在授权使用人名单内。", use.facts.maker[:60])
    return None


FEATURES: tuple[Feature, ...] = (
    claimed_origin,
    titled_origin,
    dispatch,
    maker_place,
    contradiction,
    special_mark,
    authorised_maker,
)
