"""Numbers that goods and firms carry, with right check digits, written from the standards for what does not exist."""

from __future__ import annotations

import string
from random import Random

#: GB 32100 leaves out I, O, S, V and Z.
_SIGNS = "".join(sign for sign in string.digits + string.ascii_uppercase if sign not in "IOSVZ")


def credit_code(rng: Random, region: str) -> str:
    """A 统一社会信用代码 of a company registered in ``region`` (GB 32100; the inner code after GB 11714)."""
    inner = "MA" + "".join(rng.choice(_SIGNS) for _ in range(6))
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = {sign: number for number, sign in enumerate(string.digits + string.ascii_uppercase)}
    rest = 11 - sum(weight * values[sign] for weight, sign in zip(weights, inner, strict=True)) % 11
    body = "91" + region + inner + {10: "X", 11: "0"}.get(rest, str(rest))
    return body + _check(body)


def _check(body: str) -> str:
    return _SIGNS[-sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body)) % 31]


def spoiled(rng: Random, code: str) -> str:
    """The code with two signs changed and a check digit that is wrong: as it looks when somebody made it up."""
    signs = list(code)
    for place in rng.sample(range(8, 17), 2):
        signs[place] = rng.choice([sign for sign in string.digits if sign != signs[place]])
    signs[17] = _SIGNS[(_SIGNS.index(_check("".join(signs[:17]))) + rng.randrange(1, 31)) % 31]
    return "".join(signs)


def food_licence(rng: Random, region: str, group: str) -> str:
    """SC and 14 digits: 1, the food group (two digits), the region, a serial number, ISO 7064 MOD 11,10."""
    body = f"1{group}{region}{rng.randrange(1, 9000):04d}"
    carry = 10
    for digit in map(int, body):
        carry = ((carry + digit) % 10 or 10) * 2 % 11
    return f"SC{body}{(11 - carry) % 10}"


def barcode(rng: Random, prefix: str = "") -> str:
    """An EAN-13 out of the range that GS1 China gives."""
    body = (prefix or f"69{rng.randrange(30, 60)}") + "".join(rng.choice(string.digits) for _ in range(12))
    body = body[:12]
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


def phone(rng: Random) -> str:
    """A mobile number that rings nowhere: prefix 164 is not given to anybody."""
    return f"164{rng.randrange(10**8):08d}"


def registration(rng: Random) -> str:
    """A trademark registration number of eight digits."""
    return str(rng.randrange(30_000_000, 69_999_999))
