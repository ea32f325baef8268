"""Screen: judge every listing that this version of screener and register has not judged as it is now.

A change of model or code makes every listing due. A change of the register makes those due that it can concern: the
rights that differ, as they were and as they are, are looked up in each text, and a listing in which no stretch could
mean one of them is judged the same as before (see :meth:`detection.screener.Screener.touched`), so only its mark is
renewed. Of rights with pictures that differ, every listing that has pictures is due as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from domain import codec
from domain.records import TIERS, Listing, Right, Trademark
from qingyuan import models
from qingyuan.catalog import Catalog, Entry
from qingyuan.progress import Report, silent
from qingyuan.stages import lettering

if TYPE_CHECKING:
    from detection.model import Model
    from detection.screener import Screener
    from qingyuan.workspace import Workspace

#: Listings judged together; one transaction.
_BATCH = 512
#: The register's version stands under this id beside the rights that were judged with.
_VERSION = ""


def screener(workspace: Workspace, model: Model | None = None, register: Mapping[str, Right] | None = None) -> Screener:
    """The model in force, or another one, over the register and its pictures."""
    from detection.screener import Screener
    from qingyuan import rights

    listed = list((workspace.rights() if register is None else register).values())
    chosen = model or models.active(workspace.home)
    return Screener(listed, chosen, right_pictures=rights.pictures(workspace.home, listed), kept=workspace.kept)


@dataclass(frozen=True, slots=True)
class _Change:
    """What differs from version ``before``, in force when all was last judged: a screener of the rights that differ, as
    they were and as they are; ``pictured``: one of them has pictures."""

    before: str
    lookup: Screener | None
    pictured: bool


def screen(workspace: Workspace, *, again: bool = False, report: Report = silent) -> dict[str, int]:
    """Judge what is new or changed (``again``: everything); how many listings, and the findings of each tier.

    A batch is one transaction. A kill loses at most the batch under way, which the next call judges again.
    """
    catalog = workspace.catalog
    registered, register = _register(workspace)
    judge = screener(workspace, register=register)
    version = f"{judge.version}+{registered}"
    wanted = "" if again else version
    reader = lettering.Reader(workspace, workspace.settings.picture_texts)
    total, seen, done = catalog.count_unscreened(wanted), 0, 0
    change = None if again else _change(catalog, judge, register)
    for batch in _batches(catalog.listings(catalog.unscreened(wanted))):
        due = _due(workspace, reader, batch, change)
        if change is not None:
            catalog.still_stands(change.before, version, (entry for entry, _ in batch if entry.key not in due))
        done += _judge(workspace, judge, reader, version, [pair for pair in batch if pair[0].key in due])
        seen += len(batch)
        report("研判", seen, total)
    lettering.say_what_was_passed(reader)
    _keep_register(catalog, version, register)
    report("研判", seen, total)
    tiers = catalog.tiers()
    return {"screened": done, **{tier: tiers.get(tier, 0) for tier in TIERS}}


def _register(workspace: Workspace) -> tuple[str, Mapping[str, Right]]:
    """The register with its version; an import may take place at any time."""
    from qingyuan import rights

    while True:
        version, register = rights.version(workspace.home), workspace.rights()
        if rights.version(workspace.home) == version:
            return version, register


def _batches(pairs: Iterable[tuple[Entry, Listing]]) -> Iterator[list[tuple[Entry, Listing]]]:
    rest = iter(pairs)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _judge(
    workspace: Workspace,
    judge: Screener,
    reader: lettering.Reader,
    version: str,
    batch: Sequence[tuple[Entry, Listing]],
) -> int:
    """Judge a batch by its texts and by what its pictures show, and keep it."""
    if not batch:
        return 0
    shown = {entry.key: judge.shown(workspace.pictures(entry, listing)) for entry, listing in batch if listing.images}
    found = lettering.judged(judge, reader, batch, shown)
    findings = [(entry, judge.findings(listing, found[entry.key])) for entry, listing in batch]
    workspace.catalog.screened(version, findings)
    return len(batch)


def _due(
    workspace: Workspace, reader: lettering.Reader, batch: Sequence[tuple[Entry, Listing]], change: _Change | None
) -> set[str]:
    """Keys of the listings that must be judged: not judged as they are before, or concerned by the change."""
    from detection.pictures.shown import Shown

    if change is None:
        return {entry.key for entry, _ in batch}
    judged = [(entry, listing) for entry, listing in batch if entry.screened == f"{change.before}|{entry.capture}"]
    due = {entry.key for entry, _ in batch} - {entry.key for entry, _ in judged}
    if change.lookup is None:
        return due
    read = {e.key: reader.lines(e, listing, fresh=False) for e, listing in judged if listing.images}
    shown = {key: Shown(lines=lines) for key, lines in read.items() if lines}
    touched = change.lookup.touched([listing for _, listing in judged], shown)
    for (entry, listing), hit in zip(judged, touched, strict=True):
        if hit or (change.pictured and listing.images and workspace.pictures(entry, listing)):
            due.add(entry.key)
    return due


def _change(catalog: Catalog, judge: Screener, now: Mapping[str, Right]) -> _Change | None:
    """What differs in the register since all was last judged; None when everything must be judged anew."""
    from detection.screener import Screener

    kept = dict(catalog.reading.execute("SELECT id, record FROM register"))
    before = kept.pop(_VERSION, b"").decode()
    if not before.startswith(f"{judge.version}+"):
        return None
    differing: list[Right] = []
    for identity in sorted(kept.keys() | now.keys()):
        right = now.get(identity)
        if kept.get(identity) != (codec.encode(right) if right is not None else None):
            differing += [right] if right is not None else []
            if identity in kept:
                was: Right = codec.decode(kept[identity], Right)  # type: ignore[arg-type]
                differing.append(was)
    if len(differing) > max(len(now), len(kept)):
        return None  # to look up so many costs more than it saves
    pictured = any(right.photos or (isinstance(right, Trademark) and right.logos) for right in differing)
    # whatever could mean one of them, for the look-up counts other names than the register does
    lookup = Screener(differing, judge.model, sifted=False) if differing else None
    return _Change(before, lookup, pictured)


def _keep_register(catalog: Catalog, version: str, now: Mapping[str, Right]) -> None:
    """Note what was judged with, once all is judged."""
    with catalog.writing() as (database, _):
        known = database.execute("SELECT record FROM register WHERE id = ?", (_VERSION,)).fetchone()
        if known == (version.encode(),):
            return
        database.execute("DELETE FROM register")
        rows = ((identity, codec.encode(right)) for identity, right in now.items())
        database.executemany("INSERT INTO register VALUES (?, ?)", ((_VERSION, version.encode()), *rows))
