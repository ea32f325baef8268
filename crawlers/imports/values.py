"""Cells of a platform's table as field values: strict, so a cell that could be read two ways is refused.

What was written is kept verbatim beside it, as a claim, wherever the value differs from the cell.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from domain.errors import DecodeError

#: A table's time without an offset is Beijing time: the platforms that supply tables are Chinese.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,6})?"
_AMOUNT = re.compile(rf"[¥￥]?\s*({_NUMBER})\s*(万)?\s*元?")
_RANGE = re.compile(r"\s*(?:-|~|—|–|至|到)\s*")
_SALES = re.compile(
    rf"(?:已售|月销|总销|销量|累计)?\s*({_NUMBER})\s*([千万kw])?\s*(?:\+|以上)?\s*(?:件|单|笔|人付款|人已买|人收货)?",
    re.IGNORECASE,
)
_UNITS = {"": 1, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000}
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2})[:时](\d{1,2})分?(?::?(\d{1,2})(?:\.\d+)?秒?)?)?"
)
_BETWEEN_MANY = re.compile(r"[\n;；|]+")
_BETWEEN_LEVELS = re.compile(r"\s*(?:>|＞|/|»|\n)\s*")


def price(cell: str) -> str:
    """The lowest price as a decimal string: ``¥1,299.00``, ``59.9-89.9``, ``1.2万元``, ``59起``."""
    amounts = [_AMOUNT.fullmatch(part) for part in _RANGE.split(cell.strip().removesuffix("起"))]
    if not 1 <= len(amounts) <= 2 or not all(amounts):
        raise DecodeError(f"看不出价格：{cell[:40]!r}，应形如 59.90、¥1,299 或 59.9-89.9")
    values = [Decimal(match[1].replace(",", "")) * (10_000 if match[2] else 1) for match in amounts if match]
    return f"{min(values):f}"


def sales(cell: str) -> int:
    """Units sold as shown, the lower bound: ``1200``, ``已售1.2万+``, ``500+人付款``."""
    match = _SALES.fullmatch(cell.strip())
    if match:
        units = Decimal(match[1].replace(",", "")) * _UNITS[(match[2] or "").lower()]
        if units == int(units):
            return int(units)
    raise DecodeError(f"看不出销量：{cell[:40]!r}，应形如 1200 或 已售1.2万+")


def time(cell: str) -> str:
    """RFC 3339; a time without an offset is Beijing time, a day alone its first instant."""
    text = cell.strip()
    try:
        match = _TIME.fullmatch(text)
        moment = (
            datetime(*(int(part or 0) for part in match.groups()), tzinfo=BEIJING)  # type: ignore[misc, arg-type]
            if match
            else datetime.fromisoformat(text)
        )
    except ValueError:
        raise DecodeError(f"不是时间：{cell[:40]!r}，应形如 2026-11-24 08:00:00") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).isoformat()


def many(cell: str) -> list[str]:
    """Several values in one cell, between line ends, semicolons or bars."""
    return [part for part in (part.strip() for part in _BETWEEN_MANY.split(cell)) if part]


def levels(cell: str) -> list[str]:
    """A category path: ``粮油 > 大米``."""
    return [part for part in _BETWEEN_LEVELS.split(cell.strip()) if part]
