"""Watches (关注): save a search, read what is new since it was last looked at, mute, set an end, take away."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from console import audit, watching
from console.data import inbox, workspace
from console.logins import address
from console.views.access import needs, officer
from domain.errors import NotFoundError, QueryError, UsageError
from indexer.query import Query
from indexer.watches import Inbox, Watch, end_of

_NAME = 60


@require_GET
@needs("read")
def page(request: HttpRequest) -> HttpResponseBase:
    """The officer's inbox and watches; ``watch`` shows one of them, ``all`` what was seen too, ``before`` goes on."""
    me, now = officer(request).get_username(), timezone.now()
    number, before = _number(request.GET.get("watch", "")), _number(request.GET.get("before", ""))
    everything = request.GET.get("all") == "1"
    with closing(inbox()) as opened:
        chosen = _own(opened, number, me) if number else None
        ask = opened.all if everything else opened.new
        alerts = ask(me, watch=number, before=before, limit=watching.PAGE + 1)
        kept = watching.every(opened, me, now)
        # what was taken away has alerts still
        names = {alert.watch: opened.watch(alert.watch).name for alert in alerts}
        latest = opened.new(me, watch=number, limit=1)
    total = sum(each.new for each in kept)
    more = len(alerts) > watching.PAGE
    notices = watching.notices(workspace(), alerts[: watching.PAGE], names)
    context = {
        "watches": kept,
        "chosen": next((each for each in kept if chosen and each.watch.id == chosen.id), None),
        "total": total,
        "notices": notices,
        "everything": everything,
        "latest": latest[0].id if latest else 0,
        "here": _address(number, everything),
        "next": _address(number, everything, alerts[watching.PAGE - 1].id) if more else "",
        "first": _address(number, everything) if before else "",
        "today": timezone.localdate(),
    }
    return render(request, "console/watches.html", context)


@require_POST
@needs("read")
def add(request: HttpRequest) -> HttpResponse:
    """Keep the search that is named by its URL form."""
    sent, me = request.POST, officer(request).get_username()
    back = f"{reverse('search')}?"
    try:
        query = Query.from_url(sent.get("query", ""))
        back += query.url(page=False)
        day = _day(sent.get("day", ""))
        name = sent.get("name", "").strip()
        if len(name) > _NAME:
            raise UsageError(f"名称不能超过 {_NAME} 个字符")
        with closing(inbox()) as opened, transaction.atomic():
            if opened.kept(query, owner=me) is not None:
                messages.warning(request, "这个查询已经在关注中。")
                return redirect(back)
            # first the event, in a transaction that only ends well when the watch is kept
            detail = {"操作": "新增", "名称": name, "到期": str(day or "")}
            audit.append("watch", actor=me, object=query.url(page=False), detail=detail, address=address(request))
            watch = opened.add(query, owner=me, now=timezone.now(), name=name, expires=end_of(day) if day else None)
    except (QueryError, UsageError) as error:
        messages.error(request, f"没有保存：{error}。")
    else:
        messages.success(request, f"已关注“{watch.name}”：今后每晚比对，有新情况会出现在“关注”里。")
    return redirect(back)


@require_POST
@needs("read")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Mute to a day, set the last day, or take away one of the officer's own watches."""
    sent, me = request.POST, officer(request).get_username()
    verb = sent.get("do", "")
    if verb not in _VERBS:
        raise UsageError(f"请选择操作：{'、'.join(_VERBS.values())}")
    with closing(inbox()) as opened:
        watch = _own(opened, pk, me)
        try:
            day = _day(sent.get("day", ""), needed=verb in ("mute", "expire"))
        except UsageError as error:
            messages.error(request, f"没有修改：{error}。")
            return redirect(_address(pk, everything=False))
        with transaction.atomic():
            detail = {"操作": _VERBS[verb], "名称": watch.name, "日期": str(day or "")}
            audit.append("watch", actor=me, object=watch.url, detail=detail, address=address(request))
            _change(opened, watch, verb, day)
    messages.success(request, f"{_VERBS[verb]}：{watch.name}{f'（至 {day}）' if day else ''}。")
    return redirect("watches") if verb == "end" else redirect(_address(pk, everything=False))


_VERBS = {"mute": "已静音", "unmute": "已恢复提醒", "expire": "已设到期日", "keep": "已改为长期", "end": "已取消关注"}


def _change(opened: Inbox, watch: Watch, verb: str, day: date | None) -> None:
    end = end_of(day) if day else None
    if verb in ("mute", "unmute"):
        opened.mute(watch.id, end)
    elif verb in ("expire", "keep"):
        opened.expire(watch.id, end)
    else:
        opened.end(watch.id, timezone.now())


@require_POST
@needs("read")
def seen(request: HttpRequest) -> HttpResponse:
    """What was on the page is no longer new; what came since still is."""
    me = officer(request).get_username()
    number, up_to = _number(request.POST.get("watch", "")), _number(request.POST.get("up_to", ""))
    with closing(inbox()) as opened:
        count = opened.saw(me, up_to=up_to, now=timezone.now(), watch=number)
    messages.success(request, f"已将 {count} 条提醒标为已看。")
    return redirect(_address(number, everything=False))


def _own(opened: Inbox, number: int, owner: str) -> Watch:
    """The watch, when it is this officer's: others' are not even admitted to exist."""
    watch = opened.watch(number)
    if watch.owner != owner or watch.ended is not None:
        raise NotFoundError(f"您没有第 {number} 号关注：请从“关注”页面进入")
    return watch


def _address(watch: int, everything: bool, before: int = 0) -> str:
    parts = {"watch": watch, "all": int(everything), "before": before}
    query = urlencode({name: value for name, value in parts.items() if value})
    return reverse("watches") + (f"?{query}" if query else "")


def _number(text: str) -> int:
    if text and not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise UsageError("地址里的编号不是数字：请从“关注”页面进入")
    return int(text or 0)


def _day(text: str, *, needed: bool = False) -> date | None:
    """A day that has not passed; None when none is given and none needed."""
    if not text and not needed:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError("请选择一个日期，形如 2026-12-31") from None
    if not timezone.localdate() <= day <= date(9000, 1, 1):
        raise UsageError(f"日期 {day} 不是今天或以后的日子")
    return day
