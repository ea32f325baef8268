"""How far the same goods spread: the seller's other listings of them, and other shops that show the same photos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tracing.graph import PICTURE_HUB
from tracing.likeness import likeness
from tracing.offers import Offer

if TYPE_CHECKING:
    from tracing.graph import Graph

#: Titles of one subject as like as this offer the same goods.
SAME_GOODS = 0.5
#: A photo on more pages than this is a banner.
WIDEST = 5000


@dataclass(frozen=True, slots=True)
class Spread:
    """Counts, and the turnover in CNY (low, high) of the retail listings among them."""

    listings: int
    shops: int
    turnover: tuple[Decimal, Decimal]


def same_goods(graph: Graph, origin: Offer, start: int) -> list[Offer]:
    """The subject's offers of the same goods, the traced one among them: a photo in common, or like titles."""
    return [
        offer
        for offer in graph.offers_of(start)
        if offer is origin
        or set(offer.pictures) & set(origin.pictures)
        or likeness(offer.title, origin.title) >= SAME_GOODS
    ]


def measure(graph: Graph, origin: Offer, start: int, matched: Iterable[Offer]) -> Spread:
    """The traced listing, its seller's listings of the same goods, the upstream pages that matched (``matched``), and
    the listings of other shops that carry a photo of those, unless it is a stock photo. Wholesale takings are not
    added: they are the same goods again.
    """
    goods = {offer.key: offer for offer in (origin, *same_goods(graph, origin, start), *matched)}
    pictures = sorted({picture for offer in goods.values() for picture in offer.pictures})
    for picture in pictures:
        places = graph.by_picture[picture]
        showing = [graph.offers[place] for place in places] if len(places) <= WIDEST else []
        if len({graph.label_of(offer) for offer in showing if offer.wholesale}) <= PICTURE_HUB:
            goods |= {offer.key: offer for offer in showing}
    counted = [offer.takings for offer in goods.values() if offer.takings and (not offer.wholesale or offer is origin)]
    low = sum((takings.low for takings in counted), Decimal(0))
    high = sum((takings.high for takings in counted), Decimal(0))
    return Spread(len(goods), len({offer.shop for offer in goods.values()}), (low, high))
