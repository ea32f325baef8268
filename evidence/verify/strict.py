"""JSON read so that it has one meaning, and RFC 8785 checked by spelling it again. Standard library only."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from evidence.verify.result import Broken


def _constant(name: str) -> NoReturn:
    raise Broken(f"JSON 中有 {name}，这不是数值")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Broken("JSON 的一个对象里有重复的字段名")
    return found


def parse(data: bytes, path: str) -> Any:
    """The value of one JSON text without duplicate names or NaN. Broken names ``path``."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_constant)
    except Broken as problem:
        raise Broken(f"{path}：{problem}") from None
    except RecursionError:
        raise Broken(f"{path} 嵌套过深，拒绝读取") from None
    except ValueError as error:
        raise Broken(f"{path} 不是有效的 UTF-8 JSON：{str(error)[:200]}") from None


def _number(value: float) -> str:
    """ECMAScript's spelling: the shortest digits that give the double back, then the point moved to its place."""
    if not math.isfinite(value):
        raise Broken("JSON 中有无穷大的数值")
    if value == 0:
        return "0"
    sign, mantissa = "-" if value < 0 else "", repr(abs(value))
    mantissa, _, exponent = mantissa.partition("e")
    whole, _, fraction = mantissa.partition(".")
    power = int(exponent or 0) + len(whole) - 1
    digits = whole + fraction
    power -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    if not -7 < power < 21:
        return f"{sign}{digits[0]}{'.' + digits[1:] if digits[1:] else ''}e{'+' if power > 0 else '-'}{abs(power)}"
    if power < 0:
        return f"{sign}0.{digits.rjust(len(digits) - power - 1, '0')}"
    digits = digits.ljust(power + 1, "0")
    whole, fraction = digits[: power + 1], digits[power + 1 :]
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile('["\\\\\x00-\x1f]')


def _string(value: str) -> str:
    spelled = _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04x}"), value)
    return f'"{spelled}"'


def spell(value: Any) -> str:
    """The canonical text of a parsed value."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value)
        case int():
            return str(value) if -(2**53) < value < 2**53 else _number(float(value))
        case float():
            return _number(value)
        case list():
            return "[" + ",".join([spell(item) for item in value]) + "]"
        case dict():
            order = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))
            return "{" + ",".join([_string(name) + ":" + spell(item) for name, item in order]) + "}"
        case _:
            raise Broken(f"JSON 中有不认识的值 {type(value).__name__}")


def canonical(data: bytes, path: str) -> Any:
    """The value of a canonical JSON text; Broken when it is spelled in any other way."""
    value = parse(data, path)
    if spell(value).encode("utf-8", "surrogatepass") != data:
        raise Broken(f"{path} 不是 RFC 8785 规范写法：内容可能被改动或重新保存")
    return value
