"""Training: ``python -m detection.train`` rebuilds the shipped model, the same bytes every time.

It learns from generated listings, which are many and hold every scenario, and from listings written by hand, which are
few and weigh more. Gradient boosting that may not mix features (so the score is a sum of one function a feature) and
must be monotone where sense demands it, calibrated by cross-validation over whole sets, is written down as step
functions. This module uses files; nothing that screens imports it.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from detection.evaluation import calibration_error
from detection.features.registry import DIRECTION
from detection.learning.updating import lowest
from detection.model import Head, Model, Term, write
from detection.screener import Pictured, detector_version
from detection.training import sightings
from detection.training.generate import cases
from detection.training.manner import learn, lines
from detection.training.pictures import pictured
from detection.training.rows import Table, joined, owners, tables
from detection.training.steps import additive, steps_of
from detection.training.written import SETS, written
from domain.codec import encode
from domain.records import Case, Right, Tier

SEED = 20261124
COUNT = 24_000
#: The share of findings that must be right for a tier, and the lowest probability it may have.
PRECISION: tuple[tuple[Tier, float, float], ...] = (("高", 0.985, 0.9), ("中", 0.93, 0.7))
#: A finding is rather suspected than not: where suspicions are as many as honest listings, F1 is best there; from 0.35
#: on it is the same within 0.01.
LOWEST = 0.5
#: Policy, not learned: an authorised user is decided first (the features against him are void, see registry.VOIDS), and
#: the holder's own photo of the goods in his listing speaks for him once more.
POLICY = {"authorised": Term((0.5,), (0.0, -6.0)), "photo_genuine": Term((0.5,), (0.0, -1.0))}
#: What the shipped manner is: beside the model.
_MANNER = "manner.tsv"
_OUT = Path(__file__).with_name("model.json")

Floats = npt.NDArray[np.float64]


def _booster(columns: Sequence[str]) -> HistGradientBoostingClassifier:
    # a tree reads one feature: with fewer those that seldom speak are never reached
    return additive([DIRECTION.get(name, 0) for name in columns], rate=0.12, trees=500, seed=SEED)


def _calibrated(table: Table) -> CalibratedClassifierCV:
    """The booster, and a sigmoid over what each fold's rows are given by the others'."""
    model = CalibratedClassifierCV(_booster(table.columns), method="sigmoid", cv=list(table.splits()), ensemble=False)
    return model.fit(table.values, table.truth, sample_weight=table.weight)


def fit(whole: Table) -> tuple[Head, dict[str, Any]]:
    """One head, and its figures from rows that each fold had not seen. Rows that only a picture made candidates have no
    name to speak of, which is no likeness of names: they do not take part. What pictures add is learned afterwards."""
    unnamed = whole.values[:, whole.columns.index("unnamed")] > 0
    table = _by_text(whole.take(~unnamed))
    calibrated = _calibrated(table)
    inner = calibrated.calibrated_classifiers_[0]
    sigmoid = inner.calibrators[0]  # p = 1 / (1 + exp(a f + b))
    base, steps = steps_of(inner.estimator, table.values)
    terms = dict(zip(table.columns, steps, strict=True))
    slope, offset = -float(sigmoid.a_), -float(sigmoid.b_)
    scaled = {
        name: Term(term.edges, tuple(round(slope * value, 6) for value in term.values)) for name, term in terms.items()
    }
    bias = round(slope * base + offset, 6)
    unseen = np.zeros(len(table.truth))
    for train, test in table.splits():
        unseen[test] = _calibrated(table.take(train)).predict_proba(table.values[test])[:, 1]
    # what people wrote decides where the tiers begin; a table without such rows speaks for itself
    asked = table.written if table.written.any() else np.ones(len(table.truth), np.bool_)
    scores, truth = unseen[asked], table.truth[asked]
    head = Head(bias, scaled, lowest(scores, truth, np.ones(len(truth)), precision=PRECISION, least=LOWEST))
    _check(head, table, calibrated.predict_proba(table.values)[:, 1])
    scaled |= POLICY
    scaled |= sightings.learn(whole, head)
    apart = whole.take(unnamed)
    flagged = scores >= head.tiers["低"]
    figures = {
        "rows": len(table.truth),
        "written": int(table.written.sum()),
        "suspected": int(truth.sum()),
        "auc": round(float(roc_auc_score(truth, scores)), 4),
        "ece": round(calibration_error(scores.tolist(), truth.tolist()), 4),
        "precision": round(float(truth[flagged].mean()), 4),
        "recall": round(float(flagged[truth].mean()), 4),
    }
    if len(apart.truth):
        found = [head.probability(row) for row in _rows(apart)]
        error = calibration_error(found, apart.truth.tolist())
        figures |= {"by picture alone": len(found), "ece by picture alone": round(error, 4)}
    return head, figures


def _by_text(table: Table) -> Table:
    values = table.values.copy()
    values[:, [table.columns.index(name) for name in sightings.LEARNED]] = 0.0
    return replace(table, values=values)


def _rows(table: Table) -> list[dict[str, float]]:
    return [{name: value for name, value in zip(table.columns, row, strict=True) if value} for row in table.values]


def _check(head: Head, table: Table, expected: Floats) -> None:
    """The step functions give what scikit-learn gives, row by row."""
    for row, wanted in zip(table.values[::17], expected[::17], strict=True):
        given = head.probability({name: value for name, value in zip(table.columns, row, strict=True) if value})
        if abs(given - wanted) > 1e-3:
            raise AssertionError(f"step functions differ from the booster: {given} {wanted}")


def material(seed: int, count: int) -> tuple[list[Right], list[Case], Pictured]:
    """The rights, the labelled listings, and what their pictures show."""
    register, labelled = cases(seed, count)
    drawn = pictured(register, labelled, seed)
    return register, list(drawn.cases), drawn.shown


def prepared(
    seed: int = SEED, count: int = COUNT, of_sets: Sequence[str] = SETS
) -> tuple[dict[str, Table], dict[str, Any]]:
    """The rows by kind of right, and what the model says of its data. ``of_sets``: the written sets to learn from."""
    register, labelled, shown = material(seed, count)
    sets = [written(name) for name in of_sets]
    seen = repr(sorted(shown.items())).encode()
    records = (*register, *labelled, *(record for one in sets for record in (*one.register, *one.cases)))
    data = hashlib.sha256(b"\n".join([*(encode(record) for record in records), seen])).hexdigest()
    origin = {
        "data": f"sha256:{data}", "seed": seed, "cases": count, "rights": len(register),
        "written": {one.name: len(one.cases) for one in sets},
    }  # fmt: skip
    return joined(tables(register, labelled, shown), sets), origin


def manners(made: Mapping[str, Table]) -> str:
    """What the written rows teach of the manner of writing: the text of ``manner.tsv``."""
    known = {kind: table.take(table.written) for kind, table in made.items()}
    taught = {kind: learn(table.text.tolist(), table.truth, owners(table)) for kind, table in known.items()}
    return lines(taught["trademark"], taught["gi"])


def train(made: Mapping[str, Table], about: Mapping[str, Any]) -> Model:
    """The model out of the rows; the manner that they teach must have been written down before (see :func:`main`)."""
    heads: dict[str, Head] = {}
    metrics: dict[str, Mapping[str, Any]] = {}
    with threadpool_limits(1):  # tables are small; threads would only wait for each other
        for kind, table in made.items():
            heads[kind], metrics[kind] = fit(table)
    origin = {
        **about, "metrics": metrics, "detector": detector_version(),
        "learner": "HistGradientBoosting, no interactions, sigmoid calibration over whole sets",
    }  # fmt: skip
    digest = hashlib.sha256(write(Model("", heads, {"data": about["data"]}))).hexdigest()[:8]
    return Model(f"2026.11-{digest}", heads, origin)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m detection.train", description="重新训练并写出随附的模型")
    parser.add_argument("--out", type=Path, default=_OUT, help="写到哪里（默认为包内的 model.json）")
    parser.add_argument("--count", type=int, default=COUNT, help="生成多少条训练样本")
    chosen = parser.parse_args(arguments)
    with threadpool_limits(1):
        made, about = prepared(count=chosen.count)
        chosen.out.with_name(_MANNER).write_text(manners(made), "utf-8")
    model = train(made, about)
    chosen.out.write_bytes(write(model))
    sys.stdout.write(f"模型 {model.version} 已写入 {chosen.out}\n")
    for kind, figures in model.origin["metrics"].items():
        sys.stdout.write(f"  {kind}: {figures}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
