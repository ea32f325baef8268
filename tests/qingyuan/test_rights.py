"""The register of rights: import, storage, checks."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from domain import codec
from domain.errors import BusyError, DecodeError, FileFormatError
from domain.records import Authorised, GeographicalIndication, Right, Trademark
from qingyuan import rights
from qingyuan.locks import only_one

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MARK: dict[str, Any] = {
    "id": "tm-1",
    "kind": "trademark",
    "sign": "甲牌",
    "classes": [30],
    "goods": ["酱油"],
    "holder": "甲公司",
}
GI: dict[str, Any] = {
    "id": "gi-1",
    "kind": "gi",
    "sign": "乙县大米",
    "product": "大米",
    "area": ["河南省乙市乙县"],
    "holder": "乙县协会",
}


def write(path: Path, *records: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records))
    return path


def right(**changes: object) -> Right:
    base = GI if changes.get("kind") == "gi" else MARK
    read: Right = codec.from_builtins({**base, **changes}, Right)  # type: ignore[arg-type]
    return read


def test_import_is_idempotent_and_replaces_by_id(tmp_path: Path) -> None:
    home = tmp_path / "home"
    file = write(tmp_path / "a.jsonl", MARK, GI)
    first = rights.import_file(file, home=home, now=NOW)
    version = rights.version(home)
    assert (first.read, first.stored, first.rejected, first.rejects) == (2, 2, 0, None)
    assert rights.import_file(file, home=home, now=NOW) == first
    assert rights.version(home) == version
    rights.import_file(write(tmp_path / "b.jsonl", {**MARK, "holder": "丙公司"}), home=home, now=NOW)
    assert [(r.id, r.holder) for r in rights.load(home)] == [("gi-1", "乙县协会"), ("tm-1", "丙公司")]
    assert rights.version(home) != version


def test_bad_rows_are_kept_with_their_reasons_and_the_rest_is_stored(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.jsonl",
        {**MARK, "classes": [46]},
        {**MARK, "colour": 1},
        '{"id": "x", "kind": "patent", "sign": "s"}',
        MARK,
        {**MARK, "sign": "又一个"},
        "{",
        GI,
    )
    result = rights.import_file(file, home=tmp_path / "home", now=NOW)
    assert (result.read, result.stored, result.rejected) == (7, 2, 5)
    assert result.rejects is not None
    rejected = [json.loads(line) for line in result.rejects.read_bytes().splitlines()]
    assert [(r["line"], r["field"]) for r in rejected] == [(1, ""), (2, "colour"), (3, "kind"), (5, "id"), (6, "")]
    assert "与第 4 行重复" in rejected[3]["reason"]
    assert json.loads(rejected[1]["row"])["colour"] == 1
    assert [r.sign for r in rights.load(tmp_path / "home")] == ["乙县大米", "甲牌"]


HEADER = [
    "编号",
    "类型",
    "商标",
    "别名",
    "类别",
    "核定商品",
    "权利人",
    "授权人",
    "有效期至",
    "参考价",
    "产品",
    "保护范围",
]
ROWS: list[list[object]] = [
    [
        "tm-1",
        "商标",
        "甲牌",
        "甲；JIA",
        "30、29",
        "酱油|醋",
        "甲公司",
        "甲店，甲公司，91110000600037341L；乙店",
        "2030/1/2",
        "¥19.9",
        None,
        None,
    ],
    [
        "gi-1",
        "地理标志",
        "乙县大米",
        None,
        None,
        None,
        "乙县协会",
        None,
        None,
        None,
        "大米",
        "河南省乙市乙县；河南省乙市丙县",
    ],
]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "gbk"])
def test_tables_with_chinese_headings(tmp_path: Path, kind: str) -> None:
    path = tmp_path / ("r.xlsx" if kind == "xlsx" else "r.csv")
    if kind == "xlsx":
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in (HEADER, *ROWS):
            book.active.append(row)
        book.save(path)
    else:
        text = "\n".join(",".join(f'"{cell or ""}"' for cell in row) for row in (HEADER, *ROWS))
        path.write_bytes(text.replace("¥", "").encode("gb18030" if kind == "gbk" else "utf-8"))
    mark, indication = rights.read(path)
    assert isinstance(mark, Trademark)
    assert (mark.variants, mark.classes, mark.goods) == (("甲", "JIA"), (30, 29), ("酱油", "醋"))
    assert mark.authorised == (
        Authorised(name="甲店", company="甲公司", uscc="91110000600037341L"),
        Authorised(name="乙店"),
    )
    assert (mark.valid_to, mark.reference_price) == (date(2030, 1, 2), Decimal("19.9"))
    assert isinstance(indication, GeographicalIndication)
    assert indication.area == ("河南省乙市乙县", "河南省乙市丙县")


def test_a_wrong_column_is_named_with_the_file_and_the_columns_expected(tmp_path: Path) -> None:
    path = tmp_path / "权利.csv"
    path.write_text("编号,类型,商标,颜色\n1,商标,甲,红\n")
    with pytest.raises(FileFormatError, match=r"权利\.csv 有不认识的列：颜色。可用的列：编号（id）、"):
        rights.import_file(path, home=tmp_path, now=NOW)
    assert not (tmp_path / "rights").exists()


@pytest.mark.parametrize(
    ("cells", "column"),
    [("专利,甲,30", "类型"), ("商标,甲,三十", "类别"), ("商标,甲,30,昨天", "有效期至"), ("商标,甲,30,,便宜", "参考价")],
)
def test_a_bad_cell_names_its_column(tmp_path: Path, cells: str, column: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"编号,类型,商标,类别,有效期至,参考价\n1,{cells}\n")
    with pytest.raises(DecodeError, match=rf"r\.csv 第 2 行 字段 {column}"):
        rights.read(path)


def test_pictures_are_copied_by_digest_and_only_from_the_files_folder(tmp_path: Path) -> None:
    folder, home = tmp_path / "in", tmp_path / "home"
    (folder / "logos").mkdir(parents=True)
    (folder / "logos/a.PNG").write_bytes(b"logo")
    (folder / "b.exe").write_bytes(b"logo")
    (tmp_path / "secret").write_bytes(b"secret")
    logos = ["logos/a.PNG", "../secret", str(tmp_path / "secret"), "gone.png"]
    file = write(folder / "a.jsonl", {**MARK, "logos": logos, "photos": ["b.exe"]})
    result = rights.import_file(file, home=home, now=NOW)
    assert (result.stored, result.missing_pictures) == (1, 3)
    (stored,) = rights.load(home)
    assert isinstance(stored, Trademark)
    (logo,), (photo,) = stored.logos, stored.photos
    assert logo.startswith("rights/pictures/") and logo.endswith(".png") and photo.endswith(".bin")
    assert rights.pictures(home, [stored]) == {logo: b"logo", photo: b"logo"}
    assert rights.pictures(folder, rights.read(file)) == {"logos/a.PNG": b"logo", "b.exe": b"logo"}
    aside = (next((home / "rights/imports").iterdir()) / "set_aside.jsonl").read_text()
    assert aside.count("文件夹之外") == 2
    assert aside.count("找不到文件") == 1


def test_no_register_is_an_empty_one(tmp_path: Path) -> None:
    assert rights.load(tmp_path) == []
    assert rights.version(tmp_path) == ""


def test_two_imports_at_once_do_not_lose_one(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", MARK)
    with only_one(tmp_path, "rights"), pytest.raises(BusyError):
        rights.import_file(file, home=tmp_path, now=NOW)


@pytest.mark.parametrize(
    ("register", "expected"),
    [
        ([right()], []),
        ([right(), right(id="tm-2", classes=[25])], []),
        ([right(), right(id="tm-2", sign="甲 牌")], []),
        ([right(), right(id="tm-2")], [("重复", ("tm-1", "tm-2"))]),
        ([right(number="7"), right(id="tm-2", sign="别的", number="7")], [("重复", ("tm-1", "tm-2"))]),
        ([right(number="7"), right(id="tm-2", classes=[29], number="7")], []),
        ([right(), right(id="tm-2", holder="丙公司")], [("一权多主", ("tm-1", "tm-2"))]),
        (
            [right(sign="ＪＩＡ"), right(id="tm-2", sign="丁", variants=["jia"], holder="丙")],
            [("一权多主", ("tm-1", "tm-2"))],
        ),
        ([right(kind="gi"), right(kind="gi", id="gi-2", holder="丙")], [("一权多主", ("gi-1", "gi-2"))]),
        ([right(valid_to="2026-11-23")], [("过期", ("tm-1",))]),
        ([right(valid_to="2026-11-24")], []),
        ([right(valid_from="2026-11-25")], [("未生效", ("tm-1",))]),
        ([right(valid_from="2026-02-01", valid_to="2026-01-01")], [("过期", ("tm-1",))]),
        ([right(goods=[], classes=[])], [("空项", ("tm-1",))]),
        ([right(kind="gi", area=[], holder=" ")], [("空项", ("gi-1",))]),
        ([right(authorised=[{"uscc": "91350100M000100Y4A"}])], [("代码有误", ("tm-1",))]),
        ([right(authorised=[{"uscc": "12345"}])], [("代码有误", ("tm-1",))]),
        ([right(authorised=[{"uscc": "91330106MA85957480"}])], []),
        ([right(id=f"tm-{n}") for n in range(300)], [("重复", tuple(f"tm-{n}" for n in range(300)))]),
    ],
)
def test_check(register: list[Right], expected: list[tuple[str, tuple[str, ...]]]) -> None:
    found = rights.check(register, now=NOW)
    assert [(problem.kind, problem.rights) for problem in found] == expected
    assert all(problem.detail for problem in found)
