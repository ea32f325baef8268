"""Evaluate: the judge against labelled cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain import codec
from domain.errors import DecodeError, FileFormatError
from domain.records import Case

if TYPE_CHECKING:
    from detection.evaluation import Outcome
    from detection.model import Model


def evaluate(cases: Path, rights_file: Path, model: Model | None = None) -> dict[str, Any]:
    """The figures of the design's ``screen evaluate``, by the shipped model or another one."""
    from detection.evaluation import summary

    return summary(judged(cases, rights_file, model))


def judged(cases: Path, rights_file: Path, model: Model | None = None) -> list[Outcome]:
    """What is said of each case.

    A case that cannot be read ends the evaluation with its line: figures over a part of a test set would mislead.
    """
    from detection.evaluation import outcomes
    from detection.model import shipped
    from detection.screener import Screener
    from qingyuan import rights

    register = rights.read(rights_file)
    pictures = rights.pictures(rights_file.parent, register)
    try:
        with cases.open("rb") as lines:
            read: list[Case] = []
            for _, case in codec.decode_lines(lines, Case, source=str(cases)):
                if isinstance(case, DecodeError):
                    raise case
                read.append(case)
    except OSError as error:
        raise FileFormatError(f"无法读取样本文件 {cases}：{error.strerror}") from None
    return outcomes(read, Screener(register, model or shipped(), right_pictures=pictures))


def frozen() -> tuple[tuple[Path, Path], ...]:
    """Cases and rights of each part of the frozen set on which versions are compared: packaged, or beside the source;
    none where it is absent.

    It is never trained on (see its README).
    """
    for folder in (Path(__file__).parents[1] / "frozen", Path(__file__).parents[2] / "tests" / "detection" / "blind"):
        if found := sorted(folder.glob("*/cases.jsonl")):
            return tuple((cases, cases.with_name("rights.jsonl")) for cases in found)
    return ()
