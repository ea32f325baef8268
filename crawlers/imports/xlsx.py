"""Rows out of an Excel workbook, read only and bounded.

A workbook is a zip of XML that strangers wrote: sizes are checked before anything is unpacked, entities are refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from crawlers.imports.xlsx_texts import Reader
from domain.errors import DecodeError, FileFormatError

#: Unpacked bytes of the whole workbook, and of the texts, which wait on disk.
MAX_UNPACKED = 2 * 1024**3
MAX_TEXTS = 256 * 1024**2
MAX_PARTS = 10_000
#: Excel keeps 15 digits of a number; a longer identifier typed as a number has lost its end.
EXACT = 10**15


def rows(path: Path) -> Generator[tuple[int, Sequence[str] | DecodeError]]:
    """Cells of each row of the first visible sheet as texts, with the row's number in the sheet (from 1).

    A cell that does not say what was meant (an Excel error, a number that has lost digits) makes its row an error that
    names the cell. Another visible sheet with content is reported as one error at the end: it was not read.
    """
    _check_parts(path)
    try:
        reader = Reader(path)
        reader.read()
        book = reader.wb
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever the damage happens to cause
        raise FileFormatError(f"{path.name} 不是可读的 Excel 工作簿：{error}") from None
    try:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise FileFormatError(f"{path.name} 没有可见的工作表")
        sheets[0].reset_dimensions()  # what a file says of its size is not to be trusted
        last = 0
        for last, cells in enumerate(sheets[0].iter_rows(), start=1):
            yield last, _texts(last, cells)
        for sheet in sheets[1:]:
            if next(sheet.iter_rows(max_row=2, values_only=True), None):
                yield last + 1, DecodeError(f"只读第一个工作表“{sheets[0].title}”，“{sheet.title}”没有读：请分开保存")
    except (FileFormatError, GeneratorExit):
        raise
    except Exception as error:  # noqa: BLE001 - the same: XML, zip and value errors of a damaged sheet
        raise FileFormatError(f"{path.name} 读到第 {last + 1} 行时损坏：{error}") from None
    finally:
        book.close()
        reader.texts.close()


def _check_parts(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            entries = parts.infolist()
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise FileFormatError(f"{path.name} 解压后过大：请拆成几个文件再导入")
            for entry in entries:
                if entry.filename.endswith("sharedStrings.xml") and entry.file_size > MAX_TEXTS:
                    raise FileFormatError(f"{path.name} 的文本过多：请另存为 CSV 再导入")
                if entry.filename.endswith((".xml", ".rels")):
                    with parts.open(entry) as part:
                        if b"<!DOCTYPE" in part.read(4096):
                            raise FileFormatError(f"{path.name} 含有不允许的 XML 声明（DOCTYPE），不予读取")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise FileFormatError(f"{path.name} 不是可读的 Excel 工作簿：{error}") from None


def _texts(number: int, cells: tuple[Any, ...]) -> list[str] | DecodeError:
    texts = []
    for index, cell in enumerate(cells, start=1):
        value = cell.value
        if cell.data_type == "e":
            return DecodeError(f"{get_column_letter(index)}{number} 格是 Excel 错误值 {value}", line=number)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= EXACT:
            return DecodeError(
                f"{get_column_letter(index)}{number} 格的数字超过 15 位，Excel 已丢掉末尾：请把该列设为文本后重新填写",
                line=number,
            )
        texts.append(_text(value))
    return texts


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)
