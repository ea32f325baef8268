"""A hostile listing that repeats words of copying a thousand times, against many rights."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from detection.features.phrases import divided
from detection.model import shipped
from detection.screener import Screener
from domain.codec import decode_lines
from domain.records import Listing, Right

RIGHTS = Path(__file__).resolve().parents[2] / "detection" / "training" / "listings" / "third" / "rights.jsonl"


def test_its_text_is_divided_once_for_all_rights() -> None:
    rights = [right for _, right in decode_lines(RIGHTS.read_bytes().splitlines(), Right)]
    signs = " ".join(right.sign for right in rights if isinstance(right, Right))
    listing = Listing(
        platform="敌意", ref="1", url="https://x.example", title=signs + " " + "高仿" * 300, description="高仿" * 2000,
        observed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    divided.cache_clear()
    found = Screener([right for right in rights if isinstance(right, Right)], shipped()).screen(listing)
    assert len(found) > 10
    assert all(any(signal.name == "counterfeit" for signal in one.signals) for one in found[:5])
    assert divided.cache_info().misses == 1
