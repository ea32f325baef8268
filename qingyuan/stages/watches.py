"""Watches: what changed since they last ran, shown to every saved search."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from qingyuan.progress import Report, silent
from qingyuan.stages.index import document, gone

if TYPE_CHECKING:
    from indexer.watches.inbox import Inbox
    from qingyuan.workspace import Workspace

_BATCH = 2000


def inbox(workspace: Workspace) -> Inbox:
    """The officers' watches and what they found."""
    from indexer.watches.inbox import Inbox

    return Inbox(workspace.home / "watches.sqlite")


def watches(workspace: Workspace, *, now: datetime, run: str = "", report: Report = silent) -> dict[str, int]:
    """Run every watch over the listings that have changed; how many listings, and how many new alerts.

    An alert is kept once for each state of a listing, so a batch that a kill left half done can be run again.
    """
    from indexer.watches.night import run as over

    workspace.open_judgements()
    catalog, backend = workspace.catalog, workspace.backend()
    waiting = list(catalog.entries(behind="watched"))
    alerts = 0
    with inbox(workspace) as opened:
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            absent = gone(workspace, batch)
            read = catalog.listings(batch)
            documents = [document(workspace, entry, listing, absent=entry.key in absent) for entry, listing in read]
            alerts += over(opened, backend, documents, now=now, run_id=run).alerts
            catalog.caught_up("watched", batch)
            report("关注", start + len(batch), len(waiting))
    return {"watched": len(waiting), "alerts": alerts}
