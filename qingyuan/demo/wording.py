"""How sellers write: stuffed titles, descriptions, tables of claims, prices and sales as shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from qingyuan.demo import codes
from qingyuan.demo.values import Firm, Place, Ware

_OPENINGS = ("", "", "", "", "2026新款", "【现货速发】", "【包邮】", "新品上架 ", "热卖 ", "[48小时发货]", "🔥爆款 ")
_CLOSINGS = ("", "", "", " 包邮", "厂家直销", " 七天无理由", "送运费险", " 新款", "家用", "学生党", "送长辈", " 特价")
_STORIES = (
    "{name}，{praise}。{spec}可选，下单请备注。",
    "自家店铺多年经营，{name}口碑款。收到货有任何问题联系客服处理。",
    "【商品详情】{name}\n【规格】{spec}\n【特点】{praise}\n【发货】下午四点前付款当天发出，节假日顺延。",
    "喜欢{name}的朋友看过来！{praise}，老顾客都回购。色差、手工测量误差难免，介意慎拍。",
    "本品为{name}，规格{spec}。偏远地区补运费，收货请当面验货。",
    "{praise}的{name}，做工扎实，价格实在。支持七天无理由退换，不影响二次销售即可。",
)


@dataclass(frozen=True, slots=True)
class Price:
    """A price, the upper end when it is a range, and what the page shows."""

    low: Decimal | None
    high: Decimal | None
    text: str


def title(rng: Random, ware: Ware, brand: str = "", *, name: str = "", tail: str = "") -> str:
    """A title as sellers stuff it: brand, praise, name, specification, in a loose order."""
    name = name or rng.choice(ware.names)
    praise = rng.sample(ware.praise, min(len(ware.praise), rng.randrange(1, 4)))
    spec = rng.choice(ware.specs) if rng.random() < 0.6 else ""
    joint = rng.choice(("", " ", " "))
    middle = [*praise[:1], name, *praise[1:], spec]
    if rng.random() < 0.3:
        middle = [name, *praise, spec]
    head = f"{brand} " if brand and brand.isascii() else brand
    body = head + joint.join(part for part in middle if part)
    return (rng.choice(_OPENINGS) + body + (tail or rng.choice(_CLOSINGS))).strip()


def story(rng: Random, ware: Ware, *extra: str) -> str:
    """A description; ``extra`` sentences come after it."""
    text = rng.choice(_STORIES).format(
        name=rng.choice(ware.names), praise="、".join(ware.praise), spec="/".join(ware.specs)
    )
    return "\n".join([text, *(sentence for sentence in extra if sentence)])


def price(rng: Random, low: float, *, careless: bool = False, wholesale: bool = False) -> Price:
    """A price near ``low`` yuan, shown in one of the ways platforms and sellers show prices."""
    value = Decimal(str(max(0.9, low))).quantize(Decimal(1)) - (Decimal("0.1") if rng.random() < 0.3 else 0)
    if low < 40 and rng.random() < 0.4:
        value = Decimal(str(low)).quantize(Decimal("0.1"))
    plain = f"¥{value:.2f}"
    if wholesale:
        high = (value * Decimal("1.25")).quantize(Decimal("0.1"))
        return Price(value, high, f"¥{value:.2f}-{high:.2f}") if rng.random() < 0.6 else Price(value, None, plain)
    if careless:
        if value >= 10_000:
            shown = value.quantize(Decimal(100))
            return Price(shown, None, f"¥{(shown / 10_000).normalize()}万起")
        return rng.choice(
            (
                Price(None, None, "面议"),
                Price(None, None, ""),
                Price(value, None, f"{value.normalize():f}元起"),
                Price(value, None, f"券后价 ￥{value:.2f}"),
                Price(value, None, f"RMB {value:.2f} /件"),
                Price(value, None, plain),
            )
        )
    if rng.random() < 0.15:
        high = (value * Decimal(str(rng.choice((1.3, 1.6, 2.1))))).quantize(Decimal(1))
        return Price(value, high, f"¥{value:.2f}-{high:.2f}")
    return Price(value, None, plain)


def sales(rng: Random, *, wholesale: bool = False) -> tuple[int | None, str]:
    """Units sold, and how the page says it."""
    if rng.random() < 0.12:
        return None, ""
    number = int(10 ** rng.uniform(0.3, 4.6 if wholesale else 4.2))
    if number >= 10_000:
        tenths = number // 1000
        return tenths * 1000, f"{tenths / 10:g}万+"
    if number >= 1000 and rng.random() < 0.5:
        return number // 100 * 100, f"{number // 100 * 100}+"
    return number, str(number)


_MATERIALS = {
    "shoes": ("网布", "头层牛皮", "PU", "织物", "见吊牌"),
    "clothes": ("棉95% 氨纶5%", "聚酯纤维", "棉100%", "见吊牌", "90%白鸭绒"),
    "jewel": ("合金", "316L不锈钢", "S925银", "如图"),
    "bags": ("尼龙", "牛津布", "ABS+PC", "涤纶"),
    "toys": ("ABS", "短毛绒", "PP棉"),
    "sports": ("碳素", "TPE", "牛津布", "玻璃钢"),
    "home": ("304不锈钢", "PP", "如图", ""),
}
_FOOD_GROUP = {"tea": "14", "wine": "15", "dairy": "05", "grain": "01"}


def table(
    rng: Random,
    ware: Ware,
    *,
    brand: str,
    maker: Firm | None = None,
    made_in: Place | None = None,
    licence: str = "",
    barcode: str = "",
) -> dict[str, str]:
    """The attributes table of that kind of goods, filled in as a seller would."""
    spec = rng.choice(ware.specs)
    origin = ""
    if made_in:
        origin = rng.choice((made_in.full, made_in.short, f"{made_in.province}{made_in.city}"))
    claims = {"品牌": brand or rng.choice(("无品牌", "other/其他", "无"))}
    if ware.table in {"food", "tea", "wine", "dairy", "grain"}:
        claims |= {
            "产地": origin,
            "生产厂家": maker.name if maker else "",
            "厂址": maker.address if maker else "",
            "生产许可证编号": licence
            or (codes.food_licence(rng, maker.place.code, _FOOD_GROUP.get(ware.table, "17")) if maker else ""),
            "保质期": rng.choice(("365天", "540天", "18个月", "12个月", "180 天")),
            "净含量": spec,
            "储藏方法": rng.choice(("常温避光", "阴凉干燥处", "密封、防潮、防异味", "0-5℃冷藏")),
            "食品添加剂": rng.choice(("无", "", "见包装")),
        }
    elif ware.table == "fresh":
        claims |= {
            "产地": "中国大陆" if rng.random() < 0.2 and made_in else origin,
            "省份": made_in.province if made_in and rng.random() < 0.6 else "",
            "城市": made_in.city if made_in and rng.random() < 0.6 else "",
            "包装方式": rng.choice(("食用农产品", "散装", "包装")),
            "净含量": spec,
            "保质期": rng.choice(("15天", "30天", "7天")),
            "售卖方式": "单品",
        }
    elif ware.table == "cosmetics":
        claims |= {
            "产地": "中国",
            "化妆品备案编号": f"{rng.choice('粤浙沪豫')}G妆网备字20{rng.randrange(20, 26)}{rng.randrange(10**6):06d}"
            if maker
            else "",
            "生产企业": maker.name if maker else "",
            "净含量": spec,
            "限期使用日期范围": f"2028-{rng.randrange(1, 13):02d}-01 至 2029-06-30",
            "适合肤质": rng.choice(("任何肤质", "干性肤质", "混合偏油")),
        }
    elif ware.table in {"digital", "appliance", "tools"}:
        claims |= {
            "型号": f"{rng.choice('ABKMRTX')}{rng.randrange(2, 99)}{rng.choice(('', ' Pro', '-2', 'S'))}",
            "产地": origin or "中国大陆",
            "3C证书编号": f"20{rng.randrange(20, 26)}0109{rng.randrange(10**8):08d}"
            if maker and rng.random() < 0.6
            else "",
            "制造商": maker.name if maker else "",
            "保修期": rng.choice(("12个月", "一年质保", "24个月", "店铺三包")),
            "颜色分类": rng.choice(("黑色", "白色", "如图", "深空灰")),
        }
    elif ware.table == "farm":
        claims |= {
            "产地": origin,
            "生产厂家": maker.name if maker else "",
            "登记证号": f"农肥({rng.randrange(2012, 2025)})准字{rng.randrange(1000, 19999)}号" if maker else "",
            "净含量": spec,
            "适用作物": rng.choice(("玉米 小麦", "蔬菜 果树", "通用型")),
        }
    elif ware.table == "books":
        claims = {
            "书名": rng.choice(ware.names),
            "作者": rng.choice(("佚名", "编写组", "汪某", "（英）莎士比亚", "本社")),
            "出版社": rng.choice(("青峦出版社", "河畔文艺出版社", "蓝鲸少儿出版社")),
            "开本": rng.choice(("16开", "32开")),
            "是否正版": "正版",
        }
    else:
        claims |= {
            "货号": f"{rng.randrange(1000, 99999)}" if rng.random() < 0.8 else "",
            "材质": rng.choice(_MATERIALS.get(ware.table, ("",))),
            "产地": origin,
            "生产企业": maker.name if maker and rng.random() < 0.7 else "",
            "上市时间": rng.choice(("2026年秋季", "2025年冬季", "2026年春季", "")),
            "规格": spec,
        }
    if barcode or (maker and rng.random() < 0.35):
        claims["条形码"] = barcode or codes.barcode(rng)
    return {name: value for name, value in claims.items() if value}
