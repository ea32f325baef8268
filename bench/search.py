"""Search: documents a CPU-second and milliseconds a query, against tantivy and Elasticsearch used directly, and FTS5.

Every peer holds the same listings and answers the same queries: one or two words, most narrowed by platform, tier or
price; the first twenty by suspicion with their facts and highlights, the exact count, and four facets. All counts are
compared with each other and with a plain scan before a figure is shown. CPU is the whole process, less
what making the listings costs; ms a query are of the wall clock, and in the note of this thread's CPU, which a busy
machine disturbs less. What builds an index, the peers too, does it in a process of its own whose memory is laid out
for writing, as ``qingyuan index rebuild`` does; what searches, the peers too, in one whose memory is not, as in the
console.

    python -m bench.search [--size 100000] [--elastic-size 20000] [--elastic-url URL] [--bulk-size 20000]
        [--watched 20000] [--parts build query write watches bulk elastic elastic-watches] [--keep FOLDER] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.search_corpus import PLATFORMS, TIERS, Vocabulary, kept
from bench.search_peers import FACETS, Asked, Fts5, RawTantivy, percentile
from bench.table import Row, main_of
from indexer.documents import Document
from indexer.embedded import backend as embedded
from indexer.embedded.backend import EmbeddedBackend
from indexer.memory import begin_again
from indexer.query import Query

QUERIES = 400
ROUNDS = 3
WATCHES = 5_000
ROOT = Path(__file__).resolve().parent.parent


class Feed:
    """The listings, with the CPU seconds that reading them cost; ``seen`` is called with each."""

    def __init__(self, count: int, *, seed: int = 1, seen: Callable[[Document], None] | None = None) -> None:
        self._count, self._seed, self._seen = count, seed, seen
        self.cost = 0.0

    def __iter__(self) -> Iterator[Document]:
        source = kept(self._count, self._seed)
        while True:
            started = time.thread_time()
            batch = next(source, None)
            if batch is None:
                return
            for document in batch:
                if self._seen:
                    self._seen(document)
            self.cost += time.thread_time() - started
            yield from batch


def _cpu() -> float:
    used = os.times()
    return used.user + used.system


def rate(feed: Feed, count: int, build: Callable[[Feed], object]) -> float:
    """Documents a CPU-second of the building alone."""
    started = _cpu()
    build(feed)
    return count / (_cpu() - started - feed.cost)


def mix(seed: int = 5) -> list[Asked]:
    """Names and goods as officers search them: any word but the hundred most frequent, alone or with a second one; most
    narrowed. One query in twenty is for a word as frequent as the text has them."""
    rng, vocabulary = random.Random(seed), Vocabulary()
    asked = []
    while len(asked) < QUERIES:
        frequent = rng.random() < 0.05
        words = vocabulary.draw(rng, 1) if frequent else [rng.choice(vocabulary.words[100:])]
        words += vocabulary.draw(rng, rng.choice((0, 0, 1)))
        words = [each for each in words if len(each) > 1]
        if not words:
            continue
        low = rng.randint(1, 800)
        asked.append(
            Asked(
                tuple(words),
                platform=rng.choice(("", *PLATFORMS[:3])),
                tier=rng.choice(("", "", *TIERS)),
                prices=rng.choice((None, (low, low + 200))),
            )
        )
    return asked


def ours(asked: Asked) -> Query:
    """The same query in our terms."""
    where = {name: value for name in ("platform", "tier") if (value := getattr(asked, name))}
    return Query(asked.text, where=where, ranges={"price": asked.prices} if asked.prices else {}, facets=FACETS)


@dataclass(frozen=True)
class Timed:
    """Milliseconds by the clock and of CPU, and hits, of every query in every round."""

    wall: list[float]
    cpu: list[float]
    counts: list[int]


def times(
    queries: Sequence[Asked], *searches: Callable[[Asked], int], rounds: int = ROUNDS, pause: float = 0.0
) -> list[Timed]:
    """Every query so many times with each way of searching, in turn, after a first round that nobody measures. A
    percentile is over all of them: of 400 alone the 99th is whatever the machine did in one bad moment. ``pause``:
    seconds between two searches, in which others have the processor."""
    timed = [Timed([], [], []) for _ in searches]
    for measured, some in ((False, queries[:100]), *((True, queries) for _ in range(rounds))):
        for number, asked in enumerate(some):
            for place in range(len(searches)):
                way = (place + number) % len(searches)  # nobody always goes first
                time.sleep(pause)
                started, used = time.perf_counter(), time.thread_time()
                count = searches[way](asked)
                spent = time.thread_time() - used, time.perf_counter() - started
                if measured:
                    timed[way].cpu.append(spent[0] * 1_000)
                    timed[way].wall.append(spent[1] * 1_000)
                    timed[way].counts.append(count)
    return timed


class Scan:
    """A plain scan: the folded texts and what filters them."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._values: list[tuple[str, str, int]] = []

    def add(self, document: Document) -> None:
        tier = next(iter(document.words["tier"]), "")
        self._texts.append("\n".join(document.segments))
        self._values.append((sys.intern(document.words["platform"][0]), sys.intern(tier), document.numbers["price"]))

    def counts(self, queries: Sequence[Asked]) -> list[int]:
        """The hits of each. The filters are compared as columns, the terms in every text that these leave."""
        platforms, tiers, prices = (np.array(column) for column in zip(*self._values, strict=True))
        found = []
        for asked in queries:
            low, high = (price * 10_000 for price in asked.prices or (0, 10**9))
            left = (prices >= low) & (prices <= high)
            if asked.platform:
                left &= platforms == asked.platform
            if asked.tier:
                left &= tiers == asked.tier
            texts = map(self._texts.__getitem__, np.flatnonzero(left).tolist())
            found.append(sum(all(term in text for term in asked.terms) for text in texts))
        return found


def compare(name: str, left: list[int], right: list[int]) -> None:
    if left != right:
        wrong = next(number for number, pair in enumerate(zip(left, right, strict=True)) if pair[0] != pair[1])
        raise SystemExit(f"{name}: query {wrong} counts {left[wrong]} here and {right[wrong]} there")


def build_rows(size: int, folder: Path) -> list[Row]:
    """Building from nothing, each in turn."""
    backend, raw, fts = EmbeddedBackend(folder / "ours"), RawTantivy(folder / "raw"), Fts5(folder / "fts.sqlite3")
    our_rate = rate(Feed(size), size, backend.rebuild)
    raw_rate = rate(Feed(size), size, lambda feed: raw.build(feed, embedded.HEAP))
    fts_rate = rate(Feed(size), size, fts.build)
    our_bytes = backend.status()["bytes"] / size
    raw_bytes = sum(path.stat().st_size for path in (folder / "raw").iterdir()) / size
    (folder / "built").touch()
    return [
        Row("search", "embedded: documents/CPU-s, rebuild", our_rate, "tantivy directly", raw_rate),
        Row("search", "embedded: documents/CPU-s, rebuild", our_rate, "FTS5", fts_rate),
        Row("search", "embedded: bytes a document", our_bytes, "tantivy directly", raw_bytes),
    ]


def _built_by_another(size: int, folder: Path) -> list[Row]:
    """:func:`build_rows` of a process of its own."""
    command = [sys.executable, "-m", "bench.search", "--json", "--parts", "build", "--size", str(size)]
    done = subprocess.run([*command, "--keep", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    records = map(json.loads, done.stdout.splitlines())
    return [Row(**{name: value for name, value in record.items() if name != "ratio"}) for record in records]


def query_rows(size: int, folder: Path) -> list[Row]:
    """Searching what :func:`build_rows` left in the folder."""
    if not (folder / "built").exists():
        raise SystemExit(f"nothing was built in {folder}: --parts build query, or --keep the folder of a build")
    queries, scan = mix(), Scan()
    backend, raw, fts = EmbeddedBackend(folder / "ours"), RawTantivy(folder / "raw"), Fts5(folder / "fts.sqlite3")
    for document in Feed(size):
        scan.add(document)
    scanned = scan.counts(queries)
    del scan
    mine, direct = times(queries, lambda asked: backend.search(ours(asked)).total, raw.search)
    (fives,) = times(queries[:60], fts.search, rounds=1)
    compare("tantivy used directly", mine.counts, direct.counts)
    compare("FTS5", mine.counts[:60], fives.counts)
    compare("plain scan", mine.counts, ROUNDS * scanned)
    note = f"{size:,} listings; {QUERIES} counts equal, all by scan"
    found = [Row("search", "embedded: hits of the queries", sum(mine.counts[:QUERIES]) / QUERIES, note=note)]
    for share in (0.5, 0.99):
        label = f"embedded: ms a query, p{share * 100:.0f}"
        found.append(versus(label, share, mine, "tantivy directly", direct))
        found.append(versus(label, share, mine, "FTS5", fives))
    return found


def write_rows(size: int, folder: Path) -> list[Row]:
    """Putting over an index that is there, readers meanwhile, and readers during a rebuild: over what
    :func:`build_rows` left."""
    from bench.search_load import PAUSE, during_puts, during_rebuild

    queries, backend = mix(), EmbeddedBackend(folder / "ours")
    (quiet,) = times(queries, lambda asked: backend.search(ours(asked)).total, pause=PAUSE)
    found = during_rebuild("embedded", str(folder / "ours"), backend, queries, quiet, size)
    busy, put = during_puts(folder / "ours", queries, backend, size)
    for share in (0.5, 0.99):
        label = f"embedded: ms a query during a write, p{share * 100:.0f}"
        found.append(versus(label, share, busy, "ours in quiet", quiet))
    found.append(Row("search", "embedded: documents put meanwhile", put))
    changed = max(2_000, size // 20)
    put_rate = rate(Feed(changed, seed=2), changed, backend.put)
    return [
        *found,
        Row("search", "embedded: documents/CPU-s, put over old", put_rate, note=f"{changed:,} of {size:,}"),
    ]


def versus(label: str, share: float, mine: Timed, peer: str, theirs: Timed) -> Row:
    cpu, other = percentile(mine.cpu, share), percentile(theirs.cpu, share)
    note = f"CPU {cpu:.2f} against {other:.2f}: {cpu / other:.2f} ×"
    return Row("search", label, percentile(mine.wall, share), peer, percentile(theirs.wall, share), note)


def watch_rows(backend: object, engine: str, size: int) -> list[Row]:
    from indexer.watches.matching import match

    rng, vocabulary = random.Random(9), Vocabulary()
    conditions = {}
    while len(conditions) < WATCHES:
        words = [word for word in vocabulary.draw(rng, 2) if len(word) > 1]
        if words:
            conditions[len(conditions)] = Query(" ".join(words), where={"platform": rng.sample(PLATFORMS, 3)}).condition
    batch = list(Feed(size, seed=4))
    started = time.perf_counter()
    found = match(backend, conditions, batch)  # type: ignore[arg-type]
    seconds = time.perf_counter() - started
    total = sum(map(len, found.values()))
    return [
        Row(
            "search", f"{engine}: seconds for {WATCHES:,} watches", seconds, note=f"{size:,} changes, {total:,} matches"
        )
    ]


def rows(options: argparse.Namespace, folder: Path) -> list[Row]:
    found = []
    if "build" in options.parts:
        alone = len(options.parts) == 1
        found += build_rows(options.size, folder) if alone else _built_by_another(options.size, folder)
    if "query" in options.parts:
        found += query_rows(options.size, folder)
    if "write" in options.parts:
        found += write_rows(options.size, folder)
    if "watches" in options.parts:
        found += watch_rows(EmbeddedBackend(folder / "watches"), "embedded", options.watched)
    if on_server := [part for part in options.parts if part in ON_SERVER]:
        from bench.search_elastic import elastic_rows

        found += elastic_rows(on_server, options, folder)
    return found


ON_SERVER = ("bulk", "elastic", "elastic-watches")
PARTS = ("build", "query", "write", "watches", *ON_SERVER)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--elastic-size", type=int, default=20_000)
    parser.add_argument("--elastic-url", default="", help="a server that is there; what is in it is not built again")
    parser.add_argument("--bulk-size", type=int, default=20_000)
    parser.add_argument("--watched", type=int, default=20_000)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--keep", type=Path, help="where indexes stay, for the parts of a later run")
    mine, rest = parser.parse_known_args(sys.argv[1:] if arguments is None else arguments)
    if mine.parts == ["build"]:
        begin_again(os.environ, "bench.search")
    if mine.keep:
        mine.keep.mkdir(parents=True, exist_ok=True)
        return main_of(lambda: rows(mine, mine.keep), rest)
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        return main_of(lambda: rows(mine, Path(folder)), rest)


if __name__ == "__main__":
    raise SystemExit(main())
