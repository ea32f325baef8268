"""What judgements do to a head: little when they are few, what they say when they are many, nothing against sense."""

from __future__ import annotations

import doctest
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from detection.learning import grounds as grounds_module
from detection.learning import updating
from detection.learning.grounds import grounds
from detection.learning.updating import Rows, lowest, update
from detection.model import Head, Term, logistic
from domain.records import Signal

COLUMNS = ("price", "used", "other", "authorised")
HEAD = Head(
    -1.0,
    {
        "price": Term((0.5, 1.5, 2.5), (0.0, 1.0, 2.0, 3.0)),
        "used": Term((0.5,), (0.0, -2.0)),
        "other": Term((-0.5, 0.5), (-0.7, 0.0, 0.8)),
        "authorised": Term((0.5,), (0.0, -6.0)),
    },
    {"高": 0.9, "中": 0.7, "低": 0.5},
)
DIRECTION = {"price": 1, "used": -1, "other": 0, "authorised": -1}
TIERS = partial(lowest, precision=(("高", 0.985, 0.9), ("中", 0.93, 0.7)), least=0.5)


def rows(count: int, seed: int, head: Head = HEAD) -> Rows:
    """Rows whose truth is drawn from the head."""
    random = np.random.default_rng(seed)
    values = np.column_stack(
        [
            random.integers(0, 4, count),
            random.integers(0, 2, count),
            random.integers(-1, 2, count),
            random.random(count) < 0.05,
        ]
    ).astype(float)
    chance = [head.probability(dict(zip(COLUMNS, row, strict=True))) for row in values]
    return Rows(COLUMNS, values, random.random(count) < chance, np.ones(count), np.arange(count, dtype=np.int64))


PRIOR = rows(4000, 1)
learn = partial(update, HEAD, PRIOR, fixed=("authorised",), direction=DIRECTION, tiers=TIERS)


def moved(head: Head) -> Head:
    """A bureau that cares nothing for the price."""
    return Head(head.bias, {**head.terms, "price": Term((0.5, 1.5, 2.5), (0.0, 0.0, 0.0, 0.0))}, head.tiers)


def test_the_examples_hold() -> None:
    assert doctest.testmod(updating).failed == doctest.testmod(grounds_module).failed == 0


def test_few_judgements_that_agree_move_little() -> None:
    learned = learn(rows(30, 2)).head
    for values in ({}, {"price": 3.0}, {"used": 1.0}, {"other": -1.0}, {"price": 2.0, "used": 1.0}):
        assert learned.probability(values) == pytest.approx(HEAD.probability(values), abs=0.1)


def test_many_judgements_are_followed() -> None:
    wanted = moved(HEAD)
    learned = learn(rows(6000, 3, wanted)).head
    assert learned.probability({"price": 3.0}) == pytest.approx(logistic(-1.0), abs=0.08)
    assert learned.probability({"used": 1.0}) == pytest.approx(wanted.probability({"used": 1.0}), abs=0.08)


def test_the_more_judgements_the_further() -> None:
    wanted = moved(HEAD)
    given = [learn(rows(count, 4, wanted)).head.probability({"price": 3.0}) for count in (20, 100, 500, 3000)]
    assert HEAD.probability({"price": 3.0}) > given[0]
    assert all(one >= other - 0.02 for one, other in pairwise(given)) and given[0] - given[-1] > 0.3


def test_no_feature_turns_round_whatever_is_judged() -> None:
    perverse = rows(2000, 5)
    turned = Rows(COLUMNS, perverse.values, ~perverse.truth, perverse.weight, perverse.group)
    terms = learn(turned).head.terms
    assert all(later >= earlier for earlier, later in pairwise(terms["price"].values))
    assert all(later <= earlier for earlier, later in pairwise(terms["used"].values))


def test_policy_stays() -> None:
    turned = rows(2000, 6)
    always = Rows(COLUMNS, turned.values, np.ones(2000, bool), turned.weight, turned.group)
    assert learn(always).head.terms["authorised"] == HEAD.terms["authorised"]


def test_silence_adds_nothing_and_edges_stay() -> None:
    learned = learn(rows(500, 7, moved(HEAD))).head
    for name, term in learned.terms.items():
        assert term.at(0.0) == 0.0
        assert term.edges == HEAD.terms[name].edges


def test_the_same_rows_give_the_same_head() -> None:
    assert learn(rows(300, 8)).head == learn(rows(300, 8)).head


def test_one_shop_does_not_shout_down_the_others() -> None:
    """A hundred judgements on one shop weigh as ten."""
    assert updating.together(["a"] * 100).sum() == pytest.approx(10)


def test_tiers_are_drawn_by_weighted_precision() -> None:
    scores, truth = np.array([0.99, 0.98, 0.96, 0.8, 0.75]), np.array([True, True, False, True, False])
    light = TIERS(scores, truth, np.array([1.0, 1.0, 0.001, 1.0, 1.0]))
    assert (light["高"], light["中"]) == (0.9, 0.8)
    assert TIERS(scores, truth, np.ones(5))["高"] == 0.98
    assert TIERS(scores, np.zeros(5, bool), np.ones(5))["高"] == 0.99


def test_grounds_are_kinds_of_weighty_reasons_for_suspicion() -> None:
    signals = [
        Signal(name="dispatch", score=0.9, detail=""),
        Signal(name="counterfeit", score=2.0, detail=""),
        Signal(name="claimed_origin", score=0.5, detail=""),
        Signal(name="price", score=0.1, detail=""),
        Signal(name="used", score=-3.0, detail=""),
        Signal(name="brand_new_feature", score=1.0, detail=""),
    ]
    assert grounds(signals) == ("仿冒用语", "brand_new_feature", "产地")


def test_every_reason_for_suspicion_has_a_chinese_kind() -> None:
    from detection.features.registry import DIRECTION
    from detection.learning.grounds import kind

    assert [name for name, sign in DIRECTION.items() if sign > 0 and kind(name) == name] == ["manner"]
    assert grounds([Signal(name="manner", score=2.0, detail="")]) == ()
