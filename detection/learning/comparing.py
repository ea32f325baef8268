"""Two models on the same labelled listings: figures side by side, and which verdicts of the machine turn over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from detection.evaluation import Outcome, summary
from detection.model import Model
from detection.screener import Assessment

#: Turned verdicts that are kept, the largest change first.
MOST_FLIPS = 200


def rescored(assessment: Assessment, model: Model) -> Assessment:
    """The same features, weighed by another model; without its reasons."""
    head = model.heads[assessment.right.kind]
    score = head.probability(assessment.values)
    return replace(assessment, score=score, tier=head.tier(score), signals=())


def weighed(outcomes: Sequence[Outcome], model: Model) -> list[Outcome]:
    """The outcomes as the model gives them."""
    return [
        Outcome(one.case, tuple(sorted((rescored(each, model) for each in one.assessments), key=lambda a: -a.score)))
        for one in outcomes
    ]


def compare(outcomes: Sequence[Outcome], old: Model, new: Model) -> dict[str, Any]:
    """``old`` and ``new`` as :func:`detection.evaluation.summary`; ``flips``: {case, listing, rights, suspected, type,
    old, new, old_score, new_score, better} of every listing whose tier differs, ``turned`` how many there are."""
    before, after = weighed(outcomes, old), weighed(outcomes, new)
    flips = [
        {
            "case": one.case.id,
            "listing": one.case.listing.key,
            "rights": list(one.case.label.rights),
            "suspected": one.case.label.suspected,
            "type": one.case.label.type,
            "old": one.tier,
            "new": other.tier,
            "old_score": round(one.score, 4),
            "new_score": round(other.score, 4),
            "better": (other.score > one.score) == one.case.label.suspected,
        }
        for one, other in zip(before, after, strict=True)
        if one.tier != other.tier
    ]
    flips.sort(key=lambda flip: (-abs(flip["new_score"] - flip["old_score"]), flip["case"]))  # type: ignore[operator]
    return {"old": summary(before), "new": summary(after), "turned": len(flips), "flips": flips[:MOST_FLIPS]}
