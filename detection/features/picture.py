"""What the pictures show of the right."""

from __future__ import annotations

import re

from detection.features.naming import cut_word, imitation, ordinary, other_name
from detection.features.offer import authorised
from detection.features.use import Feature, Reading, Use
from detection.features.wording import compatible
from detection.names.folding import fold
from detection.pictures.codes import contradicts
from detection.pictures.register import PICTURED
from domain.identifiers import uscc

_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")


def logo_seen(use: Use) -> Reading | None:
    """A registered logo stands in a picture of a seller who is not authorised: its sureness, 0–1, with the box.

    图片中出现权利人的图形标识。
    """
    seen = use.sighting
    if seen is None or seen.logo < PICTURED:
        return None
    return Reading(seen.logo, "商品图片中出现该权利的图形标识。", "商品图片", seen.logo_path, seen.logo_region)


def photo_copied(use: Use) -> Reading | None:
    """A photo of the genuine goods is used by a seller who is not authorised: 0–1.

    使用了权利人正品图片。
    """
    seen = use.sighting
    if seen is None or not seen.photo or use.of(authorised) is not None:
        return None
    how = f"（{'、'.join(seen.photo_changes)}）" if seen.photo_changes else ""
    detail = f"商品图片与权利人的正品图片相同{how}。"
    return Reading(seen.photo, detail, "商品图片", seen.photo_path, seen.photo_region)


def unnamed(use: Use) -> Reading | None:
    """The pictures show the right's logo, and no text names it: its sureness, 0–1, with the box.

    文字未提及名称，仅图片出现标识。
    """
    seen = use.sighting
    named = use.match is not None and use.match.field != "picture"  # what is read off the logo itself tells no name
    if named or seen is None or seen.logo < PICTURED:
        return None
    detail = "商品文字未提及该名称，图片中却出现其图形标识。"
    return Reading(seen.logo, detail, "商品图片", seen.logo_path, seen.logo_region)


def belied(use: Use) -> Reading | None:
    """The text plays on the name, or has an excuse for it (it only fits, it is an everyday word, somebody else's name),
    and the picture shows the logo all the same: its sureness, 0–1, with the box.

    文字改写名称或另有说法，图片中却出现其标识。 Example: «适用苹果充电线» on whose plug the apple is printed.
    """
    seen = use.sighting
    if seen is None or seen.logo < PICTURED or use.match is None or use.match.field == "picture":
        return None
    fits = use.of(compatible)
    if use.of(imitation) is not None:
        text = "商品文字把名称改写，图片中却出现其图形标识。"
    elif fits is not None and fits.value >= 1:
        text = "商品文字称只是适用于该品牌，图片中却出现其图形标识。"
    elif any(use.of(excuse) is not None for excuse in (ordinary, other_name, cut_word)):
        text = "商品文字中的该处像是另有所指，图片中却出现该权利的图形标识。"
    else:
        return None
    return Reading(seen.logo, text, "商品图片", seen.logo_path, seen.logo_region)


def photo_genuine(use: Use) -> Reading | None:
    """Negative: a photo of the genuine goods is used by who may use the right: 0–1, how surely it is that photo.

    授权经营者使用权利人的正品图片。
    """
    seen = use.sighting
    if seen is None or not seen.photo or use.of(authorised) is None:
        return None
    detail = "商品图片为权利人的正品图片，且店铺主体在授权名单内。"
    return Reading(seen.photo, detail, "商品图片", seen.photo_path, seen.photo_region)


def other_number(use: Use) -> Reading | None:
    """The bar code in a picture is of another trade number than the seller claims: 1, with the box.

    图片中的条形码与所填条形码不一致。
    """
    claimed, read = use.facts.trade_number, use.facts.shown.numbers
    if not claimed or not read or any(not contradicts(one.text, claimed) for one in read):
        return None
    detail = f"图片中的条形码为 {read[0].text}，与填写的 {claimed[:40]} 不一致。"
    return Reading(1.0, detail, read[0].text, claimed[:40], read[0].region)


def mark_code(use: Use) -> Reading | None:
    """The credit code read in a picture (it stands under the special mark): -1 of an authorised user, 1 of another.

    图片中的统一社会信用代码是否为授权使用人的。
    """
    if not use.profile.is_gi or not use.profile.codes:
        return None
    other: Reading | None = None
    for line in use.facts.shown.lines:
        for found in _CODE.findall(line.text.upper().replace(" ", "")):
            if fold(found) in use.profile.codes:
                detail = f"图片中的统一社会信用代码 {found} 在授权使用人名单内。"
                return Reading(-1.0, detail, found, found, line.region)
            code = uscc.parse(found)
            if code is not None and uscc.confirmed(code):
                detail = f"图片中的统一社会信用代码 {found} 不在授权使用人名单内。"
                other = other or Reading(1.0, detail, found, "", line.region)
    return other


FEATURES: tuple[Feature, ...] = (
    logo_seen,
    photo_copied,
    photo_genuine,
    unnamed,
    belied,
    other_number,
    mark_code,
)
