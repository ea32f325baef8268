"""A night that is killed again and again ends as one that was left alone: nothing lost, nothing doubled."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from domain import codec
from evidence.vault import Vault
from qingyuan import registers, rights
from qingyuan.demo import economy, servers
from qingyuan.settings import load
from qingyuan.workspace import Workspace

KILLS = 50
NOW = "2026-11-24T18:00:00+00:00"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A HOME that is ready for its first night, and the shops it will visit."""
    folder = tmp_path_factory.mktemp("market")
    small = economy.generate(seed=11, scale=0.1, browser_site=False)
    assert len(small.offers) <= 40
    with servers.serving(small) as bases:
        small.write(folder / "files", bases)
        home = folder / "home"
        now = load().now or economy.EVENING
        rights.import_file(folder / "files" / "rights.jsonl", home=home, now=now)
        for kind in ("companies", "trades"):
            registers.import_file(folder / "files" / f"{kind}.jsonl", kind, home=home, now=now)
        shutil.copytree(folder / "files" / "platforms", home / "platforms")
        yield home


def start(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "qingyuan", "nightly", "--json"],
        env={**os.environ, "QINGYUAN_HOME": str(home), "QINGYUAN_NOW": NOW},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finish(home: Path) -> None:
    night = start(home)
    out, err = night.communicate(timeout=300)
    assert night.returncode == 0, (out + err).decode()


def state(home: Path) -> Mapping[str, Any]:
    """Everything that a night leaves, without what may differ from run to run (seconds, places in files)."""
    workspace = Workspace(load(home=home))
    try:
        entries = list(workspace.catalog.entries())
        documents = {entry.key: workspace.backend().get(entry.key) for entry in entries}
        (night,) = (home / "runs").glob("night-*")
        urls = Counter(
            capture.url
            for path in night.glob("crawl/*/listings.jsonl")
            for line in path.read_bytes().splitlines()
            for capture in Vault(str(home / "vault")).captures(json.loads(line)["capture"])
        )
        return {
            "listings": {p.parent.name: p.read_bytes() for p in sorted(night.glob("crawl/*/listings.jsonl"))},
            "set aside": {p.parent.name: p.read_bytes() for p in sorted(night.glob("crawl/*/set_aside.jsonl"))},
            "entries": [(e.key, e.first_seen, e.last_seen, e.capture, e.subject, e.screened) for e in entries],
            "findings": [codec.encode(finding) for finding in workspace.catalog.all_findings()],
            "links": (home / "links.jsonl").read_bytes(),
            "documents": {key: codec.encode(document.source) for key, document in documents.items() if document},
            "captured twice": {url: count for url, count in urls.items() if count > 1},
        }
    finally:
        workspace.close()


@pytest.mark.slow
def test_fifty_kills_lose_and_double_nothing(market: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    shutil.copytree(market, alone)
    began = time.monotonic()
    finish(alone)
    length = time.monotonic() - began
    expected = state(alone)
    assert len(expected["entries"]) >= 25 and len(expected["documents"]) == len(expected["entries"])
    assert not expected["captured twice"]

    rng = random.Random(20261124)
    left = length  # how long a night takes that was killed before: shorter, else most would be over before their kill
    killed = nights = 0
    while killed < KILLS:
        nights += 1
        home = tmp_path / f"killed-{nights}"
        shutil.copytree(market, home)
        kills_of_this_night = 0
        while kills_of_this_night < 10 and killed < KILLS:
            began = time.monotonic()
            night = start(home)
            with suppress(subprocess.TimeoutExpired):
                night.wait(rng.uniform(0, left if kills_of_this_night else length))
            if night.poll() is not None:
                if kills_of_this_night:
                    left = min(left, time.monotonic() - began)
                break
            # the whole group, as when the power fails, or the night alone, as when the system runs out of memory
            (os.killpg if rng.random() < 0.5 else os.kill)(night.pid, signal.SIGKILL)
            night.wait()
            killed += 1
            kills_of_this_night += 1
        finish(home)
        found = state(home)
        for part, value in expected.items():
            assert found[part] == value, f"{part} differs in night {nights} after {kills_of_this_night} kills"
        shutil.rmtree(home)
    assert killed == KILLS
