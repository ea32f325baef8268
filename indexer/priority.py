"""Readers before writers, where they share the processor."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
#: By how much the threads that write are nicer than the others.
NICER = 10


def giving_way(start: Callable[[], T]) -> T:
    """What ``start`` returns; the threads that it starts leave the processor to whoever searches.

    A thread inherits its priority from the one that starts it, so ``start`` runs in a nice thread that ends with it.
    Where threads have no priorities of their own nothing changes.
    """

    def nicely() -> T:
        with suppress(OSError, AttributeError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICER)
        return start()

    with ThreadPoolExecutor(1, thread_name_prefix="nice") as pool:
        return pool.submit(nicely).result()
