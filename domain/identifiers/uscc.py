"""统一社会信用代码, the unified social credit code (GB 32100-2015): 18 characters that name one legal entity.

Authority (1), category (1), registration region (6), organisation code (9, with its own GB 11714 check), check (1).
"""

from __future__ import annotations

from domain.identifiers.checked import Checked, squeeze

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

WRONG_CHARACTER = "统一社会信用代码含有不允许使用的字符（I、O、S、V、Z 等）"
WRONG_CHECK = "统一社会信用代码第 18 位校验码不符（GB 32100），请核对原件"
WRONG_ORGANISATION_CHECK = "统一社会信用代码中的组织机构代码校验位不符（GB 11714），部分真实代码也如此"


def check_character(code: str) -> str:
    """The 18th character for the first 17: 31 − Σ value × 3^(i−1) mod 31, where 31 is written 0. ValueError if none."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(code, _WEIGHTS, strict=False))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check(code: str) -> str:
    """The 17th character for places 9–16: 11 − Σ value × weight mod 11, where 10 is X and 11 is 0 (GB 11714-1997)."""
    pairs = zip(code[8:16], _ORGANISATION_WEIGHTS, strict=True)
    remainder = 11 - sum(_ORGANISATION_ALPHABET.index(character) * weight for character, weight in pairs) % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def parse(text: str) -> Checked | None:
    """The code in ``text``, with the two check digits reported apart; None when it is not 18 letters and digits.

    >>> parse("91330106MA85957480").warnings
    ('统一社会信用代码中的组织机构代码校验位不符（GB 11714），部分真实代码也如此',)
    """
    code = squeeze(text)
    if len(code) != 18 or not (code.isascii() and code.isalnum()):
        return None
    warnings = []
    if any(character not in ALPHABET for character in code):
        warnings.append(WRONG_CHARACTER)
    else:
        if check_character(code) != code[17]:
            warnings.append(WRONG_CHECK)
        if organisation_check(code) != code[16]:
            warnings.append(WRONG_ORGANISATION_CHECK)
    region = code[2:8] if code[2:8].isdigit() else ""
    return Checked(kind="uscc", value=code, verbatim=text, warnings=tuple(warnings), region=region)


def confirmed(code: Checked) -> bool:
    """Its own check character (the 18th) agrees, so it is no slip of the pen. The inner one may still fail."""
    return WRONG_CHECK not in code.warnings and WRONG_CHARACTER not in code.warnings
