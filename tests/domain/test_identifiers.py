"""The identifiers and the vectors of GB 32100, ISO 7064, GS1 and the registers' patterns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import READERS, contacts, filings, gtin, licence, medicine, uscc, verify


@pytest.mark.parametrize(
    "code",
    ["91110000600037341L", "91350100M000100Y43", "11320000MB151840XJ", "91110000101623741K", "911101066976941872"],
)
def test_sound_credit_codes(code: str) -> None:
    checked = uscc.parse(code)
    assert checked is not None
    assert checked.sound
    assert checked.value == code
    assert uscc.confirmed(checked)


def test_the_two_check_digits_of_a_credit_code_are_reported_apart() -> None:
    inner = uscc.parse("91330106MA85957480")  # real; the last check is 0, that of the organisation code fails
    assert inner is not None
    assert inner.warnings == (uscc.WRONG_ORGANISATION_CHECK,)
    assert uscc.confirmed(inner)
    last = uscc.parse("91350100M000100Y4A")
    assert last is not None
    assert last.warnings == (uscc.WRONG_CHECK,)
    assert not uscc.confirmed(last)


def test_a_code_of_an_agricultural_body_is_not_refused() -> None:
    checked = uscc.parse("N2330100MF123456X2")
    assert checked is not None
    assert uscc.WRONG_CHECK not in checked.warnings


def test_a_credit_code_keeps_what_was_written_and_its_region() -> None:
    checked = uscc.parse(" ９１１１0000-600037341l ")
    assert checked is not None
    assert (checked.value, checked.verbatim, checked.region) == (
        "91110000600037341L",
        " ９１１１0000-600037341l ",
        "110000",
    )


def test_a_letter_outside_the_alphabet_is_a_warning() -> None:
    checked = uscc.parse("9111O000600037341L")
    assert checked is not None
    assert checked.warnings == (uscc.WRONG_CHARACTER,)


@given(st.text(alphabet=uscc.ALPHABET, min_size=17, max_size=17))
def test_every_slip_of_one_character_shows(head: str) -> None:
    code = head + uscc.check_character(head)
    for place in range(0, 17, 4):
        other = next(character for character in uscc.ALPHABET if character != code[place])
        slipped = uscc.parse(code[:place] + other + code[place + 1 :])
        assert slipped is not None
        assert uscc.WRONG_CHECK in slipped.warnings


@pytest.mark.parametrize("digits", ["11834020305037", "10744030704994", "10811310111839", "12437010500152"])
def test_sound_food_licences(digits: str) -> None:
    checked = licence.parse(f"SC {digits}")
    assert checked is not None
    assert checked.sound
    assert checked.value == f"SC{digits}"
    assert checked.region == digits[3:9]


def test_a_real_licence_with_a_wrong_check_digit_is_kept_with_its_warning() -> None:
    checked = licence.parse("12442011202449")
    assert checked is not None
    assert checked.warnings == (licence.WRONG_CHECK,)


def test_an_old_qs_number_is_read_and_said_to_be_obsolete() -> None:
    checked = licence.parse("QS4117 0601 0123")
    assert checked is not None
    assert checked.kind == "qs_licence"
    assert checked.warnings == (licence.OBSOLETE,)


@pytest.mark.parametrize("digits", ["6901234567892", "69012341", "16901234567899", "036000291452"])
def test_sound_bar_codes(digits: str) -> None:
    checked = gtin.parse(digits)
    assert checked is not None
    assert checked.sound


def test_bar_codes_with_something_wrong() -> None:
    wrong = gtin.parse("6901234567890")
    assert wrong is not None
    assert wrong.warnings == (gtin.WRONG_CHECK,)
    inside = gtin.parse("2012345678900")
    assert inside is not None
    assert gtin.IN_STORE in inside.warnings
    assert gtin.as_gtin14("6901234567892") == "06901234567892"


def test_medicine() -> None:
    code = medicine.parse_code("86900001000019")
    assert code is not None
    assert code.sound
    wrong = medicine.parse_code("86900001000018")
    assert wrong is not None
    assert wrong.warnings == (medicine.WRONG_CHECK,)
    assert medicine.parse_code("6901234567892") is None
    approval = medicine.parse_approval("国药准字 Z20053456")
    assert approval is not None
    assert approval.value == "国药准字Z20053456"
    assert medicine.parse_approval("国药准字X20053456") is None


def test_numbers_without_a_check_digit() -> None:
    mark = filings.parse_trademark("第 1234567 号")
    assert mark is not None
    assert mark.value == "1234567"
    madrid = filings.parse_trademark("G1234567")
    assert madrid is not None
    assert madrid.value == "G1234567"
    certificate = filings.parse_ccc("2020010101280000")
    assert certificate is not None
    assert filings.parse_ccc("1820010101280000") is None
    site = filings.parse_icp("豫ICP备12345678号-1")
    assert site is not None
    assert site.value == "豫ICP备12345678号"
    assert filings.parse_icp("X ICP备12345678号") is None


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("13800138000", "mobile", "13800138000"),
        ("+86 １３８-0013 8000", "mobile", "13800138000"),
        ("0371-6555 1234", "landline", "037165551234"),
        ("(010)8888 6666", "landline", "01088886666"),
        ("400-123-4567", "hotline", "4001234567"),
        ("12315", "hotline", "12315"),
    ],
)
def test_telephones(written: str, kind: str, value: str) -> None:
    checked = contacts.parse_phone(written)
    assert checked is not None
    assert (checked.kind, checked.value) == (kind, value)


def test_a_service_number_carries_a_warning() -> None:
    checked = contacts.parse_phone("95338")
    assert checked is not None
    assert checked.warnings == (contacts.SERVICE_NUMBER,)


@pytest.mark.parametrize("written", ["12800138000", "138001380", "1380013800012", "0000", "", "电话"])
def test_not_a_telephone(written: str) -> None:
    assert contacts.parse_phone(written) is None


def test_names_that_are_used_as_one_are_one() -> None:
    as_wechat, as_mail = contacts.parse_wechat("138 0013 8000"), contacts.parse_email("87654321@QQ.com")
    assert as_wechat is not None
    assert as_mail is not None
    assert (as_wechat.kind, as_wechat.value) == ("mobile", "13800138000")
    assert (as_mail.kind, as_mail.value) == ("qq", "87654321")
    other = contacts.parse_email("Foo.Bar@163.com")
    assert other is not None
    assert other.value == "foo.bar@163.com"
    assert contacts.parse_email("a@b") is None


@given(st.sampled_from(sorted(READERS)), st.text(max_size=60))
def test_any_text_is_read_or_is_none(kind: str, text: str) -> None:
    checked = verify(kind, text)
    if checked is not None:
        assert checked.verbatim == text
        again = verify(kind, checked.value)
        assert again is not None
        assert again.value == checked.value
