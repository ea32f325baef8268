"""Scenarios for geographical indications. Each makes one listing and says whether it is suspected."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeAlias

from detection.places import towns
from detection.places.gazetteer import places, relation, stem, title
from detection.training import evasions
from detection.training.mark_scenarios import Made
from detection.training.offers import chance, listing, other_brand, seller, shop, words
from detection.training.rights import _counties, full_place
from domain.records import GeographicalIndication, Seller

Scenario: TypeAlias = Callable[[GeographicalIndication, Random], Made]

_PRAISE = ["正宗", "特产", "原产地", "农家", "当季", "新货", "产地直发", "自产自销", "地道", "精选", "优质", "头茬"]
_EVOKE = ["风味", "同款", "型", "口味", "工艺", "类似", "平替", "式", "做法"]
_DERIVED = ["种子", "种苗", "炒饭", "饼干", "面膜", "香皂", "摆件", "礼品盒", "包装袋", "茶具", "明信片", "洗发水"]
_MARK = ["地理标志产品", "国家地理标志", "专用标志", "地标产品"]
_FAKE = ["高仿", "仿品", "假一比一", "不是正品", "冒牌"]


def _inside(right: GeographicalIndication) -> str:
    return right.area[0]


def _outside(right: GeographicalIndication, random: Random) -> str:
    area = {code for name in right.area for place in places(name) for code in place}
    while True:
        code = random.choice(_counties())[0]
        if relation(frozenset({code}), area) == "outside" and code[:4] != min(area)[:4]:
            return random.choice((full_place(code), title(code[:2]), stem(title(code[:4])[-3:]) or full_place(code)))


def _province(right: GeographicalIndication) -> str:
    return title(min(next(iter(places(right.area[0]))))[:2])


def _origin(text: str, random: Random) -> dict[str, str]:
    return {random.choice(("产地", "原产地", "产地省份", "生产地址产地")): text}


def _praise(random: Random) -> str:
    return random.choice(_PRAISE) if chance(random, 0.6) else ""


def _apart(right: GeographicalIndication, random: Random) -> str:
    place, product = right.sign[:2], right.sign[2:]
    return (
        f"{place}{random.choice(('新', '特产', '农家', '正宗', '当季'))}{random.choice(('', ' '))}{product}"
        if chance(random, 0.3)
        else right.sign
    )


def outside(right: GeographicalIndication, random: Random) -> Made:
    there = _outside(right, random)
    claims = _origin(there, random)
    if chance(random, 0.3):
        claims["生产厂家"] = f"{places(there) and there[:3]}{shop(random)}有限公司"
    sent = there if chance(random, 0.5) else _outside(right, random) if chance(random, 0.5) else ""
    return Made(
        listing(
            random,
            words(random, _praise(random), _apart(right, random)),
            claims=claims,
            ships_from=sent,
            price=random.uniform(5, 300),
        ),
        True,
        "outside",
    )


def titled_outside(right: GeographicalIndication, random: Random) -> Made:
    there = stem(title(random.choice(_counties())[0][:4])[-3:])
    if (
        relation(frozenset().union(*places(there)) or frozenset({"0"}), {c for p in places(right.area[0]) for c in p})
        != "outside"
    ):
        return outside(right, random)
    name = random.choice((f"{there}产{right.sign}", f"{right.sign} {there}产", f"{there}{right.sign}"))
    return Made(
        listing(random, words(random, name, _praise(random)), ships_from=there if chance(random, 0.4) else ""),
        chance(random, 0.92),
        "titled_outside",
    )


def evoking(right: GeographicalIndication, random: Random) -> Made:
    word = random.choice(_EVOKE)
    claims = _origin(_outside(right, random), random) if chance(random, 0.4) else {}
    return Made(listing(random, words(random, f"{right.sign}{word}", right.product), claims=claims), True, "evoking")


def imitating(right: GeographicalIndication, random: Random) -> Made:
    change = random.choice(
        (evasions.look_alike, evasions.sound_alike, evasions.sound_alike, evasions.split_up, evasions.replaced)
    )
    place = change(right.sign[:2], random)
    if place == right.sign[:2]:
        return evoking(right, random)
    claims = _origin(_outside(right, random), random) if chance(random, 0.4) else {}
    return Made(
        listing(random, words(random, _praise(random), place + right.sign[2:]), claims=claims), True, "imitating"
    )


def hidden(right: GeographicalIndication, random: Random) -> Made:
    title_ = words(random, evasions.separated(right.sign, random), _praise(random))
    claims = _origin(_outside(right, random), random) if chance(random, 0.3) else {}
    return Made(listing(random, title_, claims=claims), True, "hidden")


def mark_claimed(right: GeographicalIndication, random: Random) -> Made:
    claimed = random.choice(_MARK)
    way = random.random()
    claims = {"地理标志": "是"} if way < 0.3 else {}
    title_ = words(random, right.sign, claimed if way >= 0.3 else "")
    home = chance(random, 0.5)
    claims |= _origin(_inside(right) if home else _outside(right, random), random) if chance(random, 0.7) else {}
    claimed_outside = any(
        relation(p, {c for q in places(right.area[0]) for c in q}) == "outside"
        for v in claims.values()
        for p in places(v)
    )
    odds = 1.0 if claimed_outside else 0.8 if right.authorised else 0.35
    return Made(
        listing(random, title_, claims=claims, ships_from=_inside(right) if home and chance(random, 0.6) else ""),
        chance(random, odds),
        "mark_claimed",
    )


def contradictory(right: GeographicalIndication, random: Random) -> Made:
    claims = {"产地": _inside(right), random.choice(("原产地", "省份", "产地城市")): _outside(right, random)}
    return Made(listing(random, words(random, right.sign, _praise(random)), claims=claims), True, "contradictory")


def grown_elsewhere(right: GeographicalIndication, random: Random) -> Made:
    """The origin inside, and the orchard, the base or the packing house elsewhere, in a claim or in the description."""
    there = _outside(right, random)
    field = random.choice(("果园", "茶园", "种植地", "基地", "打包仓", "加工厂", "生产厂家"))
    said = chance(random, 0.5)
    claims = _origin(_inside(right), random) | ({} if said else {field: there})
    text = f"{field}在{there}，{random.choice(('每天发货', '量大从优', '欢迎来看'))}" if said else ""
    made = listing(random, words(random, right.sign, _praise(random)), claims=claims, description=text,
                   ships_from=there if chance(random, 0.5) else "")  # fmt: skip
    return Made(made, chance(random, 0.93), "grown_elsewhere")


def foreign_maker(right: GeographicalIndication, random: Random) -> Made:
    code, _ = random.choice(_counties())
    away = relation(frozenset({code}), {c for p in places(right.area[0]) for c in p}) == "outside"
    claims = {"生产厂家": f"{full_place(code)}{shop(random)}食品厂"}
    if chance(random, 0.4):
        claims |= _origin(_inside(right), random)
    return Made(
        listing(random, words(random, right.sign, _praise(random)), claims=claims, ships_from=full_place(code)),
        away and chance(random, 0.85),
        "foreign_maker",
    )


def fake_words(right: GeographicalIndication, random: Random) -> Made:
    return Made(listing(random, words(random, right.sign, random.choice(_FAKE))), True, "fake_words")


def wrong_standard(right: GeographicalIndication, random: Random) -> Made:
    if not right.standard:
        return outside(right, random)
    other = random.choice(("GB/T {}", "NY/T {}", "Q/AB {}S", "GH/T {}")).format(random.randrange(1000, 17999))
    own = chance(random, 0.3)
    claims = {random.choice(("执行标准", "产品标准号", "标准")): right.standard if own else other}
    title_ = words(random, _praise(random), right.sign)
    return Made(listing(random, title_, claims=claims), not own and chance(random, 0.9), "wrong_standard")


def described(right: GeographicalIndication, random: Random) -> Made:
    """The description tells where it really grows."""
    there = stem(title(random.choice(_counties())[0][:4])[-3:])
    away = all(relation(place, {c for p in places(right.area[0]) for c in p}) == "outside" for place in places(there))
    text = f"{there}{random.choice(('自家果园', '基地直发', '茶园现采', '自产自销', '农场种植'))}，{shop(random)}发货"
    claims = _origin(_inside(right), random) if chance(random, 0.5) else {}
    suspected = away and bool(places(there)) and chance(random, 0.92)
    return Made(listing(random, words(random, right.sign), claims=claims, description=text), suspected, "described")


def local(right: GeographicalIndication, random: Random) -> Made:
    claims = _origin(_inside(right), random)
    sent = (
        _inside(right)
        if chance(random, 0.5)
        else full_place(random.choice(_counties())[0])
        if chance(random, 0.2)
        else ""
    )
    return Made(
        listing(
            random,
            words(random, _praise(random), _apart(right, random)),
            claims=claims,
            ships_from=sent,
            price=random.uniform(5, 300),
        ),
        False,
        "local",
    )


def vague(right: GeographicalIndication, random: Random) -> Made:
    claims = _origin(_province(right), random) if chance(random, 0.5) else {}
    return Made(
        listing(
            random,
            words(random, _praise(random), right.sign),
            claims=claims,
            ships_from=_province(right) if chance(random, 0.3) else "",
        ),
        False,
        "vague",
    )


def sent_far(right: GeographicalIndication, random: Random) -> Made:
    """An origin inside, or none, and goods sent from another province; straight from the grower, it is said, or not."""
    home = {code[:2] for place in places(right.area[0]) for code in place}
    code = next(code for code, _ in random.sample(_counties(), 60) if code[:2] not in home)
    told = random.choice(("农家自产", "现摘现发", "产地直发", "基地直供", "茶农自炒")) if chance(random, 0.5) else ""
    claims = _origin(_inside(right), random) if chance(random, 0.7) else {}
    inside = chance(random, 0.6)
    title_ = words(random, right.sign, told if inside else "")
    odds = 0.92 if told else 0.55 if claims else 0.3
    return Made(
        listing(random, title_, claims=claims, ships_from=full_place(code), description="" if inside else told),
        chance(random, odds), "sent_far",
    )  # fmt: skip


def by_town(right: GeographicalIndication, random: Random) -> Made:
    """The origin as the short name of a county with one of its towns, or the town alone."""
    area = {code for name in right.area for place in places(name) for code in place}
    inside = chance(random, 0.5)
    codes = [code for code, _ in _counties() if (relation(frozenset({code}), area) == "inside") is inside]
    code = random.choice(codes or [code for code, _ in _counties()])
    below = towns.of(code)
    if not below:
        return local(right, random)
    town = random.choice(below)
    text = random.choice((f"{stem(title(code)[-3:])}{town}", f"{town}镇", f"{title(code[:4])[-3:]}{town}镇"))
    away = all(relation(place, area) == "outside" for place in places(text))
    return Made(
        listing(random, words(random, _praise(random), right.sign), claims=_origin(text, random)), away, "by_town"
    )


def unknown(right: GeographicalIndication, random: Random) -> Made:
    """The name, and where it is sent from at most: goods are stored anywhere."""
    away = chance(random, 0.6)
    sent = _outside(right, random) if away else _inside(right)
    suspected = away and chance(random, 0.2)
    return Made(
        listing(random, words(random, _praise(random), right.sign), ships_from=sent if chance(random, 0.7) else ""),
        suspected,
        "unknown",
    )


def by_authorised(right: GeographicalIndication, random: Random) -> Made:
    if not right.authorised:
        return local(right, random)
    one = random.choice(right.authorised)
    who = random.choice(
        (
            Seller(name=shop(random), company=one.company, uscc=one.uscc),
            Seller(name=shop(random), uscc=one.uscc),
            Seller(name=shop(random), company=one.company),
        )
    )
    claims = _origin(_inside(right), random) if chance(random, 0.6) else {}
    title_ = words(random, _praise(random), right.sign, random.choice(("", *_MARK)))
    sent = _inside(right) if chance(random, 0.5) else full_place(random.choice(_counties())[0])
    return Made(listing(random, title_, claims=claims, who=who, ships_from=sent), False, "by_authorised")


def authorised_maker(right: GeographicalIndication, random: Random) -> Made:
    if not right.authorised:
        return local(right, random)
    claims = {
        "生产厂家": random.choice(right.authorised).company,
        **(_origin(_inside(right), random) if chance(random, 0.5) else {}),
    }
    sent = full_place(random.choice(_counties())[0])
    return Made(
        listing(random, words(random, _praise(random), right.sign), claims=claims, ships_from=sent),
        False,
        "authorised_maker",
    )


def derived(right: GeographicalIndication, random: Random) -> Made:
    claims = _origin(_outside(right, random), random) if chance(random, 0.5) else {"品牌": other_brand(random)}
    return Made(listing(random, words(random, right.sign, random.choice(_DERIVED)), claims=claims), False, "derived")


def generic(right: GeographicalIndication, random: Random) -> Made:
    """The product without the place, or the place with another product, or as an address."""
    place, product = right.sign[:2], right.sign[2:]
    other = stem(title(random.choice(_counties())[0][:4])[-3:])
    way = random.random()
    if way < 0.4:
        title_, claims = words(random, _praise(random), other, product), _origin(other, random)
    elif way < 0.7:
        title_, claims = (
            words(random, place, random.choice(["玉米", "茶杯", "草席", "地图", "围巾", "竹篮", "门锁"])),
            {},
        )
    else:
        title_, claims = words(random, product, f"{place}路{random.randrange(1, 99)}号自提"), {}
    return Made(listing(random, title_, claims=claims, ships_from=other), False, "generic")


def compared(right: GeographicalIndication, random: Random) -> Made:
    way = random.choice(("不是{}", "并非{}", "非{}", "区别于{}"))
    return Made(
        listing(random, words(random, right.product, way.format(right.sign)), who=seller(random)), False, "compared"
    )


SCENARIOS: tuple[tuple[Scenario, int], ...] = (
    (outside, 14), (titled_outside, 5), (evoking, 8), (imitating, 9), (hidden, 3), (mark_claimed, 6), (contradictory, 4), (grown_elsewhere, 5), (wrong_standard, 6), (described, 5), (sent_far, 9), (by_town, 7),
    (foreign_maker, 4), (fake_words, 2), (local, 12), (vague, 7), (unknown, 8), (by_authorised, 7), (authorised_maker, 4),
    (derived, 6), (generic, 8), (compared, 2),
)  # fmt: skip
