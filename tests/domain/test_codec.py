"""The strict codec: what it refuses and how it says so, and that every record survives the round trip."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import codec, records
from domain.errors import DecodeError, QingyuanError

LINE = (
    '{"platform":"淘宝","ref":"1","url":"https://item.example/1","title":"信阳毛尖","price":"12.50","currency":"CNY",'
    '"sales":3,"claims":{"品牌":"甲"},"seller":{"name":"店","contacts":["138"]},"category":["茶"],'
    '"images":["a.jpg"],"observed_at":"2026-11-24T08:00:00+08:00","capture":"sha256:00"}'
)


def with_field(field: str, value: str) -> bytes:
    plain = '{"platform":"p","ref":"1","url":"u","title":"t","observed_at":"2026-11-24T08:00:00Z"'
    return f'{plain},"{field}":{value}}}'.encode()


def test_a_listing_is_read_as_written() -> None:
    listing = codec.decode(LINE, records.Listing)
    assert listing.key == "淘宝/1"
    assert listing.price == Decimal("12.50")
    assert str(listing.price) == "12.50"
    assert listing.claims == {"品牌": "甲"}
    assert listing.seller.contacts == ("138",)
    assert listing.observed_at == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def test_absent_and_null_are_the_same() -> None:
    assert codec.decode(with_field("price", "null"), records.Listing).price is None
    assert codec.decode(with_field("description", "null"), records.Listing).description == ""


@pytest.mark.parametrize(
    ("field", "value", "where", "problem"),
    [
        ("prise", '"1"', "prise", "未知字段"),
        ("price", "12.5", "price", "应为文本，实为小数"),
        ("price", '"12.5元"', "price", "不是十进制数"),
        ("price", '"1e5"', "price", "不是十进制数"),
        ("price", '"NaN"', "price", "不是十进制数"),
        ("price", '"１２"', "price", "不是十进制数"),
        ("sales", '"3"', "sales", "应为整数，实为文本"),
        ("sales", "true", "sales", "应为整数，实为布尔值"),
        ("sales", "3.0", "sales", "应为整数，实为小数"),
        ("description", "1", "description", "应为文本"),
        ("claims", '{"品牌":1}', "claims.品牌", "应为文本"),
        ("claims", "[]", "claims", "应为对象"),
        ("images", '"a.jpg"', "images", "应为数组"),
        ("images", '["a",1]', "images[1]", "应为文本"),
        ("seller", '{"nam":"x"}', "seller.nam", "未知字段"),
        ("seller", '{"contacts":["a",null]}', "seller.contacts[1]", "实为null"),
        ("observed_at", '"2026-11-24"', "observed_at", "RFC 3339"),
        ("observed_at", '"2026-11-24T08:00:00"', "observed_at", "RFC 3339"),
        ("title", "null", "title", "应为文本"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: str, where: str, problem: str) -> None:
    with pytest.raises(DecodeError) as error:
        codec.decode(with_field(field, value), records.Listing)
    assert error.value.field == where
    assert problem in str(error.value)
    assert where in str(error.value)


@pytest.mark.parametrize("name", ["platform", "ref", "url", "title", "observed_at"])
def test_a_missing_field_is_named(name: str) -> None:
    plain = codec.to_builtins(codec.decode(LINE, records.Listing))
    del plain[name]
    with pytest.raises(DecodeError) as error:
        codec.from_builtins(plain, records.Listing)
    assert error.value.field == name


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '"a"', "{}{}", '{"a":1', "\ufeff{}", "[" * 100_000])
def test_what_is_not_one_object_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        codec.decode(text, records.Listing)


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(DecodeError, match="JSON"):
        codec.decode(LINE.encode("gbk"), records.Listing)


def test_an_oversized_line_is_refused_before_parsing() -> None:
    with pytest.raises(DecodeError, match="上限"):
        codec.decode(b" " * (codec.MAX_LINE + 1), records.Listing)


def test_lines_go_on_after_an_error_that_names_its_line() -> None:
    lines = [LINE.encode(), b"", b'{"platform":1}', LINE.encode()]
    found = list(codec.decode_lines(lines, records.Listing, source="a.jsonl"))
    assert [number for number, _ in found] == [1, 3, 4]
    error = found[1][1]
    assert isinstance(error, DecodeError)
    assert (error.line, error.field, error.source) == (3, "platform", "a.jsonl")
    assert str(error).startswith("a.jsonl 第 3 行 字段 platform：")


def test_either_kind_of_right() -> None:
    right = codec.decode('{"id":"a","kind":"gi","sign":"信阳毛尖","area":["河南省信阳市"]}', records.Right)  # type: ignore[arg-type]
    assert isinstance(right, records.GeographicalIndication)
    for line in ('{"id":"a","sign":"x"}', '{"id":"a","kind":"patent","sign":"x"}', "[]"):
        with pytest.raises(DecodeError):
            codec.decode(line, records.Right)  # type: ignore[arg-type]


def test_a_record_that_contradicts_itself_is_refused() -> None:
    for line, record in (
        ('{"id":"a","kind":"trademark","sign":"x","classes":[46]}', records.Trademark),
        ('{"supplier_uscc":"","buyer_uscc":"b","date":"2026-01-01"}', records.Trade),
        ('{"supplier_uscc":"a","buyer_uscc":"b","date":"2026-02-30"}', records.Trade),
        ('{"name":"","uscc":"","company":""}', records.Authorised),
    ):
        with pytest.raises(DecodeError):
            codec.decode(line, record)


def test_a_link_without_a_capture_cannot_be_constructed() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    fields = {"source": "a", "target": "b", "kind": "k", "first_seen": at, "last_seen": at, "strength": "推断"}
    with pytest.raises(ValueError, match="capture"):
        records.Link(capture="", **fields)  # type: ignore[arg-type]


_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
_SOME = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
_TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
_DECIMALS = st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False, allow_infinity=False)
_CLAIMS: st.SearchStrategy[Mapping[str, str]] = st.dictionaries(_SOME, _TEXT, max_size=4).map(MappingProxyType)


def _texts(most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(_TEXT, max_size=most).map(tuple)


_SELLERS = st.builds(
    records.Seller, name=_TEXT, ref=_TEXT, url=_TEXT, company=_TEXT, uscc=_TEXT, location=_TEXT, contacts=_texts()
)
_LISTINGS = st.builds(
    records.Listing,
    platform=_SOME.filter(lambda text: "/" not in text),
    ref=_SOME,
    url=_SOME,
    title=_SOME,
    observed_at=_TIMES,
    description=_TEXT,
    price=st.none() | _DECIMALS,
    currency=_TEXT,
    sales=st.none() | st.integers(0, 2**40),
    claims=_CLAIMS,
    seller=_SELLERS,
    ships_from=_TEXT,
    category=_texts(),
    images=_texts(),
    capture=_TEXT,
)
_AUTHORISED = st.lists(st.builds(records.Authorised, name=_SOME, company=_TEXT, uscc=_TEXT), max_size=2).map(tuple)
_DATES = st.none() | st.dates()
_REGIONS = st.builds(
    records.Region,
    x=st.integers(0, 999),
    y=st.integers(0, 999),
    width=st.integers(1, 999),
    height=st.integers(1, 999),
    image=_TEXT,
)
_SIGNALS = st.builds(
    records.Signal,
    name=_SOME,
    score=st.floats(-20, 20),
    detail=_TEXT,
    listing_value=_TEXT,
    right_value=_TEXT,
    region=st.none() | _REGIONS,
)
_RIGHTS: dict[str, Any] = {
    "id": _SOME, "sign": _SOME, "variants": _texts(), "holder": _TEXT, "number": _TEXT, "photos": _texts(),
    "authorised": _AUTHORISED, "valid_from": _DATES, "valid_to": _DATES,
}  # fmt: skip
RECORDS: dict[Any, st.SearchStrategy[Any]] = {
    records.Seller: _SELLERS,
    records.Listing: _LISTINGS,
    records.Trademark: st.builds(
        records.Trademark,
        classes=st.lists(st.integers(1, 45), max_size=3).map(tuple),
        goods=_texts(),
        logos=_texts(),
        reference_price=st.none() | _DECIMALS,
        **_RIGHTS,
    ),
    records.GeographicalIndication: st.builds(
        records.GeographicalIndication, product=_TEXT, area=_texts(), standard=_TEXT, **_RIGHTS
    ),
    records.Finding: st.builds(
        records.Finding,
        id=_SOME,
        listing=st.builds(records.ListingRef, key=_SOME, capture=_TEXT),
        right=_SOME,
        score=st.floats(0, 1),
        tier=st.sampled_from(records.TIERS),
        signals=st.lists(_SIGNALS, max_size=2).map(tuple),
        detector=_TEXT,
        model=_TEXT,
    ),
    records.Judgement: st.builds(
        records.Judgement,
        finding=_SOME,
        verdict=st.sampled_from(records.VERDICTS),
        officer=_SOME,
        at=_TIMES,
        stage=st.sampled_from(records.STAGES),
        note=_TEXT,
    ),
    records.Link: st.builds(
        records.Link,
        source=_SOME,
        target=_SOME,
        kind=_SOME,
        capture=_SOME,
        first_seen=_TIMES,
        last_seen=_TIMES,
        strength=st.sampled_from(records.STRENGTHS),
    ),
    records.Company: st.builds(
        records.Company, name=_SOME, uscc=_TEXT, address=_TEXT, representative=_TEXT, status=_TEXT
    ),
    records.Trade: st.builds(
        records.Trade, supplier_uscc=_SOME, buyer_uscc=_SOME, date=st.dates(), quantity=_TEXT
    ),
    records.Case: st.builds(
        records.Case,
        id=_SOME,
        listing=_LISTINGS,
        label=st.builds(records.Label, suspected=st.booleans(), rights=_texts(), type=_TEXT, why=_TEXT),
    ),
    records.SetAside: st.builds(
        records.SetAside, stage=_SOME, where=_SOME, reason=_SOME, at=_TIMES, capture=_TEXT, excerpt=_TEXT
    ),
}  # fmt: skip


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_record_survives_the_round_trip(record: Any) -> None:
    @settings(max_examples=40, deadline=None)
    @given(RECORDS[record])
    def check(value: Any) -> None:
        line = codec.encode(value)
        assert b"\n" not in line
        again = codec.decode(line, record)
        assert again == value
        assert codec.encode(again) == line

    check()


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT | st.sampled_from(sorted(
        field for field in records.Listing.__dataclass_fields__)), inner, max_size=6),
    max_leaves=12,
))  # fmt: skip
def test_any_json_is_a_record_or_an_error_of_the_tree(value: Any) -> None:
    for record in (records.Listing, records.Finding, records.Right):
        try:
            codec.from_builtins(value, record)  # type: ignore[arg-type]
        except QingyuanError as error:
            assert str(error)


def test_no_record_of_the_contract_is_left_out() -> None:
    written = {
        name
        for name, value in vars(records).items()
        if isinstance(value, type) and value.__module__ == records.__name__
    }
    part_of_another = {"Authorised", "ListingRef", "Region", "Signal", "Label"}
    assert written == {record.__name__ for record in RECORDS} | part_of_another
