"""Versions of the model in one HOME: what was trained, what was proposed, which one judges.

::

    models/<version>/model.json         a trained version; never changed
    models/<version>/comparison.json    what it changes, measured when it was trained
    models/promotions/000001.json       who put which version into force; one file a decision, never changed

The pointer to the active model *is* the latest promotion: the file appears whole under its number or not at all, so
whatever is killed, one version is in force. Each record holds the digest of the one before and of the model that it
names; a changed record or model is refused, never passed over in favour of another model.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from domain.errors import BusyError, ModelError, NotFoundError, UsageError

if TYPE_CHECKING:
    from detection.model import Model

#: Stands for the model that comes with the software, whichever that is.
SHIPPED = "shipped"
_NAME = re.compile(r"[a-z]+-[0-9a-f]{12}", re.ASCII)
Action: TypeAlias = Literal["promote", "rollback"]


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """One decision: ``version`` is in force from ``at`` on; ``model`` is its SHA-256 ("": the shipped one)."""

    seq: int
    action: Action
    version: str
    before: str
    model: str
    officer: str
    at: datetime
    note: str = ""
    prev: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


@dataclass(frozen=True, slots=True)
class Version:
    """A version that can be put into force. ``active``: it is. ``comparison`` is None for the shipped model."""

    name: str
    model: Model
    active: bool
    comparison: Mapping[str, Any] | None


def folder(home: Path) -> Path:
    return home / "models"


# -- versions


def store(home: Path, model: Model, comparison: Mapping[str, Any]) -> Path:
    """Keep a trained version. One that is there already stays as it is: equal names mean equal heads and data."""
    from detection.model import write

    place = folder(home) / model.version
    if (place / "model.json").is_file():
        return place
    temporary = folder(home) / f".{model.version}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for name, data in (("comparison.json", msgspec.json.encode(comparison)), ("model.json", write(model))):
        with (temporary / name).open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    try:
        temporary.rename(place)
    except OSError:  # another process was first
        shutil.rmtree(temporary, ignore_errors=True)
        if not (place / "model.json").is_file():
            raise
    return place


def read(home: Path, name: str) -> Model:
    """A version by its name; NotFoundError when there is none, ModelError when its file is damaged."""
    from detection.model import read as decode
    from detection.model import shipped

    if name == SHIPPED:
        return shipped()
    path = folder(home) / name / "model.json"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFoundError(f"没有模型版本 {name[:60]!r}：请用 qingyuan screen models 查看已有的版本")
    return decode(path.read_bytes())


def comparison(home: Path, name: str) -> Mapping[str, Any] | None:
    """What the version changes, as measured when it was trained."""
    path = folder(home) / name / "comparison.json"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])


def versions(home: Path) -> list[Version]:
    """The shipped model, then every trained one by the time of its training."""
    now = active_name(home)
    names = [path.name for path in folder(home).glob("*") if _NAME.fullmatch(path.name)]
    trained = [Version(name, read(home, name), name == now, comparison(home, name)) for name in names]
    trained.sort(key=lambda version: (str(version.model.origin.get("at", "")), version.name))
    return [Version(SHIPPED, read(home, SHIPPED), now == SHIPPED, None), *trained]


# -- which one judges


def promotions(home: Path) -> list[Promotion]:
    """Every decision, oldest first. Raises ModelError when the records are damaged, changed or incomplete."""
    found: list[Promotion] = []
    for path in sorted((folder(home) / "promotions").glob("[0-9]*.json")):
        try:
            record = msgspec.json.decode(path.read_bytes(), type=Promotion)
        except msgspec.DecodeError as error:
            raise ModelError(f"模型启用记录 {path} 已损坏（{error}）：请从备份恢复 models 目录") from None
        before = found[-1].digest if found else ""
        if record.seq != len(found) + 1 or path.name != _file_name(record.seq) or record.prev != before:
            raise ModelError(f"模型启用记录 {path} 与前一条不衔接，可能被改动或缺失：请从备份恢复 models 目录")
        found.append(record)
    return found


def active_name(home: Path) -> str:
    """The name of the version in force; the shipped one before any promotion."""
    decided = promotions(home)
    return decided[-1].version if decided else SHIPPED


def active(home: Path) -> Model:
    """The model in force. ModelError when its file is gone or is not the one that was promoted: judging by another
    model than the officers chose would go unnoticed."""
    decided = promotions(home)
    if not decided or decided[-1].version == SHIPPED:
        return read(home, SHIPPED)
    record = decided[-1]
    hint = "请从备份恢复，或用 qingyuan screen rollback 退回前一版本"
    try:
        model = read(home, record.version)
    except NotFoundError:
        raise ModelError(f"启用的模型 {record.version} 的文件不见了：{hint}") from None
    if _digest(home, record.version) != record.model:
        raise ModelError(f"启用的模型 {record.version} 的文件被改动过：{hint}")
    return model


def promote(home: Path, name: str, *, officer: str, now: datetime, note: str = "") -> Promotion:
    """Put a version into force. UsageError when it is already."""
    read(home, name)
    decided = promotions(home)
    before = decided[-1].version if decided else SHIPPED
    if name == before:
        raise UsageError(f"模型 {name} 已经在用")
    return _decide(home, decided, "promote", name, officer=officer, now=now, note=note)


def rollback(home: Path, *, officer: str, now: datetime, note: str = "") -> Promotion:
    """Put the version into force that was before the last promotion that still stands; once more: the one before."""
    decided = promotions(home)
    held = standing(decided)
    if len(held) < 2:
        raise UsageError("正在使用随附的模型，没有可以退回的版本")
    return _decide(home, decided, "rollback", held[-2], officer=officer, now=now, note=note)


def standing(decided: Sequence[Promotion]) -> list[str]:
    """The versions as a stack, the one in force last: a promotion puts one on, a rollback takes one off."""
    held = [SHIPPED]
    for record in decided:
        if record.action == "promote":
            held.append(record.version)
        else:
            held.pop()
    return held


def _decide(
    home: Path, decided: Sequence[Promotion], action: Action, name: str, *, officer: str, now: datetime, note: str
) -> Promotion:
    record = Promotion(
        seq=len(decided) + 1, action=action, version=name, before=decided[-1].version if decided else SHIPPED,
        model=_digest(home, name), officer=officer, at=now, note=note, prev=decided[-1].digest if decided else "",
    )  # fmt: skip
    place = folder(home) / "promotions"
    place.mkdir(parents=True, exist_ok=True)
    temporary = place / f".{os.getpid()}.tmp"
    with temporary.open("wb") as out:
        out.write(msgspec.json.encode(record, order="deterministic") + b"\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(temporary, place / _file_name(record.seq))  # appears whole, and only if nobody else was first
    except FileExistsError:
        raise BusyError("另一个进程刚刚改变了启用的模型：请用 qingyuan screen models 查看后重试") from None
    finally:
        temporary.unlink(missing_ok=True)
    handle = os.open(place, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    return record


def _file_name(seq: int) -> str:
    return f"{seq:06d}.json"


def _digest(home: Path, name: str) -> str:
    """SHA-256 of a version's file; "" for the shipped model, and for a file that is gone (rolling back must work)."""
    path = folder(home) / name / "model.json"
    return hashlib.sha256(path.read_bytes()).hexdigest() if name != SHIPPED and path.is_file() else ""
