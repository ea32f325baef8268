"""The arithmetic of turnover and how far a print may be off."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.tracing.make import listing
from tracing import turnover


@pytest.mark.parametrize(
    ("shown", "sales", "most"),
    [
        ("已售1万+", 10_000, 19_999),
        ("月销 1.5万+", 15_000, 15_999),
        ("1000+", 1000, 1999),
        ("300+人付款", 300, 399),
        ("2000+件", 2000, 2999),
        ("1234", 1234, 1234),
        ("销量 5", 5, 5),
        ("500+", 321, 321),  # not the number that was read: no claim about it
    ],
)
def test_the_most_units_a_print_allows(shown: str, sales: int, most: int) -> None:
    assert turnover.most_units(listing("1", sales=sales, claims={"销量": shown})) == most


def test_low_and_high() -> None:
    taken = turnover.of_listing(
        listing(
            "1",
            price="12.50",
            sales=1000,
            currency="CNY",
            claims={"价格": "12.50-20.00", "原价": "99", "销量": "1000+"},
        )
    )
    assert taken is not None
    assert (taken.low, taken.high) == (Decimal("12500.00"), Decimal("20.00") * 1999)


def test_what_is_not_known_is_not_counted() -> None:
    assert turnover.of_listing(listing("1", price="1")) is None
    assert turnover.of_listing(listing("1", sales=1)) is None
    assert turnover.of_listing(listing("1", price="1", sales=1, currency="USD")) is None
    assert turnover.of_listing(listing("1", price="99999999", sales=1)) is None


def test_two_observations_widen() -> None:
    one = turnover.of_listing(listing("1", price="10", sales=100))
    two = turnover.of_listing(listing("1", price="12", sales=150))
    assert one is not None
    assert two is not None
    both = one.widened(two)
    assert both == two.widened(one)
    assert (both.low, both.high) == (Decimal(1500), Decimal(1800))
