"""What was computed of a picture, kept by the picture's digest: a projection that can be thrown away.

One SQLite file. An entry of another version is no entry, and is replaced when it is computed again; a file that is
damaged is put away and begun anew. Any number of processes may read and write.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

_TABLE = "CREATE TABLE IF NOT EXISTS traits (digest TEXT PRIMARY KEY, version INTEGER NOT NULL, data BLOB NOT NULL)"
#: Seconds to wait for another who writes.
_PATIENCE = 30


class TraitStore:
    """Bytes by digest and version. Safe to share between threads; opened when first used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None

    def get(self, digest: str, version: int) -> bytes | None:
        """What was kept of this picture by this version; None: nothing."""
        with self._lock:
            try:
                row = self._db().execute(
                    "SELECT data FROM traits WHERE digest = ? AND version = ?", (digest, version)
                ).fetchone()  # fmt: skip
            except sqlite3.DatabaseError as error:
                self._begin_anew(error)
                return None
        return bytes(row[0]) if row else None

    def put(self, digest: str, version: int, data: bytes) -> None:
        """Keep it. Losing an entry costs only its computation, so a full disk or a busy file is no error."""
        with self._lock:
            try:
                with self._db() as db:
                    db.execute("INSERT OR REPLACE INTO traits VALUES (?, ?, ?)", (digest, version, data))
            except sqlite3.DatabaseError as error:
                self._begin_anew(error)

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _db(self) -> sqlite3.Connection:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._opened = sqlite3.connect(self._path, timeout=_PATIENCE, check_same_thread=False)
            self._opened.execute("PRAGMA journal_mode = WAL")
            self._opened.execute("PRAGMA synchronous = NORMAL")
            self._opened.execute(_TABLE)
        return self._opened

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        """Put a damaged file away. A file that is only busy or read-only is left as it is."""
        if self._opened is not None:
            with suppress(sqlite3.Error):
                self._opened.close()
            self._opened = None
        if not isinstance(error, sqlite3.OperationalError):
            for path in self._path.parent.glob(self._path.name + "*"):
                path.unlink(missing_ok=True)
