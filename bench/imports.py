"""How fast files of listings are read: rows a CPU-second, all in (parse, check, cite, write), and memory.

Peers: the codec alone on the same lines (JSONL), ``csv.DictReader`` alone (CSV), openpyxl's rows alone (XLSX): what
reading costs before anything is checked.
"""

from __future__ import annotations

import csv
import json
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl

from bench.table import Row, main_of
from crawlers.imports.listings import import_file
from domain import codec
from domain.records import Listing
from evidence.vault import Vault

ROWS = 200_000
SHEET_ROWS = 20_000
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def listing(number: int) -> dict[str, object]:
    """A listing as a platform supplies it."""
    return {
        "platform": "bench",
        "ref": str(number),
        "url": f"https://market.example/item/{number}",
        "title": f"第{number}号商品 正宗产地直发 农家自种 真空包装 5斤装 顺丰包邮",
        "description": "产地直发，坏果包赔。" * 8,
        "price": f"{number % 500 + 9}.90",
        "currency": "CNY",
        "sales": number % 10_000,
        "claims": {"品牌": f"牌子{number % 97}", "产地": "河南信阳", "净含量": "2500g"},
        "seller": {"name": f"店铺{number % 3001}", "ref": str(number % 3001), "contacts": ["13800138000"]},
        "ships_from": "河南郑州",
        "category": ["食品", "粮油"],
        "images": [f"https://img.example/{number}.jpg"],
        "observed_at": "2026-11-24T08:00:00+08:00",
    }


def cells(number: int) -> list[object]:
    """The same as a row of a table, under :data:`HEADINGS`."""
    row = listing(number)
    names = ("platform", "ref", "url", "title", "description", "price", "sales", "ships_from", "observed_at")
    return [row[name] for name in names]


HEADINGS = ["平台", "商品ID", "链接", "标题", "描述", "价格", "销量", "发货地", "采集时间"]


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def rows() -> list[Row]:
    """Rows of the table, and an assertion that every row was stored."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vault = Vault(folder / "vault")
        lines, table, book = folder / "a.jsonl", folder / "a.csv", folder / "a.xlsx"
        with lines.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(listing(n), ensure_ascii=False) + "\n" for n in range(ROWS))
        with table.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([HEADINGS, *map(cells, range(ROWS))])
        made = openpyxl.Workbook(write_only=True)
        sheet = made.create_sheet()
        for row in (HEADINGS, *map(cells, range(SHEET_ROWS))):
            sheet.append(row)
        made.save(book)

        def imported(path: Path, count: int) -> float:
            def run() -> None:
                result = import_file(path, out=folder / path.suffix, vault=vault, now=NOW)
                assert (result.stored, result.rejected) == (count, 0)

            return count / _seconds(run)

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        jsonl = imported(lines, ROWS)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024

        def decode_only() -> None:
            with lines.open("rb") as source:
                for line in source:
                    codec.decode(line, Listing)

        def csv_only() -> None:
            with table.open(encoding="utf-8", newline="") as source:
                for _ in csv.DictReader(source):
                    pass

        def xlsx_only() -> None:
            for _ in openpyxl.load_workbook(book, read_only=True).worksheets[0].iter_rows(values_only=True):
                pass

        return [
            Row("imports", "JSONL rows/CPU-s", jsonl, "codec.decode alone", ROWS / _seconds(decode_only)),
            Row("imports", "CSV rows/CPU-s", imported(table, ROWS), "csv.DictReader alone", ROWS / _seconds(csv_only)),
            Row(
                "imports",
                "XLSX rows/CPU-s",
                imported(book, SHEET_ROWS),
                "openpyxl rows alone",
                SHEET_ROWS / _seconds(xlsx_only),
            ),
            Row("imports", f"JSONL memory growth over {ROWS} rows, MB", grown, "", None),
        ]


def main() -> int:
    return main_of(rows)


if __name__ == "__main__":
    raise SystemExit(main())
