"""Turnover of a listing as a range: price × units sold, and how far either may be off.

Low is the lowest price shown × the units as printed (``1万+`` counts as 10,000); high is the highest price shown × the
most units the print allows (``1万+`` stops short of 20,000). Cancelled and fictitious orders (刷单) are not taken off
and sales outside the platform not added, so this is a lead for the auditors' arithmetic, never 销售金额.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from domain.records import Listing


@dataclass(frozen=True, slots=True)
class Takings:
    """Of one listing: lowest and highest price shown (CNY), the units as printed, and the most the print allows."""

    lowest: Decimal
    highest: Decimal
    units: int
    most: int

    def widened(self, other: Takings) -> Takings:
        """Over two observations of one listing: prices move, units sold only grow."""
        return Takings(
            min(self.lowest, other.lowest),
            max(self.highest, other.highest),
            max(self.units, other.units),
            max(self.most, other.most),
        )

    @property
    def low(self) -> Decimal:
        """CNY: all units at the lowest price."""
        return self.lowest * self.units

    @property
    def high(self) -> Decimal:
        """CNY: the most units at the highest price."""
        return self.highest * self.most


_PRICE = re.compile(r"\d{1,9}(?:\.\d{1,4})?")
_ROUNDED = re.compile(r"(\d{1,9}(?:\.\d{1,2})?)\s*(万|千|百|k|w)?\s*(?:件|人|单|笔)?\s*(\+|以上|多)", re.IGNORECASE)
_UNITS = {"": 1, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000}
#: A price or a count beyond these is a slip or a placeholder (999999999).
MAX_PRICE, MAX_SALES = Decimal(10_000_000), 1_000_000_000


def of_listing(listing: Listing) -> Takings | None:
    """None when price or sales are not known. Foreign currencies are left out, not converted."""
    if listing.price is None or listing.sales is None or listing.currency not in ("", "CNY", "RMB", "¥", "元"):
        return None
    if not 0 <= listing.price <= MAX_PRICE or not 0 <= listing.sales <= MAX_SALES:
        return None
    highest = max([listing.price, *_shown_prices(listing)])
    return Takings(listing.price, highest, listing.sales, most_units(listing))


def _shown_prices(listing: Listing) -> list[Decimal]:
    """Prices as shown that are of one range with the price: up to ten times it, so no market price or unit price."""
    shown: list[Decimal] = []
    for name, value in listing.claims.items():
        if not re.search(r"价|price", name, re.IGNORECASE) or re.search(r"原价|市场|吊牌|划线|指导", name):
            continue
        for number in _PRICE.findall(value[:60].replace(",", "")):
            try:
                price = Decimal(number)
            except InvalidOperation:
                continue
            if listing.price is not None and listing.price <= price <= listing.price * 10:
                shown.append(price)
    return shown


def most_units(listing: Listing) -> int:
    """The most units that the print allows: ``1万+`` is below 2万, ``300+`` below 400, ``1.5万+`` below 1.6万."""
    sales = listing.sales or 0
    for name, value in listing.claims.items():
        if not re.search(r"销|售|sales|付款|sold", name, re.IGNORECASE):
            continue
        for number, unit, _ in _ROUNDED.findall(value[:60]):
            step = Decimal(_UNITS[(unit or "").lower()])
            amount = Decimal(number)
            if amount * step != sales:
                continue
            if "." in number:
                step /= 10 ** len(number.partition(".")[2])
            elif not unit:  # 1000+, 300+: the last digit that is not zero is the one that counts
                step = Decimal(10) ** (len(number) - len(number.rstrip("0")))
            return max(sales, int(amount * Decimal(_UNITS[(unit or "").lower()]) + step) - 1)
    return sales
