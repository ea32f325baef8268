"""Offers that an officer would suspect, written the way sellers write who know that somebody is looking.

Each function writes one offer; :data:`SHARES` says how many of each a full economy holds. What they say lives in whole
phrases: there is no list of forbidden words here.
"""

from __future__ import annotations

from random import Random

from qingyuan.demo import codes, wording
from qingyuan.demo.cast import Ring
from qingyuan.demo.desk import Desk
from qingyuan.demo.values import Mark, Offer, Origin, Picture, Source
from qingyuan.demo.wares import WARES

#: {b} is the mark, often maimed; {n} the goods.
_SLANG = (
    "{b}{n} 顶级复刻 一比一细节 支持放店",
    "莆田纯原 {b} {n} 过验版本",
    "{b}同款{n} 1:1 原厂原料 懂的来",
    "外贸尾单 {b} {n} 剪标处理 专柜同步",
    "{b}家{n} 高.仿 顶配 不输正品",
    "{n} {b} 原单跟单货 工厂流出",
    "{b} {n} gao版本 肉眼无差 无质量问题不退换",
    "厂货直出 {b}{n} 超A 带全套包装 小票盒子齐",
    "{b} {n} 复*刻版 代工厂库存 量大从优",
    "{b}风{n} 通货版 渠道货 不议真假",
    "微瑕 {b} {n} 无吊牌 内部渠道 错过不补",
    "{b}{n} 精仿机芯 镜面工艺 可过专柜",
)
_DEEP = (
    "可拍吊牌细节",
    "下单前看清楚描述，介意勿拍",
    "工厂一手货源，不解释来源",
    "包装与专柜一致，带防伪",
    "支持一件代发",
    "",
)
_JOINTS = ("\u200b", "\u200d", "\u2060", "·", "*", "_", "🌟", "❤", " . ", "丨", "ღ", "\u00ad", "/")


def _maimed(rng: Random, mark: Mark) -> str:
    """The mark as slang sellers name it without quite naming it."""
    sign = mark.sign
    if rng.random() < 0.55 or len(sign) < 2:
        return sign
    return rng.choice(
        (
            sign[0] + "*" * (len(sign) - 1),
            sign[0] + "家",
            sign[0] + "*" + sign[2:],
            sign[:2] + "**" if len(sign) > 3 else sign[0] + "某",
        )
    )


def _broken(rng: Random, sign: str) -> str:
    """The sign with something between its characters: invisible, a picture, a mark of punctuation."""
    joint = rng.choice(_JOINTS)
    if len(sign) > 4 and rng.random() < 0.6:
        cut = rng.randrange(2, len(sign) - 1)
        return sign[:cut] + joint + sign[cut:]
    return joint.join(sign)


def _ring_with(desk: Desk, mark: Mark) -> Ring:
    return next(ring for ring in desk.cast.rings if mark in ring.marks)


def _stall_goods(desk: Desk, ring: Ring, right: str) -> Offer | None:
    """What the ring's wholesaler offers under that right, if it does."""
    return next((one for one in desk.offers if one.shop is ring.stall and right in one.rights), None)


def provenance(
    desk: Desk, ring: Ring, right: str, *, ware: str, mark: str, caption: str
) -> tuple[tuple[Picture, ...], tuple[str, ...], dict[str, str]]:
    """Pictures, ties to the source and tell-tale claims of one retail offer of a ring."""
    rng = desk.rng
    goods = _stall_goods(desk, ring, right)
    ties: list[str] = []
    claims: dict[str, str] = {}
    pictures: list[Picture] = []
    if goods and ring.bond != "cut" and (ring.bond == "picture" or rng.random() < 0.4):
        pictures.append(
            desk.copied(rng.choice(goods.pictures), watermark=rng.choice(("", rng.choice(ring.shops).name)))
        )
        ties.append("copied_photo")
    if ring.bond == "register":
        ties.append("trade_register")
    elif ring.bond == "contact":
        ties.append("shared_contact")
    elif ring.bond == "maker":
        # as people write company names: not always whole
        whole = ring.factory.name
        claims = {"生产厂家": whole if rng.random() < 0.7 else whole[whole.index(ring.factory.short) :]}
        if rng.random() < 0.6:
            claims["厂址"] = ring.factory.address
        ties.append("maker_claim")
    if not pictures or rng.random() < 0.35:
        pictures.append(desk.picture(WARES[ware], mark=mark, caption=caption))
    return tuple(pictures), tuple(ties), claims


def _retail(
    desk: Desk,
    mark: Mark,
    kind: str,
    *,
    title: str,
    factor: float,
    why: str,
    brand: str,
    said: str = "",
    logo_word: str = "",
    bare: bool = False,
) -> None:
    """A ring's shop sells goods under a mark."""
    rng = desk.rng
    ring = _ring_with(desk, mark)
    shop = ring.shops[desk.turn(f"ring:{ring.ref}", ring.shops)]
    ware = mark.wares[0]
    pictures, ties, tell = provenance(desk, ring, mark.id, ware=ware, mark=mark.id, caption=logo_word)
    if bare and not any(picture.mark for picture in pictures):
        pictures = (desk.picture(WARES[ware], mark=mark.id), *pictures)
    if not bare and rng.random() < 0.18:
        # the holder's own photograph: half the market uses it, so it ties nobody to anybody
        pictures = (desk.copied(desk.stock(mark, ware)[0]), *pictures)
    claims = wording.table(rng, WARES[ware], brand=brand, made_in=rng.choice((None, ring.factory.place, shop.place)))
    if rng.random() < 0.3 and not tell and not bare:
        claims["条形码"] = desk.stock(mark, ware)[1] if rng.random() < 0.5 else codes.barcode(rng)[:-1] + "0"
    desk.write(
        shop,
        WARES[ware],
        kind,
        title=title,
        price=float(desk.reference_price(mark)) * factor,
        claims={**claims, **tell},
        description=wording.story(rng, WARES[ware], said),
        pictures=pictures,
        why=why,
        rights=(mark.id,),
        source=desk.source(ring, ties),
    )


def _disguised(desk: Desk, kind: str, disguise: str, why: str) -> None:
    rng = desk.rng
    mark = desk.mark(disguise, tuple(one for one in desk.cast.marks if one.disguises[disguise]) or desk.cast.marks)
    forms = mark.disguises[disguise] or (_broken(rng, mark.sign),)
    form = forms[desk.turn(f"{disguise}:{mark.id}", forms)]
    ware = WARES[mark.wares[0]]
    _retail(
        desk,
        mark,
        kind,
        title=wording.title(rng, ware, form),
        factor=rng.uniform(0.18, 0.7),
        brand=rng.choice((form, "other/其他", form)),
        said=rng.choice(_DEEP),
        logo_word=form if rng.random() < 0.6 else "",
        why=why.format(form=form, sign=mark.sign),
    )


def lookalike(desk: Desk) -> None:
    """Characters that look like those of the mark."""
    _disguised(desk, "lookalike", "lookalike", "用形近字“{form}”冒充“{sign}”，同类商品")


def homophone(desk: Desk) -> None:
    """Characters that sound like those of the mark."""
    _disguised(desk, "homophone", "homophone", "用谐音“{form}”冒充“{sign}”，同类商品")


def split(desk: Desk) -> None:
    """A character of the mark taken apart."""
    _disguised(desk, "split", "split", "把“{sign}”拆字写作“{form}”")


def latin(desk: Desk) -> None:
    """Latin letters exchanged for digits or for letters of another script."""
    _disguised(desk, "latin", "latin", "用易混字母写作“{form}”，指向“{sign}”")


def bargain(desk: Desk) -> None:
    """The exact name, new goods, at a price that genuine goods never have."""
    rng = desk.rng
    mark = desk.mark("bargain")
    ware = WARES[mark.wares[0]]
    _retail(
        desk,
        mark,
        "bargain",
        title=wording.title(
            rng, ware, mark.sign, tail=rng.choice((" 正品", " 专柜正品 清仓", " 限时秒杀", " 保真", ""))
        ),
        factor=rng.uniform(0.06, 0.17),
        brand=mark.sign,
        said=rng.choice(_DEEP),
        why="名称完全一致，全新商品售价不足参考价两成",
    )


def broken_up(desk: Desk) -> None:
    """The mark broken up with signs between its characters."""
    rng = desk.rng
    mark = desk.mark("broken_up")
    ware = WARES[mark.wares[0]]
    form = _broken(rng, mark.sign)
    _retail(
        desk,
        mark,
        "broken_up",
        title=wording.title(rng, ware, form),
        factor=rng.uniform(0.15, 0.5),
        brand=rng.choice(("other/其他", form)),
        said=rng.choice(_DEEP),
        why="商标文字之间插入符号或零宽字符，规避平台检索",
    )


def slang(desk: Desk) -> None:
    """The language of copies."""
    rng = desk.rng
    mark = desk.mark("slang")
    name = rng.choice(WARES[mark.wares[0]].names)
    said = _SLANG[desk.turn("slang", _SLANG)].format(b=_maimed(rng, mark), n=name)
    _retail(
        desk,
        mark,
        "slang",
        title=said,
        factor=rng.uniform(0.15, 0.55),
        brand=rng.choice(("other/其他", "", mark.sign)),
        said=rng.choice(_DEEP),
        why=f"使用仿品行话销售冒用“{mark.sign}”的商品",
    )


def picture_only(desk: Desk) -> None:
    """A clean title; only the photograph shows the mark."""
    rng = desk.rng
    mark = desk.mark("picture_only")
    ware = WARES[mark.wares[0]]
    _retail(
        desk,
        mark,
        "picture_only",
        title=wording.title(rng, ware, tail=rng.choice((" 大牌平替", " 专柜款", " 实拍现货", ""))),
        factor=rng.uniform(0.15, 0.45),
        brand="other/其他",
        said="品牌如图，懂的都懂，不便多说。" if rng.random() < 0.5 else "",
        why=f"标题无品牌，图片中出现“{mark.sign}”标志",
        bare=True,
    )


def wholesale(desk: Desk) -> None:
    """What a ring's wholesaler offers, on the wholesale site."""
    rng = desk.rng
    rings = desk.cast.rings
    ring = rings[desk.turn("wholesale", rings)]
    rights: tuple[Mark | Origin, ...] = (*ring.marks, *ring.origins)
    right = rights[desk.turn(f"wholesale:{ring.ref}", rights)]
    ware = WARES[right.wares[0] if isinstance(right, Mark) else right.ware]
    factory = ring.factory
    claims = wording.table(rng, ware, brand="", maker=factory if rng.random() < 0.6 else None, made_in=factory.place)
    if isinstance(right, Mark):
        forms = [form for group in right.disguises.values() for form in group]
        name = rng.choice((right.sign, _maimed(rng, right), _broken(rng, right.sign), *forms[:3]))
        opening = rng.choice(("厂家直销", "一手货源", "跨境专供", "直播爆款"))
        closing = rng.choice(("同款 一件代发", " 带吊牌包装 批发", " 原厂品质 混批"))
        title = f"{opening} {name}{rng.choice(ware.names)}{closing}"
        pictures = tuple(desk.picture(ware, mark=right.id, caption=name if name in forms else "") for _ in range(2))
        price = float(desk.reference_price(right)) * rng.uniform(0.05, 0.14)
        why = f"批发冒用“{right.sign}”的商品"
    else:
        title = f"{right.sign} {rng.choice(('礼盒批发', '散装论斤', '贴牌代工'))} {rng.choice(ware.praise)} 产地货源"
        pictures = tuple(desk.picture(ware, caption=right.sign) for _ in range(2))
        price = ware.low * rng.uniform(0.3, 0.6)
        claims |= {"产地": factory.place.full}
        why = f"“{right.sign}”批发，产地与发货地都在保护区外"
    ties: tuple[str, ...] = ("trade_register",) if ring.bond in {"register", "picture", "contact"} else ()
    if factory.name in claims.values():
        ties += ("maker_claim",)
    desk.write(
        ring.stall,
        ware,
        "wholesale",
        title=title,
        price=price,
        claims=claims,
        pictures=pictures,
        why=why,
        rights=(right.id,),
        source=Source(factory=factory, wholesaler=None, ties=ties),
    )


#: How many of each an economy of scale 1.0 holds, and who writes it. Wholesale goods come first: retail copies them.
SHARES = {
    "wholesale": (wholesale, 14),
    "bargain": (bargain, 9),
    "lookalike": (lookalike, 8),
    "homophone": (homophone, 6),
    "split": (split, 4),
    "broken_up": (broken_up, 6),
    "latin": (latin, 6),
    "slang": (slang, 9),
    "picture_only": (picture_only, 5),
}
