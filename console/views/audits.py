"""The audit log, newest first."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from console import audit
from console.models import AuditEvent
from console.views.access import needs

_PAGE = 100


@require_GET
@needs("audit")
def log(request: HttpRequest) -> HttpResponseBase:
    """One page of events; ``?verify=1`` reads the whole chain again; ``actor`` and ``action`` narrow it."""
    events = AuditEvent.objects.order_by("-seq")
    actor, action = request.GET.get("actor", "").strip(), request.GET.get("action", "")
    if actor:
        events = events.filter(actor=actor)
    if action in audit.ACTIONS:
        events = events.filter(action=action)
    page = Paginator(events, _PAGE).get_page(request.GET.get("page"))
    for event in page.object_list:
        event.title = audit.ACTIONS.get(event.action, event.action)
        event.pairs = audit.detail(event)
    context = {
        "page": page,
        "actor": actor,
        "action": action,
        "actions": audit.ACTIONS,
        "verification": audit.verify() if request.GET.get("verify") else None,
    }
    return render(request, "console/audit.html", context)
