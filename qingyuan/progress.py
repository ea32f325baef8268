"""Progress of long work: a function that stages call, and bars that show it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Report(Protocol):
    """``report(stage, done, total)``; ``total`` is None while it is unknown."""

    def __call__(self, stage: str, done: int, total: int | None = None) -> None: ...


def silent(stage: str, done: int, total: int | None = None) -> None:
    """Say nothing."""


@contextmanager
def bars() -> Iterator[Report]:
    """Bars on standard error, one a stage."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        tasks = {}

        def report(stage: str, done: int, total: int | None = None) -> None:
            if stage not in tasks:
                tasks[stage] = drawn.add_task(stage, total=total)
            drawn.update(tasks[stage], completed=done, total=total)

        yield report
