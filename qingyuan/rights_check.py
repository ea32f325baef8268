"""What is wrong with a register of rights: pure functions over its records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Literal, TypeAlias

from domain.identifiers import uscc
from domain.records import GeographicalIndication, Right, Trademark
from domain.text import fold

#: More entries than this under one sign or number are told as one problem, not as pairs.
MOST = 20
ProblemKind: TypeAlias = Literal["重复", "一权多主", "过期", "未生效", "空项", "代码有误"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: its kind, the ids of the rights it concerns, and a sentence."""

    kind: ProblemKind
    rights: tuple[str, ...]
    detail: str


def check(register: Iterable[Right], *, now: datetime) -> list[Problem]:
    """Every problem of a register, in the order of its rights.

    - 重复: the same number, or the same sign for the same holder and goods, under several ids.
    - 一权多主: the same sign or variant, in the same class (marks) or at all (GI), under several holders.
    - 过期, 未生效: by the dates of validity, on the day of ``now``.
    - 空项: something that screening goes by is not there.
    - 代码有误: an authorised party's credit code that is none, or whose check character disagrees.
    """
    rights = list(register)
    return [
        *_same_numbers(rights),
        *_same_signs(rights),
        *(problem for right in rights for problem in _alone(right, now)),
    ]


def _same_numbers(rights: Sequence[Right]) -> Iterator[Problem]:
    numbers: dict[tuple[str, str], list[Right]] = defaultdict(list)
    for right in rights:
        if right.number:
            numbers[right.kind, fold(right.number)].append(right)
    for same in numbers.values():
        if len(same) > MOST:
            yield _crowd(f"登记号 {same[0].number}", same)
            continue
        # one registration number may stand for one mark in several classes, each with an entry of its own
        for first, second in combinations(same, 2):
            if fold(first.sign) != fold(second.sign) or _share_goods(first, second):
                ids = (first.id, second.id)
                yield Problem("重复", ids, f"登记号 {first.number} 出现在 {first.id} 和 {second.id} 两个条目中")


def _same_signs(rights: Sequence[Right]) -> Iterator[Problem]:
    signs: dict[tuple[str, str], dict[str, Right]] = defaultdict(dict)
    for right in rights:
        for sign in (right.sign, *right.variants):
            signs[right.kind, fold(sign)][right.id] = right
    told: set[tuple[str, str]] = set()
    for (_, sign), same in signs.items():
        if len(same) > MOST:
            yield _crowd(f"“{sign[:40]}”", list(same.values()))
            continue
        for first, second in combinations(same.values(), 2):
            ids = (first.id, second.id)
            if ids in told or not _share_goods(first, second):
                continue
            if first.number and first.number == second.number:
                continue  # told by the number
            told.add(ids)
            if fold(first.holder) == fold(second.holder):
                yield Problem("重复", ids, f"“{sign}”在同类商品上有两个条目，权利人都是 {first.holder or '（空）'}")
            else:
                holders = f"{first.holder or '（空）'}、{second.holder or '（空）'}"
                yield Problem("一权多主", ids, f"“{sign}”在同类商品上有两个权利人：{holders}")


def _crowd(what: str, rights: Sequence[Right]) -> Problem:
    ids = tuple(right.id for right in rights)
    return Problem("重复", ids, f"{what}出现在 {len(ids)} 个条目中：请先合并再逐条检查")


def _share_goods(first: Right, second: Right) -> bool:
    if isinstance(first, Trademark) and isinstance(second, Trademark):
        return bool(set(first.classes) & set(second.classes)) or not (first.classes and second.classes)
    return True


def _alone(right: Right, now: datetime) -> Iterator[Problem]:
    today = now.date()
    if right.valid_from and right.valid_to and right.valid_from > right.valid_to:
        yield Problem("过期", (right.id,), f"“{right.sign}”的有效期起 {right.valid_from} 晚于止 {right.valid_to}")
    elif right.valid_to and right.valid_to < today:
        yield Problem("过期", (right.id,), f"“{right.sign}”已于 {right.valid_to} 到期，请核对是否续展")
    elif right.valid_from and right.valid_from > today:
        yield Problem("未生效", (right.id,), f"“{right.sign}”自 {right.valid_from} 起才有效")
    empty = "、".join(_empty(right))
    if empty:
        yield Problem("空项", (right.id,), f"“{right.sign}”缺少{empty}，研判时会少一项依据")
    for party in right.authorised:
        name = party.name or party.company or "授权人"
        code = uscc.parse(party.uscc) if party.uscc else None
        if party.uscc and code is None:
            yield Problem("代码有误", (right.id,), f"{name} 的信用代码 {party.uscc!r} 不是 18 位字母数字")
        elif code is not None and not uscc.confirmed(code):
            yield Problem("代码有误", (right.id,), f"{name} 的信用代码 {party.uscc}：{'；'.join(code.warnings)}")


def _empty(right: Right) -> Iterator[str]:
    if not fold(right.sign).strip():
        yield "标志"
    if not right.holder.strip():
        yield "权利人"
    if isinstance(right, Trademark):
        if not right.classes:
            yield "类别"
        if not right.goods:
            yield "商品"
    elif isinstance(right, GeographicalIndication):
        if not right.product:
            yield "产品"
        if not right.area:
            yield "保护范围"
