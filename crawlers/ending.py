"""How a crawl ends: whole; cut off by its window; or in an outage, after which it is tried again in the same night.

Facts are written once. The end of a crawl is its ``stats.json``; a crawl that goes on later leaves what it has so far
in ``part-1``, ``part-2`` …, each with the same three files, and the crawl itself counts as not ended.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

STATS = "stats.json"
WINDOW, OUTAGE, CRASH, BROWSER = "window", "outage", "crash", "browser"
#: Ends after which a crawl goes on in the same run.
PARTIAL = frozenset({WINDOW, OUTAGE, CRASH})
#: Ends of a crawl after which its outcome stands; any other (a signal, a kill) leaves it to be resumed.
_WHOLE = frozenset({"finished", "limit", "budget", "pages", "blocked"})


def stands(ended: str) -> bool:
    """Whether a crawl that ended so has an outcome to write; after a signal the next start goes on."""
    return ended in _WHOLE or ended in PARTIAL or ended.startswith(("closespider_", "memusage_"))


def is_outage(counts: Counter[str]) -> bool:
    """Whether the site did not answer as it should: many requests failed, or nothing could be read at all."""
    failed = counts["failed"] + counts["unreachable"]
    return too_many_failed(counts) or bool(failed and not counts["pages"])


def too_many_failed(counts: Counter[str]) -> bool:
    """Whether more than a fifth of the pages failed, those of hosts whose robots.txt could not be had among them."""
    failed = counts["failed"] + counts["unreachable"]
    return failed >= 3 and failed * 5 > counts["pages"] + failed


def parts(folder: Path) -> list[Path]:
    """The finished parts of a crawl, oldest first."""
    found = [path.parent for path in folder.glob(f"part-*/{STATS}") if path.parent.name[5:].isdecimal()]
    return sorted(found, key=lambda part: int(part.name[5:]))


def next_part(folder: Path) -> Path:
    """Where the next part goes; one that a kill left without its figures is written again."""
    done = parts(folder)
    return folder / f"part-{int(done[-1].name[5:]) + 1 if done else 1}"
