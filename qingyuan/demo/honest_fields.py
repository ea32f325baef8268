"""Honest offers around geographical indications: from the area, sold on, of other places, or only about them."""

from __future__ import annotations

from qingyuan.demo import wording
from qingyuan.demo.desk import Desk
from qingyuan.demo.origins import MENTIONS
from qingyuan.demo.places import PLACES
from qingyuan.demo.values import Firm, Origin, Place, Shop, Source
from qingyuan.demo.wares import WARES


def _field_goods(
    desk: Desk,
    origin: Origin,
    shop: Shop,
    kind: str,
    *,
    name: str,
    maker: Firm | None,
    place: Place,
    why: str,
    ships_from: Place | None = None,
    extra: dict[str, str] | None = None,
    tied: bool = False,
) -> None:
    rng = desk.rng
    ware = WARES[origin.ware]
    claims = wording.table(
        rng, ware, brand=maker.short[:2] if maker and rng.random() < 0.6 else "", maker=maker, made_in=place
    )
    claims.setdefault("产地", place.full)
    desk.write(
        shop,
        ware,
        kind,
        title=wording.title(rng, ware, name=name),
        price=rng.uniform(ware.low * 1.2, ware.high),
        claims={**claims, **(extra or {})},
        pictures=(desk.picture(ware, caption=name), *((desk.picture(ware),) if rng.random() < 0.3 else ())),
        ships_from=ships_from or place,
        why=why,
        source=Source(factory=maker, wholesaler=None, ties=("maker_claim",)) if maker and tied else None,
    )


def _origin(desk: Desk, purpose: str) -> Origin:
    return desk.cast.origins[desk.turn(f"origin:{purpose}", desk.cast.origins)]


def gi_authorised(desk: Desk) -> None:
    """An authorised user of the indication, from the area, with its own credit code beside the special sign."""
    origin = _origin(desk, "authorised")
    shop, firm = desk.cast.grower_shops[origin.id], desk.cast.growers[origin.id][0]
    extra = {"地理标志专用标志": firm.uscc} if desk.rng.random() < 0.6 else {}
    _field_goods(
        desk,
        origin,
        shop,
        "gi_authorised",
        name=origin.sign,
        maker=firm,
        place=firm.place,
        why="专用标志合法使用人，产地在保护区内",
        extra=extra,
        tied=True,
    )


def gi_local(desk: Desk) -> None:
    """A grower of the area who is on no list; everything it says points to the area."""
    origin = _origin(desk, "local")
    shop = desk.cast.local_shops[origin.id]
    _field_goods(
        desk,
        origin,
        shop,
        "gi_local",
        name=origin.sign,
        maker=shop.firm,
        place=shop.place,
        why="保护区内经营者，产地、厂址、发货地一致",
    )


def gi_resale(desk: Desk) -> None:
    """A shop elsewhere that sells an authorised user's goods and names it."""
    origin = _origin(desk, "resale")
    grower = desk.rng.choice(desk.cast.growers[origin.id])
    shop = desk.shop(origin.ware)
    _field_goods(
        desk,
        origin,
        shop,
        "gi_resale",
        name=origin.sign,
        maker=grower,
        place=grower.place,
        ships_from=shop.place,
        why="外地店铺转售合法使用人的产品，生产者与产地属实",
        extra={"地理标志专用标志": grower.uscc},
        tied=True,
    )


def gi_cousin(desk: Desk) -> None:
    """The like goods of another place under that place's own name."""
    origin = _origin(desk, "cousin")
    name, code = desk.rng.choice(origin.cousins)
    place = PLACES[code]
    shop = desk.shop(origin.ware)
    name = desk.rng.choice((name, name, f"{name} 非{origin.sign}"))
    _field_goods(
        desk,
        origin,
        shop,
        "gi_cousin",
        name=name,
        maker=None,
        place=place,
        why=f"别处的{origin.product}，用的是自己的地名，产地属实",
    )


def gi_mention(desk: Desk) -> None:
    """A book or a picture about the product."""
    rng = desk.rng
    origin = _origin(desk, "mention")
    key, said = MENTIONS[desk.turn("mention", MENTIONS)]
    ware = WARES[key]
    desk.write(
        desk.shop(key),
        ware,
        "gi_mention",
        title=said.format(sign=origin.sign) + rng.choice((" 正版", "", " 包邮")),
        price=rng.uniform(ware.low, ware.high),
        claims=wording.table(rng, ware, brand=""),
        pictures=(desk.picture(ware),),
        why="图书或装饰画提到地理标志，并非该产品",
    )


#: How many of each an economy of scale 1.0 holds, and who writes it.
SHARES = {
    "gi_authorised": (gi_authorised, 7),
    "gi_local": (gi_local, 6),
    "gi_resale": (gi_resale, 3),
    "gi_cousin": (gi_cousin, 8),
    "gi_mention": (gi_mention, 2),
}
