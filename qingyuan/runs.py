"""Runs: one folder of facts a night, a crawl or an import. Facts are written once and never changed.

::

    runs/<run>/run.json                           {run, kind, started_at}
    runs/<run>/crawl/<platform>/listings.jsonl    what the crawl saw, sorted by key
    runs/<run>/crawl/<platform>/set_aside.jsonl   what it could not use, with reasons
    runs/<run>/crawl/<platform>/part-<n>/…        the same, as far as a crawl had come that its window cut off
    runs/<run>/import/listings.jsonl              the same for a file that a platform supplied
    runs/<run>/done/<stage>.json                  a stage that ended, with its summary
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from domain.errors import InputError, NotFoundError, UsageError

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,79}", re.ASCII)


def write_atomically(path: Path, data: bytes | Iterable[bytes]) -> None:
    """All of ``data`` or nothing: a reader never sees a torn file, and after a power cut one of the two is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as out:
        out.writelines((data,) if isinstance(data, bytes) else data)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)


@dataclass(frozen=True, slots=True)
class Run:
    """One run's folder."""

    name: str
    folder: Path
    kind: str
    started_at: datetime

    def platform(self, name: str) -> Path:
        """Where the crawl of one platform keeps its facts."""
        return self.folder / "crawl" / name

    def listing_files(self) -> Iterator[Path]:
        """Every finished file of listings, in a stable order."""
        yield from sorted(self.folder.glob("crawl/*/listings.jsonl"))
        for ended in sorted(self.folder.glob("crawl/*/part-*/stats.json")):
            yield ended.with_name("listings.jsonl")
        yield from sorted(self.folder.glob("import/listings.jsonl"))

    def set_aside_files(self) -> Iterator[Path]:
        """Every file of what was set aside, in a stable order."""
        yield from sorted(self.folder.glob("*/set_aside.jsonl"))
        yield from sorted(self.folder.glob("crawl/*/set_aside.jsonl"))
        yield from sorted(self.folder.glob("crawl/*/part-*/set_aside.jsonl"))

    def done(self, stage: str) -> dict[str, Any] | None:
        """The summary of a stage that ended, or None."""
        path = self.folder / "done" / f"{stage}.json"
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any]) if path.is_file() else None

    def finish(self, stage: str, summary: Mapping[str, Any]) -> None:
        """Record that a stage ended."""
        write_atomically(self.folder / "done" / f"{stage}.json", msgspec.json.encode(dict(summary)))


def start(home: Path, name: str, *, kind: str, now: datetime) -> Run:
    """The run of that name: begun now, or the one that was begun before and did not end."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"运行名 {name!r} 无效：只能用字母、数字、点、下划线和连字符，至多 80 个字符")
    folder = home / "runs" / name
    if not (folder / "run.json").is_file():
        record = {"run": name, "kind": kind, "started_at": now.isoformat()}
        write_atomically(folder / "run.json", msgspec.json.encode(record))
    return _read(folder)


def find(home: Path, name: str) -> Run:
    """The run of that name; NotFoundError when there is none."""
    folder = home / "runs" / name
    if not _NAME.fullmatch(name) or not (folder / "run.json").is_file():
        raise NotFoundError(f"没有名为 {name!r} 的运行：请用 qingyuan crawl status 查看已有的运行")
    return _read(folder)


def every(home: Path) -> list[Run]:
    """All runs, oldest first."""
    found = [_read(path.parent) for path in (home / "runs").glob("*/run.json")]
    return sorted(found, key=lambda run: (run.started_at, run.name))


def _read(folder: Path) -> Run:
    try:
        record = msgspec.json.decode((folder / "run.json").read_bytes(), type=dict[str, str])
        return Run(record["run"], folder, record["kind"], datetime.fromisoformat(record["started_at"]))
    except (msgspec.DecodeError, KeyError, ValueError) as error:
        raise InputError(f"{folder / 'run.json'} 已损坏：{error}") from None
