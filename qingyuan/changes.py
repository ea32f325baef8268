"""Changes from night to night: what is new, changed, gone, back; prices and sales over time; and what was not crawled.

A projection of the finished crawls under ``runs/`` (``changes.sqlite``, which can be deleted and is made again). A
listing is *gone* only on the word of a whole crawl: one that ended by itself, above its floor, with no page blocked
and no page unread that leads to products; and its own address must have been on that crawl's plan and have answered
that it is not there (404, 410, or a page that says so). In every other case the night says nothing of the listings that
it did not see: they stay as they were and count as unknown, and a crawl that was not whole is in the ledger with its
reason. A crawl that its window cut off, or that an outage or a crash ended, is told by its last part; when it goes on
in the same run and ends, the platform's history is told again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.absence import is_absence
from crawlers.discovery import canonical, read_plan
from crawlers.ending import parts
from crawlers.outcome import CrawlStats, read_stats
from domain import codec
from domain.records import Listing, SetAside
from qingyuan import runs

_VERSION = 2
#: Fields whose change is news; the rest of a page changes all the time.
_WATCHED = ("title", "price", "sales", "seller", "ships_from")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS crawls (
    run TEXT NOT NULL, part TEXT NOT NULL, platform TEXT NOT NULL, at TEXT NOT NULL,
    whole INTEGER NOT NULL, reason TEXT NOT NULL,
    seen INTEGER NOT NULL, new INTEGER NOT NULL, changed INTEGER NOT NULL, gone INTEGER NOT NULL, back INTEGER NOT NULL,
    unknown INTEGER NOT NULL, PRIMARY KEY (platform, run)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS standing (
    key TEXT PRIMARY KEY, platform TEXT NOT NULL, url TEXT NOT NULL, gone TEXT NOT NULL, seen TEXT NOT NULL,
    title TEXT NOT NULL, price TEXT NOT NULL, sales TEXT NOT NULL, seller TEXT NOT NULL, ships_from TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS standing_platform ON standing (platform, gone);
CREATE TABLE IF NOT EXISTS events (
    key TEXT NOT NULL, run TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, field TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, platform TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_key ON events (key);
CREATE INDEX IF NOT EXISTS events_run ON events (run, platform);
"""


#: Ends of a crawl that is not whole though all went well.
_ENDS = {
    "limit": "只采集了限定数量",
    "budget": "请求预算用完",
    "pages": "达到页数上限",
    "window": "时间窗已到，未采完",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``kind`` is 新增, 变更, 消失 or 重现; ``field``, ``before`` and ``after`` say what a 变更 changed."""

    key: str
    run: str
    at: datetime
    kind: str
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """One platform in one run. ``unknown`` listings were here before and were neither seen nor found gone."""

    run: str
    platform: str
    at: datetime
    whole: bool
    reason: str
    seen: int
    new: int
    changed: int
    gone: int
    back: int
    unknown: int


def doubt(stats: CrawlStats) -> str:
    """Why a crawl cannot say that a listing is gone, as a Chinese clause; "" when it can."""
    if stats.alarms:
        return "；".join(stats.alarms)
    if stats.ended != "finished":
        return _ENDS.get(stats.ended, f"提前结束：{stats.ended}")
    if stats.blocked or stats.missed:
        return f"有 {stats.blocked + stats.missed} 个列表页被拦截或没有读到"
    return ""


class Changes:
    """The projection of one HOME. ``ingest`` reads what has ended since; every method is one transaction."""

    def __init__(self, home: Path) -> None:
        self._home = home
        home.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(home / "changes.sqlite", isolation_level=None, timeout=60)
        self._db.execute("PRAGMA journal_mode = WAL")
        if self._db.execute("PRAGMA user_version").fetchone() != (_VERSION,):
            drops = "".join(f"DROP TABLE IF EXISTS {table};" for table in ("crawls", "standing", "events"))
            self._db.executescript(f"BEGIN IMMEDIATE; {drops} {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")

    def __enter__(self) -> Changes:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def ingest(self) -> set[str]:
        """Note every crawl that has ended since; the keys of listings that went or came back.

        Crawls of a platform count in the order in which their runs began. One that ends late (a night resumed after the
        next, a part that went on) has the platform's history told again from the start.
        """
        waiting: dict[str, list[tuple[runs.Run, Path]]] = {}
        for run in runs.every(self._home):
            for folder in sorted(run.folder.glob("crawl/*/")):
                done = [folder] if (folder / "stats.json").is_file() else parts(folder)[-1:]
                waiting.setdefault(folder.name, []).extend((run, path) for path in done)
        moved: set[str] = set()
        for platform, crawls in waiting.items():
            told = self._db.execute("SELECT run, part FROM crawls WHERE platform = ?", (platform,)).fetchall()
            ahead = [(run.name, _part(folder)) for run, folder in crawls[: len(told)]]
            with self._transaction():
                if set(ahead) != set(told):
                    moved |= self._forget(platform)
                    told = []
                for run, folder in crawls[len(told) :]:
                    moved |= self._tell(run, platform, folder)
        return moved

    def _forget(self, platform: str) -> set[str]:
        gone = self._db.execute("SELECT key FROM standing WHERE platform = ? AND gone <> ''", (platform,)).fetchall()
        for table in ("crawls", "standing", "events"):
            self._db.execute(f"DELETE FROM {table} WHERE platform = ?", (platform,))  # noqa: S608
        return {key for (key,) in gone}

    def _tell(self, run: runs.Run, platform: str, folder: Path) -> set[str]:
        stats = read_stats(folder)
        assert stats is not None  # ingest() lists only folders that have it
        reason, at = doubt(stats), run.started_at.astimezone(UTC).isoformat()
        counts = dict.fromkeys(("新增", "变更", "消失", "重现"), 0)
        moved: set[str] = set()

        def note(key: str, kind: str, field: str = "", before: str = "", after: str = "") -> None:
            row = (key, run.name, at, kind, field, before, after, platform)
            self._db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

        seen = 0
        for listing in _lines(folder / "listings.jsonl", Listing):
            seen += 1
            now = _fields(listing)
            known = self._db.execute(
                f"SELECT gone, {', '.join(_WATCHED)} FROM standing WHERE key = ?",  # noqa: S608
                (listing.key,),
            ).fetchone()
            if known is None:
                note(listing.key, "新增")
                counts["新增"] += 1
            else:
                if known[0]:
                    note(listing.key, "重现")
                    counts["重现"] += 1
                    moved.add(listing.key)
                differing = [(f, old) for f, old in zip(_WATCHED, known[1:], strict=True) if old != now[f]]
                for field, old in differing:
                    note(listing.key, "变更", field, old, now[field])
                counts["变更"] += bool(differing)
            row = (listing.key, platform, listing.url, "", run.name, *(now[field] for field in _WATCHED))
            self._db.execute("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        absent = self._db.execute(
            "SELECT key, url FROM standing WHERE platform = ? AND gone = '' AND seen <> ?", (platform, run.name)
        ).fetchall()
        plan = folder / "plan.json"
        if not reason and plan.is_file():
            asked = {canonical(url) for url in read_plan(plan).known}
            missing = {
                canonical(record.where)
                for record in _lines(folder / "set_aside.jsonl", SetAside)
                if record.stage == "crawl" and is_absence(record.reason)
            }
            for key, url in absent:
                if canonical(url) in asked & missing:
                    self._db.execute("UPDATE standing SET gone = ? WHERE key = ?", (run.name, key))
                    note(key, "消失")
                    counts["消失"] += 1
                    moved.add(key)
        unknown = len(absent) - counts["消失"]
        self._db.execute(
            "INSERT INTO crawls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (run.name, _part(folder), platform, at, not reason, reason, seen, *counts.values(), unknown),
        )
        return moved

    # -- told

    def crawls(self, run: str = "") -> list[Crawl]:
        """Every finished crawl of a platform, of one run or of all, oldest first."""
        query = (
            "SELECT run, platform, at, whole, reason, seen, new, changed, gone, back, unknown FROM crawls"
            " WHERE (?1 = '' OR run = ?1) ORDER BY at, run, platform"
        )
        return [
            Crawl(
                run=row[0], platform=row[1], at=datetime.fromisoformat(row[2]), whole=bool(row[3]), reason=row[4],
                seen=row[5], new=row[6], changed=row[7], gone=row[8], back=row[9], unknown=row[10],
            )
            for row in self._db.execute(query, (run,))
        ]  # fmt: skip

    def events(self, *, run: str = "", key: str = "") -> list[Event]:
        """What happened in a run, to a listing, or ever; in the order in which it was told."""
        query = "SELECT key, run, at, kind, field, before, after FROM events WHERE (?1 = '' OR run = ?1)"
        rows = self._db.execute(f"{query} AND (?2 = '' OR key = ?2) ORDER BY at, key, rowid", (run, key))
        return [
            Event(key=k, run=r, at=datetime.fromisoformat(a), kind=kind, field=f, before=b, after=c)
            for k, r, a, kind, f, b, c in rows
        ]

    def gone(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that are gone."""
        ask = "SELECT 1 FROM standing WHERE key = ? AND gone <> ''"
        return {key for key in keys if self._db.execute(ask, (key,)).fetchone()}

    def sellers(self, platform: str) -> dict[str, str]:
        """Key → seller's name of every listing of a platform, gone or not."""
        return dict(self._db.execute("SELECT key, seller FROM standing WHERE platform = ?", (platform,)).fetchall())

    def here(self, platform: str) -> dict[str, str]:
        """Key → URL of every listing of a platform that is not gone, those not seen for longest first."""
        query = "SELECT key, url FROM standing WHERE platform = ? AND gone = '' ORDER BY seen, key"
        return dict(self._db.execute(query, (platform,)).fetchall())


def _part(folder: Path) -> str:
    """The name of a part's folder; "" for that of a crawl that has ended."""
    return folder.name if folder.parent.name != "crawl" else ""


def _fields(listing: Listing) -> Mapping[str, str]:
    return {
        "title": listing.title,
        "price": f"{listing.price} {listing.currency}".strip() if listing.price is not None else "",
        "sales": str(listing.sales) if listing.sales is not None else "",
        "seller": listing.seller.name,
        "ships_from": listing.ships_from,
    }


def _lines(path: Path, record: type[Any]) -> Iterator[Any]:
    if path.is_file():
        with path.open("rb") as lines:
            for line in lines:
                yield codec.decode(line, record)
