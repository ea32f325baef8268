"""Registers that others keep (登记资料): companies, and who supplied whom.

::

    registers/<kind>.jsonl         {capture, record} a line, sorted: what is known, each row citing the imported file
    registers/imports/<16 hex>/    what was refused of an imported file, by its digest

The imported files themselves are in the vault, so every row can be shown as it was supplied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import msgspec

from crawlers.imports import rows, tables, values
from crawlers.imports.columns import Headings
from crawlers.imports.files import replacing
from crawlers.imports.listings import MEDIA_TYPES
from domain import codec
from domain.errors import DecodeError, InputError, UsageError
from domain.records import Company, Trade
from domain.text import fold
from evidence.vault import Vault
from qingyuan import content
from qingyuan.locks import only_one

R = TypeVar("R", Company, Trade)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. ``rejects`` is None when every row was read; ``capture`` is the file's digest."""

    read: int
    stored: int
    rejected: int
    rejects: Path | None
    capture: str


@dataclass(frozen=True, slots=True)
class _Register(Generic[R]):
    """One kind of register: ``key`` is what a later row of the same replaces."""

    record: type[R]
    headings: Headings
    key: Callable[[R], tuple[str, ...]]
    cells: Mapping[str, Callable[[str], str]] = field(default_factory=dict)


_COMPANIES = _Register(
    Company,
    Headings(
        fields=MappingProxyType(
            {
                "name": ("企业名称", "公司名称", "名称", "主体名称"),
                "uscc": ("统一社会信用代码", "信用代码", "社会信用代码"),
                "address": ("住所", "地址", "注册地址", "经营场所"),
                "representative": ("法定代表人", "负责人", "经营者"),
                "status": ("登记状态", "经营状态", "状态"),
            }
        ),
        required=("name",),
    ),
    lambda company: (fold(company.uscc),) if company.uscc else ("", fold(company.name)),
)
_TRADES = _Register(
    Trade,
    Headings(
        fields=MappingProxyType(
            {
                "supplier_uscc": ("供方信用代码", "供货方信用代码", "销售方信用代码", "供应商信用代码"),
                "buyer_uscc": ("购方信用代码", "进货方信用代码", "购买方信用代码", "采购方信用代码"),
                "date": ("日期", "进货日期", "交易日期", "开票日期"),
                "quantity": ("数量", "进货数量"),
            }
        ),
        required=("supplier_uscc", "buyer_uscc", "date"),
    ),
    lambda trade: (fold(trade.supplier_uscc), fold(trade.buyer_uscc), trade.date.isoformat(), trade.quantity),
    {"date": lambda cell: values.time(cell)[:10]},
)
_REGISTERS: Mapping[str, _Register[Any]] = MappingProxyType({"companies": _COMPANIES, "trades": _TRADES})
KINDS = tuple(_REGISTERS)


def import_file(path: Path, kind: str, *, home: Path, now: datetime, vault: str = "") -> Imported:
    """Add the rows of a CSV, XLSX or JSONL file; a later row on the same company or trade replaces the earlier.

    ``vault``: folder or fsspec URL, HOME/vault when empty. Doing it again changes nothing. Raises FileFormatError that
    names a wrong column, and BusyError while another import runs.
    """
    if kind not in _REGISTERS:
        raise UsageError(f"没有名为 {kind!r} 的登记资料：可以是 {'、'.join(KINDS)}")
    register = _REGISTERS[kind]

    def to_json(cells: Mapping[str, str], placed: Mapping[str, str], _given: Mapping[str, str]) -> bytes:
        present = ((column, name) for column, name in placed.items() if column in cells)
        return msgspec.json.encode({name: _cell(register, name, column, cells[column]) for column, name in present})

    with rows.reading(path, register.headings, to_json) as source, only_one(home, "registers"):
        kept = Vault(vault or str(home / "vault"))
        capture = kept.put_file(path, name=path.name, media_type=MEDIA_TYPES[tables.kind(path)], at=now).digest
        known = {register.key(record): (record, cited) for record, cited in _load(home, kind)}
        out = home / "registers" / "imports" / capture.removeprefix("sha256:")[:16]
        read = 0
        with rows.rejecting(path, out=out, capture=capture, at=now) as rejects:
            for number, line, row in source:
                read += 1
                try:
                    if isinstance(line, DecodeError):
                        raise line
                    record = codec.decode(line, register.record)
                except DecodeError as error:
                    rejects.row(number, error, row)
                else:
                    known[register.key(record)] = (record, f"{capture}#{number}")
        with replacing(_file(home, kind)) as stored:
            for key in sorted(known):
                record, cited = known[key]
                stored.write(msgspec.json.encode({"capture": cited, "record": codec.to_builtins(record)}) + b"\n")
    return Imported(
        read=read,
        stored=read - rejects.count,
        rejected=rejects.count,
        rejects=out / "rejects.jsonl" if rejects.count else None,
        capture=capture,
    )


def companies(home: Path) -> list[tuple[Company, str]]:
    """Every known company with the row that says so (``sha256:…#row``)."""
    return _load(home, "companies")


def trades(home: Path) -> list[tuple[Trade, str]]:
    """Every known trade with the row that says so (``sha256:…#row``)."""
    return _load(home, "trades")


def version(home: Path) -> str:
    """Equal versions mean equal registers."""
    return "-".join(content.version(_file(home, kind)) for kind in KINDS)


def _file(home: Path, kind: str) -> Path:
    return home / "registers" / f"{kind}.jsonl"


def _cell(register: _Register[Any], name: str, column: str, cell: str) -> str:
    try:
        return register.cells.get(name, str)(cell)
    except DecodeError as error:
        raise DecodeError(error.problem, field=column) from None


def _load(home: Path, kind: str) -> list[tuple[Any, str]]:
    path = _file(home, kind)
    if not path.is_file():
        return []
    record = _REGISTERS[kind].record
    try:
        with path.open("rb") as lines:
            read = (msgspec.json.decode(line, type=dict[str, Any]) for line in lines)
            return [(codec.from_builtins(line["record"], record), line["capture"]) for line in read]
    except (msgspec.DecodeError, KeyError, DecodeError) as error:
        raise InputError(f"{path} 已损坏：{error}。请删去它，再重新导入登记资料") from None
