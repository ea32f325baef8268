"""Crawl: one process a platform, into one run; what failed is tried again, what its window cut off is left to go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from domain.errors import CrawlError, UsageError
from qingyuan.progress import Report, silent
from qingyuan.runs import Run

if TYPE_CHECKING:
    from crawlers.outcome import CrawlStats
    from qingyuan.workspace import Workspace


def chosen(workspace: Workspace) -> tuple[str, ...]:
    """The platforms of a night: the setting ``platforms``, or every one described under HOME/platforms.

    Raises UsageError when there is none, since a night without a platform is a mistake that nobody would notice.
    """
    if workspace.settings.platforms:
        return workspace.settings.platforms
    found = tuple(sorted(path.stem for path in (workspace.home / "platforms").glob("*.toml")))
    if not found:
        folder = workspace.home / "platforms"
        raise UsageError(f"没有可采集的平台：请在 {folder} 放置平台描述（*.toml），或在设置 platforms 中列出平台名")
    return found


def crawl(
    workspace: Workspace,
    run: Run,
    *,
    platforms: Sequence[str] = (),
    terms: Sequence[str] = (),
    limit: int | None = None,
    allow_private: bool = False,
    render: bool = False,
    planned: bool = False,
    clock: Callable[[], datetime] | None = None,
    retries: int = 0,
    pause: float = 0,
    report: Report = silent,
) -> dict[str, Any]:
    """Crawl each platform that has not ended in this run; totals, and the figures of each platform.

    ``allow_private``: a URL may be on this machine or a private network. ``render``: its pages go through the browser;
    both only matter for a URL. ``planned``: the crawl gets its :func:`qingyuan.stages.plan.plan`. ``clock``: platforms
    whose window is closed, or closes on them, are left for later, under ``waiting``. One platform's failure does not
    keep the others from being crawled: when all have had their turn, those that failed or met an outage get another,
    up to ``retries`` times, each ``pause`` seconds after the last. What has failed in the end is under ``failed``;
    ``alarms`` are by platform.
    """
    one = partial(
        _crawl_one, workspace, run, terms=tuple(terms), limit=limit, allow_private=allow_private, render=render,
        planned=planned, clock=clock, report=report,
    )  # fmt: skip
    ended: dict[str, CrawlStats] = {}
    failed: dict[str, str] = {}
    waiting: set[str] = set()
    order = tuple(platforms or chosen(workspace))
    pending: Iterable[str] = order
    for left in range(retries, -1, -1):
        failed = {}
        for platform in pending:
            try:
                stats = one(platform, again=left > 0)
            except CrawlError as error:
                failed[platform] = str(error)
                continue
            if stats is not None:
                ended[platform] = stats
            if stats is None or not stats.final:
                waiting.add(platform)
        again = [name for name in order if name in failed or (name in ended and ended[name].ended == "outage")]
        waiting.difference_update(again)
        if not again or not left:
            break
        pending = again
        time.sleep(pause)
    figures = {name: ended[name].to_json() for name in order if name in ended}
    return {
        **{name: sum(each[name] for each in figures.values()) for name in ("pages", "listings", "set_aside")},
        "platforms": figures,
        "failed": failed,
        "waiting": [name for name in order if name in waiting],
        "alarms": {name: each["alarms"] for name, each in figures.items() if each["alarms"] and name not in failed},
    }


def troubles(summary: Mapping[str, Any]) -> list[str]:
    """What a person has to be told of a crawl, one Chinese sentence each; empty when all went well."""
    said = [f"平台 {name} 采集失败：{reason}" for name, reason in summary["failed"].items()]
    alarms = summary.get("alarms", {})
    return said + [f"平台 {name} 报警：{alarm}" for name, each in alarms.items() for alarm in each]


def _crawl_one(
    workspace: Workspace,
    run: Run,
    platform: str,
    *,
    terms: tuple[str, ...],
    limit: int | None,
    allow_private: bool,
    render: bool,
    planned: bool,
    clock: Callable[[], datetime] | None,
    report: Report,
    again: bool,
) -> CrawlStats | None:
    """The figures of one platform's crawl; None while its window is closed. Raises CrawlError."""
    from crawlers import outcome
    from crawlers import platforms as described
    from crawlers import run as crawler
    from qingyuan.schedule import is_open, seconds_left
    from qingyuan.stages.plan import plan

    name = described.name_of(platform)
    stage = f"crawl-{name}"
    known = run.done(stage)
    if known is not None:
        return outcome.CrawlStats(**known)
    window = ""
    if clock is not None:
        window = described.find(platform, workspace.home).window
        if not is_open(window, clock()):
            return None
    planned_for = plan(workspace, run, name) if planned else None  # this takes a moment, so look at the clock again
    try:
        stats = crawler.crawl(
            platform,
            run_dir=run.folder,
            home=workspace.home,
            vault=workspace.settings.vault or str(workspace.home / "vault"),
            limit=limit,
            terms=terms,
            plan=planned_for,
            now=workspace.settings.now,
            contact=workspace.settings.contact,
            allow_private=allow_private,
            render=render,
            seconds=seconds_left(window, clock()) if clock is not None and window else 0,
            again=again,
            progress=partial(report, f"采集 {platform}"),
        )
    except CrawlError as error:
        outcome.leave_crash(run.platform(name), platform=name, run=run.name, reason=str(error))
        raise
    if stats.final:
        run.finish(stage, stats.to_json())
    return stats
