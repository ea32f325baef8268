"""Canonical JSON (RFC 8785, JCS): one value, one sequence of bytes, so that its digest means something.

Names sorted by UTF-16 code units, no blanks, numbers as ECMAScript writes a double, only the escapes JSON demands.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal

from domain.errors import PackError

#: Above this a double no longer tells neighbouring integers apart (RFC 7493, section 2.2).
MAX_INTEGER = 2**53 - 1


def number(value: float) -> str:
    """A double as ECMAScript's Number::toString writes it (ECMA-262, 6.1.6.1.20). PackError for NaN and infinity."""
    if not math.isfinite(value):
        raise PackError(f"JSON 不能表示数值 {value}")
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text, count = "".join(map(str, digits)), len(digits)
    point = count + exponent  # the decimal point stands after so many digits
    if count <= point <= 21:
        body = text + "0" * (point - count)
    elif 0 < point <= 21:
        body = f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        body = "0." + "0" * -point + text
    else:
        rest = f".{text[1:]}" if count > 1 else ""
        body = f"{text[0]}{rest}e{point - 1:+d}"
    return "-" + body if sign else body


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise PackError(f"文本含有孤立的代理码位，无法写入证据文件：{value[:40]!r}") from None
    return json.dumps(value, ensure_ascii=False)


def _write(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise PackError(f"整数 {value} 超出 JSON 可准确表示的范围")
        return str(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_text(name)}:{_write(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_write, value)) + "]"
    raise PackError(f"无法写成 JSON 的值：{type(value).__name__}")


def encode(value: object) -> bytes:
    """Mappings with text names, lists, texts, numbers, true, false, None to canonical bytes. PackError otherwise."""
    try:
        return _write(value).encode()
    except RecursionError:
        raise PackError("JSON 嵌套过深，无法写入证据文件") from None


def exact(value: object) -> object:
    """The same value with integers that a double cannot hold written as texts: a hostile page may claim any number."""
    if isinstance(value, Mapping):
        return {str(name): exact(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [exact(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MAX_INTEGER:
        return str(value)
    return value
