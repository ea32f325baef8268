"""Company names and places as they compare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracing.make import code, company
from tracing import names, register
from tracing.places import locate, province_of_code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("郑州清和食品有限公司", "郑州清和食品有限责任公司"),
        ("清和（河南）食品有限公司", "清和(河南) 食品有限公司"),
        ("ＡＢＣ食品有限公司", "abc食品有限公司"),
    ],
)
def test_the_same_name_written_otherwise(one: str, other: str) -> None:
    assert names.exact(one) == names.exact(other)


def test_different_companies_stay_different() -> None:
    assert names.exact("郑州清和食品有限公司") != names.exact("开封清和食品有限公司")
    assert names.exact("清和食品有限公司") != names.exact("清和食品厂")


@pytest.mark.parametrize(
    "name", ["河南省郑州市清和食品有限公司", "清和食品（郑州）有限公司", "清和食品", "新郑市清和食品有限公司"]
)
def test_abbreviations_share_a_core(name: str) -> None:
    assert names.core(name) == "清和食品"


@given(st.text(max_size=40))
def test_normalising_is_stable(text: str) -> None:
    assert names.exact(names.exact(text)) == names.exact(text)
    assert len(names.core(text)) != 1


def test_an_abbreviation_leads_to_the_only_company_that_has_it() -> None:
    known = register.read([company("郑州清和食品有限公司", code(1))], {})
    assert known.party("清和食品") == (code(1), "简称")
    assert known.party("郑州清和食品有限责任公司") == (code(1), "同名")


def test_an_abbreviation_of_two_companies_leads_to_none() -> None:
    rows = [company("郑州清和食品有限公司", code(1)), company("开封清和食品有限公司", code(2))]
    assert register.read(rows, {}).party("清和食品")[1] == "未登记"


def test_an_abbreviation_that_names_another_province_leads_to_none() -> None:
    known = register.read([company("郑州清和食品有限公司", code(1))], {})
    assert known.party("上海清和食品有限公司") == ("名称:上海清和食品有限公司", "未登记")


def test_what_shops_publish_never_overrules_the_register() -> None:
    known = register.read([company("郑州清和食品有限公司", code(1))], {code(2): ["郑州清和食品有限公司"]})
    assert known.party("郑州清和食品有限公司") == (code(1), "同名")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("河南省郑州市金水区", ("河南", "郑州")),
        ("浙江义乌", ("浙江", "义乌")),
        ("上海市南京路 1 号", ("上海", "上海")),
        ("福建福州", ("福建", "福州")),
        ("武汉", ("湖北", "武汉")),
        ("内蒙古呼和浩特", ("内蒙古", "呼和浩特")),
        ("全国包邮", ("", "")),
        ("", ("", "")),
    ],
)
def test_places(text: str, place: tuple[str, str]) -> None:
    assert locate(text) == place


def test_the_province_of_a_code() -> None:
    assert province_of_code("340203") == "安徽"
    assert province_of_code("99") == ""
