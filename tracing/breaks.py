"""Where the chain is not proved, and what an officer requests next to close the gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from tracing import circumstances, lines, model
from tracing.offers import Offer

if TYPE_CHECKING:
    from tracing.candidate import Candidate
    from tracing.graph import Graph


def find(
    graph: Graph,
    origin: Offer,
    start: int,
    trail: tuple[int, ...],
    hops: Mapping[tuple[int, int], Candidate],
    named: bool,
) -> Iterator[tuple[str, str, str]]:
    """(after which party, what is missing, what to request), nearest the listing first."""
    yield from _identity(graph, origin, start)
    for label, following in pairwise(trail):
        candidate = hops[label, following]
        kinds = {item.kind for item in candidate.evidence}
        if "交易登记" not in kinds:
            one, other = graph.subject_of(label), graph.subject_of(following)
            missing = f"“{one.name}”与“{other.name}”之间没有交易登记，仅有{'、'.join(sorted(_speaking(candidate)))}"
            request = f"请向“{one.name}”调取从“{other.name}”进货的票据、付款记录和物流单，核对品名、批号与数量"
            yield one.id, missing, request
    last = trail[-1]
    if circumstances.role(graph, last) != "生产者" and not (last == start and named):
        yield _end(graph, last, hops)
    yield from _unproved_makers(graph, origin, trail)


def marks(
    graph: Graph, trail: tuple[int, ...], inputs: Mapping[tuple[int, int], Candidate]
) -> Iterator[tuple[str, str, str]]:
    """Who made packages and labels for a party of the chain: no source of the goods, yet it knows who ordered marks."""
    for (label, _), candidate in sorted(inputs.items()):
        if label in trail and candidate.aside in lines.MARKED:
            one, other = graph.subject_of(label), graph.subject_of(candidate.label)
            missing = f"“{other.name}”向“{one.name}”供应包装或印刷品，所印商标、厂名是否有权利人委托尚未查明"
            request = f"请向“{other.name}”调取承印合同、商标印制委托书和授权文件、印版与样稿、交付数量和收货地址"
            yield one.id, missing, request


def _speaking(candidate: Candidate) -> set[str]:
    return {item.kind for item in candidate.evidence if item.weight > 0}


def _identity(graph: Graph, origin: Offer, start: int) -> Iterator[tuple[str, str, str]]:
    shop = graph.shops[origin.shop]
    conflict = graph.resolution.conflicts.get(origin.shop)
    called = f"{shop.platform} 平台店铺“{shop.name or shop.key}”"
    if conflict:
        yield shop.key, conflict[1], f"请平台提供{called}入驻时提交的营业执照、实名认证信息和收款账户"
    elif not graph.parties_of(start):
        missing = f"{called}没有公示可核对的经营主体"
        yield shop.key, missing, f"请平台提供{called}的主体登记信息、实名认证、收款账户、发货地址和近三个月订单"


def _end(graph: Graph, last: int, hops: Mapping[tuple[int, int], Candidate]) -> tuple[str, str, str]:
    subject = graph.subject_of(last)
    open_ones = sorted(
        ((c.probability, graph.subject_of(c.label).name) for (label, _), c in hops.items() if label == last),
        reverse=True,
    )
    if open_ones:
        others = "、".join(f"“{name}”（{probability:.0%}）" for probability, name in open_ones[:3])
        missing = f"“{subject.name}”的货源不能确定，可能的上游：{others}，均未达到 {model.NAMED:.0%}"
    else:
        missing = f"没有查到“{subject.name}”的进货来源"
    request = (
        f"请向“{subject.name}”调取进货台账、供货商资质、购货发票、合同、付款记录和物流单；并向其开户银行、物流企业核对"
    )
    return subject.id, missing, request


def _unproved_makers(graph: Graph, origin: Offer, trail: tuple[int, ...]) -> Iterator[tuple[str, str, str]]:
    """A maker whom only the page names: ask the maker, who may be the victim."""
    asked: set[int] = set(trail)
    after = graph.subject_of(trail[0])
    for identifier in origin.stated:
        if identifier.kind != "company" or identifier.owner != "maker":
            continue
        label, _ = graph.label_of_name(identifier.verbatim)
        if label in asked:
            continue
        asked.add(label)
        missing = f"页面声称由“{identifier.verbatim}”生产，但没有查到佐证，可能是冒用"
        request = f"请函询“{identifier.verbatim}”是否生产或授权该商品，核对生产许可证、出厂检验报告、批号和流向记录"
        yield after.id, missing, request
