"""Lines of business: what names and titles say, and what they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing import lines


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("苍南县某某包装有限公司", "包装供货"),
        ("某某茶叶包装制品厂", "包装供货"),
        ("某某彩印有限公司", "印刷供货"),
        ("某某标签有限公司", "印刷供货"),
        ("某某货运代理有限公司", "物流服务"),
        ("某某商贸物流有限公司", ""),  # trades, and carries besides
        ("某某文化传媒有限公司", "广告服务"),
        ("某某软件有限公司", "软件服务"),
        ("某某保洁服务有限公司", "保洁物业"),
        ("某某茶业有限公司", ""),
        ("某某商贸有限公司", ""),
        ("", ""),
    ],
)
def test_who_delivers_what_a_trade_uses_up(name: str, kind: str) -> None:
    assert lines.input_of(name) == kind
    if kind:
        assert not lines.of_firm(name)


@pytest.mark.parametrize(
    ("name", "title", "fits"),
    [
        ("某某茶业有限公司", "明前毛尖 250g", True),
        ("某某农业发展有限公司", "新米 东北大米 10斤", True),
        ("某某鞋业有限公司", "明前毛尖 250g", False),
        ("某某电器有限公司", "智能电饭煲 3L", True),
        ("某某电器有限公司", "男士休闲鞋", False),
        ("某某五金包装有限公司", "不锈钢扳手", False),
    ],
)
def test_a_firm_and_goods(name: str, title: str, fits: bool) -> None:
    assert bool(lines.of_firm(name) & lines.of_goods(title)) is fits


def test_longer_words_win() -> None:
    assert "茶叶" not in lines.of_goods("紫砂茶具")
    assert "肥料" not in lines.of_goods("手工肥皂")
    assert lines.of_goods("茶叶包装盒") == {"茶叶", "包装"}


def test_beside_a_category_short_words_are_not_believed() -> None:
    assert "肉蛋" in lines.of_goods("乳铁蛋白奶粉")
    assert lines.of_goods("乳铁蛋白奶粉", shortest=2) == {"母婴"}


def test_a_name_that_says_nothing_says_nothing() -> None:
    assert lines.of_firm("某某商贸有限公司") == lines.NONE
    assert lines.of_goods("") == lines.NONE


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(lines.of_goods(text), frozenset)
    assert isinstance(lines.of_firm(text), frozenset)
    assert not (lines.input_of(text) and lines.of_firm(text))


def test_widest() -> None:
    assert lines.widest([frozenset("ab"), frozenset("b"), frozenset(), frozenset("c")]) == (3, 2)
    assert lines.widest([]) == (0, 0)
