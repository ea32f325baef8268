"""What a file of a million rows needs in memory: the peak of a process of its own, for JSONL, CSV and XLSX.

The bound is 300 MB. One row in a hundred is wrong, so that the file of rejected rows is written as well.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from bench.imports import HEADINGS, cells, listing
from bench.table import Row, main_of

ROWS = 1_000_000
BOUND = 300
_IMPORT = """
import json, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from crawlers.imports.listings import import_file
from evidence.vault import Vault
path = Path(sys.argv[1])
out = path.with_suffix(".out")
done = import_file(path, out=out, vault=Vault(path.with_suffix(".vault")), now=datetime(2026, 11, 24, tzinfo=UTC))
reasons = sum(bool(json.loads(line)["reason"]) for line in done.rejects.open("rb")) if done.rejects else 0
# not ru_maxrss: a process started by another begins with that one's
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime
print(json.dumps([done.read, done.stored, done.rejected, reasons, peak * 1024 / 1e6, seconds]))
"""


def _bad(number: int) -> bool:
    return number % 100 == 99


def write_jsonl(path: Path, count: int) -> None:
    """One listing a line; a bad one has a price that is none."""
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            row = listing(number)
            if _bad(number):
                row["price"] = "面议"
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _rows(count: int) -> Iterator[list[object]]:
    for number in range(count):
        row = cells(number)
        if _bad(number):
            row[5] = "面议"
        yield row


def write_csv(path: Path, count: int) -> None:
    """The same as a table."""
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerow(HEADINGS)
        csv.writer(out).writerows(_rows(count))


def write_xlsx(path: Path, count: int) -> None:
    """The same as a workbook with shared texts, as Excel saves one; written piece by piece."""
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    texts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kinds}sharedStrings+xml"/></Types>',
        )
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="a" Type="{relations}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{relations}"><sheets><sheet name="a" sheetId="1" r:id="a"/></sheets>'
            "</workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="a" Type="{relations}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="b" Type="{relations}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"<worksheet {main}><sheetData>".encode())
            sheet.write(_row(HEADINGS, texts))
            for row in _rows(count):
                sheet.write(_row(row, texts))
            sheet.write(b"</sheetData></worksheet>")
        with book.open("xl/sharedStrings.xml", "w", force_zip64=True) as shared:
            shared.write(f"<sst {main}>".encode())
            for text in texts:
                shared.write(f"<si><t>{escape(text)}</t></si>".encode())
            shared.write(b"</sst>")


def _row(row: list[object] | list[str], texts: dict[str, int]) -> bytes:
    written = []
    for cell in row:
        if isinstance(cell, int):
            written.append(f"<c><v>{cell}</v></c>")
        else:
            written.append(f'<c t="s"><v>{texts.setdefault(str(cell), len(texts))}</v></c>')
    return f"<row>{''.join(written)}</row>".encode()


def peak(write: Callable[[Path, int], None], suffix: str, count: int) -> tuple[float, float]:
    """(megabytes, CPU seconds) of a process that imports ``count`` rows, each stored, or rejected with a reason."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"rows.{suffix}"
        write(path, count)
        done = subprocess.run(
            [sys.executable, "-c", _IMPORT, str(path)],
            stdout=subprocess.PIPE,
            check=True,
            cwd=Path(__file__).parents[1],
        )
        read, stored, rejected, reasons, megabytes, seconds = json.loads(done.stdout)
    bad = count // 100
    assert (read, stored, rejected, reasons) == (count, count - bad, bad, bad), (read, stored, rejected, reasons)
    return megabytes, seconds


def rows() -> list[Row]:
    """Rows of the table."""
    found = []
    for suffix, write in (("jsonl", write_jsonl), ("csv", write_csv), ("xlsx", write_xlsx)):
        megabytes, seconds = peak(write, suffix, ROWS)
        note = f"{seconds:.0f} CPU-s; bound {BOUND} MB"
        found.append(Row("imports", f"{suffix.upper()} of {ROWS:,} rows: peak MB", megabytes, "", None, note))
    return found


def main() -> int:
    return main_of(rows)


if __name__ == "__main__":
    raise SystemExit(main())
