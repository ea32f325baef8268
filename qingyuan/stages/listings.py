"""Import: a file that a platform supplied becomes a run of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import FileFormatError, UsageError
from qingyuan import runs
from qingyuan.columns import recall, remember
from qingyuan.progress import Report, silent

if TYPE_CHECKING:
    from crawlers.imports.listings import Imported
    from qingyuan.workspace import Workspace


def import_file(
    workspace: Workspace,
    path: Path,
    *,
    now: datetime,
    platform: str = "",
    columns: Sequence[str] = (),
    report: Report = silent,
) -> Imported:
    """Read the file into a run and note its listings in the catalog. The same file read the same way is the same run.

    ``columns``: ``column=field`` where a heading is not known; remembered for the platform's next file. Raises
    FileFormatError and UsageError.
    """
    from crawlers.imports import listings

    said = dict(_pair(text) for text in columns)
    chosen = {**recall(workspace.home, platform, path), **said}
    given = {"platform": platform} if platform else {}
    run = runs.start(workspace.home, f"import-{_identity(path, chosen, given)}", kind="import", now=now)
    imported = listings.import_file(
        path,
        out=run.folder / "import",
        vault=workspace.vault,
        now=run.started_at,
        chosen=chosen,
        given=given,
        progress=lambda rows: report("导入", rows),
    )
    if said:
        remember(workspace.home, platform, said)
    workspace.catalog.ingest(run.name, imported.listings)
    return imported


def _pair(text: str) -> tuple[str, str]:
    column, equals, field = text.partition("=")
    if not equals or not column.strip():
        raise UsageError(f"--column {text!r} 无效：应形如 “列名=字段”，例如 宝贝名=title")
    return column.strip(), field.strip()


def _identity(path: Path, *readings: dict[str, str]) -> str:
    """Sixteen hex digits over the file's bytes and how it is read."""
    try:
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256")
    except OSError as error:
        raise FileFormatError(f"无法读取文件 {path}：{error.strerror}") from None
    digest.update(repr([sorted(reading.items()) for reading in readings]).encode())
    return digest.hexdigest()[:16]
