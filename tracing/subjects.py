"""Resolution: which shops and companies are one subject (主体), because they share what strangers do not share.

Three rounds, none of which depends on the order of anything:

1. Registration: a shop belongs to the company it publishes (credit code or full name). A code that the register gives
   to somebody else joins nothing: a crook may show an honest company's licence.
2. Contacts: groups of round 1 that share a mobile number, 微信, QQ or e-mail of their own are one subject, unless the
   identifier is a *hub*: shared by too many, by holders who publish many different companies, or beside private lines.
3. Weak marks (fixed line, address, representative, a wrong credit code, the shop's name) join only when two of
   different kinds agree.

A component that then spans more companies than one controller plausibly has falls back to round 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from domain.identifiers import uscc
from domain.records import Strength
from tracing import names
from tracing.offers import Mention, Shop
from tracing.register import Register, code_of

#: Probability that two shops which share one such identifier are of one controller. Numbers are re-sold and shared by
#: households and agents, so none is 1; a 微信 or QQ name is chosen, a mobile number is registered by real name.
CONTACTS = {"mobile": 0.95, "wechat": 0.94, "qq": 0.92, "email": 0.93}
#: Marks too weak to join alone; together with another of a different kind they reach 1.
WEAK = {"landline": 0.6, "hotline": 0.3, "address": 0.5, "representative": 0.5, "uscc_wrong": 0.6, "name": 0.45}
#: More groups than these never are one controller's: a platform's hotline, a courier, an agency.
HUB = 30
#: So many companies of different representatives contradict (shell companies come in twos and threes). From so many
#: groups on, the identifier is a hub too when so large a share of them has a line of its own besides.
HUB_COMPANIES, HUB_DOUBT, HUB_PRIVATE = 4, 5, 0.6
#: Both publish a company and these have different representatives: a shell, or one agent's number for two clients.
DIFFERENT_COMPANIES = 0.85
#: A weak mark held by more groups says nothing (a virtual office, a chain's hotline).
WEAK_HUB = 12
#: A subject of more registered companies than this was glued by accident.
MAX_COMPANIES = 8

_TITLES = {
    "mobile": "手机号", "wechat": "微信", "qq": "QQ", "email": "电子邮箱", "landline": "固定电话",
    "hotline": "热线电话",
    "address": "地址", "representative": "法定代表人", "uscc_wrong": "（校验不符的）信用代码", "name": "店铺名称",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Join:
    """Why two nodes (places in :attr:`Resolution.nodes`) are one subject."""

    left: int
    right: int
    kind: str
    value: str
    probability: float
    strength: Strength
    captures: tuple[str, ...]
    why: str
    first_seen: datetime | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An identifier that many share and that therefore joins nobody."""

    kind: str
    value: str
    shops: int
    why: str


@dataclass(slots=True)
class Resolution:
    """``nodes``: shop keys, then party keys. ``labels``: the component of each node. ``joins`` made it so."""

    nodes: list[str]
    shop_count: int
    labels: list[int] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    conflicts: dict[int, tuple[str, str]] = field(default_factory=dict)


def resolve(shops: Sequence[Shop], register: Register, parties: Iterable[str]) -> Resolution:
    """Shops and parties to subjects. ``parties``: party keys that trade registers and claims speak of besides."""
    belongs = [_registration(place, shop, register) for place, shop in enumerate(shops)]
    own = {party for joins, _ in belongs for party, *_ in joins}
    known = sorted(own | set(parties) | set(register.rows))
    result = Resolution([shop.key for shop in shops] + known, len(shops))
    places = {party: len(shops) + place for place, party in enumerate(known)}
    for shop, (joins, conflict) in enumerate(belongs):
        if conflict:
            result.conflicts[shop] = conflict
        for party, mention, strength, why in joins:
            captures = tuple(
                dict.fromkeys((mention.capture, *(register.citations(party) if strength == "登记事实" else ())))
            )
            certain = 0.99 if strength == "登记事实" else 0.95
            kind, value = mention.identifier.kind, mention.identifier.value
            seen = (mention.first_seen, mention.last_seen)
            result.joins.append(Join(shop, places[party], kind, value, certain, strength, captures, why, *seen))
    firm = _components(len(result.nodes), result.joins)
    by_contact = _contacts(shops, register, firm, result)
    labels = _components(len(result.nodes), result.joins + by_contact)
    weak = _weak_joins(shops, register, places, labels, result)
    labels = _components(len(result.nodes), result.joins + by_contact + weak)
    kept = _within_reason(by_contact + weak, labels, firm, result)
    result.joins += kept
    result.labels = _components(len(result.nodes), result.joins)
    return result


def _components(size: int, joins: Sequence[Join]) -> list[int]:
    if not size:
        return []
    left = np.fromiter((join.left for join in joins), dtype=np.int64, count=len(joins))
    right = np.fromiter((join.right for join in joins), dtype=np.int64, count=len(joins))
    edges = coo_array((np.ones(len(joins), dtype=np.int8), (left, right)), shape=(size, size))
    _, labels = connected_components(edges, directed=False)
    return [int(label) for label in labels]


def _registration(
    place: int, shop: Shop, register: Register
) -> tuple[list[tuple[str, Mention, Strength, str]], tuple[str, str] | None]:
    """The parties a shop publishes itself as, and the contradiction that keeps it from them."""
    codes = [mention for (kind, _), mention in sorted(shop.mentions.items()) if kind == "uscc"]
    companies = [mention for (kind, _), mention in sorted(shop.mentions.items()) if kind == "company"]
    joins: list[tuple[str, Mention, Strength, str]] = []
    for code in codes:
        value = code.identifier.value
        parsed = uscc.parse(value)
        if parsed is None or not (value in register.rows or uscc.confirmed(parsed)):
            continue
        wrong = next((other for other in companies if register.differs(value, other.identifier.verbatim)), None)
        if wrong:
            shown, real = wrong.identifier.verbatim, register.name(value)
            return [], (code.capture, f"店铺公示的“{shown}”与信用代码 {value} 在登记中的名称“{real}”不符")
        strength: Strength = "登记事实" if value in register.rows and companies else "平台数据"
        joins.append(
            (
                value,
                code,
                strength,
                f"店铺“{shop.name or shop.key}”公示的统一社会信用代码为 {value}（{register.name(value)}）",
            )
        )
    for company in companies:
        party, certainty = register.party(company.identifier.verbatim)
        abbreviated = certainty == "简称" or not (
            names.is_company(company.identifier.verbatim) or party in register.rows
        )
        if not party or (abbreviated and not any(party == joined[0] for joined in joins)):
            continue
        if joins and all(party != joined[0] for joined in joins) and not party.startswith("名称:"):
            continue  # a name that others bear too; the code decides
        if joins and party.startswith("名称:"):
            continue
        strength = "登记事实" if party in register.rows else "平台数据"
        if all(party != joined[0] for joined in joins):
            joins.append(
                (
                    party,
                    company,
                    strength,
                    f"店铺“{shop.name or shop.key}”公示的经营主体为“{company.identifier.verbatim}”",
                )
            )
    return joins, None


def _contacts(shops: Sequence[Shop], register: Register, firm: Sequence[int], result: Resolution) -> list[Join]:
    """Round 2. Two shops of one group count once, so a company with fifty shops is not a hub."""
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, shop in enumerate(shops):
        for kind, value in shop.mentions:
            if kind in CONTACTS:
                holders[kind, value].append(place)
    companies = _owners(result, firm, register)
    joins = []
    for (kind, value), held in sorted(holders.items()):
        if len({firm[place] for place in held}) < 2:
            continue
        if why := _hub(kind, value, held, shops, firm, companies):
            result.held_back.append(HeldBack(kind, value, len(held), why))
            continue
        first = held[0]
        for place in held[1:]:
            one, other = companies.get(firm[first], set()), companies.get(firm[place], set())
            probability = CONTACTS[kind] * (DIFFERENT_COMPANIES if one and other and not one & other else 1.0)
            joins.append(_join(first, place, kind, value, probability, "共享标识", shops))
    return joins


def _join(
    left: int, right: int, kind: str, value: str, probability: float, strength: Strength, shops: Sequence[Shop]
) -> Join:
    one, other = shops[left].mentions[kind, value], shops[right].mentions[kind, value]
    captures = tuple(dict.fromkeys((one.capture, other.capture)))
    said = "、".join(dict.fromkeys((one.identifier.verbatim, other.identifier.verbatim)))
    why = f"店铺“{_called(shops[left])}”与“{_called(shops[right])}”使用同一{_TITLES[kind]}（{said}）"
    first, last = min(one.first_seen, other.first_seen), max(one.last_seen, other.last_seen)
    return Join(left, right, kind, value, probability, strength, captures, why, first, last)


def _called(shop: Shop) -> str:
    return f"{shop.name}（{shop.platform}）" if shop.name else shop.key


def _owners(result: Resolution, firm: Sequence[int], register: Register) -> dict[int, set[str]]:
    """Who is behind each group of round 1: the representatives of its companies, else the companies themselves."""
    found: dict[int, set[str]] = defaultdict(set)
    for join in result.joins:
        party = result.nodes[join.right]
        people = {row.company.representative for row in register.rows.get(party, ())} - {""}
        found[firm[join.left]] |= people or {party}
    return found


def _hub(
    kind: str,
    value: str,
    held: Sequence[int],
    shops: Sequence[Shop],
    firm: Sequence[int],
    companies: dict[int, set[str]],
) -> str:
    """Why the identifier joins nobody, ``""`` when it does join."""
    groups = {firm[place] for place in held}
    title = _TITLES[kind]
    if len(groups) > HUB:
        return f"{title} {value} 出现在 {len(groups)} 组互不相关的店铺，属于公共标识，不据以认定同一主体"
    published = len({owner for group in groups for owner in companies.get(group, ())})
    if published >= HUB_COMPANIES:
        return (
            f"共用{title} {value} 的店铺公示了 {published} 个不同主体，可能是代办、物流或平台号码，不据以认定同一主体"
        )
    if len(groups) < HUB_DOUBT:
        return ""
    alike = {"mobile", "landline"} if kind == "mobile" else {kind}
    private = {
        firm[place]
        for place in held
        if any(other in alike and number != value for other, number in shops[place].mentions)
    }
    if len(private) >= HUB_PRIVATE * len(groups):
        return f"共用{title} {value} 的 {len(groups)} 组店铺多数另有自己的号码，不据以认定同一主体"
    return ""


def _weak_joins(
    shops: Sequence[Shop], register: Register, places: dict[str, int], labels: Sequence[int], result: Resolution
) -> list[Join]:
    """Round 3: pairs of groups whose weak marks of different kinds add up to 1."""
    marks: dict[tuple[str, str], dict[int, tuple[int, tuple[str, ...]]]] = defaultdict(dict)
    for place, shop in enumerate(shops):
        for (kind, value), mention in shop.mentions.items():
            weak = "uscc_wrong" if kind == "uscc" else kind
            if weak in WEAK and not (kind == "uscc" and value in places):
                marks[weak, value].setdefault(labels[place], (place, (mention.capture,)))
        plain = names.exact(shop.name)
        if len(plain) >= 5 and shop.offers:
            marks["name", plain].setdefault(labels[place], (place, ()))
    for party, rows in register.rows.items():
        for row in rows:
            node = places[party]
            if len(row.company.address) >= 8:
                marks["address", names.exact(row.company.address)].setdefault(labels[node], (node, (row.capture,)))
            if row.company.representative:
                marks["representative", row.company.representative].setdefault(labels[node], (node, (row.capture,)))
    pairs: dict[tuple[int, int], dict[str, tuple[str, int, int, tuple[str, ...]]]] = defaultdict(dict)
    for (kind, value), held in sorted(marks.items()):
        if not 2 <= len(held) <= WEAK_HUB:
            continue
        groups = sorted(held)
        for first, second in combinations(groups, 2):
            (left, cited), (right, also) = held[first], held[second]
            pairs[first, second][kind] = (value, left, right, cited + also)
    joins = []
    for _, agreeing in sorted(pairs.items()):
        captures = tuple(dict.fromkeys(capture for *_, cited in agreeing.values() for capture in cited))
        if sum(WEAK[kind] for kind in agreeing) < 1 or not captures:
            continue
        kinds = sorted(agreeing)
        value, left, right, _ = agreeing[kinds[0]]
        said = "、".join(f"{_TITLES[kind]} {agreeing[kind][0]}" for kind in kinds)
        one, other = (_node_name(node, shops, register, result) for node in (left, right))
        why = f"“{one}”与“{other}”的{said}均相同"
        joins.append(Join(left, right, "+".join(kinds), value, 0.8, "推断", captures, why))
    return joins


def _node_name(node: int, shops: Sequence[Shop], register: Register, result: Resolution) -> str:
    return _called(shops[node]) if node < len(shops) else register.name(result.nodes[node])


def _within_reason(joins: list[Join], labels: Sequence[int], firm: Sequence[int], result: Resolution) -> list[Join]:
    """Leave out every join of rounds 2 and 3 in a component that spans too many companies."""
    companies: dict[int, set[int]] = defaultdict(set)
    for join in result.joins:
        companies[labels[join.left]].add(firm[join.right])
    excessive = {label for label, found in companies.items() if len(found) > MAX_COMPANIES}
    for join in joins:
        if labels[join.left] in excessive:
            title = _TITLES.get(join.kind, join.kind)
            why = f"经{title}串联的主体过多（超过 {MAX_COMPANIES} 家公司），不据以认定同一主体"
            result.held_back.append(HeldBack(join.kind, join.value, 2, why))
    return [join for join in joins if labels[join.left] not in excessive]


__all__ = ["HeldBack", "Join", "Resolution", "code_of", "resolve"]
