"""The walk: who is named as the source, who must not be, where the chain breaks, and the shape of the answer."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import NotFoundError, TraceError
from domain.records import STRENGTHS
from tests.tracing.make import DAY, code, company, listing, trade, wholesale
from tracing import graph, walk
from tracing.graph import Suspicion

SHOP, TRADER, FACTORY, FAMOUS, OTHER = code(1), code(2), code(3), code(4), code(5)
PHOTO = 0xF0F0A5A53C3C9696
EARLIER = DAY - timedelta(days=60)
REGISTER = [
    company("郑州茶香商贸有限公司", SHOP, address="河南省郑州市金水区"),
    company("郑州大通批发有限公司", TRADER, address="河南省郑州市管城区"),
    company("新县青山茶叶加工厂", FACTORY, address="河南省信阳市新县"),
    company("名山茶业集团有限公司", FAMOUS, address="河南省信阳市浉河区"),
    company("开封万家批发有限公司", OTHER, address="河南省开封市龙亭区"),
]


def retail(ref: str = "1", **fields: Any) -> Any:
    return listing(
        ref, company="郑州茶香商贸有限公司", uscc=SHOP, **({"price": "88", "sales": 100, "ships_from": "郑州"} | fields)
    )


def offered(ref: str = "w", **fields: Any) -> Any:
    given = {"company": "郑州大通批发有限公司", "uscc": TRADER, "price": "30", "ships_from": "郑州", "at": EARLIER}
    return wholesale(ref, **(given | fields))


def traced(listings: Any, key: str = "shop/1", *, photos: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    built = graph.build(
        listings, **({"companies": REGISTER, "picture_hashes": {one: [PHOTO] for one in photos}} | more)
    )
    answer = walk.to_json(walk.trace(built, key))
    checked(answer)
    return answer


def checked(answer: dict[str, Any]) -> None:
    """What holds of every answer."""
    assert list(answer) == ["listing", "subject", "hops", "sources", "breaks", "chain"]
    assert set(answer["subject"]) == {"id", "name", "uscc", "listings"}
    assert answer["listing"] in answer["subject"]["listings"]
    for hop in answer["hops"]:
        assert set(hop) == {"source", "target", "kind", "strength", "probability", "captures", "why"}
        assert hop["strength"] in STRENGTHS
        assert 0 < hop["probability"] < 1
        assert hop["captures"]
        assert all(capture.startswith("sha256:") for capture in hop["captures"])
        assert hop["why"].endswith("。")
    ends = {hop["target"] for hop in answer["hops"]}
    for source in answer["sources"]:
        assert set(source) == {"subject", "role", "score", "path"}
        assert 0 < source["score"] < 1
        assert source["path"][0] == answer["listing"]
        assert source["path"][-1] == source["subject"]["id"]
        assert set(source["path"][1:]) <= ends
    scores = [source["score"] for source in answer["sources"]]
    assert scores == sorted(scores, reverse=True)
    for gap in answer["breaks"]:
        assert set(gap) == {"after", "missing", "request"}
        assert gap["request"].startswith("请")
    low, high = answer["chain"]["turnover"]
    assert 0 <= low <= high
    json.dumps(answer)


def named(answer: dict[str, Any]) -> list[str]:
    return [source["subject"]["uscc"] for source in answer["sources"] if source["score"] >= 0.5]


def score(answer: dict[str, Any], uscc: str) -> float:
    return next((source["score"] for source in answer["sources"] if source["subject"]["uscc"] == uscc), 0.0)


def test_trades_lead_from_the_shop_through_the_trader_to_the_factory() -> None:
    answer = traced([retail()], trades=[trade(TRADER, SHOP), trade(FACTORY, TRADER)])
    assert named(answer) == [FACTORY]
    assert answer["sources"][0]["path"] == ["shop/1", SHOP, TRADER, FACTORY]
    assert answer["sources"][0]["role"] == "生产者"
    steps = [(hop["source"], hop["target"], hop["kind"], hop["strength"]) for hop in answer["hops"]]
    assert steps == [
        ("shop/1", SHOP, "销售主体", "登记事实"),
        (SHOP, TRADER, "交易登记", "登记事实"),
        (TRADER, FACTORY, "交易登记", "登记事实"),
    ]
    assert answer["breaks"] == []


def test_a_claimed_famous_maker_is_only_a_claim() -> None:
    answer = traced([retail(claims={"生产厂家": "名山茶业集团有限公司", "生产许可证编号": "SC11441150205037"})])
    assert named(answer) == []
    assert 0 < score(answer, FAMOUS) < 0.5
    hop = next(hop for hop in answer["hops"] if hop["target"] == FAMOUS)
    assert hop["strength"] == "平台数据"
    assert "自述" in hop["why"]
    assert any("冒用" in gap["missing"] for gap in answer["breaks"])


def test_a_chain_on_record_contradicts_the_claim() -> None:
    alone = traced([retail(claims={"生产厂家": "名山茶业集团有限公司"})])
    answer = traced(
        [retail(claims={"生产厂家": "名山茶业集团有限公司"})], trades=[trade(TRADER, SHOP), trade(FACTORY, TRADER)]
    )
    assert named(answer) == [FACTORY]
    assert score(answer, FAMOUS) < score(alone, FAMOUS) / 3
    assert any("名山茶业" in gap["missing"] and "冒用" in gap["missing"] for gap in answer["breaks"])


def test_a_chain_on_record_confirms_the_claim() -> None:
    without = traced([retail()], trades=[trade(TRADER, SHOP), trade(FACTORY, TRADER)])
    answer = traced(
        [retail(claims={"生产厂家": "新县青山茶叶加工厂"})], trades=[trade(TRADER, SHOP), trade(FACTORY, TRADER)]
    )
    assert score(answer, FACTORY) > score(without, FACTORY)


def test_two_equal_suppliers_name_none_and_their_goods_decide() -> None:
    both = [trade(TRADER, SHOP), trade(OTHER, SHOP)]
    answer = traced([retail()], trades=both)
    assert named(answer) == []
    assert any("均未达到" in gap["missing"] for gap in answer["breaks"])
    other = wholesale(
        "o", company="开封万家批发有限公司", uscc=OTHER, title="不锈钢保温杯 500ml", price="20", at=EARLIER
    )
    assert named(traced([retail(), offered(), other], trades=both)) == [TRADER]


def test_a_trade_after_the_last_sight_or_long_before_weighs_less() -> None:
    fresh = score(traced([retail()], trades=[trade(TRADER, SHOP, "2026-10-01")]), TRADER)
    stale = score(traced([retail()], trades=[trade(TRADER, SHOP, "2023-01-01")]), TRADER)
    later = score(traced([retail()], trades=[trade(TRADER, SHOP, "2026-12-24")]), TRADER)
    assert fresh > 0.8
    assert later < 0.5 < stale < fresh


def test_a_copied_photo_alone_names_nobody() -> None:
    far = offered(price=None, ships_from="", company="某某批发", uscc="", title="茶")
    answer = traced([retail(title="绿叶", ships_from=""), far], photos=("shop/1", "pifa/w"))
    assert answer["sources"]
    assert named(answer) == []


def test_a_copied_photo_with_fitting_price_and_place_names_the_trader() -> None:
    answer = traced([retail(), offered()], photos=("shop/1", "pifa/w"))
    assert named(answer) == [TRADER]
    hop = next(hop for hop in answer["hops"] if hop["target"] == TRADER)
    assert hop["strength"] == "推断"
    assert len(hop["captures"]) >= 2
    assert any("没有交易登记" in gap["missing"] for gap in answer["breaks"])


def test_an_earlier_photo_weighs_more_than_a_later_one() -> None:
    scores = [
        score(traced([retail(), offered(at=at)], photos=("shop/1", "pifa/w")), TRADER)
        for at in (DAY - timedelta(days=9), DAY, DAY + timedelta(days=9))
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_the_day_a_page_gives_dates_the_photo() -> None:
    dated = offered(at=DAY, claims={"上架时间": "2026-08-01"})
    answer = traced([retail(), dated], photos=("shop/1", "pifa/w"))
    assert "早于本商品" in next(hop["why"] for hop in answer["hops"] if hop["kind"] == "图片相同")


def test_cheaper_than_its_wholesale_price_is_not_from_there() -> None:
    answer = traced([retail(price="19.9"), offered()], photos=("shop/1", "pifa/w"))
    assert named(answer) == []
    assert any("低于其批发价" in hop["why"] for hop in answer["hops"])


def test_a_stock_photo_links_nobody() -> None:
    many = [
        wholesale(str(n), title="茶", company=f"第{n}号批发有限公司", uscc=code(100 + n), at=EARLIER) for n in range(20)
    ]
    answer = traced([retail(title="绿叶"), *many], photos=("shop/1", *(one.key for one in many)))
    assert answer["sources"] == []


def test_a_photo_that_many_shops_take_from_one_trader_is_no_stock_photo() -> None:
    shops = [listing(f"r{n}", title="绿叶", price="60", ships_from="郑州") for n in range(40)]
    answer = traced([retail(), offered(), *shops], photos=("shop/1", "pifa/w", *(one.key for one in shops)))
    assert named(answer) == [TRADER]
    assert answer["chain"]["shops"] == 42


def test_a_photo_of_the_right_holder_does_not_accuse_it() -> None:
    genuine = offered(company="名山茶业集团有限公司", uscc=FAMOUS, ships_from="信阳")
    pages, photos = [retail(), genuine], ("shop/1", "pifa/w")
    plain = score(traced(pages, photos=photos), FAMOUS)
    guarded = score(traced(pages, photos=photos, protected=["名山茶业集团有限公司"]), FAMOUS)
    suspected = {"shop/1": Suspicion(0.9, frozenset({FAMOUS}))}
    victim = score(traced(pages, photos=photos, suspicions=suspected), FAMOUS)
    assert plain > guarded > victim
    assert guarded < 0.5


def test_a_wholesale_page_names_its_maker_better_than_a_retail_page() -> None:
    claims = {"生产厂家": "新县青山茶叶加工厂"}
    answer = traced([retail(), offered(claims=claims)], photos=("shop/1", "pifa/w"), trades=[trade(TRADER, SHOP)])
    direct = traced([retail(claims=claims)])
    assert score(answer, FACTORY) > score(direct, FACTORY)


def test_a_maker_unknown_to_the_register_or_closed_is_doubted() -> None:
    known = score(traced([retail(claims={"生产厂家": "新县青山茶叶加工厂"})]), FACTORY)
    closed = [row for row in REGISTER if row[0].uscc != FACTORY]
    closed.append(company("新县青山茶叶加工厂", FACTORY, address="河南省信阳市新县", status="注销"))
    gone = score(traced([retail(claims={"生产厂家": "新县青山茶叶加工厂"})], companies=closed), FACTORY)
    assert gone < known / 2
    invented = traced([retail(claims={"生产厂家": "查无此厂食品加工厂"})])
    assert all(source["score"] < known for source in invented["sources"])


def test_a_licence_of_another_province_is_doubted() -> None:
    here = traced([retail(claims={"生产厂家": "新县青山茶叶加工厂", "生产许可证编号": "SC11441152305037"})])
    away = traced([retail(claims={"生产厂家": "新县青山茶叶加工厂", "生产许可证编号": "SC11834020305037"})])
    assert score(away, FACTORY) < score(here, FACTORY) / 2


NUMBER = "SC11441152305037"


def test_a_licence_number_alone_leads_to_the_maker_others_name_beside_it() -> None:
    said = listing("9", claims={"生产厂家": "新县青山茶叶加工厂", "生产许可证编号": NUMBER})
    answer = traced([retail(claims={"生产许可证编号": NUMBER}), said])
    hop = next(hop for hop in answer["hops"] if hop["target"] == FACTORY)
    assert hop["kind"] == "许可证编号"
    assert len(hop["captures"]) >= 2
    assert 0 < score(answer, FACTORY) < 0.5


def test_a_licence_number_that_others_give_to_another_maker_is_doubted() -> None:
    false = retail(claims={"生产厂家": "名山茶业集团有限公司", "生产许可证编号": NUMBER})
    said = [listing(ref, claims={"生产厂家": "新县青山茶叶加工厂", "生产许可证编号": NUMBER}) for ref in ("8", "9")]
    assert score(traced([false, *said]), FAMOUS) < score(traced([false]), FAMOUS) / 2


def test_a_contact_on_many_pages_counts_once() -> None:
    holder = offered(contacts=("13900001111",), company="", uscc="", price=None, title="茶", ships_from="")
    page = {"description": "货源找老王 13900001111", "ships_from": "", "title": "绿叶"}
    one = traced([retail(**page), holder])
    many = traced([retail(**page), retail("2", **page), retail("3", **page), holder])
    assert one["sources"][0]["score"] == many["sources"][0]["score"] < 0.5


def test_a_maker_that_sells_its_own_goods_is_the_source() -> None:
    own = listing("1", company="新县青山茶叶加工厂", uscc=FACTORY, claims={"生产厂家": "新县青山茶叶加工厂"})
    answer = traced([own])
    assert named(answer) == [FACTORY]
    assert answer["sources"][0]["role"] == "生产者"


def test_what_a_factory_buys_is_not_where_its_goods_come_from() -> None:
    answer = traced([retail()], trades=[trade(FACTORY, SHOP), trade(OTHER, FACTORY)])
    assert named(answer) == [FACTORY]
    assert all(hop["target"] != OTHER for hop in answer["hops"])


def test_trades_in_a_circle_end() -> None:
    answer = traced([retail()], trades=[trade(TRADER, SHOP), trade(OTHER, TRADER), trade(TRADER, OTHER)])
    assert named(answer)


def test_a_shop_that_publishes_nobody_is_tied_by_what_it_shares() -> None:
    answer = traced(
        [retail(contacts=("微信：teaking88",)), listing("9", name="无名", description="V❤ teaking88")], key="shop/9"
    )
    first = answer["hops"][0]
    assert answer["subject"]["uscc"] == SHOP
    assert (first["kind"], first["strength"]) == ("销售主体", "共享标识")
    assert "teaking88" in first["why"]
    assert answer["subject"]["listings"] == ["shop/1", "shop/9"]


def test_a_shop_without_anything_breaks_at_once() -> None:
    answer = traced([listing("1", name="无名")])
    assert answer["sources"] == []
    assert "没有公示" in answer["breaks"][0]["missing"]
    assert "收款账户" in answer["breaks"][0]["request"]


def test_a_borrowed_licence_is_said() -> None:
    answer = traced([listing("1", company="某某贸易有限公司", uscc=FAMOUS)])
    assert "不符" in answer["breaks"][0]["missing"]
    assert answer["subject"]["uscc"] != FAMOUS


def test_the_chain_counts_the_same_goods_once() -> None:
    pages = [
        retail(sales=100, price="10"),
        retail("2", sales=50, price="20"),
        retail("3", title="不锈钢保温杯", sales=9, price="99"),
        listing("4", title="明前茶", price="5", sales=10),
        offered(sales=9999),
    ]
    answer = traced(pages, photos=("shop/1", "shop/4", "pifa/w"))
    assert (answer["chain"]["listings"], answer["chain"]["shops"]) == (4, 4)
    assert answer["chain"]["turnover"] == [2050.0, 2050.0]


def test_an_unknown_listing_and_one_without_a_capture() -> None:
    built = graph.build([listing("1", capture="")])
    with pytest.raises(NotFoundError, match="没有商品"):
        walk.trace(built, "shop/2")
    with pytest.raises(TraceError, match="采集记录"):
        walk.trace(built, "shop/1")
    assert built.subject("shop/1") is None


def test_a_register_without_its_document_is_refused() -> None:
    with pytest.raises(TraceError, match="企业登记第 1 行"):
        graph.build([], companies=[(REGISTER[0][0], "")])


def test_an_empty_graph() -> None:
    built = graph.build([])
    assert list(built.links()) == []
    assert built.subject("a/1") is None


def test_every_link_cites_and_no_order_changes_a_trace() -> None:
    draw = random.Random(3)
    pages = [retail(), retail("2", contacts=("13800138000",)), offered(), listing("7", contacts=("13800138000",))]
    deals = [trade(TRADER, SHOP), trade(FACTORY, TRADER), trade(OTHER, SHOP)]
    hashes = {"shop/1": [PHOTO], "pifa/w": [PHOTO ^ 1]}
    answers = []
    for _ in range(5):
        built = graph.build(
            draw.sample(pages, 4),
            companies=draw.sample(REGISTER, 5),
            trades=draw.sample(deals, 3),
            picture_hashes=hashes,
        )
        assert all(link.capture.startswith("sha256:") for link in built.links())
        answers.append([walk.to_json(walk.trace(built, one.key)) for one in pages])
    assert all(answer == answers[0] for answer in answers)


def test_of_several_observations_the_latest_counts_and_all_date_it() -> None:
    old = retail(
        at=EARLIER - timedelta(days=30), price="50", capture="sha256:old", claims={"生产厂家": "名山茶业集团有限公司"}
    )
    answer = traced([retail(), old, offered()], photos=("shop/1", "pifa/w"))
    assert all("名山" not in hop["why"] for hop in answer["hops"])
    assert "晚于本商品" in next(hop["why"] for hop in answer["hops"] if hop["target"] == TRADER)
    assert answer["chain"]["turnover"] == [5000.0, 8800.0]
