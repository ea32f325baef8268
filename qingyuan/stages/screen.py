"""Screen: judge every listing that this version of screener and register has not judged as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.records import TIERS, Finding
from qingyuan.catalog import Entry
from qingyuan.progress import Report, silent

if TYPE_CHECKING:
    from detection.screener import Screener
    from qingyuan.workspace import Workspace

_BATCH = 200


def screener(workspace: Workspace) -> Screener:
    """The shipped model over the register and its pictures."""
    from detection.model import shipped
    from detection.screener import Screener
    from qingyuan import rights

    register = list(workspace.rights().values())
    return Screener(register, shipped(), right_pictures=rights.pictures(workspace.home, register))


def screen(workspace: Workspace, *, again: bool = False, report: Report = silent) -> dict[str, int]:
    """Judge what is new or changed (``again``: everything); how many listings, and the findings of each tier.

    A batch is one transaction. A kill loses at most the batch under way, which the next call judges again.
    """
    from qingyuan import rights

    catalog = workspace.catalog
    judge = screener(workspace)
    version = f"{judge.version}+{rights.version(workspace.home)}"
    waiting = list(catalog.entries() if again else catalog.unscreened(version))
    done = 0
    batch: list[tuple[Entry, Sequence[Finding]]] = []
    for entry, listing in catalog.listings(waiting):
        batch.append((entry, judge.screen(listing, workspace.pictures(entry, listing))))
        if len(batch) == _BATCH:
            catalog.screened(version, batch)
            done += len(batch)
            batch.clear()
            report("研判", done, len(waiting))
    if batch:
        catalog.screened(version, batch)
        done += len(batch)
    report("研判", done, len(waiting))
    tiers = catalog.tiers()
    return {"screened": done, **{tier: tiers.get(tier, 0) for tier in TIERS}}
