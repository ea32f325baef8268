"""Latin names written in characters by their sound."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detection.model import shipped
from detection.names.transcription import han_sounds, keys, latin_sounds, resemblance
from detection.screener import Screener
from domain.records import Trademark
from tests.detection.market import listing

MARKS = (
    Trademark(id="ski", sign="BRENTALO", variants=("宝岚达",), classes=(25,), goods=("羽绒服",), holder="甲"),
    Trademark(id="abc", sign="TSN", classes=(7,), goods=("轴承",), holder="乙"),
    Trademark(id="pin", sign="鹤川", variants=("HECHUAN",), classes=(25,), goods=("羽绒服",), holder="丙"),
    Trademark(id="toy", sign="TOMENKO", classes=(9,), goods=("小车",), holder="丁"),
    Trademark(id="bag", sign="TAMI", classes=(18,), goods=("双肩包",), holder="戊"),
)
SCREENER = Screener(MARKS, shipped())


def best(name: str, text: str) -> float:
    return max(resemblance(sounds, han_sounds(text)) for sounds in latin_sounds(name))


@pytest.mark.parametrize(
    ("name", "like", "unlike"),
    [
        ("ASICS", "阿西克斯", "奥斯卡"),
        ("DeWALT", "迪沃特", "德沃克"),
        ("Cartier", "卡迪耶", "卡通爷"),
        ("BLACKMORES", "布莱克莫斯", "布莱德利"),
        ("babycare", "贝比凯尔", "贝拉凯特"),
        ("NSK", "恩艾斯凯", "恩艾弗凯"),
        ("Shimano", "喜马诺", "喜洋洋"),
    ],
)
def test_what_sounds_alike(name: str, like: str, unlike: str) -> None:
    assert best(name, like) >= 0.8 > best(name, unlike)
    assert set(keys(han_sounds(like))) & {key for sounds in latin_sounds(name) for key in keys(sounds)}


@pytest.mark.parametrize(
    ("title", "right"),
    [
        ("布伦塔洛羽绒服 男冬季加厚", "ski"),
        ("反季清仓 布瑞恩塔罗羽绒服 长款", "ski"),
        ("高速静音 替艾斯恩轴承 6004", "abc"),
        ("男孩礼物 托缅柯合金小车", "toy"),  # its own goods, of a class that it is not registered for
        ("塔米双肩包 三隔层", "bag"),  # two characters before a word, on its own goods
    ],
)
def test_a_transcription_on_the_marks_goods_is_an_imitation(title: str, right: str) -> None:
    (found,) = (one for one in SCREENER.assess(listing(title)) if one.right.id == right)
    assert found.values["imitation"] >= 0.6 and found.tier is not None
    assert "音译" in next(signal.detail for signal in found.signals if signal.name == "imitation")


@pytest.mark.parametrize(
    "title",
    [
        "布伦塔洛加湿器 桌面静音",  # other goods
        "塔洛布伦羽绒服 男冬季",  # other consonants
        "宝岚达羽绒服 男冬季加厚",  # the registered name in characters
        "荷川羽绒服",  # its letters are pinyin: characters of that sound are the look-up's business
        "保暖布料图案羽绒服 男冬季",  # ordinary words
    ],
)
def test_what_is_no_transcription(title: str) -> None:
    told = [signal.detail for one in SCREENER.assess(listing(title)) for signal in one.signals]
    assert not [detail for detail in told if "音译" in detail]


def test_the_claimed_brand_is_read_too() -> None:
    item = replace(listing("羽绒服男冬季加厚"), claims={"品牌": "布伦塔洛"})
    (found,) = (one for one in SCREENER.assess(item) if one.right.id == "ski")
    assert found.values["imitation"] >= 0.6


def test_a_hostile_title_is_bounded() -> None:
    found = SCREENER.assess(listing("布伦塔洛" * 100_000))
    assert all(len(one.signals) < 20 for one in found)


def test_where_no_goods_are_named_many_consonants_must_agree_whoever_else_is_registered() -> None:
    def found(title: str, *signs: str) -> set[str]:
        screener = Screener([Trademark(id=sign, sign=sign, classes=(9,)) for sign in signs], shipped())
        return {one.right.id for one in screener.assess(listing(title))}

    rivals = ("Lapatan", "Lepeton", "Liputen", "Lopatin", "Lubadan", "Lobeten")
    assert found("利普敦 现货", "Lipton") == {"Lipton"}
    assert found("利普敦 现货", "Lipton", *rivals) >= {"Lipton"}
    assert found("阿西克斯 现货", "Asics") == set()  # three consonants
