"""One run of all watches over a batch of changed documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from indexer.backend import SearchBackend
from indexer.documents import Document
from indexer.fields import YES
from indexer.watches.explain import explain
from indexer.watches.inbox import Inbox
from indexer.watches.matching import Matches, match
from indexer.watches.watch import Watch


@dataclass(frozen=True, slots=True)
class Fired:
    """``watches`` that ran, ``documents`` they ran over, ``matches`` in all, ``alerts`` that are new."""

    watches: int
    documents: int
    matches: int
    alerts: int


def run(
    inbox: Inbox, backend: SearchBackend, documents: Sequence[Document], *, now: datetime, run_id: str = ""
) -> Fired:
    """Runs every watch in force over the documents of a batch and keeps what is new in the inbox.

    A watch fires for a listing when it first matches, and again when the listing matches with another tier, other
    rights or after it was gone. Run twice over one batch it fires once. Of documents of one key the last counts.
    """
    latest = list({document.key: document for document in documents}.values())
    watches = {watch.id: watch for watch in inbox.watches(now=now)}
    found = match(backend, {number: watch.query.condition for number, watch in watches.items()}, latest)
    alerts = inbox.keep(_alerts(inbox, watches, found, latest, now), now=now, run=run_id)
    return Fired(len(watches), len(latest), sum(map(len, found.values())), alerts)


def _alerts(
    inbox: Inbox, watches: dict[int, Watch], found: Matches, documents: Sequence[Document], now: datetime
) -> Iterator[tuple[int, str, str, str, str, bool]]:
    for number, places in sorted(found.items()):
        watch = watches[number]
        before = inbox.states(number, (documents[place].key for place in places))
        for place in places:
            document = documents[place]
            now_state, old = state(document), before.get(document.key)
            if now_state == old:
                continue
            reason = explain(watch.query.condition, document)
            if old is not None:
                reason = f"{_difference(old, now_state)}；{reason}"
            yield number, document.key, document.listing.title, now_state, reason, watch.muted(now)


def state(document: Document) -> str:
    """What makes a listing news again: its tier, the rights it is suspected for, whether it is gone."""
    words = document.words
    return "|".join((",".join(words["tier"]), ",".join(sorted(words["right"])), ",".join(words["gone"])))


def _difference(old: str, new: str) -> str:
    (tier, rights, gone), (tier_now, rights_now, gone_now) = old.split("|", 2), new.split("|", 2)
    said = []
    if gone != gone_now:
        said.append("已下架" if gone_now == YES else "重新上架")
    if tier != tier_now:
        said.append(f"等级由{tier or '无'}变为{tier_now or '无'}")
    if rights != rights_now:
        said.append("涉嫌的权利有变化")
    return "、".join(said) or "有变化"
