"""What a document can be filtered, counted and sorted by: one table, from which the query language, both mappings and
the console's labels are drawn. A new filter is one line here and one in :func:`indexer.documents.build`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["word", "number", "time"]


@dataclass(frozen=True, slots=True)
class Field:
    """One filter. ``scale`` turns a number into the integer that is stored: price 12.5 at 10,000 is 125,000.

    ``edges`` are the lower bounds of the ranges that a facet on a number counts.
    """

    name: str
    title: str
    kind: Kind
    scale: int = 1
    edges: tuple[str, ...] = ()


_WORDS = {
    "platform": "平台",
    "right": "权利",
    "sign": "名称",
    "kind": "类型",
    "tier": "等级",
    "signal": "信号",
    "verdict": "判定",
    "seller": "卖家",
    "subject": "主体",
    "district": "所在地",
    "dispatch": "发货地",
    "category": "类目",
    "run": "批次",
    "gone": "下架",
}
_NUMBERS = (
    Field("price", "价格", "number", 10_000, ("0", "10", "50", "100", "500", "1000", "5000")),
    Field("sales", "销量", "number", 1, ("0", "1", "10", "100", "1000", "10000")),
    Field("turnover", "销售额", "number", 100, ("0", "1000", "10000", "50000", "150000", "1000000")),
    Field("score", "可疑度", "number", 10**12, ("0", "0.2", "0.4", "0.6", "0.8", "0.9")),
)
_TIMES = (
    Field("first_seen", "首次发现", "time"),
    Field("last_seen", "最近发现", "time"),
)

WORDS: tuple[str, ...] = tuple(_WORDS)
NUMBERS: tuple[str, ...] = tuple(field.name for field in _NUMBERS)
TIMES: tuple[str, ...] = tuple(field.name for field in _TIMES)
FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        **{name: Field(name, title, "word") for name, title in _WORDS.items()},
        **{field.name: field for field in (*_NUMBERS, *_TIMES)},
    }
)
#: English and Chinese names, as the query language accepts them.
NAMES: Mapping[str, Field] = MappingProxyType({**FIELDS, **{field.title: field for field in FIELDS.values()}})

#: Sort → its Chinese title and the ranks it orders by, always from the largest rank to the smallest.
SORTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "suspicion": ("证据强度从高到低", "by_suspicion"),
        "newest": ("最新发现在前", "by_first_seen"),
        "recent": ("最近看到在前", "by_last_seen"),
        "sales": ("销量从高到低", "by_sales"),
        "turnover": ("销售额从高到低", "by_turnover"),
        "price": ("价格从低到高", "by_cheapness"),
        "price_desc": ("价格从高到低", "by_price"),
    }
)
#: Every rank a document carries: one a number or time, cheapness (the price backwards), and suspicion (the evidence,
#: and among equals what was sold for: see :func:`indexer.ranks.urgency`).
RANKS: tuple[str, ...] = (*(f"by_{name}" for name in (*NUMBERS, *TIMES)), "by_cheapness", "by_suspicion")
YES, NO = "是", "否"
UNJUDGED = "未判"
#: Words of which a document has at most one.
SINGLE: frozenset[str] = frozenset(("platform", "tier", "seller", "subject", "district", "dispatch", "run", "gone"))
