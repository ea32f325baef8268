"""Run the benchmarks, each in a process of its own, and print one table: ``python -m bench [--json] [NAME …]``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.table import Row, text

FOLDER = Path(__file__).parent
#: A benchmark that takes longer is stopped and named.
SECONDS = 1800
_KNOWN = frozenset({"stage", "measure", "ours", "peer", "peer_value", "ratio", "note"})


def names() -> list[str]:
    """Every benchmark: the modules beside this one that have a ``main``."""
    modules = (path for path in FOLDER.glob("*.py") if not path.stem.startswith("__"))
    return sorted(path.stem for path in modules if "\ndef main(" in path.read_text(encoding="utf-8"))


def measured(name: str) -> list[Row] | str:
    """The rows of one benchmark, or why there are none."""
    command = [sys.executable, "-m", f"bench.{name}", "--json"]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=SECONDS, check=True)
        return [_row(json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]
    except (subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        return f"bench.{name}: {error}"


def _row(record: Mapping[str, Any]) -> Row:
    peer_value = record.get("peer_value")
    if peer_value is None and record.get("ratio"):
        peer_value = float(record["ours"]) / float(record["ratio"])
    more = "; ".join(f"{name} {value}" for name, value in record.items() if name not in _KNOWN)
    return Row(
        stage=record["stage"],
        measure=record.get("measure", ""),
        ours=float(record["ours"]),
        peer=str(record.get("peer") or ""),
        peer_value=peer_value,
        note="; ".join(part for part in (record.get("note", ""), more) if part),
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names())}; all when none is named")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    unknown = set(options.names) - set(names())
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    failures = []
    table: list[Row] = []
    for name in options.names or names():
        print(f"bench.{name} …", file=sys.stderr, flush=True)
        rows = measured(name)
        if isinstance(rows, str):
            failures.append(rows)
        else:
            table += rows
    if options.json:
        for row in table:
            record = {name: getattr(row, name) for name in row.__slots__}
            print(json.dumps({**record, "ratio": row.ratio}, ensure_ascii=False))
    else:
        print(text(table))
    for failure in failures:
        print(failure, file=sys.stderr)
    return 3 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
