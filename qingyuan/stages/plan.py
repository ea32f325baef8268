"""Plan: what a night looks for on a platform, most promising first."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from crawlers.discovery import Plan
from domain.errors import NotFoundError
from qingyuan import terms
from qingyuan.changes import Changes
from qingyuan.runs import Run

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace

#: Suspected listings whose shop is looked up, and shops visited first in a night.
SUSPECTS, SHOPS = 2_000, 100


def plan(workspace: Workspace, run: Run, platform: str) -> Plan:
    """Search terms from the register, and every listing of the platform that was here when last looked for.

    The pages of shops with findings are visited before other lists, where the platform's own rule would follow them.
    Each known listing is asked for by its own address, so that a term that was not searched tonight, or a list that
    has moved, is never taken for goods that are gone. Those with findings come first, then
    those of shops with findings, then those not seen for longest. Of a budget two thirds go to them at most. Pictures
    have a budget of their own: they lie on other servers than the pages, and a page that is not read loses a listing,
    a picture that is not fetched only a comparison.
    """
    findings = {finding.listing.key: finding.right for finding in workspace.catalog.all_findings()}
    with Changes(workspace.home) as ledger:
        ledger.ingest()
        here = ledger.here(platform)
        sellers = ledger.sellers(platform)
    shops = _shops(workspace, [key for key in findings if key in sellers])
    suspect = {sellers[key] for key in findings if sellers.get(key)}
    ordered = sorted(here, key=lambda key: (key not in findings, sellers.get(key, "") not in suspect))
    budget = workspace.settings.budget
    if budget:
        ordered = ordered[: budget * 2 // 3]
    searched = terms.plan(
        workspace.rights().values(),
        limit=workspace.settings.search_terms,
        night=run.started_at.toordinal(),
        fruitful=frozenset(findings.values()),
    )
    known = tuple(here[key] for key in ordered)
    return Plan(terms=searched, known=known, shops=shops, budget=budget, pictures=workspace.settings.picture_budget)


def _shops(workspace: Workspace, suspects: Iterable[str]) -> tuple[str, ...]:
    """The addresses of the shops of these listings, each once, in their order."""
    found: dict[str, None] = {}
    for key in islice(suspects, SUSPECTS):
        try:
            url = workspace.listing(key).seller.url
        except NotFoundError:
            continue  # the catalog was deleted and has not been read again
        if url:
            found[url] = None
    return tuple(found)[:SHOPS]
