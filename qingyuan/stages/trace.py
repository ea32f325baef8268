"""Trace: the graph over all latest observations, and the subject of every listing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from domain import codec
from domain.records import Listing
from qingyuan import runs
from qingyuan.progress import Report, silent

if TYPE_CHECKING:
    from qingyuan.workspace import Workspace
    from tracing.graph import Graph


def build(workspace: Workspace) -> Graph:
    """The graph over the latest observations and the registers."""
    from qingyuan import registers
    from tracing import graph

    entries = list(workspace.catalog.entries())
    hashes: dict[str, tuple[str, ...]] = {}

    def listings() -> Iterator[Listing]:
        for entry, listing in workspace.catalog.listings(entries):
            found = tuple(picture.traits.phash for picture in workspace.pictures(entry, listing))
            if found:
                hashes[listing.key] = found
            yield listing

    read = list(listings())
    return graph.build(
        read,
        companies=registers.companies(workspace.home),
        trades=registers.trades(workspace.home),
        picture_hashes=hashes,
    )


def trace(workspace: Workspace, *, report: Report = silent) -> dict[str, int]:
    """Give every listing its subject and write the links; how many of each."""
    graph = workspace.graph()
    report("溯源", 0, None)
    subjects: Mapping[str, tuple[str, str]] = {
        entry.key: (subject.id, subject.name)
        for entry in workspace.catalog.entries()
        if (subject := graph.subject(entry.key)) is not None
    }
    moved = workspace.catalog.assign_subjects(subjects)
    lines = [codec.encode(link) for link in graph.links()]
    runs.write_atomically(workspace.home / "links.jsonl", b"".join(line + b"\n" for line in lines))
    report("溯源", len(subjects), len(subjects))
    return {"subjects": len({identity for identity, _ in subjects.values()}), "links": len(lines), "moved": moved}
