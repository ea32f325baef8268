from __future__ import annotations

from decimal import Decimal

import pytest

from crawlers import prices


@pytest.mark.parametrize(
    ("text", "low", "high", "currency", "form"),
    [
        ("¥1,850.00 - 3131.00", "1850.00", "3131.00", "CNY", "区间"),
        ("¥ 298.00", "298.00", None, "CNY", ""),
        ("1.2万", "12000", None, "", ""),
        ("¥1.25万起", "12500", None, "CNY", "起"),
        ("99元起", "99", None, "CNY", "起"),
        ("券后价 ¥89.9", "89.9", None, "CNY", "券后"),
        ("1-2万", "10000", "20000", "", "区间"),
        ("￥99~￥129", "99", "129", "CNY", "区间"),
        ("现价 59.9 元 划线价：¥128", "59.9", None, "CNY", ""),
        ("HK$1,200", "1200", None, "HKD", ""),
        ("US$ 19.99", "19.99", None, "USD", ""),
        ("3.5w", "35000", None, "", ""),
    ],
)
def test_forms(text: str, low: str, high: str | None, currency: str, form: str) -> None:
    price = prices.read(text)
    assert price == prices.Price(Decimal(low), Decimal(high) if high else None, currency, form)


@pytest.mark.parametrize("text", ["", "面议", "满300减40", "99 199 299", "200-100", "9" * 300, "第2件半价 买3件"])
def test_no_single_price_is_no_price(text: str) -> None:
    assert prices.read(text) is None


@pytest.mark.parametrize(
    ("text", "units"),
    [("1881人付款", 1881), ("已拼5895件", 5895), ("10万+", 100_000), ("2247", 2247), ("月销 1.2万+件", 12_000)],
)
def test_units_sold(text: str, units: int) -> None:
    assert prices.sold(text) == units


@pytest.mark.parametrize("text", ["", "-", "3人买了5件", "热销"])
def test_no_single_number_is_no_sales(text: str) -> None:
    assert prices.sold(text) is None
