"""Which judgement counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.standing import check, effective, refusal, standing
from domain.errors import UsageError
from domain.records import Judgement, Stage, Verdict

START = datetime(2026, 11, 20, tzinfo=UTC)


def made(*each: tuple[str, Verdict, Stage]) -> list[Judgement]:
    return [
        Judgement(finding="f", verdict=verdict, officer=officer, stage=stage, at=START + timedelta(minutes=place))
        for place, (officer, verdict, stage) in enumerate(each)
    ]


def verdict(*each: tuple[str, Verdict, Stage]) -> str | None:
    found = effective(made(*each))
    return found.verdict if found else None


def test_nobody_has_judged() -> None:
    assert verdict() is None


def test_the_latest_of_the_highest_stage_counts() -> None:
    assert verdict(("甲", "成立", "初核"), ("乙", "不成立", "复核"), ("甲", "存疑", "初核")) == "不成立"
    assert verdict(("甲", "成立", "初核"), ("乙", "存疑", "初核")) == "存疑"


def test_a_later_judgement_takes_the_place_of_ones_own() -> None:
    all_ = made(("甲", "成立", "初核"), ("甲", "授权", "初核"))
    assert [each.verdict for each in standing(all_)] == ["授权"]


def test_withdrawing_does_not_bring_an_older_one_back() -> None:
    assert verdict(("甲", "成立", "初核"), ("甲", "存疑", "初核"), ("甲", "撤回", "初核")) is None


def test_withdrawing_leaves_the_others() -> None:
    assert verdict(("甲", "成立", "初核"), ("乙", "不成立", "复核"), ("乙", "撤回", "复核")) == "成立"


def test_only_ones_own_is_withdrawn() -> None:
    with pytest.raises(UsageError, match="只能撤回本人"):
        check(made(("甲", "成立", "初核")), "撤回", "乙", "初核")


def test_a_review_needs_another_officer() -> None:
    first = made(("甲", "成立", "初核"))
    assert "初核人以外" in refusal(first, "成立", "甲", "复核")
    assert refusal(first, "成立", "乙", "复核") == ""
    assert "请先初核" in refusal([], "成立", "乙", "复核")
    assert "请先初核" in refusal(made(("甲", "成立", "初核"), ("甲", "撤回", "初核")), "成立", "乙", "审批")
