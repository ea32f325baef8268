"""How common characters are in what sellers write, and how common their sounds, in hundredths of a decimal logarithm.

``characters.tsv`` holds the characters of ordinary words and of honest listings, half of each (see
detection.training.coincidence). Whole numbers, so that sums do not depend on their order.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from detection.names.sounds import SYLLABLES, sound_codes

#: Of a character that is in no list.
RAREST = -550

Logs = npt.NDArray[np.int32]


@cache
def characters() -> Logs:
    """By code point, how often a character is that one."""
    table = np.full(0x110000, RAREST, np.int32)
    for line in files("detection.names").joinpath("characters.tsv").read_text("utf-8").splitlines()[1:]:
        character, value = line.split("\t")
        table[ord(character)] = int(value)
    return table


@cache
def sounds() -> Logs:
    """By sound code (see names.sounds.sound_codes), how often a character sounds so."""
    table = characters()
    known = np.flatnonzero(table > RAREST).astype(np.uint32)
    heard = sound_codes(known)
    shares = np.bincount(heard, 10.0 ** (table[known] / 100), SYLLABLES + 4096)
    found = np.full(len(shares), RAREST, np.int32)
    some = np.flatnonzero(shares > 10.0 ** (RAREST / 100))
    found[some] = np.rint(100 * np.log10(shares[some]))
    return found


def lines(shares: dict[str, float]) -> str:
    """``characters.tsv`` of characters and their shares."""
    logs = {character: round(100 * math.log10(share)) for character, share in sorted(shares.items()) if share > 0}
    return "character\tlog\n" + "".join(f"{one}\t{value}\n" for one, value in logs.items() if value > RAREST)
