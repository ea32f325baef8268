"""Evaluate: the judge against labelled cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from domain import codec
from domain.errors import DecodeError, FileFormatError
from domain.records import Case


def evaluate(cases: Path, rights_file: Path) -> dict[str, Any]:
    """The figures of the design's ``screen evaluate``.

    A case that cannot be read ends the evaluation with its line: figures over a part of a test set would mislead.
    """
    from detection.evaluation import evaluate as measure
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
    return measure(read, Screener(register, shipped(), right_pictures=pictures))
