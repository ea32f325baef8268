"""What lies on a bureau's table about the economy, and the truth that nobody there knows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from domain import codec
from domain.records import (
    Authorised,
    Case,
    Company,
    GeographicalIndication,
    Label,
    Listing,
    Right,
    Seller,
    Trade,
    Trademark,
)
from qingyuan.demo import codes, logos
from qingyuan.demo.cast import Cast
from qingyuan.demo.sites import ADDRESSES, PLATFORMS
from qingyuan.demo.values import Firm, Offer, Picture

if TYPE_CHECKING:
    from qingyuan.demo.economy import Economy


def rights(
    rng: Random, cast: Cast, stock: Mapping[tuple[str, str], Picture], prices: Mapping[str, Decimal]
) -> tuple[Right, ...]:
    """The register of rights: made-up marks, real indications, and who may use them."""
    marks = [
        Trademark(
            id=mark.id,
            sign=mark.sign,
            variants=mark.variants,
            classes=mark.classes,
            goods=mark.wares,
            holder=cast.holders[mark.id].name,
            number=codes.registration(rng),
            logos=tuple(f"logos/{name}" for name in logos.names(mark)),
            photos=tuple(f"photos/{picture.name}" for (owner, _), picture in stock.items() if owner == mark.id),
            authorised=tuple(
                Authorised(name=shop.name, company=shop.firm.name, uscc=shop.firm.uscc)
                for shop in cast.stores[mark.id]
                if shop.firm
            ),
            valid_from=date(2018 + rng.randrange(5), rng.randrange(1, 13), rng.randrange(1, 28)),
            valid_to=date(2029 + rng.randrange(5), rng.randrange(1, 13), rng.randrange(1, 28)),
            reference_price=prices[mark.id],
        )
        for mark in cast.marks
    ]
    indications = [
        GeographicalIndication(
            id=origin.id,
            sign=origin.sign,
            product=origin.product,
            area=origin.area,
            holder=origin.body,
            number=f"AGI{rng.randrange(2009, 2022)}-{rng.randrange(1, 4):02d}-{rng.randrange(1, 9999):04d}"
            if rng.random() < 0.7
            else "",
            authorised=tuple(Authorised(company=firm.name, uscc=firm.uscc) for firm in cast.growers[origin.id]),
            standard=origin.standard,
        )
        for origin in cast.origins
    ]
    return (*marks, *indications)


def _all_firms(cast: Cast) -> Iterable[Firm]:
    yield from cast.holders.values()
    for shops in (*cast.stores.values(), cast.shops, cast.stalls, tuple(cast.local_shops.values())):
        yield from (shop.firm for shop in shops if shop.firm)
    for firms in cast.growers.values():
        yield from firms
    for ring in cast.rings:
        yield from ring.firms
        yield ring.factory
        if ring.stall.firm:
            yield ring.stall.firm
    yield cast.box_maker
    yield from cast.extra_firms


def companies(rng: Random, cast: Cast) -> tuple[Company, ...]:
    """The company register: everybody with a licence, in the order of their codes."""
    firms = {firm.uscc: firm for firm in _all_firms(cast)}
    return tuple(
        Company(
            name=firm.name,
            uscc=firm.uscc,
            address=firm.address,
            representative=firm.representative,
            status=rng.choice(("存续", "存续", "存续", "在业", "在营（开业）企业"))
            if rng.random() < 0.96
            else rng.choice(("注销", "吊销，未注销")),
        )
        for firm in sorted(firms.values(), key=lambda firm: firm.uscc)
    )


def trades(rng: Random, cast: Cast) -> tuple[Trade, ...]:
    """The trade register: the rings' supplies where they were written down, among much honest trade and one hub."""
    rows: list[Trade] = []

    def row(supplier: Firm | None, buyer: Firm | None, unit: str = "件", most: int = 900) -> None:
        if supplier and buyer and supplier.uscc != buyer.uscc:
            day = date(2026, 1, 5) + timedelta(days=rng.randrange(310))
            rows.append(
                Trade(
                    supplier_uscc=supplier.uscc,
                    buyer_uscc=buyer.uscc,
                    date=day,
                    quantity=f"{rng.randrange(20, most)}{unit}",
                )
            )

    for ring in cast.rings:
        dealer = ring.stall.firm
        if ring.bond in {"register", "picture", "contact"}:
            for _ in range(rng.randrange(2, 5)):
                row(ring.factory, dealer, most=5000)
        if ring.bond == "register":
            for firm in ring.firms:
                for _ in range(rng.randrange(1, 4)):
                    row(dealer, firm)
    for mark in cast.marks:
        for shop in cast.stores[mark.id]:
            row(cast.holders[mark.id], shop.firm)
    honest = [shop.firm for shop in cast.shops if shop.firm]
    for stall in cast.stalls:
        for buyer in rng.sample(honest, min(2, len(honest))):
            row(stall.firm, buyer, rng.choice(("件", "箱", "kg")))
    for growers in cast.growers.values():
        if honest:
            row(growers[0], rng.choice(honest), "kg")
    # cartons go to everybody, honest or not: a supplier of all is the source of nobody's goods
    everybody: list[Firm | None] = [
        *honest,
        *(firm for ring in cast.rings for firm in ring.firms),
        *(ring.stall.firm for ring in cast.rings),
    ]
    for anybody in everybody:
        if rng.random() < 0.7:
            row(cast.box_maker, anybody, "个", 20_000)
    return tuple(sorted(rows, key=lambda trade: (trade.date, trade.supplier_uscc, trade.buyer_uscc)))


def case(offer: Offer, bases: Mapping[str, str], now: datetime) -> Case:
    """The truth about one offer, in the shape of an evaluation case."""
    base = bases[offer.site].rstrip("/")
    shop = offer.shop
    shown = {"价格": offer.price_text, "销量": offer.sales_text}
    listing = Listing(
        platform=offer.site,
        ref=offer.ref,
        url=base + ADDRESSES[offer.site].item.format(ref=offer.ref),
        title=offer.title,
        description=offer.description,
        price=offer.price,
        currency="CNY" if offer.price is not None else "",
        sales=offer.sales,
        claims={**offer.claims, **{name: value for name, value in shown.items() if value}},
        seller=Seller(
            name=shop.name,
            ref=shop.ref,
            url=base + ADDRESSES[offer.site].shop.format(ref=shop.ref),
            company=shop.company_shown,
            uscc=shop.uscc_shown,
            location=shop.place.short,
            contacts=shop.contacts,
        ),
        ships_from=offer.ships_from,
        category=offer.category,
        images=tuple(f"{base}/img/{picture.name}" for picture in offer.pictures),
        observed_at=now,
    )
    label = Label(suspected=offer.suspected, rights=offer.rights, type=offer.type, why=offer.why)
    return Case(id=offer.key, listing=listing, label=label)


def source(offer: Offer) -> dict[str, Any] | None:
    """Where a suspected offer's goods truly come from; ``findable`` when something on record leads there."""
    if not offer.suspected or offer.source is None:
        return None
    firms = {"factory": offer.source.factory, "wholesaler": offer.source.wholesaler}
    named = {role: {"name": firm.name, "uscc": firm.uscc} for role, firm in firms.items() if firm}
    return {
        "listing": offer.key,
        "sources": [text for firm in named.values() for text in firm.values()],
        **named,
        "ties": list(offer.source.ties),
        "findable": offer.source.findable,
    }


def _toml(values: Mapping[str, Any]) -> str:
    """A flat TOML table and its one sub-table; JSON's strings are TOML's."""
    lines = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in values.items()
        if not isinstance(value, dict)
    ]
    for name, inner in values.items():
        if isinstance(inner, dict):
            lines += [
                "",
                f"[{name}]",
                *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in inner.items()),
            ]
    return "\n".join(lines) + "\n"


def platform(economy: Economy, site: str, base: str) -> str:
    """The platform file of one site, as a bureau would write it to have the site crawled."""
    base = base.rstrip("/")
    here = f"^http://{urlsplit(base).netloc}".replace(".", r"\.")
    facts = dict(PLATFORMS[site])
    count = sum(offer.site == site for offer in economy.offers)
    return _toml(
        {
            "name": site,
            **facts,
            "start_urls": [base + "/"],
            "product_url": here + facts["product_url"],
            "follow": here + facts["follow"],
            "search": base + facts["search"],
            "floor": max(1, count * 4 // 5),
            "allow_private": True,
        }
    )


def _lines(records: Iterable[object]) -> bytes:
    return b"".join(codec.encode(record) + b"\n" for record in records)


def write(economy: Economy, folder: Path, bases: Mapping[str, str], now: datetime) -> None:
    """Everything into ``folder``; files that are there are replaced."""
    for name in ("logos", "photos", "platforms"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for right in economy.rights:
        if isinstance(right, Trademark):
            for path in right.logos:
                (folder / path).write_bytes(economy.logo(path.removeprefix("logos/")))
            for path in right.photos:
                (folder / path).write_bytes(economy.picture(path.removeprefix("photos/")))
    (folder / "rights.jsonl").write_bytes(_lines(economy.rights))
    (folder / "companies.jsonl").write_bytes(_lines(economy.companies))
    (folder / "trades.jsonl").write_bytes(_lines(economy.trades))
    (folder / "truth.jsonl").write_bytes(_lines(economy.cases(bases)))
    known = [found for offer in economy.offers if (found := source(offer))]
    (folder / "sources.jsonl").write_text(
        "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in known), encoding="utf-8"
    )
    for site in economy.sites:
        (folder / "platforms" / f"{site}.toml").write_text(platform(economy, site, bases[site]), encoding="utf-8")
