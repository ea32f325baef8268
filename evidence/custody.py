"""The custody log (保管链): who did what to the evidence when, each line holding the digest of the line before.

One canonical JSON object a line. ``prev`` is the SHA-256 of the whole line before, its line end included, so that
``sed -n 3p log.jsonl | sha256sum`` gives the ``prev`` of line 4. The first line's ``prev`` is 64 zeros. The head, the
digest of the last line, is kept elsewhere: a chain alone does not show that its tail was cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from evidence import canonical

START = "sha256:" + "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act. ``action`` in the officers' words (采集, 导入, 判断, 打包 …), ``actor`` a person or a program."""

    at: datetime
    action: str
    actor: str
    detail: Mapping[str, object] = field(default_factory=dict)


def instant(at: datetime) -> str:
    """UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def log(events: Iterable[Event]) -> tuple[bytes, str, int]:
    """The log of ``events`` in order of time, its head (``sha256:…``) and its number of lines."""
    lines: list[bytes] = []
    head = START
    for number, event in enumerate(sorted(events, key=lambda event: event.at), start=1):
        entry = {
            "n": number,
            "prev": head,
            "at": instant(event.at),
            "action": event.action,
            "actor": event.actor,
            "detail": canonical.exact(event.detail),
        }
        line = canonical.encode(entry) + b"\n"
        head = "sha256:" + hashlib.sha256(line).hexdigest()
        lines.append(line)
    return b"".join(lines), head, len(lines)
