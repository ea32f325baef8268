"""The gazetteer: names of provinces, prefectures and counties in a text, and how two places lie to each other.

Divisions and former names come from places.tsv (see scripts/detection_places.py). A place is its code without the
trailing zeros: ``41`` is 河南省, ``4115`` 信阳市 and ``411502`` 浉河区, so "lies inside" is "starts with". Foreign
countries have a code of their own, which lies inside nothing.
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

#: A place that may be any of several (朝阳): the codes of all of them.
Place: TypeAlias = frozenset[str]
Relation: TypeAlias = Literal["inside", "covers", "outside"]

_PEOPLES = [
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "独龙",
    "鄂伦春",
    "各",
]
_SUFFIX = re.compile(
    rf"(?:(?:{'|'.join(_PEOPLES)})族)*(?:自治区|自治州|自治县|自治旗|特别行政区|地区|林区|特区|省|市|盟|县|区|旗|州)$"
)
_COUNTRIES = [
    "泰国",
    "越南",
    "柬埔寨",
    "日本",
    "韩国",
    "朝鲜",
    "印度",
    "印尼",
    "印度尼西亚",
    "马来西亚",
    "菲律宾",
    "缅甸",
    "老挝",
    "斯里兰卡",
    "肯尼亚",
    "俄罗斯",
    "美国",
    "加拿大",
    "墨西哥",
    "巴西",
    "智利",
    "阿根廷",
    "英国",
    "法国",
    "德国",
    "意大利",
    "西班牙",
    "瑞士",
    "荷兰",
    "比利时",
    "丹麦",
    "瑞典",
    "挪威",
    "土耳其",
    "伊朗",
    "以色列",
    "埃及",
    "南非",
    "澳大利亚",
    "澳洲",
    "新西兰",
    "巴基斯坦",
    "孟加拉",
    "乌克兰",
    "乌兹别克斯坦",
    "哈萨克斯坦",
    "尼泊尔",
    "新加坡",
]


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
def _names() -> tuple[dict[str, frozenset[str]], frozenset[str], dict[str, str]]:
    """Every spelling and its codes, the spellings that are full names, and the name of each code."""
    codes: dict[str, set[str]] = {}
    full: set[str] = set()
    titles: dict[str, str] = {}
    text = files("detection.places").joinpath("places.tsv").read_text("utf-8")
    for line in text.splitlines():
        code, name, former = line.split("\t")
        code = _short(code)
        titles[code] = name
        spellings = [name, *former.split("|")] if former else [name]
        for spelling in spellings:
            codes.setdefault(spelling, set()).add(code)
            if stem(spelling) != spelling:
                full.add(spelling)
            codes.setdefault(stem(spelling), set()).add(code)
    for country in _COUNTRIES:
        if country not in codes:
            codes[country] = {"~" + country}
            titles["~" + country] = country
            full.add(country)
    return {name: frozenset(found) for name, found in codes.items()}, frozenset(full), titles


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
    codes, full, _ = _names()
    automaton, spellings = _automaton()
    found = []
    for index, start, end in automaton.find_matches_as_indexes(text):
        name = spellings[index]
        county = all(len(code) == 6 for code in codes[name])
        if running and county and name not in full and not is_proper(name) and commonness(name) > 0.2:
            continue
        if text[end : end + 1] in ("路", "街", "道", "巷") or text[end : end + 2] in ("大道", "大街", "小区", "花园"):
            continue  # an address: 龙井路 is not 龙井
        if county and name not in full and text[end : end + 1] in tuple("镇乡村屯湾山湖"):
            continue  # 独山镇 is not 独山县
        found.append(Mention(start, end, codes[name], name in full))
    return tuple(found)


@lru_cache(maxsize=65536)
def places(text: str) -> tuple[Place, ...]:
    """The places a field names, each as narrow as its words allow; neighbours that can nest are one place.

    >>> [sorted(place) for place in places("河南信阳市浉河区")], [sorted(p) for p in places("江苏 / 浙江")]
    ([['411502']], [['32'], ['33']])
    """
    found: list[Place] = []
    for mention in mentions(text[:200]):
        if found:
            narrowed = _nested(found[-1], mention.place)
            if narrowed:
                found[-1] = narrowed
                continue
        found.append(mention.place)
    return tuple(found)


def _nested(outer: Place, inner: Place) -> Place:
    below = {one for one in inner if any(one.startswith(other) for other in outer)}
    above = {other for other in outer if any(other.startswith(one) for one in inner)}
    return frozenset(below) or frozenset(above)


def relation(place: Place, area: Iterable[str]) -> Relation:
    """How a place lies to an area: inside it (or part of it), around it, or outside. An ambiguous place gets the
    benefit of the doubt.

    >>> relation(frozenset({"4115"}), {"411502"}), relation(frozenset({"32"}), {"411502"})
    ('covers', 'outside')
    """
    area = tuple(area)
    if any(one.startswith(part) for one in place for part in area):
        return "inside"
    if any(part.startswith(one) for one in place for part in area):
        return "covers"
    return "outside"
