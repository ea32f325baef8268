"""Sound: toneless pinyin, and the confusions of dialects (n l, zh z, ch c, sh s, ing in, eng en, ang an; f h, r l)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import product

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
    """For each code point: of an ideograph its merged syllable as a number; the code point itself without one."""
    table = np.arange(SYLLABLES, dtype=np.uint32)
    numbers: dict[str, int] = {}
    for code, readings in _readings().items():
        if _FIRST <= code <= _LAST:
            syllable = merge(_plain(readings.split(",")[0]))
            table[code] = SYLLABLES + numbers.setdefault(syllable, len(numbers))
    return table


def sound_codes(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Code points to sound codes; what is no ideograph stays itself."""
    return _codes().take(codes)


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


_NUMERALS = frozenset("零一二三四五六七八九十")
#: How the digits are read.
_DIGITS = {
    "ling": "0", "yi": "1", "er": "2", "san": "3", "si": "4", "wu": "5", "liu": "6", "qi": "7", "ba": "8", "jiu": "9",
}  # fmt: skip
#: Behind a numeral these count: 六个, 五月.
_COUNTED = frozenset(
    "个只月件条片块号日年天斤元折级度双对朵颗粒瓶盒包袋种层环星点克升寸分秒人口把张本支根杯盘套台部辆间家名位次回"
)


def mixtures(text: str, limit: int) -> tuple[str, ...]:
    """A name of up to four ideographs with some of them in Latin letters, of up to eight with one, at most ``limit``;
    and with a digit for what is read like one, unless it would count something.

    >>> mixtures("耐克", 6), mixtures("七匹狼", 0), mixtures("三全", 0)
    (('nai克', '耐ke'), ('7匹狼', '7匹lang', '7pi狼', '7pilang'), ('3quan',))
    """
    spoken = [next(iter(syllables(character)), character) for character in text]
    found: list[str] = []
    if 5 <= len(text) <= 8:
        found = [text[:place] + way + text[place + 1 :] for place, way in enumerate(spoken)]
    elif 2 <= len(text) <= 4:
        found = [""]
        for character, way in zip(text, spoken, strict=True):
            found = [before + one for before in found for one in (way, character)]
    whole = {text, "".join(spoken)}
    letters = [way for way in dict.fromkeys(found) if way not in whole][:limit]
    return (*letters, *(_in_digits(text, spoken) if 2 <= len(text) <= 8 else ()))


def _in_digits(text: str, spoken: Sequence[str]) -> Iterator[str]:
    """What sounds like a numeral as a digit, wherever it stands; of up to four characters each other as it is or in
    letters, of more all others one way: 7pi狼, 99丫 for 久久丫."""
    for character in dict.fromkeys(text):
        digit = _digit(character, spoken[text.index(character)])
        if not digit or (text.endswith(character) and character not in _NUMERALS):
            continue  # 西凤9瓶 is not 西凤酒
        every = [(digit,) if other == character else (other, way) for other, way in zip(text, spoken, strict=True)]
        behind = text.index(character) + 1
        counts = len(text) == 2 or text[behind : behind + 1] in _COUNTED  # 3个
        ends = (tuple(one[0] for one in every), tuple(one[-1] for one in every))
        for made in map("".join, product(*every) if len(text) <= 4 else ends):
            letters = made.isascii() and (digit in ("0", "1") or made.endswith(digit))  # mini 4, and what looks so
            if len(made) > 2 and not letters and (not counts or any("a" <= one <= "z" for one in made)):
                yield made


def _digit(character: str, syllable: str) -> str:
    return "10" if character == "十" else _DIGITS.get(syllable, "")


def initials(text: str) -> tuple[str, ...]:
    """A name of two to four ideographs with all but its first, or all but its last, as initial letters; and of two with
    a numeral as a digit, but 0 and 1, which look like letters.

    >>> initials("李宁"), initials("老干妈"), initials("三全")
    (('李n', 'l宁'), ('老gm', 'lg妈'), ('三q', 's全', '3全'))
    """
    first = [next(iter(syllables(character)), "")[:1] for character in text]
    if not 2 <= len(text) <= 4 or not all(first):
        return ()
    short = (text[0] + "".join(first[1:]), "".join(first[:-1]) + text[-1])
    digit = "  二三四五六七八九".find(text[0])
    return (*short, f"{digit}{text[1]}") if len(text) == 2 and digit > 0 and text[1] not in _COUNTED else short


@cache
def _pinyin() -> frozenset[str]:
    written = {reading for readings in set(_readings().values()) for reading in readings.split(",")}
    return frozenset(map(_plain, written))


def is_pinyin(letters: str) -> bool:
    """Whether small letters are syllables of pinyin one after the other, each of two letters and more.

    >>> is_pinyin("wufangzhai"), is_pinyin("skoda"), is_pinyin("koken")
    (True, False, False)
    """
    ends = {0}
    for end in range(2, len(letters) + 1):
        if any(end - size in ends and letters[end - size : end] in _pinyin() for size in range(2, 7)):
            ends.add(end)
    return len(letters) > 1 and len(letters) in ends


def spellings(text: str, limit: int) -> tuple[str, ...]:
    """A name of ideographs in Latin letters, by each of its readings; () when a character has none.

    >>> spellings("茅台", 2), spellings("苏泊", 2)
    (('maotai', 'maoyi'), ('supo', 'subo'))
    """
    found = [""]
    for character in text:
        found = [before + syllable for before in found for syllable in syllables(character)[:2]][: limit * 4]
    return tuple(dict.fromkeys(found))[:limit]
