"""Findings out of the system: JSONL (the record), CSV and XLSX (a table for people)."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from domain import codec
from domain.errors import UsageError
from domain.ordering import strength
from qingyuan.runs import write_atomically

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace

_COLUMNS = (
    "线索编号",
    "商品",
    "标题",
    "网址",
    "店铺",
    "涉嫌侵犯",
    "权利编号",
    "档",
    "可疑度",
    "证据强度",
    "理由",
    "结论",
    "沿用自",
    "模型",
)
#: A spreadsheet takes a cell that begins so for a formula; crawled text must not be one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CELL = 32_000  # Excel holds 32,767 characters


def _cell(text: str) -> str:
    shown = "".join(c for c in text if c.isprintable() or c == "\n")[:_CELL]
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _rows(workspace: Workspace) -> Iterator[tuple[str, ...]]:
    workspace.open_judgements()
    from console import carrying
    from console.judgements import verdicts

    rights = workspace.rights()
    found = list(workspace.catalog.all_findings())
    carrying.refresh(workspace)
    carried = {finding: each for finding, each in carrying.of(workspace).items() if each.counts}
    decided = {**dict.fromkeys(carried, carrying.CARRIED), **verdicts(finding.id for finding in found)}
    for finding in found:
        listing = workspace.listing(finding.listing.key)
        right = rights.get(finding.right)
        yield tuple(
            map(
                _cell,
                (
                    *(finding.id, listing.key, listing.title, listing.url, listing.seller.name),
                    *(right.sign if right else "", finding.right, finding.tier, f"{finding.score:.4f}"),
                    *(f"{strength(finding.score):.1f}", "\n".join(s.detail for s in finding.signals)),
                    *(decided.get(finding.id, ""), getattr(carried.get(finding.id), "source", ""), finding.model),
                ),
            )
        )


def export(workspace: Workspace, kind: str, out: Path | None) -> int:
    """Write every finding to ``out`` (None: standard output); how many."""
    if kind == "xlsx" and out is None:
        raise UsageError("xlsx 不能写到标准输出：请用 --out 给出文件")
    count = 0

    def counted(lines: Iterable[bytes]) -> Iterator[bytes]:
        nonlocal count
        for line in lines:
            count += 1
            yield line

    if kind == "xlsx" and out is not None:
        count, data = _workbook(_rows(workspace))
        write_atomically(out, data)
        return count
    if kind == "csv":
        lines = (_csv_line(row) for row in _rows(workspace))
        head = [b"\xef\xbb\xbf" + _csv_line(_COLUMNS)]  # Excel takes UTF-8 for GBK without the mark
    else:
        lines = (codec.encode(finding) + b"\n" for finding in workspace.catalog.all_findings())
        head = []
    if out is None:
        for line in (*head, *counted(lines)):
            sys.stdout.buffer.write(line)
        sys.stdout.flush()
    else:
        write_atomically(out, chain(head, counted(lines)))
    return count


def _csv_line(row: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(row)
    return line.getvalue().encode("utf-8", "replace")


def _workbook(rows: Iterable[tuple[str, ...]]) -> tuple[int, bytes]:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("线索")
    sheet.append(_COLUMNS)
    count = 0
    for row in rows:
        sheet.append(row)
        count += 1
    saved = io.BytesIO()
    book.save(saved)
    return count, saved.getvalue()
