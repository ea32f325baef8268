"""A finding's signals as an officer reads them: for and against, weighed, the compared values side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from console.inert import differences
from domain.records import Finding, Region, Signal

#: Lower bounds of a contribution in log-odds and the word for it; e^2 ≈ 7 times the odds, e^1 ≈ 3, e^0.3 ≈ 1.3.
_WORDS = ((2.0, "很强"), (1.0, "较强"), (0.3, "一般"), (0.0, "轻微"))
_WIDTH = 72


@dataclass(frozen=True, slots=True)
class Reason:
    """One signal. ``bar`` is the length of its bar, 1 to 72; the spans mark where the two values differ."""

    name: str
    detail: str
    supports: bool
    strength: str
    score: float
    bar: int
    left: str
    right: str
    left_spans: tuple[tuple[int, int], ...]
    right_spans: tuple[tuple[int, int], ...]
    region: Region | None


@cache
def _titles() -> dict[str, str]:
    """Signal → the Chinese sentence that closes the docstring of the feature it comes from."""
    from detection.features.registry import GI_FEATURES, MARK_FEATURES

    titles = {}
    for feature in (*MARK_FEATURES, *GI_FEATURES):
        last = (feature.__doc__ or "").strip().rpartition("\n")[2]
        titles[feature.__name__] = last.strip().partition("。")[0]
    return titles


def signal_title(name: str) -> str:
    """How an officer reads the name of a signal."""
    return _titles().get(name) or name


def reasons(finding: Finding) -> tuple[Reason, ...]:
    """Every signal, the weightiest first, and last what cannot be pointed at."""
    from detection.features.registry import SOFT

    largest = max((abs(signal.score) for signal in finding.signals), default=0.0)
    ordered = sorted(finding.signals, key=lambda signal: (signal.name in SOFT, -abs(signal.score)))
    return tuple(_reason(signal, largest) for signal in ordered)


def _supports(signal: Signal) -> bool:
    """What weighs nothing (a logo beside the name that the text gives) stands where more of it would."""
    from detection.features.registry import DIRECTION

    return signal.score > 0 or (signal.score == 0 and DIRECTION.get(signal.name, 0) > 0)


def _reason(signal: Signal, largest: float) -> Reason:
    weight = abs(signal.score)
    left, right = differences(signal.listing_value, signal.right_value)
    return Reason(
        name=signal.name,
        detail=signal.detail,
        supports=_supports(signal),
        strength=next(word for bound, word in _WORDS if weight >= bound),
        score=signal.score,
        bar=max(1, round(_WIDTH * weight / largest)) if largest else 1,
        left=signal.listing_value,
        right=signal.right_value,
        left_spans=tuple(left),
        right_spans=tuple(right),
        region=signal.region,
    )
