"""From a listing's picture addresses to the bytes in the vault; the page never asks the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console import picture
from domain.errors import InputError, NotFoundError, VaultError
from domain.records import Listing
from qingyuan.stages.pictures import MOST, digests

if TYPE_CHECKING:
    from qingyuan.catalog import Entry
    from qingyuan.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a listing. ``digest`` is "" when it was not captured; ``why`` says what keeps it from view."""

    url: str
    digest: str = ""
    why: str = ""
    width: int = 0
    height: int = 0


def thumbnail(workspace: Workspace, listing: Listing) -> str:
    """The digest of the listing's first captured picture, "" when there is none. Not looked into: a list has many."""
    try:
        entry = workspace.catalog.entry(listing.key)
        return next((digest for _, digest in digests(workspace, entry, listing)), "")
    except (VaultError, NotFoundError):
        return ""


def shots(workspace: Workspace, entry: Entry, listing: Listing) -> tuple[Shot, ...]:
    """The pictures of the listing's latest observation, in its order, each looked into."""
    found = dict(digests(workspace, entry, listing))
    return tuple(_shot(workspace, entry.run, url, found.get(url, "")) for url in listing.images[:MOST])


def _shot(workspace: Workspace, run: str, url: str, digest: str) -> Shot:
    try:
        if not digest:
            capture = workspace.vault.captured(run, url)
            return Shot(url, why=f"采集时网站返回 {capture.status}" if capture else "未采集")
        data = workspace.vault.decoded(digest, picture.MAX_BYTES)
    except (VaultError, InputError):
        return Shot(url, why="证据库中的内容无法读取，或超过上限")
    if not picture.media_type(data):
        return Shot(url, digest, "采集到的内容不是图片")
    if (size := picture.size(data)) is None:
        return Shot(url, digest, "图片已损坏或尺寸过大")
    return Shot(url, digest, width=size[0], height=size[1])
