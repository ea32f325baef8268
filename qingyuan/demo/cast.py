"""Who is who: holders of marks, authorised stores, local growers, ordinary shops, rings and what stands behind them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from qingyuan.demo import codes
from qingyuan.demo.marks import MARKS
from qingyuan.demo.origins import ORIGINS
from qingyuan.demo.places import PLACES, TRADING, WORKSHOPS
from qingyuan.demo.tables import table
from qingyuan.demo.values import Firm, Mark, Origin, Place, Shop

_WORDS = {name: words.split() for name, _, words in (line.partition("|") for line in table("words"))}
#: The lines of trade: wares belong to one, and so do shops, rings and workshops.
LINES = {line: tuple(wares.split()) for line, _, wares in (entry.split("|") for entry in table("lines"))}
_LINE_WORDS = {line: words.split() for line, words, _ in (entry.split("|") for entry in table("lines"))}


def line_of(ware: str) -> str:
    """The line of trade that a kind of goods belongs to."""
    return next((line for line, wares in LINES.items() if ware in wares), "home")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """One controller: the shops, the firms they hide behind, the contacts they share, and who supplies them."""

    ref: str
    line: str
    firms: tuple[Firm, ...]
    shops: tuple[Shop, ...]
    phones: tuple[str, ...]
    wechat: str
    marks: tuple[Mark, ...]
    origins: tuple[Origin, ...]
    stall: Shop
    factory: Firm
    bond: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody in one economy."""

    marks: tuple[Mark, ...]
    origins: tuple[Origin, ...]
    holders: dict[str, Firm]
    stores: dict[str, tuple[Shop, ...]]
    growers: dict[str, tuple[Firm, ...]]
    grower_shops: dict[str, Shop]
    local_shops: dict[str, Shop]
    shops: tuple[Shop, ...]
    stalls: tuple[Shop, ...]
    rings: tuple[Ring, ...]
    box_maker: Firm
    extra_firms: tuple[Firm, ...] = field(default=())


class Casting:
    """Hands out firms, shops and references, each name once."""

    def __init__(self, rng: Random, retail: tuple[str, ...]) -> None:
        self.rng = rng
        self.retail = retail
        self._names: set[str] = set()
        self._count = 0

    def _fresh(self, *parts: list[str]) -> str:
        while True:
            name = "".join(self.rng.choice(part) for part in parts)
            if name not in self._names:
                self._names.add(name)
                return name

    def firm(self, place: Place, line: str, *, ending: str = "有限公司", stem: str = "") -> Firm:
        """A company of that place and line."""
        rng = self.rng
        stem = stem or self._fresh(_WORDS["first"], _WORDS["second"])
        seat = place.county if place.county.endswith(("县", "市")) else place.city or place.province
        middle = rng.choice(_LINE_WORDS[line])
        house = f"{rng.choice(_WORDS['roads'])}{rng.randrange(3, 399)}号"
        return Firm(
            name=f"{seat}{stem}{middle}{ending}",
            uscc=codes.credit_code(rng, place.code),
            place=place,
            address=place.full
            + house
            + rng.choice(("", f"{rng.randrange(1, 9)}号楼", f"{rng.choice('ABC')}座{rng.randrange(2, 19)}层")),
            representative=rng.choice(_WORDS["kin"]) + rng.choice(_WORDS["given"]),
            short=stem + middle,
        )

    def shop(self, site: str, name: str, **facts: object) -> Shop:
        """A shop with the next number of its site."""
        self._count += 1
        number = 20_000 + self._count * 37 + self.rng.randrange(30)
        return Shop(ref=f"{'s' if site != 'huoyuan' else 'm'}{number}", site=site, name=name, **facts)  # type: ignore[arg-type]

    def site(self) -> str:
        """One of the retail sites, the first oftener."""
        return self.rng.choices(self.retail, weights=(3, 1)[: len(self.retail)])[0]


def _ordinary(casting: Casting, number: int) -> Shop:
    """A shop that sells this and that: most honest, a fifth careless, half of them persons without a company."""
    rng = casting.rng
    line = list(LINES)[number % len(LINES)]
    place = PLACES[rng.choice(TRADING)]
    firm = (
        casting.firm(place, line, ending=rng.choice(("有限公司", "有限公司", "商行", "经营部")))
        if rng.random() < 0.6
        else None
    )
    kin = rng.choice(_WORDS["kin"])
    stem = firm.short if firm else rng.choice(_WORDS["first"]) + rng.choice(_WORDS["second"])
    name = rng.choice(
        (
            f"{kin}{rng.choice(('姐', '哥', '叔', '师傅', '小妹'))}的{rng.choice(('小店', '杂货铺', '铺子', '店'))}",
            f"{stem}{rng.choice(('专营店', '企业店', '优品店'))}",
            f"{place.county.rstrip('区县市')}{rng.choice(('好物', '优选', '生活馆', '源头好货'))}",
        )
    )
    number_shown = codes.phone(rng)
    return casting.shop(
        casting.site(),
        name,
        manner="careless" if number % 5 == 4 else "honest",
        place=place,
        firm=firm,
        company_shown=firm.name if firm and rng.random() < 0.85 else "",
        uscc_shown=firm.uscc if firm and rng.random() < 0.7 else "",
        contacts=(number_shown,) if rng.random() < 0.45 else (),
        lines=(line, rng.choice(list(LINES))) if number % 3 else (line,),
    )


def _ring(casting: Casting, number: int, marks: list[Mark], origins: list[Origin], shop_count: int) -> Ring:
    rng = casting.rng
    line = line_of(marks[0].wares[0] if marks else origins[0].ware)
    place = PLACES[rng.choice(WORKSHOPS.get(line, WORKSHOPS["home"]))]
    home = PLACES[rng.choice(TRADING)]
    firms = tuple(
        casting.firm(home, line, ending=rng.choice(("有限公司", "商贸有限公司"))) for _ in range(1 + number % 2)
    )
    phones = tuple(codes.phone(rng) for _ in range(2))
    letters = "".join(rng.choice("abcdefghjkmnpqrstuvwxyz") for _ in range(rng.randrange(3, 6)))
    wechat = f"{letters}{rng.choice(('_', '', '-'))}{rng.randrange(100, 99999)}"
    bond = ("register", "picture", "register", "contact", "maker", "cut")[number % 6]
    works = casting.firm(place, line, ending=rng.choice(("有限公司", "实业有限公司", "加工厂")))
    dealer = casting.firm(place, line, ending="贸易有限公司")
    shared = phones[1] if bond == "contact" else codes.phone(rng)
    stall = casting.shop(
        "huoyuan",
        f"{dealer.short}{rng.choice(('源头工厂', '货源站', '一件代发', '批发部'))}",
        manner="crooked",
        place=place,
        firm=dealer,
        company_shown=dealer.name,
        uscc_shown=dealer.uscc if rng.random() < 0.7 else "",
        contacts=(shared, f"微信：{wechat if bond == 'contact' else letters[::-1] + str(rng.randrange(1000, 9999))}"),
        lines=(line,),
        ring=f"ring-{number}",
    )
    shops = []
    for seat in range(shop_count):
        firm = firms[seat % len(firms)]
        shown = seat == 0 or rng.random() < 0.4
        shops.append(
            casting.shop(
                casting.retail[(number + seat) % len(casting.retail)],
                rng.choice(_WORDS["first"]) + rng.choice(_WORDS["second"]) + rng.choice(_WORDS["cheap"]),
                manner="crooked",
                place=home if rng.random() < 0.6 else PLACES[rng.choice(TRADING)],
                firm=firm,
                company_shown=firm.name if shown else "",
                uscc_shown=firm.uscc if seat == 0 or (shown and rng.random() < 0.6) else "",
                # the first shop shows both numbers; the others at least one thing that leads back to it
                contacts=phones if seat == 0 else (phones[seat % 2],) if seat % 3 == 2 else (),
                signature=_signature(rng, phones[0], wechat) if seat % 3 != 2 else "",
                lines=(line,),
                ring=f"ring-{number}",
            )
        )
    return Ring(
        ref=f"ring-{number}",
        line=line,
        firms=firms,
        shops=tuple(shops),
        phones=phones,
        wechat=wechat,
        marks=tuple(marks),
        origins=tuple(origins),
        stall=stall,
        factory=works,
        bond=bond,
    )


def _signature(rng: Random, phone: str, wechat: str) -> str:
    """A contact in the text of an offer, as those write it who do not want the platform to read it."""
    spoken = phone.translate(str.maketrans("0123456789", "零一二三四五六七八九")).replace("一", "幺", 1)
    return rng.choice(
        (
            f"需要实拍视频加薇 {wechat}",
            f"看更多款式 V❤：{wechat.upper()}",
            f"量大咨询 ➕w❤x {wechat} 备注拿货",
            f"批量拿货电联 {phone[:3]}-{phone[3:7]}-{phone[7:]}",
            f"电话{spoken}（同薇）",
            f"客服不在线打 {phone[:3]} {phone[3:5]}.{phone[5:8]}.{phone[8:]}",
            f"咨询请拨{phone.translate(str.maketrans('0123456789', '０１２３４５６７８９'))}",
        )
    )


def assemble(rng: Random, scale: float, retail: tuple[str, ...]) -> Cast:
    """Everybody, for an economy of that scale (1.0: about three hundred offers)."""
    casting = Casting(rng, retail)
    marks = _chosen_marks(rng, max(5, round(17 * scale)))
    origins = tuple(sorted(rng.sample(ORIGINS, max(3, round(10 * scale))), key=lambda origin: origin.id))
    holders = {mark.id: _holder(casting, mark) for mark in marks}
    stores = {mark.id: _stores(casting, mark, holders[mark.id]) for mark in marks}
    growers: dict[str, tuple[Firm, ...]] = {}
    grower_shops: dict[str, Shop] = {}
    local_shops: dict[str, Shop] = {}
    for origin in origins:
        seats = [PLACES[rng.choice(origin.inside)] for _ in range(3)]
        growers[origin.id] = tuple(
            casting.firm(seat, "food", ending=end) for seat, end in zip(seats, ("有限公司", "专业合作社"), strict=False)
        )
        grower_shops[origin.id] = _grower_shop(casting, origin, growers[origin.id][0])
        local = casting.firm(seats[2], "food", ending=rng.choice(("合作社", "家庭农场", "有限公司")))
        local_shops[origin.id] = replace(
            _grower_shop(casting, origin, local), name=f"{seats[2].county}{rng.choice(_WORDS['kin'])}家{origin.product}"
        )
    shops = tuple(_ordinary(casting, number) for number in range(max(6, round(44 * scale))))
    stalls = tuple(_stall(casting, number) for number in range(max(2, round(12 * scale))))
    rings = _rings(casting, marks, origins, scale)
    box_maker = casting.firm(PLACES["330782"], "home", ending="包装制品有限公司")
    extra = tuple(casting.firm(PLACES[rng.choice(TRADING)], rng.choice(list(LINES))) for _ in range(round(10 * scale)))
    return Cast(
        marks=marks,
        origins=origins,
        holders=holders,
        stores=stores,
        growers=growers,
        grower_shops=grower_shops,
        local_shops=local_shops,
        shops=shops,
        stalls=stalls,
        rings=rings,
        box_maker=box_maker,
        extra_firms=extra,
    )


def _rings(casting: Casting, marks: tuple[Mark, ...], origins: tuple[Origin, ...], scale: float) -> tuple[Ring, ...]:
    """Marks of one line go to one ring where they can; the indications go to rings of their own."""
    goods, fields = max(1, round(7 * scale)), max(1, round(3 * scale))
    shares = [[mark for mark in marks if line_of(mark.wares[0]) == line] for line in LINES]
    shares = [share for share in shares if share]
    while len(shares) > goods:
        shares.sort(key=len, reverse=True)
        shares[-2:] = [shares[-2] + shares[-1]]
    while len(shares) < goods and max(map(len, shares)) > 1:
        shares.sort(key=len)
        largest = shares.pop()
        shares += [largest[: len(largest) // 2], largest[len(largest) // 2 :]]
    rings = []
    for number in range(len(shares) + fields):
        shop_count = 2 + (number % 3 if scale >= 0.5 else 0)
        if number < len(shares):
            rings.append(_ring(casting, number, shares[number], [], shop_count))
        else:
            rings.append(_ring(casting, number, [], list(origins[number - len(shares) :: fields]), shop_count))
    return tuple(rings)


def _chosen_marks(rng: Random, count: int) -> tuple[Mark, ...]:
    """So many marks, every sort among them."""
    chosen: list[Mark] = []
    for sort, share in (("invented", 0.4), ("latin", 0.2), ("mixed", 0.12), ("common", 0.28)):
        pool = [mark for mark in MARKS if mark.sort == sort]
        chosen += rng.sample(pool, min(len(pool), max(1, round(count * share))))
    return tuple(sorted(chosen, key=lambda mark: mark.id))


def _holder(casting: Casting, mark: Mark) -> Firm:
    han = "".join(sign for sign in mark.sign if sign > "⺀") or next(iter(mark.variants), mark.sign)
    return casting.firm(PLACES[mark.home], line_of(mark.wares[0]), ending="股份有限公司", stem=han)


def _stores(casting: Casting, mark: Mark, holder: Firm) -> tuple[Shop, ...]:
    """The holder's own store, and one of an authorised dealer."""
    rng = casting.rng
    dealer = casting.firm(PLACES[rng.choice(TRADING)], line_of(mark.wares[0]), ending="供应链有限公司")
    return tuple(
        casting.shop(
            site,
            name,
            manner="honest",
            place=firm.place,
            firm=firm,
            company_shown=firm.name,
            uscc_shown=firm.uscc,
            contacts=(codes.phone(rng),),
            lines=(line_of(mark.wares[0]),),
        )
        for site, firm, name in (
            (casting.retail[0], holder, f"{mark.sign}官方旗舰店"),
            (casting.retail[-1], dealer, f"{mark.sign}{dealer.short[:2]}专卖店"),
        )
    )


def _grower_shop(casting: Casting, origin: Origin, firm: Firm) -> Shop:
    return casting.shop(
        casting.site(),
        f"{firm.short}{casting.rng.choice(('旗舰店', '产地直营', '农场店'))}",
        manner="honest",
        place=firm.place,
        firm=firm,
        company_shown=firm.name,
        uscc_shown=firm.uscc,
        contacts=(codes.phone(casting.rng),),
        lines=(line_of(origin.ware),),
    )


def _stall(casting: Casting, number: int) -> Shop:
    """An honest wholesaler."""
    rng = casting.rng
    line = list(LINES)[(number * 3 + 1) % len(LINES)]
    place = PLACES[rng.choice(WORKSHOPS.get(line, tuple(TRADING)))]
    firm = casting.firm(place, line, ending=rng.choice(("有限公司", "实业有限公司", "制造厂")))
    return casting.shop(
        "huoyuan",
        f"{firm.short}{rng.choice(('厂家直供', '批发', '工厂店', '实力商家'))}",
        manner="careless" if number % 4 == 3 else "honest",
        place=place,
        firm=firm,
        company_shown=firm.name,
        uscc_shown=firm.uscc,
        contacts=(codes.phone(rng), f"QQ：{rng.randrange(10**8, 10**9)}"),
        lines=(line,),
    )
