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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from domain import codec
from domain.errors import DecodeError, NotFoundError
from domain.records import Finding, Listing

#: Of the tables below. A catalog of another version is thrown away and read from the runs again.
_VERSION = 2
_TABLES = ("latest", "findings", "ingested", "pictures", "counters")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS latest (
    key TEXT PRIMARY KEY, run TEXT NOT NULL, file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    observed_at TEXT NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, capture TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '', subject_name TEXT NOT NULL DEFAULT '', screened TEXT NOT NULL DEFAULT '',
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
CREATE TABLE IF NOT EXISTS ingested (file TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pictures (
    digest TEXT PRIMARY KEY, version INTEGER NOT NULL, hash TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO counters VALUES ('changes', 0), ('content', 0);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the latest observation of a listing lies, and what is known of it."""

    key: str
    run: str
    file: str
    offset: int
    length: int
    first_seen: datetime
    last_seen: datetime
    capture: str
    subject: str
    subject_name: str
    screened: str
    changed: int


_ENTRY = "key, run, file, offset, length, first_seen, last_seen, capture, subject, subject_name, screened, changed"


def _entry(row: tuple[str, str, str, int, int, str, str, str, str, str, str, int]) -> Entry:
    first, last = datetime.fromisoformat(row[5]), datetime.fromisoformat(row[6])
    return Entry(row[0], row[1], row[2], row[3], row[4], first, last, *row[7:])


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
            INSERT INTO latest (key, run, file, offset, length, observed_at, first_seen, last_seen, capture, changed)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6, ?7, ?8)
            ON CONFLICT (key) DO UPDATE SET
                first_seen = CASE WHEN ?6 < first_seen THEN ?6 ELSE first_seen END,
                last_seen = CASE WHEN ?6 > last_seen THEN ?6 ELSE last_seen END,
                run = CASE WHEN ?6 >= observed_at THEN ?2 ELSE run END,
                file = CASE WHEN ?6 >= observed_at THEN ?3 ELSE file END,
                offset = CASE WHEN ?6 >= observed_at THEN ?4 ELSE offset END,
                length = CASE WHEN ?6 >= observed_at THEN ?5 ELSE length END,
                capture = CASE WHEN ?6 >= observed_at THEN ?7 ELSE capture END,
                observed_at = CASE WHEN ?6 >= observed_at THEN ?6 ELSE observed_at END,
                changed = ?8
            """,
            (listing.key, run, file, offset, length, at, listing.capture, changed),
        )

    # -- facts out

    def count(self) -> int:
        """How many different listings are known."""
        return int(self._db.execute("SELECT count(*) FROM latest").fetchone()[0])

    def entry(self, key: str) -> Entry:
        """The entry of one listing; NotFoundError when it was never seen."""
        row = self._db.execute(f"SELECT {_ENTRY} FROM latest WHERE key = ?", (key,)).fetchone()  # noqa: S608
        if row is None:
            raise NotFoundError(f"没有商品 {key!r}：请用“平台/编号”的形式，可用 qingyuan search 查找")
        return _entry(row)

    def entries(self, *, behind: Literal["", "indexed", "watched"] = "") -> Iterator[Entry]:
        """All entries in the order of their places, so that reading them is sequential.

        ``behind``: only those that have changed since :meth:`caught_up` said the same of them.
        """
        return self._stream(f"WHERE changed > {behind}" if behind else "")

    def _stream(self, where: str, *values: str) -> Iterator[Entry]:
        # a connection of its own sees one snapshot, while the caller writes through the other
        with closing(self._connect()) as snapshot:
            query = f"SELECT {_ENTRY} FROM latest {where} ORDER BY file, offset"  # noqa: S608
            for row in snapshot.execute(query, values):
                yield _entry(row)

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

    def unscreened(self, version: str) -> Iterator[Entry]:
        """Entries that this version of screener and register has not seen as they are now."""
        return self._stream("WHERE screened <> ? || capture", f"{version}|")

    def screened(self, version: str, judged: Sequence[tuple[Entry, Sequence[Finding]]]) -> None:
        """Replace the findings of these listings."""
        with self._transaction(content=True) as changed:
            for entry, findings in judged:
                self._db.execute("DELETE FROM findings WHERE key = ?", (entry.key,))
                self._db.executemany(
                    "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?)",
                    ((f.id, entry.key, f.right, f.score, f.tier, codec.encode(f)) for f in findings),
                )
                self._db.execute(
                    "UPDATE latest SET screened = ?, changed = ? WHERE key = ?",
                    (f"{version}|{entry.capture}", changed, entry.key),
                )

    def findings(self, key: str) -> tuple[Finding, ...]:
        """The findings on one listing, most suspected first."""
        rows = self._db.execute("SELECT record FROM findings WHERE key = ? ORDER BY score DESC, id", (key,))
        return tuple(codec.decode(record, Finding) for (record,) in rows)

    def finding(self, identity: str) -> Finding:
        """One finding; NotFoundError when there is none of that id."""
        row = self._db.execute("SELECT record FROM findings WHERE id = ?", (identity,)).fetchone()
        if row is None:
            raise NotFoundError(f"没有编号为 {identity!r} 的线索：请用 qingyuan findings export 查看编号")
        return codec.decode(row[0], Finding)

    def all_findings(self) -> Iterator[Finding]:
        """Every finding, most suspected first."""
        for (record,) in self._db.execute("SELECT record FROM findings ORDER BY score DESC, id"):
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
