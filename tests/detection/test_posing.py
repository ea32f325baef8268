"""Who the seller says he is, and of whom he says that he bought."""

from __future__ import annotations

import pytest

from detection.facts import Facts
from detection.features.posing import poses
from detection.features.use import Use
from detection.profile import Profile
from domain.records import Authorised, Trademark
from tests.detection.market import listing

MARK = Trademark(
    id="m", sign="禾嘉", goods=("电饭煲",), classes=(11,), holder="甲", authorised=(Authorised(name="禾嘉店"),)
)


def told(title: str, description: str = "") -> float:
    reading = poses(Use(Facts(listing(title, description=description)), Profile(MARK), None))
    return reading.value if reading is not None else 0.0


@pytest.mark.parametrize(
    "said",
    [
        *("禾嘉电饭煲 品牌授权经销商", "禾嘉电饭煲 本店为总代理", "禾嘉电饭煲 官方授权 假一赔十"),
        *(
            "禾嘉电饭煲 厂家指定经销",
            "禾嘉电饭煲 由品牌官方授权",
            "禾嘉电饭煲 由总部直供",
            "禾嘉电饭煲 已拿到品牌授权书",
        ),
        *("禾嘉电饭煲 到店即享官方授权", "禾嘉电饭煲 官方授权正品发票齐全", "禾嘉电饭煲 官方授权放心购"),
        *("禾嘉电饭煲 官方直营购买无忧", "禾嘉电饭煲 官方授权下单立减", "禾嘉电饭煲 厂家直营清仓"),
        *("禾嘉电饭煲 官方授权支持验货", "禾嘉电饭煲 总代理手上现货", "禾嘉电饭煲 一级代理提货价"),
        *("禾嘉电饭煲 从业十年官方授权", "禾嘉电饭煲 去年起官方授权", "禾嘉电饭煲 在线官方授权"),
    ],
)
def test_authority_is_claimed(said: str) -> None:
    assert told(said) > 0


@pytest.mark.parametrize(
    "said",
    [
        "禾嘉电饭煲 从区域经销商拿货",
        "禾嘉电饭煲 经销商处拿货 进货单可看",
        "禾嘉电饭煲 意大利授权店购入",
        "禾嘉电饭煲 不是授权店",
        "禾嘉电饭煲 保修去官方售后",
    ],
)
def test_that_others_have_it_is_no_claim(said: str) -> None:
    assert told(said) == 0
    assert told("禾嘉电饭煲", said.removeprefix("禾嘉电饭煲 ")) == 0
