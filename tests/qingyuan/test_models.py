"""Versions of the model: kept whole, put into force one at a time, taken back, and never silently another."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detection.model import Model, Term, shipped
from domain.errors import BusyError, ModelError, NotFoundError, UsageError
from qingyuan import models

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
A, B = "bureau-aaaaaaaaaaaa", "bureau-bbbbbbbbbbbb"


def version(name: str) -> Model:
    mark = shipped().heads["trademark"]
    own = replace(mark, terms={**mark.terms, "price": Term((0.5,), (0.0, 1.0))})
    return Model(name, {**shipped().heads, "trademark": own}, {"at": NOW.isoformat(), "parent": "shipped"})


def promote(home: Path, name: str, officer: str = "王五") -> models.Promotion:
    return models.promote(home, name, officer=officer, now=NOW)


def rollback(home: Path) -> models.Promotion:
    return models.rollback(home, officer="李四", now=NOW + timedelta(days=1))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    models.store(tmp_path, version(A), {"old": "shipped"})
    models.store(tmp_path, version(B), {"old": "shipped"})
    return tmp_path


def test_before_anything_the_shipped_model_judges(tmp_path: Path) -> None:
    assert models.active_name(tmp_path) == models.SHIPPED
    assert models.active(tmp_path) is shipped()
    assert [each.name for each in models.versions(tmp_path)] == [models.SHIPPED]
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UsageError, match="没有可以退回"):
        rollback(tmp_path)


def test_training_puts_nothing_into_force(home: Path) -> None:
    assert models.active_name(home) == models.SHIPPED
    assert [(each.name, each.active) for each in models.versions(home)] == [("shipped", True), (A, False), (B, False)]


def test_promotions_are_a_stack_and_the_record_only_grows(home: Path) -> None:
    promote(home, A)
    assert models.active(home).version == A
    promote(home, B)
    assert rollback(home).version == A
    assert rollback(home).version == models.SHIPPED
    with pytest.raises(UsageError):
        rollback(home)
    promote(home, B)
    assert [(r.seq, r.action, r.version, r.before) for r in models.promotions(home)] == [
        (1, "promote", A, "shipped"),
        (2, "promote", B, A),
        (3, "rollback", A, B),
        (4, "rollback", "shipped", A),
        (5, "promote", B, "shipped"),
    ]
    assert [record.officer for record in models.promotions(home)][1:3] == ["王五", "李四"]


def test_the_shipped_model_can_be_put_back_by_name(home: Path) -> None:
    promote(home, A)
    promote(home, models.SHIPPED)
    assert models.active(home) is shipped()
    assert rollback(home).version == A


@pytest.mark.parametrize("name", ["bureau-cccccccccccc", "../../etc/passwd", "", "bureau-AAAAAAAAAAAA", A + "/.."])
def test_a_version_that_is_none_is_refused(home: Path, name: str) -> None:
    with pytest.raises(NotFoundError, match="screen models"):
        promote(home, name)
    assert models.promotions(home) == []


def test_the_active_one_is_not_promoted_again(home: Path) -> None:
    promote(home, A)
    with pytest.raises(UsageError, match="已经在用"):
        promote(home, A)


def test_storing_again_changes_nothing(home: Path) -> None:
    before = (home / "models" / A / "model.json").read_bytes()
    models.store(home, replace(version(A), origin={"at": "later"}), {"old": "other"})
    assert (home / "models" / A / "model.json").read_bytes() == before


def damage_model(home: Path) -> None:
    path = home / "models" / A / "model.json"
    path.write_bytes(path.read_bytes().replace(b"1.0", b"9.0", 1))


def remove_model(home: Path) -> None:
    (home / "models" / A / "model.json").unlink()


def no_model(home: Path) -> None:
    (home / "models" / A / "model.json").write_bytes(b"\x80\x04pickle")


@pytest.mark.parametrize("harm", [damage_model, remove_model, no_model])
def test_a_changed_model_is_refused_and_rolled_back_from(home: Path, harm: Callable[[Path], None]) -> None:
    promote(home, A)
    harm(home)
    with pytest.raises(ModelError):
        models.active(home)
    assert models.active_name(home) == A
    rollback(home)
    assert models.active(home) is shipped()


@pytest.mark.parametrize("way", ["edit", "cut out", "torn"])
def test_a_changed_record_is_refused(home: Path, way: str) -> None:
    for name in (A, B, A):
        promote(home, name)
    place = home / "models" / "promotions"
    second = place / "000002.json"
    if way == "edit":
        second.write_bytes(second.read_bytes().replace("王五".encode(), "赵六".encode()))
    elif way == "cut out":
        second.unlink()
    else:
        second.write_bytes(second.read_bytes()[:20])
    with pytest.raises(ModelError, match="备份"):
        models.active(home)


def test_two_promotions_at_once_leave_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process promotes between this one's look and its record."""
    real = models._decide

    def late(*arguments: object, **more: object) -> models.Promotion:
        monkeypatch.setattr(models, "_decide", real)
        promote(home, B, "另一人")
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(models, "_decide", late)
    with pytest.raises(BusyError, match="另一个进程"):
        promote(home, A)
    assert [(record.version, record.officer) for record in models.promotions(home)] == [(B, "另一人")]


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", range(14))
def test_killed_at_any_step_one_version_is_in_force_and_the_next_call_works(
    home: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Every call that touches the disk is a place to die, before it or after it."""
    promote(home, A)
    calls = 0

    def deadly(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **more: object) -> object:
            nonlocal calls
            calls += 1
            if calls == at:
                raise Killed
            result = real(*arguments, **more)
            calls += 1
            if calls == at:
                raise Killed
            return result

        return call

    with monkeypatch.context() as patched:
        for name in ("fsync", "link", "open", "close"):
            patched.setattr(os, name, deadly(getattr(os, name)))
        patched.setattr(Path, "unlink", deadly(Path.unlink))
        with contextlib.suppress(Killed):
            promote(home, B)
    decided = models.promotions(home)
    assert [record.version for record in decided] in ([A], [A, B])
    assert models.active(home).version == decided[-1].version
    if decided[-1].version == A:
        promote(home, B)
    assert models.active(home).version == B
    assert rollback(home).version == A


@pytest.mark.parametrize("at", range(1, 9))
def test_killed_while_storing_there_is_the_version_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    calls = 0

    def deadly(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **more: object) -> object:
            nonlocal calls
            calls += 1
            if calls == at:
                raise Killed
            return real(*arguments, **more)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", deadly(os.fsync))
        for name in ("mkdir", "open", "rename"):
            patched.setattr(Path, name, deadly(getattr(Path, name)))
        with contextlib.suppress(Killed):
            models.store(tmp_path, version(A), {"old": "shipped"})
    found = [each.name for each in models.versions(tmp_path)]
    assert found in (["shipped"], ["shipped", A])
    models.store(tmp_path, version(A), {"old": "shipped"})
    assert models.read(tmp_path, A).heads == version(A).heads
    assert models.comparison(tmp_path, A) == {"old": "shipped"}
