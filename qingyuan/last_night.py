"""Last night at a glance: what each platform gave, what changed, and what a person has to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawlers.ending import CRASH, OUTAGE, WINDOW
from crawlers.outcome import CrawlStats, last_stats
from domain.errors import NotFoundError
from qingyuan import runs
from qingyuan.changes import Changes, Crawl

#: The state of a platform in a word.
_PARTLY = {WINDOW: "未采完", OUTAGE: "故障", CRASH: "失败"}


@dataclass(frozen=True, slots=True)
class Night:
    """``unfinished`` says that the night has not come to its end; ``failed`` and ``alarms`` are by platform."""

    run: str
    unfinished: bool
    platforms: Mapping[str, CrawlStats]
    failed: Mapping[str, str]
    alarms: Mapping[str, tuple[str, ...]]
    changes: Mapping[str, Crawl]

    @property
    def well(self) -> bool:
        """Whether nothing asks for a person."""
        return not (self.unfinished or self.failed or self.alarms)

    def state(self, platform: str) -> str:
        """A word on one platform."""
        stats, told = self.platforms[platform], self.changes.get(platform)
        if not stats.final:
            return _PARTLY[stats.ended]
        return "报警" if stats.alarms else "正常" if told is None or told.whole else "不完整"

    def sentences(self) -> list[str]:
        """What has to be said of platforms that are not well, one sentence each."""
        said = []
        for name, stats in self.platforms.items():
            told = self.changes.get(name)
            reasons = stats.alarms or ([told.reason] if told is not None and not told.whole else [])
            said += [f"{name}：{reason}" for reason in reasons]
        return said


def look(home: Path) -> Night:
    """The night, or the crawl by hand, that began last. Raises NotFoundError when there has been none."""
    found = [run for run in runs.every(home) if run.kind in ("nightly", "crawl")]
    if not found:
        raise NotFoundError("还没有采集过：请先运行 qingyuan crawl run 或 qingyuan nightly")
    last = found[-1]
    platforms = {folder.name: stats for folder in sorted(last.folder.glob("crawl/*/")) if (stats := last_stats(folder))}
    with Changes(home) as ledger:
        ledger.ingest()
        told = {crawl.platform: crawl for crawl in ledger.crawls(last.name)}
    crashed = {name: "；".join(stats.alarms) for name, stats in platforms.items() if stats.ended == CRASH}
    return Night(
        run=last.name,
        unfinished=last.kind == "nightly" and last.done("crawl") is None,
        platforms=platforms,
        failed=crashed,
        alarms={name: tuple(stats.alarms) for name, stats in platforms.items() if stats.alarms and name not in crashed},
        changes=told,
    )
