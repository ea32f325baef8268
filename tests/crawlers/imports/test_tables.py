"""Tables out of files as strangers save them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from crawlers.imports import columns, lines, tables
from domain.errors import DecodeError, FileFormatError


def read(path: Path) -> tuple[tuple[str, ...], list[tuple[int, dict[str, str] | str]]]:
    with tables.reading(path) as table:
        rows = [(n, cells.problem if isinstance(cells, DecodeError) else cells) for n, cells in table.rows]
        return table.columns, rows


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(data: bytes) -> Path:
        path = tmp_path / "商品.csv"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_the_encodings_and_delimiters_in_use(
    csv_file: Callable[[bytes], Path], encoding: str, delimiter: str
) -> None:
    text = f"标题{delimiter}价格\r\n五常大米{delimiter}59.90\r\n\r\n西湖龙井{delimiter}\r\n"
    names, rows = read(csv_file(text.encode(encoding)))
    assert names == ("标题", "价格")
    assert rows == [(2, {"标题": "五常大米", "价格": "59.90"}), (4, {"标题": "西湖龙井"})]


def test_one_damaged_line_is_refused_and_does_not_turn_utf8_into_gbk(csv_file: Callable[[bytes], Path]) -> None:
    data = "标题\n五常大米\n".encode() + "西湖龙井\n".encode("gbk") + "库尔勒香梨\n".encode()
    _, rows = read(csv_file(data))
    assert rows[0] == (2, {"标题": "五常大米"})
    assert rows[1][0] == 3
    assert "不是有效的 UTF-8" in str(rows[1][1])
    assert rows[2] == (4, {"标题": "库尔勒香梨"})


def test_quoted_line_ends_keep_the_first_line_number(csv_file: Callable[[bytes], Path]) -> None:
    _, rows = read(csv_file('标题,描述\n甲,"一\n二"\n乙,三\n'.encode()))
    assert rows == [(2, {"标题": "甲", "描述": "一\n二"}), (4, {"标题": "乙", "描述": "三"})]


def test_a_quote_that_never_closes_costs_one_line(csv_file: Callable[[bytes], Path]) -> None:
    good = "".join(f"商品{n},{n}\n" for n in range(5000))
    _, rows = read(csv_file(f'标题,价格\n"没有闭合,1\n{good}'.encode()))
    assert rows[0][0] == 2
    assert "引号" in str(rows[0][1])
    assert rows[1:] == [(n + 3, {"标题": f"商品{n}", "价格": f"{n}"}) for n in range(5000)]


def test_a_huge_cell_and_a_huge_line_are_refused_and_the_next_is_read(csv_file: Callable[[bytes], Path]) -> None:
    cell, line = b"x" * 10_000_000, b"y" * (lines.MAX_LINE + 5)
    _, rows = read(csv_file(b"a,b\n" + cell + b",1\n" + line + b",2\nok,3\n"))
    assert "有一格超过" in str(rows[0][1])
    assert "上限 16777216 字节" in str(rows[1][1])
    assert rows[2] == (4, {"a": "ok", "b": "3"})


def test_a_row_with_more_cells_than_columns_is_refused(csv_file: Callable[[bytes], Path]) -> None:
    _, rows = read(csv_file(b"a,b\n1,2,3\n1,2,\n"))
    assert "有 3 格，表头只有 2 列" in str(rows[0][1])
    assert rows[1] == (3, {"a": "1", "b": "2"})


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "空的"),
        ("a.csv", b"\n\n , \n", "空的"),
        ("a.csv", b"a,,b\n1,2,3\n", "第 2 列没有列名"),
        ("a.csv", b"a,b,a\n", "列名重复：a"),
        ("a.csv", b"PK\x03\x04 zip", "扩展名不符"),
        ("a.xlsx", b"a,b\n", "扩展名不符"),
        ("a.xlsx", b"PK\x03\x04 not a zip", "不是可读的 Excel"),
        ("a.xls", b"\xd0\xcf\x11\xe0....", "旧版 Excel"),
        ("a.csv", "标题\n".encode("utf-16"), "UTF-16"),
        ("a.pdf", b"%PDF", "不认识 a.pdf 的格式"),
        ("a.jsonl", b'[{"a": 1}]', "JSON 数组"),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FileFormatError, match=says):
        read(path)


def test_a_missing_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="打不开文件"):
        tables.kind(tmp_path / "none.csv")


def test_a_wrong_column_is_named_with_the_file_and_what_is_expected(csv_file: Callable[[bytes], Path]) -> None:
    headings = columns.Headings(fields={"title": ("标题",), "price": ("价格",)}, required=("price",))
    with (
        tables.reading(csv_file("标题,颜色\n甲,红\n".encode())) as table,
        pytest.raises(FileFormatError) as caught,
    ):
        columns.resolve(table.columns, headings, path=table.path)
    said = "商品.csv 有不认识的列：颜色；缺少列：price（价格）。可用的列：标题（title）、价格（price）"
    assert str(caught.value) == said


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: list[object], more: str = "") -> Path:
        made = openpyxl.Workbook()
        assert made.active is not None
        for row in rows:
            made.active.append(row)
        if more:
            made.create_sheet(more).append(["x"])
        made.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return write


def test_xlsx_cells_become_the_texts_that_were_meant(book: Callable[..., Path]) -> None:
    moment = datetime(2026, 11, 24, 8, 30)
    path = book(
        [],
        ["标题", "价格", "条码", "时间", "真假"],
        ["五常大米", 59.9, 6901234567892, moment, True],
        [],
        ["甲", 60.0, "0123", datetime(2026, 11, 24), None],
    )
    names, rows = read(path)
    assert names == ("标题", "价格", "条码", "时间", "真假")
    assert rows == [
        (
            3,
            {
                "标题": "五常大米",
                "价格": "59.9",
                "条码": "6901234567892",
                "时间": "2026-11-24 08:30:00",
                "真假": "TRUE",
            },
        ),
        (5, {"标题": "甲", "价格": "60", "条码": "0123", "时间": "2026-11-24"}),
    ]


def test_xlsx_numbers_that_lost_digits_errors_and_other_sheets_are_reported(book: Callable[..., Path]) -> None:
    _, rows = read(book(["标题", "代码"], ["甲", 911101066976941872], ["乙", "#N/A"], ["丙", "1"], more="说明"))
    assert "B2 格的数字超过 15 位" in str(rows[0][1])
    assert "B3 格是 Excel 错误值" in str(rows[1][1])
    assert rows[2] == (4, {"标题": "丙", "代码": "1"})
    assert "“说明”没有读" in str(rows[3][1])


def test_xlsx_with_entities_or_bombs_is_refused(book: Callable[..., Path], tmp_path: Path) -> None:
    good = book(["标题"], ["甲"])
    evil, bomb = tmp_path / "evil.xlsx", tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(good) as source,
        zipfile.ZipFile(evil, "w") as first,
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as second,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                first.writestr(entry.filename, b'<!DOCTYPE x [<!ENTITY a "b">]>' + data)
            else:
                first.writestr(entry.filename, data)
            if not entry.filename.endswith("sharedStrings.xml"):
                second.writestr(entry.filename, data)
        second.writestr("xl/sharedStrings.xml", b" " * (256 * 1024**2 + 1))
    with pytest.raises(FileFormatError, match="DOCTYPE"):
        read(evil)
    with pytest.raises(FileFormatError, match="文本过多"):
        read(bomb)


def test_a_damaged_sheet_names_the_row(book: Callable[..., Path], tmp_path: Path) -> None:
    good, torn = book(["标题"], *([f"商品{n}"] for n in range(500))), tmp_path / "torn.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(torn, "w") as out:
        for entry in source.infolist():
            data = source.read(entry)
            out.writestr(entry.filename, data[: len(data) // 2] if entry.filename.endswith("sheet1.xml") else data)
    with pytest.raises(FileFormatError, match=r"torn\.xlsx 读到第 \d+ 行时损坏"):
        read(torn)
