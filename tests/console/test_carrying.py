"""A 不成立 carries over to the same subject and right: shown, revocable, and never over reasons nobody looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from console import carrying, judgements
from console.models import AuditEvent, Carrying
from domain.errors import UsageError
from domain.records import Finding, Signal, finding_id
from indexer.query import Query
from qingyuan.workspace import Workspace
from tests.console import market

RICE, FILED = finding_id(market.RICE, "gi-wuchang"), finding_id(market.FILED, "gi-wuchang")
NOODLE, HOSTILE = finding_id(market.NOODLE, "tm-ksf"), finding_id(market.HOSTILE, "gi-wuchang")


def put(workspace: Workspace, key: str, change: Callable[[Finding], Finding]) -> None:
    """Re-screening says something else of a listing."""
    entry = workspace.catalog.entry(key)
    workspace.catalog.screened("test", [(entry, [change(each) for each in workspace.findings(key)])])


def judge(workspace: Workspace, finding: str, verdict: str, officer: str = "王五", stage: str = "初核") -> None:
    judgements.record(finding, verdict, officer, stage, workspace=workspace)  # type: ignore[arg-type]


def carried(workspace: Workspace) -> dict[str, str]:
    return {identity: each.source for identity, each in carrying.of(workspace).items() if each.counts}


def waiting(workspace: Workspace) -> set[str]:
    return {hit.listing.key for hit in workspace.backend().search(Query(where={"verdict": ["未判"]})).hits}


def test_it_reaches_the_same_subject_and_right_and_nothing_else(workspace: Workspace) -> None:
    judge(workspace, RICE, "不成立")
    # NOODLE: the same subject, another right; HOSTILE: the same right, another shop
    assert carried(workspace) == {FILED: RICE}
    assert waiting(workspace) == {market.NOODLE, market.HOSTILE}
    found = workspace.backend().search(Query(where={"verdict": [carrying.CARRIED]}))
    assert [hit.listing.key for hit in found.hits] == [market.FILED], "hidden from those that wait, and not lost"


def test_it_falls_with_the_judgement(workspace: Workspace) -> None:
    judge(workspace, RICE, "不成立")
    judge(workspace, RICE, "撤回")
    assert carried(workspace) == {} and market.FILED in waiting(workspace)


@pytest.mark.parametrize("verdict", ["成立", "存疑", "授权"])
def test_only_a_clearance_carries(workspace: Workspace, verdict: str) -> None:
    judge(workspace, RICE, verdict)
    assert carried(workspace) == {}


def test_the_highest_stage_decides(workspace: Workspace) -> None:
    judge(workspace, RICE, "不成立")
    judge(workspace, RICE, "成立", "李四", "复核")
    assert carried(workspace) == {}
    judge(workspace, RICE, "撤回", "李四", "复核")
    assert carried(workspace) == {FILED: RICE}


def test_ones_own_judgement_comes_first(workspace: Workspace) -> None:
    judge(workspace, RICE, "不成立")
    judge(workspace, FILED, "存疑")
    assert carried(workspace) == {}
    assert judgements.verdicts([FILED]) == {FILED: "存疑"}


def test_a_standing_infringement_of_the_subject_blocks_it(workspace: Workspace) -> None:
    judge(workspace, FILED, "成立")
    judge(workspace, RICE, "不成立")
    twin = finding_id(market.NOODLE, "gi-wuchang")
    put(workspace, market.NOODLE, lambda each: replace(each, id=twin, right="gi-wuchang", signals=()))
    carrying.refresh(workspace)
    assert carried(workspace) == {}
    judge(workspace, FILED, "撤回")
    assert carried(workspace)[twin] == RICE


def test_reasons_of_another_kind_are_looked_at(workspace: Workspace) -> None:
    judge(workspace, RICE, "不成立")
    new = Signal(name="counterfeit", score=2.0, detail="卖家自称高仿。")
    put(workspace, market.FILED, lambda each: replace(each, signals=(*each.signals, new)))
    assert carrying.refresh(workspace) == {market.FILED}
    (held,) = carrying.of(workspace, market.FILED).values()
    assert (held.counts, held.fresh, held.source) == (False, ("仿冒用语",), RICE)
    workspace.backend().put(
        [workspace.document(entry, workspace.catalog.read(entry)) for entry in workspace.catalog.entries()]
    )
    assert market.FILED in waiting(workspace)


def test_a_faint_reason_of_another_kind_changes_nothing(workspace: Workspace) -> None:
    judge(workspace, RICE, "不成立")
    put(
        workspace,
        market.FILED,
        lambda each: replace(each, signals=(*each.signals, Signal(name="counterfeit", score=0.1, detail=""))),
    )
    carrying.refresh(workspace)
    assert carried(workspace) == {FILED: RICE}


def test_without_a_subject_the_shop_counts(workspace: Workspace) -> None:
    with workspace.catalog.writing() as (database, _):
        database.execute("UPDATE latest SET subject = ''")
    judge(workspace, RICE, "不成立")
    assert carried(workspace) == {}, "another platform, another shop"
    with workspace.catalog.writing() as (database, _):
        database.execute("UPDATE latest SET shop = (SELECT shop FROM latest WHERE key = ?)", (market.RICE,))
    carrying.refresh(workspace)
    assert carried(workspace) == {FILED: RICE}
    assert carrying.of(workspace)[HOSTILE].fresh == ("x",), "its reason is of a kind that nobody has looked at"


def test_it_follows_the_subjects(workspace: Workspace) -> None:
    judge(workspace, RICE, "不成立")
    workspace.catalog.assign_subjects({market.FILED: ("s:9", "别人")})
    assert carrying.refresh(workspace) == {market.FILED}
    assert carried(workspace) == {}


def test_an_officer_ends_it_and_takes_it_up_again(workspace: Workspace) -> None:
    judge(workspace, RICE, "不成立")
    assert carrying.decide(FILED, carries=False, officer="李四", workspace=workspace) == RICE
    assert carried(workspace) == {} and market.FILED in waiting(workspace)
    with pytest.raises(UsageError, match="没有需要改变"):
        carrying.decide(RICE, carries=False, officer="李四", workspace=workspace)
    carrying.decide(RICE, carries=True, officer="王五", workspace=workspace)
    assert carried(workspace) == {FILED: RICE}
    assert [row.carries for row in Carrying.objects.order_by("id")] == [False, True]
    assert AuditEvent.objects.filter(action="carry").count() == 2


def test_there_must_be_something_to_end(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="没有判为"):
        carrying.decide(NOODLE, carries=False, officer="李四", workspace=workspace)


def test_judgements_from_before_reasons_were_kept_carry_nothing(workspace: Workspace) -> None:
    from console.models import Judgement

    judge(workspace, RICE, "不成立")
    row = Judgement.objects.get()
    old = Judgement(**{f.name: getattr(row, f.name) for f in Judgement._meta.fields if f.name not in ("id", "signals")})
    old.finding = "0" * 32
    old.save()
    judge(workspace, RICE, "撤回")
    assert carried(workspace) == {}


def test_the_projection_can_be_thrown_away(workspace: Workspace) -> None:
    judge(workspace, RICE, "不成立")
    with workspace.catalog.writing() as (database, _):
        database.execute("DELETE FROM carried")
    assert carrying.refresh(workspace) == {market.FILED}
    assert carried(workspace) == {FILED: RICE}
    assert carrying.refresh(workspace) == set()


def test_the_page_says_so_and_the_button_ends_it(workspace: Workspace, as_: Callable[..., Client]) -> None:
    judge(workspace, RICE, "不成立")
    client = as_("li", "办案")
    page = client.get("/listing", {"key": market.FILED}).content.decode()
    assert "同一主体、同一权利此前判定不成立" in page and f"#f-{RICE}" in page and "不再沿用" in page
    client.post("/judge/carry", {"finding": FILED, "carries": "0"})
    page = client.get("/listing", {"key": market.FILED}).content.decode()
    assert "此前判定不成立" not in page
    assert "恢复沿用" in client.get("/listing", {"key": market.RICE}).content.decode()
    reader = as_("du", "查阅")
    assert reader.post("/judge/carry", {"finding": RICE, "carries": "1"}).status_code == 403


def test_the_page_says_why_it_does_not(workspace: Workspace, as_: Callable[..., Client]) -> None:
    judge(workspace, RICE, "不成立")
    new = Signal(name="counterfeit", score=2.0, detail="卖家自称高仿。")
    put(workspace, market.FILED, lambda each: replace(each, signals=(*each.signals, new)))
    carrying.refresh(workspace)
    page = as_("li", "办案").get("/listing", {"key": market.FILED}).content.decode()
    assert "没有沿用" in page and "仿冒用语" in page
