"""Learn: a new version of the model from what officers decided, and what it would change. It is only proposed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from qingyuan import models
from qingyuan.progress import Report, silent
from qingyuan.stages import evaluate
from qingyuan.stages.lessons import Gathered, Lesson, gather, needed

if TYPE_CHECKING:
    from detection.learning.updating import Rows
    from detection.model import Head, Model
    from qingyuan.workspace import Workspace

#: So many lessons of each verdict a kind of right needs before its head is touched.
LEAST = 10
#: Generated listings behind the prior: what they say together weighs the same, however many they are.
_GENERATED = 6_000
#: In so many groups written sets are left out for their manner: the officer waits.
_GROUPS = 6
#: A set of fewer cases says too little to warn by.
_TELLING = 50
_LEARNER = "step functions: power prior of the generated data, Gaussian prior at the shipped model, L-BFGS-B"


def learn(workspace: Workspace, *, now: datetime, report: Report = silent) -> dict[str, Any]:
    """Train on all judgements, compare with the version in force, and keep the result as a proposal.

    ``{trained, version, parent, used, held_out, needed, left_out, authorise, comparison}``. With too few judgements
    nothing is trained and ``needed`` says how many of which verdict are missing. The same judgements, register and code
    give the same version, whatever the time.
    """
    from detection.model import shipped
    from detection.screener import detector_version
    from qingyuan.stages.screen import screener

    prior = shipped()
    gathered = gather(workspace, screener(workspace, prior), report=report)
    rights = workspace.rights()
    ours = [lesson for lesson in gathered.lessons if not lesson.held_out]
    used, held = needed(rights, ours), needed(rights, (one for one in gathered.lessons if one.held_out))
    missing = {
        kind: {verdict: max(LEAST - count, 0) for verdict, count in counts.items()} for kind, counts in used.items()
    }
    result: dict[str, Any] = {
        "trained": False, "version": None, "parent": models.active_name(workspace.home), "used": used, "held_out": held,
        "needed": missing, "left_out": dict(gathered.left_out),
        "authorise": [list(pair) for pair in gathered.authorised],
        "comparison": None,
    }  # fmt: skip
    enough = [kind for kind, counts in missing.items() if not any(counts.values())]
    if not enough:
        return result
    report("学习", 0, 2)
    heads, metrics, generated = _heads(prior, enough, ours)
    report("学习", 1, 2)
    data = hashlib.sha256(b"\n".join([generated.encode(), *(_line(lesson) for lesson in ours)])).hexdigest()
    name = _name(prior, heads, data)
    origin = {
        "data": f"sha256:{data}", "seed": prior.origin.get("seed"), "prior": prior.version, "parent": result["parent"],
        "judgements": used, "held_out": held, "left_out": result["left_out"], "heads": enough, "metrics": metrics,
        "at": now.isoformat(), "detector": detector_version(), "learner": _LEARNER,
    }  # fmt: skip
    model = type(prior)(name, heads, origin)
    found = compare(workspace, gathered, result["parent"], model)
    models.store(workspace.home, model, found)
    report("学习", 2, 2)
    return {**result, "trained": True, "version": name, "comparison": found}


def compare(workspace: Workspace, gathered: Gathered, old: str, new: Model) -> dict[str, Any]:
    """``{old, held_out, frozen}``: the old version's name, and the two models on the judgements that were held out and
    on the frozen set; None where there is none."""
    from detection.learning.comparing import compare as side_by_side

    before = models.read(workspace.home, old)
    held = [lesson.outcome() for lesson in gathered.lessons if lesson.held_out]
    frozen = [outcome for files in evaluate.frozen() for outcome in evaluate.judged(*files, before)]
    return {
        "old": old,
        "held_out": side_by_side(held, before, new) if held else None,
        "frozen": side_by_side(frozen, before, new) if frozen else None,
    }


def compared(workspace: Workspace, name: str, *, report: Report = silent) -> Mapping[str, Any] | None:
    """The comparison of a version with the one in force now: as kept, or measured again when another is in force."""
    from detection.model import shipped
    from qingyuan.stages.screen import screener

    kept, now = models.comparison(workspace.home, name), models.active_name(workspace.home)
    if kept is not None and kept["old"] == now:
        return kept
    gathered = gather(workspace, screener(workspace, shipped()), report=report)
    return compare(workspace, gathered, now, models.read(workspace.home, name))


def worse(comparison: Mapping[str, Any]) -> list[str]:
    """In what the new version is clearly worse, as Chinese sentences."""
    said = []
    for name, title in (("held_out", "保留的判断"), ("frozen", "固定样本")):
        found = comparison.get(name)
        if not found or found["new"]["n"] < _TELLING:
            continue
        old, new = found["old"], found["new"]
        figures = [("F1", old["f1"], new["f1"], 0.005), ("校准误差", -old["ece"], -new["ece"], 0.01)]
        if old["tiers"]["高"]["n"] >= _TELLING and new["tiers"]["高"]["n"]:
            figures.append(("“高”档准确率", old["tiers"]["高"]["precision"], new["tiers"]["高"]["precision"], 0.005))
        for what, before, after, margin in figures:
            if after < before - margin:
                said.append(f"{title}上{what}由 {abs(before):.3f} 变为 {abs(after):.3f}")
    return said


def _heads(
    prior: Model, enough: Sequence[str], lessons: Sequence[Lesson]
) -> tuple[dict[str, Head], dict[str, dict[str, Any]], str]:
    """The heads, the figures of those that learned, and the digest of the generated data."""
    from functools import partial

    from threadpoolctl import threadpool_limits

    from detection import train
    from detection.features.registry import DIRECTION
    from detection.learning.updating import lowest, update
    from detection.training.generate import cases
    from detection.training.rows import joined, tables
    from detection.training.written import SETS, written
    from domain.codec import encode

    register, labelled = cases(train.SEED, _GENERATED)  # by their text: to draw their pictures takes minutes
    sets = [written(name) for name in SETS]
    records = (*register, *labelled, *(record for one in sets for record in (*one.register, *one.cases)))
    digest = hashlib.sha256(b"\n".join(map(encode, records))).hexdigest()
    made = joined(tables(register, labelled, {}), sets, together=_GROUPS)
    heads, metrics = dict(prior.heads), {}
    drawn = partial(lowest, precision=train.PRECISION, least=train.LOWEST)
    with threadpool_limits(1):  # the same order of additions, so the same bytes
        for kind in enough:
            table = made[kind]
            judged = _rows(table.columns, [one for one in lessons if one.assessment.right.kind == kind])
            updated = update(
                prior.heads[kind], _generated(table), judged, fixed=train.POLICY, direction=DIRECTION, tiers=drawn
            )
            heads[kind] = updated.head
            metrics[kind] = _figures(updated.unseen.tolist(), judged.truth.tolist(), updated.head.tiers["低"])
    return heads, metrics, digest


def _generated(table: Any) -> Rows:
    """Equal rows once, with their weights together: tens of thousands are a few thousand different ones."""
    import numpy as np

    from detection.learning.updating import Rows

    joined = np.column_stack([table.values, table.truth])
    unique, places = np.unique(joined, axis=0, return_inverse=True)
    weight = np.bincount(places.ravel(), table.weight).astype(float)
    return Rows(table.columns, unique[:, :-1], unique[:, -1] > 0, weight, np.arange(len(weight), dtype=np.int64))


def _rows(columns: tuple[str, ...], lessons: Sequence[Lesson]) -> Rows:
    import numpy as np

    from detection.learning.updating import Rows, together

    return Rows(
        columns,
        np.array([[one.assessment.values.get(name, 0.0) for name in columns] for one in lessons], float),
        np.array([one.suspected for one in lessons], bool),
        together([(one.shop, one.decided.right, one.suspected) for one in lessons]),
        np.array([one.group for one in lessons], np.int64),
    )


def _figures(scores: list[float], truth: list[bool], threshold: float) -> dict[str, Any]:
    """Of judged rows that their fit had not seen."""
    from sklearn.metrics import roc_auc_score

    from detection.evaluation import calibration_error

    flagged = [is_so for score, is_so in zip(scores, truth, strict=True) if score >= threshold]
    return {
        "rows": len(truth),
        "suspected": sum(truth),
        "auc": round(float(roc_auc_score(truth, scores)), 4),
        "ece": round(calibration_error(scores, truth), 4),
        "precision": round(sum(flagged) / len(flagged), 4) if flagged else None,
        "recall": round(sum(flagged) / sum(truth), 4),
    }


def _line(lesson: Lesson) -> bytes:
    from domain.codec import encode

    judgement = lesson.decided.judgement
    said = f"{judgement.finding}\t{judgement.verdict}\t{judgement.stage}\t{lesson.decided.capture}\t"
    return said.encode("utf-8", "replace") + encode(lesson.listing)


def _name(prior: Model, heads: Mapping[str, Head], data: str) -> str:
    from detection.model import write

    whole = write(type(prior)("", heads, {"data": data, "prior": prior.version}))
    return f"bureau-{hashlib.sha256(whole).hexdigest()[:12]}"
