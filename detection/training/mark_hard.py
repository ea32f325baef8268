"""More scenarios for marks, the harder ones: two signs at once, or words of a copy where there is none."""

from __future__ import annotations

from random import Random

from detection.training import evasions
from detection.training.mark_scenarios import Made, Scenario, _brand, _goods, _name, _other_goods, _price
from detection.training.offers import chance, listing, other_brand, words
from detection.training.phrases import ANSWERS, AUTHORITY, BOOKS, FAKE, HIDDEN_SOURCE, MODELS, NOT, TRUE, USED
from detection.vocabulary import disguises, listed
from domain.records import Trademark


def disguised_words(right: Trademark, random: Random) -> Made:
    """A word of copying in another spelling: 高fang, 付刻."""
    ways = sorted(way for word in FAKE for way in disguises(word))
    title = words(random, _name(right, random), random.choice(ways), _goods(right, random))
    return Made(listing(random, title, price=_price(right, random, 0.08, 0.9)), True, "disguised_words")


def styled_copy(right: Trademark, random: Random) -> Made:
    """Traditional characters, full width or a nickname, with a word of copying or a hidden source."""
    name = random.choice((right.sign, *right.variants))
    shown = evasions.traditional(name)
    if name.isascii():
        shown = "".join(chr(ord(letter) + 0xFEE0) if letter.isalnum() else letter for letter in name)
    sign = random.choice((random.choice(FAKE), random.choice(HIDDEN_SOURCE)))
    title = words(random, shown, sign, _goods(right, random))
    return Made(listing(random, title, price=_price(right, random, 0.08, 0.6)), True, "styled_copy")


def cheap_without_papers(right: Trademark, random: Random) -> Made:
    """Far below the reference price, and codes scraped off or papers missing; often told in the description only."""
    said = random.choice(HIDDEN_SOURCE)
    inside = chance(random, 0.5)
    title = words(random, _name(right, random), said if inside else "", _goods(right, random))
    price = _price(right, random, 0.05, 0.3, 1.0)
    text = "" if inside else f"{said}，不影响使用"
    suspected = right.reference_price is not None or chance(random, 0.8)
    return Made(listing(random, title, price=price, description=text), suspected, "cheap_without_papers")


def murky(right: Trademark, random: Random) -> Made:
    """Words of a murky source: with a low price or several at once they tell, alone and at an ordinary price seldom."""
    said = random.sample(listed("hint", right.classes), random.choice((1, 1, 2, 3)))
    ratio = 2 ** random.uniform(-3.5, 0.3)
    inside = chance(random, 0.6)
    title = words(random, _name(right, random), *(said if inside else ()), _goods(right, random))
    odds = min(0.97, (0.85 if ratio < 0.16 else 0.35 if ratio < 0.6 else 0.2) + 0.2 * (len(said) - 1))
    text = "" if inside else "，".join(said)
    price = _price(right, random, ratio, ratio)
    return Made(listing(random, title, price=price, description=text), chance(random, odds), "murky")


def warned(right: Trademark, random: Random) -> Made:
    """Copies are spoken of to warn: in a sentence, with a word or two between."""
    word = random.choice(FAKE)
    said = random.choice((*(no.format(word) for no in NOT), *(answer.format(word) for answer in ANSWERS)))
    inside = chance(random, 0.6)
    title = words(random, _name(right, random), said if inside else random.choice(TRUE), _goods(right, random))
    price = _price(right, random, 0.6, 1.2)
    return Made(listing(random, title, price=price, description="" if inside else said), False, "warned")


def model_of_a_thing(right: Trademark, random: Random) -> Made:
    """The everyday word with 高仿, 复刻, 一比一, said of a model or an ornament."""
    title = words(random, random.choice(("高仿真", "仿真", "复刻", "一比一", "1:1")), right.sign, random.choice(MODELS))
    price = random.uniform(3, 300)
    return Made(listing(random, title, price=price, claims={}), False, "model_of_a_thing")


def book(right: Trademark, random: Random) -> Made:
    kind = random.choice(BOOKS)
    name = f"《{right.sign}{random.choice(('的故事', '传', '真假鉴别', '产业观察', '是怎样炼成的', ''))}》"
    title = words(random, name, kind, random.choice(("", "", random.choice(FAKE[:4]))))
    return Made(listing(random, title, price=random.uniform(8, 90)), False, "book")


def worn(right: Trademark, random: Random) -> Made:
    """A private seller's own used thing, cheap, without box and papers."""
    papers = random.choice(("无盒", "盒子没了", "无票", "发票丢失", "吊牌剪了", ""))
    title = words(random, _name(right, random), _goods(right, random), random.choice(USED), papers)
    return Made(listing(random, title, price=_price(right, random, 0.03, 0.6)), False, "worn")


def claims_authority(right: Trademark, random: Random) -> Made:
    """The title or the description claims an authority that the register does not know of."""
    claimed = random.choice(AUTHORITY)
    inside = chance(random, 0.7)
    title = words(random, _name(right, random), claimed if inside else "", _goods(right, random))
    ratio = random.choice((0.4, 0.7, 1.0))
    return Made(
        listing(
            random,
            title,
            price=_price(right, random, ratio * 0.8, ratio * 1.1),
            claims=_brand(right, random, 0.4),
            description="" if inside else f"本店为{claimed}，可查",
        ),
        chance(random, 0.95 if right.authorised else 0.15),
        "claims_authority",
    )


def several(right: Trademark, random: Random) -> Made:
    """A long title of a shop that sells many things, with the name among other words."""
    title = words(random, _name(right, random), _goods(right, random), _goods(right, random), fill=(6, 14))
    claims = {} if chance(random, 0.6) else {"品牌": right.sign}
    return Made(listing(random, title, price=_price(right, random, 0.35, 1.3), claims=claims), False, "several")


def long_imitation(right: Trademark, random: Random) -> Made:
    """A changed name in the middle of a long title."""
    name = random.choice((right.sign, *right.variants))
    changes = evasions.LATIN if name.isascii() else evasions.LONG_HAN if len(name) >= 4 else evasions.HAN
    changed = random.choice(changes)(name, random)
    title = words(random, changed, _goods(right, random), fill=(5, 12))
    return Made(listing(random, title, price=_price(right, random, 0.1, 1.0)), changed != name, "long_imitation")


def strange_goods(right: Trademark, random: Random) -> Made:
    """The name on other goods, with the words of a clearance."""
    word = random.choice(("尾货", "外贸尾单", "原单", "厂货", "清仓"))
    claims = {"品牌": other_brand(random)} if chance(random, 0.4) else {}
    title = words(random, word, right.sign, _other_goods(right, random))
    return Made(listing(random, title, price=random.uniform(3, 200), claims=claims), False, "strange_goods")


def brand_only(right: Trademark, random: Random) -> Made:
    """The brand column has the sign; the title is bare."""
    return Made(
        listing(random, words(random, _goods(right, random)), price=_price(right, random, 0.4, 1.2), claims=_brand(right, random, 1.0)),
        False, "brand_only",
    )  # fmt: skip


SCENARIOS: tuple[tuple[Scenario, int], ...] = (
    (disguised_words, 3), (styled_copy, 5), (cheap_without_papers, 6), (warned, 5), (model_of_a_thing, 2), (book, 3),
    (worn, 4), (murky, 6), (several, 4), (long_imitation, 6), (strange_goods, 2), (brand_only, 1), (claims_authority, 5),
)  # fmt: skip
