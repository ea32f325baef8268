"""The listings as tracing needs them: compact offers, the shops that make them, and who shows which identifier.

Everything is sorted by key, so neither the order of the listings nor of their observations changes a result.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from domain.records import Listing
from tracing import lines, pictures, trade_terms, turnover
from tracing.claims import meaning
from tracing.identifiers import Identifier, extract, picture_value

PictureHash: TypeAlias = str | int | bytes
#: Pictures of one listing that are looked at.
MAX_PICTURES = 60


@dataclass(frozen=True, slots=True)
class Mention:
    """One identifier on one page. ``capture`` cites the page; ``field`` says where on it."""

    identifier: Identifier
    capture: str
    first_seen: datetime
    last_seen: datetime


@dataclass(slots=True)
class Offer:
    """A listing, reduced. ``since`` is the earliest day on which it is known to have been on sale; ``lines`` are the
    lines of business its goods belong to, as far as title, category and 品类 say.
    """

    key: str
    shop: int
    title: str
    price: Decimal | None
    takings: turnover.Takings | None
    capture: str
    first_seen: datetime
    last_seen: datetime
    since: date
    ships_from: str
    wholesale: bool
    stated: tuple[Identifier, ...]
    pictures: tuple[str, ...]
    lines: lines.Lines = lines.NONE

    @property
    def makers(self) -> list[str]:
        """The makers that the page names, verbatim."""
        return [one.verbatim for one in self.stated if one.kind == "company" and one.owner == "maker"]


@dataclass(slots=True)
class Shop:
    """A shop on one platform, with the offers it makes (indexes) and the identifiers shown as its own."""

    key: str
    platform: str
    name: str
    location: str = ""
    offers: list[int] = field(default_factory=list)
    mentions: dict[tuple[str, str], Mention] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stock:
    """All offers and shops, sorted by key. ``uncited``: listings without a capture, of which nothing can be said."""

    offers: tuple[Offer, ...]
    shops: tuple[Shop, ...]
    uncited: frozenset[str]


def shop_key(listing: Listing) -> str:
    """``platform/店铺:ref``. Without reference or address of the shop, its name; without any, the listing's own."""
    seller = listing.seller
    identity = seller.ref or seller.url or seller.name or seller.company or seller.uscc
    return f"{listing.platform}/店铺:{identity}" if identity else f"{listing.platform}/未知店铺:{listing.ref}"


def collect(
    listings: Iterable[Listing],
    *,
    picture_hashes: Mapping[str, Sequence[PictureHash]],
    seen: Mapping[str, tuple[datetime, datetime]],
    wholesale_platforms: frozenset[str],
) -> Stock:
    """Reduce the listings. Of several observations of one key the latest counts, and all of them date it."""
    latest: dict[str, Listing] = {}
    spans: dict[str, tuple[datetime, datetime]] = {}
    takings: dict[str, turnover.Takings] = {}
    for listing in listings:
        key, at = listing.key, listing.observed_at
        first, last = spans.get(key) or seen.get(key) or (at, at)
        spans[key] = (min(first, at), max(last, at))
        if (taken := turnover.of_listing(listing)) is not None:
            takings[key] = takings[key].widened(taken) if key in takings else taken
        known = latest.get(key)
        if known is None or (at, listing.capture) > (known.observed_at, known.capture):
            latest[key] = listing
    keys = sorted(key for key, listing in latest.items() if listing.capture)
    wholesale = wholesale_platforms | _wholesale_platforms(latest.values())
    pictured = {key: [picture_value(one) for one in picture_hashes.get(key, ())[:MAX_PICTURES]] for key in keys}
    groups = pictures.group(value for values in pictured.values() for value in values)
    shops: dict[str, Shop] = {}
    for key in keys:
        listing = latest[key]
        name = shop_key(listing)
        shop = shops.setdefault(name, Shop(name, listing.platform, listing.seller.name))
        shop.location = shop.location or listing.seller.location
    ordered = tuple(shops[name] for name in sorted(shops))
    places = {shop.key: place for place, shop in enumerate(ordered)}
    offers = []
    for index, key in enumerate(keys):
        listing, (first, last) = latest[key], spans[key]
        place = places[shop_key(listing)]
        offer = Offer(
            key,
            place,
            listing.title[:200],
            listing.price,
            takings.get(key),
            listing.capture,
            first,
            last,
            _since(listing, first),
            (listing.ships_from or listing.seller.location)[:60],
            listing.platform in wholesale or trade_terms.is_wholesale_host(listing.url),
            (),
            tuple(sorted({groups[value] for value in pictured[key] if value in groups})),
            _lines(listing),
        )
        offer.stated = _share_out(extract(listing), offer, ordered[place])
        ordered[place].offers.append(index)
        offers.append(offer)
    return Stock(tuple(offers), ordered, frozenset(latest.keys() - set(keys)))


def _share_out(identifiers: Iterable[Identifier], offer: Offer, shop: Shop) -> tuple[Identifier, ...]:
    """Give the seller's identifiers to the shop; those of maker, supplier and goods stay with the offer."""
    stated = []
    for identifier in identifiers:
        if identifier.owner == "seller":
            mention = Mention(identifier, offer.capture, offer.first_seen, offer.last_seen)
            shop.mentions.setdefault((identifier.kind, identifier.value), mention)
        elif identifier.owner != "other":
            stated.append(identifier)
    return tuple(stated)


def _wholesale_platforms(listings: Iterable[Listing]) -> frozenset[str]:
    """Platforms most of whose pages sell by quantity."""
    total: Counter[str] = Counter()
    selling: Counter[str] = Counter()
    for listing in listings:
        total[listing.platform] += 1
        selling[listing.platform] += trade_terms.has_wholesale_terms(listing)
    return frozenset(name for name in total if selling[name] >= trade_terms.WHOLESALE_SHARE * total[name])


def _lines(listing: Listing) -> lines.Lines:
    kinds = (value[:60] for name, value in listing.claims.items() if _KIND.search(name[:30]))
    filed = lines.NONE.union(*map(lines.of_goods, (*listing.category[:8], *kinds)))
    # a title praises in many words; beside a category only its longer ones are believed
    return filed | lines.of_goods(listing.title[:200], shortest=2 if filed else 1)


_KIND = re.compile(r"品类|类目|类别|品名|产品名称|商品名称")
_DATE = re.compile(r"(20\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})")


def _since(listing: Listing, first: datetime) -> date:
    """The day the page itself gives (上架时间 …) when that is before our first look, else the day of our first look."""
    day = first.astimezone(UTC).date()
    for name, value in listing.claims.items():
        match = _DATE.search(value[:60]) if meaning(name) == "listed" else None
        if match:
            try:
                stated = date(*map(int, match.groups()))
            except ValueError:
                continue
            if stated < day and stated > day - timedelta(days=3660):
                return stated
    return day
