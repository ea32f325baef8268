"""Towns: what lies below the counties.

A town's short name is seldom its own, so it counts beside the county or prefecture that has it, with its kind written
out (径山镇), or as all that a field says. The table is made by scripts/detection_towns.py.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

_KIND = re.compile(r"(?:街道|镇|乡)")
_LONGEST = 5


@cache
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, frozenset[str]]]:
    """The towns of each county, and the counties of each town's short name."""
    text = gzip.decompress(files("detection.places").joinpath("towns.txt.gz").read_bytes()).decode("utf-8")
    below: dict[str, tuple[str, ...]] = {}
    counties: dict[str, set[str]] = {}
    for line in text.splitlines():
        county, *names = line.split(" ")
        below[county] = tuple(names)
        for name in names:
            counties.setdefault(name, set()).add(county)
    return below, {name: frozenset(found) for name, found in counties.items()}


def of(county: str) -> tuple[str, ...]:
    """The short names of a county's towns."""
    return _tables()[0].get(county, ())


def counties(name: str) -> frozenset[str]:
    """The counties that have a town of this short name.

    >>> sorted(counties("径山"))
    ['330110']
    """
    return _tables()[1].get(name, frozenset())


def within(codes: Iterable[str], text: str) -> frozenset[str]:
    """Those counties in (or equal to) the codes that have a town which the text names. Of a whole province only a town
    whose kind is written out counts, for a province has thousands.

    >>> within({"3301"}, "径山茶园"), within({"33"}, "径山茶园")
    (frozenset({'330110'}), frozenset())
    """
    found: set[str] = set()
    codes = tuple(codes)
    for start in range(len(text) - 1):
        for end in range(start + 2, min(len(text), start + _LONGEST) + 1):
            for county in counties(text[start:end]):
                for code in codes:
                    if county.startswith(code) and (len(code) > 2 or _KIND.match(text, end)):
                        found.add(county)
    return frozenset(found)


def alone(text: str) -> frozenset[str]:
    """The counties of a town that the text names without its county: with its kind, or as all that it says.

    >>> sorted(alone("径山镇")) == sorted(alone("径山")) == ["330110"], alone("径山寺的茶")
    (True, frozenset())
    """
    text = text.strip()
    if len(text) <= _LONGEST and counties(text):
        return counties(text)
    for match in _KIND.finditer(text[:60]):
        for size in range(_LONGEST, 1, -1):
            found = counties(text[max(0, match.start() - size) : match.start()])
            if found and match.start() >= size:
                return found
    return frozenset()
