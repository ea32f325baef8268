"""The one door to the data: the workspace of this process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from qingyuan.settings import current

if TYPE_CHECKING:
    from indexer.watches import Inbox
    from qingyuan.settings import Settings
    from qingyuan.workspace import Workspace

_lock = threading.Lock()
_open: tuple[Settings, Workspace] | None = None


def workspace() -> Workspace:
    """The workspace of the settings in force, opened once and shared by the server's threads."""
    global _open
    wanted = current()
    with _lock:
        if _open is None or _open[0] != wanted:
            from qingyuan.workspace import Workspace

            _open = (wanted, Workspace(wanted))
        return _open[1]


def inbox() -> Inbox:
    """The officers' watches and what they found; to be closed by whoever opens it."""
    from qingyuan.stages import watches

    return watches.inbox(workspace())
