from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import BusyError, InputError, NotFoundError, SettingsError, UsageError
from qingyuan import runs
from qingyuan.locks import only_one
from qingyuan.settings import load

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def test_starting_a_run_again_is_the_same_run(tmp_path: Path) -> None:
    first = runs.start(tmp_path, "night-20261124", kind="nightly", now=NOW)
    again = runs.start(tmp_path, "night-20261124", kind="nightly", now=NOW + timedelta(hours=3))
    assert again == first
    assert again.started_at == NOW


def test_stages_that_ended_are_remembered(tmp_path: Path) -> None:
    run = runs.start(tmp_path, "night", kind="nightly", now=NOW)
    assert run.done("crawl") is None
    run.finish("crawl", {"pages": 3})
    assert runs.find(tmp_path, "night").done("crawl") == {"pages": 3}


def test_runs_come_oldest_first(tmp_path: Path) -> None:
    runs.start(tmp_path, "a-later", kind="crawl", now=NOW + timedelta(days=1))
    runs.start(tmp_path, "b-earlier", kind="crawl", now=NOW)
    assert [run.name for run in runs.every(tmp_path)] == ["b-earlier", "a-later"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "夜", "x" * 81])
def test_a_run_cannot_choose_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="运行名"):
        runs.start(tmp_path, name, kind="crawl", now=NOW)
    with pytest.raises(NotFoundError):
        runs.find(tmp_path, name)


def test_a_damaged_run_is_named(tmp_path: Path) -> None:
    run = runs.start(tmp_path, "night", kind="nightly", now=NOW)
    (run.folder / "run.json").write_text("{")
    with pytest.raises(InputError, match=r"run\.json 已损坏"):
        runs.every(tmp_path)


def test_a_second_process_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from qingyuan.locks import only_one\n"
        "with only_one(Path(sys.argv[1]), 'nightly'):\n    print('held', flush=True); sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None and holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match=str(holder.pid)), only_one(tmp_path, "nightly"):
            pass
    finally:
        holder.kill()
        holder.wait()
    with only_one(tmp_path, "nightly"):
        pass  # a holder that was killed holds nothing


def test_a_wrong_setting_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QINGYUAN_NOW", "gestern")
    with pytest.raises(SettingsError, match="QINGYUAN_NOW"):
        load()
    monkeypatch.delenv("QINGYUAN_NOW")
    (tmp_path / "qingyuan.toml").write_text('hom = "x"')
    with pytest.raises(SettingsError, match="hom"):
        load()
    (tmp_path / "qingyuan.toml").write_text("home = ")
    with pytest.raises(SettingsError, match="不是有效的 TOML"):
        load()


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "qingyuan.toml").write_text('home = "file"\norganisation = "郑州市局"')
    assert load().home == Path("file")
    monkeypatch.setenv("QINGYUAN_HOME", "environment")
    assert load().home == Path("environment")
    assert load(home=Path("option")).home == Path("option")
    assert load().organisation == "郑州市局"
