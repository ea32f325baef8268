"""What training reads: a row is a listing with a right that it could concern, and what the features say of the pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from detection import manner
from detection.features.registry import GI_FEATURES, MARK_FEATURES, names
from detection.model import Head, Model
from detection.screener import Pictured, Screener
from detection.training.manner import crossed
from detection.training.written import WrittenSet
from domain.records import Case, Right

#: So many generated listings a written one weighs as. With sets left out in turn, F1, AUC and calibration of the set
#: left out were best from 10 on (1: between that and none).
WRITTEN_WEIGHT = 10.0
FOLDS = 5
#: Features of a name that is not as registered.
_ALTERED = ("imitation", "hidden", "extended")
_EVEN = Head(0.0, {}, {"高": 0.9, "中": 0.7, "低": 0.5})
#: A model that says nothing, for what is to be learned from.
SILENT = Model("none", {"trademark": _EVEN, "gi": _EVEN})

Floats = npt.NDArray[np.float64]
Split = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind of right. ``values`` n × columns; ``truth`` n; ``origin`` n: the number of the written set, from
    1, and 0 for generated rows; ``text`` n: what is read of the listing for its manner; ``right`` n: its id."""

    columns: tuple[str, ...]
    values: Floats
    truth: npt.NDArray[np.bool_]
    origin: npt.NDArray[np.int64]
    text: npt.NDArray[np.object_]
    right: npt.NDArray[np.object_]

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Table:
        return Table(
            self.columns, self.values[rows], self.truth[rows], self.origin[rows], self.text[rows], self.right[rows]
        )

    @property
    def written(self) -> npt.NDArray[np.bool_]:
        return self.origin > 0

    @property
    def weight(self) -> Floats:
        return np.where(self.written, WRITTEN_WEIGHT, 1.0)

    def splits(self) -> Iterator[Split]:
        """Rows to train on and rows to test on, fold by fold; a written set is in one fold as a whole."""
        fold = np.where(self.written, self.origin, np.arange(len(self.origin))) % FOLDS
        for number in np.unique(fold):
            yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def tables(register: Sequence[Right], labelled: Sequence[Case], shown: Pictured) -> dict[str, Table]:
    """Rows for both kinds: every candidate of every listing, true when the label names its right. ``shown``: what the
    listings' pictures show."""
    # coincidences teach as well as what is meant
    screener = Screener(register, SILENT, sifted=False)
    columns: dict[str, tuple[str, ...]] = {"trademark": names(MARK_FEATURES), "gi": names(GI_FEATURES)}
    rows: dict[str, list[list[float]]] = {kind: [] for kind in columns}
    truth: dict[str, list[bool]] = {kind: [] for kind in columns}
    texts: dict[str, list[tuple[str, str]]] = {kind: [] for kind in columns}
    by_key = {case.listing.key: case for case in labelled}
    for listing, found in screener.assess_many((case.listing for case in labelled), shown):
        label, text = by_key[listing.key].label, manner.text(listing.title, listing.description)
        for one in found:
            kind = one.right.kind
            rows[kind].append([one.values.get(name, 0.0) for name in columns[kind]])
            truth[kind].append(label.suspected and one.right.id in label.rights)
            texts[kind].append((text, one.right.id))
    made: dict[str, Table] = {}
    for name, of_kind in columns.items():
        n = len(rows[name])
        values = np.array(rows[name], float).reshape(n, len(of_kind))
        read = np.array(texts[name], object).reshape(n, 2)
        origin = np.zeros(n, np.int64)
        made[name] = Table(of_kind, values, np.array(truth[name], bool), origin, read[:, 0], read[:, 1])
    return made


def joined(
    generated: Mapping[str, Table], sets: Sequence[WrittenSet], *, together: int | None = None
) -> dict[str, Table]:
    """The generated rows and those of the written sets. The manner of a written listing is judged by what all other
    sets teach of it; that of a generated one says nothing. ``together``: the sets are left out in so many groups, which
    costs less and judges by somewhat fewer sets; None: one by one."""
    parts = {kind: [table] for kind, table in generated.items()}
    for number, one in enumerate(sets, 1):
        for kind, table in tables(one.register, one.cases, {}).items():
            parts[kind].append(replace(table, origin=np.full(len(table.truth), number, np.int64)))
    return {kind: _with_manner(_together(several), together) for kind, several in parts.items()}


def _together(several: Sequence[Table]) -> Table:
    return Table(
        several[0].columns,
        np.concatenate([one.values for one in several]),
        np.concatenate([one.truth for one in several]),
        np.concatenate([one.origin for one in several]),
        np.concatenate([one.text for one in several]),
        np.concatenate([one.right for one in several]),
    )


def owners(table: Table) -> list[str]:
    """Whose each row is, for ids are a set's own; "" where the name is not as registered, for then the rest need not
    say anything to be suspected."""
    columns = [table.columns.index(name) for name in _ALTERED]
    altered: list[bool] = np.any(table.values[:, columns] > 0, axis=1).tolist()
    rows = zip(table.origin.tolist(), table.right.tolist(), altered, strict=True)
    return ["" if other else f"{number}/{right}" for number, right, other in rows]


def _with_manner(table: Table, together: int | None) -> Table:
    values, column = table.values.copy(), table.columns.index("manner")
    values[:, column] = 0.0
    known = table.take(table.written)
    values[table.written, column] = crossed(
        known.text.tolist(), known.truth, owners(known), known.origin % (together or len(table.origin))
    )
    return replace(table, values=values)
