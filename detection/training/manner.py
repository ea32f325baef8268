"""Learning how suspected listings are written: logistic regression over characters and pairs, from written sets only.

Generated listings are left out: their phrases are what this is to go beyond.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from detection.manner import grams

#: A gram of fewer texts is chance; so many of the weightiest are kept; inverse strength of the ridge.
FEWEST, KEPT, INVERSE_RIDGE = 3, 4000, 1.0

Floats = npt.NDArray[np.float64]
Weights = dict[str, float]


def learn(texts: Sequence[str], truth: npt.NDArray[np.bool_]) -> Weights:
    """Gram → weight, and the constant under ""."""
    counter = CountVectorizer(analyzer=grams, min_df=FEWEST, binary=True, dtype=np.float64)
    found = counter.fit_transform(texts)
    length = np.sqrt([max(1, len(grams(text))) for text in texts])
    model = LogisticRegression(C=INVERSE_RIDGE, max_iter=1000).fit(found.multiply(1 / length[:, None]).tocsr(), truth)
    weight = model.coef_[0]
    names = counter.get_feature_names_out()
    order = sorted(range(len(weight)), key=lambda place: (-abs(round(weight[place], 3)), names[place]))[:KEPT]
    kept = {str(names[place]): round(float(weight[place]), 3) for place in order}
    return {"": round(float(model.intercept_[0]), 3), **dict(sorted(kept.items()))}


def values(texts: Sequence[str], weights: Weights) -> Floats:
    """What the texts are given, in log-odds."""
    made = []
    for text in texts:
        found = grams(text)
        known = sorted(weights[gram] for gram in found if gram in weights)
        made.append(sum(known) / max(1, len(found)) ** 0.5 + weights[""] if known else 0.0)
    return np.clip(np.round(made, 3), -3.0, 3.0)


def crossed(texts: Sequence[str], truth: npt.NDArray[np.bool_], sets: npt.NDArray[np.int64]) -> Floats:
    """What each set's texts are given by the weights of all other sets."""
    made = np.zeros(len(truth))
    for number in np.unique(sets):
        own = sets == number
        others = learn([text for text, mine in zip(texts, own, strict=True) if not mine], truth[~own])
        made[own] = values([text for text, mine in zip(texts, own, strict=True) if mine], others)
    return made


def lines(marks: Weights, indications: Weights) -> str:
    """``manner.tsv``."""
    rows = [f"{gram}\t{marks.get(gram, '')}\t{indications.get(gram, '')}" for gram in sorted({*marks, *indications})]
    return "gram\ttrademark\tgi\n" + "".join(f"{row}\n" for row in rows)
