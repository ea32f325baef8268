"""The texts of a workbook on disk: a million rows have millions of them, and openpyxl holds them all in memory."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from typing import IO, Any, cast

from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

_ITEM, _TEXT, _RUN = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("si", "t", "r"))


class Texts:
    """An append-only list of texts in an unnamed file; eight bytes each in memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the list
        self._ends = array("Q")

    def fill(self, texts: Iterator[str]) -> None:
        """Take all of the texts; only once, before any is read."""
        end = 0
        for text in texts:
            data = text.encode("utf-8", "surrogatepass")
            self._file.write(data)
            end += len(data)
            self._ends.append(end)
        self._file.flush()

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends):
            raise IndexError(f"没有第 {index} 条文本")
        start = self._ends[index - 1] if index else 0
        self._file.seek(start)
        return self._file.read(self._ends[index] - start).decode("utf-8", "surrogatepass")

    def close(self) -> None:
        self._file.close()


class Reader(ExcelReader):
    """openpyxl's reader of workbooks, read only, with the shared texts in :class:`Texts`."""

    def __init__(self, path: Any) -> None:
        super().__init__(path, read_only=True, keep_vba=False, data_only=True, keep_links=False)
        self.texts = Texts()

    def read_strings(self) -> None:
        """In the place of openpyxl's, which keeps a list."""
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.texts.fill(_shared(source))
        self.shared_strings = cast("list[str]", self.texts)  # it is asked for a length and single items only


def _shared(source: IO[bytes]) -> Iterator[str]:
    """ECMA-376 §18.4: an item is a text, or runs of rich text; phonetic runs (rPh) are no part of it."""
    root = None
    for event, node in iterparse(source, events=("start", "end")):
        if root is None:
            root = node
        if event == "end" and node.tag == _ITEM:
            pieces = [piece.text or "" for part in node for piece in ([part] if part.tag == _TEXT else _of_run(part))]
            yield "".join(pieces).replace("x005F_", "")
            root.clear()


def _of_run(part: Any) -> list[Any]:
    return [piece for piece in part if piece.tag == _TEXT] if part.tag == _RUN else []
