"""How a process that writes a million documents gets its memory."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping

#: What the C library's allocator is told. A document passes tantivy as some hundred small pieces of memory: with room
#: for only seven of a size (the library's own figure) every second one is asked of the shared heap. The terms of a
#: segment fill half a gigabyte that is read at random: in pages of 4 kB nearly every look at it also misses the
#: processor's table of pages. Pages are large in the one shared heap alone, so the writing thread uses that too.
ALLOCATOR = "glibc.malloc.tcache_count=2000:glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"
_VARIABLE = "GLIBC_TUNABLES"


def begin_again(environment: Mapping[str, str], *words: str) -> None:
    """Starts this very command again in the same process, its memory laid out for writing; returns where that is so
    already, and where it cannot be: not on Linux, or whoever started it chose for himself.

    The allocator reads its settings once, before the first line of a program, so only a program that starts can have
    them. Call it before anything is open. ``words`` must all be among the arguments that the process was started
    with: a test that runs a command inside its own process stays what it is.
    """
    can = sys.platform == "linux" and bool(sys.executable)
    if not can or _VARIABLE in environment or not set(words) <= set(sys.orig_argv):
        return
    sys.stdout.flush()
    sys.stderr.flush()
    with contextlib.suppress(OSError):  # slower, but it works as it is
        os.execve(sys.executable, sys.orig_argv, {**environment, _VARIABLE: ALLOCATOR})  # noqa: S606 - our own command
