"""Any supplied file as rows of JSON, whatever its format; and the rows that could not be used, with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, TypeAlias

import msgspec

from crawlers.imports import columns, lines, tables
from crawlers.imports.files import replacing
from domain import codec
from domain.errors import DecodeError
from domain.records import SetAside

#: Line or row number, the record's JSON or why there is none, and the row as it stands in the file.
Row: TypeAlias = tuple[int, bytes | DecodeError, bytes | tables.Cells]
#: (cells, column → field, field → cell given for every row) → JSON. May raise DecodeError.
ToJson: TypeAlias = Callable[[Mapping[str, str], Mapping[str, str], Mapping[str, str]], bytes]

_NONE: Mapping[str, str] = MappingProxyType({})
_BOM = b"\xef\xbb\xbf"


@contextmanager
def reading(
    path: Path,
    headings: columns.Headings,
    to_json: ToJson,
    *,
    chosen: Mapping[str, str] = _NONE,
    given: Mapping[str, str] = _NONE,
) -> Iterator[Iterator[Row]]:
    """The rows of a CSV, XLSX or JSONL file, to be read once. Raises FileFormatError when the file is no such table."""
    if tables.kind(path) == "jsonl":
        yield _lines(path)
    else:
        with tables.reading(path) as table:
            placed = columns.resolve(table.columns, headings, path=path, chosen=chosen, given=frozenset(given))
            yield _cells(table, to_json, placed, given)


def _lines(path: Path) -> Iterator[Row]:
    for number, line in lines.numbered(path):
        if isinstance(line, DecodeError):
            yield number, line, b""
        elif not line.isspace():
            yield number, line.removeprefix(_BOM) if number == 1 else line, line


def _cells(table: tables.Table, to_json: ToJson, placed: Mapping[str, str], given: Mapping[str, str]) -> Iterator[Row]:
    for number, cells in table.rows:
        if isinstance(cells, DecodeError):
            yield number, cells, b""
            continue
        try:
            yield number, to_json(cells, placed, given), cells
        except DecodeError as error:
            yield number, error, cells


@dataclass(slots=True)
class Rejects:
    """The two files that take what could not be used; open only inside :func:`rejecting`."""

    path: Path
    at: datetime
    capture: str
    rows: BinaryIO
    aside: BinaryIO
    count: int = 0

    def row(self, number: int, error: DecodeError, row: bytes | tables.Cells) -> None:
        """Keep a rejected row as it stands in the file, and why."""
        self.count += 1
        text = _verbatim(row)
        record: dict[str, Any] = {"line": number, "field": error.field, "reason": error.problem, "row": text}
        self.rows.write(msgspec.json.encode(record) + b"\n")
        reason = str(error.at(line=number, source=self.path.name))
        self._set_aside(f"{self.path.name}:{number}", reason, f"{self.capture}#{number}", text[:200])

    def beside(self, name: str, reason: str) -> None:
        """A file beside the imported one that cannot be used; the row that names it is kept."""
        self._set_aside(f"{self.path.name}:{name[:200]}", reason, self.capture, "")

    def _set_aside(self, where: str, reason: str, capture: str, excerpt: str) -> None:
        record = SetAside(stage="import", where=where, reason=reason, at=self.at, capture=capture, excerpt=excerpt)
        self.aside.write(codec.encode(record) + b"\n")


@contextmanager
def rejecting(path: Path, *, out: Path, capture: str, at: datetime) -> Iterator[Rejects]:
    """Write ``out``/rejects.jsonl and ``out``/set_aside.jsonl; neither is there when nothing was refused."""
    with (
        replacing(out / "rejects.jsonl", unless_empty=True) as rows,
        replacing(out / "set_aside.jsonl", unless_empty=True) as aside,
    ):
        yield Rejects(path, at, capture, rows, aside)


def _verbatim(row: bytes | tables.Cells) -> str:
    if isinstance(row, bytes):
        return row.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
    return msgspec.json.encode(row).decode()
