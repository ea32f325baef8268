"""One step upstream: who may have delivered these goods to this party, and what speaks for and against each."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.identifiers import gtin
from tracing import circumstances, model, names, trade_terms
from tracing.candidate import Candidate
from tracing.graph import GTIN_HUB, PICTURE_HUB, Graph
from tracing.model import Evidence
from tracing.offers import Offer
from tracing.places import province_of_code
from tracing.trade_terms import Role

#: Candidates with less than this are not followed; of the rest the best so many.
LEAST, MOST = 0.04, 8


@dataclass(frozen=True, slots=True)
class Step:
    """The answers at one party: candidates by falling probability, and the probability that it makes the goods."""

    candidates: tuple[Candidate, ...]
    made_here: float


def step(graph: Graph, label: int, offers: Sequence[Offer], origin: Offer, *, first: bool) -> Step:
    """Who delivered to ``label`` the goods of ``offers`` (its pages for these goods), traced from ``origin``.

    ``first``: the party is the retail seller itself, which may resell in spite of a maker's name.
    """
    found: dict[int, Candidate] = {}
    _trades(graph, label, origin, found)
    _pictures(graph, label, offers, found)
    _codes(graph, label, offers, found)
    _claims(graph, label, offers, origin, found)
    candidates = [found[key] for key in sorted(found) if key not in (label, -1)]
    home = circumstances.home_of(graph, label)
    for candidate in candidates:
        circumstances.goods(graph, candidate, origin)
        circumstances.place(graph, candidate, offers or [origin], home)
        circumstances.victim(graph, candidate, origin)
    odds = [model.log_odds(candidate.evidence, cap=_cap(candidate, offers)) for candidate in candidates]
    probabilities, made_here = model.compete(odds, _made_here(graph, label, first=first))
    for candidate, probability in zip(candidates, probabilities, strict=True):
        candidate.probability = probability
    ranked = sorted(candidates, key=lambda candidate: (-candidate.probability, candidate.label))
    return Step(tuple(c for c in ranked if c.probability >= LEAST)[:MOST], made_here)


def role(graph: Graph, label: int) -> Role:
    """What the party does, from the names of its companies and whether it sells wholesale."""
    wholesale = any(offer.wholesale for offer in graph.offers_of(label)[: circumstances.COMPARED])
    return trade_terms.role_of_names(
        (graph.register.name(party) for party in graph.parties_of(label)), wholesale=wholesale
    )


def _made_here(graph: Graph, label: int, *, first: bool) -> float:
    does = role(graph, label)
    own = label in graph.claimants.get(label, ())
    if does == "生产者":
        return model.MADE_BY_NAME if own or not first else model.MADE_PERHAPS
    if own and does != "经营者":
        return model.MADE_BY_OWN_CLAIM
    return model.MADE_PERHAPS if does == "疑似生产者" and not first else -math.inf


def _cap(candidate: Candidate, offers: Sequence[Offer]) -> float:
    wholesale = candidate.claimed and any(offer.wholesale for offer in offers)
    return model.WHOLESALE_CLAIM_CAP if wholesale and not candidate.pictured else model.COPYABLE_CAP


def _candidate(found: dict[int, Candidate], label: int) -> Candidate:
    return found.setdefault(label, Candidate(label))


def _trades(graph: Graph, label: int, origin: Offer, found: dict[int, Candidate]) -> None:
    buyer = graph.subject_of(label).name
    for supplier, deliveries in graph.suppliers.get(label, {}).items():
        days = sorted(trade.date for trade, _ in deliveries)
        start, end = origin.since, origin.last_seen.date()
        weight = model.TRADE + (model.TRADE_REPEATED if len(days) >= 3 else 0.0)
        name = graph.subject_of(supplier).name
        quantity = "、".join(dict.fromkeys(trade.quantity for trade, _ in deliveries if trade.quantity))[:60]
        period = f"{days[0]} 至 {days[-1]}" if days[0] != days[-1] else f"{days[0]}"
        period += f"，{quantity}" if quantity else ""
        why = f"交易登记显示“{name}”向“{buyer}”供货 {len(days)} 次（{period}）"
        if days[0] > end + timedelta(days=1):
            weight += model.TRADE_LATER
            why += "，但均晚于该商品最后一次见到的日期"
        elif days[-1] < start - timedelta(days=model.STALE_DAYS):
            weight += model.TRADE_STALE
            why += "，但距该商品上架已久"
        captures = tuple(dict.fromkeys(capture for _, capture in deliveries))
        _candidate(found, supplier).evidence.append(Evidence("交易登记", weight, "登记事实", captures, why, ties=True))


def _pictures(graph: Graph, label: int, offers: Sequence[Offer], found: dict[int, Candidate]) -> None:
    shared: dict[int, list[tuple[Offer, Offer]]] = defaultdict(list)
    for offer in offers:
        for picture in offer.pictures:
            others = [graph.offers[place] for place in graph.by_picture[picture] if graph.offers[place].wholesale]
            if len({graph.label_of(other) for other in others}) > PICTURE_HUB:
                continue
            for other in others:
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
        candidate = _candidate(found, supplier)
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
            others = [graph.offers[place] for place in graph.by_gtin[gtin.as_gtin14(identifier.value)]]
            sellers = {graph.label_of(other) for other in others if other.wholesale}
            if len(sellers) > GTIN_HUB:
                continue
            for other in others:
                supplier = graph.label_of(other)
                if not other.wholesale or supplier == label:
                    continue
                candidate = _candidate(found, supplier)
                candidate.offers.setdefault(other.key, other)
                if supplier not in done:
                    done.add(supplier)
                    why = f"批发商“{graph.subject_of(supplier).name}”的 {other.key} 标注同一条形码 {identifier.value}"
                    captures = (offer.capture, other.capture)
                    candidate.evidence.append(
                        Evidence("条码相同", model.GTIN, "平台数据", captures, why, copyable=True, ties=True)
                    )


def _claims(graph: Graph, label: int, offers: Sequence[Offer], origin: Offer, found: dict[int, Candidate]) -> None:
    made: dict[int, tuple[Offer, str]] = {}
    for offer in (*sorted(offers, key=lambda offer: not offer.wholesale), origin):
        for identifier in offer.stated:
            if identifier.kind == "company":
                party, certainty = graph.label_of_name(identifier.verbatim)
                if party in (-1, label):
                    continue
                if identifier.owner == "maker":
                    made.setdefault(party, (offer, identifier.verbatim))
                elif offer is not origin or origin in offers:
                    _supplier_claim(found, party, offer, identifier.verbatim, certainty)
            elif identifier.owner in ("maker", "supplier"):
                holder = graph.contact_label.get((identifier.kind, identifier.value), -1)
                if holder not in (-1, label) and (offer is not origin or origin in offers):
                    why = f"页面留有“{graph.subject_of(holder).name}”的联系方式 {identifier.verbatim}"
                    weight = model.SUPPLIER_CLAIM
                    _candidate(found, holder).evidence.append(
                        Evidence("留有联系方式", weight, "共享标识", (offer.capture,), why, ties=True)
                    )
    for party, (offer, verbatim) in made.items():
        if party in found and any(item.kind == "交易登记" for item in found[party].evidence):
            why = f"页面声称的生产者“{verbatim}”与交易登记相符"
            found[party].evidence.append(
                Evidence("声称生产者", model.CLAIM_AGREES, "平台数据", (offer.capture,), why, copyable=True, ties=True)
            )
        elif offer is not origin or origin in offers:
            _maker_claim(graph, label, party, offer, verbatim, found)


def _supplier_claim(found: dict[int, Candidate], party: int, offer: Offer, verbatim: str, certainty: str) -> None:
    candidate = _candidate(found, party)
    if not any(item.kind == "声称供货方" for item in candidate.evidence):
        weight = model.SUPPLIER_CLAIM - (0.4 if certainty == "简称" else 0.0)
        why = f"页面称货品来自“{verbatim}”"
        candidate.evidence.append(
            Evidence("声称供货方", weight, "平台数据", (offer.capture,), why, copyable=True, ties=True)
        )


def _maker_claim(
    graph: Graph, label: int, party: int, offer: Offer, verbatim: str, found: dict[int, Candidate]
) -> None:
    candidate = _candidate(found, party)
    candidate.claimed = True
    subject, cite = graph.subject_of(party), (offer.capture,)
    base = model.MAKER_CLAIM_WHOLESALE if offer.wholesale else model.MAKER_CLAIM_RETAIL
    where = "批发页面" if offer.wholesale else "页面"
    add = candidate.evidence.append
    add(
        Evidence(
            "声称生产者",
            base,
            "平台数据",
            cite,
            f"{where}声称由“{verbatim}”生产，仅为卖家自述",
            copyable=True,
            ties=True,
        )
    )
    parties = graph.parties_of(party)
    rows = [party_key for party_key in parties if party_key in graph.register.rows]
    cited = tuple(capture for key in rows for capture in graph.register.citations(key))
    if rows and all(graph.register.gone(key) for key in rows):
        add(Evidence("登记状态", model.MAKER_GONE, "登记事实", cited, f"登记显示“{subject.name}”已注销或吊销"))
    elif rows:
        add(
            Evidence(
                "登记在册", model.MAKER_REGISTERED, "登记事实", cited, f"“{subject.name}”在企业登记中", copyable=True
            )
        )
    elif graph.register.rows:
        add(Evidence("登记无此主体", model.MAKER_UNKNOWN, "推断", cite, f"导入的企业登记中没有“{verbatim}”"))
    _licence(graph, offer, parties, candidate)
    if role(graph, party) in ("批发商", "经营者") and not any(names.exact(verbatim) == key[3:] for key in parties):
        add(
            Evidence("名称为经销", model.MAKER_IS_TRADER, "推断", cite, f"“{subject.name}”从名称看是经销者，不是生产者")
        )
    suppliers = graph.suppliers.get(label, {})
    if suppliers and all(party != second and party not in graph.suppliers.get(second, {}) for second in suppliers):
        why = f"“{graph.subject_of(label).name}”登记在案的供货方中没有“{verbatim}”"
        captures = tuple(sorted({capture for deliveries in suppliers.values() for _, capture in deliveries}))
        add(Evidence("与交易不符", model.MAKER_NOT_AMONG_SUPPLIERS, "推断", captures, why))
    if len(graph.claimants[party] - {party}) >= model.FAMOUS:
        add(
            Evidence(
                "多家声称",
                model.MAKER_FAMOUS,
                "推断",
                cite,
                f"有 {len(graph.claimants[party])} 家互不相关的卖家声称由其生产",
            )
        )


def _licence(graph: Graph, offer: Offer, parties: Sequence[str], candidate: Candidate) -> None:
    licence = next((one for one in offer.stated if one.kind == "sc_licence"), None)
    if licence is None or not parties:
        return
    of_licence, of_maker = province_of_code(licence.value[5:7]), graph.register.province(parties[0])
    if not of_licence or not of_maker:
        return
    if of_licence == of_maker:
        why = f"生产许可证 {licence.verbatim} 的地区（{of_licence}）与其住所相符"
        evidence = Evidence("许可证相符", model.LICENCE_AGREES, "平台数据", (offer.capture,), why, copyable=True)
    else:
        why = f"生产许可证 {licence.verbatim} 属{of_licence}，而“{graph.register.name(parties[0])}”在{of_maker}"
        evidence = Evidence("许可证不符", model.LICENCE_CONTRADICTS, "推断", (offer.capture,), why)
    candidate.evidence.append(evidence)
