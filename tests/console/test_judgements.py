"""Judgements are appended, counted and projected into the index."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from console import audit, judgements
from console.models import AppendOnlyError, AuditEvent, Judgement
from domain.errors import BackendError, NotFoundError, UsageError
from domain.records import finding_id
from indexer.query import Query
from qingyuan.workspace import Workspace
from tests.console import market

AT = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
RICE = finding_id(market.RICE, "gi-wuchang")


def verdicts_in_index(workspace: Workspace) -> dict[str, int]:
    found = workspace.backend().search(Query(facets=("verdict",)))
    return {count.value: count.count for count in found.facets["verdict"]}


def test_it_is_kept_with_what_it_was_based_on(workspace: Workspace) -> None:
    judgements.record(RICE, "成立", "王五", "初核", "产地不符", AT, workspace=workspace)
    row = Judgement.objects.get()
    assert (row.listing, row.right, row.tier, row.model) == (market.RICE, "gi-wuchang", "高", "test-1")
    assert row.capture == workspace.catalog.entry(market.RICE).capture
    assert judgements.of(RICE)[0].at == AT


def test_the_index_follows(workspace: Workspace) -> None:
    before = verdicts_in_index(workspace)
    judgements.record(RICE, "不成立", "王五", workspace=workspace)
    # the same subject sells a second listing of the same right: it is not judged, but no longer waits
    assert verdicts_in_index(workspace) == {"不成立": 1, "沿用不成立": 1, "未判": before["未判"] - 2}
    judgements.record(RICE, "撤回", "王五", workspace=workspace)
    assert verdicts_in_index(workspace) == before


def test_an_index_that_is_away_keeps_nothing_from_being_recorded(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise BackendError("索引不可用")

    monkeypatch.setattr(workspace.backend(), "put", away)
    judgements.record(RICE, "成立", "王五", workspace=workspace)
    assert judgements.verdicts([RICE]) == {RICE: "成立"}
    assert [entry.key for entry in workspace.catalog.entries(behind="indexed")] == [market.RICE]


def test_judgement_and_event_are_written_together_or_not_at_all(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "append", broken)
    with pytest.raises(RuntimeError):
        judgements.record(RICE, "成立", "王五", workspace=workspace)
    assert not Judgement.objects.exists()


@pytest.mark.parametrize(
    ("finding", "verdict", "officer", "stage", "note", "error"),
    [
        ("0" * 32, "成立", "王五", "初核", "", NotFoundError),
        (RICE, "也许", "王五", "初核", "", UsageError),
        (RICE, "成立", "王五", "终审", "", UsageError),
        (RICE, "成立", " ", "初核", "", UsageError),
        (RICE, "成立", "王\n五", "初核", "", UsageError),
        (RICE, "成立", "王五", "初核", "长" * 4001, UsageError),
        (RICE, "成立", "王五", "初核", "a\0b", UsageError),
        (RICE, "撤回", "王五", "初核", "", UsageError),
        (RICE, "成立", "王五", "复核", "", UsageError),
    ],
)
def test_what_may_not_be_recorded(
    workspace: Workspace, finding: str, verdict: str, officer: str, stage: str, note: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        judgements.record(finding, verdict, officer, stage, note, workspace=workspace)  # type: ignore[arg-type]
    assert not Judgement.objects.exists()
    assert not AuditEvent.objects.filter(action="judge").exists()


def test_many_findings_are_asked_for_in_pieces(workspace: Workspace) -> None:
    judgements.record(RICE, "成立", "王五", workspace=workspace)
    assert judgements.verdicts([*(f"{n:032x}" for n in range(1500)), RICE]) == {RICE: "成立"}


def test_the_model_refuses_to_change_or_delete(workspace: Workspace) -> None:
    judgements.record(RICE, "成立", "王五", workspace=workspace)
    row = Judgement.objects.get()
    row.verdict = "不成立"
    for change in (row.save, row.delete, Judgement.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    with pytest.raises(AppendOnlyError):
        Judgement.objects.update(verdict="不成立")
    with pytest.raises(AppendOnlyError):
        Judgement.objects.filter(pk=row.pk).bulk_update([row], ["verdict"])


@pytest.mark.parametrize("table", ["console_judgement", "console_auditevent"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = '0'", "DELETE FROM {}"])
def test_the_database_refuses_it_to_everyone(workspace: Workspace, table: str, statement: str) -> None:
    column = "officer" if table == "console_judgement" else "actor"
    judgements.record(RICE, "成立", "王五", workspace=workspace)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column))
    assert Judgement.objects.count() == 1
