"""A fast gate for good lines: JSON checked against a record's shape in one pass, without building the record.

The shape is made from the record's own fields and its own ``__post_init__``, so no rule is written twice. The gate lets
through only what :mod:`domain.codec` would read, with the same meaning; whatever it refuses goes to the codec, which
either reads it or says in a sentence what is wrong.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

import msgspec

_EXACT: Mapping[Any, Any] = {
    Decimal: Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,18}(\.[0-9]{1,12})?\Z")],
    datetime: Annotated[datetime, msgspec.Meta(tz=True)],
}


@cache
def shape(record: type) -> type[msgspec.Struct]:
    """A strict structure with the fields, defaults and checks of a frozen dataclass; encodes to the same JSON."""
    hints = get_type_hints(record)
    fields: list[tuple[str, type] | tuple[str, type, Any]] = []
    for field in dataclasses.fields(record):
        kind = _kind(hints[field.name])
        if field.default is not dataclasses.MISSING:
            fields.append((field.name, kind, field.default))
        elif get_origin(hints[field.name]) is Mapping:
            fields.append((field.name, kind, msgspec.field(default_factory=dict)))
        elif field.default_factory is not dataclasses.MISSING:
            fields.append((field.name, kind, msgspec.field(default_factory=kind)))
        else:
            fields.append((field.name, kind))
    checks = {"__post_init__": record.__post_init__} if hasattr(record, "__post_init__") else {}
    return msgspec.defstruct(
        record.__name__, fields, namespace=checks, forbid_unknown_fields=True, kw_only=True, gc=False
    )


def _kind(hint: Any) -> Any:
    if hint in _EXACT:
        return _EXACT[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        return Union[tuple(_kind(option) for option in arguments)]  # noqa: UP007 - built at run time
    if origin is tuple:
        return tuple[_kind(arguments[0]), ...]  # type: ignore[misc]
    if origin is Mapping:
        return dict[str, str]
    return shape(cast("type", hint)) if dataclasses.is_dataclass(hint) else hint
