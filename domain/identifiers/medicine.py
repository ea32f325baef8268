"""药品本位码 (14 digits, 86 9 …, weights as of a bar code) and 药品批准文号 (国药准字, a letter and eight digits)."""

from __future__ import annotations

import re

from domain.identifiers import gtin
from domain.identifiers.checked import Checked, squeeze

_CODE = re.compile(r"869\d{11}", re.ASCII)
# H chemical, Z Chinese medicine, S biological, J imported, T diagnostic, B health product, F excipient; since 2020 a
# second letter C (港澳台) or J (境外) may follow (药品注册管理办法, 2020, art. 123).
_APPROVAL = re.compile(r"国药准字([HZSJTBF][CJ]?)(\d{8})", re.ASCII)

WRONG_CHECK = "药品本位码的校验位不符"


def parse_code(text: str) -> Checked | None:
    """药品本位码: 14 digits that begin with 869.

    >>> parse_code("86900001000019").sound
    True
    """
    digits = squeeze(text)
    if not _CODE.fullmatch(digits):
        return None
    warnings = () if gtin.check_digit(digits[:-1]) == digits[-1] else (WRONG_CHECK,)
    return Checked(kind="drug_code", value=digits, verbatim=text, warnings=warnings)


def parse_approval(text: str) -> Checked | None:
    """国药准字H20203001 and its kin: a pattern; whether it was granted only the register can say.

    >>> parse_approval("国药准字 h20203001").value
    '国药准字H20203001'
    """
    written = squeeze(text)
    if not _APPROVAL.fullmatch(written):
        return None
    return Checked(kind="drug_approval", value=written, verbatim=text)
