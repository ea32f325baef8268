"""What the trade register says: who supplied whom, whether time and quantity fit, and who supplies no goods at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from domain.records import Trade
from tracing import lines, model
from tracing.candidate import Candidate, candidate_of
from tracing.graph import Graph
from tracing.model import Evidence
from tracing.offers import Offer

#: The line of business whose goods are what suppliers of that input make.
_GOODS_OF = {"包装供货": "包装", "印刷供货": "印刷"}
#: One who supplies subjects of every trade delivers what every trade uses.
EVERY_TRADE = "多行业供货"
#: One on record whose goods by all appearance are others.
OTHER_GOODS = "其他供货"
_PIECES = re.compile(r"^\s*(\d{1,9})(?:\.0+)?\s*[件个只双台盒瓶袋套支条罐把本部包提块张顶床副枚]\s*$")


def aside(graph: Graph, supplier: int, goods: lines.Lines) -> str:
    """The kind of the link when the supplier by all appearance delivers an input (包装供货 …) or serves every trade;
    ``""`` when it may deliver ``goods``.
    """
    kind = graph.input_of(supplier)
    if kind and _GOODS_OF.get(kind) not in goods:
        return kind
    return EVERY_TRADE if supplier in graph.trade_hubs else ""


def goods_suppliers(graph: Graph, label: int, goods: lines.Lines) -> list[int]:
    """The suppliers on record who may have delivered such goods."""
    return [
        supplier
        for supplier in graph.suppliers.get(label, {})
        if not aside(graph, supplier, goods) and not line_contradicts(graph, supplier, goods)
    ]


def line_contradicts(graph: Graph, label: int, goods: lines.Lines) -> bool:
    """Both lines of business are known and have nothing in common."""
    said, offered = graph.deals_in(label)
    return bool(goods and said and not goods & (said | offered))


def deliveries(graph: Graph, label: int, offers: Sequence[Offer], origin: Offer, found: dict[int, Candidate]) -> None:
    """Add the suppliers on record of the party ``label`` to ``found``."""
    sold = sum(offer.takings.units for offer in offers if offer.takings and not offer.wholesale)
    for supplier, trades in graph.suppliers.get(label, {}).items():
        captures = tuple(dict.fromkeys(capture for _, capture in trades))
        names = (graph.subject_of(supplier).name, graph.subject_of(label).name)
        candidate = candidate_of(found, supplier)
        candidate.evidence += _evidence([trade for trade, _ in trades], captures, names, origin, sold)
        candidate.aside = aside(graph, supplier, origin.lines)


def _evidence(
    trades: list[Trade], captures: tuple[str, ...], names: tuple[str, str], origin: Offer, sold: int
) -> list[Evidence]:
    days = sorted(trade.date for trade in trades)
    end = origin.last_seen.date() + timedelta(days=1)
    before = [day for day in days if day <= end]
    quantity = "、".join(dict.fromkeys(trade.quantity for trade in trades if trade.quantity))[:60]
    period = f"{days[0]} 至 {days[-1]}" if days[0] != days[-1] else f"{days[0]}"
    why = f"交易登记显示“{names[0]}”向“{names[1]}”供货 {len(days)} 次（{period}{f'，{quantity}' if quantity else ''}）"
    weight = model.TRADE + (model.TRADE_REPEATED if len(before) >= 3 else 0.0)
    if not before:
        weight += model.TRADE_LATER
        why += "，但均晚于该商品最后一次见到的日期"
    elif before[-1] < origin.since - timedelta(days=model.STALE_DAYS):
        weight += model.TRADE_STALE
        why += "，但距该商品上架已久"
    evidence = [Evidence("交易登记", weight, "登记事实", captures, why, ties=True)]
    delivered = [_PIECES.match(trade.quantity) for trade in trades if trade.date <= end]
    if sold and delivered and all(delivered):
        pieces = sum(int(match[1]) for match in delivered if match)
        if pieces < model.SHORT * sold:
            said = f"登记的供货量 {pieces} 远少于页面显示的销量 {sold}，不足以供应全部商品"
            evidence.append(Evidence("数量不足", model.TRADE_SHORT, "推断", (origin.capture, *captures), said))
    return evidence


def own_line(graph: Graph, candidate: Candidate, goods: lines.Lines, cite: str) -> None:
    """Whether the candidate's line of business fits the goods, by its names and by what it offers."""
    said, offered = graph.deals_in(candidate.label)
    if not goods or not said | offered:
        return
    both = "、".join(sorted(goods & (said | offered)))
    name = graph.subject_of(candidate.label).name
    if both:
        # who copies a page copies within its line, so this is no proof beside a copy
        weight, kind, why = model.LINE_FITS, "行业相符", f"“{name}”的行业与本商品相符（{both}）"
        candidate.evidence.append(Evidence(kind, weight, "推断", (cite,), why, copyable=True))
        return
    # a page that names it as maker, or shows its photos, says that it does deal in such goods
    spoken = any(item.ties and item.kind != "交易登记" for item in candidate.evidence)
    weight = model.LINE_CONTRADICTS if said and not spoken else model.LINE_OFFERS_OTHER
    other = "、".join(sorted(said or offered)[:4])
    why = f"“{name}”的行业（{other}）与本商品（{'、'.join(sorted(goods)[:3])}）不符"
    candidate.evidence.append(Evidence("行业不符", weight, "推断", (cite,), why))
