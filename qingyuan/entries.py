"""Where the latest observation of a listing lies: one row of the catalog, and what is drawn from the listing for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.records import Listing


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the latest observation of a listing lies, and what is known of it."""

    key: str
    run: str
    file: str
    offset: int
    length: int
    first_seen: datetime
    last_seen: datetime
    capture: str
    subject: str
    subject_name: str
    screened: str
    changed: int


#: Its columns, in the order of the fields.
COLUMNS = "key, run, file, offset, length, first_seen, last_seen, capture, subject, subject_name, screened, changed"


def entry_of(row: tuple[str, str, str, int, int, str, str, str, str, str, str, int]) -> Entry:
    first, last = datetime.fromisoformat(row[5]), datetime.fromisoformat(row[6])
    return Entry(row[0], row[1], row[2], row[3], row[4], first, last, *row[7:])


def shop_of(listing: Listing) -> str:
    """Equal for listings of one shop: its reference, address or name on the platform; without any, the key alone."""
    seller = listing.seller
    named = seller.ref or seller.url or seller.name
    return f"{listing.platform}/{named}" if named else listing.key


def storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
