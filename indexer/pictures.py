"""Search by picture: listings whose photo is the one at hand, found by a 64-bit picture hash. Pure.

Two hashes are taken for the same photo up to :data:`MAX_DISTANCE` differing bits. Of four bands of 16 bits one then
differs by at most one bit (seven bits cannot put two into each of four bands), so the photos to compare are those that
share one of the 4 × 17 bands within one bit; no photo within the distance is missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.errors import QueryError
from indexer.conditions import OneOf

MAX_DISTANCE = 7
_HASH = re.compile(r"[0-9a-f]{16}")
_FLIPS = (0, *(1 << bit for bit in range(16)))


def bands(hashes: Iterable[str]) -> tuple[str, ...]:
    """What is stored of the hashes of a listing: each band with its place. A malformed hash has none.

    >>> bands(["0123456789abcdef"])
    ('0:0123', '1:4567', '2:89ab', '3:cdef')
    """
    found: dict[str, None] = {}
    for value in hashes:
        if _HASH.fullmatch(value):
            found.update(dict.fromkeys(f"{place}:{value[place * 4 : place * 4 + 4]}" for place in range(4)))
    return tuple(found)


def near(value: str) -> OneOf:
    """What every listing with a photo within :data:`MAX_DISTANCE` of this hash fulfils, and few others do."""
    if not _HASH.fullmatch(value):
        raise QueryError(f"图片指纹应为 16 位小写十六进制数，实为：{value[:40]!r}")
    words = ((place, int(value[place * 4 : place * 4 + 4], 16)) for place in range(4))
    return OneOf("band", tuple(f"{place}:{word ^ flip:04x}" for place, word in words for flip in _FLIPS))


def distance(left: str, right: str) -> int:
    """Differing bits of two hashes."""
    return (int(left, 16) ^ int(right, 16)).bit_count()


def nearest(value: str, hashes: Iterable[str]) -> tuple[int, str] | None:
    """The smallest distance to a listing's hashes, with that hash; None when it has no valid one."""
    return min(((distance(value, each), each) for each in hashes if _HASH.fullmatch(each)), default=None)
