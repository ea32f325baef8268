"""Which column of a table is which field of a record.

A heading is compared after NFKC, lower case and removal of spaces: ``商品 ID`` is ``商品id``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from domain.errors import FileFormatError, UsageError
from domain.text import fold

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Headings:
    """Field → the headings it is known under; the field's own name is one too.

    ``many``: fields that several columns may fill. ``free``: a part such as ``claims`` whose names are open, so that
    ``claims.名称`` is always a field; ``names`` are those of its names that need no prefix.
    """

    fields: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    many: frozenset[str] = frozenset()
    free: str = ""
    names: tuple[str, ...] = ()

    @cached_property
    def _known(self) -> Mapping[str, str]:
        free = {_plain(name): f"{self.free}.{name}" for name in self.names}
        return free | {_plain(known): field for field, all_ in self.fields.items() for known in (field, *all_)}

    def field(self, column: str) -> str | None:
        """The field that a heading means, or None."""
        return column if self.is_free(column) else self._known.get(_plain(column))

    def is_free(self, field: str) -> bool:
        """Whether the field is one of the open part."""
        part, dot, name = field.partition(".")
        return bool(self.free and dot and name) and part == self.free

    def expected(self) -> str:
        """What a table may hold, for the officer who has to mend it."""
        said = "、".join(f"{known[0]}（{field}）" for field, known in self.fields.items())
        return f"{said}，属性列：{'、'.join(self.names)}，或 {self.free}.名称" if self.free else said


def _plain(heading: str) -> str:
    return "".join(fold(heading).split())


def resolve(
    columns: tuple[str, ...],
    headings: Headings,
    *,
    path: Path,
    chosen: Mapping[str, str] = _NONE,
    given: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """Column → field. ``chosen`` wins over the known headings; a column chosen as "" is not read.

    ``given``: fields that have a value for every row already. Raises FileFormatError that names each column without
    a place, columns that fight over one, and what is expected; UsageError when ``chosen`` does not fit the file.
    """
    for column, wanted in chosen.items():
        if column not in columns:
            raise UsageError(f"列名对应中的“{column}”不在 {path.name} 里；它的列：{'、'.join(columns)}")
        if wanted and wanted not in headings.fields and not headings.is_free(wanted):
            raise UsageError(f"列名对应中的字段 {wanted} 不存在；可用：{headings.expected()}")
    placed: dict[str, str] = {}
    problems = []
    for column in columns:
        field = chosen[column] if column in chosen else headings.field(column)
        if field is None:
            problems.append(f"有不认识的列：{column}")
        elif field and field in placed.values() and field not in headings.many:
            first = next(name for name, known in placed.items() if known == field)
            problems.append(f"列“{first}”和“{column}”都是 {field}")
        elif field:
            placed[column] = field
    present = given.union(placed.values())
    problems += [
        f"缺少列：{field}（{'、'.join(headings.fields[field][:3])}）"
        for field in headings.required
        if field not in present
    ]
    if problems:
        raise FileFormatError(f"{path.name} {'；'.join(problems)}。可用的列：{headings.expected()}")
    return placed
