"""Particulars that contradict the title, and what only seems to."""

from __future__ import annotations

import pytest

from detection.candidates.names import Name
from detection.facts import Facts
from detection.features.mismatch import mismatched
from detection.features.phrases import COPIED, OBLITERATED, TRACELESS, finds
from detection.features.use import Match, Use
from detection.profile import Profile
from tests.detection.market import SHOES, listing


def said(title: str, claims: dict[str, str]) -> str:
    item = listing(f"{SHOES.sign} {title}", claims=claims)
    match = Match("title", item.title, Name(0, SHOES.sign), 0, len(SHOES.sign), 0, 1.0, 1.0)
    reading = mismatched(Use(Facts(item), Profile(SHOES), match))
    return "" if reading is None else reading.detail


@pytest.mark.parametrize(
    ("title", "claims"),
    [
        ("日本制 真空杯", {"产地": "浙江永康"}),
        ("美国原装 氨糖", {"产地": "安徽亳州"}),
        ("德国进口 深底锅", {"生产厂家": "永康市某某杯业有限公司"}),
        ("巴黎带回 手袋", {"产地": "中国"}),
        ("100%真丝 四件套", {"材质": "聚酯纤维"}),
        ("18K金 项链", {"材质": "铜合金镀金"}),
        ("白鹅绒 冬被", {"填充物": "聚酯纤维"}),
    ],
)
def test_contradictions(title: str, claims: dict[str, str]) -> None:
    told = said(title, claims)
    assert next(iter(claims.values()))[:6] in told


@pytest.mark.parametrize(
    ("title", "claims"),
    [
        ("德国进口 电水壶", {"产地": "德国"}),
        ("韩国进口 面霜", {"产地": "韩国产"}),
        ("原装进口 红酒", {"产地": "法国波尔多"}),
        ("日本进口机芯 手表", {"产地": "广东深圳"}),
        ("不是德国进口", {"产地": "安徽合肥"}),
        ("德国品牌 水壶", {"产地": "浙江宁波"}),
        ("仿真丝 连衣裙", {"材质": "聚酯纤维"}),
        ("原木色 书桌", {"材质": "密度板"}),
        ("羽绒服", {"面料材质": "聚酯纤维", "填充物": "白鸭绒"}),
        ("WH-925 耳机", {"材质": "合金"}),
        ("真丝 围巾", {}),
    ],
)
def test_no_contradictions(title: str, claims: dict[str, str]) -> None:
    assert said(title, claims) == ""


@pytest.mark.parametrize(
    "text",
    [
        *(
            "真空灌装 豆浆",
            "红外传感器",
            "概不退色 花布",
            "剪裁标准",
            "涂层标准",
            "刮刀标配",
            "不含单反机身",
            "无单独包装",
        ),
        *("日本进口牛排 七天无理由",),
    ],
)
def test_ordinary_words_are_no_talk_of_copies(text: str) -> None:
    assert not [hit for pattern in (COPIED, OBLITERATED, TRACELESS) for hit in finds(text, pattern)]


@pytest.mark.parametrize("text", ["只收现金 不开票", "别问来路", "到手不退", "SN别外传", "条码区涂黑", "扫码不退"])
def test_dealings_without_trace(text: str) -> None:
    assert [hit for pattern in (OBLITERATED, TRACELESS) for hit in finds(text, pattern)]
