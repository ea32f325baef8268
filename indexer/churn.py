"""Many records passing through: the collector of cycles looks at them seldom."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: Net allocations of containers between two looks (Python's own: 700). Records hold no cycles and go as soon as nobody
#: needs them; to look at every batch of them, and at all that the process holds, costs a rebuild a twelfth of its time.
SELDOM = 200_000
_lock = threading.Lock()
_inside = 0
_before = gc.get_threshold()


@contextmanager
def passing_through() -> Iterator[None]:
    """While the block runs, in whatever thread. What does form a cycle still goes, only later."""
    global _inside, _before
    with _lock:
        _inside += 1
        if _inside == 1:
            _before = gc.get_threshold()
            if _before[0]:  # 0: someone switched it off
                gc.set_threshold(max(SELDOM, _before[0]), *_before[1:])
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                gc.set_threshold(*_before)
