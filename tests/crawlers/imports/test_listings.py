"""Files that platforms supply become listings, each citing its row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from crawlers.imports import values
from crawlers.imports.listings import Imported, import_file
from domain import codec
from domain.errors import DecodeError, FileFormatError, UsageError
from domain.records import Listing, SetAside
from evidence.vault import Vault

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINE = {
    "platform": "甲平台",
    "ref": "1",
    "url": "https://a.example/1",
    "title": "五常大米",
    "observed_at": "2026-11-24T08:00:00+08:00",
}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


def listings(result: Imported) -> list[Listing]:
    return [codec.decode(line, Listing) for line in result.listings.read_bytes().splitlines()]


def rejects(result: Imported) -> list[dict[str, object]]:
    assert result.rejects is not None
    return [json.loads(line) for line in result.rejects.read_bytes().splitlines()]


def write_lines(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def test_json_lines_keep_every_row_read_or_rejected(tmp_path: Path, vault: Vault) -> None:
    path = write_lines(
        tmp_path / "a.jsonl",
        {**LINE, "price": "59.90", "claims": {"品牌": "五常"}, "seller": {"name": "甲店", "contacts": ["138"]}},
        "",
        {**LINE, "ref": "2", "description": None},
        {**LINE, "colour": "red"},
        {**LINE, "price": 59.9},
        '{"platform": ',
        {**LINE, "ref": "3"},
    )
    result = import_file(path, out=tmp_path / "out", vault=vault, now=NOW)
    assert (result.read, result.stored, result.rejected) == (6, 3, 3)
    stored = listings(result)
    assert [listing.ref for listing in stored] == ["1", "2", "3"]
    assert stored[0].price == Decimal("59.90")
    assert [listing.capture for listing in stored] == [f"{result.capture}#{row}" for row in (1, 3, 7)]
    assert vault.read(result.capture) == path.read_bytes()
    assert [(reject["line"], reject["field"]) for reject in rejects(result)] == [(4, "colour"), (5, "price"), (6, "")]
    assert json.loads(str(rejects(result)[0]["row"])) == {**LINE, "colour": "red"}
    aside = [codec.decode(line, SetAside) for line in (tmp_path / "out/set_aside.jsonl").read_bytes().splitlines()]
    assert aside[0].where == "a.jsonl:4"
    assert aside[0].capture == f"{result.capture}#4"
    assert "未知字段" in aside[0].reason


def test_a_platform_table_with_chinese_headings(tmp_path: Path, vault: Vault) -> None:
    path = tmp_path / "导出.csv"
    path.write_bytes(
        (
            "平台,商品ID,商品链接,商品标题,价格,销量,店铺名称,公司名称,统一社会信用代码,联系电话,微信号,发货地,商品类目,主图,"
            "产地,采集时间\n"
            "乙平台,77,https://b.example/77,信阳毛尖 明前,￥1.2万-1.5万,已售1.2万+,毛尖老店,信阳某茶业有限公司,"
            "91110000600037341L,13800138000;13900139000,mj888,河南信阳,茶 > 绿茶,https://b.example/a.jpg|//b.example/b.jpg,"
            "信阳,2026/11/23 21:05\n"
        ).encode("gbk")
    )
    result = import_file(path, out=tmp_path / "out", vault=vault, now=NOW)
    (listing,) = listings(result)
    assert listing.key == "乙平台/77"
    assert (listing.price, listing.currency, listing.sales) == (Decimal(12000), "CNY", 12000)
    assert dict(listing.claims) == {"产地": "信阳", "价格": "￥1.2万-1.5万", "销量": "已售1.2万+"}
    assert listing.seller.contacts == ("13800138000", "13900139000", "微信号 mj888")
    assert listing.category == ("茶", "绿茶")
    assert listing.images == ("https://b.example/a.jpg", "//b.example/b.jpg")
    assert listing.observed_at.isoformat() == "2026-11-23T21:05:00+08:00"
    assert result.rejects is None
    assert not (tmp_path / "out/rejects.jsonl").exists()


def test_xlsx_with_chosen_columns_and_given_fields(tmp_path: Path, vault: Vault) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["货品号", "商品 链接", "标题", "内部备注", "claims.等级"])
    book.active.append(["9", "https://c.example/9", "阳澄湖大闸蟹", "不看", "特级"])
    book.save(tmp_path / "c.xlsx")
    result = import_file(
        tmp_path / "c.xlsx",
        out=tmp_path / "out",
        vault=vault,
        now=NOW,
        chosen={"货品号": "ref", "内部备注": ""},
        given={"platform": "丙平台", "observed_at": "2026-11-24"},
    )
    (listing,) = listings(result)
    assert listing.key == "丙平台/9"
    assert dict(listing.claims) == {"等级": "特级"}
    assert listing.observed_at.isoformat() == "2026-11-24T00:00:00+08:00"
    assert listing.capture.endswith("#2")


def test_wrong_columns_are_named_and_nothing_is_kept(tmp_path: Path, vault: Vault) -> None:
    path = tmp_path / "d.csv"
    path.write_text("平台,商品ID,商品链接,标题,商品名称,颜色\n甲,1,u,t,t,红\n")
    with pytest.raises(FileFormatError) as caught:
        import_file(path, out=tmp_path / "out", vault=vault, now=NOW)
    for said in ("d.csv", "不认识的列：颜色", "列“标题”和“商品名称”都是 title", "缺少列：observed_at", "价格（price）"):
        assert said in str(caught.value)
    assert not (tmp_path / "out").exists()
    with pytest.raises(UsageError, match="“品名”不在"):
        import_file(path, out=tmp_path / "out", vault=vault, now=NOW, chosen={"品名": "title"})
    with pytest.raises(UsageError, match="字段 colour 不存在"):
        import_file(path, out=tmp_path / "out", vault=vault, now=NOW, chosen={"颜色": "colour"})


def test_a_bad_cell_names_its_column_and_the_next_row_is_read(tmp_path: Path, vault: Vault) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        "平台,商品ID,链接,标题,时间,价格\n甲,1,u,t,2026-11-24,面议\n甲,2,u,t,昨天,5\n甲,,u,t,2026-11-24,5\n"
        "甲,4,u,t,2026-11-24,5\n"
    )
    result = import_file(path, out=tmp_path / "out", vault=vault, now=NOW)
    assert [(reject["line"], reject["field"]) for reject in rejects(result)] == [(2, "价格"), (3, "时间"), (4, "ref")]
    assert [listing.ref for listing in listings(result)] == ["4"]


def test_pictures_beside_the_file_are_kept_and_none_from_elsewhere(tmp_path: Path, vault: Vault) -> None:
    folder = tmp_path / "给我"
    (folder / "图").mkdir(parents=True)
    (folder / "图/1.jpg").write_bytes(b"picture one")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (folder / "link.jpg").symlink_to(tmp_path / "secret.txt")
    images = [
        "图/1.jpg",
        "图/2.jpg",
        "../secret.txt",
        str(tmp_path / "secret.txt"),
        "link.jpg",
        "https://x.example/y.jpg",
    ]
    path = write_lines(folder / "a.jsonl", {**LINE, "images": images}, {**LINE, "ref": "2", "images": images[:1]})
    result = import_file(path, out=tmp_path / "out", vault=vault, now=NOW)
    assert (result.stored, result.pictures, result.missing_pictures) == (2, 1, 4)
    assert listings(result)[0].images == tuple(images)
    (kept,) = [json.loads(line) for line in (tmp_path / "out/pictures.jsonl").read_bytes().splitlines()]
    assert kept["image"] == "图/1.jpg"
    assert vault.read(kept["digest"]) == b"picture one"
    reasons = (tmp_path / "out/set_aside.jsonl").read_text()
    assert reasons.count("文件夹之外") == 3
    assert reasons.count("找不到文件") == 1


def test_doing_it_again_writes_the_same_and_clears_old_rejects(tmp_path: Path, vault: Vault) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "out"
    first = import_file(write_lines(path, LINE, {**LINE, "x": 1}), out=out, vault=vault, now=NOW)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    assert import_file(path, out=out, vault=vault, now=NOW) == first
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    import_file(write_lines(path, LINE), out=out, vault=vault, now=NOW)
    assert {file.name for file in out.iterdir()} == {"listings.jsonl"}


def test_hostile_lines_cost_one_row_each(tmp_path: Path, vault: Vault) -> None:
    path = tmp_path / "h.jsonl"
    good = json.dumps(LINE).encode()
    deep = b'{"a":' * 100_000
    path.write_bytes(b"\n".join([b"\xff\xfe", deep, b'"x"' * 6_000_000, b"\x00", b'{"title":"\\ud800"}', good]))
    result = import_file(path, out=tmp_path / "out", vault=vault, now=NOW)
    assert (result.read, result.stored, result.rejected) == (6, 1, 5)
    assert "上限" in str(rejects(result)[2]["reason"])


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("59.90", "59.90"),
        ("¥1,299.00", "1299.00"),
        ("59.9-89.9", "59.9"),
        ("￥89.9 ~ 59.9", "59.9"),
        ("1.2万元", "12000.0"),
        ("59起", "59"),
        ("0", "0"),
        ("１万", "10000"),
    ],
)
def test_prices(cell: str, price: str) -> None:
    assert values.price(cell) == price


@pytest.mark.parametrize("cell", ["面议", "", "1.2.3", "5-", "-5", "1,29", "$5", "5/斤", "9" * 40])
def test_cells_that_are_no_price(cell: str) -> None:
    with pytest.raises(DecodeError, match="看不出价格"):
        values.price(cell)


@pytest.mark.parametrize(
    ("cell", "sales"), [("1200", 1200), ("已售1.2万+", 12000), ("500+人付款", 500), ("3k", 3000), ("1,200件", 1200)]
)
def test_sales(cell: str, sales: int) -> None:
    assert values.sales(cell) == sales


@pytest.mark.parametrize("cell", ["很多", "1.5", "万", "-3"])
def test_cells_that_are_no_sales(cell: str) -> None:
    with pytest.raises(DecodeError, match="看不出销量"):
        values.sales(cell)


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("2026-11-24T08:00:00Z", "2026-11-24T08:00:00+00:00"),
        ("2026年1月2日 8时5分", "2026-01-02T08:05:00+08:00"),
        ("2026/1/2", "2026-01-02T00:00:00+08:00"),
        ("2026-11-24 08:00:00.123", "2026-11-24T08:00:00+08:00"),
    ],
)
def test_times(cell: str, time: str) -> None:
    assert values.time(cell) == time


@pytest.mark.parametrize("cell", ["昨天", "2026-13-01", "2026-02-30", "08:00"])
def test_cells_that_are_no_time(cell: str) -> None:
    with pytest.raises(DecodeError, match="不是时间"):
        values.time(cell)
