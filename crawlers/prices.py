"""Prices and sales as Chinese shops write them: 1.2万, 99起, 1850.00 - 3131.00, 券后价 89, 已拼10万+件.

Strict: when a text holds several numbers and does not say how they relate, there is no price.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = r"(?:\d{1,3}(?:[,，]\d{3})+|\d{1,15})(?:\.\d{1,6})?"
_AMOUNT = re.compile(rf"({_NUMBER})\s*(万|千|亿|[wW](?![a-zA-Z])|[kK](?![a-zA-Z]))?")
_SCALE = {"": 1, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
_CURRENCIES = (
    ("CNY", re.compile(r"¥|￥|RMB|CN¥|CNY|人民币|元|圆", re.IGNORECASE)),
    ("HKD", re.compile(r"HK\$|HKD|港币|港元", re.IGNORECASE)),
    ("TWD", re.compile(r"NT\$|TWD|新台币", re.IGNORECASE)),
    ("USD", re.compile(r"US\$|USD|美元", re.IGNORECASE)),
    ("EUR", re.compile(r"€|EUR|欧元", re.IGNORECASE)),
    ("GBP", re.compile(r"£|GBP|英镑", re.IGNORECASE)),
    ("JPY", re.compile(r"JP¥|JPY|日元|円", re.IGNORECASE)),
    ("KRW", re.compile(r"₩|KRW|韩元", re.IGNORECASE)),
)
#: Prices that are not what the goods cost now; the number after one of these is not the price.
_STRUCK = re.compile(
    rf"(?:原价|划线价|市场价|吊牌价|专柜价|建议零售价|门市价|参考价)\s*[:：]?\s*(?:[¥￥]|RMB)?\s*{_NUMBER}\s*万?\s*元?"
)
_BETWEEN = re.compile(r"^\s*(?:元)?\s*(?:-|–|—|~|～|至|到)\s*(?:[¥￥$€£]|RMB|US\$|HK\$)?\s*$", re.IGNORECASE)
_SOLD = re.compile(
    rf"({_NUMBER})\s*(万|千|亿|[wW](?![a-zA-Z]))?\s*\+?\s*(?:件|人付款|人收货|人购买|笔|单|份|个|条|只|盒|瓶|斤|袋|台|套|双)?"
)


@dataclass(frozen=True, slots=True)
class Price:
    """The lowest amount of what was written, its highest when it was a range, and the currency written ("" if none)."""

    low: Decimal
    high: Decimal | None = None
    currency: str = ""
    form: str = ""  # 区间, 起, 券后 or ""


def _value(number: str, unit: str | None) -> Decimal:
    value = Decimal(re.sub("[,，]", "", number))
    scale = _SCALE[(unit or "").lower()]
    if scale == 1:
        return value
    scaled = value * scale
    return scaled.quantize(Decimal(1)) if scaled == scaled.to_integral_value() else scaled


def currency(text: str) -> str:
    """The ISO 4217 code of the currency that a text writes, "" when it writes none or several."""
    found = {code for code, pattern in _CURRENCIES[1:] if pattern.search(text)}
    if not found and _CURRENCIES[0][1].search(text):
        return "CNY"
    return found.pop() if len(found) == 1 else ""


def read(text: str) -> Price | None:
    """The price that a short text (at most 200 characters) writes; None when it writes none, or no single one."""
    if len(text) > 200:
        return None
    money = currency(text)
    bare = _STRUCK.sub(" ", text)
    amounts = list(_AMOUNT.finditer(bare))
    values = [_value(found[1], found[2]) for found in amounts]
    if len(values) == 1:
        after = bare[amounts[0].end() :].lstrip()
        form = "券后" if "券后" in bare else "起" if re.match(r"元?\s*(?:起|\+)", after) else ""
        return Price(values[0], currency=money, form=form)
    if len(values) == 2:
        between = bare[amounts[0].end() : amounts[1].start()]
        if _BETWEEN.match(between) and values[0] <= values[1]:
            first = values[0]
            if amounts[1][2] and not amounts[0][2]:  # 1-2万: the unit stands for both
                first = _value(amounts[0][1], amounts[1][2])
            return Price(min(first, values[1]), max(first, values[1]), money, "区间")
    return None


def sold(text: str) -> int | None:
    """Units sold, from 1881人付款, 已拼5895件, 10万+ or 2247; None when the text does not hold exactly one number."""
    found = list(_SOLD.finditer(text)) if len(text) <= 100 else []
    if len(found) != 1:
        return None
    value = _value(found[0][1], found[0][2])
    return int(value) if value == value.to_integral_value() else None
