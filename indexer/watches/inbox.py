"""Watches and what they found, in one SQLite file: facts of the officers, not a projection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from domain.errors import NotFoundError, UsageError
from indexer.query import Query
from indexer.watches.watch import Watch, watchable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS watch (
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL, created TEXT NOT NULL,
    expires TEXT, muted_until TEXT, ended TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS one_of_a_kind ON watch (owner, url) WHERE ended IS NULL;
CREATE TABLE IF NOT EXISTS alert (
    id INTEGER PRIMARY KEY AUTOINCREMENT, watch INTEGER NOT NULL REFERENCES watch (id), listing TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, title TEXT NOT NULL, at TEXT NOT NULL, run TEXT NOT NULL,
    seen TEXT
);
CREATE INDEX IF NOT EXISTS unseen ON alert (watch) WHERE seen IS NULL;
CREATE INDEX IF NOT EXISTS by_listing ON alert (watch, listing, id);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A watch fired for a listing. ``state`` is what of the listing makes another alert when it changes: tier, rights,
    gone. ``seen``: when the owner had seen it, or at once while the watch was muted."""

    id: int
    watch: int
    listing: str
    title: str
    state: str
    reason: str
    at: datetime
    run: str
    seen: datetime | None


class Inbox:
    """Opens (and makes) the file; a context manager that closes it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._base.row_factory = sqlite3.Row
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = FULL")
        self._base.executescript(_SCHEMA)

    def close(self) -> None:
        self._base.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # Watches.

    def add(self, query: Query, *, owner: str, now: datetime, name: str = "", expires: datetime | None = None) -> Watch:
        """Keeps a query. The same query of the same owner is one watch. Raises QueryError, UsageError."""
        if not owner:
            raise UsageError("关注要有归属的人员，请用 --owner 给出控制台的用户名")
        url = watchable(query).url(page=False)
        with self._transaction():
            row = self._one("SELECT * FROM watch WHERE owner = ? AND url = ? AND ended IS NULL", owner, url)
            if row is None:
                values = (owner, name or query.text or url, url, _text(now), _text(expires))
                sql = "INSERT INTO watch (owner, name, url, created, expires) VALUES (?, ?, ?, ?, ?) RETURNING *"
                row = self._one(sql, *values)
        assert row is not None
        return _watch(row)

    def kept(self, query: Query, *, owner: str) -> Watch | None:
        """The owner's watch of this query, when there is one. Raises QueryError for a query that cannot be watched."""
        url = watchable(query).url(page=False)
        row = self._one("SELECT * FROM watch WHERE owner = ? AND url = ? AND ended IS NULL", owner, url)
        return None if row is None else _watch(row)

    def watch(self, number: int) -> Watch:
        """Raises NotFoundError."""
        row = self._one("SELECT * FROM watch WHERE id = ?", number)
        if row is None:
            raise NotFoundError(f"没有第 {number} 号关注，用 qingyuan watches list 查看")
        return _watch(row)

    def watches(self, *, owner: str = "", now: datetime | None = None) -> list[Watch]:
        """All that were not ended, or one officer's; with ``now`` only those that still run."""
        sql = "SELECT * FROM watch WHERE ended IS NULL AND (? = '' OR owner = ?) ORDER BY id"
        found = [_watch(row) for row in self._base.execute(sql, (owner, owner))]
        return [watch for watch in found if now is None or watch.runs(now)]

    def mute(self, number: int, until: datetime | None) -> Watch:
        """Keeps quiet until then; None ends the quiet."""
        return self._change(number, "muted_until", until)

    def expire(self, number: int, at: datetime | None) -> Watch:
        """Runs no longer from then on; None: without end."""
        return self._change(number, "expires", at)

    def end(self, number: int, at: datetime) -> Watch:
        """Takes the watch away; its alerts stay."""
        return self._change(number, "ended", at)

    def _change(self, number: int, column: str, moment: datetime | None) -> Watch:
        self.watch(number)
        statements = {
            "muted_until": "UPDATE watch SET muted_until = ? WHERE id = ?",
            "expires": "UPDATE watch SET expires = ? WHERE id = ?",
            "ended": "UPDATE watch SET ended = ? WHERE id = ?",
        }
        self._base.execute(statements[column], (_text(moment), number))
        return self.watch(number)

    # Alerts.

    def states(self, watch: int, listings: Iterable[str]) -> Mapping[str, str]:
        """The state in which the watch last fired for each of the listings it ever fired for."""
        sql = "SELECT state FROM alert WHERE watch = ? AND listing = ? ORDER BY id DESC LIMIT 1"
        found = {}
        for listing in listings:
            row = self._one(sql, watch, listing)
            if row is not None:
                found[listing] = str(row["state"])
        return found

    def keep(self, alerts: Iterable[tuple[int, str, str, str, str, bool]], *, now: datetime, run: str) -> int:
        """Stores (watch, listing, title, state, reason, muted), all or none, and returns how many.

        ``alerts`` is drawn within the transaction, so what it reads of the inbox is not changed by another meanwhile.
        """
        sql = "INSERT INTO alert (watch, listing, title, state, reason, at, run, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        before = self._base.total_changes
        with self._transaction():
            self._base.executemany(
                sql,
                (
                    (w, key, title, s, why, _text(now), run, _text(now) if muted else None)
                    for w, key, title, s, why, muted in alerts
                ),
            )
        return self._base.total_changes - before

    def new(self, owner: str, *, watch: int = 0, before: int = 0, limit: int = 200) -> list[Alert]:
        """What the officer has not seen yet, the latest first. ``watch`` and ``before`` (an alert) narrow it, if not
        0."""
        return self._alerts("AND alert.seen IS NULL", owner, watch, before, limit)

    def all(self, owner: str, *, watch: int = 0, before: int = 0, limit: int = 200) -> list[Alert]:
        """Everything, seen or not, the latest first."""
        return self._alerts("", owner, watch, before, limit)

    def count_new(self, owner: str) -> int:
        return sum(self.counts(owner).values())

    def counts(self, owner: str) -> Mapping[int, int]:
        """How many alerts of each of the officer's watches are new; watches without new ones are left out."""
        sql = (
            "SELECT watch.id, count(*) FROM alert JOIN watch ON watch.id = alert.watch"
            " WHERE owner = ? AND seen IS NULL GROUP BY watch.id"
        )
        return {int(row[0]): int(row[1]) for row in self._base.execute(sql, (owner,))}

    def saw(self, owner: str, *, up_to: int, now: datetime, watch: int = 0) -> int:
        """Marks the officer's alerts up to this id as seen, all or those of one watch: what comes while he reads stays
        new."""
        sql = (
            "UPDATE alert SET seen = ? WHERE id <= ? AND seen IS NULL AND ? IN (0, watch)"
            " AND watch IN (SELECT id FROM watch WHERE owner = ?)"
        )
        return self._base.execute(sql, (_text(now), up_to, watch, owner)).rowcount

    def _alerts(self, which: str, owner: str, watch: int, before: int, limit: int) -> list[Alert]:
        more = "AND ? IN (0, alert.watch) AND (? = 0 OR alert.id < ?) ORDER BY alert.id DESC LIMIT ?"
        sql = f"SELECT alert.* FROM alert JOIN watch ON watch.id = alert.watch WHERE owner = ? {which} {more}"  # noqa: S608
        return [_alert(row) for row in self._base.execute(sql, (owner, watch, before, before, limit))]

    def _one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._base.execute(sql, values).fetchone()
        return row

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _watch(row: sqlite3.Row) -> Watch:
    times = {name: _time(row[name]) for name in ("expires", "muted_until", "ended")}
    created = datetime.fromisoformat(row["created"])
    return Watch(id=row["id"], owner=row["owner"], name=row["name"], url=row["url"], created=created, **times)


def _alert(row: sqlite3.Row) -> Alert:
    values = {name: row[name] for name in ("id", "watch", "listing", "title", "state", "reason", "run")}
    return Alert(**values, at=datetime.fromisoformat(row["at"]), seen=_time(row["seen"]))
