"""Ingest: the facts of finished runs into the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingyuan import runs
from qingyuan.progress import Report, silent

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace


def ingest(workspace: Workspace, *, report: Report = silent) -> dict[str, int]:
    """Note every observation of every run. Files that are known are skipped, so this can be run at any time."""
    noted = 0
    found = runs.every(workspace.home)
    for index, run in enumerate(found, start=1):
        for path in run.listing_files():
            noted += workspace.catalog.ingest(run.name, path)
        report("入库", index, len(found))
    return {"observations": noted, "listings": workspace.catalog.count()}
