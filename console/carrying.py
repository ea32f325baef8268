"""Carry-over (沿用): a 不成立 counts for later findings of the same subject and right too, shown and revocable.

It carries over when all of this holds:

- the later finding is on the same right, and its seller is the same subject, or the same shop;
- nobody has judged the later finding itself, and no 成立 stands on that right against that subject or shop;
- every kind of reason for it (:mod:`detection.learning.grounds`) was among those that the officer saw: 不成立 on a
  look-alike name says nothing of words of imitation or of a photo;
- the 不成立 stands, and no officer has said that it is not to be carried over (不再沿用).

It is no judgement: it decides how the finding is shown, and falls away with what it came from. What carries over is a
projection in the catalog, brought up to date whenever somebody judges and before every indexing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from console import audit, models
from detection.learning.grounds import WEIGHTY, grounds, kind
from domain import codec
from domain.errors import NotFoundError, UsageError
from domain.records import STAGES, Finding

if TYPE_CHECKING:
    from console.judgements import Decided
    from qingyuan.workspace import Workspace

#: How a finding with a carried 不成立 is filtered and counted.
CARRIED = "沿用不成立"


@dataclass(frozen=True, slots=True)
class Carried:
    """``source`` is the finding whose 不成立 is meant. ``fresh`` are kinds of reasons that nobody has looked at yet:
    with any of them it does not carry over, and is only mentioned."""

    finding: str
    key: str
    right: str
    source: str
    fresh: tuple[str, ...]

    @property
    def counts(self) -> bool:
        return not self.fresh


@dataclass(slots=True)
class _Holder:
    """What was decided of one subject or shop on one right."""

    cleared: list[Decided] = field(default_factory=list)
    found: bool = False


def of(workspace: Workspace, *keys: str) -> dict[str, Carried]:
    """Finding → what carries over to it, of the findings on these listings; of all without any."""
    where = f" WHERE key IN ({','.join('?' * len(keys))})" if keys else ""
    rows = workspace.catalog.reading.execute(
        f"SELECT finding, key, right, source, fresh FROM carried{where}",  # noqa: S608
        keys,
    )
    return {
        identity: Carried(identity, key, right, source, tuple(filter(None, fresh.split("、"))))
        for identity, key, right, source, fresh in rows
    }


def refresh(workspace: Workspace, rights: Iterable[str] | None = None) -> set[str]:
    """Bring the projection up to the judgements, findings and subjects of now, for these rights or for all; the keys of
    the listings where it changed, which are marked for the index."""
    asked = None if rights is None else tuple(rights)
    wanted = {each.finding: each for each in _wanted(workspace, asked)}
    known = {identity: each for identity, each in of(workspace).items() if asked is None or each.right in asked}
    gone = [each for identity, each in known.items() if wanted.get(identity) != each]
    new = [each for identity, each in wanted.items() if known.get(identity) != each]
    if not gone and not new:
        return set()
    touched = {each.key for each in (*gone, *new)}
    with workspace.catalog.writing() as (database, changed):
        database.executemany("DELETE FROM carried WHERE finding = ?", ((each.finding,) for each in gone))
        database.executemany(
            "INSERT OR REPLACE INTO carried VALUES (?, ?, ?, ?, ?)",
            ((each.finding, each.key, each.right, each.source, "、".join(each.fresh)) for each in new),
        )
        database.executemany("UPDATE latest SET changed = ? WHERE key = ?", ((changed, key) for key in touched))
    return touched


def _wanted(workspace: Workspace, rights: tuple[str, ...] | None) -> Iterable[Carried]:
    from console.judgements import decided

    stopped = _stopped()
    judged: set[str] = set()
    holders: dict[tuple[str, str], _Holder] = {}
    cleared_rights: dict[str, None] = {}
    for one in decided(rights=rights):
        judged.add(one.judgement.finding)
        if one.judgement.verdict not in ("成立", "不成立"):
            continue
        for name in _holders(workspace, one.listing):
            holder = holders.setdefault((name, one.right), _Holder())
            if one.judgement.verdict == "成立":
                holder.found = True
            elif one.judgement.finding not in stopped and one.signals is not None:
                holder.cleared.append(one)
                cleared_rights[one.right] = None
    query = "SELECT id, subject, shop, record FROM findings JOIN latest USING (key) WHERE right = ?"
    for right in cleared_rights:
        for identity, subject, shop, record in workspace.catalog.reading.execute(query, (right,)).fetchall():
            if identity in judged:
                continue
            of_it = [holders.get((name, right)) for name in _names(subject, shop)]
            met = [holder for holder in of_it if holder is not None]
            before = [one for holder in met for one in holder.cleared]
            if before and not any(holder.found for holder in met):
                yield _best(codec.decode(record, Finding), before)


def _best(finding: Finding, before: list[Decided]) -> Carried:
    """The earlier decision that leaves least unseen; of equals the one of the highest stage, then the latest."""

    def fresh(one: Decided) -> tuple[str, ...]:
        seen = {kind(name) for name, weight in (one.signals or {}).items() if weight >= WEIGHTY}
        return tuple(each for each in grounds(finding.signals) if each not in seen)

    best = min(
        before,
        key=lambda one: (
            len(fresh(one)),
            -STAGES.index(one.judgement.stage),
            -one.judgement.at.timestamp(),
            one.judgement.finding,
        ),
    )
    return Carried(finding.id, finding.listing.key, finding.right, best.judgement.finding, fresh(best))


def _holders(workspace: Workspace, key: str) -> tuple[str, ...]:
    row = workspace.catalog.reading.execute("SELECT subject, shop FROM latest WHERE key = ?", (key,)).fetchone()
    return _names(*row) if row else ()


def _names(subject: str, shop: str) -> tuple[str, ...]:
    return (f"subject {subject}", f"shop {shop}") if subject else (f"shop {shop}",)


def _stopped() -> set[str]:
    latest = {row.finding: row.carries for row in models.Carrying.objects.order_by("id").iterator(chunk_size=2000)}
    return {finding for finding, carries in latest.items() if not carries}


def is_stopped(finding: str) -> bool:
    """Whether the 不成立 on this finding was said not to carry over."""
    row = models.Carrying.objects.filter(finding=finding).order_by("-id").first()
    return row is not None and not row.carries


def source_of(workspace: Workspace, finding: str) -> str:
    """The finding whose 不成立 is meant by ``finding``: itself, or the one that carries over to it.

    Raises NotFoundError for an unknown finding, UsageError when there is no 不成立 to speak of.
    """
    from console.judgements import verdicts

    if verdicts([finding]).get(finding) == "不成立":
        return finding
    held = of(workspace, workspace.catalog.finding(finding).listing.key).get(finding)
    if held is None:
        raise UsageError(f"线索 {finding} 没有判为“不成立”，也没有沿用别的“不成立”")
    return held.source


def decide(
    finding: str,
    *,
    carries: bool,
    officer: str,
    note: str = "",
    at: datetime | None = None,
    workspace: Workspace,
    address: str = "",
) -> str:
    """Say that a 不成立 is not (or is again) to carry over, with its audit event; the finding it is about.

    ``finding`` is the one that was judged, or one to which it carries over.
    """
    from console.judgements import project, readable

    readable("不成立", officer, "初核", note)
    source = source_of(workspace, finding)
    try:
        right, key = _about(source)
    except models.Judgement.DoesNotExist:
        raise NotFoundError(f"没有编号为 {source!r} 的判断") from None
    with transaction.atomic():
        audit.hold()
        if is_stopped(source) == (not carries):
            raise UsageError("这条“不成立”现在就是这样：没有需要改变的")
        row = models.Carrying(
            finding=source, carries=carries, officer=officer, at=at or timezone.now(), note=note.strip()
        )
        row.save()
        detail = {"线索": source, "操作": "恢复沿用" if carries else "不再沿用", "说明": row.note}
        audit.append("carry", actor=officer, object=key, detail=detail, address=address, at=row.at)
    project(workspace, {key, *refresh(workspace, [right])})
    return source


def _about(finding: str) -> tuple[str, str]:
    row = models.Judgement.objects.filter(finding=finding).latest("id")
    return row.right, row.listing
