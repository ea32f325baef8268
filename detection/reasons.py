"""From what features read to the reasons that an officer sees."""

from __future__ import annotations

from collections.abc import Mapping

from detection.features.registry import DIRECTION, NAMING, SOFT
from detection.features.use import Reading, Use
from domain.records import Region, Signal

#: Reasons that weigh less are not shown, but for what speaks against suspicion, and what can be seen in a picture.
_LEAST = 0.02


def reasons(use: Use, readings: Mapping[str, Reading], parts: Mapping[str, float]) -> tuple[Signal, ...]:
    """The reasons: what speaks for suspicion, then what is only to be seen, then what speaks against it; the weightiest
    first, and of each kind last what cannot be pointed at. ``parts``: what each adds, in log-odds."""
    place = _read_at(use)
    signals = [
        _signal(name, part, readings[name], place if name in NAMING else None)
        for name, part in parts.items()
        if abs(part) >= _LEAST or DIRECTION.get(name) == -1 or readings[name].region is not None
    ]
    return tuple(sorted(signals, key=_rank))


def _rank(signal: Signal) -> tuple[int, bool, float, str]:
    way = (signal.score > 0) - (signal.score < 0)
    if not way and signal.region is None:
        way = DIRECTION.get(signal.name, 0)
    return -way, signal.name in SOFT, -abs(signal.score), signal.name


def _signal(name: str, part: float, reading: Reading, place: Region | None) -> Signal:
    return Signal(
        name=name,
        score=round(part, 4),
        detail=reading.detail,
        listing_value=reading.listing_value,
        right_value=reading.right_value,
        region=reading.region or place,
    )


def _read_at(use: Use) -> Region | None:
    """Where a name that was read in a picture stands in it."""
    match = use.match
    return use.facts.shown.line(match.verbatim) if match is not None and match.field == "picture" else None
