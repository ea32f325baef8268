"""Offers that misuse a geographical indication: from elsewhere, a false sign, at odds with themselves, misspelt."""

from __future__ import annotations

from qingyuan.demo import codes, wording
from qingyuan.demo.cast import Ring
from qingyuan.demo.crooked import provenance
from qingyuan.demo.desk import Desk
from qingyuan.demo.places import PLACES
from qingyuan.demo.values import Origin
from qingyuan.demo.wares import WARES


def _ring_of(desk: Desk, origin: Origin) -> Ring:
    return next(ring for ring in desk.cast.rings if origin in ring.origins)


def _field(
    desk: Desk,
    kind: str,
    origin: Origin,
    *,
    name: str,
    claims: dict[str, str],
    why: str,
    ships: str = "",
    title: str = "",
) -> None:
    rng = desk.rng
    ring = _ring_of(desk, origin)
    shop = ring.shops[desk.turn(f"ring:{ring.ref}", ring.shops)]
    ware = WARES[origin.ware]
    pictures, ties, tell = provenance(desk, ring, origin.id, ware=origin.ware, mark="", caption=name)
    base = wording.table(rng, ware, brand="")
    for row in ("产地", "省份", "城市"):
        base.pop(row, None)
    if "生产厂家" in claims:
        # the claims of this offer name the factory themselves
        tell, ties = {}, tuple(dict.fromkeys((*ties, "maker_claim")))
    desk.write(
        shop,
        ware,
        kind,
        title=title or wording.title(rng, ware, name=name),
        price=rng.uniform(ware.low * 0.6, ware.high * 0.7),
        claims={**base, **claims, **tell},
        pictures=pictures,
        ships_from=PLACES[ships] if ships else None,
        why=why,
        rights=(origin.id,),
        source=desk.source(ring, ties),
    )


def _turn(desk: Desk, kind: str) -> Origin:
    return desk.cast.origins[desk.turn(f"origin:{kind}", desk.cast.origins)]


def gi_outside(desk: Desk) -> None:
    """The name of the indication on goods that say they come from, or leave from, elsewhere."""
    rng = desk.rng
    origin = _turn(desk, "outside")
    code = rng.choice(origin.outside)
    place = PLACES[code]
    claims = {"产地": rng.choice((place.full, place.short))} if rng.random() < 0.7 else {}
    if WARES[origin.ware].table != "fresh" and (rng.random() < 0.5 or not claims):
        claims["生产许可证编号"] = codes.food_licence(rng, place.code, "14" if origin.ware == "茶叶" else "17")
    _field(
        desk,
        "gi_outside",
        origin,
        name=origin.sign,
        claims=claims,
        ships=code,
        why=f"使用“{origin.sign}”名称，产地或发货地为{place.short}，不在保护区内",
    )


def gi_false_code(desk: Desk) -> None:
    """The special sign claimed with a credit code that is nobody's, or not an authorised user's."""
    rng = desk.rng
    origin = _turn(desk, "false_code")
    true = desk.cast.growers[origin.id][0]
    ring = _ring_of(desk, origin)
    shown = rng.choice((codes.spoiled(rng, true.uscc), ring.firms[0].uscc))
    claims = {"产地": rng.choice((true.place.full, PLACES[rng.choice(origin.outside)].full)), "地理标志专用标志": shown}
    _field(
        desk,
        "gi_false_code",
        origin,
        name=origin.sign,
        claims=claims,
        why="所标专用标志的统一社会信用代码不属于任何合法使用人",
    )


def gi_conflict(desk: Desk) -> None:
    """An origin inside the area, and a maker, an address or a licence of elsewhere."""
    rng = desk.rng
    origin = _turn(desk, "conflict")
    ring = _ring_of(desk, origin)
    inside = PLACES[rng.choice(origin.inside)]
    outside = ring.factory.place
    claims = {
        "产地": inside.full,
        "生产厂家": ring.factory.name,
        "厂址": ring.factory.address,
        "生产许可证编号": codes.food_licence(rng, outside.code, "14" if origin.ware == "茶叶" else "17"),
    }
    if rng.random() < 0.4:
        claims.pop("厂址")
    _field(
        desk,
        "gi_conflict",
        origin,
        name=origin.sign,
        claims=claims,
        ships=outside.code,
        why=f"自称产地{inside.short}，厂址与许可证却在{outside.short}，自相矛盾",
    )


def gi_disguised(desk: Desk) -> None:
    """The name of the indication misspelt on purpose."""
    rng = desk.rng
    origin = _turn(desk, "disguised")
    form = origin.disguises[desk.turn(f"disguised:{origin.id}", origin.disguises)]
    place = PLACES[rng.choice(origin.outside)]
    claims = {"产地": place.short} if rng.random() < 0.6 else {}
    _field(
        desk,
        "gi_disguised",
        origin,
        name=form,
        claims=claims,
        ships=place.code,
        why=f"以“{form}”变体使用“{origin.sign}”，产地在保护区外",
    )


#: How many of each an economy of scale 1.0 holds, and who writes it.
SHARES = {
    "gi_outside": (gi_outside, 7),
    "gi_false_code": (gi_false_code, 4),
    "gi_conflict": (gi_conflict, 4),
    "gi_disguised": (gi_disguised, 3),
}
