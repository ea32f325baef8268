"""Ranks: the total order of every sort, and the number ranges, in one 63-bit integer a document.

``value + 1`` in the upper 43 bits (0: unknown, so it comes last), 20 bits of a hash of the key below, which spread
equal values in a fixed order; the few documents that are equal in all 63 bits are ordered by key. So a page starts
exactly where the last one ended, on either engine, however many documents share a price.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import numpy as np

from domain.ordering import STRONGEST, strength
from indexer.fields import FIELDS, NUMBERS, RANKS, TIMES

TIE_BITS = 20
TIE_MASK = (1 << TIE_BITS) - 1
_LAST_TIE = TIE_MASK - 1_024
#: The largest value that is told apart; whatever is larger counts as this (price: 879 million yuan).
MAX_VALUE = (1 << 43) - 2
_RANK_OF = tuple((name, f"by_{name}") for name in (*NUMBERS, *TIMES, "suspicion"))
_NAMES = [rank.removeprefix("by_") for rank in RANKS]
#: Of the 43 bits of a suspicion, so many say how much was sold; those above them how strong the evidence is.
HARM_BITS = 21
#: Days are those of the officers who read them: China has had one offset all year since 1992.
CHINA = timezone(timedelta(hours=8))
#: A day in ranks of a time, and how far after a multiple of it a day in China begins.
DAY = 86_400_000 << TIE_BITS
_FIRST_DAY = (1 - 28_800_000) << TIE_BITS
DAY_OFFSET = _FIRST_DAY % DAY
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def tie(key: str) -> int:
    """The 20 bits that order documents of equal value: of the CRC-32 of the key.

    The 1,024 largest are not used, so that a rank as a double never rounds up to the next value, which a histogram of
    doubles would count there.
    """
    spread = zlib.crc32(key.encode()) & TIE_MASK
    return spread if spread < _LAST_TIE else _LAST_TIE


def stored(value: Decimal | int | float, scale: int) -> int:
    """A number as the integer that is stored: scaled, rounded half up, within [0, MAX_VALUE]."""
    if type(value) is int:
        scaled = value * scale
    elif type(value) is float:
        scaled = int(value * scale + 0.5)
    else:
        scaled = int((value * scale).to_integral_value(ROUND_HALF_UP))  # type: ignore[union-attr]
    return min(max(scaled, 0), MAX_VALUE)


def urgency(probability: float, harm: Decimal) -> int:
    """Evidence first (in steps of 0.0001 decibans), among equal evidence what was sold for (in steps of 0.002 %)."""
    steps = (1 << 43 - HARM_BITS) - 1
    evidence = round((strength(probability) + STRONGEST) / (2 * STRONGEST) * steps)
    sold = round(min(math.log2(1 + 100 * float(harm)) / 50, 1.0) * ((1 << HARM_BITS) - 1))
    return min(evidence << HARM_BITS | sold, MAX_VALUE)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, within [0, MAX_VALUE]."""
    return min(max((moment - _EPOCH) // _MILLISECOND, 0), MAX_VALUE)


def day_of(rank: float) -> int:
    """The number of the day in China, since 1970-01-01, whose first rank this is, as a histogram names it."""
    return round((rank - _FIRST_DAY) / DAY)


def day_start(number: int) -> date:
    """The date of a day number."""
    return date(1970, 1, 1) + timedelta(days=number)


def ranks(key: str, numbers: Mapping[str, int]) -> dict[str, int]:
    """Every rank of a document from its stored numbers; an unknown number ranks last.

    >>> ranks("a/1", {"price": 125000})["by_price"] >> 20
    125001
    """
    spread = tie(key)
    known = numbers.get
    values = {
        rank: spread if (value := known(name)) is None else (value + 1) << TIE_BITS | spread for name, rank in _RANK_OF
    }
    price = known("price")
    values["by_cheapness"] = spread if price is None else (MAX_VALUE - price + 1) << TIE_BITS | spread
    return values


def many_ranks(keys: Sequence[str], numbers: Sequence[Mapping[str, int]]) -> list[list[int]]:
    """:func:`ranks` of many documents, each in the order of :data:`~indexer.fields.RANKS`, at half the cost."""
    known = np.array([[each.get(name, -1) for each in numbers] for name in _NAMES], dtype=np.int64)
    price = known[_NAMES.index("price")]
    known[_NAMES.index("cheapness")] = np.where(price < 0, -1, MAX_VALUE - price)
    spread = np.array([*map(tie, keys)], dtype=np.int64)
    found: list[list[int]] = ((known + 1) << TIE_BITS | spread).T.tolist()
    return found


def interval(low: int | None, high: int | None) -> tuple[int, int]:
    """The ranks of all documents whose stored value is known and within [low, high]; None leaves a side open."""
    bottom = 0 if low is None else max(low, 0)
    top = MAX_VALUE if high is None else min(high, MAX_VALUE)
    return (bottom + 1) << TIE_BITS, (top + 1) << TIE_BITS | TIE_MASK


def bound(name: str, text: str, *, upper: bool, strict: bool = False) -> int:
    """The stored integer of one end of a range as typed: a decimal, a date, or an RFC 3339 time.

    A date means its whole day in China: as upper end its last millisecond. ``strict`` leaves the value itself out.
    Raises ValueError when the text is neither.
    """
    field = FIELDS[name]
    if field.kind == "time":
        return _time_bound(text, upper=upper, strict=strict)
    try:
        value = Decimal(text)
    except ArithmeticError:
        raise ValueError(text) from None
    if not value.is_finite() or abs(value.adjusted()) > 30:
        raise ValueError(text)
    scaled = value * field.scale
    exact = int(scaled.to_integral_value(ROUND_FLOOR if upper else ROUND_CEILING))
    if strict and exact == scaled:
        exact += -1 if upper else 1
    return exact


def _time_bound(text: str, *, upper: bool, strict: bool) -> int:
    if len(text) <= 10:
        first = datetime.combine(date.fromisoformat(text), time(), CHINA)
        start = (first - _EPOCH) // _MILLISECOND
        whole_day = 86_400_000
        if upper:
            return start - 1 if strict else start + whole_day - 1
        return start + whole_day if strict else start
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=CHINA)
    value = (moment - _EPOCH) // _MILLISECOND
    return value + ((-1 if upper else 1) if strict else 0)
