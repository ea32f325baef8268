"""The demo: the whole path over the small market, and how much of its truth was found."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain import codec
from domain.errors import UsageError
from domain.records import TIERS, Case
from qingyuan.progress import Report, silent

if TYPE_CHECKING:
    from qingyuan.settings import Settings
    from qingyuan.workspace import Workspace

_MARK = "demo-market"
USERNAME = "demo"


@dataclass(slots=True)
class _Clock:
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 1)


def home(settings: Settings) -> Path:
    """Where the demo keeps its state: apart from a bureau's own."""
    return settings.home.absolute() / "demo"


def run(settings: Settings, *, seed: int = 7, report: Report = silent) -> dict[str, Any]:
    """Set up the market, run one night over it, measure, make and verify a pack. The design's ``demo`` record."""
    from evidence.verify import verify
    from qingyuan.demo import economy, servers
    from qingyuan.workspace import Workspace

    now = settings.now or datetime.now(UTC)
    folder = _fresh(home(settings))
    clock = _Clock()
    with clock.stage("market"):
        market = economy.generate(seed)
        shops = servers.serving(market)
    with shops as bases:
        market.write(folder / "market", bases)
        # on this machine nothing gets better by waiting: what fails is said at once
        workspace = Workspace(settings.model_copy(update={"home": folder, "vault": "", "retries": 0}))
        try:
            _set_up(workspace, folder / "market", now)
            summaries = _night(workspace, now, report, clock)
            found = measure(workspace, folder / "market")
            with clock.stage("pack"):
                key = next(workspace.catalog.all_findings()).listing.key
                made = workspace.make_pack(key, out=folder / "packs", now=now, case="演示")
                verified = verify(made).ok
        finally:
            workspace.close()
    crawled = summaries["crawl"]
    return {
        "pages": crawled["pages"],
        "listings": crawled["listings"],
        "findings": {tier: summaries["screen"][tier] for tier in TIERS},
        **found,
        "pack": str(made),
        "verified": verified,
        "failed": crawled["failed"],
        "alarms": crawled["alarms"],
        "seconds": clock.seconds,
    }


def _fresh(folder: Path) -> Path:
    """An empty folder; one that is not a demo's is never emptied."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise UsageError(f"{folder} 不是演示目录，不会清空：请移走它，或用 --home 另选数据目录")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).write_text("", encoding="utf-8")
    return folder


def _set_up(workspace: Workspace, market: Path, now: datetime) -> None:
    from qingyuan import registers, rights

    rights.import_file(market / "rights.jsonl", home=workspace.home, now=now)
    for kind in ("companies", "trades"):
        registers.import_file(market / f"{kind}.jsonl", kind, home=workspace.home, now=now)
    shutil.copytree(market / "platforms", workspace.home / "platforms", dirs_exist_ok=True)


def _night(workspace: Workspace, now: datetime, report: Report, clock: _Clock) -> Mapping[str, dict[str, Any]]:
    from qingyuan.nightly import nightly

    summaries = nightly(workspace, now=now, report=report)
    clock.seconds.update({stage: summary["seconds"] for stage, summary in summaries.items()})
    return summaries


def measure(workspace: Workspace, market: Path) -> dict[str, Any]:
    """Precision and recall of the findings, and how many true sources the trace names, against the market's truth.

    A listing is found when it is suspected and a finding of any tier names one of its rights; a source is found when
    the trace gives the true company a score of at least 0.5. Sources that nothing on record leads to do not count.
    """
    with (market / "truth.jsonl").open("rb") as lines:
        cases = [codec.decode(line, Case) for line in lines]
    flagged = right = suspected = 0
    for case in cases:
        named = {finding.right for finding in workspace.findings(case.listing.key)}
        flagged += bool(named)
        suspected += case.label.suspected
        right += case.label.suspected and bool(named & set(case.label.rights))
    sources_found = sources_total = 0
    for line in (market / "sources.jsonl").read_text("utf-8").splitlines():
        truth = json.loads(line)
        if not truth["findable"]:
            continue
        sources_total += 1
        sources_found += _names(workspace, truth["listing"], truth["sources"])
    return {
        "precision": round(right / flagged, 4) if flagged else 0.0,
        "recall": round(right / suspected, 4) if suspected else 0.0,
        "sources_found": sources_found,
        "sources_total": sources_total,
    }


def _names(workspace: Workspace, key: str, truth: list[str]) -> bool:
    from domain.errors import NotFoundError

    try:
        walked = workspace.trace(key)
    except NotFoundError:
        return False  # the listing was not crawled: that is a source not found
    return any(
        source["score"] >= 0.5 and (source["subject"]["uscc"] in truth or source["subject"]["name"] in truth)
        for source in walked["sources"]
    )


def serve(settings: Settings, *, port: int, announce: Callable[[str], None]) -> None:
    """Serve the console over the demo's state until interrupted, with a login made for it."""
    import secrets

    from console.serve import create
    from domain.errors import BusyError

    demo = settings.model_copy(update={"home": home(settings), "vault": ""})
    try:
        server = create(demo, port)
    except OSError as error:
        raise BusyError(f"无法监听端口 {port}：{error.strerror}（请用 --port 另选）") from None
    from console import accounts

    password = secrets.token_urlsafe(9)
    accounts.create(USERNAME, password, ("办案",), name="演示人员")
    announce(f"控制台：http://127.0.0.1:{server.effective_port}/  用户名 {USERNAME}  密码 {password}（按 Ctrl-C 停止）")
    server.run()
