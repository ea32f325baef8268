"""The page of watches as values: an officer's saved searches, and what they found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from console import searching
from console.pictures import thumbnail
from domain.errors import NotFoundError, QueryError
from domain.records import Finding, Listing
from indexer.query import Query
from indexer.watches import Alert, Inbox, Watch

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace

#: Alerts of one page.
PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One watch as the list shows it. ``state``: "" while it runs and announces, else why not."""

    watch: Watch
    new: int
    state: str
    words: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert with what is known of its listing now; ``listing`` is None when it was never seen in this HOME."""

    alert: Alert
    watch: str
    listing: Listing | None
    picture: str
    top: Finding | None


def shown(watch: Watch, new: int, now: datetime) -> Shown:
    """The watch for the list: its words and the titles of what narrows it."""
    query = watch.query
    state = "已到期" if not watch.runs(now) else f"静音至 {watch.quiet_day}" if watch.muted(now) else ""
    return Shown(watch, new, state, query.text, tuple(choice.title for choice in searching.chosen(query)))


def every(inbox: Inbox, owner: str, now: datetime) -> tuple[Shown, ...]:
    """The officer's watches, those with news first, then the latest."""
    counts: Mapping[int, int] = inbox.counts(owner)
    listed = [shown(watch, counts.get(watch.id, 0), now) for watch in inbox.watches(owner=owner)]
    return tuple(sorted(listed, key=lambda each: (-bool(each.new), -each.watch.id)))


def notices(workspace: Workspace, alerts: Iterable[Alert], names: Mapping[int, str]) -> tuple[Notice, ...]:
    """The alerts as they are shown; ``names`` are those of the watches."""
    return tuple(_notice(workspace, alert, names.get(alert.watch, "")) for alert in alerts)


def _notice(workspace: Workspace, alert: Alert, name: str) -> Notice:
    try:
        listing = workspace.listing(alert.listing)
    except NotFoundError:
        return Notice(alert, name, None, "", None)
    found = workspace.findings(alert.listing)
    return Notice(alert, name, listing, thumbnail(workspace, listing), found[0] if found else None)


def offer(inbox: Inbox, query: Query, owner: str) -> tuple[bool, Watch | None]:
    """Whether a query can be watched, and the officer's watch of it when there is one."""
    try:
        return True, inbox.kept(query, owner=owner)
    except QueryError:
        return False, None
