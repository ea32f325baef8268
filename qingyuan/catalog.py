"""The catalog: which observation of each listing is the latest, what the machine thinks of it, what is not indexed yet.

An SQLite projection over the runs, so it can be deleted and rebuilt. It holds places (file, offset, length), not
listings: the facts stay in the runs. Every change of a listing, its findings or its verdicts raises ``changed``; the
index stage brings ``indexed`` up to it, the watches ``watched``. Each method is one transaction, so a kill at any
instant leaves it consistent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC
from pathlib import Path
from typing import Literal

from domain import codec
from domain.errors import DecodeError, NotFoundError
from domain.ordering import harm
from domain.records import Finding, Listing
from qingyuan.entries import COLUMNS, Entry, entry_of, shop_of, storable

__all__ = ["Catalog", "Entry"]

_CHUNK = 5_000
#: Of the tables below. A catalog of another version is thrown away and read from the runs again.
_VERSION = 3
_TABLES = ("latest", "findings", "ingested", "pictures", "counters", "carried", "register")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS latest (
    key TEXT PRIMARY KEY, run TEXT NOT NULL, file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    observed_at TEXT NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, capture TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '', subject_name TEXT NOT NULL DEFAULT '', screened TEXT NOT NULL DEFAULT '',
    shop TEXT NOT NULL, harm REAL NOT NULL,
    changed INTEGER NOT NULL, indexed INTEGER NOT NULL DEFAULT 0, watched INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS latest_unindexed ON latest (key) WHERE changed > indexed;
CREATE INDEX IF NOT EXISTS latest_unwatched ON latest (key) WHERE changed > watched;
CREATE INDEX IF NOT EXISTS latest_place ON latest (file, offset);
CREATE TABLE IF NOT EXISTS findings (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, right TEXT NOT NULL, score REAL NOT NULL, tier TEXT NOT NULL,
    record BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS findings_key ON findings (key);
CREATE INDEX IF NOT EXISTS findings_right ON findings (right);
CREATE TABLE IF NOT EXISTS carried (
    finding TEXT PRIMARY KEY, key TEXT NOT NULL, right TEXT NOT NULL, source TEXT NOT NULL, fresh TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS carried_key ON carried (key);
CREATE TABLE IF NOT EXISTS register (id TEXT PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ingested (file TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pictures (
    digest TEXT PRIMARY KEY, version INTEGER NOT NULL, hash TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO counters VALUES ('changes', 0), ('content', 0);
"""


class Catalog:
    """The projection of one HOME. Open one per thread."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self._db = self._connect()
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        if self._db.execute("PRAGMA user_version").fetchone() != (_VERSION,):
            drops = "".join(f"DROP TABLE IF EXISTS {table};" for table in _TABLES)
            self._db.executescript(f"BEGIN IMMEDIATE; {drops} {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.home / "catalog.sqlite", isolation_level=None, timeout=60)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """One transaction for a table of another module: the connection, and the number that marks its changes."""
        with self._transaction() as changed:
            yield self._db, changed

    @property
    def reading(self) -> sqlite3.Connection:
        """The connection, to read with."""
        return self._db

    @contextmanager
    def _transaction(self, *, content: bool = False) -> Iterator[int]:
        """One transaction; yields the number that marks its changes. ``content``: of listings or findings."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if content:
                self._db.execute("UPDATE counters SET value = value + 1 WHERE name = 'content'")
            raised = "UPDATE counters SET value = value + 1 WHERE name = 'changes' RETURNING value"
            (value,) = self._db.execute(raised).fetchone()
            yield value
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # -- facts in

    def ingest(self, run: str, path: Path) -> int:
        """Note the place of each listing of a finished file; how many lines it has. A file that is known is skipped."""
        file, size = path.relative_to(self.home).as_posix(), path.stat().st_size
        known = self._db.execute("SELECT size FROM ingested WHERE file = ?", (file,)).fetchone()
        if known == (size,):
            return 0
        with self._transaction(content=True) as changed:
            count = 0
            rows = ((run, file, changed, *place) for place in _places(path))
            for row in rows:
                self._note(*row)
                count += 1
            self._db.execute("INSERT OR REPLACE INTO ingested VALUES (?, ?)", (file, size))
        return count

    def _note(self, run: str, file: str, changed: int, offset: int, length: int, listing: Listing) -> None:
        at = listing.observed_at.astimezone(UTC).isoformat(timespec="microseconds")  # texts that compare as times
        self._db.execute(
            """
            INSERT INTO latest
                (key, run, file, offset, length, observed_at, first_seen, last_seen, capture, changed, shop, harm)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT (key) DO UPDATE SET
                first_seen = CASE WHEN ?6 < first_seen THEN ?6 ELSE first_seen END,
                last_seen = CASE WHEN ?6 > last_seen THEN ?6 ELSE last_seen END,
                run = CASE WHEN ?6 >= observed_at THEN ?2 ELSE run END,
                file = CASE WHEN ?6 >= observed_at THEN ?3 ELSE file END,
                offset = CASE WHEN ?6 >= observed_at THEN ?4 ELSE offset END,
                length = CASE WHEN ?6 >= observed_at THEN ?5 ELSE length END,
                capture = CASE WHEN ?6 >= observed_at THEN ?7 ELSE capture END,
                shop = CASE WHEN ?6 >= observed_at THEN ?9 ELSE shop END,
                harm = CASE WHEN ?6 >= observed_at THEN ?10 ELSE harm END,
                observed_at = CASE WHEN ?6 >= observed_at THEN ?6 ELSE observed_at END,
                changed = ?8
            """,
            (
                *(listing.key, run, file, offset, length, at, listing.capture, changed),
                *(storable(shop_of(listing)), float(harm(listing))),
            ),
        )

    # -- facts out

    def count(self) -> int:
        """How many different listings are known."""
        return int(self._db.execute("SELECT count(*) FROM latest").fetchone()[0])

    def entry(self, key: str) -> Entry:
        """The entry of one listing; NotFoundError when it was never seen."""
        row = self._db.execute(f"SELECT {COLUMNS} FROM latest WHERE key = ?", (key,)).fetchone()  # noqa: S608
        if row is None:
            raise NotFoundError(f"没有商品 {key!r}：请用“平台/编号”的形式，可用 qingyuan search 查找")
        return entry_of(row)

    def entries(self, *, behind: Literal["", "indexed", "watched"] = "") -> Iterator[Entry]:
        """All entries in the order of their places, so that reading them is sequential.

        ``behind``: only those that have changed since :meth:`caught_up` said the same of them.
        """
        return self._stream(f"WHERE changed > {behind}" if behind else "")

    def unscreened(self, version: str = "") -> Iterator[Entry]:
        """Entries that this version of screener and register has not seen as they are now (none given: all), in the
        order of their places. Read some thousand at a time without a snapshot, so that a million stay small."""
        query = (
            f"SELECT {COLUMNS} FROM latest WHERE (file, offset) > (?, ?) AND screened <> ? || capture"  # noqa: S608
            f" ORDER BY file, offset LIMIT {_CHUNK}"
        )
        file, offset = "", -1
        while rows := self._db.execute(query, (file, offset, f"{version}|" if version else "\0")).fetchall():
            chunk = [entry_of(row) for row in rows]
            file, offset = chunk[-1].file, chunk[-1].offset
            yield from chunk

    def count_unscreened(self, version: str = "") -> int:
        """How many :meth:`unscreened` gives."""
        query = "SELECT count(*) FROM latest WHERE screened <> ? || capture"
        return int(self._db.execute(query, (f"{version}|" if version else "\0",)).fetchone()[0])

    def _stream(self, where: str, *values: str) -> Iterator[Entry]:
        # a connection of its own sees one snapshot, while the caller writes through the other
        with closing(self._connect()) as snapshot:
            query = f"SELECT {COLUMNS} FROM latest {where} ORDER BY file, offset"  # noqa: S608
            for row in snapshot.execute(query, values):
                yield entry_of(row)

    def read(self, entry: Entry) -> Listing:
        """The listing at its place."""
        with (self.home / entry.file).open("rb") as source:
            source.seek(entry.offset)
            return codec.decode(source.read(entry.length), Listing)

    def listings(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Listing]]:
        """Each entry with its listing; fastest when entries come in the order of their places."""
        opened, source = "", None
        try:
            for entry in entries:
                if source is None or entry.file != opened:
                    if source is not None:
                        source.close()
                    opened, source = entry.file, (self.home / entry.file).open("rb")
                source.seek(entry.offset)
                yield entry, codec.decode(source.read(entry.length), Listing)
        finally:
            if source is not None:
                source.close()

    # -- what the machine thinks

    def screened(self, version: str, judged: Sequence[tuple[Entry, Sequence[Finding]]]) -> int:
        """Replace the findings of these listings; of how many they differ. Only those count as changed."""
        differing = 0
        with self._transaction() as changed:
            for entry, findings in judged:
                records = {f.id: codec.encode(f) for f in findings}
                known = dict(self._db.execute("SELECT id, record FROM findings WHERE key = ?", (entry.key,)))
                stamp = f"{version}|{entry.capture}"
                if records == known:
                    self._db.execute("UPDATE latest SET screened = ? WHERE key = ?", (stamp, entry.key))
                    continue
                differing += 1
                self._db.execute("DELETE FROM findings WHERE key = ?", (entry.key,))
                self._db.executemany(
                    "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?)",
                    ((f.id, entry.key, f.right, f.score, f.tier, records[f.id]) for f in findings),
                )
                self._db.execute(
                    "UPDATE latest SET screened = ?, changed = ? WHERE key = ?", (stamp, changed, entry.key)
                )
            if differing:
                self._db.execute("UPDATE counters SET value = value + 1 WHERE name = 'content'")
        return differing

    def still_stands(self, before: str, version: str, entries: Iterable[Entry]) -> None:
        """What version ``before`` said of these listings is what ``version`` would say."""
        with self._transaction():
            self._db.executemany(
                "UPDATE latest SET screened = ? WHERE key = ? AND screened = ?",
                ((f"{version}|{e.capture}", e.key, f"{before}|{e.capture}") for e in entries),
            )

    def findings(self, key: str) -> tuple[Finding, ...]:
        """The findings on one listing, most suspected first."""
        rows = self._db.execute("SELECT record FROM findings WHERE key = ? ORDER BY score DESC, right", (key,))
        return tuple(codec.decode(record, Finding) for (record,) in rows)

    def finding(self, identity: str) -> Finding:
        """One finding; NotFoundError when there is none of that id."""
        row = self._db.execute("SELECT record FROM findings WHERE id = ?", (identity,)).fetchone()
        if row is None:
            raise NotFoundError(f"没有编号为 {identity!r} 的线索：请用 qingyuan findings export 查看编号")
        return codec.decode(row[0], Finding)

    def all_findings(self) -> Iterator[Finding]:
        """Every finding, in the order of :func:`domain.ordering.precedence`."""
        query = "SELECT record FROM findings JOIN latest USING (key) ORDER BY score DESC, harm DESC, key, right"
        for (record,) in self._db.execute(query):
            yield codec.decode(record, Finding)

    def tiers(self) -> dict[str, int]:
        """How many findings each tier has."""
        return dict(self._db.execute("SELECT tier, count(*) FROM findings GROUP BY tier"))

    # -- subjects and the index

    def assign_subjects(self, subjects: Mapping[str, tuple[str, str]]) -> int:
        """Listing key → (subject id, name); how many changed."""
        with self._transaction() as changed:
            before = self._db.total_changes
            self._db.executemany(
                "UPDATE latest SET subject = ?1, subject_name = ?2, changed = ?3"
                " WHERE key = ?4 AND (subject <> ?1 OR subject_name <> ?2)",
                ((identity, name, changed, key) for key, (identity, name) in subjects.items()),
            )
            return self._db.total_changes - before

    def touch(self, key: str) -> None:
        """Something that the document shows has changed (a verdict): index it again."""
        with self._transaction() as changed:
            self._db.execute("UPDATE latest SET changed = ? WHERE key = ?", (changed, key))

    def touch_all(self) -> None:
        """Index everything again."""
        with self._transaction() as changed:
            self._db.execute("UPDATE latest SET changed = ?", (changed,))

    def caught_up(self, what: Literal["indexed", "watched"], entries: Iterable[Entry]) -> None:
        """These entries, as they were when read, are in the index, or were shown to the watches."""
        with self._transaction():
            self._db.executemany(
                f"UPDATE latest SET {what} = ? WHERE key = ?",  # noqa: S608
                ((entry.changed, entry.key) for entry in entries),
            )

    def version(self) -> int:
        """Rises with every change of listings or findings; equal versions mean that both are the same."""
        return int(self._db.execute("SELECT value FROM counters WHERE name = 'content'").fetchone()[0])

    # -- pictures

    def picture_hash(self, digest: str, version: int) -> str | None:
        """The hash of a picture that this version of the traits has looked at ("": it has none); None: not yet."""
        row = self._db.execute(
            "SELECT hash FROM pictures WHERE digest = ? AND version = ?", (digest, version)
        ).fetchone()
        return None if row is None else str(row[0])

    def keep_picture_hash(self, digest: str, version: int, value: str) -> None:
        """Note what :meth:`picture_hash` answers from now on."""
        self._db.execute("INSERT OR REPLACE INTO pictures VALUES (?, ?, ?)", (digest, version, value))


def _places(path: Path) -> Iterator[tuple[int, int, Listing]]:
    offset = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield offset, len(line), codec.decode(line, Listing)
                except DecodeError as error:
                    raise error.at(line=number, source=str(path)) from None
            offset += len(line)
