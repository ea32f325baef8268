"""Which column of a platform's files is which field: said once with ``--column``, remembered for its next file.

``HOME/columns.json``: ``{platform: {column: field}}``, where a platform is as it was named with ``--platform``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from crawlers.imports import tables
from domain.errors import InputError
from qingyuan.runs import write_atomically


def _all(home: Path) -> dict[str, dict[str, str]]:
    path = home / "columns.json"
    if not path.is_file():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, str]])
    except msgspec.DecodeError as error:
        raise InputError(f"{path} 已损坏：{error}；删除它即忘记各平台的列") from None


def recall(home: Path, platform: str, path: Path) -> dict[str, str]:
    """What was said of the platform's columns before, as far as this file has them. Raises FileFormatError."""
    known = _all(home).get(platform, {})
    if not known or tables.kind(path) == "jsonl":
        return {}
    with tables.reading(path) as table:
        return {column: field for column, field in known.items() if column in table.columns}


def remember(home: Path, platform: str, columns: Mapping[str, str]) -> None:
    """Keep what was said of the platform's columns; what was said of others before stays."""
    known = _all(home)
    known[platform] = {**known.get(platform, {}), **columns}
    write_atomically(home / "columns.json", msgspec.json.format(msgspec.json.encode(known), indent=1))
