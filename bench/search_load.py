"""Searching while another process writes: puts again and again, or one rebuild."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.search import ROOT, Timed, ours, times
from bench.search_peers import Asked, percentile
from bench.table import Row
from indexer.backend import SearchBackend

#: Seconds between two searches of a reader beside a writer: a hundred officers who search at once, and not a loop that
#: keeps the writer, who gives way, from writing.
PAUSE = 0.01

PUT = """
import sys
from pathlib import Path
from bench.search_corpus import documents
from indexer.embedded.backend import EmbeddedBackend
batch = list(documents(int(sys.argv[2]), 3))
backend = EmbeddedBackend(Path(sys.argv[1]))
print("go", flush=True)
while True:
    print(backend.put(batch), flush=True)
"""

REBUILD = """
import os
import sys
from pathlib import Path
from bench.search import Feed
from indexer.elastic.backend import ElasticBackend
from indexer.embedded.backend import EmbeddedBackend
from indexer.memory import begin_again
begin_again(os.environ)
kind, place, folder, size = sys.argv[1:]
if kind == "embedded":
    backend = EmbeddedBackend(Path(place))
else:
    backend = ElasticBackend(place, folder=Path(folder), timeout=60)
print("go", flush=True)
backend.rebuild(Feed(int(size)))
"""


def during_puts(folder: Path, queries: Sequence[Asked], backend: SearchBackend, size: int) -> tuple[Timed, int]:
    """The queries while another process puts a hundredth of the index again and again, and how many documents it
    put meanwhile. Raises SystemExit when it put none."""
    command = [sys.executable, "-c", PUT, str(folder), str(max(1_000, size // 100))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        (spent,) = times(queries, lambda asked: backend.search(ours(asked)).total, pause=PAUSE)
        writer.kill()
        put = sum(map(int, writer.stdout.read().split()))
    if not put:
        raise SystemExit("the writer put nothing while it was read: nothing was measured")
    return spent, put


def during_rebuild(
    kind: str, place: str, backend: SearchBackend, queries: Sequence[Asked], quiet: Timed, size: int
) -> list[Row]:
    """Officers search while the index is built anew of the same documents. A search that fails ends the benchmark, and
    so does one that counts anything but what it counted in quiet: an index that is half there is a wrong answer."""
    spool = f"{tempfile.gettempdir()}/bench-search-rebuilding"
    command = [sys.executable, "-c", REBUILD, kind, place, spool, str(size)]
    spent: list[float] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as builder:
        assert builder.stdout is not None
        builder.stdout.readline()
        while builder.poll() is None:
            number = len(spent) % len(queries)
            time.sleep(PAUSE)
            started = time.perf_counter()
            total = backend.search(ours(queries[number])).total
            spent.append((time.perf_counter() - started) * 1_000)
            if total != quiet.counts[number]:
                raise SystemExit(f"{kind}: query {number} counts {total} during a rebuild, not {quiet.counts[number]}")
        if builder.returncode:
            raise SystemExit(f"{kind}: the rebuild failed")
    note = f"{len(spent):,} searches in a rebuild of {size:,}: none failed, none counted otherwise"
    return [
        Row(
            "search",
            f"{kind}: ms a query during a rebuild, p{share * 100:.0f}",
            percentile(spent, share),
            "ours in quiet",
            percentile(quiet.wall, share),
            note,
        )
        for share in (0.5, 0.99)
    ]
