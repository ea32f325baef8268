from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from qingyuan import runs, schedule

ONE = time(1, 0)


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}:00+08:00")


@pytest.mark.parametrize(
    ("window", "now", "open_"),
    [
        ("", "24T12:00", True),
        ("01:00-06:00", "24T01:00", True),
        ("01:00-06:00", "24T05:59", True),
        ("01:00-06:00", "24T06:00", False),
        ("23:00-06:00", "24T23:30", True),
        ("23:00-06:00", "24T02:00", True),
        ("23:00-06:00", "24T12:00", False),
    ],
)
def test_windows_are_beijing_time_and_may_pass_midnight(window: str, now: str, open_: bool) -> None:
    assert schedule.is_open(window, beijing(now)) is open_


def test_a_night_that_passes_midnight_stays_one() -> None:
    assert schedule.night_of(beijing("24T23:30")) == schedule.night_of(beijing("25T05:00")) == "night-20261124"
    assert schedule.night_of(beijing("25T09:00")) == "night-20261125"


def test_a_missed_night_is_due_until_it_has_been_run_to_its_end(tmp_path: Path) -> None:
    now = beijing("24T07:00")
    assert schedule.due(tmp_path, ONE, now)
    run = runs.start(tmp_path, schedule.night_of(now), kind="nightly", now=now)
    assert schedule.due(tmp_path, ONE, now), "begun, then killed"
    run.finish("watches", {})
    assert not schedule.due(tmp_path, ONE, now)
    assert schedule.due(tmp_path, ONE, now + timedelta(days=1))


def test_a_night_caught_up_late_in_the_day_is_not_run_again(tmp_path: Path) -> None:
    noon = beijing("24T12:00")
    runs.start(tmp_path, schedule.night_of(noon), kind="nightly", now=noon).finish("watches", {})
    assert not schedule.due(tmp_path, ONE, beijing("24T13:00"))


def test_a_crawl_by_hand_is_no_night(tmp_path: Path) -> None:
    now = beijing("24T07:00")
    runs.start(tmp_path, "crawl-1", kind="crawl", now=now).finish("watches", {})
    assert schedule.due(tmp_path, ONE, now)


def test_it_wakes_up_for_the_night_and_for_every_window() -> None:
    assert schedule.hours(ONE, ["", "02:30-05:00", "01:00-06:00", "02:30-03:00"]) == [ONE, time(2, 30)]
