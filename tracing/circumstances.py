"""What raises or lowers a candidate without tying it to the goods: likeness and price, place, and being the victim."""

from __future__ import annotations

from collections.abc import Sequence

from tracing import model, trade_terms
from tracing.candidate import Candidate
from tracing.graph import Graph
from tracing.likeness import likeness
from tracing.model import Evidence
from tracing.offers import Offer
from tracing.places import locate
from tracing.trade_terms import Role

#: Offers of a candidate whose titles are compared; from this likeness on they are alike, below the other unlike.
COMPARED = 300
ALIKE, UNLIKE = 0.4, 0.12


def role(graph: Graph, label: int) -> Role:
    """What the party does, from the names of its companies and whether it sells wholesale."""
    wholesale = any(offer.wholesale for offer in graph.offers_of(label)[:COMPARED])
    return trade_terms.role_of_names(
        (graph.register.name(party) for party in graph.parties_of(label)), wholesale=wholesale
    )


def goods(graph: Graph, candidate: Candidate, origin: Offer) -> None:
    """Likeness of titles, and the price against the purchase price."""
    own = graph.offers_of(candidate.label)[:COMPARED]
    if not own:
        return
    scored = sorted(((likeness(origin.title, offer.title), offer.key, offer) for offer in own), reverse=True)
    best, _, offer = scored[0]
    if best >= ALIKE:
        why = f"其在售的 {offer.key}“{offer.title[:30]}”与本商品名称相近"
        candidate.evidence.append(Evidence("商品相近", model.GOODS_ALIKE, "推断", (offer.capture,), why, copyable=True))
        candidate.offers |= {other.key: other for score, _, other in scored[:20] if score >= ALIKE}
    elif best < UNLIKE and not candidate.offers:
        why = f"其在售的 {len(own)} 件商品与本商品名称都不相近"
        weight = model.GOODS_UNLIKE * min(1.0, len(own) / model.UNLIKE_FULL)
        if any(origin.lines & offer.lines for offer in own):
            weight *= model.UNLIKE_SAME_LINE
        candidate.evidence.append(Evidence("商品不符", weight, "推断", (offer.capture,), why))
    matched = [offer for _, offer in sorted(candidate.offers.items()) if offer.wholesale and offer.price]
    if origin.wholesale or not origin.price or not matched:
        return
    cheapest = min(matched, key=lambda offer: (offer.price or 0, offer.key))
    ratio = float((cheapest.price or 0) / origin.price)
    if ratio > 1.05:
        why = f"本商品售价 {origin.price} 元低于其批发价 {cheapest.price} 元，不像从其进货"
        candidate.evidence.append(
            Evidence("价格矛盾", model.PRICE_CONTRADICTS, "推断", (origin.capture, cheapest.capture), why)
        )
    elif 0.1 <= ratio <= 0.95:
        why = f"其批发价 {cheapest.price} 元，本商品售价 {origin.price} 元，差价合理"
        candidate.evidence.append(
            Evidence("价格相符", model.PRICE_FITS, "推断", (origin.capture, cheapest.capture), why)
        )


def home_of(graph: Graph, label: int) -> tuple[str, str]:
    """Province and prefecture of a subject: of its registered address, else of its shops as their pages give it."""
    shops = (graph.shops[node].location for node in graph.members[label] if node < graph.resolution.shop_count)
    places = map(locate, (*map(graph.register.address, graph.parties_of(label)), *shops))
    return next((place for place in places if place[0]), ("", ""))


def place(graph: Graph, candidate: Candidate, offers: Sequence[Offer], home: tuple[str, str]) -> None:
    """Where the goods leave from against where the candidate is; ``home``: where their present holder is registered.

    A contradiction counts only against copies: traded goods are dispatched from the buyer's warehouse.
    """
    here = next((found for offer in offers if (found := locate(offer.ships_from))[0]), ("", ""))
    there = home_of(graph, candidate.label)
    shipping = next((found for offer in candidate.offers.values() if (found := locate(offer.ships_from))[0]), ("", ""))
    spots = [spot for spot in (there, shipping) if spot[0]]
    if not here[0] or not spots:
        return
    captures = tuple(dict.fromkeys(offer.capture for offer in offers[:1]))
    tied = {item.kind for item in candidate.evidence if item.ties}
    weak = here == home or not tied & {"交易登记", "图片相同"}
    if here[1] and any(here == spot for spot in spots):
        weight = model.SAME_CITY * (model.PLACE_WEAK if weak else 1.0)
        why = f"发货地与其所在地同为{here[0]}{here[1] if here[1] != here[0] else ''}"
        candidate.evidence.append(Evidence("发货地相同", weight, "推断", captures, why))
    elif any(here[0] == spot[0] for spot in spots):
        weight = model.SAME_PROVINCE * (1.0 if tied & {"交易登记", "图片相同"} else model.PLACE_WEAK)
        candidate.evidence.append(Evidence("发货地同省", weight, "推断", captures, f"发货地与其同在{here[0]}"))
    elif "交易登记" not in tied and here != home:
        why = f"发货地在{here[0]}，其所在地为{spots[0][0]}"
        candidate.evidence.append(Evidence("发货地不同", model.OTHER_PROVINCE, "推断", captures, why))


def victim(graph: Graph, candidate: Candidate, origin: Offer) -> None:
    """A right holder is what counterfeiters imitate: only independent evidence makes it a source."""
    score, parties = graph.suspicions.get(origin.key, (0.0, frozenset[int]()))
    name = graph.subject_of(candidate.label).name
    if candidate.label in parties:
        why = f"本商品涉嫌侵犯的正是“{name}”的权利（概率 {score:.2f}），其更可能是被冒用"
        candidate.evidence.append(Evidence("被冒用", model.VICTIM * score, "推断", (origin.capture,), why))
    elif candidate.label in graph.protected and not any(item.kind == "交易登记" for item in candidate.evidence):
        why = f"“{name}”是权利人或授权人，其名称和图片常被冒用"
        candidate.evidence.append(Evidence("易被冒用", model.PROTECTED, "推断", (origin.capture,), why))
