"""Search: the page an officer lives on."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from console import searching, watching
from console.data import inbox, workspace
from console.views.access import needs, officer
from domain.errors import BackendError, QueryError
from indexer.query import Query
from indexer.results import Results

#: Parts of the address that are the page's own, not the query's.
_SHOWN = 24


@require_GET
def home(request: HttpRequest) -> HttpResponseBase:
    """Where an officer starts depends on the role."""
    if request.user.has_perm("console.read"):
        return search_page(request)
    if request.user.has_perm("console.accounts"):
        return redirect("accounts")
    return render(request, "console/nothing.html")


@require_GET
@needs("read")
def search_page(request: HttpRequest) -> HttpResponseBase:
    """Results with facets; a wrong query is shown with the place of its mistake."""
    moved = searching.canonical(request.GET)
    if moved is not None:
        return redirect(f"{request.path}?{moved}")
    typed = request.GET.get("q", "")
    try:
        query = Query.from_url(request.META.get("QUERY_STRING", ""))
    except QueryError as error:
        return _page(request, _safe(), Results(0, ()), typed=typed, problem=error)
    opened = workspace()
    try:
        results = searching.answer(opened.backend(), query)
    except QueryError as error:
        return _page(request, replace(query, after=""), Results(0, ()), typed=typed, problem=error)
    except BackendError as error:
        return _page(request, query, Results(0, ()), typed=typed, problem=error, status=503)
    return _page(request, query, results, typed=typed, rows=searching.rows(opened, results))


def _safe() -> Query:
    return Query()


def _page(
    request: HttpRequest,
    query: Query,
    results: Results,
    *,
    typed: str,
    rows: tuple[searching.Row, ...] = (),
    problem: QueryError | BackendError | None = None,
    status: int = 200,
) -> HttpResponseBase:
    position = problem.position if isinstance(problem, QueryError) else None
    if isinstance(problem, QueryError):
        status = 400
    watchable, watch = False, None
    if not problem:
        with closing(inbox()) as opened:
            watchable, watch = watching.offer(opened, query, officer(request).get_username())
    context = {
        "watchable": watchable,
        "watch": watch,
        "today": timezone.localdate(),
        "query": query,
        "typed": typed,
        "url": query.url(),
        "results": results,
        "rows": rows,
        "facets": searching.facets(query, results),
        "ranges": searching.ranges(query),
        "chosen": searching.chosen(query),
        "sorts": searching.sorts(query),
        "collapsing": searching.collapsing(query),
        "carried": searching.hidden(query, leave=("q",)),
        "carried_sort": searching.hidden(query, leave=("sort",)),
        "carried_ranges": searching.hidden(query, leave=searching.RANGES),
        "next": f"?{query.on_page(results.next).url()}" if results.next else "",
        "first": f"?{query.url(page=False)}" if query.after else "",
        "problem": str(problem) if problem else "",
        "before": typed[max(0, position - _SHOWN) : position] if position is not None else "",
        "at": typed[position : position + _SHOWN] if position is not None else "",
        "placed": position is not None,
        "narrowed": bool(query.text or query.where or query.ranges or query.like or query.picture),
    }
    return render(request, "console/search.html", context, status=status)
