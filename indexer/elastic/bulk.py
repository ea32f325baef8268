"""Bulk writing with back-pressure: bounded requests in flight, and only what failed is sent again.

A change counts as written when the server acknowledged it from its synced log. Two changes of one key are never in
flight at once, so the later one wins.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

import msgspec
from elasticsearch import Elasticsearch

from domain.errors import BackendError
from indexer.churn import passing_through
from indexer.documents import Document, text_fields
from indexer.elastic.mapping import stored
from indexer.elastic.server import WAITING, Unavailable, refusal, speaking
from indexer.spool import Change

#: Bytes and changes of one request.
MAX_BYTES = 4_000_000
MAX_CHANGES = 2_000
IN_FLIGHT = 2
#: Documents cut up together.
_AHEAD = 250
#: How long the server may wait for a shard that is not there.
WAIT = "10s"
#: Seconds before each new try of what failed; after the last the change waits on disk.
PAUSES: tuple[float, ...] = (0.2, 1.0, 3.0)


@dataclass
class Outcome:
    """What became of a bulk: how many changes were ``written``, which were ``left`` because the server was not able to
    (``why``), and which it ``refused`` for good (the ``reason`` of the first)."""

    written: int = 0
    left: list[Change] = field(default_factory=list)
    why: str = ""
    refused: list[Change] = field(default_factory=list)
    reason: str = ""


def write(
    client: Elasticsearch, targets: Sequence[str], changes: Iterable[Change], *, create: bool = False
) -> tuple[Outcome, Iterator[Change]]:
    """Writes the changes to every target, an alias that must exist.

    Stops taking changes at the first that the server could not write after all tries; returns the outcome and the
    changes not yet looked at. ``create`` leaves documents alone that are there already (and are newer).
    """
    outcome = Outcome()
    rest = iter(changes)
    flying: list[tuple[Future[Outcome], set[str]]] = []

    def land(keep: int) -> None:
        while len(flying) > keep:
            done = flying.pop(0)[0].result()
            outcome.written += done.written
            outcome.left += done.left
            outcome.why = outcome.why or done.why
            outcome.refused += done.refused
            outcome.reason = outcome.reason or done.reason

    with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="bulk") as pool, passing_through():
        for chunk in _chunks(rest, targets, create=create):
            while any(not chunk.keys.isdisjoint(keys) for _, keys in flying):
                land(len(flying) - 1)
            if outcome.left:  # what waits is of the same keys: to send these now would let it overtake them later
                outcome.left += chunk.changes
                break
            flying.append((pool.submit(_send, client, chunk), chunk.keys))
            land(IN_FLIGHT)  # the next is cut up while these are under way
            if outcome.left:
                break
        land(0)
    return outcome, rest


def write_rows(client: Elasticsearch, index: str, rows: Iterable[bytes]) -> None:
    """Writes rows of JSON without keys into an index that is thrown away. Raises BackendError at the first that is not
    taken."""

    def send(batch: list[bytes]) -> None:
        with speaking():
            answer: Any = client.bulk(
                index=index,
                operations=cast("Any", batch),
                filter_path=["errors", "items.*.status", "items.*.error.type", "items.*.error.reason"],
            )
        if answer["errors"]:
            raise refusal(*next(each for each in map(_status, answer["items"]) if each[0] >= 400))

    with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="bulk") as pool:
        flying: list[Future[None]] = []
        for batch in _batches(rows):
            flying.append(pool.submit(send, batch))
            if len(flying) > IN_FLIGHT:  # the next is cut up while these are under way
                flying.pop(0).result()
        for each in flying:
            each.result()


def _batches(rows: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The rows as operations, bounded in bytes and number."""
    head = b'{"create":{}}\n'
    batch: list[bytes] = []
    size = 0
    for row in rows:
        batch.append(head + row)
        size += len(row)
        if size >= MAX_BYTES or len(batch) >= MAX_CHANGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@dataclass
class _Chunk:
    """Changes with their lines: ``lines[i]`` are the requests of ``changes[i]``, one for each target."""

    changes: list[Change] = field(default_factory=list)
    lines: list[list[bytes]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    size: int = 0


def _chunks(changes: Iterator[Change], targets: Sequence[str], *, create: bool) -> Iterator[_Chunk]:
    chunk = _Chunk()
    while some := list(islice(changes, min(_AHEAD, MAX_CHANGES - len(chunk.changes)))):
        documents = [change for change in some if isinstance(change, Document)]
        texts = iter(text_fields(documents))
        for change in some:
            data = stored(change, next(texts)) if isinstance(change, Document) else b""
            lines = _lines(change.key, data, targets, create=create)
            chunk.changes.append(change)
            chunk.lines.append(lines)
            chunk.keys.add(change.key)
            chunk.size += sum(map(len, lines))
        if chunk.size >= MAX_BYTES or len(chunk.changes) >= MAX_CHANGES:
            yield chunk
            chunk = _Chunk()
    if chunk.changes:
        yield chunk


def _lines(key: str, data: bytes, targets: Sequence[str], *, create: bool) -> list[bytes]:
    """One element a target, so that an element is one item of the server's answer; without data a delete."""
    verb = ("create" if create else "index") if data else "delete"
    lines = []
    for target in targets:
        head = msgspec.json.encode({verb: {"_index": target, "_id": key}})
        lines.append(head + b"\n" + data if data else head)
    return lines


def _send(client: Elasticsearch, chunk: _Chunk) -> Outcome:
    """One request, and again for what failed, until all is written or the pauses are used up."""
    outcome = Outcome()
    pending = list(zip(chunk.changes, chunk.lines, strict=True))
    for pause in (*PAUSES, None):
        try:
            statuses = _request(client, [line for _, lines in pending for line in lines])
        except Unavailable as error:
            outcome.why = str(error)
        else:
            pending = _settle(pending, statuses, outcome)
        if not pending or pause is None:
            break
        time.sleep(pause)
    outcome.left = [change for change, _ in pending]
    if not pending:
        outcome.why = ""
    return outcome


def _settle(
    pending: list[tuple[Change, list[bytes]]], statuses: list[tuple[int, str]], outcome: Outcome
) -> list[tuple[Change, list[bytes]]]:
    """Sorts the changes by the status of each of their lines; returns those to try again, in their order: of one key
    none before the last that was written."""
    again = []
    newer: set[str] = set()
    answers = iter(statuses)
    settled = [(change, lines, [next(answers) for _ in lines]) for change, lines in pending]
    for change, lines, mine in reversed(settled):
        # 409: of a create, the document is there already; 404 without a reason: of a delete, it never was; with one:
        # the alias has just been moved.
        waiting = [each for each in mine if each[0] in WAITING or (each[0] == 404 and each[1])]
        refused = [each for each in mine if each[0] >= 400 and each[0] not in WAITING and each[0] not in (404, 409)]
        if waiting and change.key not in newer:
            again.append((change, lines))
            outcome.why = str(refusal(*waiting[0]))
        elif refused:
            outcome.refused.append(change)
            outcome.reason = f"{change.key}：{refused[0][1][:200]}"
        else:
            outcome.written += 1
            newer.add(change.key)
    again.reverse()
    return again


def _request(client: Elasticsearch, operations: list[bytes]) -> list[tuple[int, str]]:
    """The status and reason of each operation, in order."""
    with speaking():
        answer: Any = client.bulk(
            operations=cast("Any", operations),  # the client joins lines of bytes as they are
            require_alias=True,  # never let the server make up an index
            timeout=WAIT,
            filter_path=["errors", "items.*.status", "items.*.error.type", "items.*.error.reason"],
        )
    items = answer.get("items", ())
    if len(items) != len(operations):
        raise BackendError(f"Elasticsearch 对 {len(operations)} 条变更回答了 {len(items)} 条")
    return [_status(item) for item in items]


def _status(item: dict[str, Any]) -> tuple[int, str]:
    (result,) = item.values()
    error = result.get("error")
    return int(result["status"]), f"{error.get('type', '')}: {error.get('reason', '')}" if error else ""
