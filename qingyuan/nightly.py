"""The night: crawl, ingest, changes, screen, trace, index, watches, as one run that can be killed and run again.

A stage that ended is noted in the run; running the same night again starts after it. A crawl resumes
by replay (see ``crawlers``), the stages after it by what the catalog says is still to do. While a platform waits for
its window, or has failed, the night is not over: what is there is worked on, nothing is noted as ended, and the next
start goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from qingyuan import runs
from qingyuan.locks import only_one
from qingyuan.progress import Report, silent
from qingyuan.schedule import night_of
from qingyuan.stages.changes import changes
from qingyuan.stages.crawl import crawl
from qingyuan.stages.index import index
from qingyuan.stages.ingest import ingest
from qingyuan.stages.screen import screen
from qingyuan.stages.trace import trace
from qingyuan.stages.watches import watches

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace


def nightly(
    workspace: Workspace,
    *,
    now: datetime,
    platforms: tuple[str, ...] = (),
    name: str = "",
    limit: int | None = None,
    only: str = "",
    report: Report = silent,
) -> dict[str, dict[str, Any]]:
    """Run the night of ``now``, or what is left of it; the summary and seconds of each stage.

    ``only``: up to that stage and no further; the night is then not over, and the next start goes on. Raises
    BusyError when another process is running a night of this HOME.
    """
    with only_one(workspace.home, "nightly"):
        run = runs.start(workspace.home, name or night_of(now), kind="nightly", now=now)
        stages: Mapping[str, Callable[[], Mapping[str, Any]]] = {
            "crawl": lambda: crawl(
                workspace,
                run,
                platforms=platforms,
                limit=limit,
                planned=True,
                clock=clock,
                retries=workspace.settings.retries,
                pause=workspace.settings.retry_pause,
                report=report,
            ),
            "ingest": lambda: ingest(workspace, report=report),
            "changes": lambda: changes(workspace, run=run.name),
            "screen": lambda: screen(workspace, report=report),
            "trace": lambda: trace(workspace, report=report),
            "index": lambda: index(workspace, report=report),
            "watches": lambda: watches(workspace, now=now, run=run.name, report=report),
        }
        # platforms that are named are crawled at once, whatever their windows
        clock = None if platforms else passing(now)
        unended = False
        summaries: dict[str, dict[str, Any]] = {}
        for stage, work in stages.items():
            known = run.done(stage)
            if known is None:
                began = time.monotonic()
                known = dict(work())
                known["seconds"] = round(time.monotonic() - began, 2)
                unended = unended or bool(known.get("waiting") or known.get("failed"))
                if not unended:
                    run.finish(stage, known)
            summaries[stage] = known
            if stage == only:
                break
        return summaries


def passing(now: datetime) -> Callable[[], datetime]:
    """A clock that shows ``now`` at this moment and runs on from there, also where the clock is fixed."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)
