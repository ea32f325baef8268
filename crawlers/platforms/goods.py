"""What readings of marketplaces share: amounts in yuan, units sold, and lists of cards of which some are no goods."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from crawlers import prices
from crawlers.offer import Offer

_Card = TypeVar("_Card")


def in_yuan(offer: Offer, *, shown: str, sold: str = "") -> Offer:
    """The offer with the price that ``shown`` writes (the lowest of a range) and the units that ``sold`` writes.

    The marketplaces sell in yuan only and write bare numbers; what cannot be read as one price or number stays empty.
    """
    price = prices.read(shown)
    return replace(
        offer,
        price=price.low if price else None,
        currency="CNY" if price else "",
        sales=prices.sold(sold) if sold else None,
    )


def of_cards(cards: Iterable[_Card], read: Callable[[_Card], Offer | None]) -> tuple[list[Offer], list[str]]:
    """The goods of a list of search results in its order, and a note for each card that has no number or no name."""
    offers: list[Offer] = []
    notes: list[str] = []
    for number, card in enumerate(cards, start=1):
        offer = read(card)
        if offer is None:
            notes.append(f"第 {number} 个搜索结果没有商品编号或名称")
        else:
            offers.append(offer)
    return offers, notes
