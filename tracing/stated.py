"""What the pages themselves state of maker and supplier: names, contacts, licence numbers. Claims, not facts."""

from __future__ import annotations

from collections.abc import Sequence

from tracing import model, trades
from tracing.candidate import Candidate, candidate_of
from tracing.circumstances import COMPARED
from tracing.graph import Graph
from tracing.model import Evidence
from tracing.offers import Offer
from tracing.places import province_of_code
from tracing.trade_terms import names_a_trader


def claims(graph: Graph, label: int, offers: Sequence[Offer], origin: Offer, found: dict[int, Candidate]) -> None:
    """Add what ``offers`` (pages of the party ``label``) state to ``found``; what ``origin`` states only confirms.

    A wholesale page counts before a retail page, and each party's claim once, on however many pages it stands.
    """
    made: dict[int, tuple[Offer, str]] = {}
    pages = sorted(offers, key=lambda offer: not offer.wholesale)
    for offer in (*pages, *(() if origin in pages else (origin,))):
        own = offer in pages
        for identifier in offer.stated:
            if identifier.kind == "company":
                party, certainty = graph.label_of_name(identifier.verbatim)
                if party not in (-1, label) and identifier.owner == "maker":
                    made.setdefault(party, (offer, identifier.verbatim))
                elif party not in (-1, label) and own:
                    _supplier_claim(found, party, offer, identifier.verbatim, certainty)
            elif own and identifier.owner in ("maker", "supplier"):
                holder = graph.contact_label.get((identifier.kind, identifier.value), -1)
                if holder not in (-1, label):
                    _contact(graph, found, holder, offer, identifier.verbatim, copied=identifier.owner == "maker")
    for party, (offer, verbatim) in made.items():
        if party in found and any(item.kind == "交易登记" for item in found[party].evidence):
            why = f"页面声称的生产者“{verbatim}”与交易登记相符"
            found[party].evidence.append(
                Evidence("声称生产者", model.CLAIM_AGREES, "平台数据", (offer.capture,), why, copyable=True, ties=True)
            )
        elif offer in pages:
            _maker_claim(graph, label, party, offer, verbatim, found)
    if not made:
        for offer in pages:
            _licence_only(graph, label, offer, found)


def _contact(
    graph: Graph, found: dict[int, Candidate], holder: int, offer: Offer, verbatim: str, *, copied: bool
) -> None:
    candidate = candidate_of(found, holder)
    if all(item.kind != "留有联系方式" for item in candidate.evidence):
        why = f"页面留有“{graph.subject_of(holder).name}”的联系方式 {verbatim}"
        candidate.evidence.append(
            Evidence(
                "留有联系方式", model.SUPPLIER_CLAIM, "共享标识", (offer.capture,), why, copyable=copied, ties=True
            )
        )


def _licence_only(graph: Graph, label: int, offer: Offer, found: dict[int, Candidate]) -> None:
    """A page that gives a licence number and names no maker: the one maker other pages name beside that number."""
    for identifier in offer.stated:
        makers = graph.licences.get(identifier.value, {}) if identifier.kind == "sc_licence" else {}
        if len(makers) != 1 or label in makers:
            continue
        party, cited = next(iter(makers.items()))
        candidate = candidate_of(found, party)
        if candidate.claimed:
            continue
        candidate.claimed = True
        weight = model.MAKER_CLAIM_RETAIL + model.LICENCE_ELSEWHERE
        why = f"页面标注的生产许可证 {identifier.verbatim} 在其他页面上属于“{graph.subject_of(party).name}”"
        captures = tuple(dict.fromkeys((offer.capture, *cited)))
        candidate.evidence.append(Evidence("许可证编号", weight, "平台数据", captures, why, copyable=True, ties=True))


def _supplier_claim(found: dict[int, Candidate], party: int, offer: Offer, verbatim: str, certainty: str) -> None:
    candidate = candidate_of(found, party)
    if not any(item.kind == "声称供货方" for item in candidate.evidence):
        weight = model.SUPPLIER_CLAIM - (0.4 if certainty == "简称" else 0.0)
        why = f"页面称货品来自“{verbatim}”"
        candidate.evidence.append(
            Evidence("声称供货方", weight, "平台数据", (offer.capture,), why, copyable=True, ties=True)
        )


def _maker_claim(
    graph: Graph, label: int, party: int, offer: Offer, verbatim: str, found: dict[int, Candidate]
) -> None:
    candidate = candidate_of(found, party)
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
        revoked = all(graph.register.revoked(key) for key in rows)
        weight = model.MAKER_REVOKED if revoked else model.MAKER_GONE
        state = "已被吊销执照但未注销，可能仍在生产" if revoked else "已注销或吊销"
        add(Evidence("登记状态", weight, "登记事实", cited, f"登记显示“{subject.name}”{state}"))
    elif rows:
        add(
            Evidence(
                "登记在册", model.MAKER_REGISTERED, "登记事实", cited, f"“{subject.name}”在企业登记中", copyable=True
            )
        )
    elif graph.register.rows:
        add(Evidence("登记无此主体", model.MAKER_UNKNOWN, "推断", cite, f"导入的企业登记中没有“{verbatim}”"))
    _licence(graph, offer, parties, candidate)
    if names_a_trader(verbatim):
        add(
            Evidence("名称为经销", model.MAKER_IS_TRADER, "推断", cite, f"“{subject.name}”从名称看是经销者，不是生产者")
        )
    _independent(graph, label, party, offer, candidate)
    suppliers = {one: graph.suppliers[label][one] for one in trades.goods_suppliers(graph, label, offer.lines)}
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


def _independent(graph: Graph, label: int, party: int, offer: Offer, candidate: Candidate) -> None:
    """What agrees with a retail page's claim and does not stand on the page itself."""
    if offer.wholesale:
        return
    pages = [
        page
        for seller in sorted(graph.claimants[party] - {label, party})
        for page in graph.offers_of(seller)[:COMPARED]
        if page.wholesale
        and page.lines & offer.lines
        and any(graph.label_of_name(name)[0] == party for name in page.makers)
    ]
    if pages:
        page = pages[0]
        why = f"批发商“{graph.subject_of(graph.label_of(page)).name}”的同类商品 {page.key} 也标明由其生产"
        weight, captures = model.MAKER_ALSO_WHOLESALE, (offer.capture, page.capture)
        candidate.evidence.append(Evidence("批发页面同称", weight, "平台数据", captures, why))
    score, holders = graph.suspicions.get(offer.key, (0.0, frozenset[int]()))
    if holders and party not in holders and party not in graph.protected:
        why = f"其与本商品涉嫌侵犯的权利（概率 {score:.2f}）无关，其名称不是照抄正品包装"
        weight = model.MAKER_APART_FROM_RIGHT * score
        candidate.evidence.append(Evidence("与权利人无关", weight, "推断", (offer.capture,), why))


def _licence(graph: Graph, offer: Offer, parties: Sequence[str], candidate: Candidate) -> None:
    licence = next((one for one in offer.stated if one.kind == "sc_licence"), None)
    if licence is None or not parties:
        return
    others = {party: cited for party, cited in graph.licences.get(licence.value, {}).items() if len(cited) >= 2}
    if others and candidate.label not in others:
        captures = tuple(dict.fromkeys((offer.capture, *(capture for cited in others.values() for capture in cited))))
        owners = "、".join(f"“{graph.subject_of(party).name}”" for party in sorted(others))
        why = f"生产许可证 {licence.verbatim} 在其他卖家的页面上属于{owners}"
        candidate.evidence.append(Evidence("许可证不符", model.LICENCE_CONTRADICTS, "推断", captures, why))
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
