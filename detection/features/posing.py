"""Who the seller says he is: the sign's official shop, or bound to those who are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detection.features.offer import authorised, maker
from detection.features.phrases import (
    AUTHORITY,
    BOUGHT,
    CLAUSE_END,
    CONNECTED,
    DEALER,
    DISOWNED,
    FROM,
    GRANTING,
    OF_WHOM,
    SERVED_BY,
)
from detection.features.use import Feature, Reading, Use
from detection.names.folding import fold, skeleton

#: In a shop's name beside the sign.
_OFFICIAL = (
    *("官方", "旗舰", "专卖店", "授权", "直营", "专柜", "官网", "指定", "总代"),
    *("总经销", "直销", "厂家", "酒厂", "集团", "总部", "直属", "办事处", "驻"),
    *("售后", "专供", "特约", "体验店", "分销", "一级", "认证", "服务中心", "运营中心"),
    *("换油中心"),
)


def poses(use: Use) -> Reading | None:
    """A seller not on the list calls the shop the sign's official one (耐克官方旗舰店): 1 when the shop's name says so
    beside the sign, 0.5 when the text does, 0.35 when it speaks of a bond with the holder; less where the register
    lists nobody, or the maker is the holder.

    未在授权名单内却自称官方、旗舰、授权。
    """
    if use.of(authorised) is not None:
        return None
    if not use.profile.right.authorised and not use.profile.right.holder:
        return None
    shop = fold(use.facts.seller_name)
    named = any(name in skeleton(shop) for name in use.profile.skeletons)
    for word in _OFFICIAL:
        if named and word in shop:
            sure = 1.0 if use.profile.right.authorised else 0.4
            return Reading(
                sure, f"店铺名「{use.facts.seller_name}」含「{word}」字样，但不在授权名单内。", use.facts.seller_name
            )
    granted = " ".join(v[:60] for k, v in use.facts.listing.claims.items() if GRANTING.search(k[:20]))
    said = f"{use.facts.title[:200]} {use.facts.description[:300]} {granted[:200]}"
    found = next((hit for hit in AUTHORITY.finditer(said) if not _of_others(said, *hit.span())), None)
    claim = found.group() if found else next((w for w in _told_words(use) if not _only_of_others(said, w)), "")
    if not claim:
        return _connected(use, said)
    told = f"商品文字自称「{claim}」，但店铺不在授权名单内。"
    made = use.of(maker)
    if made is not None and made.value < 0:
        return Reading(0.2, told, claim)  # the holder's own goods: he may well have sold them to this shop
    return Reading(0.5 if use.profile.right.authorised else 0.2, told, claim)


def _of_others(said: str, start: int, end: int) -> bool:
    """Whether what stands around says that there is none (我店没有品牌授权书), or that others have it, of whom the
    goods are (从经销商拿货)."""
    before = CLAUSE_END.split(said[max(0, start - 8) : start])[-1]
    if DISOWNED.search(before[-6:]):
        return True
    for until in range(end, min(end + 3, len(said) + 1)):  # 品牌服务|中心
        claim = said[start:until]
        if DEALER.search(claim):
            if OF_WHOM.match(said, until) or (FROM.search(before) and BOUGHT.match(said, until)):
                return True
            if claim.endswith(("售后", "中心")) and SERVED_BY.search(before):
                return True
    return False


def _told_words(use: Use) -> Iterator[str]:
    return (word.word for word in use.facts.standing("authority")[0])


def _only_of_others(said: str, word: str) -> bool:
    """The same of a listed word, wherever it stands as listed."""
    places = [hit.span() for hit in re.finditer(re.escape(word), said)]
    return bool(places) and all(_of_others(said, *place) for place in places)


def _connected(use: Use, said: str) -> Reading | None:
    """The loose form: who has authority, and a bond with him, in one breath (与品牌部签了约)."""
    found = next(
        (
            hit.group()
            for hit in CONNECTED.finditer(said)
            if not DISOWNED.search(hit.group()) and not _of_others(said, *hit.span())
        ),
        "",
    )
    if not found:
        return None
    return Reading(0.35, f"商品文字有「{found}」的说法，疑暗示与权利人有关联，但店铺不在授权名单内。", found)


FEATURES: tuple[Feature, ...] = (poses,)
