"""The strict codec: JSON objects and lines to records and back.

Unknown field, wrong type, bad decimal or date: :class:`~domain.errors.DecodeError` that names the line and the field.
Nothing is guessed: a number is not taken for a text, nor a text for a number. Each type is compiled once into a reader,
and a reader knows nothing of where it stands: the place of an error is put together on the way up.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import PurePath
from typing import Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from domain.errors import DecodeError
from domain.records import GeographicalIndication, Right, Trademark

R = TypeVar("R")
Reader: TypeAlias = Callable[[Any], Any]

_DECIMAL = re.compile(r"-?\d{1,18}(?:\.\d{1,12})?", re.ASCII)
#: A longer line is refused before it is parsed: 16 MiB.
MAX_LINE = 16 * 1024 * 1024


def _say(value: object) -> str:
    names = {str: "文本", bool: "布尔值", int: "整数", float: "小数", list: "数组", dict: "对象", type(None): "null"}
    return names.get(type(value), type(value).__name__)


def _below(step: str, error: DecodeError) -> DecodeError:
    """The error seen from one level up: ``step`` is a field name or ``[index]``."""
    joint = "" if not error.field or error.field.startswith("[") else "."
    return DecodeError(error.problem, field=f"{step}{joint}{error.field}")


def _exactly(kind: type, name: str) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is kind:
            return value
        raise DecodeError(f"应为{name}，实为{_say(value)}")

    return read


_read_text = _exactly(str, "文本")


def _read_number(value: Any) -> float:
    if type(value) in (int, float):
        return float(value)
    raise DecodeError(f"应为数字，实为{_say(value)}")


def _read_decimal(value: Any) -> Decimal:
    if _DECIMAL.fullmatch(_read_text(value)):
        return Decimal(value)
    raise DecodeError(f"不是十进制数：{value[:40]!r}，应形如 12.50")


def _read_date(value: Any) -> date:
    try:
        return date.fromisoformat(_read_text(value))
    except ValueError:
        raise DecodeError(f"不是日期：{value[:40]!r}，应形如 2026-11-24") from None


def _read_time(value: Any) -> datetime:
    try:
        moment = msgspec.convert(_read_text(value), datetime)
    except msgspec.ValidationError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise DecodeError(f"不是带时区的 RFC 3339 时间：{value[:40]!r}，应形如 2026-11-24T08:00:00+08:00")
    return moment


_SCALARS: Mapping[Any, Reader] = {
    str: _read_text,
    bool: _exactly(bool, "布尔值"),
    int: _exactly(int, "整数"),
    float: _read_number,
    Decimal: _read_decimal,
    date: _read_date,
    datetime: _read_time,
}


def _read_texts_by_name(value: Any) -> Mapping[str, str]:
    if type(value) is not dict:
        raise DecodeError(f"应为对象，实为{_say(value)}")
    for name, item in value.items():
        if type(item) is not str:
            raise DecodeError(f"应为文本，实为{_say(item)}", field=name[:80])
    return types.MappingProxyType(value)


def _array_reader(inner: Reader) -> Reader:
    def read(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise DecodeError(f"应为数组，实为{_say(value)}")
        items = []
        for index, item in enumerate(value):
            try:
                items.append(inner(item))
            except DecodeError as error:
                raise _below(f"[{index}]", error) from None
        return tuple(items)

    return read


def _choice_reader(choices: tuple[Any, ...]) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is str and value in choices:
            return value
        raise DecodeError(f"只能是 {'、'.join(map(str, choices))} 之一")

    return read


def _record_reader(record: type) -> Reader:
    hints = get_type_hints(record)
    fields = dataclasses.fields(record)
    readers = {field.name: _reader(hints[field.name]) for field in fields}
    required = tuple(
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise DecodeError(f"应为对象，实为{_say(value)}")
        built: dict[str, Any] = {}
        for name, item in value.items():
            reader = readers.get(name)
            if reader is None:
                raise DecodeError(f"未知字段，可用字段：{'、'.join(readers)}", field=name[:80])
            if item is None and name not in required:
                continue  # absent and null mean the same
            try:
                built[name] = reader(item)
            except DecodeError as error:
                raise _below(name, error) from None
        for name in required:
            if name not in built:
                raise DecodeError("缺少必填字段", field=name)
        try:
            return record(**built)
        except ValueError as error:
            raise DecodeError(str(error)) from None

    return read


def _read_right(value: Any) -> Right:
    if type(value) is not dict:
        raise DecodeError(f"应为对象，实为{_say(value)}")
    kinds = {"trademark": Trademark, "gi": GeographicalIndication}
    if value.get("kind") not in kinds:
        raise DecodeError("只能是 trademark、gi 之一", field="kind")
    return typing.cast("Right", _reader(kinds[value["kind"]])(value))


@cache
def _reader(kind: Any) -> Reader:
    """The compiled reader of a type."""
    if kind == Right:
        return _read_right
    if kind in _SCALARS:
        return _SCALARS[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        return _reader(next(option for option in arguments if option is not type(None)))
    if origin is tuple:
        return _array_reader(_reader(arguments[0]))
    if origin is Literal:
        return _choice_reader(arguments)
    if origin is not None and issubclass(origin, Mapping):
        return _read_texts_by_name
    return _record_reader(kind)


def from_builtins(value: object, record: type[R]) -> R:
    """A record out of dicts, lists and scalars, as JSON would give them."""
    reader: Reader = _reader(typing.cast("Any", record))
    return typing.cast("R", reader(value))


def decode(data: bytes | str, record: type[R]) -> R:
    """One JSON object to one record. Pass :data:`domain.records.Right` for either kind of right."""
    if len(data) > MAX_LINE:
        raise DecodeError(f"一条记录有 {len(data)} 字节，上限 {MAX_LINE} 字节")
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise DecodeError(f"不是有效的 JSON：{error}") from None
    return from_builtins(value, record)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, PurePath):
        return str(value)
    raise NotImplementedError(type(value))


_ENCODER = msgspec.json.Encoder(enc_hook=_plain, decimal_format="string")


def encode(record: object) -> bytes:
    """One record to one line of JSON, without the line end. Fields keep the order of the dataclass."""
    return _ENCODER.encode(record)


def to_builtins(record: object) -> Any:
    """One record to dicts, lists and scalars, as JSON would give them."""
    return msgspec.json.decode(encode(record))


def decode_lines(lines: Iterable[bytes], record: type[R], *, source: str = "") -> Iterator[tuple[int, R | DecodeError]]:
    """Each non-empty line as its number (from 1) and its record, or the error that says why there is none."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield number, decode(line, record)
        except DecodeError as error:
            yield number, error.at(line=number, source=source)
