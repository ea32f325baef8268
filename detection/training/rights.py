"""Invented rights: names made of syllables and characters, goods from the class list, GIs from real counties.

No name is meant to be one of a real firm; a chance likeness does not matter, for the model never sees a name.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib.resources import files
from random import Random

from detection.names.folding import fold
from detection.names.words import count
from domain.records import Authorised, GeographicalIndication, Trademark

_FIRST = "安博晨大东凡飞冠光海浩恒华慧佳嘉健杰金晶景凯康兰乐立丽联龙美明铭牧南宁鹏奇清荣瑞森盛顺思泰腾天万威伟文熙祥欣新鑫星雅亚阳怡亿逸永友宇元悦云泽正智中卓子"
_LAST = "奥邦宝贝博达登迪帝尔芳菲丰芙格冠贵和恒虹辉基佳娇洁金京军克朗雷丽琳龙露罗曼美妮诺欧派奇琪然仁润赛莎姗尚诗舒斯思苏特童旺薇维希仙雅妍耀依怡艺莹优源悦韵泽姿"
_SYLLABLES = [
    "ba",
    "be",
    "bo",
    "ca",
    "co",
    "da",
    "de",
    "di",
    "do",
    "el",
    "fa",
    "fe",
    "ga",
    "go",
    "ka",
    "ki",
    "ko",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "no",
    "pa",
    "po",
    "ra",
    "re",
    "ri",
    "ro",
    "sa",
    "se",
    "so",
    "ta",
    "te",
    "ti",
    "to",
    "va",
    "ve",
    "vi",
    "wa",
    "wi",
    "xa",
    "ya",
    "zo",
    "zu",
    "lux",
    "tec",
    "nor",
    "ster",
    "win",
]
_COMMON = [
    "苹果",
    "公牛",
    "小米",
    "太阳",
    "海燕",
    "长城",
    "熊猫",
    "红豆",
    "雪花",
    "蜜蜂",
    "大象",
    "钻石",
    "葵花",
    "飞鸽",
    "凤凰",
    "骆驼",
    "金鱼",
    "春雨",
    "青蛙",
    "白鹭",
    "向日葵",
    "三只松鼠",
    "牡丹",
    "蝴蝶",
    "水星",
    "梦想",
    "故乡",
    "山河",
]
_TRADES: tuple[tuple[tuple[int, ...], str, tuple[int, int]], ...] = (
    ((25, 18), "运动鞋 跑鞋 外套 卫衣 双肩包", (199, 1299)),
    ((25,), "羽绒服 连衣裙 衬衫 牛仔裤", (159, 1999)),
    ((18,), "女包 行李箱 手提包 钱包", (299, 9800)),
    ((9,), "手机 耳机 充电宝 平板电脑", (149, 4999)),
    ((9, 11), "电视 音箱 插座 路由器", (99, 3999)),
    ((11, 7), "空调 电饭煲 吸尘器 洗衣机", (199, 4999)),
    ((3,), "口红 精华液 面霜 洗发水", (59, 899)),
    ((30,), "方便面 饼干 糖果 辣椒酱", (9, 99)),
    ((29, 30), "牛奶 火腿肠 坚果 酱油", (19, 129)),
    ((33,), "白酒 葡萄酒 黄酒", (99, 2999)),
    ((32,), "啤酒 饮料 矿泉水", (19, 129)),
    ((5,), "奶粉 纸尿裤 钙片", (69, 399)),
    ((14,), "手表 项链 戒指", (399, 9999)),
    ((28,), "积木 玩具 羽毛球拍", (59, 799)),
    ((21, 8), "保温杯 菜刀 炒锅 剪刀", (39, 499)),
    ((20, 24), "床垫 四件套 枕头 沙发", (129, 3999)),
    ((12,), "轮胎 电动车 自行车", (299, 3999)),
    ((16,), "钢笔 中性笔 纸巾", (15, 199)),
)  # fmt: skip
_PRODUCTS = [
    "大米|大米|30",
    "小米|小米|30",
    "绿茶|绿茶|30",
    "毛尖|绿茶|30",
    "红茶|红茶|30",
    "银针|绿茶|30",
    "蜜桃|桃|31",
    "脐橙|脐橙|31",
    "苹果|苹果|31",
    "香梨|梨|31",
    "大枣|红枣|29",
    "枸杞|枸杞|29",
    "山药|山药|31",
    "大蒜|大蒜|31",
    "羊肉|羊肉|29",
    "黑猪|猪肉|29",
    "火腿|火腿|29",
    "陈醋|醋|30",
    "蜂蜜|蜂蜜|30",
    "花椒|花椒|30",
    "木耳|木耳|29",
    "香菇|香菇|29",
    "核桃|核桃|29",
    "西瓜|西瓜|31",
    "葡萄|葡萄|31",
    "板栗|板栗|31",
    "莲子|莲子|29",
    "大闸蟹|大闸蟹|31",
    "粉条|粉条|29",
    "白酒|白酒|33",
    "黄酒|黄酒|33",
    "瓷|瓷器|21",
    "绣|布料|24",
]


@cache
def _counties() -> tuple[tuple[str, str], ...]:
    """(code, name) of counties whose short name has two characters."""
    text = files("detection.places").joinpath("places.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return tuple(
        (row[0], row[1]) for row in rows if not row[0].endswith("00") and len(row[1]) == 3 and row[1][-1] in "县市"
    )


@cache
def titles() -> dict[str, str]:
    text = files("detection.places").joinpath("places.tsv").read_text("utf-8")
    return {line.split("\t")[0]: line.split("\t")[1] for line in text.splitlines()}


def full_place(code: str) -> str:
    found = titles()
    return "".join(dict.fromkeys(found.get(part, "") for part in (code[:2] + "0000", code[:4] + "00", code)))


def credit_code(random: Random) -> str:
    """Eighteen characters of the form; the check digits are not meant to hold."""
    return f"91{random.randrange(110000, 659999)}MA{''.join(random.choices('0123456789ABCDEFGHJKLMNPQRTUWXY', k=8))}"


def _han_name(random: Random) -> str:
    while True:
        size = random.choice((2, 2, 3, 3, 3, 3, 4, 4))
        name = random.choice(_FIRST) + "".join(random.choices(_LAST, k=size - 1))
        if not count(name):
            return name


def _latin_name(random: Random) -> str:
    name = "".join(random.choices(_SYLLABLES, k=random.choice((2, 3, 3, 4))))
    return random.choice((name.upper(), name.capitalize(), name))


def _company(name: str, trade: str, random: Random) -> str:
    return f"{random.choice(('上海', '广州', '宁波', '济南', '成都'))}{name}{trade}{random.choice(('有限公司', '股份有限公司', '有限责任公司'))}"


def mark(index: int, random: Random) -> Trademark:
    classes, goods, (low, high) = random.choice(_TRADES)
    kind = random.random()
    sign = random.choice(_COMMON) if kind < 0.15 else _latin_name(random) if kind < 0.45 else _han_name(random)
    variants = (_han_name(random) if fold(sign).isascii() else _latin_name(random),) if random.random() < 0.4 else ()
    holder = _company(variants[0] if fold(sign).isascii() and variants else sign, "实业", random)
    listed = tuple(
        Authorised(name=f"{sign}{random.choice(('官方旗舰店', '京选店', '直营店'))}", company=_company(_han_name(random), "商贸", random), uscc=credit_code(random))
        for _ in range(random.choice((0, 1, 1, 2)))
    )  # fmt: skip
    return Trademark(
        id=f"train-m{index}", sign=sign, variants=variants, classes=classes, goods=tuple(goods.split()), holder=holder,
        authorised=listed, reference_price=Decimal(random.randrange(low, high)) if random.random() < 0.6 else None,
    )  # fmt: skip


def indication(index: int, random: Random) -> GeographicalIndication:
    code, name = random.choice(_counties())
    product, kind, _ = random.choice(_PRODUCTS).split("|")
    level = random.random()
    area = full_place(code) if level < 0.7 else full_place(code[:4] + "00")
    listed = tuple(
        Authorised(
            company=f"{name}{_han_name(random)}农业{random.choice(('有限公司', '专业合作社'))}",
            uscc=credit_code(random),
        )
        for _ in range(random.choice((0, 1, 2, 2)))
    )
    return GeographicalIndication(
        id=f"train-g{index}", sign=name[:2] + product, product=kind, area=(area,), holder=f"{name}{product}协会",
        authorised=listed, standard=f"GB/T {random.randrange(18000, 30000)}" if random.random() < 0.6 else "",
    )  # fmt: skip
