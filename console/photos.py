"""Search by picture as values: the marks that a photo shows, and the listings that carry it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from domain.errors import NotFoundError, SearchError
from domain.records import Finding, Listing, Right
from qingyuan.stages import copies
from qingyuan.stages.pictures import digests

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace

#: Listings that are drawn; a stock photo is on tens of thousands.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """A right whose logo or reference photo is seen. ``total``: listings whose pictures show the logo, None when the
    index is away; ``url`` lists them."""

    right: Right | None
    sign: str
    path: str
    score: float
    total: int | None
    url: str


@dataclass(frozen=True, slots=True)
class Carrier:
    """A listing that carries the photo. ``change``: what was done to it; ``distance``: the bits in which the picture
    hash differs, where only that was compared; ``picture``: the digest of its own picture."""

    key: str
    listing: Listing
    picture: str
    change: str
    distance: int | None
    top: Finding | None


@dataclass(frozen=True, slots=True)
class Found:
    """``total`` counts the listings whose picture was proved to be the photo; ``copies`` and ``near`` are what is
    drawn of these and of those that are near by hash alone."""

    marks: tuple[Mark, ...]
    total: int
    copies: tuple[Carrier, ...]
    near: tuple[Carrier, ...]
    notices: tuple[str, ...]


def find(workspace: Workspace, data: bytes) -> Found:
    """What a photo shows and who carries it. Raises PictureError for what is no picture or too large to be decoded."""
    found = copies.find(workspace, data)
    # the surest picture of each listing counts
    best: dict[str, dict[str, Any]] = {}
    for each in found["copies"]:
        best.setdefault(each["listing"], each)
    return Found(
        marks=tuple(_mark(workspace, each) for each in found["marks"]),
        total=len(best),
        copies=_carriers(workspace, list(best.values())[:SHOWN]),
        near=_carriers(workspace, found["near"][:SHOWN]),
        notices=tuple(found["notices"]),
    )


def _mark(workspace: Workspace, seen: dict[str, Any]) -> Mark:
    right = workspace.rights().get(seen["right"])
    query = copies.marked(seen["right"])
    try:
        total = workspace.backend().search(replace(query, size=0)).total
    except SearchError:
        total = None
    sign = right.sign if right else seen["right"]
    return Mark(right, sign, seen["logo"], seen["score"], total, f"{reverse('search')}?{query.url()}")


def _carriers(workspace: Workspace, found: list[dict[str, Any]]) -> tuple[Carrier, ...]:
    carriers = (_carrier(workspace, each) for each in found)
    return tuple(each for each in carriers if each is not None)


def _carrier(workspace: Workspace, found: dict[str, Any]) -> Carrier | None:
    key = found["listing"]
    try:
        entry = workspace.catalog.entry(key)
    except NotFoundError:
        return None  # the store knows it from an earlier observation that is no longer kept
    listing = workspace.catalog.read(entry)
    findings = workspace.findings(key)
    return Carrier(
        key=key,
        listing=listing,
        picture=dict(digests(workspace, entry, listing)).get(found["image"], ""),
        change=found.get("change", ""),
        distance=found.get("distance"),
        top=findings[0] if findings else None,
    )
