"""Contacts in the disguises sellers use, whose they are, and what only looks like a contact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.contacts import find_contacts, read_contact
from tracing.disguise import fold


@pytest.mark.parametrize(
    ("text", "kind", "value", "verbatim"),
    [
        ("联系 １３８-0013 8000", "mobile", "13800138000", "１３８-0013 8000"),
        ("手机1 3 8 0 0 1 3 8 0 0 0", "mobile", "13800138000", "1 3 8 0 0 1 3 8 0 0 0"),
        ("一三八零零一三八零零零", "mobile", "13800138000", "一三八零零一三八零零零"),
        ("幺三八〇〇幺三八〇〇〇", "mobile", "13800138000", "幺三八〇〇幺三八〇〇〇"),
        ("138一0013一8000", "mobile", "13800138000", "138一0013一8000"),
        ("1️⃣3️⃣8️⃣00138000", "mobile", "13800138000", "1️⃣3️⃣8️⃣00138000"),
        ("电话①③⑧00138000", "mobile", "13800138000", "①③⑧00138000"),
        ("138\u200b0013\u200b8000", "mobile", "13800138000", "138\u200b0013\u200b8000"),
        ("+86 138 0013 8000", "mobile", "13800138000", "138 0013 8000"),
        ("微信：abc_123", "wechat", "abc_123", "abc_123"),
        ("微❤信 tea2020", "wechat", "tea2020", "tea2020"),
        ("V❤ tea888", "wechat", "tea888", "tea888"),
        ("VX：good8888", "wechat", "good8888", "good8888"),
        ("ⓥⓧ：abcd1234", "wechat", "abcd1234", "abcd1234"),
        ("薇信tea-2020", "wechat", "tea-2020", "tea-2020"),
        ("加威❤：liuliu99", "wechat", "liuliu99", "liuliu99"),
        ("➕薇❤laoliu666", "wechat", "laoliu666", "laoliu666"),
        ("徽芯号ＴＥＡ２０２０", "wechat", "tea2020", "ＴＥＡ２０２０"),
        ("微信同号13800138000", "mobile", "13800138000", "13800138000"),
        ("扣扣：8765432", "qq", "8765432", "8765432"),
        ("Q Q 1234 56789", "qq", "123456789", "1234 56789"),
        ("email：Foo.Bar@163.com", "email", "foo.bar@163.com", "Foo.Bar@163.com"),
        ("客服热线 400-123-4567", "hotline", "4001234567", "400-123-4567"),
        ("固话(0371)6555-1234", "landline", "037165551234", "(0371)6555-1234"),
    ],
)
def test_a_disguised_contact_is_read_and_shown_verbatim(text: str, kind: str, value: str, verbatim: str) -> None:
    found = [(one.checked.kind, one.checked.value, one.verbatim) for one in find_contacts(text)]
    assert (kind, value, verbatim) in found


@pytest.mark.parametrize(
    "text",
    [
        "尺码 13 14 15 16 17 18 19 20",
        "条码6901234567892",
        "订单 20261124138001380001",
        "威信力量 powerful wear",
        "微信支付 wechat pay 立减",
        "净含量 250g 规格 100 200 300",
        "QQ糖 500g 装",
        "加微波炉加热",
        "生产许可证 SC11834020305037",
        "保质期 18 个月 2026-11-24",
        "信用代码 91110000600037341L",
        "一二三四五六七",
    ],
)
def test_what_only_looks_like_a_contact(text: str) -> None:
    assert list(find_contacts(text)) == []


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("联系电话 13800138000", "seller"),
        ("厂家直销 13800138000", "seller"),
        ("厂家电话：13800138000", "maker"),
        ("生产企业服务热线 400-123-4567", "maker"),
        ("货源找老王 13800138000", "supplier"),
        ("顺丰快递员 13800138000", "other"),
        ("假货举报请打 13800138000", "other"),
        ("防伪查询电话 400-123-4567", "other"),
    ],
)
def test_whose_contact_it_is(text: str, owner: str) -> None:
    assert [one.owner for one in find_contacts(text)] == [owner]


@pytest.mark.parametrize(
    ("entry", "kind", "value"),
    [
        ("13800138000", "mobile", "13800138000"),
        ("abc_123", "wechat", "abc_123"),
        ("微信: laowang88", "wechat", "laowang88"),
        ("weixin：wangwang", "wechat", "wangwang"),
        ("QQ:1234567", "qq", "1234567"),
        ("1234567", "qq", "1234567"),
        ("电话 0371-65551234", "landline", "037165551234"),
    ],
)
def test_an_entry_of_the_contacts(entry: str, kind: str, value: str) -> None:
    assert [(one.checked.kind, one.checked.value) for one in read_contact(entry)] == [(kind, value)]


def test_a_courier_among_the_contacts_is_nobodys() -> None:
    assert [one.owner for one in read_contact("95338")] == ["other"]


@given(st.text(max_size=300))
def test_any_text_is_read_within_bounds(text: str) -> None:
    for found in find_contacts(text):
        assert found.verbatim in text
    folded = fold(text)
    assert len(folded.text) == len(folded.places)


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    for text in ("1 " * 100_000, "微信" * 50_000, "q q" * 50_000, "a@" * 50_000, "1-" * 60_000, "一" * 100_000):
        list(find_contacts(text))
