"""The cells of one row → the JSON of a listing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from crawlers.imports import values
from domain.errors import DecodeError

#: Headings that say what kind of contact a bare number is.
_CONTACT_KINDS = frozenset({"微信", "微信号", "QQ"})


def to_listing(cells: Mapping[str, str], *, placed: Mapping[str, str], given: Mapping[str, str]) -> bytes:
    """JSON of a listing; what is required may still be absent. ``placed``: column → field; ``given``: field → cell.

    Raises DecodeError that names the column.
    """
    built: dict[str, Any] = {"claims": {}, "seller": {}}
    for field, cell in given.items():
        _put(built, field, field, cell)
    for column, cell in cells.items():
        if column in placed:
            _put(built, placed[column], column, cell)
    return msgspec.json.encode(built)


def _put(built: dict[str, Any], field: str, column: str, cell: str) -> None:
    """Put one cell where its field is; keep it verbatim as a claim where the value is a reading of it."""
    part, _, name = field.rpartition(".")
    try:
        if part == "claims":
            built["claims"][name] = cell
        elif field == "seller.contacts":
            found = [f"{column} {contact}" if column in _CONTACT_KINDS else contact for contact in values.many(cell)]
            built["seller"].setdefault("contacts", []).extend(found)
        elif part == "seller":
            built["seller"][name] = cell
        elif field == "price":
            built["price"] = values.price(cell)
            if built["price"] != cell:
                built["claims"][column] = cell
            if any(sign in cell for sign in "元¥￥"):
                built.setdefault("currency", "CNY")
        elif field == "sales":
            built["sales"] = values.sales(cell)
            if str(built["sales"]) != cell:
                built["claims"][column] = cell
        elif field == "observed_at":
            built["observed_at"] = values.time(cell)
        elif field == "images":
            built.setdefault("images", []).extend(values.many(cell))
        else:
            built[field] = values.levels(cell) if field == "category" else cell
    except DecodeError as error:
        raise DecodeError(error.problem, field=column) from None
