"""Scenarios for marks. Each makes one listing and says whether it is suspected."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from random import Random
from typing import NamedTuple, TypeAlias

from detection.goods.classes import goods, nearness
from detection.names.folding import fold
from detection.names.sounds import merge, syllables
from detection.training import evasions
from detection.training.lexis import words_by_edge, words_by_sound
from detection.training.offers import chance, filler, listing, other_brand, seller, shop, words
from detection.training.phrases import FAKE, FIT, GREY, IMPORT, NOT, PART, SERVICE, STRANGERS, TRUE, USED
from detection.vocabulary import listed
from domain.records import Listing, Seller, Trademark


class Made(NamedTuple):
    """A listing, whether it is suspected of infringing the right it was made for, and the scenario."""

    listing: Listing
    suspected: bool
    scenario: str


Scenario: TypeAlias = Callable[[Trademark, Random], Made]


def _goods(right: Trademark, random: Random) -> str:
    """A goods word of the right, another of its class, or none: sellers leave it out."""
    way = random.random()
    if way < 0.25:
        return ""
    return random.choice(right.goods) if way < 0.65 else random.choice(_class_words(random.choice(right.classes)))


@cache
def _class_words(number: int) -> tuple[str, ...]:
    rows = (
        line.split("\t") for line in files("detection.goods").joinpath("lexicon.tsv").read_text("utf-8").splitlines()
    )
    return next(tuple(words.split()) for found, words in rows if int(found) == number)


def _other_goods(right: Trademark, random: Random) -> str:
    """A goods word of a class that is neither the right's nor near it."""
    options = [
        "玉米",
        "台灯",
        "帆布包",
        "西瓜",
        "瓷砖",
        "枕头",
        "铅笔",
        "拖把",
        "毛线",
        "花瓶",
        "饲料",
        "锤子",
        "图书",
        "机油",
        "项链",
        "米粥",
        "窗帘",
        "吉他",
    ]
    apart = [word for word in options if not nearness({found.number for found in goods(word)}, right.classes)]
    return random.choice(apart)


def _name(right: Trademark, random: Random) -> str:
    both = right.variants and chance(random, 0.3)
    return (
        f"{right.sign}{random.choice(('/', ' ', ''))}{right.variants[0]}"
        if both
        else random.choice((right.sign, *right.variants))
    )


def _price(right: Trademark, random: Random, low: float, high: float, given: float = 0.85) -> float | None:
    if right.reference_price is None:
        return random.uniform(5, 500) if chance(random, given) else None
    return float(right.reference_price) * random.uniform(low, high) if chance(random, given) else None


def _brand(right: Trademark, random: Random, share: float) -> dict[str, str]:
    return {"品牌": right.sign} if chance(random, share) else {}


def fake_words(right: Trademark, random: Random) -> Made:
    told = FAKE if chance(random, 0.6) else listed("copy", right.classes)
    fake = " ".join(random.sample(told, random.choice((1, 1, 2))))
    inside = chance(random, 0.8)
    title = words(random, _name(right, random), fake if inside else "", _goods(right, random))
    text = "" if inside else f"{shop(random)}出品，{fake}，质量放心"
    return Made(
        listing(random, title, price=_price(right, random, 0.08, 0.9), claims=_brand(right, random, 0.3), description=text),
        True, "fake_words",
    )  # fmt: skip


def far_too_cheap(right: Trademark, random: Random) -> Made:
    truth = random.choice(TRUE) if chance(random, 0.4) else ""
    title = words(random, _name(right, random), truth, random.choice(right.goods))
    ratio = random.choice((2 ** random.uniform(-6, -1.5), random.uniform(0.05, 0.8)))
    price = float(right.reference_price) * ratio if right.reference_price else random.uniform(5, 60)
    # one reference price stands for a whole range of goods, so only a small part of it is suspicious by itself
    odds = 0.97 if ratio < 0.14 else 0.85 if ratio < 0.2 else 0.25 if ratio < 0.25 else 0.05 if ratio < 0.35 else 0.03
    suspected = right.reference_price is not None and chance(random, odds)
    return Made(listing(random, title, price=price, claims=_brand(right, random, 0.4)), suspected, "far_too_cheap")


def side_door(right: Trademark, random: Random) -> Made:
    title = words(
        random, _name(right, random), " ".join(random.sample(GREY, random.choice((1, 1, 2)))), _goods(right, random)
    )
    return Made(listing(random, title, price=_price(right, random, 0.12, 0.7)), chance(random, 0.85), "side_door")


def imitation(right: Trademark, random: Random) -> Made:
    name = random.choice((right.sign, *right.variants))
    if fold(name).isascii():
        changed = random.choice(evasions.LATIN)(name, random)
    else:
        changed = random.choice(evasions.LONG_HAN if len(name) >= 4 else evasions.HAN)(name, random)
    if changed == name:
        return fake_words(right, random)
    title = words(random, changed, _goods(right, random))
    claims = {"品牌": changed} if chance(random, 0.35) else {"品牌": other_brand(random)} if chance(random, 0.1) else {}
    maker = {"生产厂家": f"{shop(random)}有限公司"} if chance(random, 0.2) else {}
    return Made(
        listing(random, title, price=_price(right, random, 0.1, 1.0), claims={**claims, **maker}), True, "imitation"
    )


def hidden(right: Trademark, random: Random) -> Made:
    name = random.choice((right.sign, *right.variants))
    change = evasions.foreign_letters if fold(name).isascii() and chance(random, 0.5) else evasions.separated
    title = words(random, change(name, random), _goods(right, random))
    return Made(listing(random, title, price=_price(right, random, 0.1, 0.9)), True, "hidden")


def honest_style(right: Trademark, random: Random) -> Made:
    """Traditional characters, full width or display letters at an ordinary price: a matter of taste."""
    name = random.choice((right.sign, *right.variants))
    if fold(name).isascii():
        shift = random.choice((0xFF21 - ord("A"), 0x1D5D4 - ord("A")))
        name = "".join(chr(ord(letter.upper()) + shift) if letter.isalpha() else letter for letter in name)
    else:
        name = evasions.traditional(name)
    title = words(random, name, _goods(right, random))
    return Made(listing(random, title, price=_price(right, random, 0.5, 1.3)), False, "honest_style")


def brand_conflict(right: Trademark, random: Random) -> Made:
    title = words(random, _name(right, random), random.choice(right.goods))
    claims = {"品牌": random.choice(STRANGERS)}
    return Made(
        listing(random, title, price=_price(right, random, 0.1, 0.9), claims=claims),
        chance(random, 0.85),
        "brand_conflict",
    )


def posing(right: Trademark, random: Random) -> Made:
    name = f"{right.sign}{random.choice(('官方旗舰店', '旗舰店', '官方店', '授权店', '专卖店', '直营店'))}"
    low = chance(random, 0.6)
    price = _price(right, random, 0.15, 0.6) if low else _price(right, random, 0.75, 1.1)
    title = words(random, _name(right, random), _goods(right, random))
    suspected = chance(random, (0.97 if low else 0.9) if right.authorised else 0.4)
    return Made(
        listing(random, title, price=price, who=seller(random, name), claims=_brand(right, random, 0.5)),
        suspected,
        "posing",
    )


def same_style(right: Trademark, random: Random) -> Made:
    word = random.choice(("同款", "风格", "类似款", "平替"))
    title = words(random, f"{right.sign}{word}", _goods(right, random))
    claims = {"品牌": other_brand(random)} if chance(random, 0.4) else {}
    return Made(
        listing(random, title, price=_price(right, random, 0.08, 0.5), claims=claims), chance(random, 0.8), "same_style"
    )


def wrong_maker(right: Trademark, random: Random) -> Made:
    title = words(random, _name(right, random), _goods(right, random))
    ratio = random.choice((0.3, 0.6, 0.95))
    claims = {
        "品牌": right.sign,
        "生产厂家": f"{shop(random)}{random.choice(('鞋业', '日化', '食品', '电器'))}有限公司",
    }
    suspected = chance(random, {0.3: 0.97, 0.6: 0.85, 0.95: 0.7}[ratio])
    return Made(
        listing(random, title, price=_price(right, random, ratio * 0.85, ratio * 1.1), claims=claims),
        suspected,
        "wrong_maker",
    )


def small_article(right: Trademark, random: Random) -> Made:
    """Genuine goods of the brand that the reference price is not for: socks of a shoe brand, a spark plug."""
    name = random.choice(_class_words(random.choice(right.classes)))
    title = words(random, _name(right, random), name, fill=(1, 6))
    if any(word in title for word in right.goods):
        return bare(right, random)
    ratio = 2 ** random.uniform(-7.0, 0.1)
    price = _price(right, random, ratio, ratio)
    # the smallest article of a costly brand is not given away
    suspected = ratio < 0.02 and price is not None and right.reference_price is not None and right.reference_price > 300
    return Made(listing(random, title, price=price, claims=_brand(right, random, 0.4)), suspected, "small_article")


def resale(right: Trademark, random: Random) -> Made:
    truth = random.choice(TRUE) if chance(random, 0.4) else ""
    title = words(random, _name(right, random), truth, _goods(right, random))
    claims = _brand(right, random, 0.5)
    if claims and chance(random, 0.3):
        claims["生产厂家"] = right.holder
    return Made(listing(random, title, price=_price(right, random, 0.28, 1.4), claims=claims), False, "resale")


def bare(right: Trademark, random: Random) -> Made:
    title = words(random, _name(right, random), _goods(right, random) if chance(random, 0.8) else "")
    return Made(listing(random, title), False, "bare")


def fitting(right: Trademark, random: Random) -> Made:
    fit, part = random.choice(FIT), random.choice(PART)
    way = random.random()
    pieces = (
        (fit, right.sign, part)
        if way < 0.5
        else (right.sign, part)
        if way < 0.85
        else (right.sign, _goods(right, random), fit, part)
    )
    claims = {"品牌": other_brand(random)} if chance(random, 0.4) else {}
    return Made(
        listing(random, words(random, *pieces), price=_price(right, random, 0.01, 0.2), claims=claims), False, "fitting"
    )


def service(right: Trademark, random: Random) -> Made:
    title = words(random, right.sign, _goods(right, random), random.choice(SERVICE))
    return Made(listing(random, title, price=_price(right, random, 0.01, 0.4)), False, "service")


def second_hand(right: Trademark, random: Random) -> Made:
    title = words(random, random.choice(USED), _name(right, random), _goods(right, random))
    return Made(listing(random, title, price=_price(right, random, 0.1, 0.8)), False, "second_hand")


def parallel(right: Trademark, random: Random) -> Made:
    title = words(random, random.choice(IMPORT), _name(right, random), _goods(right, random))
    return Made(listing(random, title, price=_price(right, random, 0.5, 1.2)), False, "parallel")


def by_authorised(right: Trademark, random: Random) -> Made:
    if not right.authorised:
        return resale(right, random)
    one = random.choice(right.authorised)
    who = random.choice(
        (
            Seller(name=one.name or shop(random), company=one.company, uscc=one.uscc),
            Seller(name=shop(random), company=one.company),
            Seller(name=shop(random), uscc=one.uscc),
            Seller(name=one.name or shop(random), company=one.company),
        )
    )
    title = words(
        random,
        _name(right, random),
        random.choice(("", "尾货清仓", "官方授权", "工厂直供", "拒绝高仿")),
        _goods(right, random),
    )
    return Made(listing(random, title, price=_price(right, random, 0.3, 1.1), who=who), False, "by_authorised")


def negated(right: Trademark, random: Random) -> Made:
    said = random.choice(NOT).format(random.choice(FAKE[:5]))
    title = words(random, _name(right, random), said, _goods(right, random))
    return Made(
        listing(random, title, price=_price(right, random, 0.65, 1.2), claims=_brand(right, random, 0.4)),
        False,
        "negated",
    )


def other_goods(right: Trademark, random: Random) -> Made:
    name = right.sign
    if chance(random, 0.35) and len(name) > 2:
        name = random.choice((evasions.look_alike, evasions.sound_alike))(name, random)
    claims = {"品牌": random.choice((name, other_brand(random)))} if chance(random, 0.3) else {}
    title = words(random, name, _other_goods(right, random))
    return Made(listing(random, title, price=random.uniform(3, 300), claims=claims), False, "other_goods")


def comparison(right: Trademark, random: Random) -> Made:
    way = random.choice(("比{}更好用", "媲美{}", "不是{}", "不输{}", "并非{}"))
    title = words(random, other_brand(random), random.choice(right.goods), way.format(right.sign))
    return Made(listing(random, title, price=_price(right, random, 0.1, 0.9)), False, "comparison")


def from_holder(right: Trademark, random: Random) -> Made:
    title = words(random, _name(right, random), _goods(right, random))
    claims = {"品牌": right.sign, "生产厂家": right.holder}
    return Made(listing(random, title, price=_price(right, random, 0.4, 1.2), claims=claims), False, "from_holder")


def own_brand(right: Trademark, random: Random) -> Made:
    """Ordinary goods with nothing of the right in them, but for what chance brings."""
    title = words(random, random.choice(filler(random)), _goods(right, random), fill=(3, 9))
    return Made(
        listing(random, title, price=random.uniform(5, 900), claims={"品牌": other_brand(random)}), False, "own_brand"
    )


def chance_likeness(right: Trademark, random: Random) -> Made:
    """Ordinary words that sound like the name, alone or across the edge of two words: 立领 for 李宁."""
    name = random.choice((right.sign, *right.variants))
    key = tuple(merge(syllables(character)[0]) for character in name if syllables(character))
    same = [word for word in words_by_sound().get(key, ()) if word != name]
    if len(key) == 2 and (not same or chance(random, 0.5)):
        ends, begins = words_by_edge()
        left, right_half = ends.get(key[0], ()), begins.get(key[1], ())
        same = [random.choice(left) + random.choice(right_half)] if left and right_half else same
    if not same:
        return own_brand(right, random)
    title = words(random, _goods(right, random), random.choice(same), fill=(2, 6))
    return Made(listing(random, title, price=_price(right, random, 0.05, 1.0, 0.5)), False, "chance_likeness")


#: How often each is made. Suspected and lawful listings are about even; lawful kinds are many.
SCENARIOS: tuple[tuple[Scenario, int], ...] = (
    (fake_words, 8), (far_too_cheap, 9), (side_door, 5), (imitation, 22), (hidden, 6), (posing, 5), (honest_style, 6), (brand_conflict, 4), (same_style, 3),
    (wrong_maker, 4), (resale, 10), (small_article, 8), (bare, 7), (fitting, 7), (service, 2), (second_hand, 4), (parallel, 3),
    (by_authorised, 5), (negated, 4), (other_goods, 6), (comparison, 2), (from_holder, 2), (own_brand, 3), (chance_likeness, 9),
)  # fmt: skip
