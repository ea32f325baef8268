"""The register that ships with the software imports and checks clean, and says what it claims to say."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.records import GeographicalIndication, Trademark
from qingyuan import rights

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REGISTER = rights.read(rights.starter_file())
HENAN = [r for r in REGISTER if isinstance(r, GeographicalIndication) and r.id.startswith("gi-henan-")]
NATIONAL = [r for r in REGISTER if isinstance(r, GeographicalIndication) and not r.id.startswith("gi-henan-")]
MARKS = [r for r in REGISTER if isinstance(r, Trademark)]


def test_it_imports_whole_and_checks_clean(tmp_path: Path) -> None:
    result = rights.import_file(rights.starter_file(), home=tmp_path, now=NOW)
    assert (result.stored, result.rejected, result.missing_pictures) == (203, 0, 0)
    assert rights.check(rights.load(tmp_path), now=NOW) == []


def test_how_many_of_what() -> None:
    assert (len(HENAN), len(NATIONAL), len(MARKS)) == (163, 10, 30)
    assert len({right.sign for right in REGISTER}) == 203


@pytest.mark.parametrize("right", [*HENAN, *NATIONAL], ids=lambda right: right.sign)
def test_every_area_begins_with_a_province_and_is_written_in_full(right: GeographicalIndication) -> None:
    province = "河南省" if right in HENAN else r"(.{2,3}省|新疆维吾尔自治区|重庆市)"
    for area in right.area:
        assert re.fullmatch(province + r"(.{1,3}市|.{1,8}(自治州|地区))?(.{1,3}[市县区])?", area), area
        assert area not in ("河南省", "新疆维吾尔自治区")


def test_the_county_that_a_name_gives() -> None:
    areas = {right.sign: right.area for right in HENAN}
    assert areas["杞县大蒜"] == ("河南省开封市杞县",)
    assert areas["孟津梨"] == ("河南省洛阳市孟津区",)
    assert areas["香花辣椒"] == ("河南省南阳市淅川县",)
    assert areas["信阳毛尖"] == ("河南省信阳市",)
    assert areas["济源核桃"] == ("河南省济源市",)


@pytest.mark.shared
def test_every_row_of_the_ministrys_register_is_there(shared: Path) -> None:
    with (shared / "data/henan_agi.csv").open(encoding="utf-8-sig") as source:
        expected = [(row["product"], row["holder"]) for row in csv.DictReader(source)]
    assert [(right.sign, right.holder) for right in HENAN] == expected
