"""What a crawl found, written once at its end: sorted by key, atomically, the same for the same captures."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from crawlers.ending import CRASH, OUTAGE, PARTIAL, STATS, WINDOW, next_part, parts, too_many_failed
from domain.codec import encode
from domain.records import Listing, SetAside

__all__ = ["STATS", "CrawlStats", "Outcome", "last_stats", "leave_crash", "read_stats", "write_atomically"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlStats:
    """The figures of one finished crawl. ``repeated`` listings were seen again and not written twice; ``blocked``,
    ``robots`` and ``failed`` are pages; ``gone`` are product pages that say that the goods are not there; ``missed``
    are pages that lead to products and could not be read; ``pictures_left`` were beyond the night's budget; ``basis``
    is the legal basis on which robots.txt was overridden; ``ended`` is how the crawl ended (:mod:`crawlers.ending`);
    ``alarms`` are Chinese sentences, empty when all is well."""

    platform: str
    run: str = ""
    pages: int = 0
    listings: int = 0
    repeated: int = 0
    set_aside: int = 0
    pictures: int = 0
    pictures_left: int = 0
    gone: int = 0
    blocked: int = 0
    robots: int = 0
    failed: int = 0
    missed: int = 0
    floor: int = 0
    basis: str = ""
    ended: str = "finished"
    alarms: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def ok(self) -> bool:
        return not self.alarms

    @property
    def final(self) -> bool:
        """Whether the crawl is over; one cut off by its window or by an outage goes on in the same run."""
        return self.ended not in PARTIAL


def read_stats(folder: Path) -> CrawlStats | None:
    """The figures of the crawl that ended in ``folder``; None when none has."""
    path = folder / STATS
    return msgspec.json.decode(path.read_bytes(), type=CrawlStats) if path.exists() else None


def last_stats(folder: Path) -> CrawlStats | None:
    """The figures of the crawl that ended in ``folder``, else those of its last part; None when there are neither."""
    done = read_stats(folder)
    if done is None and (before := parts(folder)):
        return read_stats(before[-1])
    return done


def write_atomically(path: Path, parts: Any) -> None:
    """The bytes of ``parts`` under a temporary name, synced, then renamed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as out:
        for part in parts:
            out.write(part)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)


def _richness(record: Listing) -> int:
    """How much an observation says: of two of one offer in one crawl the fuller one is kept."""
    fields = (
        record.description,
        record.price,
        record.sales,
        record.ships_from,
        record.seller.name,
        record.seller.company,
    )
    return sum(value not in ("", None) for value in fields) + len(record.claims) + len(record.images)


def leave_crash(folder: Path, *, platform: str, run: str, reason: str) -> CrawlStats:
    """Note, as a part of the crawl, that its process ended without an outcome: so the ledger has it as not whole."""
    part = next_part(folder)
    part.mkdir(parents=True, exist_ok=True)
    for name in ("listings.jsonl", "set_aside.jsonl"):
        write_atomically(part / name, ())
    stats = CrawlStats(platform=platform, run=run, ended=CRASH, alarms=[reason])
    write_atomically(part / STATS, [msgspec.json.encode(stats.to_json())])
    return stats


#: What the alarm adds when the pages of a bare address held no product: how to let a browser draw them.
DRAWN = (
    "；页面可能要由 JavaScript 画出，而只给网址时不经浏览器采集：加上 --render 再采一次；"
    "每夜要采的，用 qingyuan crawl new 一个商品页的网址 --render 写出平台文件（其中 render = true）"
)


class Outcome:
    """Collects listings and what was set aside. Listings wait in an unnamed file, so memory stays small."""

    def __init__(self, folder: Path, *, platform: str, run: str, floor: int, advice: str = "") -> None:
        """``advice`` is a Chinese clause that the alarm adds where pages were read and none held a product."""
        self._advice = advice
        self._folder, self._platform, self._run, self._floor = folder, platform, run, floor
        folder.mkdir(parents=True, exist_ok=True)
        self._spool = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in finish()
        #: key → (richness, url, offset, length)
        self._places: dict[str, tuple[int, str, int, int]] = {}
        self._aside: dict[tuple[str, str], SetAside] = {}
        self.counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._places)

    def has(self, key: str) -> bool:
        return key in self._places

    def add(self, record: Listing) -> None:
        line = encode(record) + b"\n"
        known = self._places.get(record.key)
        # The address decides between equals, so that the order of arrival does not.
        rank = (_richness(record), record.url)
        self.counts["repeated"] += known is not None
        if known is not None and (-known[0], known[1]) <= (-rank[0], rank[1]):
            return
        offset = self._spool.seek(0, os.SEEK_END)
        self._spool.write(line)
        self._places[record.key] = (*rank, offset, len(line))

    def set_aside(self, record: SetAside) -> None:
        self._aside.setdefault((record.where, record.reason), record)

    def _lines(self) -> Any:
        for key in sorted(self._places):
            _, _, offset, length = self._places[key]
            self._spool.seek(offset)
            yield self._spool.read(length)

    def _alarms(self, limit: int | None, ended: str) -> list[str]:
        counts, found = self.counts, len(self._places)
        floor = self._floor if limit is None else min(self._floor, limit)
        alarms = []
        if ended == WINDOW:  # what is missing was not asked for yet
            floor = 0
        if found < floor:
            read = not found and counts["pages"] > 0 and not counts["blocked"]
            alarms.append(f"只得到 {found} 个商品，低于下限 {floor} 个{self._advice if read else ''}")
        if counts["blocked"]:
            alarms.append(f"有 {counts['blocked']} 页被拦截（登录页、验证页或拒绝访问）")
        failed = counts["failed"] + counts["unreachable"]
        if too_many_failed(counts):
            alarms.append(f"{counts['pages'] + failed} 次请求中有 {failed} 次失败")
        if counts["unreachable"] and not counts["pages"]:
            alarms.append(f"robots.txt 取不到，有 {counts['unreachable']} 页因此没有访问")
        if ended not in ("finished", "limit", "budget", WINDOW, OUTAGE):
            alarms.append(f"采集提前结束：{ended}")
        return alarms

    def finish(self, *, ended: str, limit: int | None, basis: str = "") -> CrawlStats:
        """Write the three files, stats.json last: where it stands, the crawl, or this part of it, has ended."""
        folder = next_part(self._folder) if ended in PARTIAL else self._folder
        folder.mkdir(exist_ok=True)
        write_atomically(folder / "listings.jsonl", self._lines())
        aside = [self._aside[place] for place in sorted(self._aside)]
        write_atomically(folder / "set_aside.jsonl", (encode(record) + b"\n" for record in aside))
        counts = self.counts
        stats = CrawlStats(
            platform=self._platform,
            run=self._run,
            pages=counts["pages"],
            listings=len(self._places),
            repeated=counts["repeated"],
            set_aside=len(aside),
            pictures=counts["pictures"],
            pictures_left=counts["pictures_left"],
            gone=counts["gone"],
            blocked=counts["blocked"],
            robots=counts["robots"],
            failed=counts["failed"],
            missed=counts["missed"],
            basis=basis,
            floor=self._floor,
            ended=ended,
            alarms=self._alarms(limit, ended),
        )
        write_atomically(folder / STATS, [msgspec.json.format(msgspec.json.encode(stats.to_json()), indent=1)])
        self._spool.close()
        return stats
