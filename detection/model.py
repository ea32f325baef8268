"""The model: a calibrated additive score in log-odds, one step function a feature, apart for marks and for GIs.

It is what scikit-learn's gradient boosting learns when its trees may not mix features (see detection.train), written as
plain JSON: for each feature the edges and the log-odds between them. So a score is a sum, and each reason carries its
own part of it. Nothing executable is stored or read.
"""

from __future__ import annotations

import bisect
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import ModelError
from domain.records import TIERS, Tier

_FORMAT = 1
_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Term:
    """A step function: ``values[i]`` between ``edges[i-1]`` and ``edges[i]``, in log-odds."""

    edges: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, value: float) -> float:
        return self.values[bisect.bisect_right(self.edges, value)]

    def each(self, values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """The same of many values."""
        found: npt.NDArray[np.float64] = np.array(self.values)[np.searchsorted(self.edges, values, side="right")]
        return found


@dataclass(frozen=True, slots=True)
class Head:
    """The score for one kind of right. ``tiers`` are the lowest probabilities of each tier."""

    bias: float
    terms: Mapping[str, Term]
    tiers: Mapping[Tier, float]

    def parts(self, values: Mapping[str, float]) -> dict[str, float]:
        """The contribution of each feature, relative to its being silent (0), in log-odds."""
        terms = self.terms
        return {name: terms[name].at(value) for name, value in values.items() if name in terms}

    def probability(self, values: Mapping[str, float]) -> float:
        return self.total(self.parts(values))

    def total(self, parts: Mapping[str, float]) -> float:
        """The probability that contributions add up to."""
        return logistic(self.bias + sum(parts.values()))

    def tier(self, probability: float) -> Tier | None:
        """The tier of a probability; None below the lowest."""
        for tier in TIERS:
            if probability >= self.tiers[tier]:
                return tier
        return None


@dataclass(frozen=True, slots=True)
class Model:
    """Both heads, and where they come from: data digest, seeds and metrics are kept with the model."""

    version: str
    heads: Mapping[str, Head]
    origin: Mapping[str, Any] = field(default_factory=dict)


def logistic(value: float) -> float:
    """
    >>> logistic(0), round(logistic(800), 3), round(logistic(-800), 3)
    (0.5, 1.0, 0.0)
    """
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


def _head(value: Any) -> Head:
    terms = {}
    for name, term in value["terms"].items():
        edges, values = tuple(map(float, term["edges"])), tuple(map(float, term["values"]))
        if len(values) != len(edges) + 1 or list(edges) != sorted(edges) or not all(map(math.isfinite, values)):
            raise ValueError(name)
        terms[str(name)] = Term(edges, values)
    tiers: dict[Tier, float] = {tier: float(value["tiers"][tier]) for tier in TIERS}
    if not 1 >= tiers["高"] >= tiers["中"] >= tiers["低"] > 0:
        raise ValueError("tiers")
    return Head(float(value["bias"]), terms, tiers)


def read(data: bytes) -> Model:
    """A model out of its JSON. Raises ModelError when it is not one."""
    if len(data) > _LARGEST:
        raise ModelError(f"模型文件有 {len(data)} 字节，超过上限 {_LARGEST} 字节")
    try:
        value = json.loads(data)
        if value["format"] != _FORMAT:
            raise ModelError(f"模型文件的格式是 {value['format']}，本版本只能读取格式 {_FORMAT}；请重新训练")
        return Model(
            str(value["version"]), {kind: _head(value["heads"][kind]) for kind in ("trademark", "gi")}, value["origin"]
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"模型文件已损坏或不是模型（{type(error).__name__}: {str(error)[:80]}）；请重新训练或换用随附的模型"
        ) from None


def write(model: Model) -> bytes:
    """The model as JSON: sorted, the same bytes for the same model."""
    heads = {
        kind: {
            "bias": head.bias,
            "terms": {
                name: {"edges": list(term.edges), "values": list(term.values)} for name, term in head.terms.items()
            },
            "tiers": dict(head.tiers),
        }
        for kind, head in model.heads.items()
    }
    value = {"format": _FORMAT, "version": model.version, "heads": heads, "origin": dict(model.origin)}
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8") + b"\n"


@cache
def shipped() -> Model:
    """The model that comes with the package."""
    return read(files("detection").joinpath("model.json").read_bytes())
