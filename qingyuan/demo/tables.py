"""The tables that the economy is drawn from: lines of ``data/NAME.txt``, without blank ones and comments (#)."""

from __future__ import annotations

from importlib import resources


def table(name: str) -> list[str]:
    """The lines of one table."""
    text = (resources.files("qingyuan.demo") / "data" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
