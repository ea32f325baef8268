"""Rows with line numbers out of CSV (UTF-8, GBK, with or without a mark) and XLSX; streaming and bounded.

The first row that is not empty is the header. A row that cannot be read is yielded as the error that says why, and the
next one is read: nothing is lost and nothing is guessed. JSON Lines have no columns; they are read by
:mod:`crawlers.imports.lines` and the codec.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from crawlers.imports import lines
from domain.errors import DecodeError, FileFormatError

#: The cells of a row by column name; empty cells are absent.
Cells: TypeAlias = dict[str, str]
Kind: TypeAlias = Literal["csv", "xlsx", "jsonl"]

MAX_COLUMNS = 500
#: A quoted cell that runs on over this many lines has lost its closing quote.
MAX_LINES_A_ROW = 1000

_KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is open: its columns, and its rows as (line or row number, cells or error), to be read once."""

    path: Path
    columns: tuple[str, ...]
    rows: Iterator[tuple[int, Cells | DecodeError]]


def kind(path: Path) -> Kind:
    """What a file is, by its name, checked against its first bytes."""
    try:
        with path.open("rb") as source:
            start = source.read(8)
    except OSError as error:
        raise FileFormatError(f"打不开文件 {path}：{error.strerror}") from None
    named = _KINDS.get(path.suffix.lower())
    if start.startswith(_OLE):
        raise FileFormatError(f"{path.name} 是旧版 Excel（.xls）或加密的表格：请另存为不加密的 .xlsx 再导入")
    if named is None:
        raise FileFormatError(f"不认识 {path.name} 的格式：可以导入 {'、'.join(_KINDS)} 文件")
    if (named == "xlsx") != start.startswith(_ZIP):
        raise FileFormatError(f"{path.name} 的内容与扩展名不符：请用正确的扩展名另存后再导入")
    if named == "jsonl" and start.lstrip().startswith(b"["):
        raise FileFormatError(f"{path.name} 是一个 JSON 数组：请改为每行一个 JSON 对象")
    return named


@contextmanager
def reading(path: Path) -> Iterator[Table]:
    """A CSV or XLSX file as a table. Raises FileFormatError when there is no usable header."""
    rows = _xlsx_rows(path) if kind(path) == "xlsx" else _csv_rows(path)
    with closing(rows):
        for number, cells in rows:
            if isinstance(cells, DecodeError):
                raise FileFormatError(f"{path.name} 第 {number} 行的表头无法读取：{cells.problem}")
            if any(cell.strip() for cell in cells):
                columns = _header(path, cells)
                yield Table(path, columns, _named(rows, columns))
                return
        raise FileFormatError(f"{path.name} 是空的：第一行应是列名")


def _header(path: Path, cells: Sequence[str]) -> tuple[str, ...]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise FileFormatError(f"{path.name} 有 {len(names)} 列，上限 {MAX_COLUMNS} 列")
    if "" in names:
        raise FileFormatError(f"{path.name} 第 {names.index('') + 1} 列没有列名：请补上或删去该列")
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise FileFormatError(f"{path.name} 的列名重复：{'、'.join(doubled)}")
    return tuple(names)


def _named(
    rows: Iterator[tuple[int, Sequence[str] | DecodeError]], columns: tuple[str, ...]
) -> Iterator[tuple[int, Cells | DecodeError]]:
    for number, cells in rows:
        if isinstance(cells, DecodeError):
            yield number, cells
        elif any(cell.strip() for cell in cells):
            if any(cell.strip() for cell in cells[len(columns) :]):
                yield number, DecodeError(f"有 {len(cells)} 格，表头只有 {len(columns)} 列", line=number)
            else:
                named = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
                yield number, {name: cell for name, cell in named.items() if cell}


def _xlsx_rows(path: Path) -> Generator[tuple[int, Sequence[str] | DecodeError]]:
    # whoever reads the register comes by here, and the library of workbooks takes a quarter of a second to load
    from crawlers.imports import xlsx

    return xlsx.rows(path)


def _csv_rows(path: Path) -> Generator[tuple[int, Sequence[str] | DecodeError]]:
    """Cells of each row with the number of its first line.

    When a quote is never closed, only the line that opened it is refused; the lines it had swallowed are read again.
    """
    name = lines.encoding(path)
    source = _texts(path, name)
    waiting: deque[tuple[int, str | DecodeError]] = deque()
    taken: list[tuple[int, str]] = []
    delimiter = ""

    def feed() -> Iterator[str]:
        while True:
            number, text = waiting.popleft() if waiting else next(source, (0, None))
            if text is None:
                return
            if isinstance(text, DecodeError) or len(taken) >= MAX_LINES_A_ROW:
                waiting.appendleft((number, text))
                return
            taken.append((number, text))
            yield text

    while True:
        if not waiting:
            following = next(source, None)
            if following is None:
                return
            waiting.append(following)
        number, text = waiting[0]
        if isinstance(text, DecodeError):
            waiting.popleft()
            yield number, text
            continue
        if not delimiter and text.strip():
            delimiter = max(",\t;", key=text.count)
        taken.clear()
        try:
            cells = next(csv.reader(feed(), delimiter=delimiter or ",", strict=True), [])
        except csv.Error as error:
            waiting.extendleft(reversed(taken[1:]))
            large = "field limit" in str(error)
            problem = f"有一格超过 {csv.field_size_limit()} 字" if large else "不是有效的 CSV：多半是引号没有成对"
            yield number, DecodeError(problem, line=number)
        else:
            yield number, cells


def _texts(path: Path, encoding: str) -> Iterator[tuple[int, str | DecodeError]]:
    for number, line in lines.numbered(path):
        if isinstance(line, DecodeError):
            yield number, line
            continue
        try:
            yield number, line.decode(encoding if number == 1 else encoding.removesuffix("-sig"))
        except UnicodeDecodeError as error:
            yield (
                number,
                DecodeError(
                    f"第 {error.start + 1} 字节起不是有效的 {'UTF-8' if 'utf' in encoding else 'GBK'} 文本", line=number
                ),
            )
