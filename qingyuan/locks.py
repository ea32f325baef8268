"""One writer at a time: an advisory lock on a file, released by the system when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import BusyError


@contextmanager
def only_one(home: Path, name: str) -> Iterator[None]:
    """Hold the lock ``name`` of this HOME; BusyError, naming the holder, when another process does."""
    folder = home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.lock"
    with path.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read(20).strip() or "未知"
            raise BusyError(f"另一个进程（{holder}）正在执行 {name}：请等它结束，或先停止它（锁文件 {path}）") from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield
