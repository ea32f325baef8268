"""A head of the model, brought up to judgements: the most probable step functions given a prior and what was judged.

The head stays what it is, a sum of step functions in log-odds; only their steps move, and none against its direction.
With f the log-odds, the steps θ minimise

    Σ judged wᵢ ℓ(yᵢ, f(xᵢ))  +  a Σ generated ℓ(yⱼ, f(xⱼ))  +  ½ Σ (θₖ − θ⁰ₖ)² / σₖ²

The second term is a power prior (Ibrahim & Chen 2000): all generated data together count as :data:`PRIOR` judgements.
The third draws towards the prior model what neither kind of data speaks of; the variance of a feature is shared among
its steps as its rise is, so that a feature of fifty small steps is held as firmly as one of a single step. The problem
is convex, so the answer is one, and few judgements move it little.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from detection.model import Head, Term
from domain.records import Tier

#: So many judgements the generated data are worth. Below, they lead; above, the bureau's own experience does.
PRIOR = 200.0
#: Standard deviation of a feature's whole rise, and of the bias, in log-odds: e^1.5 is odds of 4.5.
SPREAD = 1.5
FOLDS = 5

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Features of pairs of listing and right: ``values`` n × columns, ``truth`` n, ``weight`` n, ``group`` n: equal
    for rows that must stay together in one fold (one shop's)."""

    columns: tuple[str, ...]
    values: Floats
    truth: npt.NDArray[np.bool_]
    weight: Floats
    group: npt.NDArray[np.int64]

    def take(self, rows: npt.NDArray[np.bool_]) -> Rows:
        return Rows(self.columns, self.values[rows], self.truth[rows], self.weight[rows], self.group[rows])


@dataclass(frozen=True, slots=True)
class _Step:
    """One edge of a term: crossing it upwards adds the parameter. ``above``: whether silence (0) lies below it."""

    name: str
    edge: float
    above: bool


def together(groups: Sequence[object]) -> Floats:
    """Weights of rows that are not independent: n rows of one group count as √n rows.

    >>> together(["a", "a", "a", "a", "b"]).tolist()
    [0.5, 0.5, 0.5, 0.5, 1.0]
    """
    _, place, counts = np.unique(np.array([str(group) for group in groups]), return_inverse=True, return_counts=True)
    weights: Floats = 1 / np.sqrt(counts[place])
    return weights


def _steps(head: Head, fixed: Collection[str]) -> list[_Step]:
    return [
        _Step(name, edge, edge > 0)
        for name in sorted(head.terms)
        if name not in fixed
        for edge in head.terms[name].edges
    ]


def _increments(head: Head, steps: Sequence[_Step]) -> Floats:
    rises = {
        name: dict(zip(term.edges, np.diff(term.values).tolist(), strict=True)) for name, term in head.terms.items()
    }
    return np.array([rises[step.name][step.edge] for step in steps], float)


def _design(rows: Rows, steps: Sequence[_Step]) -> Floats:
    """n × (steps + 1): what each step adds to a row; the last column is the bias."""
    place = {name: column for column, name in enumerate(rows.columns)}
    made = np.zeros((len(rows.truth), len(steps) + 1))
    made[:, -1] = 1
    for column, step in enumerate(steps):
        if step.name in place:
            seen = rows.values[:, place[step.name]]
            made[:, column] = (seen >= step.edge) if step.above else -1.0 * (seen < step.edge)
    return made


def _fixed_part(rows: Rows, head: Head, fixed: Collection[str]) -> Floats:
    """Log-odds of the terms that are policy, not learned."""
    part = np.zeros(len(rows.truth))
    for column, name in enumerate(rows.columns):
        if name in fixed and name in head.terms:
            part += [head.terms[name].at(value) for value in rows.values[:, column]]
    return part


def _bounds(steps: Sequence[_Step], direction: Mapping[str, int]) -> list[tuple[float | None, float | None]]:
    ways: dict[int, tuple[float | None, float | None]] = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
    return [*(ways[direction.get(step.name, 0)] for step in steps), (None, None)]


def _spreads(steps: Sequence[_Step], increments: Floats) -> Floats:
    whole: dict[str, float] = {}
    for step, rise in zip(steps, increments, strict=True):
        whole[step.name] = whole.get(step.name, 0.0) + abs(rise)
    shares = [abs(rise) / whole[step.name] for step, rise in zip(steps, increments, strict=True)]
    found: Floats = SPREAD * np.sqrt(np.array([*shares, 1.0]).clip(1e-6))
    return found


def _softplus(values: Floats) -> Floats:
    found: Floats = np.logaddexp(0, values)
    return found


class _Problem:
    """The objective over rows that are laid out once; fitted to any part of them."""

    def __init__(
        self, head: Head, prior: Rows, judged: Rows, fixed: Collection[str], direction: Mapping[str, int]
    ) -> None:
        self.head, self.fixed = head, fixed
        self.steps = _steps(head, fixed)
        self.start = np.append(_increments(head, self.steps), head.bias)
        self._spread = _spreads(self.steps, self.start[:-1])
        self._bounds = _bounds(self.steps, direction)
        self.truth = np.append(judged.truth, prior.truth).astype(float)
        share = PRIOR / max(prior.weight.sum(), 1.0)
        self.weight = np.append(judged.weight, prior.weight * share)
        self._design = np.vstack([_design(judged, self.steps), _design(prior, self.steps)])
        self._offset = np.append(_fixed_part(judged, head, fixed), _fixed_part(prior, head, fixed))

    def fit(self, rows: npt.NDArray[np.bool_] | slice = slice(None), near: Floats | None = None) -> Floats:
        """The parameters for these rows; ``near``: where to start. In units of their spread all are alike, which is
        what the method wants."""
        spread = self._spread
        design = self._design[rows] * spread
        known = self._design[rows] @ self.start + self._offset[rows]
        truth, weight = self.truth[rows], self.weight[rows]

        def objective(moved: Floats) -> tuple[float, Floats]:
            odds = design @ moved + known
            loss = float(weight @ (_softplus(odds) - truth * odds) + 0.5 * moved @ moved)
            return loss, design.T @ (weight * (np.exp(-_softplus(-odds)) - truth)) + moved

        bounds = [
            (None if low is None else (low - at) / by, None if high is None else (high - at) / by)
            for (low, high), at, by in zip(self._bounds, self.start, spread, strict=True)
        ]
        begin = np.zeros(len(spread)) if near is None else (near - self.start) / spread
        found = minimize(
            objective, begin, jac=True, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": 500, "ftol": 1e-11, "gtol": 1e-6},
        )  # fmt: skip
        values: Floats = self.start + spread * found.x
        return values

    def predict(self, values: Floats, rows: npt.NDArray[np.bool_]) -> Floats:
        probability: Floats = np.exp(-_softplus(-(self._design[rows] @ values + self._offset[rows])))
        return probability

    def terms(self, values: Floats) -> tuple[float, dict[str, Term]]:
        moved: dict[str, list[float]] = {}
        for step, rise in zip(self.steps, values[:-1], strict=True):
            moved.setdefault(step.name, []).append(float(rise))
        terms = {}
        for name, term in self.head.terms.items():
            if name not in moved:
                terms[name] = term
                continue
            silent = sum(edge <= 0 for edge in term.edges)
            levels = np.append(0.0, np.cumsum(moved[name]))
            levels -= levels[silent]
            terms[name] = Term(term.edges, tuple(np.round(levels, 6).tolist()))
        return round(float(values[-1]), 6), terms


@dataclass(frozen=True, slots=True)
class Updated:
    """The head, and what the judged rows were given by fits that had not seen their fold."""

    head: Head
    unseen: Floats


def update(
    head: Head,
    prior: Rows,
    judged: Rows,
    *,
    fixed: Collection[str],
    direction: Mapping[str, int],
    tiers: Callable[[Floats, npt.NDArray[np.bool_], Floats], dict[Tier, float]],
) -> Updated:
    """The head, learned from judged rows. ``fixed`` terms are policy and stay; ``tiers`` draws the lowest probability
    of each tier from scores, truths and weights of rows that their fit had not seen."""
    problem = _Problem(head, prior, judged, fixed, direction)
    fold = np.append(judged.group % FOLDS, np.arange(len(prior.truth)) % FOLDS)
    unseen = np.zeros(len(fold))
    whole = problem.fit()
    for number in range(FOLDS):
        part = fold == number
        if part.any():
            unseen[part] = problem.predict(problem.fit(~part, whole), part)
    bias, terms = problem.terms(whole)
    drawn = tiers(unseen, problem.truth.astype(bool), problem.weight)
    return Updated(Head(bias, terms, drawn), unseen[: len(judged.truth)])


def lowest(
    scores: Floats,
    truth: npt.NDArray[np.bool_],
    weight: Floats,
    *,
    precision: Sequence[tuple[Tier, float, float]],
    least: float,
) -> dict[Tier, float]:
    """The lowest probability of each tier from which on its precision is reached: (tier, precision, at least)."""
    order = np.argsort(-scores, kind="stable")
    rate = np.cumsum((truth * weight)[order]) / np.cumsum(weight[order]).clip(1e-12)
    tiers: dict[Tier, float] = {}
    for tier, wanted, floor in precision:
        enough = np.flatnonzero(rate >= wanted)
        found = float(scores[order][enough[-1]]) if len(enough) else 1.0
        tiers[tier] = round(min(0.99, max(floor, found)), 4)
    tiers["中"] = min(tiers["中"], tiers["高"])
    tiers["低"] = least
    return tiers
