"""One writer at a time, across processes: a lock file that the kernel frees when its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import BusyError


@contextmanager
def locked(path: Path, *, patience: float = 0.0) -> Iterator[None]:
    """Holds the lock, after waiting at most ``patience`` seconds. Raises BusyError when another holds it longer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise BusyError(f"另一个进程正在写索引（{path}），请稍后再试") from None
                time.sleep(0.02)
        yield
    finally:
        os.close(handle)  # frees the lock
