"""Offers with nothing wrong: about half have to do with no right at all, the others only look as if they had.

Each function writes one offer; :data:`SHARES` says how many of each a full economy holds.
"""

from __future__ import annotations

from qingyuan.demo import wording
from qingyuan.demo.cast import LINES
from qingyuan.demo.desk import Desk
from qingyuan.demo.marks import FITTINGS
from qingyuan.demo.places import PLACES
from qingyuan.demo.tables import table
from qingyuan.demo.values import Firm, Mark, Picture, Shop, Source
from qingyuan.demo.wares import WARES

_HOUSE = ("一品", "乐居", "尚美", "悦活", "小满", "万家", "优格", "暖阳", "佳佳", "喜乐", "禾木", "双喜")
_TRUE = ("支持专柜验货", "渠道进货 有发票", "售后无忧", "品牌授权经销进货", "")
_USED = ("自用闲置转让 九成新", "二手 功能正常 有使用痕迹", "搬家出 用过几次", "95新 吃灰出", "【二手】箱说全")
_REFUSES = (
    "拒绝高仿 只做正品",
    "本店不卖仿品 假一赔十",
    "谨防假冒 认准吊牌防伪码",
    "非A货非尾单 专柜同步",
    "抵制山寨 支持鉴定",
)
_DURABLE = frozenset(("shoes", "clothes", "digital", "jewel", "bags", "appliance", "tools", "toys", "sports"))
_PARTS = {"鞋带": "袜子", "鞋垫": "袜子", "奶瓶奶嘴": "保温杯", "电池": "充电宝", "滤芯": "机油滤芯", "表带": "项链"}


def unrelated(desk: Desk) -> None:
    """Ordinary goods that touch no right of the register."""
    rng = desk.rng
    line = rng.choice(list(LINES))
    wholesale = rng.random() < 0.27
    ware = WARES[rng.choice(LINES[line])]
    shop = desk.shop(ware.key, "huoyuan" if wholesale else "")
    if not wholesale and rng.random() < 0.14:
        # crooked shops mostly sell ordinary things too
        ring = rng.choice(desk.cast.rings)
        shop = rng.choice(ring.shops)
        ware = WARES[rng.choice(LINES[ring.line])]
    own = rng.random()
    brand = ""
    if own < 0.45:
        brand = rng.choice(_HOUSE)
    elif own < 0.65 and shop.firm:
        brand = shop.firm.short[:2]
    maker: Firm | None = shop.firm if wholesale or rng.random() < 0.3 else None
    place = maker.place if maker else PLACES[rng.choice(list(PLACES))] if ware.table == "fresh" else shop.place
    price = rng.uniform(ware.low, ware.high) * (0.45 if wholesale else 1)
    desk.write(
        shop,
        ware,
        "unrelated",
        title=wording.title(rng, ware, brand),
        price=price,
        claims=wording.table(rng, ware, brand=brand, maker=maker, made_in=place),
        pictures=tuple(
            desk.picture(ware, caption=brand, banner=rng.choice(("", "", "包邮")))
            for _ in range(1 + (rng.random() < 0.35))
        ),
        why="普通商品，与名录中的权利无关",
    )


def _branded(
    desk: Desk,
    mark: Mark,
    shop: Shop,
    kind: str,
    *,
    ware: str,
    title: str,
    price: float,
    why: str,
    own_photo: bool,
    used: bool = False,
    note: str = "",
) -> None:
    """An offer of genuine goods of a mark."""
    rng = desk.rng
    stock, barcode, holder = desk.stock(mark, ware)
    pictures: tuple[Picture, ...] = (desk.picture(WARES[ware], mark=mark.id) if own_photo else desk.copied(stock),)
    if rng.random() < 0.4:
        pictures += (desk.picture(WARES[ware], mark=mark.id),)
    brand = rng.choice((mark.sign, f"{mark.sign}/{mark.variants[0]}" if mark.variants else mark.sign))
    desk.write(
        shop,
        WARES[ware],
        kind,
        title=title,
        price=price,
        claims=wording.table(
            rng,
            WARES[ware],
            brand=brand,
            maker=None if used else holder,
            made_in=holder.place,
            barcode="" if used else barcode,
        ),
        description=wording.story(rng, WARES[ware], note),
        pictures=pictures,
        why=why,
        used=used,
        source=Source(factory=holder, wholesaler=None, ties=() if used else ("maker_claim",)),
    )


def _list_price(desk: Desk, mark: Mark, ware: str) -> float:
    return float(desk.reference_price(mark)) if ware == mark.wares[0] else WARES[ware].high * 0.8


def resale(desk: Desk) -> None:
    """Genuine goods sold on by somebody who is not authorised, at a market price."""
    rng = desk.rng
    mark = desk.mark("resale")
    ware = rng.choice(mark.wares)
    factor = rng.uniform(0.82, 1.08) if rng.random() < 0.75 else rng.uniform(0.58, 0.72)
    tail = "换季清仓" if factor < 0.75 else ""
    _branded(
        desk,
        mark,
        desk.shop(ware),
        "resale",
        ware=ware,
        title=wording.title(rng, WARES[ware], mark.sign, tail=tail),
        price=_list_price(desk, mark, ware) * factor,
        why="正品转售：市场价，生产者即权利人",
        own_photo=rng.random() < 0.4,
        note=rng.choice(_TRUE),
    )


def authorised(desk: Desk) -> None:
    """The holder's own store, or an authorised one."""
    rng = desk.rng
    mark = desk.mark("authorised")
    ware = rng.choice(mark.wares)
    shop = rng.choice(desk.cast.stores[mark.id])
    name = f"{mark.sign}{mark.variants[0]}" if mark.variants and rng.random() < 0.4 else mark.sign
    _branded(
        desk,
        mark,
        shop,
        "authorised",
        ware=ware,
        title=wording.title(rng, WARES[ware], name, tail=rng.choice(("官方正品", "旗舰店", ""))),
        price=_list_price(desk, mark, ware) * rng.choice((1, 1, 0.9, 0.5)),
        why="授权店铺，统一社会信用代码在授权名单内",
        own_photo=False,
    )


def accessory(desk: Desk) -> None:
    """Something that only fits goods of the mark, and says so."""
    rng = desk.rng
    mark = desk.mark("accessory", tuple(one for one in desk.cast.marks if one.accessory) or desk.cast.marks)
    name = rng.choice(mark.accessory.split()) if mark.accessory else "收纳袋"
    ware = WARES[_PARTS.get(name, "收纳箱")]
    fits = rng.choice(FITTINGS) % mark.sign
    desk.write(
        desk.shop(mark.wares[0]),
        ware,
        "accessory",
        title=rng.choice(
            (
                f"{fits}{WARES[mark.wares[0]].key}{name} 替换装",
                f"{name}{rng.choice(('加厚', '升级款'))} {fits} 非原装",
                f"{fits} {name} 两只装 包邮",
            )
        ),
        price=rng.uniform(6, 39),
        claims={
            "品牌": rng.choice(("other/其他", "国产", rng.choice(_HOUSE))),
            "适用型号": f"{mark.sign}通用",
            "材质": rng.choice(("硅胶", "PP", "织物")),
        },
        description=f"本品为第三方{name}，{fits}，非原厂配件，请核对型号后下单。",
        pictures=(desk.picture(ware, caption=name),),
        why="配件，如实说明适用对象",
        category=("配件", name),
    )


def second_hand(desk: Desk) -> None:
    """Used goods, declared as such, therefore cheap."""
    rng = desk.rng
    mark = desk.mark(
        "second_hand",
        tuple(one for one in desk.cast.marks if WARES[one.wares[0]].table in _DURABLE) or desk.cast.marks,
    )
    ware = mark.wares[0]
    said = rng.choice(_USED)
    _branded(
        desk,
        mark,
        desk.shop(ware),
        "second_hand",
        ware=ware,
        title=f"{said} {mark.sign}{rng.choice(WARES[ware].names)}",
        price=_list_price(desk, mark, ware) * rng.uniform(0.15, 0.5),
        why="如实声明的二手商品，价低有因",
        own_photo=True,
        used=True,
        note="个人闲置，不退不换，走平台验货也可以。",
    )


def negation(desk: Desk) -> None:
    """Genuine goods whose seller swears at copies."""
    rng = desk.rng
    mark = desk.mark("negation")
    ware = mark.wares[0]
    said = rng.choice(_REFUSES)
    _branded(
        desk,
        mark,
        desk.shop(ware),
        "negation",
        ware=ware,
        title=rng.choice(
            (
                f"{mark.sign}{rng.choice(WARES[ware].names)} {said}",
                f"【{said}】{mark.sign} {rng.choice(WARES[ware].names)}",
            )
        ),
        price=_list_price(desk, mark, ware) * rng.uniform(0.85, 1.02),
        why="正品转售，标题里的仿冒字眼是否定语气",
        own_photo=rng.random() < 0.5,
        note=f"{rng.choice(_REFUSES)}，网上低价的请自行分辨。",
    )


def everyday(desk: Desk) -> None:
    """The word of a mark used as an ordinary word, for goods that the mark is not registered for."""
    rng = desk.rng
    mark = desk.mark("everyday", tuple(one for one in desk.cast.marks if one.everyday))
    key, said = mark.everyday[desk.turn(f"everyday:{mark.id}", mark.everyday)].split("|")
    ware = WARES[key]
    desk.write(
        desk.shop(key),
        ware,
        "everyday",
        title=f"{said.format(word=mark.sign)} {rng.choice(ware.praise)}{rng.choice((' 包邮', '', ' 现货'))}",
        price=rng.uniform(ware.low, ware.high),
        claims=wording.table(rng, ware, brand=rng.choice(("", *_HOUSE))),
        pictures=(desk.picture(ware),),
        why=f"“{mark.sign}”在这里是日常用语，商品不在核定范围",
    )


def echo(desk: Desk) -> None:
    """An ordinary word that happens to sound or look like a mark."""
    rng = desk.rng
    signs = {mark.sign for mark in desk.cast.marks}
    choices = tuple(line for line in table("echoes") if line.partition("|")[0] in signs)
    if not choices:
        unrelated(desk)
        return
    sign, key, said = choices[desk.turn("echo", choices)].split("|")
    ware = WARES[key]
    desk.write(
        desk.shop(key),
        ware,
        "echo",
        title=f"{said} {rng.choice(ware.specs)}{rng.choice((' 包邮', '', ' 现货'))}",
        price=rng.uniform(ware.low, ware.high),
        claims=wording.table(rng, ware, brand=rng.choice(("", *_HOUSE))),
        pictures=(desk.picture(ware),),
        why=f"字词与“{sign}”碰巧相近，并非指该商标",
    )


#: How many of each an economy of scale 1.0 holds, and who writes it.
SHARES = {
    "unrelated": (unrelated, 148),
    "resale": (resale, 12),
    "authorised": (authorised, 12),
    "accessory": (accessory, 8),
    "second_hand": (second_hand, 6),
    "negation": (negation, 5),
    "everyday": (everyday, 9),
    "echo": (echo, 8),
}
