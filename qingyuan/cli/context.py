"""What every command shares: the settings in force, the clock, and how results are printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingyuan.progress import Report
    from qingyuan.settings import Settings
    from qingyuan.workspace import Workspace

Json: TypeAlias = Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象")]
Context: TypeAlias = typer.Context


@dataclass(frozen=True, slots=True)
class State:
    """The options before the noun."""

    home: Path | None = None


def settings(context: Context) -> Settings:
    """Environment and file, with the command line's own options on top."""
    from qingyuan.settings import load, use

    state: State = context.obj
    loaded = load(home=state.home) if state.home else load()
    use(loaded)
    return loaded


def now(context: Context) -> datetime:
    """The clock: fixed by QINGYUAN_NOW when a run is to be reproduced."""
    return settings(context).now or datetime.now(UTC)


@contextmanager
def workspace(context: Context) -> Iterator[Workspace]:
    """The workspace of the settings in force, closed at the end."""
    from qingyuan.workspace import Workspace

    opened = Workspace(settings(context))
    try:
        yield opened
    finally:
        opened.close()


def emit(record: object) -> None:
    """One JSON object on a line of its own."""
    import msgspec

    from domain import codec

    encoded = msgspec.json.encode(record) if isinstance(record, dict) else codec.encode(record)
    sys.stdout.write(encoded.decode() + "\n")


def say(sentence: str = "") -> None:
    """A line for a person."""
    typer.echo(sentence)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for a person, folded to the terminal's width. Control characters of crawled text are made visible."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title or None, title_justify="left", show_lines=False)
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(printable(str(cell))) for cell in row))
    Console().print(drawn)


def pairs(title: str, values: Mapping[str, Any]) -> None:
    """A two-column table."""
    table(title, ("项目", "结果"), values.items())


def printable(text: str) -> str:
    """Crawled text for a terminal: control and direction characters become visible escapes."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\u{ord(c):04x}" for c in text)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Report]:
    """A progress bar on the terminal's error stream; silent when that is not a terminal or ``quiet``."""
    from qingyuan.progress import bars, silent

    if quiet or not sys.stderr.isatty():
        yield silent
    else:
        with bars() as report:
            yield report
