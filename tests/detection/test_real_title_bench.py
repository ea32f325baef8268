"""The bench of false alarms: what it counts, on titles and verdicts made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench import titles
from bench.titles import Verdict, by_name, by_word, count, listed, verdict
from detection.model import shipped
from detection.screener import Assessment, Screener
from domain.records import Authorised, Seller, Signal, Tier, Trademark

NIKE = Trademark(id="tm-1", sign="Nike", variants=("耐克",), classes=(25,), authorised=(Authorised(name="耐克旗舰店"),))
MILLET = Trademark(id="tm-2", sign="小米", classes=(9,))
REGISTER = (NIKE, MILLET)


def test_the_rules_know_names_in_any_case_words_and_who_is_authorised() -> None:
    shoes, shoes_told, others, told_only, porridge = listed(
        ["NIKE 跑鞋", "耐克跑鞋 高仿", "李宁跑鞋", "高仿跑鞋", "小米粥"]
    )
    said = [
        (by_name(one, REGISTER), by_word(one, REGISTER)) for one in (shoes, shoes_told, others, told_only, porridge)
    ]
    assert said == [(True, False), (True, True), (False, False), (False, False), (True, False)]
    sold = replace(shoes_told, seller=Seller(name="耐克旗舰店"))
    assert not by_name(sold, REGISTER) and not by_word(sold, REGISTER)
    assert by_name(replace(shoes_told, seller=Seller(name="某某鞋店")), REGISTER)


def test_each_title_and_each_sign_counts_once() -> None:
    assert [one.title for one in listed(["甲", "乙", "甲"])] == ["甲", "乙"]
    whole, first = titles.rights_of(("first", "first")), titles.rights_of(("first",))
    assert whole == first and len({right.sign for right in whole}) == len(whole)


def found(score: float, tier: Tier | None, *signals: tuple[str, float], **values: float) -> Assessment:
    return Assessment(
        NIKE, score, tier, tuple(Signal(name=name, score=weight, detail="") for name, weight in signals), values
    )


def test_a_verdict_tells_what_the_finding_rests_on() -> None:
    manner, price, brand = ("manner", 1.8), ("price", 1.5), ("brand", 0.2)
    assert verdict(()) == Verdict("", False)
    assert verdict([found(0.1, None, identity=1.0)]) == Verdict("", True)
    assert verdict([found(0.5, "低", manner, brand, identity=1.0)]) == Verdict("低", True, "低", manner=True)
    assert verdict([found(0.9, "高", manner, price, identity=1.0)]) == Verdict("高", True, "高", manner=False)
    assert verdict([found(0.9, "高", price, imitation=1.0)]) == Verdict("高", False)
    for excuse in ({"ordinary": 0.7}, {"other_name": 1.0}):
        assert verdict([found(0.5, "低", manner, identity=1.0, **excuse)]) == Verdict("低", False)
    # of two, the title has the tier of the surer one, the right that it names that of its own
    both = [found(0.5, "低", manner, identity=1.0), found(0.9, "高", price, imitation=1.0)]
    assert verdict(both) == Verdict("高", True, "低", manner=True)


def test_what_the_table_says_is_the_sum_of_it() -> None:
    listings = listed(["NIKE 跑鞋", "耐克 高仿跑鞋", "李宁跑鞋", "收纳筐"])
    verdicts = [Verdict("", True), Verdict("高", True, "低", manner=True), Verdict("中", False), Verdict("", False)]
    rows = {(row.measure, row.peer): row for row in count(verdicts, listings, REGISTER, "t")}
    figures = {key: row.ours for key, row in rows.items() if not key[1]}
    assert figures == {
        ("t", ""): 4,
        ("t: name a right plainly", ""): 2,
        ("t: flagged of these", ""): 1,
        ("t: flagged for another right or otherwise", ""): 1,
    }
    flagged = {peer: (row.ours, row.peer_value, row.note) for (what, peer), row in rows.items() if what == "t: flagged"}
    name, word = titles.RULES
    assert flagged == {name: (2, 2, "高 1 中 1 低 0"), word: (2, 1, "高 1 中 1 低 0")}
    assert rows["t: flagged of these", ""].note == "高 0 中 0 低 1; 1 by manner alone"


def test_the_screener_s_own_words_are_understood() -> None:
    """A rename of the features that are asked for would make every count nought."""
    screener = Screener(list(REGISTER), shipped())
    plain, porridge, other = (
        verdict(said) for _, said in screener.assess_many(listed(["耐克跑鞋男", "小米粥", "收纳筐"]))
    )
    assert (plain.plain, porridge.plain, other.plain) == (True, False, False)


def test_without_the_titles_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(titles, "SHARED", tmp_path)
    assert titles.main() == 2
    said = capsys.readouterr()
    assert not said.out and len(said.err.splitlines()) == 1 and str(tmp_path) in said.err
