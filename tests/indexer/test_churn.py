"""The collector's pace is restored however writers overlap and end."""

from __future__ import annotations

import gc
import weakref

import pytest

from indexer.churn import SELDOM, passing_through


def test_the_pace_is_slower_inside_and_as_before_after_the_last() -> None:
    before = gc.get_threshold()
    first, second = passing_through(), passing_through()
    with first:
        assert gc.get_threshold()[0] == max(SELDOM, before[0])
        with second:
            pass
        assert gc.get_threshold()[0] == max(SELDOM, before[0])
    assert gc.get_threshold() == before


def test_an_error_restores_it_and_one_who_switched_it_off_keeps_it_off() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), passing_through():
        raise KeyError
    assert gc.get_threshold() == before
    gc.set_threshold(0, *before[1:])
    try:
        with passing_through():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)


def test_cycles_still_go() -> None:
    class Knot:
        def __init__(self) -> None:
            self.me = self

    with passing_through():
        gone = weakref.ref(Knot())
        kept = [[] for _ in range(2 * SELDOM)]  # enough containers for a look
        assert gone() is None
        del kept
