"""Which judgement counts: pure functions over the append-only judgements of one finding.

In each stage an officer has at most one standing judgement: a later one takes the place of the earlier, 撤回 takes it
away. The finding's verdict is the standing judgement of the highest stage, the latest one within it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.errors import UsageError
from domain.records import STAGES, Judgement, Stage, Verdict


def standing(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """The judgements that stand, in the order in which they were made. ``judgements`` are in that order too."""
    held: dict[tuple[str, Stage], Judgement] = {}
    for judgement in judgements:
        held.pop((judgement.officer, judgement.stage), None)
        if judgement.verdict != "撤回":
            held[judgement.officer, judgement.stage] = judgement
    return tuple(held.values())


def effective(judgements: Iterable[Judgement]) -> Judgement | None:
    """The one that counts, or None while nobody has judged."""
    best: Judgement | None = None
    for judgement in standing(judgements):
        if best is None or STAGES.index(judgement.stage) >= STAGES.index(best.stage):
            best = judgement
    return best


def refusal(judgements: Sequence[Judgement], verdict: Verdict, officer: str, stage: Stage) -> str:
    """Why this officer may not judge so now, as a Chinese sentence; "" when nothing speaks against it.

    Only one's own is withdrawn; a review (复核) or an approval (审批) looks at what another officer decided before:
    two officers, 行政处罚法 art. 42.
    """
    now = standing(judgements)
    mine = [held for held in now if held.officer == officer and held.stage == stage]
    if verdict == "撤回":
        return "" if mine else f"没有可撤回的判断：{officer} 在{stage}环节没有有效的判断，只能撤回本人的判断"
    if stage == "初核":
        return ""
    before = [held for held in now if STAGES.index(held.stage) < STAGES.index(stage)]
    if not before:
        return f"还不能{stage}：这条线索还没有有效的初核，请先初核"
    if all(held.officer == officer for held in before):
        return f"不能{stage}自己的判断：{stage}须由初核人以外的人员作出"
    return ""


def check(judgements: Sequence[Judgement], verdict: Verdict, officer: str, stage: Stage) -> None:
    """UsageError with the reason of :func:`refusal`."""
    why = refusal(judgements, verdict, officer, stage)
    if why:
        raise UsageError(why)
