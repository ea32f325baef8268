"""The gazetteer: names of provinces, prefectures and counties in a text, and how two places lie to each other.

Divisions and former names come from places.tsv (see scripts/detection_places.py), older names from former.tsv, towns
from detection.places.towns. A place is its code without the trailing zeros: ``41`` is 河南省, ``4115`` 信阳市 and
``411502`` 浉河区, so "lies inside" is "starts with". Foreign countries have a code of their own, inside nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, TypeAlias

from ahocorasick_rs import AhoCorasick, MatchKind

from detection.names.words import commonness, is_proper
from detection.places import towns

#: A place that may be any of several (朝阳): the codes of all of them.
Place: TypeAlias = frozenset[str]
Relation: TypeAlias = Literal["inside", "covers", "outside"]


def _lines(name: str) -> list[str]:
    return files("detection.places").joinpath(name).read_text("utf-8").splitlines()


#: peoples (of autonomous divisions), countries, short (a province's letter and code: 鄂42)
_LISTS = {kind: words.split() for kind, words in (line.split("\t") for line in _lines("lists.tsv"))}
_SUFFIX = re.compile(
    rf"(?:(?:{'|'.join(_LISTS['peoples'])})族)*(?:自治区|自治州|自治县|自治旗|特别行政区|地区|林区|特区|省|市|盟|县|区|旗|州)$"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a text: ``start`` and ``end`` of the words, and what they can mean."""

    start: int
    end: int
    place: Place
    full: bool


def stem(name: str) -> str:
    """The short name of a division; the name itself when nothing of two characters would be left.

    >>> stem("五常市"), stem("恩施土家族苗族自治州"), stem("赵县"), stem("内蒙古自治区")
    ('五常', '恩施', '赵县', '内蒙古')
    """
    short = _SUFFIX.sub("", name)
    return short if len(short) >= 2 else name


def _short(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


@cache
def _names() -> tuple[dict[str, frozenset[str]], frozenset[str], dict[str, str], frozenset[str]]:
    """Every spelling and its codes, the spellings that are full names, the name of each code, and the spellings that
    only history knows. A name in use today means that place, whatever else was once called so."""
    codes: dict[str, set[str]] = {}
    former: dict[str, set[str]] = {}
    full: set[str] = set()
    titles: dict[str, str] = {}
    for line in _lines("places.tsv"):
        code, name, past = line.split("\t")
        code = _short(code)
        titles[code] = name
        for kind, spellings in ((codes, [name]), (former, past.split("|") if past else [])):
            for spelling in spellings:
                kind.setdefault(spelling, set()).add(code)
                if stem(spelling) != spelling:
                    full.add(spelling)
                kind.setdefault(stem(spelling), set()).add(code)
    old: set[str] = set()
    for line in _lines("former.tsv"):
        spelling, present = line.split("\t")
        if stem(spelling) not in former:
            old.update((spelling, stem(spelling)))
        found = {code for name in present.split() for code in codes[name]}
        for one in {spelling, stem(spelling)}:
            former[one] = former.get(one, set()) | found
    for letter, code in ((short[0], short[1:]) for short in _LISTS["short"]):  # 鄂东, 闽南, 鲁西南
        for part in ("东", "西", "南", "北", "中", "东南", "东北", "西南", "西北"):
            former.setdefault(letter + part, {code})
    for spelling, found in former.items():
        codes.setdefault(spelling, found)
    for country in _LISTS["countries"]:
        if country not in codes:
            codes[country] = {"~" + country}
            titles["~" + country] = country
            full.add(country)
    return {name: frozenset(found) for name, found in codes.items()}, frozenset(full), titles, frozenset(old)


@cache
def _automaton() -> tuple[AhoCorasick, tuple[str, ...]]:
    spellings = tuple(_names()[0])
    return AhoCorasick(list(spellings), matchkind=MatchKind.LeftmostLongest), spellings


def title(code: str) -> str:
    """The full name with those above it.

    >>> title("411502")
    '河南省信阳市浉河区'
    """
    titles = _names()[2]
    return "".join(titles.get(code[:length], "") for length in (2, 4, 6) if length <= len(code)) or titles.get(code, "")


@lru_cache(maxsize=65536)
def mentions(text: str, *, running: bool = False) -> tuple[Mention, ...]:
    """Places named in a text, left to right. In ``running`` text the short name of a county that is an
    ordinary word as well is none.

    >>> [text.full for text in mentions("河南省信阳毛尖", running=True)]
    [True, False]
    """
    codes, full, _, old = _names()
    automaton, spellings = _automaton()
    found = []
    for index, start, end in automaton.find_matches_as_indexes(text):
        name = spellings[index]
        county = all(len(code) == 6 for code in codes[name])
        if running and county and name not in full and not is_proper(name) and commonness(name) > 0.2:
            continue
        if running and name in old:
            continue
        if text[end : end + 1] in ("路", "街", "道", "巷") or text[end : end + 2] in ("大道", "大街", "小区", "花园"):
            continue  # an address: 龙井路 is not 龙井
        if (
            county
            and name not in full
            and text[end : end + 1] in tuple("镇乡村屯湾山湖" if running else "镇乡村屯湾山")
        ):
            continue  # 独山镇 is not 独山县
        found.append(Mention(start, end, codes[name], name in full))
    return tuple(found)


@lru_cache(maxsize=65536)
def places(text: str) -> tuple[Place, ...]:
    """The places a field names, each as narrow as its words allow; neighbours that can nest are one place.

    >>> [sorted(place) for place in places("河南信阳市浉河区")], [sorted(p) for p in places("江苏 / 浙江")]
    ([['411502']], [['32'], ['33']])
    """
    text = text[:200]
    found: list[Place] = []
    rest, end = "", 0
    for mention in mentions(text):
        rest, end = rest + text[end : mention.start] + " ", mention.end
        if found:
            narrowed = _nested(found[-1], mention.place)
            if not narrowed and not mention.full:  # 吴县东山: its town, not the county of the name
                narrowed = towns.within(found[-1], text[mention.start : mention.end])
            if narrowed:
                found[-1] = narrowed
                continue
        found.append(mention.place)
    rest += text[end:]
    if not found:
        below = towns.alone(text)
        return (below,) if below else ()
    return tuple(towns.within(place, rest) or place for place in found)


def confirmed(text: str) -> bool:
    """Whether the field names a county and a town that lies in it, or a town with its kind: no chance likeness.

    >>> confirmed("余杭径山"), confirmed("余杭的茶")
    (True, False)
    """
    named = mentions(text[:200])
    if not named:
        return bool(towns.alone(text[:200]))
    rest, end = "", 0
    for mention in named:
        rest, end = rest + text[end : mention.start] + " ", mention.end
    rest += text[end:200]
    return any(towns.within(mention.place, rest) for mention in named)


def _nested(outer: Place, inner: Place) -> Place:
    below = {one for one in inner if any(one.startswith(other) for other in outer)}
    above = {other for other in outer if any(other.startswith(one) for one in inner)}
    return frozenset(below) or frozenset(above)


def relation(place: Place, area: Iterable[str]) -> Relation:
    """How a place lies to an area: inside it (or part of it), around it, or outside. An ambiguous place gets the
    benefit of the doubt. An area's code with "?" is an unknown part of the place, and the statisticians' own codes for
    development zones (7 in the fifth place) may be that part.

    >>> relation(frozenset({"4115"}), {"411502"}), relation(frozenset({"32"}), {"411502"})
    ('covers', 'outside')
    """
    area = tuple(area)
    if any(
        one.startswith(part.removesuffix("?")) for one in place for part in area if part[-1] != "?" or one[4:5] == "7"
    ):
        return "inside"
    if any(part.startswith(one) for one in place for part in area):
        return "covers"
    return "outside"
