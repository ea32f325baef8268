"""Within a tier, officers see an order: hardly any two of many listings stand at the same place."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from detection.model import shipped
from detection.screener import Screener
from domain import codec
from domain.errors import DecodeError
from domain.ordering import harm, strength
from domain.records import Case, Right

CASES = Path(__file__).resolve().parents[2] / "detection" / "training" / "listings" / "first"


def records(path: Path, kind: object) -> list:  # type: ignore[type-arg]
    found = [record for _, record in codec.decode_lines(path.read_bytes().splitlines(), kind)]  # type: ignore[type-var, arg-type]
    assert not [record for record in found if isinstance(record, DecodeError)]
    return found


@pytest.mark.slow
def test_no_large_ties_among_many() -> None:
    rights: list[Right] = records(CASES / "rights.jsonl", Right)
    cases: list[Case] = records(CASES / "cases.jsonl", Case)
    places: Counter[object] = Counter()
    shown: Counter[str] = Counter()
    for listing, findings in Screener(rights, shipped()).screen_many(case.listing for case in cases):
        if findings:
            places[findings[0].tier, strength(findings[0].score), harm(listing)] += 1
            shown[f"{findings[0].score:.3f}"] += 1
    assert sum(places.values()) >= 600
    # as probabilities hundreds read 1.000
    assert max(shown.values()) > 100
    assert max(places.values()) <= 5
