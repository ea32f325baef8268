"""The query language: words, "phrases", -exclusion, wildcards, field:value|value and ranges, parsed once.

::

    五常大米 "黑龙江 五常" -批发        all words and phrases, and not the excluded one
    茅?台  茅*台                        ? is one character, * none to two, within one text
    tier:高|中  卖家:*旗舰店  -权利:*    filters, in English or Chinese; * any run, ? any one character
    price:10..20  价格:>100  首次发现:2026-11-01..   numbers and dates, both ends included

A space is "and". Whatever is between quotes is taken as it stands (``\\"`` is a quote). An unknown name before a colon
is part of the word when it is Chinese (尺寸:大) and an error when it looks like a misspelt field (platfrom:淘宝).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod

from domain.errors import QueryError
from domain.text import fold
from indexer.conditions import MAX_GAP, AnyOf, Between, Condition, Contains, Known, Like, Not, OneOf, Spaced
from indexer.documents import word
from indexer.fields import NAMES, NO, YES, Field
from indexer.ranks import bound

MAX_LENGTH = 4_000
MAX_CLAUSES = 64
MAX_TERM = 200
MAX_VALUES = 200
MAX_WILDCARDS = 4
#: Ways to fill all wildcards of a query: each ``*`` in a word has three, each filter value with wildcards is one.
MAX_WAYS = 256

_OPEN, _CLOSE = '"“”', '"”“'
_NAME = re.compile(r"([A-Za-z_]+|[㐀-鿿]+)[:：]")
_ADDRESS = re.compile(r"[:：]//")
_GAPS = {"?": (1, 1), "*": (0, MAX_GAP)}
_FLAGS = {"true": YES, "yes": YES, "1": YES, "false": NO, "no": NO, "0": NO}


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a query: where it stands (characters, end excluded), what it means, and the field it filters."""

    start: int
    end: int
    condition: Condition
    field: str = ""

    @property
    def excluded(self) -> bool:
        return isinstance(self.condition, Not)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text as typed: its characters, each marked as a wildcard or not."""

    start: int
    end: int
    chars: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        return "".join(char for char, _ in self.chars)

    @property
    def wild(self) -> bool:
        return any(wild for _, wild in self.chars)


def quote(text: str) -> str:
    """The text as the language takes it literally, whatever it contains."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _wrong(problem: str, position: int) -> QueryError:
    return QueryError(f"查询第 {position + 1} 个字符处：{problem}", position=position)


def parse(text: str) -> tuple[Clause, ...]:
    """The clauses of a query, all of which must hold. Raises QueryError that names the place and what to do."""
    if len(text) > MAX_LENGTH:
        raise _wrong(f"查询有 {len(text)} 个字符，上限 {MAX_LENGTH} 个，请缩短", MAX_LENGTH)
    clauses: list[Clause] = []
    at = ways = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        if len(clauses) >= MAX_CLAUSES:
            raise _wrong(f"查询多于 {MAX_CLAUSES} 个条件，请拆成几次查询", at)
        clause = _clause(text, at)
        ways += _ways(clause.condition)
        if ways > MAX_WAYS:
            raise _wrong("整个查询的通配符太多，请减少 * 的个数，或拆成几次查询", at)
        clauses.append(clause)
        at = clause.end
    return tuple(clauses)


def _ways(condition: Condition) -> int:
    match condition:
        case Not(part):
            return _ways(part)
        case AnyOf(parts):
            return sum(map(_ways, parts))
        case Like():
            return 1
        case Spaced(_, gaps):
            return prod(most - least + 1 for least, most in gaps)
    return 0


def _clause(text: str, start: int) -> Clause:
    at = start
    excluded = text[at] == "-" and at + 1 < len(text) and not text[at + 1].isspace()
    at += excluded
    name = _NAME.match(text, at)
    if name and not _ADDRESS.match(text, name.end() - 1):
        field = NAMES.get(name[1])
        if field is not None:
            return _filter(text, start, name.end(), field, excluded)
        if name[1].isascii():
            known = "、".join(NAMES)
            raise _wrong(f"没有 {name[1]} 这个字段，可用：{known}；若要搜原文，请加引号", at)
    piece = _piece(text, at, stop="")
    condition = _text(piece)
    return Clause(start, piece.end, Not(condition) if excluded else condition)


def _piece(text: str, start: int, stop: str) -> _Piece:
    """A quoted text, or the characters up to a space, a quote or one of ``stop``."""
    if start < len(text) and text[start] in _OPEN:
        return _quoted(text, start)
    end = start
    while end < len(text) and not text[end].isspace() and text[end] not in _OPEN and text[end] not in stop:
        end += 1
    return _Piece(start, end, tuple((char, char in "*?") for char in text[start:end]))


def _quoted(text: str, start: int) -> _Piece:
    chars: list[tuple[str, bool]] = []
    at = start + 1
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in ("\\", '"', "“", "”"):
            chars.append((text[at + 1], False))
            at += 2
        elif text[at] in _CLOSE:
            if not chars:
                raise _wrong("引号里没有内容", start)
            return _Piece(start, at + 1, tuple(chars))
        else:
            chars.append((text[at], False))
            at += 1
    raise _wrong("引号没有配对，请补上右引号，或去掉这个引号", start)


def _text(piece: _Piece) -> Condition:
    """A searched text, with or without wildcards."""
    texts: list[str] = [""]
    gaps: list[tuple[int, int]] = []
    for char, wild in piece.chars:
        if not wild:
            texts[-1] += char
        elif texts[-1] or not gaps:
            texts.append("")
            gaps.append(_GAPS[char])
        else:
            gaps[-1] = (gaps[-1][0] + _GAPS[char][0], gaps[-1][1] + _GAPS[char][1])
    folded = [fold(each) for each in texts]
    if sum(map(len, folded)) > MAX_TERM:
        raise _wrong(f"一个词多于 {MAX_TERM} 个字符，请缩短", piece.start)
    # A wildcard at either end asks for nothing when * and for any neighbour when ?, which no substring search needs.
    while gaps and not folded[0]:
        folded, gaps = folded[1:], gaps[1:]
    while gaps and not folded[-1]:
        folded, gaps = folded[:-1], gaps[:-1]
    if not folded[0]:
        raise _wrong("通配符之外要有文字", piece.start)
    if not gaps:
        return Contains(folded[0])
    if len(gaps) > MAX_WILDCARDS or any(most > MAX_GAP for _, most in gaps):
        raise _wrong(f"一个词里最多 {MAX_WILDCARDS} 处通配，每处最多跨 {MAX_GAP} 个字符", piece.start)
    return Spaced(tuple(folded), tuple(gaps))


def _filter(text: str, start: int, at: int, field: Field, excluded: bool) -> Clause:
    if field.kind != "word":
        piece = _piece(text, at, stop="")
        condition: Condition = _range(field, piece)
        return Clause(start, piece.end, Not(condition) if excluded else condition, field.name)
    values: list[Condition] = []
    exact: dict[str, None] = {}
    while True:
        piece = _piece(text, at, stop="|")
        if not piece.chars:
            raise _wrong(f"{field.title}后面没有值", piece.start)
        if piece.wild:
            values.append(_like(field, piece))
        else:
            exact[_value(field, piece.text)] = None
        if len(values) + len(exact) > MAX_VALUES:
            raise _wrong(f"一个字段多于 {MAX_VALUES} 个值", piece.start)
        at = piece.end
        if text[at : at + 1] != "|":
            break
        at += 1
    if exact:
        values.insert(0, OneOf(field.name, tuple(exact)))
    condition = values[0] if len(values) == 1 else AnyOf(tuple(values))
    return Clause(start, at, Not(condition) if excluded else condition, field.name)


def _value(field: Field, text: str) -> str:
    return _FLAGS.get(text.lower(), text) if field.name == "gone" else word(text)


def _like(field: Field, piece: _Piece) -> Condition:
    if piece.text == "*":
        return Known(field.name)
    parts: list[str] = [""]
    for char, wild in piece.chars:
        if wild and not (char == "*" and len(parts) > 1 and parts[-2] == "*" and not parts[-1]):
            parts += [char, ""]
        elif not wild:
            parts[-1] += char
    if len(parts) // 2 > MAX_WILDCARDS:
        raise _wrong(f"一个值里最多 {MAX_WILDCARDS} 处通配", piece.start)
    if len(piece.chars) > MAX_TERM:
        raise _wrong(f"一个值多于 {MAX_TERM} 个字符，请缩短", piece.start)
    return Like(field.name, tuple(parts))


_COMPARISONS = (">=", "<=", ">", "<", "≥", "≤", "＞", "＜")


def _range(field: Field, piece: _Piece) -> Condition:
    text = _plain(field, piece.text)
    if text == "*":
        return Known(field.name)
    low, high, strict = text, text, False
    sign = next((each for each in _COMPARISONS if piece.text.startswith(each)), "")
    if sign:
        strict = len(sign) == 1 and sign not in "≥≤"
        value = _plain(field, piece.text[len(sign) :])
        low, high = (value, "") if sign[0] in ">≥＞" else ("", value)
    elif ".." in text:
        low, _, high = text.partition("..")
    if not low and not high:
        raise _wrong(f"{field.title}的范围是空的，应形如 10..20 或 >=10", piece.start)
    return between(field, low, high, strict=strict, position=piece.start)


def _plain(field: Field, text: str) -> str:
    """Full-width digits and signs as plain ones; times keep their capital T and Z."""
    folded = fold(text)
    return folded.upper() if field.kind == "time" else folded


def between(field: Field, low: str, high: str, *, strict: bool = False, position: int | None = None) -> Between:
    """A range of a number or time from its ends as typed; an empty end is open. Raises QueryError."""
    try:
        return Between(
            field.name,
            bound(field.name, low, upper=False, strict=strict) if low else None,
            bound(field.name, high, upper=True, strict=strict) if high else None,
        )
    except ValueError:
        example = "2026-11-01..2026-11-24" if field.kind == "time" else "10..20、>=10 或 12.5"
        typed = low if low == high else f"{low}..{high}"
        problem = f"看不懂{field.title}的范围 {typed[:60]!r}，应形如 {example}"
        if position is None:
            raise QueryError(problem) from None
        raise _wrong(problem, position) from None
