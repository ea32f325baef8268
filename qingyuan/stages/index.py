"""Index: bring the index up to the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.records import Listing
from qingyuan.catalog import Entry
from qingyuan.changes import Changes
from qingyuan.progress import Report, silent
from qingyuan.stages.lettering import text_of
from qingyuan.stages.pictures import hashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.documents import Document
    from qingyuan.workspace import Workspace

_BATCH = 2000


def gone(workspace: Workspace, entries: Iterable[Entry]) -> set[str]:
    """The keys of those that the ledger knows to be gone."""
    with Changes(workspace.home) as ledger:
        return ledger.gone(entry.key for entry in entries)


def document(workspace: Workspace, entry: Entry, listing: Listing, *, absent: bool | None = None) -> Document:
    """What the index holds of one listing: its latest observation, findings, verdicts and subject.

    ``absent``: whether it is gone; the ledger is asked when that is not given.
    """
    from console import carrying, judgements
    from indexer import documents

    findings = workspace.findings(entry.key)
    carried = {each.finding: carrying.CARRIED for each in carrying.of(workspace, entry.key).values() if each.counts}
    return documents.build(
        listing,
        findings=findings,
        rights=workspace.rights(),
        subject_id=entry.subject,
        picture_text=text_of(workspace, entry, listing),
        pictures=hashes(workspace, entry, listing),
        first_seen=entry.first_seen,
        last_seen=entry.last_seen,
        run=entry.run,
        gone=bool(gone(workspace, [entry])) if absent is None else absent,
        verdicts={**carried, **judgements.verdicts([finding.id for finding in findings])},
    )


def settle(workspace: Workspace) -> None:
    """What the judgements say of other listings, up to date; and audit events that a kill kept from being written."""
    workspace.open_judgements()
    from console import carrying, promotions

    carrying.refresh(workspace)
    promotions.enter(workspace.home)


def index(workspace: Workspace, *, report: Report = silent) -> dict[str, int]:
    """Put every document that has changed, and its photos into the store that photos are looked up in. Both are by key,
    so doing it twice changes nothing."""
    from qingyuan.stages import copies

    settle(workspace)
    catalog, backend = workspace.catalog, workspace.backend()
    waiting = list(catalog.entries(behind="indexed"))
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        absent = gone(workspace, batch)
        read = list(catalog.listings(batch))
        backend.put([document(workspace, entry, listing, absent=entry.key in absent) for entry, listing in read])
        copies.take(workspace, read, len(read))
        catalog.caught_up("indexed", batch)
        report("索引", start + len(batch), len(waiting))
    if not copies.whole(workspace):
        copies.keep(workspace, report=report)
    return {"indexed": len(waiting), "listings": catalog.count()}


def rebuild(workspace: Workspace, *, report: Report = silent) -> dict[str, int]:
    """A new index from the facts, swapped in when complete; the old one serves until then."""
    from qingyuan.stages import copies

    settle(workspace)
    catalog = workspace.catalog
    entries = list(catalog.entries())
    absent = gone(workspace, entries)

    def all_documents() -> Iterator[Document]:
        for done, (entry, listing) in enumerate(catalog.listings(entries), start=1):
            yield document(workspace, entry, listing, absent=entry.key in absent)
            report("重建索引", done, len(entries))

    workspace.backend().rebuild(all_documents())
    catalog.caught_up("indexed", entries)
    copies.keep(workspace)
    return {"indexed": len(entries), "listings": catalog.count()}
