"""Provinces and prefectures, as far as comparing addresses and stripping company names needs them (GB/T 2260)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_ROWS = tuple(
    line.split()
    for line in (files(__package__) / "places.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)
#: The first two digits of a GB/T 2260 code (in a credit code, in a food licence) and the province's short name.
PROVINCES: Mapping[str, str] = MappingProxyType({row[0]: row[1] for row in _ROWS})
#: Prefecture (or county-level city of its own) to province.
PREFECTURES: Mapping[str, str] = MappingProxyType({city: row[1] for row in _ROWS for city in row[2:]})
_LONGEST = max(map(len, PREFECTURES))
_MUNICIPALITIES = frozenset(("北京", "天津", "上海", "重庆"))


@cache
def _named() -> Mapping[str, tuple[str, str]]:
    """Every name with its (province, prefecture); a municipality is its own prefecture."""
    table = {name: (name, name if name in _MUNICIPALITIES else "") for name in PROVINCES.values()}
    return table | {city: (province, city) for city, province in PREFECTURES.items()}


def locate(text: str) -> tuple[str, str]:
    """Province and prefecture that an address or a shop's location names first; ``""`` where it names none.

    A prefecture belongs to a province only when no other province stands before it: in 上海市南京路 nothing is in 南京.

    >>> locate("河南省郑州市金水区花园路 1 号"), locate("浙江义乌"), locate("上海市南京路")
    (('河南', '郑州'), ('浙江', '义乌'), ('上海', '上海'))
    """
    named, province = _named(), ""
    place, end = 0, min(len(text), 40)
    while place < end:
        for length in range(min(_LONGEST, end - place), 1, -1):
            found = named.get(text[place : place + length])
            if found and (not province or found[0] == province):
                province = found[0]
                if found[1]:
                    return found
                place += length - 1
                break
        place += 1
    return province, ""


def province_of_code(code: str) -> str:
    """The province's short name for a GB/T 2260 code, ``""`` when there is none."""
    return PROVINCES.get(code[:2], "")
