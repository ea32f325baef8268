from __future__ import annotations

from domain.records import GeographicalIndication, Right, Trademark
from qingyuan import terms

RIGHTS: tuple[Right, ...] = (
    Trademark(id="tm-1", sign="张小泉", variants=("张小泉剪刀",), goods=("剪刀", "菜刀", "指甲钳")),
    Trademark(id="tm-2", sign="耐克", goods=("鞋",)),
    GeographicalIndication(id="gi-1", sign="五常大米", product="大米"),
    GeographicalIndication(id="gi-2", sign="库尔勒", product="香梨"),
)


def test_a_sign_comes_before_its_variants_goods_and_lookalikes() -> None:
    found = list(terms.of_right(RIGHTS[0]))
    assert found[:4] == ["张小泉", "张小泉剪刀", "张小泉 剪刀", "张小泉 菜刀"]
    assert "弓长小泉" in found[4:]
    assert "zhangxiaoquan" in found[4:]


def test_a_product_that_the_sign_already_names_is_not_repeated() -> None:
    assert "五常大米 大米" not in set(terms.of_right(RIGHTS[2]))
    assert "库尔勒 香梨" in set(terms.of_right(RIGHTS[3]))


def test_lookalikes_are_bounded_and_never_the_sign() -> None:
    for right in RIGHTS:
        found = terms.lookalikes(right.sign)
        assert len(found) == len(set(found)) <= terms.LOOKALIKES
        assert right.sign not in found
    assert "耐ke" in terms.lookalikes("耐克")


def test_what_yielded_findings_is_searched_every_night_and_the_rest_takes_turns() -> None:
    nights = [terms.plan(RIGHTS, limit=6, night=night, fruitful={"tm-2"}) for night in range(40)]
    assert all(len(night) == len(set(night)) == 6 and night[0] == "耐克" for night in nights)
    everything = {" ".join(term.split()) for right in RIGHTS for term in terms.of_right(right)}
    assert {term for night in nights[:8] for term in night} == everything


def test_all_signs_come_round_before_any_lookalike() -> None:
    assert terms.plan(RIGHTS, limit=4, night=0) == ("五常大米", "库尔勒", "张小泉", "耐克")


def test_nothing_is_searched_without_a_register_or_a_limit() -> None:
    assert terms.plan((), limit=20, night=3) == ()
    assert terms.plan(RIGHTS, limit=0, night=3) == ()


def test_a_long_term_is_cut() -> None:
    long = Trademark(id="x", sign="长" * 80)
    assert max(map(len, terms.plan([long], limit=20, night=0))) == terms.LONGEST
