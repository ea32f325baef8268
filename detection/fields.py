"""The texts of a batch of listings in which names are looked for, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detection.facts import Facts


class Fields(NamedTuple):
    """Columns of equal length: of each text the place of its listing in the batch, the field's name, and the text; and
    whether it is the title, or the brand that the seller claims."""

    owner: npt.NDArray[np.int64]
    name: Sequence[str]
    text: Sequence[str]
    titled: npt.NDArray[np.bool_]
    claimed: npt.NDArray[np.bool_]


def fields_of(batch: Sequence[Facts]) -> Fields:
    rows = [(owner, name, text) for owner, facts in enumerate(batch) for name, text in facts.fields]
    owner, name, text = zip(*rows, strict=True) if rows else ((), (), ())
    titled, claimed = ([one == kind for one in name] for kind in ("title", "brand"))
    return Fields(np.array(owner, np.int64), name, text, np.array(titled, np.bool_), np.array(claimed, np.bool_))
