"""Whole listings through the shipped model: what is suspected, what is not, and what the officer reads."""

from __future__ import annotations

from typing import Any

import pytest

from detection.model import shipped
from detection.screener import Screener
from domain.codec import decode, encode
from domain.errors import ModelError
from domain.records import Finding, Listing, Trademark
from tests.detection.market import NOODLES, RIGHTS, SHOES, TEA, listing

SCREENER = Screener(RIGHTS, shipped())


def flagged(item: Listing) -> set[str]:
    return {finding.right for finding in SCREENER.screen(item)}


@pytest.mark.parametrize(
    ("right", "title", "more"),
    [
        ("shoes", "捷姆帕运动鞋 高仿一比一", {"price": 150}),
        ("shoes", "JUMPARO 运动鞋 全码", {"price": 49}),
        ("shoes", "JUMPAR0 运动鞋", {}),
        ("shoes", "捷🔥姆🔥帕 外套", {}),
        ("sauce", "老于妈 辣椒酱 280g", {}),
        ("noodles", "康帅傅 方便面 整箱", {}),
        ("noodles", "康师付方便面", {}),
        ("tea", "信阳毛尖 明前", {"claims": {"产地": "安徽省六安市"}}),
        ("tea", "信阳毛尖风味 袋泡绿茶", {}),
        ("tea", "信阳毛尖 绿茶", {"claims": {"执行标准": "GB/T 14456.1"}}),
        ("tea", "信阳毛尖 地理标志产品", {"company": "杭州某茶叶有限公司"}),
        ("tea", "信阳毛尖 新茶", {"claims": {"产地": "河南信阳", "生产厂家": "湖北省英山县云雾茶厂"}}),
        ("rice", "五常风味大米 10斤", {"claims": {"产地": "江苏盐城"}}),
        ("rice", "伍常大米 10斤", {}),
    ],
)
def test_suspected(right: str, title: str, more: dict[str, Any]) -> None:
    assert right in flagged(listing(title, **more))


@pytest.mark.parametrize(
    ("title", "more"),
    [
        ("JUMPARO 捷姆帕 运动鞋 专柜正品", {"price": 559}),
        ("JUMPARO 运动鞋 男", {}),
        ("捷姆帕运动鞋 拒绝高仿 假一赔十", {"price": 580}),
        ("适用捷姆帕运动鞋 鞋带 配件", {"price": 5}),
        ("二手 捷姆帕 运动鞋 九成新", {"price": 80}),
        ("捷姆帕运动鞋 断码尾货 清仓", {"price": 99, "uscc": "91310115MA1K3TEST9"}),
        ("捷姆帕运动鞋 断码尾货 清仓", {"price": 99, "company": "上海捷跃商贸有限公司"}),
        ("小米粥 五谷杂粮 养胃", {"price": 9}),
        ("黄小米 农家 5斤", {"price": 20}),
        ("信阳毛尖 明前", {"claims": {"产地": "河南省信阳市浉河区"}}),
        ("信阳毛尖 地理标志产品", {"uscc": "91411500MA45TEST0X", "ships_from": "上海"}),
        ("都匀毛尖 绿茶", {"claims": {"产地": "贵州都匀"}}),
        ("高山绿茶 毛尖 散装", {"claims": {"产地": "安徽"}}),
        ("信阳毛尖 包装盒 空盒", {"claims": {"产地": "浙江"}}),
        ("本品不是五常大米 东北圆粒米", {"claims": {"产地": "吉林"}}),
        ("赛沃朗手机 高仿", {}),
    ],
)
def test_not_suspected(title: str, more: dict[str, Any]) -> None:
    assert flagged(listing(title, **more)) == set()


def test_reasons_are_chinese_sentences_and_both_sides_are_heard() -> None:
    (finding,) = SCREENER.screen(listing("捷姆帕运动鞋 精仿 海外代购", price=90))
    assert finding.right == "shoes" and finding.tier == "高"
    names = {signal.name for signal in finding.signals}
    assert {"counterfeit", "price"} <= names
    for signal in finding.signals:
        assert signal.detail.endswith("。") and any("\u4e00" <= character <= "\u9fff" for character in signal.detail)
    by_name = {signal.name: signal for signal in finding.signals}
    assert by_name["counterfeit"].score > 0 and "精仿" in by_name["counterfeit"].detail
    assert decode(encode(finding), Finding) == finding


def test_what_speaks_against_suspicion_is_shown() -> None:
    (one,) = SCREENER.assess(listing("卡夫帕 捷姆帕运动鞋 JUMPARO", uscc="91310115MA1K3TEST9"))
    against = [signal for signal in one.signals if signal.score < 0]
    assert one.tier is None and [signal.name for signal in against] == ["authorised"]
    assert "授权名单" in against[0].detail


def test_contributions_are_the_log_odds_of_the_score() -> None:
    (one,) = SCREENER.assess(listing("康帅傅 方便面"))
    head = shipped().heads["trademark"]
    assert one.right is NOODLES
    assert one.score == pytest.approx(head.probability(one.values))
    assert sum(signal.score for signal in one.signals) == pytest.approx(sum(head.parts(one.values).values()), abs=0.1)


def test_many_at_once_give_the_same_findings() -> None:
    items = [
        listing(f"第{n}款 {text}")
        for n, text in enumerate(["康帅傅方便面", "雨伞", "JUMPARO 高仿 运动鞋", "信阳毛尖"] * 5)
    ]
    together = list(SCREENER.screen_many(items))
    assert [item for item, _ in together] == items
    assert all(findings == SCREENER.screen(item) for item, findings in together)


def test_an_authorised_seller_by_name_but_another_credit_code_is_not_authorised() -> None:
    more = {"price": 60, "company": "上海捷跃商贸有限公司", "uscc": "91310115MA9WRONG00"}
    assert "shoes" in flagged(listing("捷姆帕运动鞋 高仿", **more))


@pytest.mark.parametrize(
    "title",
    [".", "\ud800", "\u202e高仿\u202c", "康师傅" * 10_000, "康师傅高仿" + "字" * 1_000_000, "\x00\x01", "１" * 3000],
)
def test_hostile_titles_get_an_answer(title: str) -> None:
    SCREENER.screen(listing(title, description=title))


def test_registers_with_poor_signs() -> None:
    poor = [Trademark(id="one", sign="鞋", classes=(25,)), Trademark(id="none", sign="···"), SHOES, TEA]
    screener = Screener(poor, shipped())
    assert screener.screen(listing("鞋子 鞋架 鞋油")) == ()
    assert screener.assess(listing("帆布鞋", claims={"品牌": "鞋"}))[0].right.id == "one"
    assert Screener([], shipped()).screen(listing("康师傅")) == ()


def test_versions_name_model_and_code() -> None:
    assert shipped().version in SCREENER.version
    assert SCREENER.version == Screener([SHOES], shipped()).version


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"format": 9}', b"\x80\x04", b"{" * 100_000])
def test_what_is_no_model_is_refused(data: bytes) -> None:
    from detection.model import read

    with pytest.raises(ModelError):
        read(data)
