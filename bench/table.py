"""The table that every benchmark prints: stage, measure, ours, peer, ratio."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measure. ``peer_value`` was measured in the same run; None where there is no peer to compare with."""

    stage: str
    measure: str
    ours: float
    peer: str = ""
    peer_value: float | None = None
    #: What must stand beside a speed: recall, hit counts that were asserted, sizes.
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours ÷ peer."""
        return self.ours / self.peer_value if self.peer_value else None


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def text(rows: Sequence[Row]) -> str:
    """The rows as an aligned table, with the load of the machine, without which no speed means anything."""
    cells = [("stage", "measure", "ours", "peer", "peer's", "ratio", "note")]
    for row in rows:
        ratio = "–" if row.ratio is None else f"{row.ratio:.2f} ×"
        cells.append((row.stage, row.measure, _number(row.ours), row.peer, _number(row.peer_value), ratio, row.note))
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([*lines, f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"])


def main_of(rows: Callable[[], Sequence[Row]], arguments: Sequence[str] | None = None) -> int:
    """The command line of one benchmark: a table, or with ``--json`` one object a line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    wants_json = parser.parse_args(sys.argv[1:] if arguments is None else arguments).json
    measured = rows()
    if wants_json:
        for row in measured:
            print(json.dumps({**asdict(row), "ratio": row.ratio}, ensure_ascii=False))
    else:
        print(text(measured))
    return 0
