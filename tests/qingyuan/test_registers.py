"""Registers of companies and trades."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.errors import FileFormatError, InputError, UsageError
from domain.records import Company, Trade
from evidence.vault import Vault
from qingyuan import registers

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CODE, OTHER = "91110000600037341L", "91350100M000100Y43"


def test_companies_cite_their_rows_and_later_rows_replace(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.jsonl"
    first.write_bytes(f"企业名称,统一社会信用代码,法定代表人\n甲公司,{CODE},张某\n无码商行,,\n,,李某\n".encode("gbk"))
    second.write_text(json.dumps({"name": "甲公司（新）", "uscc": CODE.lower()}) + "\n")
    result = registers.import_file(first, "companies", home=tmp_path, now=NOW)
    assert (result.read, result.stored, result.rejected) == (3, 2, 1)
    assert result.rejects is not None
    assert json.loads(result.rejects.read_text())["line"] == 4
    assert Vault(tmp_path / "vault").read(result.capture) == first.read_bytes()
    assert registers.companies(tmp_path) == [
        (Company(name="无码商行"), f"{result.capture}#3"),
        (Company(name="甲公司", uscc=CODE, representative="张某"), f"{result.capture}#2"),
    ]
    version = registers.version(tmp_path)
    assert registers.import_file(first, "companies", home=tmp_path, now=NOW) == result
    assert registers.version(tmp_path) == version
    later = registers.import_file(second, "companies", home=tmp_path, now=NOW)
    assert registers.companies(tmp_path)[1] == (
        Company(name="甲公司（新）", uscc=CODE.lower()),
        f"{later.capture}#1",
    )
    assert registers.version(tmp_path) != version


def test_trades(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"供方信用代码,购方信用代码,日期,数量\n{OTHER},{CODE},2026/1/2,20箱\n{OTHER},{CODE},随便,1\n")
    result = registers.import_file(path, "trades", home=tmp_path, now=NOW, vault=str(tmp_path / "elsewhere"))
    assert (result.stored, result.rejected) == (1, 1)
    assert registers.trades(tmp_path) == [
        (Trade(supplier_uscc=OTHER, buyer_uscc=CODE, date=date(2026, 1, 2), quantity="20箱"), f"{result.capture}#2")
    ]
    assert Vault(tmp_path / "elsewhere").has(result.capture)


def test_wrong_columns_kinds_and_damage_get_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("企业名称,电话\n甲,1\n")
    with pytest.raises(FileFormatError, match=r"c\.csv 有不认识的列：电话"):
        registers.import_file(path, "companies", home=tmp_path, now=NOW)
    with pytest.raises(UsageError, match="companies、trades"):
        registers.import_file(path, "patents", home=tmp_path, now=NOW)
    assert registers.companies(tmp_path) == []
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers/companies.jsonl").write_text('{"capture": ')
    with pytest.raises(InputError, match="已损坏"):
        registers.companies(tmp_path)
