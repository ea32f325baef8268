"""Trace: the graph over all latest observations, and the subject of every listing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from domain import codec
from domain.records import Listing, Right
from qingyuan import runs
from qingyuan.progress import Report, silent

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace
    from tracing.graph import Graph, Suspicion


def build(workspace: Workspace, *, report: Report = silent) -> Graph:
    """The graph over the latest observations, what was suspected of them, and the registers."""
    from qingyuan import registers
    from qingyuan.stages.pictures import hashes
    from tracing import graph

    catalog = workspace.catalog
    entries = list(catalog.entries())
    shown: dict[str, tuple[str, ...]] = {}

    def listings() -> Iterator[Listing]:
        for done, (entry, listing) in enumerate(catalog.listings(entries), start=1):
            shown[listing.key] = tuple(hashes(workspace, entry, listing).values())
            report("溯源", done, len(entries))
            yield listing

    rights = workspace.rights()
    return graph.build(
        list(listings()),
        companies=registers.companies(workspace.home),
        trades=registers.trades(workspace.home),
        picture_hashes=shown,
        seen={entry.key: (entry.first_seen, entry.last_seen) for entry in entries},
        protected=[name for right in rights.values() for name in _parties(right)],
        suspicions=_suspicions(workspace, rights),
    )


def _parties(right: Right) -> Iterable[str]:
    """Names and credit codes of those who may use the right: victims of a counterfeit, not its sources."""
    known = [right.holder, *(text for party in right.authorised for text in (party.company, party.uscc))]
    return [text for text in known if text]


def _suspicions(workspace: Workspace, rights: Mapping[str, Right]) -> dict[str, Suspicion]:
    """What screening suspects most of each listing."""
    from tracing.graph import Suspicion

    most: dict[str, Suspicion] = {}
    for finding in workspace.catalog.all_findings():
        if finding.listing.key not in most and finding.right in rights:
            most[finding.listing.key] = Suspicion(finding.score, tuple(_parties(rights[finding.right])))
    return most


def trace(workspace: Workspace, *, report: Report = silent) -> dict[str, int]:
    """Give every listing its subject and write the links; how many of each."""
    graph = workspace.graph(report=report)
    subjects: Mapping[str, tuple[str, str]] = {
        entry.key: (subject.id, subject.name)
        for entry in workspace.catalog.entries()
        if (subject := graph.subject(entry.key)) is not None
    }
    links = 0

    def lines() -> Iterator[bytes]:
        nonlocal links
        for link in graph.links():
            links += 1
            yield codec.encode(link) + b"\n"

    runs.write_atomically(workspace.home / "links.jsonl", lines())
    moved = workspace.catalog.assign_subjects(subjects)
    return {"subjects": len({identity for identity, _ in subjects.values()}), "links": links, "moved": moved}
