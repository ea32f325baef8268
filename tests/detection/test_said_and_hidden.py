"""Names given in pieces or with stars, words of a copy that are patterns, and what must be left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from detection.features.origin import described_origin
from detection.features.use import Match
from detection.features.wording import compared, counterfeit, side_door
from detection.model import shipped
from detection.screener import Assessment, Screener
from domain.records import Trademark
from tests.detection.market import SHOES, listing
from tests.detection.test_evasions import use

CLOTHES = Trademark(id="t", sign="沐麟兔", variants=("MULINT",), classes=(25,), goods=("童装", "连衣裙"))
LAMPS = Trademark(id="l", sign="OSLO", classes=(11,), goods=("台灯",))
CREAM = Trademark(id="c", sign="柯来", classes=(3,), goods=("面霜",))
RICE = Trademark(id="r", sign="佳丰源", classes=(30,), goods=("大米",), reference_price=Decimal(60))
SCREENER = Screener([CLOTHES, LAMPS, CREAM, RICE], shipped())


def judged(title: str) -> dict[str, Assessment]:
    return {one.right.id: one for one in SCREENER.assess(listing(title))}


def test_strokes_stand_between_the_characters() -> None:
    found = judged("沐丨麟丨兔 童装")["t"]
    assert found.values["hidden"] == 0.9 and found.tier == "高"


def test_an_imitation_beside_the_second_name() -> None:
    found = judged("沐麟免MULINT 童装 连衣裙")["t"]
    assert "imitation" in found.values and found.tier is not None
    assert "imitation" not in judged("沐麟兔MULINT 童装 连衣裙")["t"].values


GLUED = Screener(
    [
        Trademark(id=sign, sign=sign, classes=(25,))
        for sign in ("TELI", "HELI", "BASI", "LIBI", "NIKE", "HUAWEI", "花色素", "新耐克", "路源")
    ],
    shipped(),
)


@pytest.mark.parametrize(
    ("title", "sign", "hidden"),
    [
        ("代购女装constelle新款简洁长裙", "TELI", None),  # letters that only look like the name, inside a word
        ("内存条 台式机 hellip", "HELI", None),
        ("电视机ls58a51英寸高清", "BASI", None),
        ("皮牌长袖衬衫1eahtm7sl181xx", "LIBI", None),
        ("N1KEair运动鞋", "NIKE", 1.0),
        ("HUAVVEImate手机壳", "HUAWEI", 1.0),
        ("男士居家六花色,素色花色任选", "花色素", 0.0),  # a word goes on over the end: a comma between phrases
        ("深圳新乐路.源丰酒店", "路源", 0.7),
        ("新耐,克鞋清仓", "新耐克", 0.7),
    ],
)
def test_look_alikes_inside_words_and_commas_between_them_hide_nothing(
    title: str, sign: str, hidden: float | None
) -> None:
    found = {one.right.id: one.values for one in GLUED.assess(listing(title))}
    assert (found[sign].get("hidden", 0.0) if sign in found else None) == hidden


def test_stars_for_characters_only_beside_words_of_a_copy() -> None:
    assert judged("OS** 台灯 高仿")["l"].tier is not None
    assert "l" not in judged("OS** 台灯 学生宿舍")
    assert "l" not in judged("OS** 高仿 短裤")  # other goods
    assert "l" not in judged("OS*30ml 台灯 高仿")  # a number of pieces
    assert judged("沐** 连衣裙 超A货")["t"].tier is not None


@pytest.mark.parametrize(("title", "right"), [("木可来自天然 面霜", "c"), ("农家丰源自种 大米", "r")])
def test_words_across_both_ends_are_no_imitation(title: str, right: str) -> None:
    found = judged(title).get(right)
    assert found is None or found.tier is None


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("老客都说穿不出区别", True),
        ("做工和专柜的差不多 材质一样", True),
        ("自家作坊灌的", True),
        ("小心材质一样的仿货 不要买", False),
        ("款式和图片相符", False),
    ],
)
def test_talk_of_a_copy_is_a_pattern(said: str, stands: bool) -> None:
    assert (counterfeit(use(listing(f"JUMPARO 运动鞋 {said}"), SHOES)) is not None) is stands


def test_a_warning_turns_the_whole_phrase() -> None:
    assert side_door(use(listing("JUMPARO 运动鞋 分装无标的货不要买"), SHOES)) is None
    assert side_door(use(listing("JUMPARO 运动鞋 来源勿问"), SHOES)) is not None


def test_origin_told_by_where_the_garden_lies() -> None:
    assert described_origin(use(listing("信阳毛尖", description="茶园位于四川广元青川，海拔一千米"))) is not None
    assert described_origin(use(listing("信阳毛尖", description="仓库位于四川广元青川"))) is None


def test_told_apart_from_the_name() -> None:
    other = use(listing("六安瓜片与信阳毛尖口味不同"))
    assert isinstance(other.match, Match) and compared(other) is not None
