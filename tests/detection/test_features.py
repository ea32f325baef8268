"""Compare functions one by one, where their docstrings' examples are not enough."""

from __future__ import annotations

import pytest

from detection.features.registry import DIRECTION, GI_FEATURES, MARK_FEATURES
from detection.goods.classes import goods, nearness
from detection.names.folding import fold
from detection.names.looks import look
from detection.names.sounds import sound
from detection.places.gazetteer import mentions, places, relation
from detection.vocabulary import unnegated, words


def test_every_feature_documents_itself_and_has_a_direction_or_none() -> None:
    for feature in (*MARK_FEATURES, *GI_FEATURES):
        text = feature.__doc__ or ""
        assert any("\u4e00" <= character <= "\u9fff" for character in text), feature.__name__
    names = {feature.__name__ for feature in (*MARK_FEATURES, *GI_FEATURES)}
    assert set(DIRECTION) <= names


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("高仿运动鞋", True),
        ("拒绝高仿", False),
        ("高仿勿扰", False),
        ("非高仿", False),
        ("不是A货", False),
        ("绝非仿品", False),
        ("不支持验货 高仿", True),
        ("谢绝拿高仿比价", False),
    ],
)
def test_negation(text: str, stands: bool) -> None:
    assert bool(unnegated(words(fold(text)), "fake")[0]) is stands


@pytest.mark.parametrize(
    ("claim", "area", "how"),
    [
        ("黑龙江省哈尔滨市五常市", "黑龙江五常", "inside"),
        ("五常", "黑龙江省哈尔滨市五常市", "inside"),
        ("黑龙江", "黑龙江省哈尔滨市五常市", "covers"),
        ("江苏盐城", "黑龙江省哈尔滨市五常市", "outside"),
        ("襄樊", "湖北省襄阳市", "inside"),
        ("湖北谷城县", "湖北省襄阳市", "inside"),
        ("四川省郫县", "四川省成都市郫都区", "inside"),
        ("泰国", "黑龙江省哈尔滨市五常市", "outside"),
    ],
)
def test_places(claim: str, area: str, how: str) -> None:
    codes = {code for place in places(area) for code in place}
    assert relation(places(claim)[0], codes) == how


@pytest.mark.parametrize("text", ["龙井路88号", "五常大街", "独山镇"])
def test_addresses_and_villages_are_no_counties(text: str) -> None:
    assert not mentions(text)


def test_classes_near_and_far() -> None:
    assert {word.number for word in goods("苹果手机壳")} == {9}
    assert {word.number for word in goods("红富士苹果")} == {31}
    assert nearness({25}, {25}) == 1 and nearness({25}, {18}) == 0.6 and nearness({30}, {9}) == 0


@pytest.mark.parametrize(
    ("one", "other"), [("师", "帅"), ("兔", "免"), ("干", "于"), ("传", "傅"), ("宁", "宇"), ("牛", "生")]
)
def test_looks_that_nobody_typed_in(one: str, other: str) -> None:
    assert look(one, other) >= 0.45 and look(one, "鑫") < 0.2


@pytest.mark.parametrize(
    ("one", "other", "least"), [("耐", "奈", 1.0), ("宁", "林", 0.8), ("张", "脏", 0.8), ("湖", "福", 0.6)]
)
def test_sounds_as_dialects_confuse_them(one: str, other: str, least: float) -> None:
    assert sound(one, other) >= least
