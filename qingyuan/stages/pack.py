"""Pack: everything that one listing's evidence pack holds, gathered from the workspace."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import PackError
from qingyuan.stages.pictures import digests

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace

_TOOLS = ("qingyuan", "scrapy", "playwright", "opencv-python", "scikit-learn", "warcio")


def make_pack(
    workspace: Workspace, key: str, *, out: Path, now: datetime, case: str = "", officers: Sequence[str] = ()
) -> Path:
    """The pack of one listing: its page and pictures, findings and judgements, and the trace with its captures."""
    from evidence import pack

    workspace.open_judgements()
    from console import judgements

    entry = workspace.catalog.entry(key)
    listing = workspace.catalog.read(entry)
    if not listing.capture:
        raise PackError(f"商品 {key} 没有采集记录可引用，不能制作证据包：请重新采集或重新导入")
    findings = workspace.findings(key)
    rights = workspace.rights()
    walked = workspace.trace(key)
    judged = [row for rows in judgements.of_each([finding.id for finding in findings]).values() for row in rows]
    return pack.make(
        vault=workspace.vault,
        listing=listing,
        findings=findings,
        rights=[rights[finding.right] for finding in findings if finding.right in rights],
        trace=walked,
        pictures=dict(digests(workspace, entry, listing)),
        out=out,
        pack_id=_free_name(out, now),
        now=now,
        tools=tools(findings[0].detector if findings else "", findings[0].model if findings else ""),
        officers=[pack.Officer(name=name) for name in officers],
        organisation=workspace.settings.organisation,
        case=case,
        judgements=judged,
    )


def tools(detector: str, model: str) -> dict[str, str]:
    """The programs and models that took part, with their versions."""
    named: dict[str, Any] = {name: version(name) for name in _TOOLS}
    named |= {"python": platform.python_version(), "detector": detector, "model": model}
    return {name: str(value) for name, value in named.items() if value}


def _free_name(out: Path, now: datetime) -> str:
    """``EVP-<yyyymmddThhmmss>-<seq>``: the first number of this second that is free in ``out``."""
    stamp = f"EVP-{now:%Y%m%dT%H%M%S}"
    sequence = 1
    while (out / f"{stamp}-{sequence:03}").exists():
        sequence += 1
    return f"{stamp}-{sequence:03}"
