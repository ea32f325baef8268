"""食品生产许可证编号: SC and 14 digits, the last an ISO 7064 MOD 11,10 check; and the QS numbers it replaced.

Category (3), province, city, county (6, GB/T 2260), serial (4), check (1). It names the maker, not the seller.
"""

from __future__ import annotations

import re

from domain.identifiers.checked import Checked, squeeze

_SC = re.compile(r"(?:SC)?(1|2)(\d{13})", re.ASCII)
_QS = re.compile(r"QS(\d{12})", re.ASCII)

WRONG_CHECK = "食品生产许可证编号的校验位不符（个别真实商品也印有这样的编号），请到许可登记中核对"
OBSOLETE = "QS 编号自 2018 年 10 月 1 日起不得在新生产的食品上使用"


def check_digit(digits: str) -> str:
    """The 14th digit for the first 13 (ISO 7064 MOD 11,10)."""
    product = 10
    for digit in digits[:13]:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def parse(text: str) -> Checked | None:
    """``SC`` and 14 digits, or the 14 digits alone; an old ``QS`` number with its warning; else None.

    >>> parse("SC12442011202449").sound, parse("SC118 3402 0305 037").value
    (False, 'SC11834020305037')
    """
    written = squeeze(text)
    old = _QS.fullmatch(written)
    if old:
        return Checked(kind="qs_licence", value=written, verbatim=text, warnings=(OBSOLETE,), region=old[1][:4])
    if not _SC.fullmatch(written):
        return None
    digits = written.removeprefix("SC")
    warnings = () if check_digit(digits) == digits[13] else (WRONG_CHECK,)
    return Checked(kind="sc_licence", value=f"SC{digits}", verbatim=text, warnings=warnings, region=digits[3:9])
