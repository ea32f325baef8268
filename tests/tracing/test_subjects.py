"""Resolution: what joins shops, what must not, and that the order of anything never matters."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.records import Company, Listing
from tests.tracing.make import code, company, listing
from tracing import graph
from tracing.graph import Graph


def together(built: Graph, *keys: str) -> bool:
    subjects = [built.subject(key) for key in keys]
    assert None not in subjects
    return len({subject.id for subject in subjects if subject}) == 1


def partition(built: Graph) -> dict[str, tuple[str, ...]]:
    return {offer.key: built.subject_of(built.label_of(offer)).listings for offer in built.offers}


def test_two_shops_of_one_company() -> None:
    built = graph.build(
        [
            listing("1", company="郑州清和食品有限公司", uscc=code(1)),
            listing("2", platform="pin", company="郑州清和食品有限责任公司"),
            listing("3", company="郑州清和商贸有限公司"),
        ],
        companies=[company("郑州清和食品有限公司", code(1))],
    )
    assert together(built, "shop/1", "pin/2")
    assert not together(built, "shop/1", "shop/3")
    subject = built.subject("pin/2")
    assert subject is not None
    assert (subject.id, subject.name, subject.uscc) == (code(1), "郑州清和食品有限公司", code(1))
    assert subject.listings == ("pin/2", "shop/1")


def test_contacts_join_in_any_disguise_and_place() -> None:
    built = graph.build(
        [
            listing("1", contacts=("13800138000",)),
            listing("2", description="加微❤信：１３８-0013 8000"),
            listing("3", title="好茶 VX teaking88", contacts=("138 0013 8000",)),
            listing("4", description="薇信teaking88"),
            listing("5", contacts=("13800138001",)),
        ]
    )
    assert together(built, "shop/1", "shop/2", "shop/3", "shop/4")
    assert not together(built, "shop/1", "shop/5")


def test_what_belongs_to_maker_courier_or_goods_joins_nobody() -> None:
    claims = {"生产厂家": "信阳某某茶叶有限公司", "生产许可证编号": "SC11834020305037", "条形码": "6901234567892"}
    words = "厂家电话 0376-6666888；快递员 13900001111；举报电话 13700001111；客服 12315"
    built = graph.build(
        [listing(str(number), claims=claims, description=words) for number in range(2)],
        picture_hashes={f"shop/{number}": [0x0123456789ABCDEF] for number in range(2)},
    )
    assert not together(built, "shop/0", "shop/1")


def test_a_hub_joins_nobody_and_says_why() -> None:
    many = [listing(str(number), contacts=("13800138000",)) for number in range(40)]
    built = graph.build(many)
    assert len(set(partition(built).values())) == 40
    assert [held.value for held in built.held_back] == ["13800138000"]
    assert "公共标识" in built.held_back[0].why


def test_six_shops_with_one_number_and_nothing_else_are_one() -> None:
    built = graph.build([listing(str(number), contacts=("13800138000",)) for number in range(6)])
    assert together(built, *(f"shop/{number}" for number in range(6)))


def test_a_number_shared_by_different_companies_is_a_hub_early() -> None:
    rows = [company(f"郑州第{number}号食品有限公司", code(number)) for number in range(6)]
    shops = [
        listing(str(number), company=f"郑州第{number}号食品有限公司", uscc=code(number), contacts=("13800138000",))
        for number in range(6)
    ]
    built = graph.build(shops, companies=rows)
    assert len(set(partition(built).values())) == 6
    assert "不同主体" in built.held_back[0].why
    one_hand = [company(row.name, row.uscc, representative="王某") for row, _ in rows]
    assert together(graph.build(shops, companies=one_hand), *(f"shop/{number}" for number in range(6)))
    few = graph.build(shops[:3], companies=rows)  # shell companies come in twos and threes
    assert together(few, "shop/0", "shop/1", "shop/2")


def test_a_line_that_stands_beside_private_lines_is_a_hub_early() -> None:
    built = graph.build([listing(str(n), contacts=("13800138000", f"1390000{n:04d}")) for n in range(6)])
    assert len(set(partition(built).values())) == 6


def test_one_company_with_fifty_shops_is_no_hub() -> None:
    shops = [
        listing(str(n), company="郑州清和食品有限公司", uscc=code(1), contacts=("13800138000",)) for n in range(50)
    ]
    built = graph.build([*shops, listing("x", contacts=("13800138000",))])
    assert together(built, "shop/0", "shop/49", "shop/x")
    assert not built.held_back


def test_weak_marks_join_only_in_pairs() -> None:
    hotline, where = ("400-123-4567",), "河南省郑州市金水区某路 1 号 2 楼 201 室"
    one = [listing("1", contacts=("0371-65551234",)), listing("2", contacts=("0371-65551234",))]
    assert not together(graph.build(one), "shop/1", "shop/2")
    two = [
        listing("1", contacts=("0371-65551234",), location=where),
        listing("2", contacts=("0371-65551234",), location=where),
    ]
    assert together(graph.build(two), "shop/1", "shop/2")
    three = [listing("1", contacts=hotline, location=where), listing("2", contacts=hotline, location=where)]
    assert not together(graph.build(three), "shop/1", "shop/2")


def test_companies_with_one_address_and_one_representative() -> None:
    where = "河南省郑州市金水区某路 1 号 2 楼"
    shops = [listing(str(n), company=f"郑州某{n}食品有限公司", uscc=code(n)) for n in range(3)]
    rows = [
        company("郑州某0食品有限公司", code(0), address=where, representative="王某"),
        company("郑州某1食品有限公司", code(1), address=where, representative="王某"),
        company("郑州某2食品有限公司", code(2), address=where, representative="李某"),
    ]
    built = graph.build(shops, companies=rows)
    assert together(built, "shop/0", "shop/1")
    assert not together(built, "shop/0", "shop/2")


def test_an_honest_companys_code_on_a_crooked_shop_joins_nothing() -> None:
    built = graph.build(
        [
            listing("1", company="郑州清和食品有限公司", uscc=code(1)),
            listing("2", company="某某贸易有限公司", uscc=code(1)),
        ],
        companies=[company("郑州清和食品有限公司", code(1))],
    )
    assert not together(built, "shop/1", "shop/2")
    assert next(iter(built.resolution.conflicts.values()))[1].endswith("不符")


def test_a_code_with_a_wrong_check_joins_only_with_other_marks() -> None:
    wrong = "91350100M000100Y4A"
    built = graph.build([listing("1", uscc=wrong), listing("2", uscc=wrong)])
    assert not together(built, "shop/1", "shop/2")
    registered = graph.build(
        [listing("1", uscc=wrong), listing("2", uscc=wrong)], companies=[company("真实但校验不符的公司", wrong)]
    )
    assert together(registered, "shop/1", "shop/2")


def test_a_chain_of_too_many_companies_falls_apart() -> None:
    shops, rows = [], []
    for number in range(12):
        rows.append(company(f"郑州第{number}号食品有限公司", code(number)))
        contacts = (f"1380000{number:04d}", f"1380000{number + 1:04d}")
        shops.append(
            listing(str(number), company=f"郑州第{number}号食品有限公司", uscc=code(number), contacts=contacts)
        )
    built = graph.build(shops, companies=rows)
    assert len(set(partition(built).values())) == 12
    assert "过多" in built.held_back[0].why


def test_sellers_that_show_nothing_are_strangers() -> None:
    built = graph.build([listing("1", shop="", name=""), listing("2", shop="", name="")])
    assert not together(built, "shop/1", "shop/2")


_PHONES = [f"1380000{number:04d}" for number in range(12)]


def _market(seed: int) -> tuple[list[Listing], list[tuple[Company, str]]]:
    draw = random.Random(seed)
    rows = [
        company(f"郑州第{n}号食品有限公司", code(n), address=f"郑州市某路 {n % 3} 号 101 室", representative="王某")
        for n in range(6)
    ]
    shops = []
    for number in range(24):
        who = draw.randrange(9)
        known = {"company": rows[who][0].name, "uscc": rows[who][0].uscc} if who < 6 else {}
        shops.append(
            listing(
                str(number),
                shop=f"s{draw.randrange(16)}",
                contacts=tuple(draw.sample(_PHONES, draw.randrange(3))),
                description=draw.choice(["", "微信 teaking88", "VX teaking99", "电话 0371-65551234"]),
                claims=draw.choice([{}, {"生产厂家": "第3号食品"}, {"供应商": "郑州第1号食品有限公司"}]),
                **known,
            )
        )
    return shops, rows


def _shuffled(items: Sequence[object], draw: random.Random) -> list[object]:
    return draw.sample(list(items), len(items))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_anything_does_not_matter(seed: int, draw: random.Random) -> None:
    shops, rows = _market(seed)
    pictures = {one.key: [draw.getrandbits(64)] for one in shops}
    first = graph.build(shops, companies=rows, picture_hashes=pictures)
    second = graph.build(_shuffled(shops, draw), companies=_shuffled(rows, draw), picture_hashes=pictures)  # type: ignore[arg-type]
    assert partition(first) == partition(second)
    assert [first.subject(one.key) for one in shops] == [second.subject(one.key) for one in shops]
    assert list(first.links()) == list(second.links())
    assert first.held_back == second.held_back
