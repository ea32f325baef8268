"""Suppliers on record: inputs, suppliers of every trade, time and quantity, and who is named when several fit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tracing.make import code, company, listing, trade, wholesale
from tests.tracing.test_walk import EARLIER, PHOTO, named, score, traced
from tracing import graph, walk
from tracing.graph import Suspicion

SHOP, TEA, FARM, BOXES, SHOES, HOLDER = (code(number) for number in range(21, 27))
ROWS = [
    company("南阳茗香茶业商贸有限公司", SHOP, address="河南省南阳市卧龙区"),
    company("南阳绿岭茶叶批发有限公司", TEA, address="河南省南阳市宛城区"),
    company("桐柏县云顶茶叶加工厂", FARM, address="河南省信阳市平桥区"),
    company("许昌美盛五金包装制品有限公司", BOXES, address="河南省许昌市魏都区"),
    company("焦作健步鞋业有限公司", SHOES, address="河南省焦作市"),
    company("名岭茶业股份有限公司", HOLDER, address="福建省福州市"),
]


def sold(ref: str = "1", **fields: Any) -> Any:
    given = {"company": "南阳茗香茶业商贸有限公司", "uscc": SHOP, "price": "88", "ships_from": "南阳"}
    return listing(ref, **(given | {"category": ("食品", "茶叶"), "title": "云雾绿茶 250g"} | fields))


def answer(listings: Any, trades: Any = (), *, rows: Any = (), **more: Any) -> dict[str, Any]:
    return traced(listings, companies=[*ROWS, *rows], trades=trades, **more)


def kinds(found: dict[str, Any], uscc: str) -> set[str]:
    return {hop["kind"] for hop in found["hops"] if hop["target"] == uscc}


def test_the_maker_of_the_boxes_is_not_the_source_of_the_tea() -> None:
    found = answer([sold()], [trade(BOXES, SHOP, quantity="9000个")])
    assert found["sources"] == []
    assert kinds(found, BOXES) == {"包装供货"}
    gap = next(gap for gap in found["breaks"] if "包装" in gap["missing"])
    assert gap["after"] == SHOP
    assert "商标印制委托书" in gap["request"]


def test_the_maker_of_the_boxes_does_not_lower_the_supplier_of_the_tea() -> None:
    alone = answer([sold()], [trade(TEA, SHOP), trade(FARM, TEA)])
    beside = answer([sold()], [trade(TEA, SHOP), trade(FARM, TEA), trade(BOXES, SHOP), trade(BOXES, TEA)])
    assert named(alone) == named(beside) == [FARM]
    assert score(alone, FARM) == score(beside, FARM)


def test_boxes_that_are_sold_as_goods_come_from_the_maker_of_boxes() -> None:
    empty = sold(title="茶叶包装盒 空盒 礼品盒", category=("包装", "包装盒"))
    assert named(answer([empty], [trade(BOXES, SHOP)])) == [BOXES]


def test_a_maker_of_boxes_that_offers_such_goods_itself_is_a_candidate() -> None:
    tea = wholesale(
        "b", company="许昌美盛五金包装制品有限公司", uscc=BOXES, title="云雾绿茶 散装", price="20", at=EARLIER
    )
    found = answer([sold(), tea], [trade(BOXES, SHOP)])
    assert "交易登记" in kinds(found, BOXES)


@pytest.mark.parametrize("name", ["南阳通达货运有限公司", "南阳诚信会计咨询有限公司", "南阳新视觉广告有限公司"])
def test_services_are_no_sources(name: str) -> None:
    found = answer([sold()], [trade(code(40), SHOP)], rows=[company(name, code(40))])
    assert found["sources"] == []
    assert kinds(found, code(40)) <= {"物流服务", "专业服务", "广告服务"}
    assert kinds(found, code(40))


def test_a_supplier_of_another_line_is_not_named() -> None:
    assert named(answer([sold()], [trade(SHOES, SHOP)])) == []
    both = answer([sold()], [trade(SHOES, SHOP), trade(TEA, SHOP)])
    assert named(both) == [TEA]
    assert any("行业" in hop["why"] and "不符" in hop["why"] for hop in both["hops"])


BUYERS = ["茶叶", "鞋业", "电器", "化妆品", "家具", "汽车配件"]


def every_trade(buyers: list[str]) -> dict[str, Any]:
    rows = [company(f"周口第{n}{line}有限公司", code(50 + n)) for n, line in enumerate(buyers)]
    rows.append(company("周口广源有限公司", code(60)))
    trades = [trade(code(60), code(50 + n)) for n in range(len(buyers))]
    return answer([sold()], [trade(code(60), SHOP), *trades], rows=rows)


def test_a_supplier_of_every_trade_is_held_back() -> None:
    found = every_trade(BUYERS)
    assert found["sources"] == []
    assert kinds(found, code(60)) == {"多行业供货"}
    assert named(every_trade(["茶叶", "茶业", "农业", "食品", "茶厂", "饮品"])) == [code(60)]


def test_a_supplier_of_every_trade_is_listed_among_the_held_back() -> None:
    rows = [company(f"周口第{n}{line}有限公司", code(50 + n)) for n, line in enumerate(BUYERS)]
    built = graph.build([], companies=rows, trades=[trade(BOXES, code(50 + n)) for n in range(len(BUYERS))])
    assert [(one.kind, one.value, one.shops) for one in built.held_back] == [("trade", BOXES, len(BUYERS))]


def test_much_sold_and_little_delivered() -> None:
    few = answer([sold(sales=20_000)], [trade(TEA, SHOP, quantity="50盒")])
    enough = answer([sold(sales=20_000)], [trade(TEA, SHOP, quantity="21000盒")])
    weighed = answer([sold(sales=20_000)], [trade(TEA, SHOP, quantity="50吨")])
    assert score(few, TEA) < score(enough, TEA) == score(weighed, TEA)
    assert any("远少于" in hop["why"] for hop in few["hops"])


def test_only_deliveries_before_the_sale_make_a_standing_relation() -> None:
    days = ("2026-08-01", "2026-12-20", "2026-12-24")
    assert score(answer([sold()], [trade(TEA, SHOP, day) for day in days]), TEA) == pytest.approx(
        score(answer([sold()], [trade(TEA, SHOP, "2026-08-01")]), TEA)
    )


def test_two_suppliers_that_fit_are_ranked_and_not_named() -> None:
    rows = [company("平顶山翠谷茶叶批发有限公司", code(41), address="河南省平顶山市")]
    found = answer([sold(ships_from="")], [trade(TEA, SHOP), trade(code(41), SHOP)], rows=rows)
    assert named(found) == []
    assert {source["subject"]["uscc"] for source in found["sources"]} == {TEA, code(41)}


def test_two_wholesalers_of_one_factory_name_the_factory() -> None:
    rows = [company("平顶山翠谷茶叶批发有限公司", code(41), address="河南省平顶山市")]
    trades = [trade(TEA, SHOP), trade(code(41), SHOP), trade(FARM, TEA), trade(FARM, code(41))]
    assert named(answer([sold(ships_from="")], trades, rows=rows)) == [FARM]


def claimed(**fields: Any) -> Any:
    return sold(claims={"生产厂家": "桐柏县云顶茶叶加工厂", "生产许可证编号": "SC11441150205037"}, **fields)


def beside(**fields: Any) -> Any:
    """A wholesale page of like goods, of another seller, that names the same maker."""
    claims = {"生产厂家": "桐柏县云顶茶叶加工厂"}
    return wholesale("w", company="南阳绿岭茶叶批发有限公司", uscc=TEA, claims=claims, title="散装炒青绿茶", **fields)


def test_a_claim_stays_a_claim_until_two_others_agree() -> None:
    right = {"shop/1": Suspicion(0.95, frozenset({HOLDER}))}
    assert named(answer([claimed()])) == []
    assert named(answer([claimed(), beside()])) == []
    assert named(answer([claimed()], suspicions=right)) == []
    found = answer([claimed(), beside()], suspicions=right)
    assert named(found) == [FARM]
    assert any("同类商品" in hop["why"] and "不是照抄正品包装" in hop["why"] for hop in found["hops"])


def test_the_right_holder_whom_a_claim_names_is_not_named_however_many_agree() -> None:
    victim = {"shop/1": Suspicion(0.95, frozenset({FARM}))}
    assert named(answer([claimed(ships_from="信阳"), beside()], suspicions=victim)) == []


def test_a_claimed_maker_whose_licence_was_revoked_weighs_more_than_one_wound_up() -> None:
    def of(status: str) -> float:
        rows = [row for row in ROWS if row[0].uscc != FARM]
        rows.append(company("桐柏县云顶茶叶加工厂", FARM, address="河南省信阳市平桥区", status=status))
        return score(traced([claimed()], companies=rows), FARM)

    assert of("存续") > of("吊销，未注销") > of("注销")
    assert of("吊销，已注销") == pytest.approx(of("注销"))


def test_who_calls_itself_the_maker_needs_another_who_agrees() -> None:
    own = {"company": "名岭茶业股份有限公司", "uscc": HOLDER, "claims": {"生产厂家": "名岭茶业股份有限公司"}}
    assert named(answer([sold(**own)])) == []
    said = sold("2", claims={"生产厂家": "名岭茶业股份有限公司"})
    assert named(answer([sold(**own), said])) == [HOLDER]


def test_a_platform_whose_shops_supply_others_is_a_wholesale_platform() -> None:
    rows = [company(f"开封第{n}茶叶商行", code(70 + n)) for n in range(6)]
    pages = [
        listing(
            f"p{n}",
            platform="depot",
            company=f"开封第{n}茶叶商行",
            uscc=code(70 + n),
            title="绿茶",
            price="30",
            at=EARLIER,
        )
        for n in range(6)
    ]
    buyers = [company(f"洛阳第{n}茶叶商行", code(80 + n)) for n in range(6)]
    trades = [trade(code(70 + n), code(80 + n)) for n in range(6)]
    built = graph.build(
        [sold(), *pages],
        companies=[*ROWS, *rows, *buyers],
        trades=trades,
        picture_hashes={"shop/1": [PHOTO], "depot/p3": [PHOTO]},
    )
    assert all(offer.wholesale is (offer.key != "shop/1") for offer in built.offers)
    assert walk.trace(built, "shop/1").sources[0].subject.uscc == code(73)
    without = graph.build([sold(), *pages], companies=[*ROWS, *rows, *buyers])
    assert not any(offer.wholesale for offer in without.offers)


def test_an_invitation_to_buyers_is_the_sellers_own_number() -> None:
    pages = [sold(contacts=("13900001111",)), listing("9", name="无名", description="批量拿货电联 139-0000-1111")]
    found = answer(pages, [trade(TEA, SHOP)], key="shop/9")
    assert found["subject"]["uscc"] == SHOP
    assert named(found) == [TEA]
