"""A register of rights as a table: its headings, and the cells of one row → the JSON of a right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from crawlers.imports import values
from crawlers.imports.columns import Headings
from domain.errors import DecodeError

RIGHT = Headings(
    fields=MappingProxyType(
        {
            "id": ("编号", "序号"),
            "kind": ("类型", "权利类型", "种类"),
            "sign": ("标志", "商标", "商标名称", "地理标志", "名称"),
            "variants": ("别名", "别称", "其他写法"),
            "classes": ("类别", "国际分类", "尼斯分类"),
            "goods": ("商品", "核定商品", "商品项目"),
            "product": ("产品", "产品名称", "产品类别"),
            "area": ("保护范围", "产地", "产地范围", "地域范围"),
            "holder": ("权利人", "注册人", "持有人", "申请人", "证书持有人"),
            "number": ("注册号", "登记号", "登记证书编号", "证书编号"),
            "logos": ("图样", "商标图样", "标识图"),
            "photos": ("照片", "正品照片"),
            "authorised": ("授权人", "被许可人", "授权使用人", "用标企业"),
            "standard": ("标准", "执行标准", "标准号"),
            "valid_from": ("有效期起", "注册日期", "登记日期"),
            "valid_to": ("有效期至", "有效期止", "专用权期限至"),
            "reference_price": ("参考价", "指导价"),
        }
    ),
    required=("id", "kind", "sign"),
    many=frozenset({"variants", "goods", "photos", "logos", "authorised"}),
)
_KINDS = {"商标": "trademark", "注册商标": "trademark", "trademark": "trademark", "地理标志": "gi", "gi": "gi"}


def to_right(cells: Mapping[str, str], placed: Mapping[str, str], given: Mapping[str, str]) -> bytes:
    """JSON of a right; what is required may still be absent. Raises DecodeError that names the column.

    Several values of one cell stand between semicolons, bars or line ends; an authorised party is
    ``名称，公司，统一社会信用代码`` with commas, of which later parts may be absent.
    """
    built: dict[str, Any] = dict(given)
    for column, cell in cells.items():
        field = placed.get(column)
        if field is None:
            continue
        try:
            value = _READERS.get(field, str)(cell)
        except (DecodeError, ValueError) as error:
            raise DecodeError(getattr(error, "problem", str(error)), field=column) from None
        if field in built and isinstance(value, list):
            built[field].extend(value)
        else:
            built[field] = value
    return msgspec.json.encode(built)


def _kind(cell: str) -> str:
    if cell.lower() not in _KINDS:
        raise DecodeError("只能是 商标、地理标志 之一")
    return _KINDS[cell.lower()]


def _classes(cell: str) -> list[int]:
    parts = cell.replace("，", ",").replace("、", ",").replace("；", ",").replace(";", ",").replace("类", "").split(",")
    try:
        return [int(part) for part in parts if part.strip()]
    except ValueError:
        raise DecodeError(f"不是尼斯分类号：{cell[:40]!r}，应形如 30,33") from None


def _party(text: str) -> dict[str, str]:
    parts = [part.strip() for part in text.replace("，", ",").split(",")]
    if len(parts) > 3:
        raise DecodeError(f"授权人 {text[:40]!r} 多于三项，应为 名称，公司，统一社会信用代码")
    return {name: part for name, part in zip(("name", "company", "uscc"), parts, strict=False) if part}


def _parties(cell: str) -> list[dict[str, str]]:
    return [_party(part) for part in values.many(cell)]


def _day(cell: str) -> str:
    return values.time(cell)[:10]


_READERS: Mapping[str, Callable[[str], Any]] = {
    "kind": _kind,
    "classes": _classes,
    "authorised": _parties,
    "valid_from": _day,
    "valid_to": _day,
    "reference_price": values.price,
    **dict.fromkeys(("variants", "goods", "area", "logos", "photos"), values.many),
}
