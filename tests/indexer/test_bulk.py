"""Bulk requests of which any may fail: of one key the last change wins, whatever failed and was sent again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, cast

import msgspec
import pytest
from search_world import NOW

from domain.records import Listing
from indexer.documents import Document, build
from indexer.elastic import bulk
from indexer.spool import Change, Delete


def listing(number: int, version: int) -> Document:
    return build(
        Listing(platform="p", ref=str(number), url="u", title=f"第{version}版", observed_at=NOW),
        first_seen=NOW,
        last_seen=NOW,
    )


class Server:
    """Takes requests as the real one does, item by item in their order, and fails where the dice say so: a whole
    request, or single items of it."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.held: dict[str, bytes] = {}

    def __call__(self, client: object, operations: list[bytes]) -> list[tuple[int, str]]:
        if self._rng.random() < 0.3:
            return [(429, "es_rejected_execution_exception: full")] * len(operations)
        return [self._one(operation) for operation in operations]

    def _one(self, operation: bytes) -> tuple[int, str]:
        if self._rng.random() < 0.2:
            return 503, "unavailable_shards_exception: away"
        head, _, row = operation.partition(b"\n")
        ((verb, where),) = msgspec.json.decode(head).items()
        if verb == "delete":
            self.held.pop(where["_id"], None)
        else:
            self.held[where["_id"]] = msgspec.json.decode(row)["source"].encode()
        return 200, ""


@pytest.mark.parametrize("seed", range(30))
def test_what_waited_never_overtakes_what_came_later(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    server = Server(rng)
    monkeypatch.setattr(bulk, "_request", server)
    monkeypatch.setattr(bulk, "PAUSES", (0.0,))
    monkeypatch.setattr(bulk, "MAX_CHANGES", rng.choice((1, 3, 10)))
    changes: list[Change] = [
        Delete(f"p/{rng.randrange(6)}") if rng.random() < 0.2 else listing(rng.randrange(6), version)
        for version in range(60)
    ]
    expected: dict[str, bytes] = {}
    for change in changes:
        expected.pop(change.key, None)
        if isinstance(change, Document):
            expected[change.key] = change.source
    waiting: Iterator[Change] = iter(changes)
    for _ in range(10_000):
        # as the backend does: what is left goes first, then what was not looked at
        outcome, rest = bulk.write(cast("Any", None), ("alias",), waiting)
        assert not outcome.refused
        left = [*outcome.left, *rest]
        if not left:
            break
        waiting = iter(left)
    assert server.held == expected


def test_what_is_refused_for_good_is_told_from_what_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = [listing(number, 1) for number in range(4)]
    statuses = iter([[(200, ""), (400, "strict_dynamic_mapping_exception: no"), (429, "full"), (200, "")], [(201, "")]])
    monkeypatch.setattr(bulk, "_request", lambda client, operations: next(statuses))
    monkeypatch.setattr(bulk, "PAUSES", (0.0,))
    outcome, _ = bulk.write(cast("Any", None), ("alias",), changes)
    assert (outcome.written, outcome.left, outcome.refused) == (3, [], [changes[1]])
    assert outcome.reason.startswith("p/1：strict_dynamic")
