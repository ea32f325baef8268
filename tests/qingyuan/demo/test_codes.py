"""The check digits of made-up numbers, checked with formulas written here from the standards and their vectors."""

from __future__ import annotations

from random import Random

import pytest

from qingyuan.demo import codes
from qingyuan.demo.economy import generate

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _credit_code_passes(code: str) -> bool:
    total = sum(ALPHABET.index(sign) * 3**place for place, sign in enumerate(code[:17]))
    return len(code) == 18 and ALPHABET[(31 - total % 31) % 31] == code[17]


def _licence_passes(digits: str) -> bool:
    product = 10
    for digit in map(int, digits[:-1]):
        product = (product + digit) % 10 or 10
        product = product * 2 % 11
    return len(digits) == 14 and (product + int(digits[-1])) % 10 == 1


def _barcode_passes(digits: str) -> bool:
    return len(digits) == 13 and sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10 == 0


def test_the_formulas_here_agree_with_known_numbers() -> None:
    assert all(map(_credit_code_passes, ("91110000600037341L", "91350100M000100Y43", "91330106MA85957480")))
    assert not _credit_code_passes("91350100M000100Y4A")
    assert all(map(_licence_passes, ("11834020305037", "10744030704994", "10811310111839", "12437010500152")))
    assert not _licence_passes("12442011202449")
    assert _barcode_passes("6901234567892")
    assert not _barcode_passes("6901234567890")


@pytest.mark.parametrize("seed", range(20))
def test_made_up_numbers_pass(seed: int) -> None:
    rng = Random(seed)
    code = codes.credit_code(rng, "411502")
    assert _credit_code_passes(code)
    assert code[2:8] == "411502"
    assert not _credit_code_passes(codes.spoiled(rng, code))
    licence = codes.food_licence(rng, "411502", "14")
    assert licence.startswith("SC1")
    assert licence[5:11] == "411502"
    assert _licence_passes(licence[2:])
    assert _barcode_passes(codes.barcode(rng))


def test_firms_of_a_market_have_valid_codes_and_nobody_shares_one() -> None:
    companies = generate(7).companies
    assert all(_credit_code_passes(company.uscc) for company in companies)
    assert (
        len({company.name for company in companies}) == len(companies) == len({company.uscc for company in companies})
    )
