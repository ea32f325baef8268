"""The goods, the price, the seller: whether the offer fits what the right covers and who may use it."""

from __future__ import annotations

import math
import re

from detection.candidates import search as ways
from detection.candidates.names import is_han
from detection.features.covered import goods
from detection.features.incidental import incidental
from detection.features.naming import extended, imitation
from detection.features.use import Feature, Match, Reading, Use
from detection.names.companies import company_key
from detection.names.folding import fold, skeleton
from detection.names.words import commonness, count, is_english, is_proper, segment


def copied_trade(use: Use) -> Reading | None:
    """An imitation of the name on goods of the right's own trade: as strong as the likeness.

    在相同或类似商品上使用近似名称。
    """
    likeness = use.of(imitation) or use.of(extended)
    same = use.of(goods) if likeness is not None else None
    if likeness is None or same is None or same.value <= 0:
        return None
    return Reading(
        likeness.value * same.value,
        f"近似名称「{likeness.listing_value}」用在相同或类似商品上。",
        likeness.listing_value,
        likeness.right_value,
    )


def authorised(use: Use) -> Reading | None:
    """Negative: the seller is on the list of those who may use the right: 2 by credit code, 1.5 by company, 1 by the
    shop's name; a credit code that contradicts a name outweighs it.

    店铺主体在授权名单内。
    """
    seller, profile = use.facts.listing.seller, use.profile
    if not (seller.uscc or seller.company or seller.name):
        return None
    code = fold(seller.uscc)
    if code and code in profile.codes:
        return Reading(
            2.0, f"店铺主体的统一社会信用代码 {seller.uscc[:18]} 在授权名单内。", seller.uscc[:18], seller.uscc[:18]
        )
    company = company_key(seller.company)
    if len(company) >= 3 and company in profile.users:
        listed = {fold(one.uscc) for one in profile.right.authorised if company_key(one.company or one.name) == company}
        if code and listed - {""} and code not in listed:
            return None  # the same name, another subject
        return Reading(1.5, f"店铺主体「{seller.company[:60]}」在授权名单内或为权利人。", seller.company[:60])
    if not code and not company:
        names = {fold(one.name) for one in profile.right.authorised if len(fold(one.name)) >= 4}
        if fold(seller.name[:60]) in names:
            return Reading(1.0, f"店铺名「{seller.name[:60]}」与授权名单一致。", seller.name[:60])
    return None


def maker(use: Use) -> Reading | None:
    """The maker that the seller claims: -1 the holder or an authorised party, +1 another although the brand is claimed.

    标称生产者与权利人、被授权人的关系。
    """
    claimed = use.facts.maker
    if not claimed or not use.profile.users:
        return None
    key = company_key(claimed)
    if len(key) < 3:
        return None
    if any(key == user or (len(user) >= 4 and user in key) for user in use.profile.users):
        return Reading(-1.0, f"标称生产者「{claimed[:60]}」为权利人或被授权人。", claimed[:60])
    return Reading(1.0, f"标称生产者「{claimed[:60]}」不是权利人，也不在授权名单内。", claimed[:60])


def _within(claimed: str, use: Use) -> bool:
    """Whether the name is only part of the claimed brand, beside more ideographs that are no word (飞耀回力达)."""
    rest = skeleton(fold(claimed))
    for name in sorted(use.profile.skeletons, key=len, reverse=True):
        rest = rest.replace(name, "")
    return is_han(rest) and 2 <= len(rest) <= 4 and not count(rest)


#: What stands in the field of the brand when there is none, folded.
_NO_BRAND = re.compile(
    r"(?:无|没有|暂无|其[他它]|不详|未知|通用|国产|自主|自有|定制|散装|杂牌|白牌|other|others|none|null|no|na)*(?:品牌|牌子?|brand)?"
    r"|.{0,6}(?:咨询|客服|详情|如图|见图|看图|页面|面议|请问|联系).{0,6}"
)


def _altered(match: Match, claimed: str) -> bool:
    """Whether the changed name is itself what is claimed as the brand."""
    return match.field == "brand" or skeleton(fold(match.verbatim)) == claimed


def brand(use: Use) -> Reading | None:
    """The claimed brand: 1 the sign itself, 0.7 an imitation of it, -1 another word of its own, -0.5 «none».

    品牌栏的填写。
    """
    claimed = use.facts.brand
    if not claimed:
        return None
    shaped = skeleton(fold(claimed))
    names = use.profile.skeletons
    if (
        use.branded
        or shaped in names
        or (any(len(name) >= 2 and name in shaped for name in names) and not _within(claimed, use))
    ):
        return Reading(1.0, f"品牌栏填写「{claimed[:40]}」。", claimed[:40], use.profile.right.sign)
    if use.match is not None and use.match.way not in (ways.SAME, ways.APART) and _altered(use.match, shaped):
        return Reading(0.7, f"品牌栏填写近似名称「{claimed[:40]}」。", claimed[:40], use.profile.right.sign)
    if _NO_BRAND.fullmatch(shaped):
        return Reading(-0.5, "品牌栏未填写品牌。", claimed[:40])
    if use.match is not None and skeleton(fold(use.match.verbatim)) in shaped and not _within(claimed, use):
        return None
    return Reading(-1.0, f"品牌栏填写另一名称「{claimed[:40]}」。", claimed[:40], use.profile.right.sign)


def _distinct(use: Use) -> bool:
    """Whether the name alone says what the goods are: claimed as the brand, or a word that means nothing else."""
    claimed = use.of(brand)
    if (claimed is not None and claimed.value > -0.5) or use.match is None:
        return True
    written = use.match.verbatim
    name = fold(written)
    if is_han(name) and all(right - left > 1 for left, right in segment(name)):
        return claimed is not None and claimed.value < -0.5  # made of ordinary words: 六个核桃一袋
    if use.match.latin:
        return len(name) >= 4 and not is_english(name)
    return (commonness(name) == 0 or is_proper(name)) and len(name) >= (3 if is_proper(name) else 4)


def brand_conflict(use: Use) -> Reading | None:
    """The title uses the name for the right's own goods, and the brand that is claimed is another: 1.

    标题使用该名称，而品牌栏是另一品牌。
    """
    claimed, same, match = use.of(brand), use.of(goods), use.match
    if claimed is None or claimed.value > -1 or same is None or same.value < 1 or match is None:
        return None
    if match.field != "title" or not match.close or use.profile.is_gi:
        return None
    if use.facts.titled("compatible", "accessory", "service", "used"):
        return None
    return Reading(
        1.0,
        f"标题使用「{match.verbatim}」，品牌栏却填写「{claimed.listing_value}」。",
        claimed.listing_value,
        match.name.text,
    )


#: A name for goods by what stands last in it: 跑鞋 and 板鞋 are both 鞋.
_HEADS = tuple("鞋包袋表机衣服裤裙帽锅壶车")
#: Goods words that tell the class, and not the article: 128g, 国行, 53度, 飞天.
_VAGUE = re.compile(r"\d|国行|全网通|飞天|香型?$|坤沙")


#: Less than what the reference price is for: one sachet, a sample, by weight.
_SMALL = re.compile(
    r"单[条支片包枚袋只块颗粒节](?!价|肩|反|鞋|衣|裤|层|杯)|[一1][小]?[条支片包袋块](?:装|起|价)|小样|试用|试喝|尝味|尝鲜|旅行装|体验装|分装|称重|散称|[一1]斤起|样品|中样|拆自|拆箱|拆单|散[卖装片]"
)


def _other_article(use: Use) -> bool:
    """Whether the title names goods that the reference price is not for: socks of a shoe brand."""
    own = use.profile.goods_words
    text = use.facts.folded + fold("".join(use.facts.listing.category))
    if any(word in text for word in own):
        return False
    named = [word.word for word in use.facts.title_goods if not _VAGUE.search(word.word)]
    named = [word for word in named if not any(word in name for name in use.profile.folded)]
    heads = {word[-1] for word in own}
    return bool(named) and not any(word[-1] in _HEADS and word[-1] in heads for word in named)


def _below(use: Use) -> tuple[float, bool] | None:
    """log2 of reference over price, 0 to 6, and whether the goods are those that the reference price is for. None when
    the price says nothing: second-hand goods, parts and services, other goods, a name that is not the right's."""
    asked, reference = use.facts.price, use.profile.reference_price or use.median
    if asked is None or not reference:
        return None
    value = math.log2(reference / asked)
    if value <= 0.3 or (use.match is not None and not use.match.close):
        return None
    covered = use.of(goods)
    if covered is not None and covered.value < 0:
        return None
    if covered is None and not _distinct(use):
        return None  # nothing says that these are the goods: apple pie 模具, 苹果树苗
    exact = not _other_article(use) and _SMALL.search(use.facts.title) is None
    abroad = len({word.word for word in use.facts.titled("parallel")})
    if value < (2.5, 2.5, 4.0)[min(abroad, 2)] and abroad:
        return None  # prices abroad differ, and two words of the channel say where it was bought
    if any(not incidental(use.facts.folded, word) for word in use.facts.titled("used", "accessory", "service")):
        return None
    return min(6.0, value), exact


def _cheap(use: Use, value: float, told: str) -> Reading:
    asked, reference = use.facts.price or 0.0, use.profile.reference_price or use.median or 1.0
    own = "参考价" if use.profile.reference_price else "同类中位价"
    share = f"标价 {asked:g} 元，约为{own} {reference:g} 元的 {asked / reference:.0%}{told}。"
    return Reading(value, share, f"{asked:g}", f"{reference:g}")


def price(use: Use) -> Reading | None:
    """Goods that the right names, below the reference price (or the median of the category): log2 of the ratio, 0 to 6.

    标价明显低于参考价。 Example: 99 against 899 is 3.2.
    """
    found = _below(use)
    return _cheap(use, found[0], "") if found and found[1] else None


def price_near(use: Use) -> Reading | None:
    """The same for another article of the class than the right names: a small article of the brand costs little.

    标价低于参考价，但商品未必是参考价所指的商品。
    """
    found = _below(use)
    return _cheap(use, found[0], "（商品未必相同）") if found and not found[1] else None


def fair_price(use: Use) -> Reading | None:
    """Negative: the price is about the reference price or above it (0.75 and more).

    标价与参考价相当。
    """
    asked, reference = use.facts.price, use.profile.reference_price or use.median
    if asked is None or not reference or asked < 0.75 * reference:
        return None
    return Reading(1.0, f"标价 {asked:g} 元，与参考价 {reference:g} 元相当。", f"{asked:g}", f"{reference:g}")


def sales(use: Use) -> Reading | None:
    """How many were sold, log10: an order of urgency, not a reason.

    销量。
    """
    sold = use.facts.listing.sales
    return Reading(min(6.0, math.log10(1 + sold)), f"已售 {sold} 件。", str(sold)) if sold and sold > 0 else None


FEATURES: tuple[Feature, ...] = (
    brand_conflict,
    goods,
    copied_trade,
    authorised,
    maker,
    brand,
    price,
    price_near,
    fair_price,
    sales,
)
