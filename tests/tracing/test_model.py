"""The rules that the constants of the probability model must keep."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from tracing import model
from tracing.model import Evidence


def evidence(weight: float, *, copyable: bool = False) -> Evidence:
    return Evidence("x", weight, "推断", ("sha256:00",), "因为", copyable=copyable)


def alone(*weights: float, copyable: bool = False) -> float:
    odds = model.log_odds([evidence(weight, copyable=copyable) for weight in weights])
    return model.compete([odds])[0][0]


def test_nothing_copied_names_anybody_however_much_of_it() -> None:
    assert alone(*[9.0] * 9, copyable=True) < model.NAMED
    copied = (model.PHOTO, model.PHOTO_MORE * 3, model.GTIN, model.MAKER_CLAIM_RETAIL, model.GOODS_ALIKE)
    assert alone(*copied, copyable=True) < model.NAMED


def test_one_trade_names_and_two_equal_ones_do_not() -> None:
    assert alone(model.TRADE) > 0.8
    odds = model.PRIOR + model.TRADE
    assert max(model.compete([odds, odds])[0]) < model.NAMED


def test_every_contradiction_outweighs_a_copy() -> None:
    copied = model.COPYABLE_CAP + model.SAME_CITY
    for against in (model.PRICE_CONTRADICTS, model.LICENCE_CONTRADICTS, model.MAKER_GONE, model.VICTIM * 0.5):
        assert alone(copied, against) < 0.35


@given(st.lists(st.floats(-20, 20), max_size=8), st.floats(-20, 20))
def test_probabilities_sum_to_less_than_one_and_rivals_lower(odds: list[float], rival: float) -> None:
    shares, own = model.compete(odds, rival)
    assert sum(shares) + own <= 1 + 1e-9
    assert all(0 <= share <= model.CERTAIN for share in shares)
    more, _ = model.compete([*odds, rival], rival)
    assert all(after <= before + 1e-12 for before, after in zip(shares, more, strict=False))


@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), max_size=8), st.floats(0, 5))
def test_evidence_for_never_lowers_and_against_never_raises(items: list[tuple[float, bool]], more: float) -> None:
    known = [evidence(weight, copyable=copyable) for weight, copyable in items]
    base = model.log_odds(known)
    for copyable in (True, False):
        assert model.log_odds([*known, evidence(more, copyable=copyable)]) >= base - 1e-9
        assert model.log_odds([*known, evidence(-more, copyable=copyable)]) <= base + 1e-9


def test_no_candidate_and_nothing_made_here() -> None:
    assert model.compete([]) == ([], 0.0)
    assert model.compete([], -math.inf) == ([], 0.0)
