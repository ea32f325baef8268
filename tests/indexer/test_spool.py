"""Changes that cannot be taken are set aside: they neither hold up the others nor get lost unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from search_world import NOW

from domain.records import Listing
from indexer.documents import Document, build
from indexer.embedded.backend import EmbeddedBackend
from indexer.query import Query
from indexer.spool import Delete, Spool


def listing(number: int) -> Document:
    return build(
        Listing(platform="p", ref=str(number), url="u", title=f"五常大米{number}", observed_at=NOW),
        first_seen=NOW,
        last_seen=NOW,
    )


@pytest.mark.parametrize(
    "line", [b'+{"of": "another version"}', b"+{", b"-7", b"\xff\xfe", b'+{"listing": "\xff"}', b"", b"-"]
)
def test_a_line_that_cannot_be_read_holds_nothing_up(tmp_path: Path, line: bytes) -> None:
    Spool(tmp_path / "waiting").append([listing(1), Delete("p/9"), listing(2)])
    (waiting,) = (tmp_path / "waiting").glob("*.changes")
    first, *rest = waiting.read_bytes().splitlines(keepends=True)
    waiting.write_bytes(b"".join([first, line, b"\n", *rest]))
    backend = EmbeddedBackend(tmp_path)
    assert backend.put([listing(3)]) == 1
    found = backend.search(Query("大米"))
    assert {hit.key for hit in found.hits} == {"p/1", "p/2", "p/3"}
    assert backend.status()["waiting"] == 0
    (refused,) = (tmp_path / "waiting").glob("refused")
    assert refused.read_bytes() == line + b"\n"
    assert all(
        str(refused) in each and "index rebuild" in each for each in (*found.notices, *backend.status()["notices"])
    )
    assert len(found.notices) == 1
    backend.rebuild([listing(1), listing(2), listing(3)])
    assert backend.search(Query("大米")).notices == ()
    assert not refused.exists()
