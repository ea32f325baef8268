"""The clock of the nights: when each is due, what was missed, and the loop that runs them (APScheduler).

Times are Beijing time, the only one of the country. A night's run has the name of its date in UTC: a night lasts from
eight in the morning to eight in the morning, so one that passes midnight stays one.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path

from qingyuan import runs

CHINA = timezone(timedelta(hours=8))
logger = logging.getLogger(__name__)


def clock(text: str) -> time:
    """``01:00`` as a time. Raises ValueError."""
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone


def is_open(window: str, now: datetime) -> bool:
    """Whether ``now`` is inside ``01:00-06:00`` (Beijing time; may pass midnight). "" is always open.

    >>> is_open("23:00-06:00", datetime(2026, 11, 24, 18, 0, tzinfo=UTC))  # two in the morning in Beijing
    True
    """
    if not window:
        return True
    start, end = (clock(part) for part in window.split("-"))
    here = now.astimezone(CHINA).time()
    return start <= here < end if start < end else here >= start or here < end


def seconds_left(window: str, now: datetime) -> float:
    """Seconds until an open window closes; at least one thousandth, so that a window just closing is not endless.

    >>> seconds_left("23:00-06:00", datetime(2026, 11, 24, 18, 0, tzinfo=UTC))
    14400.0
    """
    here = now.astimezone(CHINA)
    end = datetime.combine(here.date(), clock(window.partition("-")[2]), CHINA)
    if end <= here:
        end += timedelta(days=1)
    return max(0.001, (end - here).total_seconds())


def night_of(now: datetime) -> str:
    """The name of the run of the night that ``now`` belongs to."""
    return f"night-{now.astimezone(UTC):%Y%m%d}"


def due(home: Path, at: time, now: datetime) -> bool:
    """Whether the night that began last, at ``at`` Beijing time, has not been run to its end.

    Only the last one: what stood on a marketplace in a night that was missed cannot be seen any more.
    """
    here = now.astimezone(CHINA)
    began = datetime.combine(here.date(), at, CHINA)
    if began > here:
        began -= timedelta(days=1)
    nights = {run.name: run for run in runs.every(home) if run.kind == "nightly"}
    last = nights.get(night_of(began))
    if last is not None:
        return last.done("watches") is None
    return not any(run.started_at >= began for run in nights.values())


def hours(at: time, windows: Iterable[str]) -> list[time]:
    """When to wake up: at the hour of the night, and whenever a platform's window opens."""
    return sorted({at, *(clock(window.partition("-")[0]) for window in windows if window)})


def run_night(home: Path) -> int:
    """One ``qingyuan nightly`` in a process of its own, so that nothing of a night stays in the scheduler's memory."""
    command = [sys.executable, "-m", "qingyuan", "--home", str(home), "nightly"]
    code = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    (logger.info if code == 0 else logger.error)("夜间运行结束，退出码 %s", code)
    return code


def run(home: Path, *, at: time, windows: Iterable[str], now: datetime) -> None:
    """Run what is due until interrupted: a missed night at once, then each at its hour. Blocks."""
    from apscheduler.schedulers.blocking import BlockingScheduler
    from apscheduler.triggers.cron import CronTrigger

    scheduler = BlockingScheduler(
        timezone=CHINA, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    if due(home, at, now):
        scheduler.add_job(run_night, args=[home], id="catch-up")
    for hour in hours(at, windows):
        trigger = CronTrigger(hour=hour.hour, minute=hour.minute, timezone=CHINA)
        scheduler.add_job(run_night, trigger, args=[home], id=f"{hour:%H:%M}")
    scheduler.start()
