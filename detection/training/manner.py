"""Learning how suspected listings are written: logistic regression over characters and pairs, from written sets only.

Generated listings are left out: their phrases are what this is to go beyond.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from detection.manner import grams, length, value

#: A gram of fewer texts is chance; so many of the weightiest are kept; inverse strength of the ridge.
FEWEST, KEPT, INVERSE_RIDGE = 3, 20_000, 10.0

Floats = npt.NDArray[np.float64]
Weights = dict[str, float]


def balanced(truth: npt.NDArray[np.bool_], rights: Sequence[str]) -> Floats:
    """Weights by which each right's suspected rows weigh as much as its others: what is sold then says nothing. Rights
    of which there is but one sort weigh nothing, nor do rows of no right ("")."""
    weight = np.zeros(len(truth))
    owners = np.array(rights, object)
    for right in dict.fromkeys(filter(None, rights)):
        own = owners == right
        both = (own & truth, own & ~truth)
        if all(sort.any() for sort in both):
            for sort in both:
                weight[sort] = own.sum() / 2 / sort.sum()
    return weight


def learn(texts: Sequence[str], truth: npt.NDArray[np.bool_], rights: Sequence[str]) -> Weights:
    """Gram → weight, and the constant under "". ``rights``: whose each row is."""
    counter = CountVectorizer(analyzer=grams, min_df=FEWEST, binary=True, dtype=np.float64)
    found = counter.fit_transform(texts)
    scaled = found.multiply(1 / np.array([length(grams(text)) for text in texts])[:, None]).tocsr()
    model = LogisticRegression(C=INVERSE_RIDGE, max_iter=1000)
    model.fit(scaled, truth, sample_weight=balanced(truth, rights))
    weight = model.coef_[0]
    names = counter.get_feature_names_out()
    order = sorted(range(len(weight)), key=lambda place: (-abs(round(weight[place], 3)), names[place]))[:KEPT]
    kept = {str(names[place]): round(float(weight[place]), 3) for place in order}
    return {"": round(float(model.intercept_[0]), 3), **dict(sorted(kept.items()))}


def values(texts: Sequence[str], weights: Weights) -> Floats:
    """What the texts are given, in log-odds; 0 where no gram is known."""
    return np.array([value(grams(text), weights) or 0.0 for text in texts], float)


def crossed(
    texts: Sequence[str], truth: npt.NDArray[np.bool_], rights: Sequence[str], sets: npt.NDArray[np.int64]
) -> Floats:
    """What each set's texts are given by the weights of all other sets."""
    made = np.zeros(len(truth))
    for number in np.unique(sets):
        own = sets == number
        others = np.flatnonzero(~own).tolist()
        taught = learn([texts[row] for row in others], truth[others], [rights[row] for row in others])
        made[own] = values([texts[row] for row in np.flatnonzero(own).tolist()], taught)
    return made


def lines(marks: Weights, indications: Weights) -> str:
    """``manner.tsv``."""
    rows = [f"{gram}\t{marks.get(gram, '')}\t{indications.get(gram, '')}" for gram in sorted({*marks, *indications})]
    return "gram\ttrademark\tgi\n" + "".join(f"{row}\n" for row in rows)
