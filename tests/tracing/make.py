"""Builders for the tests of tracing: short calls, real records, a capture for everything."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.identifiers import uscc
from domain.records import Company, Listing, Seller, Trade

DAY = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


def digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def code(number: int, region: str = "410100") -> str:
    """A credit code whose two check digits are right."""
    organisation = f"{number:08d}"
    head = f"91{region}{organisation}"
    head += uscc.organisation_check(head)
    return head + uscc.check_character(head)


def listing(ref: str, *, platform: str = "shop", title: str = "高山云雾绿茶 250g", **fields: Any) -> Listing:
    seller = fields.pop("seller", None) or Seller(
        **{name: fields.pop(name) for name in ("name", "company", "uscc", "location", "contacts") if name in fields},
        ref=fields.pop("shop", f"s{ref}"),
    )
    price = fields.pop("price", None)
    return Listing(
        platform=platform,
        ref=ref,
        url=f"https://{platform}.example/item/{ref}",
        title=title,
        seller=seller,
        price=None if price is None else Decimal(price),
        observed_at=fields.pop("at", DAY),
        capture=fields.pop("capture", digest(f"{platform}/{ref}")),
        **fields,
    )


def wholesale(ref: str, **fields: Any) -> Listing:
    claims = {"起批量": "50 件", **fields.pop("claims", {})}
    return listing(ref, platform="pifa", claims=claims, **fields)


def company(name: str, uscc: str = "", **fields: str) -> tuple[Company, str]:
    return Company(name=name, uscc=uscc, status=fields.pop("status", "存续"), **fields), f"{digest('companies')}#{name}"


def trade(supplier: str, buyer: str, day: str = "2026-10-01", quantity: str = "500 kg") -> tuple[Trade, str]:
    return (
        Trade(supplier_uscc=supplier, buyer_uscc=buyer, date=date.fromisoformat(day), quantity=quantity),
        f"{digest('trades')}#{supplier}-{buyer}-{day}",
    )
