"""One step upstream: who may have delivered these goods to this party, and what speaks for and against each."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from domain.identifiers import gtin
from tracing import circumstances, model, stated, trades
from tracing.candidate import Candidate, candidate_of
from tracing.graph import Graph
from tracing.model import Evidence
from tracing.offers import Offer
from tracing.places import locate

#: Candidates with less than this are not followed; of the rest the best so many.
LEAST, MOST = 0.04, 8


@dataclass(frozen=True, slots=True)
class Step:
    """The answers at one party: candidates by falling probability, and the probability that it makes the goods.

    ``aside``: who supplied the party with something else (packaging, transport …); they do not compete.
    """

    candidates: tuple[Candidate, ...]
    made_here: float
    aside: tuple[Candidate, ...] = ()


def step(graph: Graph, label: int, offers: Sequence[Offer], origin: Offer, *, first: bool) -> Step:
    """Who delivered to ``label`` the goods of ``offers`` (its pages for these goods), traced from ``origin``.

    ``first``: the party is the retail seller itself, which may resell in spite of a maker's name.
    """
    found: dict[int, Candidate] = {}
    trades.deliveries(graph, label, offers, origin, found)
    _pictures(graph, label, offers, found)
    _codes(graph, label, offers, found)
    stated.claims(graph, label, offers, origin, found)
    candidates = [found[key] for key in sorted(found) if key not in (label, -1)]
    home = circumstances.home_of(graph, label)
    for candidate in candidates:
        circumstances.goods(graph, candidate, origin)
        circumstances.place(graph, candidate, offers or [origin], home)
        circumstances.victim(graph, candidate, origin)
        trades.own_line(graph, candidate, origin.lines, origin.capture)
        if candidate.offers or any(item.ties and item.kind != "交易登记" for item in candidate.evidence):
            candidate.aside = ""  # its own pages show such goods, or a page says that they are its
    aside = tuple(candidate for candidate in candidates if candidate.aside)
    for candidate in aside:
        (candidate.probability,), _ = model.compete([model.log_odds(candidate.evidence)])
    candidates = [candidate for candidate in candidates if not candidate.aside]
    odds = [model.log_odds(candidate.evidence, cap=_cap(candidate, offers)) for candidate in candidates]
    probabilities, made_here = model.compete(odds, _made_here(graph, label, offers or [origin], origin, first=first))
    for candidate, probability in zip(candidates, probabilities, strict=True):
        candidate.probability = probability
    for candidate in candidates:
        if candidate.probability < LEAST and any(item.kind == "交易登记" for item in candidate.evidence):
            candidate.aside = trades.OTHER_GOODS  # on record, so shown, though not for these goods
            aside = (*aside, candidate)
    ranked = sorted(candidates, key=lambda candidate: (-candidate.probability, candidate.label))
    return Step(tuple(c for c in ranked if c.probability >= LEAST)[:MOST], made_here, aside)


def _made_here(graph: Graph, label: int, offers: Sequence[Offer], origin: Offer, *, first: bool) -> float:
    """The log-weight of "it makes them itself"; what a seller says of itself needs somebody else who agrees."""
    does = circumstances.role(graph, label)
    own = any(label == graph.label_of_name(name)[0] for offer in offers for name in offer.makers)
    if does == "生产者":
        weight = model.MADE_BY_NAME if own or not first else model.MADE_PERHAPS
    elif own and does == "疑似生产者":
        weight = model.MADE_BY_OWN_CLAIM
        weight += model.MADE_SAID_BY_OTHERS if graph.claimants.get(label, set()) - {label} else 0.0
        weight += model.MADE_SUPPLIES if label in graph.supplying else 0.0
        home = circumstances.home_of(graph, label)
        weight += model.MADE_SENT_FROM_HOME if home[1] and any(locate(o.ships_from) == home for o in offers) else 0.0
        if not first:
            weight = max(weight, model.MADE_PERHAPS)
    elif does == "疑似生产者" and not first:
        weight = model.MADE_PERHAPS
    else:
        return -math.inf
    return weight + (model.MADE_OTHER_LINE if trades.line_contradicts(graph, label, origin.lines) and not own else 0.0)


def _cap(candidate: Candidate, offers: Sequence[Offer]) -> float:
    wholesale = candidate.claimed and any(offer.wholesale for offer in offers)
    if candidate.pictured or not candidate.claimed:
        return model.COPYABLE_CAP
    return model.WHOLESALE_CLAIM_CAP if wholesale else model.RETAIL_CLAIM_CAP


def _pictures(graph: Graph, label: int, offers: Sequence[Offer], found: dict[int, Candidate]) -> None:
    shared: dict[int, list[tuple[Offer, Offer]]] = defaultdict(list)
    for offer in offers:
        for picture in offer.pictures:
            for other in graph.pictured.get(picture, ()):
                # a wholesaler copies from its own supplier only where the dates say so
                if graph.label_of(other) != label and (not offer.wholesale or other.since < offer.since):
                    shared[graph.label_of(other)].append((offer, other))
    for supplier, pairs in shared.items():
        offer, other = min(pairs, key=lambda pair: (pair[1].since, pair[1].key, pair[0].key))
        since = min(copy.since for copy, _ in pairs)
        order, against = f"早于本商品（{since}）出现", 0.0
        if other.since == since:
            order, against = "与本商品同日首次见到，先后不明", model.PHOTO_SAME_DAY
        elif other.since > since:
            order, against = f"但晚于本商品（{since}）出现", model.PHOTO_LATER
        count = len(
            {(pair[0].key, picture) for pair in pairs for picture in set(pair[0].pictures) & set(pair[1].pictures)}
        )
        weight = model.PHOTO + model.PHOTO_MORE * min(count - 1, 3)
        candidate = candidate_of(found, supplier)
        candidate.pictured = count
        candidate.offers |= {pair[1].key: pair[1] for pair in pairs}
        name = graph.subject_of(supplier).name
        why = f"商品图片与批发商“{name}”的 {other.key} 相同（{count} 张），后者 {other.since} 已在售，{order}"
        captures = tuple(dict.fromkeys((offer.capture, other.capture)))
        candidate.evidence.append(Evidence("图片相同", weight, "推断", captures, why, copyable=True, ties=True))
        if against:
            candidate.evidence.append(Evidence("图片先后", against, "推断", captures, why))


def _codes(graph: Graph, label: int, offers: Sequence[Offer], found: dict[int, Candidate]) -> None:
    done: set[int] = set()
    for offer in offers:
        for identifier in offer.stated:
            if identifier.kind != "gtin" or identifier.warnings or offer.wholesale:
                continue
            for other in graph.coded.get(gtin.as_gtin14(identifier.value), ()):
                supplier = graph.label_of(other)
                if supplier == label:
                    continue
                candidate = candidate_of(found, supplier)
                candidate.offers.setdefault(other.key, other)
                if supplier not in done:
                    done.add(supplier)
                    why = f"批发商“{graph.subject_of(supplier).name}”的 {other.key} 标注同一条形码 {identifier.value}"
                    captures = (offer.capture, other.capture)
                    candidate.evidence.append(
                        Evidence("条码相同", model.GTIN, "平台数据", captures, why, copyable=True, ties=True)
                    )
