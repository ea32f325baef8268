"""Transcription: Latin names written in characters by their sound (阿西克斯 for ASICS), as anyone would spell them out.

Both sides become a row of sounds. Consonants fall into the classes that transcription does not tell apart (b p, d t,
g k, s z sh x j …); what it often drops or adds (the r of Cartier, the 尔 of 贝比凯尔, a last t) may be missing. The
classes alone make :func:`keys`, by which names are looked up; :func:`resemblance` then compares sound by sound. No list
of names is used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from detection.names.sounds import syllables
from detection.names.words import is_english

_VOWELS: Final = frozenset("aeiouy")
#: Letters that are one consonant together, and its class.
_TOGETHER: Final = (
    *(("tsch", "S"), ("sch", "S"), ("tch", "S"), ("ch", "S"), ("sh", "S"), ("ts", "S"), ("tz", "S"), ("ds", "S")),
    *(("dz", "S"), ("th", "T"), ("ph", "F"), ("ck", "K"), ("gh", "K"), ("qu", "K"), ("wh", "F")),
)
_SILENT: Final = ("e", "es")
_ALONE: Final = {
    "b": "P", "p": "P", "d": "T", "t": "T", "k": "K", "q": "K", "f": "F", "v": "F", "w": "F", "s": "S", "z": "S",
    "j": "S", "l": "L", "r": "L", "m": "M", "n": "N", "h": "H",
}  # fmt: skip
_INITIALS: Final = (
    *(("zh", "S"), ("ch", "S"), ("sh", "S"), ("b", "P"), ("p", "P"), ("d", "T"), ("t", "T"), ("g", "K"), ("k", "K")),
    *(("f", "F"), ("w", "F"), ("z", "S"), ("c", "S"), ("s", "S"), ("j", "S"), ("q", "S"), ("x", "S"), ("l", "L")),
    *(("r", "L"), ("m", "M"), ("n", "N"), ("h", "H"), ("y", "")),
)
#: How letters are called: NSK is 恩艾斯凯.
_CALLED: Final = {
    "a": "ei", "b": "bi", "c": "si", "d": "di", "e": "i", "f": "efu", "g": "ji", "h": "eichi", "i": "ai", "j": "jei",
    "k": "kei", "l": "elu", "m": "emu", "n": "en", "o": "ou", "p": "pi", "q": "kiu", "r": "a", "s": "esi", "t": "ti",
    "u": "iu", "v": "vi", "w": "dabliu", "x": "eksi", "y": "wai", "z": "zi",
}  # fmt: skip
#: Names of so few letters may be spelled out by what the letters are called.
_LETTERS: Final = 5
#: So many letters the first words of a name have at least, to stand for it.
_HEAD: Final = 6
#: So many keys a name may have.
_KEYS: Final = 32
#: What one vowel for another costs, of 1 for a consonant of its own.
_VOWEL_COSTS: Final = {
    "ei": 0.2, "ae": 0.3, "ou": 0.15, "ao": 0.3, "ai": 0.4, "eo": 0.35, "eu": 0.4, "iu": 0.4, "io": 0.45, "au": 0.4,
}  # fmt: skip
#: And one class of consonants for another.
_CLASS_COSTS: Final = {"MN": 0.25, "FH": 0.5, "HK": 0.5, "ST": 0.6, "LN": 0.5}
_OTHER_CLASS: Final = 1.2
#: Sums in another order differ by less than this.
_ROUNDING: Final = 1e-9
#: What else a consonant may be heard as: 基 is ki, 希 is hi; and what that costs.
_ALSO: Final = {"j": ("K",), "q": ("K",), "x": ("H",), "g": ("K", "S"), "th": ("S",)}
_ALSO_COST: Final = 0.2
#: In keys m is written n.
_NASAL: Final = {"M": "N"}


class Sound(NamedTuple):
    """One sound: ``kind`` is a vowel's letter or the class of a consonant, ``written`` its letters, ``loose`` whether a
    transcription may do without it, ``vowel`` whether it is a vowel."""

    kind: str
    written: str
    loose: bool
    vowel: bool


@cache
def _sound(kind: str, written: str, loose: bool) -> Sound:
    """There are some hundred sounds, and each is one object."""
    return Sound(kind, written, loose, kind.islower())


def _latin(word: str) -> tuple[Sound, ...]:
    found: list[Sound] = []
    at, size = 0, len(word)

    def vowel(place: int) -> bool:
        return 0 <= place < size and word[place] in _VOWELS

    while at < size:
        letter, rest = word[at], word[at:]
        if rest[:3] in ("sce", "sci", "scy"):
            at += 1
            continue
        together = next((one for one in _TOGETHER if rest.startswith(one[0])), None)
        if together is not None:
            written, kind = together
            if written == "ch" and not vowel(at + 2):
                kind = "K"
            found.append(_sound(kind, written, written == "gh"))
            at += len(written)
            continue
        following = word[at + 1 : at + 2]
        last = at + 1 == size
        at += 1
        if letter in _VOWELS:
            silent = (letter == "y" and vowel(at)) or (rest in _SILENT and len(found) > 1)
            if not silent:
                found.append(_sound("i" if letter == "y" else letter, letter, True))
        elif letter == "w" and vowel(at - 2) and not vowel(at):
            found.append(_sound("u", "w", True))  # Tombow
        elif letter == following and not (letter == "c" and word[at + 1 : at + 2] in ("e", "i", "y")):
            continue  # but Loccitane
        elif letter == "x":
            if found:
                found.append(_sound("K", "k", True))
            found.append(_sound("S", "x", False))
        elif letter in "cg":
            soft = following in ("e", "i", "y") and following != ""
            nasal = letter == "g" and word[at - 2 : at - 1] == "n" and not vowel(at)  # one sound with the n before it
            found.append(_sound("S" if soft else "K", letter, nasal or (letter == "g" and last)))
        elif letter in _ALONE:
            kind, closing = _ALONE[letter], not vowel(at) or word[at:] in _SILENT
            loose = (
                letter in "hj"
                or (letter in "lrw" and closing)
                or (letter in "tdszpb" and last)
                or (letter in "mn" and word[at:] in _SILENT)
            )
            found.append(_sound("N" if kind == "M" and closing else kind, letter, loose))
    return tuple(found)


@lru_cache(maxsize=1024)
def _syllable(pinyin: str) -> tuple[Sound, ...]:
    if pinyin == "er":
        return (_sound("L", "er", True),)
    found, final = [], pinyin
    for initial, kind in _INITIALS:
        if pinyin.startswith(initial):
            final = pinyin[len(initial) :]
            if kind:
                found.append(_sound(kind, initial, kind == "H" or pinyin in ("wu", "wo")))
            elif final[:1] in ("a", "o"):
                final = "i" + final
            break
    closed = final.endswith(("n", "ng"))
    final = final.removesuffix("ng").removesuffix("n").replace("v", "u")
    found.extend(_sound(letter, letter, True) for letter in final)
    if closed:
        found.append(_sound("N", "n", False))
    return tuple(found)


@lru_cache(maxsize=65536)
def character_sounds(character: str) -> tuple[Sound, ...]:
    """The sounds of a character by its usual reading."""
    readings = syllables(character)
    return _syllable(readings[0]) if readings else ()


def latin_sounds(name: str) -> tuple[tuple[Sound, ...], ...]:
    """The sounds of a Latin name; those of its first words, when they are no English ones; and those of its letters one
    by one, when they are few and without a vowel.

    >>> [one.kind for one in latin_sounds("Cartier")[0]]
    ['K', 'a', 'L', 'T', 'i', 'e', 'L']
    >>> len(latin_sounds("NSK")), len(latin_sounds("Tiffany & Co."))
    (2, 2)
    """
    words = re.findall("[a-z]+", name.lower())
    spoken = [_latin(word) for word in words]
    ways = [tuple(sound for word in spoken for sound in word)]
    for many in range(1, len(words)):
        head = words[:many]
        if len("".join(head)) >= _HEAD and not all(map(is_english, head)):
            ways.append(tuple(sound for word in spoken[:many] for sound in word))
    word = "".join(words)
    if len(word) <= _LETTERS and not set(word) & (_VOWELS - {"y"}):
        ways.append(tuple(sound for letter in word for sound in _latin(_CALLED[letter])))
    return tuple(ways)


def han_sounds(text: str) -> tuple[Sound, ...]:
    """The sounds of characters by their usual readings; () when one has none.

    >>> [one.kind for one in han_sounds("卡地亚")]
    ['K', 'a', 'T', 'i', 'i', 'a']
    """
    found: list[Sound] = []
    for character in text:
        sounds = character_sounds(character)
        if not sounds:
            return ()
        found += sounds
    return tuple(found)


def _joined(found: Sequence[str], endings: Sequence[str]) -> tuple[str, ...]:
    """Each key with each ending: m and n count as one, nn as n."""
    longer = [key + (more[1:] if more[:1] == "N" == key[-1:] else more) for key in found for more in endings]
    return tuple(dict.fromkeys(longer))[:_KEYS]


def keys(sounds: Sequence[Sound]) -> tuple[str, ...]:
    """The classes of the consonants, with and without those that may be missing; m and n count as one, nn as n.

    >>> keys(latin_sounds("Cartier")[0])
    ('KLTL', 'KLT', 'KTL', 'KT')
    """
    found: tuple[str, ...] = ("",)
    for one in [one for one in sounds if not one.vowel][:12]:
        kinds = [_NASAL.get(kind, kind) for kind in (one.kind, *_ALSO.get(one.written, ()))]
        found = _joined(found, [*kinds, ""] if one.loose else kinds)
    return found


@lru_cache(maxsize=65536)
def character_keys(character: str) -> tuple[str, ...]:
    """The keys of a character's sounds."""
    return keys(character_sounds(character))


@lru_cache(maxsize=4096)
def han_keys(text: str) -> tuple[str, ...]:
    """The keys of the sounds of characters, each of which has some, put together character by character; of no more
    than twelve consonants those of :func:`keys`.

    >>> han_keys("卡地亚") == keys(han_sounds("卡地亚"))
    True
    """
    return _joined(han_keys(text[:-1]), character_keys(text[-1])) if text else ("",)


@lru_cache(maxsize=1024)
def dropping(sound: Sound) -> float:
    """What it costs to leave a sound of the name out."""
    if sound.vowel or (sound.loose and sound.kind in "LH"):
        return 0.3
    return 0.45 if sound.loose else 1.1


@lru_cache(maxsize=65536)
def adding(sound: Sound, before: Sound | None) -> float:
    """What it costs to put a sound in behind another."""
    if sound.vowel:  # every consonant needs a vowel in Chinese: 布, 斯, 克
        return 0.12 if before is not None and not before.vowel and sound.kind in "eiu" else 0.22
    if sound.loose and sound.kind in "LH":
        return 0.3
    if before is not None and before.kind in "MN" and sound.kind in "MN":
        return 0.3  # 兰姆
    return 0.35 if sound.written == "n" else 1.1


def replacing(one: Sound, other: Sound) -> float:
    """What it costs to hear one as the other."""
    if one.vowel != other.vowel:
        return 2.0
    if one.kind == other.kind:
        return 0.0 if one.vowel or one.written == other.written else 0.12
    if other.kind in _ALSO.get(one.written, ()) or one.kind in _ALSO.get(other.written, ()):
        return _ALSO_COST
    pair = "".join(sorted((one.kind, other.kind)))
    return _VOWEL_COSTS.get(pair, 0.5) if one.vowel else _CLASS_COSTS.get(pair, _OTHER_CLASS)


@cache
def _costs(one: Sound) -> dict[Sound, float]:
    """What it costs to hear the sound as another; filled when asked."""
    return {}


def resemblance(latin: Sequence[Sound], han: Sequence[Sound], least: float = -math.inf) -> float:
    """How well the characters transcribe the name, up to 1: the cheapest alignment of the two rows of sounds, a
    consonant weighing as two vowels. Below 0 nothing is alike. Minus infinity is what is surely less than ``least``.

    >>> def alike(name, text): return round(resemblance(latin_sounds(name)[0], han_sounds(text)), 2)
    >>> alike("ASICS", "阿西克斯") > 0.8 > alike("ASICS", "奥斯卡")
    True
    """
    weight = sum([0.5 if sound.vowel else 1.0 for sound in latin])
    if not weight:
        return 0.0
    most = (1 - least) * weight + _ROUNDING
    additions = list(map(adding, han, (None, *han)))
    row = list(accumulate(additions, initial=0.0))
    for ours in latin:
        dropped, replaced = dropping(ours), _costs(ours)
        above, before = row, row[0]
        cost = lowest = before + dropped
        row = [cost]
        for place, theirs in enumerate(han):
            over = above[place + 1]
            cost += additions[place]  # put in
            if over + dropped < cost:  # left out
                cost = over + dropped
            other = replaced.get(theirs)
            if other is None:
                other = replaced[theirs] = replacing(ours, theirs)
            if before + other < cost:
                cost = before + other
            if cost < lowest:
                lowest = cost
            row.append(cost)
            before = over
        if lowest > most:
            return -math.inf
    return 1 - row[-1] / weight
