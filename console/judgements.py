"""Judgements: record one, read them. The console and ``qingyuan findings judge`` both come here."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils import timezone

from console import audit, carrying, models
from console.standing import check, effective
from domain.errors import QingyuanError, UsageError
from domain.records import STAGES, VERDICTS, Judgement, Stage, Verdict

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace

NOTE_LIMIT = 4000
#: Documents that are indexed while an officer waits.
_PROJECTED = 300
_CHUNK = 500  # bound variables in one statement
_log = logging.getLogger(__name__)


def record(
    finding_id: str,
    verdict: Verdict,
    officer: str,
    stage: Stage = "初核",
    note: str = "",
    at: datetime | None = None,
    *,
    workspace: Workspace,
    address: str = "",
) -> Judgement:
    """Append an officer's judgement and its audit event in one transaction, then bring the index up to it.

    Raises NotFoundError for an unknown finding and UsageError for a judgement that may not be made so (see
    :func:`console.standing.refusal`). An index that is away keeps no judgement from being recorded: the listing stays
    marked as changed, and the next index run takes it along.
    """
    readable(verdict, officer, stage, note)
    finding = workspace.catalog.finding(finding_id)
    with transaction.atomic():
        audit.hold()  # nobody judges between the look at what stands and the row that follows from it
        check(of(finding_id), verdict, officer, stage)
        row = models.Judgement(
            finding=finding.id,
            listing=finding.listing.key,
            right=finding.right,
            verdict=verdict,
            stage=stage,
            officer=officer,
            at=at or timezone.now(),
            note=note.strip(),
            capture=finding.listing.capture,
            score=finding.score,
            tier=finding.tier,
            model=finding.model,
            signals={signal.name: signal.score for signal in finding.signals},
        )
        row.save()
        audit.append(
            "judge",
            actor=officer,
            object=finding.listing.key,
            detail={"线索": finding.id, "结论": verdict, "环节": stage, "说明": row.note, "依据": row.capture},
            address=address,
            at=row.at,
        )
    workspace.catalog.touch(finding.listing.key)
    project(workspace, {finding.listing.key, *carrying.refresh(workspace, [finding.right])})
    return _record(row)


def readable(verdict: str, officer: str, stage: str, note: str) -> None:
    """UsageError when one of these cannot be kept."""
    if verdict not in VERDICTS:
        raise UsageError(f"没有结论 {verdict!r}：只能是 {'、'.join(VERDICTS)}")
    if stage not in STAGES:
        raise UsageError(f"没有环节 {stage!r}：只能是 {'、'.join(STAGES)}")
    if not officer.strip() or len(officer) > 150 or not officer.isprintable():
        raise UsageError("人员姓名不能为空，不能超过 150 个字符，也不能含有控制字符")
    if len(note) > NOTE_LIMIT or "\0" in note:
        raise UsageError(f"说明不能超过 {NOTE_LIMIT} 个字符，也不能含有空字符")


def project(workspace: Workspace, keys: Iterable[str]) -> None:
    """The index documents of these listings, with what was decided; of very many the rest waits for the next index run,
    for which all are marked."""
    chosen = sorted(keys)[:_PROJECTED]
    entries = [workspace.catalog.entry(key) for key in chosen]
    try:
        workspace.backend().put([workspace.document(entry, workspace.catalog.read(entry)) for entry in entries])
    except QingyuanError:
        _log.exception("判断已记录，索引稍后更新：%r", chosen[:10])
        return
    workspace.catalog.caught_up("indexed", entries)


def _record(row: models.Judgement) -> Judgement:
    return Judgement(
        finding=row.finding,
        verdict=cast("Verdict", row.verdict),
        officer=row.officer,
        at=row.at,
        stage=cast("Stage", row.stage),
        note=row.note,
    )


def of(finding_id: str) -> tuple[Judgement, ...]:
    """Every judgement of one finding, in the order in which they were made."""
    return tuple(_record(row) for row in models.Judgement.objects.filter(finding=finding_id).order_by("id"))


def listing_of(finding_id: str) -> str:
    """The listing of a judged finding; "" when nobody judged it."""
    row = models.Judgement.objects.filter(finding=finding_id).first()
    return row.listing if row is not None else ""


def of_each(finding_ids: Sequence[str]) -> dict[str, tuple[Judgement, ...]]:
    """The same for many findings; those that nobody judged are absent."""
    found: dict[str, list[Judgement]] = defaultdict(list)
    for start in range(0, len(finding_ids), _CHUNK):
        rows = models.Judgement.objects.filter(finding__in=finding_ids[start : start + _CHUNK]).order_by("id")
        for row in rows:
            found[row.finding].append(_record(row))
    return {identity: tuple(rows) for identity, rows in found.items()}


def verdicts(finding_ids: Iterable[str]) -> dict[str, Verdict]:
    """The verdict that counts, for each finding that has one."""
    decided = ((identity, effective(rows)) for identity, rows in of_each(list(finding_ids)).items())
    return {identity: judgement.verdict for identity, judgement in decided if judgement is not None}


@dataclass(frozen=True, slots=True)
class Decided:
    """The judgement that counts of one finding, and what it was based on. ``signals`` is None where none were kept."""

    judgement: Judgement
    listing: str
    right: str
    capture: str
    signals: Mapping[str, float] | None


def decided(*, verdict: Verdict | None = None, rights: Iterable[str] | None = None) -> Iterator[Decided]:
    """What counts of every finding that was judged, by finding; only of this verdict, or of these rights, if given."""
    rows = models.Judgement.objects.order_by("finding", "id")
    if rights is not None:
        rows = rows.filter(right__in=list(rights))
    if verdict is not None:  # a finding that never had the verdict cannot have it now
        rows = rows.filter(finding__in=models.Judgement.objects.filter(verdict=verdict).values("finding"))
    for _, group in groupby(rows.iterator(chunk_size=2000), key=lambda row: row.finding):
        held = list(group)
        records = [_record(row) for row in held]
        best = effective(records)
        if best is not None and verdict in (None, best.verdict):
            row = held[next(place for place, record in enumerate(records) if record is best)]
            yield Decided(best, row.listing, row.right, row.capture, row.signals)


def every() -> Iterator[Judgement]:
    """All judgements as the facts that they are, in the order in which they were made."""
    for row in models.Judgement.objects.order_by("id").iterator(chunk_size=2000):
        yield _record(row)
