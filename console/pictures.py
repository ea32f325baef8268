"""From a listing's picture addresses to the bytes in the vault; the page never asks the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import VaultError
from domain.records import Listing

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace

MOST = 12


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a listing; ``digest`` is "" when it was not captured, ``why`` says so."""

    url: str
    digest: str = ""
    why: str = ""


def shots(workspace: Workspace, run: str, listing: Listing, *, most: int = MOST) -> tuple[Shot, ...]:
    """The pictures of the listing's latest observation, in its order."""
    return tuple(_shot(workspace, run, url) for url in listing.images[:most])


def _shot(workspace: Workspace, run: str, url: str) -> Shot:
    try:
        capture = workspace.vault.captured(run, url)
    except VaultError:
        return Shot(url, why="证据库中的记录无法读取")
    if capture is None:
        return Shot(url, why="未采集")
    if capture.status != 200:
        return Shot(url, why=f"采集时网站返回 {capture.status}")
    return Shot(url, capture.digest)
