"""Lessons: what officers decided, with the features that the listing has as it was when they decided."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain import codec
from domain.errors import NotFoundError
from domain.records import Case, Label, Listing, Right
from qingyuan import runs
from qingyuan.entries import Entry, shop_of
from qingyuan.progress import Report, silent
from qingyuan.stages.lettering import Reader

if TYPE_CHECKING:
    from console.judgements import Decided
    from detection.evaluation import Outcome
    from detection.screener import Assessment, Screener
    from qingyuan.workspace import Workspace

#: Of ten shops the judgements on three are held out: they measure, and are never learned from.
_HELD_OUT = 3
#: 授权 says who sells, 存疑 says nothing yet: neither says whether such a listing is suspect.
LESSONS = ("成立", "不成立")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One decided finding. ``shop`` is equal for all listings of one shop; ``held_out`` is so for all of them alike."""

    decided: Decided
    listing: Listing
    assessment: Assessment
    shop: str

    @property
    def suspected(self) -> bool:
        return self.decided.judgement.verdict == "成立"

    @property
    def held_out(self) -> bool:
        return int(hashlib.sha256(self.shop.encode("utf-8", "replace")).hexdigest()[:8], 16) % 10 < _HELD_OUT

    @property
    def group(self) -> int:
        """For folds: equal for a shop, and independent of :attr:`held_out`."""
        return int(hashlib.sha256(self.shop.encode("utf-8", "replace")).hexdigest()[8:16], 16)

    def outcome(self) -> Outcome:
        from detection.evaluation import Outcome
        from detection.learning.grounds import grounds

        kinds = grounds(self.assessment.signals)
        label = Label(
            suspected=self.suspected, rights=(self.decided.right,), type=kinds[0] if kinds else "没有支持的理由"
        )
        return Outcome(Case(id=self.decided.judgement.finding, listing=self.listing, label=label), (self.assessment,))


@dataclass(frozen=True, slots=True)
class Gathered:
    """``left_out``: reason → how many. ``authorised``: (seller, right) that officers found to be authorised."""

    lessons: tuple[Lesson, ...]
    left_out: Mapping[str, int]
    authorised: tuple[tuple[str, str], ...]


def gather(workspace: Workspace, screener: Screener, *, report: Report = silent) -> Gathered:
    """Every decided finding whose page is still on record, by finding; features by the code and register of today."""
    workspace.open_judgements()
    from console import judgements

    left_out: Counter[str] = Counter()
    authorised: set[tuple[str, str]] = set()
    register = workspace.rights()
    waiting: list[Decided] = []
    for one in judgements.decided():
        verdict = one.judgement.verdict
        if verdict == "授权":
            authorised.add((_seller(workspace, one.listing), one.right))
        if verdict not in LESSONS:
            left_out[verdict] += 1
        elif one.right not in register:
            left_out["权利已不在登记"] += 1
        else:
            waiting.append(one)
    seen = {(entry.key, entry.capture): (entry, listing) for entry, listing in _observations(workspace, waiting)}
    lessons = []
    reader = Reader(workspace, 0)
    for done, one in enumerate(waiting, start=1):
        report("读取判断", done, len(waiting))
        found = seen.get((one.listing, one.capture))
        if found is None:
            left_out["没有判断时的页面"] += 1
            continue
        entry, listing = found
        lines = reader.lines(entry, listing, fresh=False)
        assessed = screener.assess(listing, workspace.pictures(entry, listing), lines)
        chosen = next((each for each in assessed if each.right.id == one.right), None)
        if chosen is None:
            left_out["现在不再比对"] += 1
        else:
            lessons.append(Lesson(one, listing, chosen, shop_of(listing)))
    return Gathered(tuple(lessons), dict(sorted(left_out.items())), tuple(sorted(authorised)))


def needed(rights: Mapping[str, Right], lessons: Iterable[Lesson]) -> dict[str, dict[str, int]]:
    """Kind of right → verdict → how many lessons there are to learn from."""
    counts = {kind: dict.fromkeys(LESSONS, 0) for kind in ("trademark", "gi")}
    for lesson in lessons:
        counts[rights[lesson.decided.right].kind][lesson.decided.judgement.verdict] += 1
    return counts


def _seller(workspace: Workspace, key: str) -> str:
    try:
        seller = workspace.listing(key).seller
    except NotFoundError:
        return key
    return seller.company or seller.name or key


def _observations(workspace: Workspace, wanted: Iterable[Decided]) -> Iterator[tuple[Entry, Listing]]:
    """The listings as they were when judged: mostly the latest observation; for others the runs are read through."""
    older: dict[str, set[str]] = {}
    entries: dict[str, Entry] = {}
    for one in wanted:
        try:
            entry = workspace.catalog.entry(one.listing)
        except NotFoundError:
            continue
        if entry.capture == one.capture:
            if entry.key not in entries:
                yield entry, workspace.catalog.read(entry)
            entries[entry.key] = entry
        else:
            older.setdefault(one.listing, set()).add(one.capture)
            entries.setdefault(entry.key, entry)
    if not older:
        return
    for run in runs.every(workspace.home):
        for path in run.listing_files():
            with path.open("rb") as lines:
                for line in lines:
                    if line.strip():
                        listing = codec.decode(line, Listing)
                        if listing.capture in older.get(listing.key, ()):
                            yield replace(entries[listing.key], run=run.name, capture=listing.capture), listing
