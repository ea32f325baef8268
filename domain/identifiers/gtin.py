"""商品条码: GTIN-8, GTIN-12 (UPC-A), GTIN-13 and GTIN-14, with the modulo 10 check of the GS1 General Specifications.

It names a product of the brand owner; anyone may print it, so it is never proof of where goods come from.
"""

from __future__ import annotations

from domain.identifiers.checked import Checked, squeeze

WRONG_CHECK = "商品条码的校验位不符"
IN_STORE = "店内码（前缀 02、04、20–29），只在一家商店内有意义，不能跨店比对"


def check_digit(digits: str) -> str:
    """The last digit for those before it: weights 3, 1, 3, 1 … from the right."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def parse(text: str) -> Checked | None:
    """The number as printed; None unless it is 8, 12, 13 or 14 digits.

    >>> parse("6901234567892").sound, parse("6901234567890").warnings
    (True, ('商品条码的校验位不符',))
    """
    digits = squeeze(text)
    if len(digits) not in (8, 12, 13, 14) or not (digits.isascii() and digits.isdigit()):
        return None
    warnings = []
    if check_digit(digits[:-1]) != digits[-1]:
        warnings.append(WRONG_CHECK)
    if len(digits) > 8 and in_store(digits):
        warnings.append(IN_STORE)
    return Checked(kind="gtin", value=digits, verbatim=text, warnings=tuple(warnings))


def in_store(digits: str) -> bool:
    """Restricted circulation: GS1 prefixes 02, 04 and 20–29 have no meaning outside one shop."""
    prefix = digits.zfill(14)[1:3]
    return prefix in ("02", "04") or prefix[0] == "2"


def as_gtin14(digits: str) -> str:
    """The 14-digit form, in which the four lengths compare."""
    return digits.zfill(14)
