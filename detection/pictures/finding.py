"""Copies of a picture in a store, and in words what was changed."""

from __future__ import annotations

from detection.pictures.copies import Copy, Lookup, search
from detection.pictures.traits import Traits

#: With so many points there is no need to look at the mirror image too.
_PLENTY = 16


def copies_of(seen: Traits, lookup: Lookup, *, most: int = 10) -> list[Copy]:
    """Known pictures that this one is, changed or not, the surest first; each is proved by its points."""
    if seen.flat:
        return []
    found = search(seen.spots, lookup, most=most)
    if not found or found[0].points < _PLENTY:
        # repeated patterns may look a little alike either way round: of a picture, the better proof counts
        best = {copy.picture: copy for copy in found}
        for copy in search(seen.mirror, lookup, mirrored=True, most=most):
            if copy.picture not in best or copy.points > best[copy.picture].points:
                best[copy.picture] = copy
        found = sorted(best.values(), key=lambda copy: (-copy.points, copy.picture))
    return found[:most]
