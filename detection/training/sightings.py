"""What the pictures of a listing add to what its text says, in log-odds: learned after everything else.

Only generated rows have pictures, and written ones decide what text is worth, so the text's part of each row is taken as
it is and the steps of the picture features are the likeliest given it: logistic regression with an offset, steps that
never fall, a slight ridge. Generated texts lie elsewhere than written ones; an intercept for rows with a name takes that
up, and is dropped, lest pictures be charged with it. Rows that pictures alone made have no name to be compared with.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from detection.model import Head, Term
from detection.pictures.register import PICTURED
from detection.training.rows import Floats, Table

#: Features of pictures that a sighting's sureness is the value of.
LEARNED = ("logo_seen", "photo_copied", "unnamed", "belied")
#: Steps of the sureness; from the first on a logo makes a candidate.
SURENESS = (PICTURED, 0.65, 0.75, 0.85, 0.95)
#: Strength of the ridge: a step of one in log-odds costs half of it.
_RIDGE = 0.02


def learn(table: Table, head: Head) -> dict[str, Term]:
    """The terms of :data:`LEARNED`, given a head that knows nothing of them."""
    made = table.take(~table.written)
    if not len(made.truth):
        return {name: Term((), (0.0,)) for name in LEARNED}
    columns = [made.columns.index(name) for name in LEARNED]
    steps = np.concatenate([made.values[:, [column]] >= SURENESS for column in columns], axis=1)
    named = made.values[:, made.columns.index("unnamed")] == 0
    design = np.column_stack([steps, named]).astype(float)
    known, truth = _known(made, head), made.truth.astype(float)

    def objective(values: Floats) -> tuple[float, Floats]:
        odds = known + design @ values
        loss = float((np.logaddexp(0, odds) - truth * odds).sum() + 0.5 * _RIDGE * values @ values)
        chance = np.exp(-np.logaddexp(0, -odds))
        return loss, design.T @ (chance - truth) + _RIDGE * values

    bounds = [(0.0, None)] * steps.shape[1] + [(None, None)]
    found = minimize(
        objective, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 1000, "ftol": 1e-12, "gtol": 1e-7},
    )  # fmt: skip
    rises = found.x[:-1].reshape(len(LEARNED), len(SURENESS))
    return {name: _term(rise) for name, rise in zip(LEARNED, rises, strict=True)}


def _known(table: Table, head: Head) -> Floats:
    """Log-odds of each row by all but the picture features."""
    odds = np.full(len(table.truth), head.bias)
    for column, name in enumerate(table.columns):
        if name in head.terms and name not in LEARNED:
            term = head.terms[name]
            odds += term.each(table.values[:, column])
    return odds


def _term(rises: npt.NDArray[np.float64]) -> Term:
    kept = [(edge, rise) for edge, rise in zip(SURENESS, rises.tolist(), strict=True) if rise > 1e-3]
    values = np.round(np.cumsum([0.0, *(rise for _, rise in kept)]), 3)
    return Term(tuple(edge for edge, _ in kept), tuple(values.tolist()))
