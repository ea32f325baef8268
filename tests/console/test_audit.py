"""The audit chain."""

from __future__ import annotations

import pytest
from django.db import connection

from console import audit
from console.models import AuditEvent, AuditHead

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> list[AuditEvent]:
    return [audit.append("view", actor="王五", object=f"集市/{n}", detail={"依据": "x"}) for n in range(5)]


def tampered(statement: str, *values: object) -> None:
    """Change the table as someone with the database in hand could: without its triggers."""
    with connection.cursor() as cursor:
        for verb in ("update", "delete"):
            table = " ON console_auditevent" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS console_auditevent_no_{verb}{table}")
        cursor.execute(statement, values)


def test_a_whole_chain_is_whole(chain: list[AuditEvent]) -> None:
    found = audit.verify()
    assert found.ok
    assert (found.events, found.head) == (5, chain[-1].digest)


def test_events_follow_each_other(chain: list[AuditEvent]) -> None:
    assert chain[0].prev == audit.GENESIS
    assert [event.prev for event in chain[1:]] == [event.digest for event in chain[:-1]]


@pytest.mark.parametrize("column", ["actor", "action", "object", "detail", "address", "at"])
def test_a_changed_event_is_found(chain: list[AuditEvent], column: str) -> None:
    tampered(f"UPDATE console_auditevent SET {column} = '2020-01-01 00:00:00' WHERE seq = 3")
    found = audit.verify()
    assert found.broken == 3
    assert "改动" in found.why


def test_a_missing_event_is_found(chain: list[AuditEvent]) -> None:
    tampered("DELETE FROM console_auditevent WHERE seq = 2")
    assert audit.verify().broken == 2


def test_a_truncated_tail_is_found(chain: list[AuditEvent]) -> None:
    tampered("DELETE FROM console_auditevent WHERE seq >= 4")
    found = audit.verify()
    assert found.broken == 4
    assert "截去" in found.why


def test_a_rewritten_event_breaks_the_next(chain: list[AuditEvent]) -> None:
    forged = chain[2]
    forged.actor = "别人"
    digest = audit._digest(forged)
    tampered("UPDATE console_auditevent SET actor = '别人', digest = %s WHERE seq = 3", digest)
    found = audit.verify()
    assert found.broken == 4
    assert "不相连" in found.why


def test_text_that_a_database_cannot_keep_is_kept_readable() -> None:
    event = audit.append("view", actor="a\0b", object="\ud800")
    assert (event.actor, event.object) == ("a\\x00b", "\\ud800")
    assert audit.verify().ok


def test_the_head_is_one_row(chain: list[AuditEvent]) -> None:
    assert AuditHead.objects.count() == 1
