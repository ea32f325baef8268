"""Crawl: one process a platform, into one run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from domain.errors import CrawlError, UsageError
from qingyuan.progress import Report, silent
from qingyuan.runs import Run

if TYPE_CHECKING:
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
    planned: bool = False,
    clock: datetime | None = None,
    report: Report = silent,
) -> dict[str, Any]:
    """Crawl each platform that has not ended in this run; totals, and the figures of each platform.

    ``allow_private``: a URL may be on this machine or a private network. ``planned``: the crawl gets its
    :func:`qingyuan.stages.plan.plan`. ``clock``: platforms whose window is closed then are left for later, under
    ``waiting``. One platform's failure does not keep the
    others from being crawled: it is reported under ``failed``.
    """
    from crawlers import platforms as described
    from crawlers import run as crawler
    from qingyuan.schedule import is_open
    from qingyuan.stages.plan import plan

    totals = {"pages": 0, "listings": 0, "set_aside": 0}
    each: dict[str, Any] = {}
    failed: dict[str, str] = {}
    waiting: list[str] = []
    for platform in platforms or chosen(workspace):
        stage = f"crawl-{_file_name(platform)}"
        known = run.done(stage)
        if known is None:
            if clock is not None and not is_open(described.find(platform, workspace.home).window, clock):
                waiting.append(platform)
                continue
            try:
                stats = crawler.crawl(
                    platform,
                    run_dir=run.folder,
                    home=workspace.home,
                    vault=workspace.settings.vault or str(workspace.home / "vault"),
                    limit=limit,
                    terms=tuple(terms),
                    plan=plan(workspace, run, _file_name(platform)) if planned else None,
                    now=workspace.settings.now,
                    contact=workspace.settings.contact,
                    allow_private=allow_private,
                    progress=partial(report, f"采集 {platform}"),
                )
            except CrawlError as error:
                failed[platform] = str(error)
                continue
            known = stats.to_json()
            run.finish(stage, known)
        each[platform] = known
        for name in totals:
            totals[name] += known[name]
    return {**totals, "platforms": each, "failed": failed, "waiting": waiting}


def _file_name(platform: str) -> str:
    from crawlers.platforms import name_of

    return name_of(platform)
