"""Two weeks of nights over a small market in which everything happens, each of them killed and taken up again. What the
ledger must say is worked out here from the market's own truth, night by night, and every figure and every event must be
equal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from qingyuan import rights, runs
from qingyuan.changes import Changes
from qingyuan.demo import economy, servers
from qingyuan.demo.economy import Economy
from qingyuan.settings import load
from qingyuan.stages.changes import changes
from qingyuan.stages.crawl import crawl
from qingyuan.stages.ingest import ingest
from qingyuan.workspace import Workspace

# one fortnight for all of them, so all on the same worker
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("fortnight")]

NIGHTS = 14
TROUBLES: Mapping[int, Mapping[str, str]] = {
    3: {"baiji": "outage"},
    5: {"huoyuan": "wall"},
    8: {"baiji": "redesign"},
    9: {"baiji": "redesign", "huoyuan": "outage"},
}
#: Requests after which a night may be killed, by day; on the others there are more than thirty.
MOST = {4: 2, 9: 6, 10: 4}
FLOORS = {"baiji": 5, "huoyuan": 1}
START = datetime.fromisoformat("2026-11-01T18:00:00+00:00")
SITES = ("baiji", "huoyuan")
#: A hostile page of the market that states a product: it stands there every night.
LURE: Mapping[str, object] = {"baiji/900000000002": Decimal("9.90")}
#: The second site is not crawled every night: of the others nothing may be concluded.
SECOND = (0, 4, 5, 9, 11)


def market(night: int) -> Economy:
    return economy.generate(seed=5, scale=0.08, browser_site=False, night=night)


@dataclass
class Expected:
    """What the ledger must hold, told by the truth alone."""

    here: dict[str, object] = field(default_factory=dict)
    gone: dict[str, object] = field(default_factory=dict)
    crawls: list[tuple[str, str, bool, int, int, int, int, int, int]] = field(default_factory=list)
    events: set[tuple[str, str, str]] = field(default_factory=set)

    def night(self, run: str, site: str, prices: Mapping[str, object], trouble: str) -> None:
        mine = {key for key in self.here if key.startswith(f"{site}/")}
        if trouble:
            self.crawls.append((run, site, False, 0, 0, 0, 0, 0, len(mine)))
            return
        new = {key for key in prices if key not in self.here and key not in self.gone}
        back = {key for key in prices if key in self.gone}
        changed = {key for key in prices if {**self.gone, **self.here}.get(key, prices[key]) != prices[key]}
        lost = mine - set(prices)
        self.crawls.append((run, site, True, len(prices), len(new), len(changed), len(lost), len(back), 0))
        for kind, keys in (("新增", new), ("变更", changed), ("消失", lost), ("重现", back)):
            self.events |= {(run, key, kind) for key in keys}
        for key in lost:
            self.gone[key] = self.here.pop(key)
        for key, price in prices.items():
            self.gone.pop(key, None)
            self.here[key] = price


def killed(home: Path, now: datetime, asked: list[tuple[str, str, str]], sites: tuple[str, ...], rng: Random) -> None:
    """Start the night as a bureau would, and kill it after so many requests as chance has it: everything of it, as when
    the power fails, or the night alone, as when the system runs out of memory."""
    settings = {"HOME": str(home), "NOW": now.isoformat(), "SEARCH_TERMS": "2", "RETRIES": "1", "RETRY_PAUSE": "0"}
    night = subprocess.Popen(
        [sys.executable, "-m", "qingyuan", "crawl", "nightly", *(f"--platform={site}" for site in sites)],
        env={**os.environ, **{f"QINGYUAN_{name}": value for name, value in settings.items()}},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    after, pause = rng.randint(1, MOST.get(now.day, 30)), rng.uniform(0, 0.03)
    while len(asked) < after and night.poll() is None:
        time.sleep(0.003)
    time.sleep(pause)
    assert night.poll() is None, f"the night of {now:%d} was over before it could be killed after {after} requests"
    (os.killpg if rng.random() < 0.5 else os.kill)(night.pid, signal.SIGKILL)
    night.wait()


@pytest.fixture(scope="module")
def fortnight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Expected]]:
    folder = tmp_path_factory.mktemp("fortnight")
    home, expected = folder / "home", Expected()
    ports: dict[str, int] = {}
    rng = Random(20261101)
    for night in range(NIGHTS):
        small, troubles = market(night), TROUBLES.get(night, {})
        sites = SITES if night in SECOND else SITES[:1]
        with servers.serving(small, ports=ports, troubles=troubles) as bases:
            if not night:
                ports = {site: int(base.rpartition(":")[2]) for site, base in bases.items()}
                small.write(folder / "files", bases)
                rights.import_file(folder / "files" / "rights.jsonl", home=home, now=START)
                (home / "platforms").mkdir(parents=True)
                for site in SITES:
                    text = (folder / "files" / "platforms" / f"{site}.toml").read_text("utf-8")
                    at = text.index("\n[") if "\n[" in text else len(text)
                    text = f"{text[:at]}\nimages = false\n{text[at:]}"
                    lines = [
                        f"floor = {FLOORS[site]}" if line.startswith("floor") else line for line in text.splitlines()
                    ]
                    (home / "platforms" / f"{site}.toml").write_text("\n".join(lines), "utf-8")
            now = START + timedelta(days=night)
            killed(home, now, bases.requests, sites, rng)
            # the stages of a night as far as the ledger is concerned; screening and tracing see one night at the end
            settings = load(home=home, now=now, search_terms=2)
            began = (home / "runs" / f"night-{now:%Y%m%d}" / "run.json").is_file()
            assert began, "the kill came before the night had begun"
            with closing(Workspace(settings)) as workspace:
                run = runs.start(home, f"night-{now:%Y%m%d}", kind="nightly", now=now)
                run.finish("crawl", crawl(workspace, run, platforms=sites, planned=True, retries=1))
                ingest(workspace)
                changes(workspace, run=run.name)
        for site in sites:
            prices: dict[str, object] = {offer.key: offer.price for offer in small.offers if offer.site == site}
            prices |= LURE if site == "baiji" else {}
            expected.night(run.name, site, prices, troubles.get(site, ""))
    # in a process of its own: a process serves one HOME
    subprocess.run([sys.executable, "-m", "qingyuan", "--home", str(home), "index", "build"], check=True)
    opened = Workspace(load(home=home, now=now))
    yield opened, expected
    opened.close()


def test_every_figure_of_every_night_is_exact(fortnight: tuple[Workspace, Expected]) -> None:
    with Changes(fortnight[0].home) as ledger:
        told = [
            (c.run, c.platform, c.whole, c.seen, c.new, c.changed, c.gone, c.back, c.unknown) for c in ledger.crawls()
        ]
    assert told == fortnight[1].crawls
    assert sum(c[6] for c in told) >= 5 and sum(c[7] for c in told) >= 2 and sum(c[5] for c in told) >= 5


def test_every_event_is_told_and_no_other(fortnight: tuple[Workspace, Expected]) -> None:
    with Changes(fortnight[0].home) as ledger:
        events = ledger.events()
    assert {(event.run, event.key, event.kind) for event in events} == fortnight[1].events
    assert {event.field for event in events if event.kind == "变更"} == {"price"}


def test_a_night_that_is_not_whole_says_why(fortnight: tuple[Workspace, Expected]) -> None:
    with Changes(fortnight[0].home) as ledger:
        reasons = {(crawl.run[-2:], crawl.platform): crawl.reason for crawl in ledger.crawls() if not crawl.whole}
    assert set(reasons) == {(f"{night + 1:02}", site) for night, sites in TROUBLES.items() for site in sites}
    assert all("低于下限" in reason for reason in reasons.values())
    assert "被拦截" in reasons["06", "huoyuan"]


def test_prices_have_a_history(fortnight: tuple[Workspace, Expected]) -> None:
    with Changes(fortnight[0].home) as ledger:
        changed = [event for event in ledger.events() if event.kind == "变更"]
        key = changed[0].key
        last = [event for event in ledger.events(key=key) if event.field == "price"][-1]
    standing = {**fortnight[1].gone, **fortnight[1].here}
    assert last.after == f"{standing[key]} CNY"


def test_the_index_shows_what_is_gone_and_only_that(fortnight: tuple[Workspace, Expected]) -> None:
    workspace, expected = fortnight
    documents = {key: workspace.backend().get(key) for key in (*expected.here, *expected.gone)}
    assert {key for key, document in documents.items() if document and document.facts.gone} == set(expected.gone)


def test_the_ledger_told_again_from_the_runs_is_the_same(fortnight: tuple[Workspace, Expected]) -> None:
    home = fortnight[0].home
    with Changes(home) as ledger:
        before = ledger.crawls(), ledger.events()
    for path in home.glob("changes.sqlite*"):
        path.unlink()
    with Changes(home) as ledger:
        ledger.ingest()
        assert (ledger.crawls(), ledger.events()) == before
