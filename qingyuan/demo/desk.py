"""Where offers are put together: references, pictures, prices and the carelessness of careless sellers."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from random import Random

from qingyuan.demo import codes, wording
from qingyuan.demo.cast import Cast, Ring, line_of
from qingyuan.demo.values import Firm, Mark, Offer, Picture, Place, Shop, Source, Ware
from qingyuan.demo.wares import WARES
from qingyuan.demo.wording import Price


class Desk:
    """Holds the random stream, the cast and what was written so far, while one economy is put together."""

    def __init__(self, rng: Random, cast: Cast) -> None:
        self.rng = rng
        self.cast = cast
        self.offers: list[Offer] = []
        self._refs: set[str] = set()
        self._turns: dict[str, int] = {}
        self.stock_goods: dict[tuple[str, str], tuple[Picture, str, Firm]] = {}

    # -- taking turns, so that marks and shops are all used ---------------------------------------------------------

    def turn(self, name: str, options: tuple[object, ...]) -> int:
        """The index of the option whose turn it is under that name; the first is drawn."""
        last = self._turns.get(name)
        self._turns[name] = self.rng.randrange(len(options)) if last is None else (last + 1) % len(options)
        return self._turns[name]

    def mark(self, purpose: str, among: tuple[Mark, ...] = ()) -> Mark:
        marks = among or self.cast.marks
        return marks[self.turn(f"mark:{purpose}", marks)]

    def shop(self, ware: str, site: str = "") -> Shop:
        """An ordinary shop, of the line of that ware where there is one."""
        wanted = line_of(ware)
        pool = self.cast.stalls if site == "huoyuan" else self.cast.shops
        fitting = tuple(shop for shop in pool if wanted in shop.lines) or pool
        return fitting[self.turn(f"shop:{wanted}:{site}", fitting)]

    # -- pictures ---------------------------------------------------------------------------------------------------

    def picture(
        self, ware: Ware, *, mark: str = "", caption: str = "", banner: str = "", genuine: bool = False
    ) -> Picture:
        """A new photograph of that kind of goods."""
        seed = f"{self.rng.getrandbits(64):016x}"
        return Picture(
            name=_file_name(seed),
            seed=seed,
            shape=ware.shape,
            mark=mark,
            caption=caption,
            banner=banner,
            genuine=genuine,
        )

    def copied(self, original: Picture, watermark: str = "") -> Picture:
        """A worked-over copy: encoded again, cropped, perhaps with the shop's name across it."""
        seed = f"{self.rng.getrandbits(64):016x}"
        return Picture(name=_file_name(seed), seed=seed, copy_of=original.name, watermark=watermark, mark=original.mark)

    def stock(self, mark: Mark, ware: str) -> tuple[Picture, str, Firm]:
        """The holder's own photograph of its goods, their barcode, and the holder."""
        if (mark.id, ware) not in self.stock_goods:
            picture = self.picture(WARES[ware], mark=mark.id, genuine=True)
            self.stock_goods[mark.id, ware] = (picture, codes.barcode(self.rng), self.cast.holders[mark.id])
        return self.stock_goods[mark.id, ware]

    def reference_price(self, mark: Mark) -> Decimal:
        """What the main ware of a mark costs new."""
        ware = WARES[mark.wares[0]]
        return Decimal(ware.low + (ware.high - ware.low) * 3 // 4 // 10 * 10 + 9)

    # -- offers -----------------------------------------------------------------------------------------------------

    def write(
        self,
        shop: Shop,
        ware: Ware,
        kind: str,
        *,
        title: str,
        price: Price | float,
        claims: dict[str, str],
        pictures: tuple[Picture, ...],
        description: str = "",
        ships_from: Place | None = None,
        why: str,
        rights: tuple[str, ...] = (),
        source: Source | None = None,
        used: bool = False,
        category: tuple[str, ...] = (),
    ) -> Offer:
        """Finishes one offer and keeps it. ``rights`` that are not empty make it a suspected one."""
        rng = self.rng
        wholesale = shop.site == "huoyuan"
        careless = shop.manner == "careless"
        if not isinstance(price, Price):
            low = float(price)
            if careless and ware.table == "jewel" and not rights:
                low = 10_800 + rng.randrange(9000)
            price = wording.price(rng, low, careless=careless, wholesale=wholesale)
        sales, sales_text = wording.sales(rng, wholesale=wholesale)
        description = description or wording.story(rng, ware)
        if shop.signature and rng.random() < 0.8:
            description = f"{description}\n{shop.signature}"
        flaws: tuple[str, ...] = ()
        if careless:
            claims, flaws = _muddled(rng, claims)
        place = ships_from or shop.place
        charset, declared = "utf-8", "utf-8"
        if wholesale and rng.random() < 0.35:
            charset = declared = "gbk"
        elif careless and shop.site == "baiji" and rng.random() < 0.3:
            charset, declared = "gbk", rng.choice(("gbk", "utf-8"))
        offer = Offer(
            ref=self._fresh_ref(shop.site),
            shop=shop,
            title=title[:110],
            description=description,
            category=category or ware.category,
            price=price.low,
            high_price=price.high,
            price_text=price.text,
            sales=sales,
            sales_text=sales_text,
            claims=claims,
            ships_from=rng.choice((place.short, place.short, f"{place.province}{place.city}"))
            if rng.random() < 0.93
            else "",
            pictures=pictures,
            type=kind,
            suspected=bool(rights),
            rights=rights,
            why=why,
            source=source,
            used=used,
            layout=rng.randrange(12),
            charset=charset,
            declared=declared,
            flaws=flaws,
        )
        self.offers.append(offer)
        return offer

    def _fresh_ref(self, site: str) -> str:
        while True:
            digits = self.rng.randrange(10**11, 10**12) if site == "baiji" else self.rng.randrange(10**8, 10**9)
            ref = {"baiji": f"{digits}", "kuaixuan": f"k{digits}", "huoyuan": f"{digits}"}.get(site, str(digits))
            if (site + ref) not in self._refs:
                self._refs.add(site + ref)
                return ref

    def source(self, ring: Ring, ties: tuple[str, ...]) -> Source:
        """What stands behind a ring's goods."""
        return Source(factory=ring.factory, wholesaler=ring.stall.firm, ties=ties)


def _file_name(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()[:20] + ".jpg"


def _muddled(rng: Random, claims: dict[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The table as a careless seller fills it in: values in the wrong rows, rows left out."""
    claims = dict(claims)
    flaws = []
    if rng.random() < 0.4 and "产地" in claims and len(claims) > 3:
        other = rng.choice([name for name in claims if name not in {"产地", "品牌"}])
        claims["产地"], claims[other] = claims[other], claims["产地"]
        flaws.append(f"产地与{other}填反")
    if claims.get("品牌") and rng.random() < 0.3:
        claims["规格"] = claims["品牌"]
        claims["品牌"] = rng.choice(("见图", "详情咨询客服", "其他"))
        flaws.append("品牌填在规格里")
    for name in [name for name in claims if name != "品牌"]:
        if rng.random() < 0.25:
            del claims[name]
            flaws.append(f"缺{name}")
    return claims, tuple(flaws)
