"""Start a crawl and wait for it: one ``python -m scrapy crawl`` process a platform."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from crawlers import ending, outcome, platforms, settings
from crawlers.discovery import Plan
from crawlers.outcome import CrawlStats
from domain.errors import CrawlError

__all__ = ["CrawlStats", "crawl"]


def crawl(
    platform: str,
    *,
    run_dir: Path,
    home: Path,
    vault: str,
    limit: int | None = None,
    terms: Sequence[str] = (),
    plan: Plan | None = None,
    now: datetime | None = None,
    progress: Callable[[int], None] | None = None,
    contact: str = "",
    allow_private: bool = False,
    render: bool = False,
    seconds: float = 0,
    again: bool = False,
) -> CrawlStats:
    """Crawl ``platform`` (a name, or a URL whose site is visited) into ``run_dir/crawl/<name>``.

    A crawl that already ended there is not made again; one that was killed goes on, answered out of the vault as far as
    it had come. ``limit`` is in products; ``plan`` is kept with the crawl, so that one that goes on has the same;
    ``now`` fixes the clock; ``progress`` is called with the pages read so far; ``allow_private`` and ``render`` only
    matter for a URL. After ``seconds`` (0: never) the crawl is cut off, and one that ends in an outage is to be tried
    ``again``: the figures are then not ``final``, and the next call goes on. Raises NotFoundError, UsageError or
    SettingsError for a platform that is none, CrawlError when the process ended without an outcome.
    """
    known = platforms.find(platform, home, allow_private=allow_private, render=render)
    run_dir, home = run_dir.resolve(), home.resolve()
    folder = run_dir / "crawl" / known.name
    done = outcome.read_stats(folder)
    if done is not None:
        return done
    folder.mkdir(parents=True, exist_ok=True)
    before = len(ending.parts(folder))
    heard, said = os.pipe()
    values = {
        "QINGYUAN_HOME": str(home),
        "QINGYUAN_VAULT": vault if "://" in vault else str(Path(vault).resolve()),
        "QINGYUAN_RUN_DIR": str(run_dir),
        "QINGYUAN_NOW": now.isoformat() if now else "",
        "QINGYUAN_ALLOW_PRIVATE": str(int(allow_private)),
        "QINGYUAN_RENDER": str(int(render)),
        "QINGYUAN_SECONDS": f"{seconds:.3f}",
        "QINGYUAN_AGAIN": str(int(again)),
        "QINGYUAN_PROGRESS_FD": str(said),
        "QINGYUAN_TETHERED": "1",
        "LOG_FILE": str(folder / "crawl.log"),
    }
    environment = settings.child_environment(home)
    if contact:
        environment["QINGYUAN_CONTACT"] = contact
    command = [settings.PYTHON, "-m", "scrapy", "crawl", platform]
    command += [part for name, value in values.items() for part in ("-s", f"{name}={value}")]
    if limit is not None:
        command += ["-a", f"limit={limit}"]
    if terms:
        command += ["-a", f"terms={msgspec.json.encode(list(terms)).decode()}"]
    if plan is not None:
        planned = folder / "plan.json"
        if not planned.exists():
            outcome.write_atomically(planned, [msgspec.json.encode(plan)])
        command += ["-a", f"plan={planned}"]
    with (folder / "crawl.err").open("wb") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=errors,
            stderr=errors,
            pass_fds=(said,),
            env=environment,
            cwd=home_or_root(home),
        )
    os.close(said)
    try:
        _listen(heard, progress)
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
        if process.stdin is not None:
            process.stdin.close()
        process.wait()
    stats = outcome.read_stats(folder)
    if stats is None and len(now_there := ending.parts(folder)) > before:
        stats = outcome.read_stats(now_there[-1])
    if stats is None:
        tail = (folder / "crawl.err").read_text("utf-8", "replace").strip().splitlines()[-1:]
        why = f"：{tail[0][:300]}" if tail else ""
        raise CrawlError(
            f"平台 {known.title} 的采集没有完成（退出码 {process.returncode}）{why}；详见 {folder / 'crawl.log'}"
        )
    return stats


def home_or_root(home: Path) -> Path:
    """A folder that exists, to run in: no scrapy.cfg is looked for, the environment names the settings."""
    return home if home.is_dir() else Path("/")


def _listen(pipe: int, progress: Callable[[int], None] | None) -> None:
    """Progress lines until the process closes its end."""
    with os.fdopen(pipe, "rb") as lines:
        for line in lines:
            if progress is None:
                continue
            try:
                progress(int(msgspec.json.decode(line)["pages"]))
            except (msgspec.DecodeError, KeyError, ValueError):
                continue
