"""A booster whose trees may not mix features, written down as the sum of one step function a feature that it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from detection.model import Term

Floats = npt.NDArray[np.float64]


def additive(directions: Sequence[int], *, rate: float, trees: int, seed: int) -> HistGradientBoostingClassifier:
    """Such a booster, the same in every run. ``directions``: of each column 1 where more of it must never lower the
    log-odds, -1 where it must never raise them, 0 where the data decide."""
    return HistGradientBoostingClassifier(
        learning_rate=rate,
        max_iter=trees,
        max_leaf_nodes=6,
        min_samples_leaf=12,
        l2_regularization=2.0,
        interaction_cst="no_interactions",
        monotonic_cst=list(directions),
        early_stopping=False,
        random_state=seed,
    )


def steps_of(
    booster: HistGradientBoostingClassifier, values: Floats, silent: Floats | None = None
) -> tuple[float, list[Term]]:
    """The log-odds of a row ``silent`` (None: of noughts), and for each column of ``values`` (n × columns) what it adds
    to that."""
    start = np.zeros((1, values.shape[1])) if silent is None else silent.reshape(1, -1)
    base = float(booster.decision_function(start)[0])
    terms = []
    for column in range(values.shape[1]):
        seen = np.unique(np.append(values[:, column], start[0, column]))
        probe = np.repeat(start, len(seen), axis=0)
        probe[:, column] = seen
        parts = booster.decision_function(probe) - base
        keep = np.flatnonzero(np.abs(np.diff(parts)) > 1e-9)
        edges = (seen[keep] + seen[keep + 1]) / 2
        found = parts[np.append(keep, len(parts) - 1)]
        terms.append(Term(tuple(np.round(edges, 6).tolist()), tuple(np.round(found, 6).tolist())))
    return base, terms
