"""A register and listings for the tests of detection."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.records import Authorised, GeographicalIndication, Listing, Right, Seller, Trademark

SHOES = Trademark(
    id="shoes",
    sign="JUMPARO",
    variants=("捷姆帕",),
    classes=(25, 18),
    goods=("运动鞋", "外套"),
    holder="捷姆帕（上海）体育用品有限公司",
    authorised=(Authorised(name="捷姆帕官方旗舰店", company="上海捷跃商贸有限公司", uscc="91310115MA1K3TEST9"),),
    reference_price=Decimal(600),
)
SAUCE = Trademark(id="sauce", sign="老干妈", classes=(30,), goods=("辣椒酱",), holder="贵阳某风味食品有限公司")
NOODLES = Trademark(id="noodles", sign="康师傅", classes=(30,), goods=("方便面",), holder="某投资控股有限公司")
GRAIN = Trademark(id="grain", sign="小米", classes=(9,), goods=("手机",), holder="某科技有限责任公司")
EXPIRED = Trademark(id="expired", sign="赛沃朗", classes=(9,), goods=("手机",), valid_to=date(2020, 1, 1))
TEA = GeographicalIndication(
    id="tea",
    sign="信阳毛尖",
    product="绿茶",
    area=("河南省信阳市",),
    holder="信阳市茶叶协会",
    authorised=(Authorised(company="信阳市浉河茶业有限公司", uscc="91411500MA45TEST0X"),),
    standard="GB/T 22737",
)
OTHER_TEA = GeographicalIndication(
    id="other-tea", sign="都匀毛尖", product="绿茶", area=("贵州省黔南布依族苗族自治州",)
)
RICE = GeographicalIndication(id="rice", sign="五常大米", product="大米", area=("黑龙江省哈尔滨市五常市",))
RIGHTS: tuple[Right, ...] = (SHOES, SAUCE, NOODLES, GRAIN, EXPIRED, TEA, OTHER_TEA, RICE)


def listing(title: str, *, shop: str = "", company: str = "", uscc: str = "", **more: Any) -> Listing:
    if "price" in more:
        more["price"] = Decimal(str(more["price"]))
    return Listing(
        platform="市场",
        ref=str(abs(hash(title)) % 10**9),
        url="https://market.example/1",
        title=title,
        seller=Seller(name=shop, company=company, uscc=uscc),
        observed_at=datetime(2026, 11, 1, tzinfo=UTC),
        **more,
    )
