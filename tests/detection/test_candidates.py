"""The look-up finds what was done to a name, and nothing across the edge of two texts."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from bench.text import changes, signs
from detection.candidates import search as ways
from detection.candidates.names import Name, Names
from detection.candidates.search import search

REGISTER = (
    "康师傅",
    "大白兔",
    "老干妈",
    "耐克",
    "nike",
    "huawei",
    "polo",
    "张小泉",
    "五常大米",
    "茅台",
    "六个核桃",
    "美的",
)


def compiled(*texts: str) -> Names:
    return Names([Name(index, text) for index, text in enumerate(texts)])


NAMES = compiled(*REGISTER)


def found(text: str) -> dict[str, int]:
    """For each name found in a text, how: the best way."""
    hits = search(NAMES, [text])
    best: dict[str, tuple[float, int]] = {}
    for name, way, left in zip(hits.name.tolist(), hits.way.tolist(), hits.resemblance.tolist(), strict=True):
        if left > best.get(REGISTER[name], (0.0, 0))[0]:
            best[REGISTER[name]] = (left, way)
    return {name: way for name, (_, way) in best.items()}


@pytest.mark.parametrize(
    ("text", "name", "way"),
    [
        ("康帅傅方便面", "康师傅", ways.LOOKS),
        ("康师傳牛肉面", "康师傅", ways.LOOKS),
        ("大白免奶糖", "大白兔", ways.LOOKS),
        ("老于妈辣酱", "老干妈", ways.LOOKS),
        ("奈克男鞋", "耐克", ways.SOUNDS),
        ("美滴微波炉", "美的", ways.SOUNDS),
        ("弓长小泉菜刀", "张小泉", ways.SPLITS),
        ("maotai酒", "茅台", ways.SPELLS),
        ("mao台飞天", "茅台", ways.SPELLS),
        ("六仁核桃饮料", "六个核桃", ways.OTHER),
        ("五常大大米", "五常大米", ways.ADDED),
        ("师康傅", "康师傅", ways.SWAPPED),
        ("五常米", "五常大米", ways.MISSING),
        ("耐·克", "耐克", ways.SAME),
        ("耐🔥克", "耐克", ways.SAME),
        ("耐\u200b克", "耐克", ways.SAME),
        ("ＮＩＫＥ", "nike", ways.SAME),
        ("Nlke", "nike", ways.SAME),
        ("HUAVVEI", "huawei", ways.SAME),
        ("P0LO衫", "polo", ways.SAME),
        ("Νіkе", "nike", ways.SAME),
        ("張小泉", "张小泉", ways.SAME),
    ],
)
def test_what_was_done_to_the_name(text: str, name: str, way: int) -> None:
    assert found(text)[name] == way


def test_no_name_is_put_together_from_two_texts() -> None:
    hits = search(NAMES, ["五常", "大米", "老干", "妈", "耐", "克"])
    assert not [row for row in hits.way.tolist() if row in (ways.SAME, ways.ADDED)]


def test_places_point_into_their_own_text() -> None:
    texts = ["甲乙丙", "买六个核桃吧", "", "康帅傅"]
    hits = search(NAMES, texts)
    for text, name, start, end in zip(
        *(column.tolist() for column in (hits.text, hits.name, hits.start, hits.end)), strict=True
    ):
        assert 0 <= start < end <= len(texts[text])
        assert set(texts[text][start:end]) & set(REGISTER[name])


@pytest.mark.parametrize(
    "text",
    ["", "\ud800\udfff\ud800", "\u202e\u202d康\u202e师\u200f傅", "康师傅" * 10_000, "a" * 1_000_000, "🔥" * 5_000],
    ids=["empty", "surrogates", "right-to-left", "repeated", "a million letters", "emoji"],
)
def test_hostile_texts(text: str) -> None:
    hits = search(NAMES, [text, "康师傅"])
    assert (hits.text == 1).any()


def test_of_a_name_repeated_a_thousand_times_the_best_stretches_are_given() -> None:
    hits = search(compiled("哈哈", "哈哈哈", "耐克"), ["哈" * 2000 + "耐克", "耐克"])
    given = Counter(zip(hits.text.tolist(), hits.name.tolist(), strict=True))
    assert given == {(0, 0): ways.MOST, (0, 1): ways.MOST, (0, 2): 1, (1, 2): 1}
    assert set(hits.way.tolist()) == {ways.SAME}


def test_a_register_with_empty_and_single_character_signs() -> None:
    names = compiled("", "鞋", "···", "康师傅")
    hits = search(names, ["鞋子康师傅"])
    assert set(hits.name.tolist()) == {3}
    assert len(search(compiled(), ["康师傅"])) == 0


@pytest.mark.parametrize(
    "kind",
    [
        *("substitution", "insertion", "deletion", "transposition", "look-alike", "homophone", "separators"),
        *("split", "pinyin", "one in pinyin", "mixed scripts"),
    ],
)
def test_recall_of_each_edit(kind: str) -> None:
    """Signs nobody listed, changes from tables that the look-up was not built from."""
    random = Random(5)
    register = [sign for sign in signs(random, 3000) if len(sign) >= 3]
    names = compiled(*register)
    change = changes(random)[kind]
    made = [(index, change(sign)) for index, sign in enumerate(register[:400])]
    made = [(index, altered) for index, altered in made if altered]
    hits = search(names, [f"热卖{altered}包邮" for _, altered in made])
    pairs = set(zip(hits.text.tolist(), hits.name.tolist(), strict=True))
    missed = [(register[index], altered) for place, (index, altered) in enumerate(made) if (place, index) not in pairs]
    assert len(missed) <= 0.01 * len(made), missed[:5]
