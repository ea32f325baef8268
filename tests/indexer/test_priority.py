from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from indexer.embedded.backend import HEAP, _writer
from indexer.embedded.schema import create
from indexer.priority import NICER, giving_way


def own() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux alone")
def test_what_writes_gives_way_and_what_reads_does_not(tmp_path: Path) -> None:
    before = own()
    assert giving_way(own) == min(before + NICER, 19)
    assert own() == before
    create(tmp_path)
    with _writer(tmp_path, HEAP):
        found = {}
        for task in Path("/proc/self/task").iterdir():
            name = (task / "comm").read_text().strip()
            found[name] = os.getpriority(os.PRIO_PROCESS, int(task.name))
        writing = [nice for name, nice in found.items() if name.startswith("thrd-tantivy")]
        assert writing == [min(before + NICER, 19)]
    assert own() == before
