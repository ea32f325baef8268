"""Which pictures are read: only those that can change the verdict, within the bound, and each once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from detection.screener import Assessment
from domain.records import Authorised, GeographicalIndication, Right, Tier, Trademark
from qingyuan.stages import lettering

MARK = Trademark(id="t", sign="青竹", goods=("收纳筐",), classes=(21,))
LISTED = GeographicalIndication(
    id="g", sign="信阳毛尖", product="茶叶", area=("河南省信阳市",), authorised=(Authorised(uscc="91411500MA44KQWE10"),)
)
NAMED = GeographicalIndication(
    id="g", sign="信阳毛尖", product="茶叶", area=("河南省信阳市",), authorised=(Authorised(company="某茶业公司"),)
)


def assessment(score: float, tier: Tier | None, right: Right = MARK) -> Assessment:
    return Assessment(right, score, tier, (), {})


@pytest.mark.parametrize(
    ("found", "asked"),
    [
        ([], False),
        ([assessment(0.05, None)], False),  # a word more would not be enough
        ([assessment(0.3, None)], True),
        ([assessment(0.6, "低")], True),
        ([assessment(0.8, "中")], False),  # reported already
        ([assessment(0.995, "高"), assessment(0.4, None)], False),
        ([assessment(0.8, "中", LISTED)], True),  # a user's code in the picture would clear the seller
        ([assessment(0.8, "中", NAMED)], False),
        ([assessment(0.96, "高", LISTED)], False),
    ],
)
def test_only_what_can_change_the_verdict_is_read(found: Sequence[Assessment], asked: bool) -> None:
    assert lettering.doubtful(found) is asked
