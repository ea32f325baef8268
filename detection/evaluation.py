"""Evaluation: what the screener says of labelled cases, in the figures of ``screen evaluate``.

A listing's score is its highest probability over all candidates, below the lowest tier too, and 0 with none. *Flagged*
is a finding of any tier. *Right* is flagged as labelled and, when suspected, for one of the labelled rights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from detection.pictures.register import Picture
from detection.screener import Assessment, Screener
from domain.records import TIERS, Case

_BINS = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case and what was said of it."""

    case: Case
    assessments: tuple[Assessment, ...]

    @property
    def score(self) -> float:
        return max((one.score for one in self.assessments), default=0.0)

    @property
    def flagged(self) -> bool:
        return any(one.tier is not None for one in self.assessments)

    @property
    def tier(self) -> str:
        """The highest tier of a finding; "" without one."""
        found = {one.tier for one in self.assessments}
        return next((tier for tier in TIERS if tier in found), "")

    @property
    def right(self) -> bool:
        label = self.case.label
        if not label.suspected:
            return not self.flagged
        found = {one.right.id for one in self.assessments if one.tier is not None}
        return bool(found & set(label.rights)) if label.rights else bool(found)


def outcomes(
    cases: Sequence[Case], screener: Screener, pictures: Mapping[str, Sequence[Picture]] | None = None
) -> list[Outcome]:
    """What the screener says of each case; ``pictures`` by case id."""
    pictures = pictures or {}
    return [Outcome(case, screener.assess(case.listing, pictures.get(case.id, ()))) for case in cases]


def calibration_error(scores: Sequence[float], truths: Sequence[bool], bins: int = _BINS) -> float:
    """Expected calibration error over bins of equal count: Σ share · |mean score − rate|.

    >>> calibration_error([0.0, 0.0, 1.0, 1.0], [False, False, True, True], bins=2)
    0.0
    """
    order = np.argsort(np.asarray(scores, float), kind="stable")
    score, truth = np.asarray(scores, float)[order], np.asarray(truths, float)[order]
    parts = [part for part in np.array_split(np.arange(len(score)), bins) if len(part)]
    return float(sum(len(part) / len(score) * abs(score[part].mean() - truth[part].mean()) for part in parts))


def _figures(found: Sequence[Outcome]) -> tuple[float, float, float]:
    flagged = [one for one in found if one.flagged]
    suspected = [one for one in found if one.case.label.suspected]
    hit = sum(one.right for one in suspected)
    precision = sum(one.right and one.case.label.suspected for one in flagged) / len(flagged) if flagged else 0.0
    recall = hit / len(suspected) if suspected else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1


def summary(found: Sequence[Outcome]) -> dict[str, Any]:
    """The figures in the shape of DESIGN.md, and the same by right."""
    precision, recall, f1 = _figures(found)
    truths = [one.case.label.suspected for one in found]
    scores = [one.score for one in found]
    both = 0 < sum(truths) < len(truths)
    tiers = {}
    for tier in TIERS:
        members = [one for one in found if one.tier == tier]
        good = sum(one.case.label.suspected and one.right for one in members)
        tiers[tier] = {"n": len(members), "precision": good / len(members) if members else None}
    types: dict[str, dict[str, int]] = {}
    rights: dict[str, dict[str, int]] = {}
    for one in found:
        keys = [(types, one.case.label.type or "未分类"), *((rights, name) for name in one.case.label.rights)]
        for table, key in keys:
            row = table.setdefault(key, {"n": 0, "right": 0, "flagged": 0})
            row["n"] += 1
            row["right"] += one.right
            row["flagged"] += one.flagged
    return {
        "n": len(found),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "auc": float(roc_auc_score(truths, scores)) if both else None,
        "ece": calibration_error(scores, truths) if found else 0.0,
        "tiers": tiers,
        "types": dict(sorted(types.items())),
        "rights": dict(sorted(rights.items())),
    }


def evaluate(
    cases: Sequence[Case], screener: Screener, pictures: Mapping[str, Sequence[Picture]] | None = None
) -> dict[str, Any]:
    """n, precision, recall, f1, auc, ece, tiers, types, rights."""
    return summary(outcomes(cases, screener, pictures))
