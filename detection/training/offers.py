"""The parts of a listing that every scenario needs: filler words, sellers, prices, places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from detection.training.rights import _counties, credit_code, full_place
from domain.records import Listing, Seller

FILLER = [
    "新款",
    "热卖",
    "爆款",
    "夏季",
    "春秋",
    "冬季",
    "加厚",
    "轻薄",
    "大容量",
    "家用",
    "学生",
    "男士",
    "女士",
    "男女同款",
    "儿童",
    "情侣",
    "礼盒装",
    "送礼",
    "包邮",
    "特价",
    "促销",
    "优惠",
    "现货",
    "速发",
    "顺丰",
    "厂家直销",
    "简约",
    "时尚",
    "潮流",
    "百搭",
    "经典",
    "舒适",
    "透气",
    "耐磨",
    "防水",
    "便携",
    "多功能",
    "高颜值",
    "实用",
    "整箱",
    "袋装",
    "500g",
    "2件",
    "10斤",
    "5斤",
    "一盒",
    "三包",
    "大号",
    "中号",
    "黑色",
    "白色",
    "红色",
    "蓝色",
]
_SHOP_A = [
    "阿芳",
    "小周",
    "老陈",
    "乐活",
    "优选",
    "悦购",
    "鑫源",
    "万家",
    "百汇",
    "星空",
    "南风",
    "江南",
    "四季",
    "晨曦",
    "青禾",
    "大牛",
    "彩虹",
    "木子",
    "海棠",
    "北辰",
]
_SHOP_B = [
    "百货",
    "小店",
    "商行",
    "优品",
    "杂货铺",
    "生活馆",
    "工厂店",
    "数码",
    "鞋服",
    "食品",
    "茶行",
    "家居",
    "便利",
    "仓储",
    "批发",
    "专营店",
    "旗舰店",
    "企业店",
]
_OTHER_BRANDS = ["卓趣", "恩禾", "LANTO", "沐彩", "贝朵", "Fenwo", "朗奇", "禾木", "QUVI", "舒曼"]


def chance(random: Random, share: float) -> bool:
    return random.random() < share


def filler(random: Random, low: int = 1, high: int = 5) -> list[str]:
    return random.sample(FILLER, random.randint(low, high))


def shop(random: Random) -> str:
    return random.choice(_SHOP_A) + random.choice(_SHOP_B)


def other_brand(random: Random) -> str:
    return random.choice((*_OTHER_BRANDS, "无", "其他", "无品牌"))


def company(random: Random) -> str:
    place = random.choice(_counties())[1]
    return f"{place}{random.choice(_SHOP_A)}{random.choice(('贸易', '电子商务', '农产品', '实业', '食品'))}有限公司"


def seller(random: Random, name: str = "") -> Seller:
    shown = chance(random, 0.5)
    return Seller(
        name=name or shop(random),
        company=company(random) if shown else "",
        uscc=credit_code(random) if shown and chance(random, 0.6) else "",
        location=full_place(random.choice(_counties())[0]) if chance(random, 0.3) else "",
    )


def money(value: float) -> Decimal:
    return Decimal(str(round(max(0.5, value), 2)))


def listing(
    random: Random,
    title: str,
    *,
    claims: Mapping[str, str] | None = None,
    price: float | None = None,
    who: Seller | None = None,
    ships_from: str = "",
    category: tuple[str, ...] = (),
    description: str = "",
) -> Listing:
    ref = f"{random.getrandbits(48):012x}"
    return Listing(
        platform="train", ref=ref, url=f"https://train.invalid/{ref}", title=title or "无题", description=description,
        price=None if price is None else money(price), currency="CNY", claims=claims or {},
        sales=int(random.paretovariate(0.6)) if chance(random, 0.7) else None, seller=who or seller(random),
        ships_from=ships_from, category=category, observed_at=datetime(2026, 6, 1, tzinfo=UTC),
    )  # fmt: skip


def words(random: Random, *parts: str, fill: tuple[int, int] = (1, 5)) -> str:
    """A title: the parts in their order, filler before, between and after, with or without spaces."""
    out = [part for part in parts if part]
    for word in filler(random, *fill):
        out.insert(random.choice((0, len(out), len(out), random.randint(0, len(out)))), word)
    return random.choice((" ", "", "", " ")).join(out)
