"""The order of suspicions is total, and what is shown of it tells apart what the probability does not."""

from __future__ import annotations

import doctest
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain import ordering
from domain.ordering import STRONGEST, harm, precedence, strength
from domain.records import Finding, Listing, ListingRef, finding_id
from indexer.documents import build
from indexer.ranks import MAX_VALUE, urgency

AT = datetime(2026, 11, 1, tzinfo=UTC)


def listing(ref: str = "1", **more: Any) -> Listing:
    return Listing(platform="p", ref=ref, url="u", title="t", observed_at=AT, **more)


def finding(of: Listing, score: float, right: str = "r") -> Finding:
    return Finding(
        id=finding_id(of.key, right), listing=ListingRef(key=of.key), right=right, score=score, tier="高", model="m"
    )


def test_the_examples_hold() -> None:
    assert doctest.testmod(ordering).failed == 0


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_strength_follows_the_probability(scores: list[float]) -> None:
    shown = [strength(score) for score in sorted(scores)]
    assert all(-STRONGEST <= one <= other <= STRONGEST for one, other in pairwise(shown))


def test_what_reads_alike_as_a_probability_is_told_apart() -> None:
    assert [round(strength(score)) for score in (0.9991, 0.99991, 0.999991)] == [30, 40, 50]


def test_harm_is_price_times_sales_and_bounded() -> None:
    assert harm(listing(price=Decimal("12.5"), sales=8)) == 100
    assert harm(listing(price=Decimal("12.5"))) == Decimal("12.5")
    assert harm(listing(sales=8)) == 8
    assert harm(listing()) == 0
    assert harm(listing(price=Decimal(10) ** 300, sales=10**9)) == Decimal(10) ** 13
    assert harm(listing(price=Decimal(-5), sales=3)) == 0


def test_precedence_is_evidence_then_harm_then_key() -> None:
    weak, cheap, dear = listing("1"), listing("2", price=Decimal(1)), listing("3", price=Decimal(9))
    same = listing("4", price=Decimal(9))
    given_ = [(finding(same, 0.9), same), (finding(cheap, 0.9), cheap), (finding(weak, 0.8), weak)]
    given_ += [(finding(dear, 0.9), dear)]
    assert [each.ref for _, each in sorted(given_, key=lambda pair: precedence(*pair))] == ["3", "4", "2", "1"]


@given(st.floats(0, 1), st.floats(0, 1), st.decimals(0, 10**12), st.decimals(0, 10**12))
def test_the_rank_puts_evidence_before_harm(one: float, other: float, sold: Decimal, less: Decimal) -> None:
    first, second = urgency(one, sold), urgency(other, less)
    assert 0 <= first <= MAX_VALUE
    if strength(one) > strength(other) + 0.001:
        assert first > second
    if one == other and sold > less * Decimal("1.001") + 1:
        assert first > second


def test_the_document_carries_it() -> None:
    certain = [listing(str(n), price=Decimal(10 + n), sales=5) for n in range(20)]
    ranks = Counter(
        build(each, findings=[finding(each, 0.99999)], first_seen=AT, last_seen=AT).ranks["by_suspicion"] >> 20
        for each in certain
    )
    assert max(ranks.values()) == 1
