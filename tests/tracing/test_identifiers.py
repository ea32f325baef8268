"""Identifiers out of whole listings: where they stood, whose they are, with their warnings."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracing.make import code, listing
from tracing.identifiers import MAX_IDENTIFIERS, extract


def test_every_part_of_a_listing_is_read() -> None:
    one = listing(
        "1",
        title="信阳毛尖 V信teaking88",
        description="厂家电话：0371-65551234 生产商：信阳市某某茶叶有限公司，条码 6901234567892。QQ 7654321",
        claims={
            "生产厂家": "信阳市某某茶叶有限公司",
            "生产许可证编号": "SC11834020305037",
            "条形码": "6901234567890",
            "厂址": "河南省信阳市浉河区某路 8 号",
            "厂家联系方式": "0376-6666888",
            "颜色": "绿",
        },
        name="某店",
        company="郑州某某商贸有限公司",
        uscc=code(7),
        location="河南省郑州市金水区某路 1 号 2 楼",
        contacts=("13800138000",),
        shop="9",
    )
    found = {(item.kind, item.value): item for item in extract(one, [0x0123456789ABCDEF])}
    owners = {key: item.owner for key, item in found.items()}
    assert owners[("wechat", "teaking88")] == "seller"
    assert found[("wechat", "teaking88")].field == "title"
    assert owners[("mobile", "13800138000")] == "seller"
    assert found[("mobile", "13800138000")].field == "seller.contacts[0]"
    assert owners[("qq", "7654321")] == "seller"
    assert owners[("uscc", code(7))] == "seller"
    assert owners[("company", "郑州某某商贸有限公司")] == "seller"
    assert owners[("company", "信阳市某某茶叶有限公司")] == "maker"
    assert owners[("landline", "037165551234")] == "maker"
    assert owners[("landline", "03766666888")] == "maker"
    assert owners[("sc_licence", "SC11834020305037")] == "goods"
    assert owners[("gtin", "6901234567892")] == "goods"
    assert found[("gtin", "6901234567890")].warnings == ("商品条码的校验位不符",)
    assert owners[("picture", "0123456789abcdef")] == "goods"
    assert {item.owner for item in found.values() if item.kind == "address"} == {"seller", "maker"}


def test_a_code_in_a_description_is_nobodys() -> None:
    found = extract(listing("1", description=f"统一社会信用代码：{code(3)}"))
    assert [(item.kind, item.owner) for item in found] == [("uscc", "other")]


def test_a_licence_with_words_around_it() -> None:
    found = extract(listing("1", claims={"生产许可证编号": "SC11834020305037（有效期至 2028 年）"}))
    assert [(item.kind, item.value) for item in found] == [("sc_licence", "SC11834020305037")]


def test_what_names_nobody_is_no_company() -> None:
    claims = {"生产厂家": "见包装", "厂名": "无", "制造商": "详见包装"}
    assert extract(listing("1", claims=claims)) == ()


def test_a_page_of_ten_thousand_numbers_is_bounded() -> None:
    text = " ".join(f"138{number:08d}" for number in range(10_000))
    assert len(extract(listing("1", description=text))) <= MAX_IDENTIFIERS


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=8), st.text(max_size=60), max_size=4), st.text(max_size=80))
def test_any_listing_is_read(claims: dict[str, str], text: str) -> None:
    one = listing("1", claims=claims, description=text, name=text[:9], contacts=(text,))
    assert extract(one) == extract(one)
