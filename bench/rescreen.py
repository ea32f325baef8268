"""Re-screening stored listings: all of them (a new model), and after a change of the register only what it concerns.

Listings are invented titles, one in eight with an altered sign, stored in runs as an import stores them and read into
the catalog; 10,000 rights; ten of them change. The findings after the change are compared with judging all anew, and
must be equal. Seconds are processor time; the note says what a million would take at this rate.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from random import Random

from bench.table import Row, main_of
from bench.text import changes, sentence, signs
from detection.names.words import vocabulary
from domain import codec
from domain.records import Listing, Right, Seller, Trademark
from qingyuan import runs
from qingyuan.settings import Settings
from qingyuan.stages.ingest import ingest
from qingyuan.stages.screen import screen
from qingyuan.workspace import Workspace

LISTINGS, RIGHTS, CHANGED = 30_000, 10_000, 10
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def _fill(home: Path, count: int, random: Random) -> list[Right]:
    counts = {word: number for word, number in vocabulary().items() if len(word) >= 2 and number >= 50}
    words, weights = list(counts), list(accumulate(map(float, counts.values())))
    registered = signs(random, RIGHTS)
    alter = list(changes(random).values())
    run = runs.start(home, "bench", kind="import", now=NOW)

    def listing(place: int) -> Listing:
        planted = random.choice(alter)(random.choice(registered)) if place % 8 == 0 else ""
        return Listing(
            platform="b",
            ref=f"{place:08d}",
            url=f"http://b.invalid/{place}",
            title=sentence(random, words, weights, planted),
            price=Decimal(random.randrange(5, 900)),
            sales=random.randrange(5000),
            seller=Seller(name=f"店铺{place % 997}"),
            observed_at=NOW,
            capture=f"sha256:{place:064x}",
        )

    runs.write_atomically(
        run.folder / "import" / "listings.jsonl", (codec.encode(listing(n)) + b"\n" for n in range(count))
    )
    return [
        Trademark(id=f"{place:06d}", sign=sign, classes=(random.choice((9, 25, 30, 3, 11, 33)),))
        for place, sign in enumerate(registered)
    ]


def _register(home: Path, rights: list[Right]) -> None:
    runs.write_atomically(home / "rights" / "rights.jsonl", (codec.encode(right) + b"\n" for right in rights))


def _timed(workspace: Workspace, *, again: bool = False) -> tuple[float, int]:
    started = time.process_time()
    judged = screen(workspace, again=again)["screened"]
    return time.process_time() - started, judged


def measure(count: int = LISTINGS) -> list[Row]:
    random = Random(5)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        rights = _fill(home, count, random)
        _register(home, rights)
        workspace = Workspace(Settings(home=home))
        started = time.process_time()
        ingest(workspace)
        read = time.process_time() - started
        first, _ = _timed(workspace)
        flagged = sum(workspace.catalog.tiers().values())
        changed = rights[CHANGED:] + [replace(right, valid_to=NOW.date()) for right in rights[:CHANGED]]  # type: ignore[type-var]
        fresh = [Trademark(id=f"new-{place}", sign=sign, classes=(25,)) for place, sign in enumerate(signs(random, 3))]
        _register(home, sorted([*changed, *fresh], key=lambda right: right.id))
        partly, judged = _timed(workspace)
        after = list(workspace.catalog.all_findings())
        whole, _ = _timed(workspace, again=True)
        assert list(workspace.catalog.all_findings()) == after, "judging a part gave other findings"
        workspace.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    note = (
        f"{count:,} listings, {RIGHTS:,} rights, {flagged} findings; read in {read:.0f} s, first {first:.0f} s; "
        f"{CHANGED + len(fresh)} rights differ: {judged} judged; equal findings; a million at this rate: "
        f"all {whole / count * 1e6 / 60:.0f} min, register change {partly / count * 1e6 / 60:.1f} min; "
        f"peak {memory:.2f} GB; load {os.getloadavg()[0]:.1f}"
    )
    return [Row("rescreen", "listings/s after a register change", count / partly, "judging all", count / whole, note)]


def main() -> int:
    return main_of(measure)


if __name__ == "__main__":
    raise SystemExit(main())
