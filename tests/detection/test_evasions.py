"""Rules that hold for names, words and places that no list holds: each with what it must leave alone."""

from __future__ import annotations

import pytest

from detection.candidates.names import Name, Names
from detection.candidates.search import SPELLS, search
from detection.facts import Facts
from detection.features.naming import extended
from detection.features.origin import claimed_origin, contradiction, described_origin, sent_direct
from detection.features.use import Match, Use
from detection.features.wording import counterfeit, published, side_door
from detection.model import shipped
from detection.names.sounds import mixtures
from detection.places.gazetteer import confirmed, places, relation
from detection.profile import Profile
from detection.screener import Screener
from detection.vocabulary import disguises
from domain.records import GeographicalIndication, Listing, Trademark
from tests.detection.market import NOODLES, RIGHTS, SHOES, TEA, listing

SCREENER = Screener(RIGHTS, shipped())
TEA_OF_A_DISTRICT = GeographicalIndication(id="west", sign="余杭径山茶", product="绿茶", area=("浙江省杭州市余杭区",))


def values(item: Listing, right: str) -> dict[str, float]:
    return next((dict(one.values) for one in SCREENER.assess(item) if one.right.id == right), {})


def use(item: Listing, right: object = TEA) -> Use:
    facts = Facts(item)
    profile = Profile(right)  # type: ignore[arg-type]
    name = Name(0, profile.right.sign)
    place = facts.title.index(profile.right.sign) if profile.right.sign in facts.title else 0
    match = Match("title", facts.title, name, place, place + len(name.text), 0, 1.0, 1.0)
    return Use(facts, profile, match)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("捷姆帕运动鞋 高fang", True),
        ("捷姆帕运动鞋 gao仿", True),
        ("捷姆帕运动鞋 高亻方", True),
        ("捷姆帕运动鞋 高坊 全码", True),
        ("捷姆帕运动鞋 提高仿佛 全码", False),
        ("捷姆帕运动鞋 高防滑", False),
        ("捷姆帕运动鞋 非市面高仿", False),
        ("捷姆帕运动鞋 不碰精仿", False),
        ("捷姆帕运动鞋 无盒 高仿", True),
    ],
)
def test_words_of_copying_in_disguise_and_denied(text: str, stands: bool) -> None:
    assert ("counterfeit" in values(listing(text), "shoes")) is stands


def test_a_disguise_is_no_ordinary_word() -> None:
    assert "高访" in disguises("高仿") and "莆甜" in disguises("莆田") and disguises("高") == set() == disguises("1:1")


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("康师傅傅 方便面", 1.0),
        ("康师傅尔方便面", 0.8),
        ("康师傅 方便面", 0.0),
        ("康师傅老坛方便面", 0.0),
        ("康师傅的方便面", 0.0),
    ],
)
def test_a_name_that_goes_on(title: str, value: float) -> None:
    found = extended(use(listing(title), NOODLES))
    assert (found.value if found else 0.0) == value


def test_one_more_letter() -> None:
    assert {"extended", "imitation"} & values(listing("JUMPAROO 运动鞋"), "shoes").keys()
    assert "extended" not in values(listing("JUMPAROS 运动鞋"), "shoes")
    assert "extended" not in values(listing("JUMPARO X9 运动鞋"), "shoes")


@pytest.mark.parametrize("text", ["捷m帕", "捷mp", "jm帕", "婕mu帕"])
def test_initials_and_mixed_letters_are_candidates(text: str) -> None:
    hits = search(Names([Name(0, "捷姆帕")]), [f"新款{text} 运动鞋"])
    assert len(hits) and (int(hits.way[0]) == SPELLS or text == "捷m帕")


@pytest.mark.parametrize("said", ["批号打磨掉了", "瓶底码刮掉", "没有外盒", "不提供发票", "防伪码自备", "无溯源码"])
def test_codes_and_papers_that_are_gone(said: str) -> None:
    assert side_door(use(listing("JUMPARO 运动鞋", description=said), SHOES)) is not None
    assert side_door(use(listing("JUMPARO 运动鞋", description="送发票，包装完好"), SHOES)) is None


def test_a_book_about_the_name_is_a_book() -> None:
    assert published(use(listing("《JUMPARO传》 纪实文学"), SHOES)) is not None
    assert published(use(listing("JUMPARO 运动鞋"), SHOES)) is None
    assert counterfeit(use(listing("JUMPARO 高仿 运动鞋"), SHOES)) is not None


def test_towns_tell_counties_apart() -> None:
    area = {"330110"}
    assert relation(places("余杭径山")[0], area) == "inside" == relation(places("径山镇")[0], area)
    assert relation(places("苏州东山")[0], {"320506"}) == "inside"  # not 福建东山县
    assert relation(places("闽北建瓯东峰")[0], {"350782"}) == "outside"
    assert confirmed("姜堰溱潼") and not confirmed("余杭的茶") and not places("径山寺的素面")
    # a part of a prefecture that the gazetteer does not know is not all of it
    part = Profile(GeographicalIndication(id="x", sign="某某蟹", product="蟹", area=("江苏省苏州市工业园区",))).area
    assert relation(places("吴江")[0], part) == "outside" and relation(places("苏州")[0], part) == "covers"


def test_a_town_in_the_claimed_origin() -> None:
    claims = {"产地": "福建华安仙都"}
    assert claimed_origin(use(listing("信阳毛尖", claims=claims))).value == 1  # type: ignore[union-attr]
    claims = {"产地": "余杭径山"}
    found = claimed_origin(use(listing("余杭径山茶", claims=claims), TEA_OF_A_DISTRICT))
    assert found is not None and found.value == -1


def test_sent_from_far_although_straight_from_the_grower() -> None:
    far = listing("信阳毛尖 茶农自炒", claims={"产地": "河南信阳"}, ships_from="贵州铜仁")
    assert sent_direct(use(far)) is not None
    found = contradiction(use(far))
    assert found is not None and found.value == 1
    near = listing("信阳毛尖", claims={"产地": "河南信阳"}, ships_from="河南郑州")
    assert sent_direct(use(near)) is None and contradiction(use(near)) is None
    told = listing("信阳毛尖", description="湖北英山茶园现采")
    assert described_origin(use(told)) is not None


def test_small_articles_have_prices_of_their_own() -> None:
    socks = values(listing("JUMPARO 棉袜 5双", price=29), "shoes")
    shoes = values(listing("JUMPARO 运动鞋", price=29), "shoes")
    assert "price_near" in socks and "price" not in socks and "price" in shoes


SPELLED = Screener(
    [
        Trademark(id="wolves", sign="七匹狼", classes=(25,)),
        Trademark(id="oil", sign="嘉实多", variants=("极护",), classes=(4,)),
        Trademark(id="dates", sign="好想你", variants=("HAOXIANGNI",), classes=(29,)),
        Trademark(id="watch", sign="西铁城", classes=(14,)),
        Trademark(id="mouse", sign="罗技", classes=(9,)),
        Trademark(id="liquor", sign="三六九", classes=(33,)),
        Trademark(id="nuts", sign="三只松鼠", classes=(29, 30)),
        Trademark(id="paper", sign="五月花", classes=(16,)),
        Trademark(id="car", sign="Skoda", classes=(12,)),
        Trademark(id="scent", sign="观夏", goods=("香薰",), classes=(44,)),
        Trademark(id="frozen", sign="三全", goods=("水饺",), classes=(30,)),
        Trademark(id="ducks", sign="久久丫", goods=("鸭脖",), classes=(29,)),
        Trademark(id="cards", sign="七彩虹", goods=("显卡",), classes=(9,)),
        Trademark(id="spirit", sign="西凤酒", goods=("白酒",), classes=(33,)),
        Trademark(id="site", sign="四特", goods=("白酒",), classes=(33,)),
        Trademark(id="case", sign="迷你思", goods=("手机壳",), classes=(9,)),
    ],
    shipped(),
)


@pytest.mark.parametrize(
    ("title", "right"),
    [
        ("男装7匹狼夹克", "wolves"),  # a numeral as a digit
        ("7pilang休闲夹克", "wolves"),
        ("jia实多 极护 5W30 机油", "oil"),  # beside a name of the right as it is
        ("hǎo xiǎng nǐ 红枣", "dates"),  # letters that are registered, with tones that nobody writes
        ("xitiecheng男表 不用换电池", "watch"),  # a word of a service, and no service
        ("luo技G502 吃鸡外设", "mouse"),  # goods of another class by a word that means none
        ("3全灌汤水饺 猪肉白菜", "frozen"),  # of two characters one
        ("香辣鸭脖 99丫 真空装", "ducks"),  # what only sounds like a numeral
        ("7cai虹显卡 三风扇", "cards"),  # and letters beside it
        ("买2送3全麦吐司水饺", ""),  # what is given
        ("白酒买一箱 4特价", ""),  # a numeral before a word
        ("江西樟树4特酒 52度白酒", "site"),
        ("西凤9瓶装 白酒", ""),  # bottles, for 西凤酒
        ("iPad mini 4 手机壳", ""),  # a model, for 迷你思
        ("POLO7匹狼 男装夹克", "wolves"),  # a letter before it
        ("2027匹狼图腾摆件", ""),  # a year and a number
        ("白酒 369元一箱", ""),  # a price
        ("毛绒玩具 3只松鼠公仔", ""),  # a count
        ("月季苗 5月花期 四季开花", ""),
        ("luoji鼠标维修上门服务", ""),  # who repairs writes so
        ("Škoda 轮毂盖", ""),  # its very name
    ],
)
def test_names_in_letters_and_digits(title: str, right: str) -> None:
    (assessed,) = [SPELLED.screen(listing(title))]
    assert [one.right for one in assessed] == ([right] if right else [])


def test_digits_leave_every_spelling_in_letters() -> None:
    assert {"一品san笑", "一品3笑"} <= set(mixtures("一品三笑", 24))
    assert "一7笑" in mixtures("一七笑", 1) and "6个核桃" not in mixtures("六个核桃", 24)


def test_the_rights_own_goods_count_whatever_their_class() -> None:
    found = {one.right.id for one in SPELLED.assess(listing("冠夏香薰 藤条款"))}
    assert "scent" in found
    assert not SPELLED.assess(listing("冠夏衬衫 藤条款"))


WRITTEN = Screener(
    [
        Trademark(id="noodles", sign="康师傅", goods=("方便面",), classes=(30,)),
        Trademark(id="jewels", sign="蓝天使", goods=("袖扣",), classes=(14,)),
        Trademark(id="casio", sign="CASIO", goods=("手表",), classes=(14,)),
        Trademark(id="mahle", sign="MAHLE", goods=("电池", "滤清器"), classes=(7, 9, 12)),
        Trademark(id="nsk", sign="NSK", goods=("轴承",), classes=(7,)),
        Trademark(id="shoe", sign="勾子鞋", goods=("运动鞋",), classes=(25,)),
        Trademark(id="shell", sign="SHELL", goods=("机油",), classes=(4,)),
    ],
    shipped(),
)


@pytest.mark.parametrize(
    ("title", "right"),
    [
        ("康帅(傅)方便面 整箱", "noodles"),  # a bracket in it
        ("美味康，帅傅方便面", "noodles"),
        ("康(帅)傅 康帅傅方便面", "noodles"),
        ("法式袖扣,天使之翼袖扣", ""),  # the end of one phrase and the head of another
        ("C4S1O手表 男款", "casio"),  # digits between the letters
        ("移动电源 2600mah18650锂电池", ""),  # a number that goes on
        ("NKS轴承 6204", "nsk"),  # on its goods
        ("机械手表 snk807", ""),
        ("儿童亲子鞋 运动鞋", ""),  # a word and its goods
        ("ＭＩＣＨＥＬＬ 机油", ""),  # cut from a longer word, of any width
    ],
)
def test_what_is_a_likeness_and_what_is_chance(title: str, right: str) -> None:
    assert [one.right for one in WRITTEN.screen(listing(title))] == ([right] if right else [])


def test_a_list_of_what_fits_is_no_brand() -> None:
    offer = listing("华为手机壳 磨砂", claims={"品牌": "苹果,华为,小米"})
    screener = Screener([Trademark(id="hw", sign="华为", goods=("手机",), classes=(9,))], shipped())
    (found,) = screener.assess(offer)
    assert found.values["compatible"] >= 1
    (own,) = screener.assess(listing("华为手机壳 磨砂", claims={"品牌": "华为/HUAWEI"}))
    assert own.values["compatible"] < 1 and own.values["brand"] == 1


def test_a_changed_name_that_is_claimed_as_the_brand_contradicts_nothing() -> None:
    screener = Screener([Trademark(id="ksf", sign="康师傅", goods=("方便面",), classes=(30,))], shipped())
    (same,) = screener.assess(listing("康帅傅方便面 整箱", claims={"品牌": "康帅傅"}))
    assert same.values["brand"] == 0.7 and "brand_conflict" not in same.values
    (other,) = screener.assess(listing("康帅傅方便面 整箱", claims={"品牌": "恒沃"}))
    assert other.values["brand"] == -1 and other.values["brand_conflict"] == 1


@pytest.mark.parametrize(
    ("title", "claims", "sign", "silent"),
    [
        ("山地车 空气前叉 12速 送锁送头盔", {}, "速联", "imitation"),
        ("适用适马16mm F1.4遮光罩", {"品牌": "卓视"}, "适马", "imitation"),
        ("梅特勒托利多台式天平", {}, "梅特勒-托利多", "hidden"),
        ("佳贝艾特羊奶粉 支持刮码验罐", {}, "佳贝艾特", "side_door"),
        ("瓦轴轴承 农机配套原厂合格证", {}, "瓦轴", "poses"),
        ("小猪佩奇书包 被授权商上海晨萌箱包", {}, "小猪佩奇", "poses"),
        ("卡诗发膜大贸版带中标", {}, "卡诗", "counterfeit"),
    ],
)
def test_what_honest_catalogues_say(title: str, claims: dict[str, str], sign: str, silent: str) -> None:
    right = Trademark(
        id="one", sign=sign, variants=("适马SIGMA",) if sign == "适马" else (), classes=(9,), holder="某公司"
    )
    found = Screener([right], shipped()).assess(listing(title, claims=claims))
    assert all(silent not in one.values for one in found)
    if sign != "速联":
        assert found and found[0].right.id == "one"


def test_what_holds_the_goods_of_a_name_only_fits_them() -> None:
    right = Trademark(id="one", sign="素力高", goods=("猫粮",), classes=(31,))
    (found,) = Screener([right], shipped()).assess(listing("真空猫粮桶 装得下素力高12磅整袋", claims={"品牌": "喵仓"}))
    assert found.values["compatible"] >= 1


@pytest.mark.parametrize(
    ("sign", "title", "telling"),
    [
        ("耐克", "新款奈 克运动鞋男", "imitation"),
        ("兰蔻", "新款2026兰 寇面霜", "imitation"),
        ("兰蔻", "兰蔻面霜 可刮码发货", "side_door"),
        ("兰蔻", "兰蔻面霜 可抹防伪码", "side_door"),
        ("兰蔻", "兰蔻面霜 支持刮码", "side_door"),
        ("兰蔻", "兰蔻面霜 刮码查不到", "side_door"),
        ("兰蔻", "兰蔻面霜 抹码验货后付款", "side_door"),
        ("茅台", "茅台白酒 被授权专卖", "poses"),
        ("耐克", "耐克运动鞋 被授权店", "poses"),
    ],
)
def test_no_word_beside_it_frees_the_trick(sign: str, title: str, telling: str) -> None:
    right = Trademark(id="one", sign=sign, classes=(25, 3, 33), holder="某公司")
    (found,) = Screener([right], shipped()).assess(listing(title))
    assert found.values[telling] > 0


def test_a_sign_of_one_character_may_be_registered_twice() -> None:
    rights = [Trademark(id=str(number), sign="王", classes=(number,)) for number in (25, 33)]
    found = Screener(rights, shipped()).assess(listing("运动鞋男款 透气", claims={"品牌": "王"}))
    assert {one.right.id for one in found} == {"25", "33"}
