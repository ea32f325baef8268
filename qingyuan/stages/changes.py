"""Changes: the ledger brought up to the crawls that have ended, and the index told of what went and came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import NotFoundError
from qingyuan.changes import Changes

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace


def changes(workspace: Workspace, *, run: str = "") -> dict[str, int]:
    """Tell the ledger; the totals of ``run``. A kill between ledger and catalog must not lose what moved, so every
    listing that is gone, and is not yet in the catalog as such, is touched by :meth:`Catalog.touch` before the end."""
    with Changes(workspace.home) as ledger:
        for key in sorted(ledger.ingest() | {event.key for event in ledger.events(run=run) if _moves(event.kind)}):
            try:
                workspace.catalog.entry(key)
            except NotFoundError:
                continue  # the catalog was deleted and has not been read again: it will index everything
            workspace.catalog.touch(key)
        crawls = ledger.crawls(run) if run else []
    return {
        name: sum(getattr(crawl, name) for crawl in crawls) for name in ("new", "changed", "gone", "back", "unknown")
    }


def _moves(kind: str) -> bool:
    return kind in ("消失", "重现")
