"""A listing: what was seen, what the machine suspects and why, what officers decided, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from console import audit, carrying, judgements, tracepage
from console.carrying import Carried
from console.data import workspace
from console.logins import address
from console.pictures import shots
from console.reasons import Reason, reasons
from console.standing import effective, refusal, standing
from console.views.access import needs, officer
from domain.errors import ModelError, QingyuanError, QueryError, SearchError, UsageError
from domain.records import STAGES, VERDICTS, Finding, Judgement, Right, Stage
from indexer.query import Query
from indexer.results import Hit
from qingyuan import models
from qingyuan.workspace import Workspace

_SAME = 12


@dataclass(frozen=True, slots=True)
class Decision:
    """One judgement in the history. ``mine``: the officer who looks may withdraw it."""

    judgement: Judgement
    stands: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """A 不成立 on the same subject and right: where it was made, and whether it carries over. ``fresh`` are the kinds
    of reasons that keep it from doing so."""

    judgement: Judgement
    listing: str
    fresh: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One finding with everything that its card shows. ``earlier``: what is known of the same subject and right;
    ``stopped``: this very finding's 不成立 is not to carry over."""

    finding: Finding
    right: Right | None
    supporting: tuple[Reason, ...]
    opposing: tuple[Reason, ...]
    verdict: str
    history: tuple[Decision, ...]
    stages: tuple[Stage, ...]
    waits: str
    earlier: Earlier | None
    stopped: bool


def address_of(key: str, *, back: str = "", fragment: str = "") -> str:
    """The address of a listing's page; ``back`` is the query string that led there."""
    parts = {"key": key} | ({"from": back} if back else {})
    return f"{reverse('listing')}?{urlencode(parts)}{f'#{fragment}' if fragment else ''}"


@require_GET
@needs("read")
def page(request: HttpRequest) -> HttpResponseBase:
    """The page of one listing, and the event that it was looked at."""
    opened = workspace()
    key = request.GET.get("key", "")
    entry = opened.catalog.entry(key)
    listing = opened.catalog.read(entry)
    me = officer(request)
    audit.append("view", actor=me.get_username(), object=key, detail={"依据": entry.capture}, address=address(request))
    findings = opened.findings(key)
    decided = judgements.of_each([finding.id for finding in findings])
    may_judge = me.has_perm("console.judge")
    may_approve = me.has_perm("console.approve")
    allowed = tuple(stage for stage in STAGES if (may_approve if stage == "审批" else may_judge))
    carried = carrying.of(opened, key)
    context = {
        "key": key,
        "entry": entry,
        "listing": listing,
        "captures": _page_capture(entry.capture),
        "shots": shots(opened, entry, listing),
        "suspicions": [
            _suspicion(
                finding,
                opened.rights().get(finding.right),
                decided.get(finding.id, ()),
                me.get_username(),
                allowed,
                carried.get(finding.id),
            )
            for finding in findings
        ],
        "active_model": _active_model(opened),
        "verdicts": [verdict for verdict in VERDICTS if verdict != "撤回"],
        "back": _back(request.GET.get("from", "")),
        **_same_subject(opened, entry.subject, key),
    }
    return render(request, "console/listing.html", context)


def _page_capture(capture: str) -> dict[str, str]:
    digest, _, row = capture.partition("#")
    return {"digest": digest, "row": row}


def _back(sent: str) -> str:
    """The query that led here, only as far as it is one."""
    try:
        return Query.from_url(sent).url()
    except QueryError:
        return ""


def _suspicion(
    finding: Finding,
    right: Right | None,
    decided: tuple[Judgement, ...],
    me: str,
    allowed: tuple[Stage, ...],
    carried: Carried | None,
) -> Suspicion:
    every = reasons(finding)
    stands = standing(decided)
    open_, waits = [], ""
    for stage in allowed:
        why = refusal(decided, "成立", me, stage)
        if not why:
            open_.append(stage)
        else:
            waits = waits or why
    best = effective(decided)
    return Suspicion(
        finding=finding,
        right=right,
        supporting=tuple(reason for reason in every if reason.supports),
        opposing=tuple(reason for reason in every if not reason.supports),
        verdict=best.verdict if best else carrying.CARRIED if carried and carried.counts else "未判",
        history=tuple(Decision(each, each in stands, each in stands and each.officer == me) for each in decided),
        stages=tuple(open_),
        waits=waits,
        earlier=_earlier(carried),
        stopped=bool(best and best.verdict == "不成立" and carrying.is_stopped(finding.id)),
    )


def _active_model(opened: Workspace) -> str:
    """The model in force; "" when its record is damaged, which is no reason not to show the listing."""
    try:
        return models.active(opened.home).version
    except ModelError:
        return ""


def _earlier(carried: Carried | None) -> Earlier | None:
    if carried is None:
        return None
    held = judgements.of(carried.source)
    best = effective(held)
    return None if best is None else Earlier(best, judgements.listing_of(carried.source), carried.fresh)


def _same_subject(opened: Workspace, subject: str, key: str) -> dict[str, Any]:
    """Other listings of the same subject; the page stands without them when the index is away."""
    if not subject:
        return {"same": (), "same_total": 0}
    try:
        found = opened.backend().search(Query(where={"subject": [subject]}, size=_SAME + 1))
    except SearchError as error:
        return {"same": (), "same_total": 0, "same_problem": str(error)}
    others: list[Hit] = [hit for hit in found.hits if hit.listing.key != key][:_SAME]
    return {
        "same": others,
        "same_total": max(found.total - 1, 0),
        "same_url": f"{reverse('search')}?{Query(where={'subject': [subject]}).url()}",
    }


@require_GET
@needs("read")
def trace(request: HttpRequest) -> HttpResponseBase:
    """The upstream trace: a page of its own, or with ``part=1`` only its inside for the listing's page."""
    key = request.GET.get("key", "")
    opened = workspace()
    context: dict[str, Any] = {"key": key, "back": _back(request.GET.get("from", ""))}
    if request.GET.get("part"):
        try:
            context["trace"] = _traced(opened, key)
        except QingyuanError as error:
            context["trace_problem"] = str(error)
        return render(request, "console/_trace.html", context)
    context["trace"] = _traced(opened, key)
    context["listing"] = opened.listing(key)
    return render(request, "console/trace.html", context)


def _traced(opened: Workspace, key: str) -> dict[str, Any]:
    return tracepage.drawn(opened.trace(key), opened.graph())


@require_POST
@needs("judge")
def judge(request: HttpRequest) -> HttpResponse:
    """Record a judgement, or withdraw one's own."""
    sent = request.POST
    me = officer(request)
    opened = workspace()
    finding = opened.catalog.finding(sent.get("finding", ""))
    verdict, stage = _one_of(sent.get("verdict", ""), VERDICTS, "结论"), _one_of(sent.get("stage", ""), STAGES, "环节")
    there = address_of(finding.listing.key, back=_back(sent.get("from", "")), fragment=f"f-{finding.id}")
    if stage == "审批" and not me.has_perm("console.approve"):
        messages.error(request, "您的角色不能审批：请由审批人员作出。")
        return redirect(there)
    try:
        judgements.record(
            finding.id,
            verdict,
            me.get_username(),
            stage,
            sent.get("note", ""),
            workspace=opened,
            address=address(request),
        )
    except UsageError as error:
        messages.error(request, f"{error}。")
    else:
        done = f"已撤回{stage}判断。" if verdict == "撤回" else f"已记录{stage}：{verdict}。"
        messages.success(request, done)
    return redirect(there)


@require_POST
@needs("judge")
def carry(request: HttpRequest) -> HttpResponse:
    """Say that a 不成立 is not, or is again, to count for other listings of its subject."""
    sent, opened = request.POST, workspace()
    finding = opened.catalog.finding(sent.get("finding", ""))
    there = address_of(finding.listing.key, back=_back(sent.get("from", "")), fragment=f"f-{finding.id}")
    carries = sent.get("carries", "") == "1"
    try:
        carrying.decide(
            finding.id,
            carries=carries,
            officer=officer(request).get_username(),
            workspace=opened,
            address=address(request),
        )
    except UsageError as error:
        messages.error(request, f"{error}。")
    else:
        messages.success(request, "已恢复沿用。" if carries else "已记录：不再沿用，相关线索恢复为待判。")
    return redirect(there)


def _one_of(value: str, known: tuple[Any, ...], what: str) -> Any:
    if value not in known:
        raise UsageError(f"请选择{what}：{'、'.join(each for each in known if each != '撤回')}")
    return value
