"""Sound: toneless pinyin, and the confusions of dialects (n l, zh z, ch c, sh s, ing in, eng en, ang an; f h, r l)."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

#: Sound codes lie above Unicode so that a letter never equals a syllable.
SYLLABLES = 0x110000
_FIRST, _LAST = 0x3400, 0x9FFF


@cache
def _readings() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict

    readings: dict[int, str] = pinyin_dict
    return readings


def _plain(reading: str) -> str:
    """A reading without its tone; ü is written v.

    >>> _plain("lǜ"), _plain("zhāng")
    ('lv', 'zhang')
    """
    bare = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(character for character in bare if not unicodedata.combining(character))


def merge(syllable: str) -> str:
    """A syllable as those hear it who do not tell the confusable sounds apart.

    >>> merge("zhang"), merge("lin"), merge("ning"), merge("nong")
    ('zan', 'lin', 'lin', 'long')
    """
    for full, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(full):
            syllable = short + syllable[2:]
    if syllable.startswith("n"):
        syllable = "l" + syllable[1:]
    if syllable.endswith(("ang", "eng", "ing")):
        syllable = syllable[:-1]
    return syllable


@lru_cache(maxsize=65536)
def syllables(character: str) -> tuple[str, ...]:
    """Toneless readings, the usual one first; () for what has none.

    >>> syllables("长")
    ('zhang', 'chang')
    """
    readings = _readings().get(ord(character), "") if ord(character) >= _FIRST else ""
    return tuple(dict.fromkeys(_plain(reading) for reading in readings.split(",") if reading))


@lru_cache(maxsize=262144)
def sound(one: str, other: str) -> float:
    """How alike two characters sound: 1 the same syllable, 0.8 a dialect's confusion, 0.6 f/h or r/l, else 0.

    >>> sound("师", "狮"), sound("耐", "奈"), sound("宁", "林"), sound("湖", "福"), sound("师", "水")
    (1.0, 1.0, 0.8, 0.6, 0.0)
    """
    if one == other:
        return 1.0
    ours, theirs = syllables(one), syllables(other)
    if set(ours) & set(theirs):
        return 1.0
    merged, also = {merge(one) for one in ours}, {merge(one) for one in theirs}
    if merged & also:
        return 0.8
    far = str.maketrans({"f": "h", "r": "l"})
    loose = {s[0].translate(far) + s[1:].replace("u", "", 1) if s[0] in "fhrl" else s for s in merged}
    other_loose = {s[0].translate(far) + s[1:].replace("u", "", 1) if s[0] in "fhrl" else s for s in also}
    return 0.6 if loose & other_loose else 0.0


@cache
def _codes() -> npt.NDArray[np.uint32]:
    """For each code point of the ideographs its merged syllable as a number; the code point itself without one."""
    table = np.arange(_LAST + 1, dtype=np.uint32)
    numbers: dict[str, int] = {}
    for code, readings in _readings().items():
        if _FIRST <= code <= _LAST:
            syllable = merge(_plain(readings.split(",")[0]))
            table[code] = SYLLABLES + numbers.setdefault(syllable, len(numbers))
    return table


def sound_codes(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Code points to sound codes; what is no ideograph stays itself."""
    table = _codes()
    return np.where(codes <= _LAST, table[np.minimum(codes, _LAST)], codes).astype(np.uint32)


@cache
def _example() -> dict[str, str]:
    """For each merged syllable a character whose usual reading it is."""
    found: dict[str, str] = {}
    for code, readings in _readings().items():
        if _FIRST <= code <= _LAST:
            found.setdefault(merge(_plain(readings.split(",")[0])), chr(code))
    return found


def homophones(text: str, limit: int) -> tuple[str, ...]:
    """The text, and for its other readings texts that sound so by their usual readings (美的 as 美滴).

    >>> len(homophones("美的", 6)), homophones("奶山", 6)
    (2, ('奶山',))
    """
    found = [text]
    for place, character in enumerate(text):  # one by a rarer reading, the others by their usual ones
        sounds = list(dict.fromkeys(merge(syllable) for syllable in syllables(character)))[:3]
        options = (_example()[sound] for sound in sounds[1:] if sound in _example())
        found.extend(text[:place] + option + text[place + 1 :] for option in options)
    return tuple(dict.fromkeys(found))[:limit]


_NUMERALS = "零一二三四五六七八九"


def _written(character: str, *, digits: bool) -> tuple[str, ...]:
    """A character by its usual reading, and a numeral as a digit."""
    numeral = _NUMERALS.find(character) if digits else -1
    return (*syllables(character)[:1], *([str(numeral)] if numeral >= 0 else []))


def mixtures(text: str, limit: int) -> tuple[str, ...]:
    """A name of up to four ideographs with some of them in Latin letters, of up to eight with one; of three and more a
    numeral may be a digit.

    >>> mixtures("耐克", 6), "7匹狼" in mixtures("七匹狼", 24)
    (('nai克', '耐ke'), True)
    """
    if 5 <= len(text) <= 8:
        ways = ((place, way) for place, character in enumerate(text) for way in _written(character, digits=True))
        return tuple(text[:place] + way + text[place + 1 :] for place, way in ways)[:limit]
    if not 2 <= len(text) <= 4:
        return ()
    found = [""]
    for character in text:
        ways_of = (*_written(character, digits=len(text) > 2), character)
        found = [before + way for before in found for way in ways_of]
    whole = {text, found[0]}
    return tuple(way for way in dict.fromkeys(found) if way not in whole)[:limit]


def initials(text: str) -> tuple[str, ...]:
    """A name of two to four ideographs with all but its first, or all but its last, as initial letters.

    >>> initials("李宁"), initials("老干妈")
    (('李n', 'l宁'), ('老gm', 'lg妈'))
    """
    first = [next(iter(syllables(character)), "")[:1] for character in text]
    if not 2 <= len(text) <= 4 or not all(first):
        return ()
    return text[0] + "".join(first[1:]), "".join(first[:-1]) + text[-1]


def spellings(text: str, limit: int) -> tuple[str, ...]:
    """A name of ideographs in Latin letters, by each of its readings; () when a character has none.

    >>> spellings("茅台", 2), spellings("苏泊", 2)
    (('maotai', 'maoyi'), ('supo', 'subo'))
    """
    found = [""]
    for character in text:
        found = [before + syllable for before in found for syllable in syllables(character)[:2]][: limit * 4]
    return tuple(dict.fromkeys(found))[:limit]
