"""The elementary links of a graph, each with its citation: what the register of links holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from domain.records import Link, Strength
from tracing.offers import Offer
from tracing.register import trade_party

if TYPE_CHECKING:
    from tracing.graph import Graph


def links(graph: Graph) -> Iterator[Link]:
    """Who sells, what joins shops, who supplied whom, who is claimed as maker, which retail photo stands on which
    wholesale page. Always in the same order.
    """
    # the register does not say since when a row holds: a link out of rows alone is dated by what was observed
    start = min((offer.first_seen for offer in graph.offers), default=datetime(1970, 1, 1, tzinfo=UTC))
    span = (start, max((offer.last_seen for offer in graph.offers), default=start))
    nodes = graph.resolution.nodes
    for offer in graph.offers:
        yield _page_link(offer, graph.shops[offer.shop].key, "店铺在售")
        for identifier in offer.stated:
            if identifier.kind == "company" and (party := graph.register.party(identifier.verbatim)[0]):
                yield _page_link(offer, party, "声称生产者" if identifier.owner == "maker" else "声称供货方")
    for join in graph.resolution.joins:
        first, last = join.first_seen or span[0], join.last_seen or span[1]
        source, target, kind = nodes[join.left], nodes[join.right], f"同一主体:{join.kind}"
        for capture in join.captures:
            yield _link(source, target, kind, capture, (first, last), join.strength)
    for trade, capture in graph.trades:
        at = datetime.combine(trade.date, time(), UTC)
        buyer, supplier = trade_party(trade.buyer_uscc), trade_party(trade.supplier_uscc)
        yield _link(buyer, supplier, "交易登记", capture, (at, at), "登记事实")
    for picture in sorted(graph.by_picture):
        for retail, wholesale in graph.copies(picture):
            both = (max(retail.first_seen, wholesale.first_seen), max(retail.last_seen, wholesale.last_seen))
            for capture in (retail.capture, wholesale.capture):
                yield _link(retail.key, wholesale.key, "图片相同", capture, both, "推断")


def _link(
    source: str, target: str, kind: str, capture: str, seen: tuple[datetime, datetime], strength: Strength
) -> Link:
    return Link(
        source=source,
        target=target,
        kind=kind,
        capture=capture,
        first_seen=seen[0],
        last_seen=seen[1],
        strength=strength,
    )


def _page_link(offer: Offer, target: str, kind: str) -> Link:
    """What one page says."""
    return _link(offer.key, target, kind, offer.capture, (offer.first_seen, offer.last_seen), "平台数据")
