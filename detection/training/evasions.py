"""How a name is changed by those who borrow it: each function takes a name and a random source."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import TypeAlias

from opencc import OpenCC

from detection.names.components import splits
from detection.names.looks import neighbours
from detection.names.sounds import _readings, initials, merge, mixtures, spellings, syllables
from detection.names.words import count

Change: TypeAlias = Callable[[str, Random], str]

_SEPARATORS = "·•-*~/|★☆♥🔥✨👟\u200b\u200d\ufeff"
_FOREIGN = {"a": "аα", "e": "еε", "o": "оο0", "i": "іl1", "c": "с", "p": "р", "k": "κк", "n": "п", "l": "1I", "s": "5ѕ"}


@cache
def _homophones() -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for code in _readings():
        character = chr(code)
        if count(character) > 200:
            for syllable in syllables(character)[:1]:
                groups.setdefault(merge(syllable), []).append(character)
    return {syllable: tuple(sorted(group)) for syllable, group in groups.items()}


def look_alike(name: str, random: Random) -> str:
    """One or two characters replaced by ones that look like them."""
    out = list(name)
    for place in random.sample(range(len(out)), min(len(out), random.choice((1, 1, 1, 2)))):
        options = neighbours(out[place], 0.45)[:10]
        if options:
            out[place] = random.choice(options)
    return "".join(out)


def sound_alike(name: str, random: Random) -> str:
    """One character, sometimes all, replaced by ones that sound like them."""
    out = list(name)
    places = range(len(out)) if random.random() < 0.2 else random.sample(range(len(out)), 1)
    for place in places:
        readings = syllables(out[place])
        options = [c for c in _homophones().get(merge(readings[0]), ()) if c != out[place]] if readings else []
        if options:
            out[place] = random.choice(options)
    return "".join(out)


def split_up(name: str, random: Random) -> str:
    places = [place for place, character in enumerate(name) if splits(character)]
    if not places:
        return name
    place = random.choice(places)
    return name[:place] + random.choice(splits(name[place])) + name[place + 1 :]


def added(name: str, random: Random) -> str:
    place = random.randrange(1, len(name))
    middle = random.choice("小老新大金美") if name[0] > "\u3400" else random.choice(name)
    return name[:place] + middle + name[place:]


def replaced(name: str, random: Random) -> str:
    place = random.randrange(len(name))
    other = random.choice("王林香宝美丽福康大金") if name[0] > "\u3400" else random.choice("aeiounrst")
    return name[:place] + other + name[place + 1 :]


def swapped(name: str, random: Random) -> str:
    place = random.randrange(len(name) - 1)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def missing(name: str, random: Random) -> str:
    place = random.randrange(1, len(name))
    return name[:place] + name[place + 1 :]


def separated(name: str, random: Random) -> str:
    """A separator, emoji or invisible character between some or all characters."""
    mark = random.choice(_SEPARATORS)
    if random.random() < 0.5:
        return mark.join(name)
    place = random.randrange(1, len(name))
    return name[:place] + mark + name[place:]


def foreign_letters(name: str, random: Random) -> str:
    """Latin letters replaced by letters and digits that look like them; w as vv, m as rn."""
    if "w" in name.lower() and random.random() < 0.6:
        return name.replace("w", "vv").replace("W", "VV")
    places = [place for place, letter in enumerate(name) if letter.lower() in _FOREIGN]
    out = list(name)
    for place in random.sample(places, min(len(places), random.choice((1, 1, 2)))):
        out[place] = random.choice(_FOREIGN[out[place].lower()])
    return "".join(out)


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def traditional(name: str) -> str:
    converted: str = _converter().convert(name)
    return converted


def in_letters(name: str, random: Random) -> str:
    return next(iter(spellings(name, 1)), name)


def in_part_letters(name: str, random: Random) -> str:
    """Some characters in letters or as initials, the rest themselves or by sound: 奈ke, 李n."""
    if random.random() < 0.35 and initials(name):
        return random.choice(initials(name))
    mixed = random.choice(mixtures(name, 12) or (name,))
    heard = (sound_alike(one, random) if one >= "\u3400" and random.random() < 0.3 else one for one in mixed)
    return "".join(heard)


def longer(name: str, random: Random) -> str:
    """One more character at the end: the last one again, or one that names end with."""
    more: str = random.choice((name[-1], *"尔斯达雅宝娜特克奇"))
    return name + more


HAN: tuple[Change, ...] = (
    look_alike,
    look_alike,
    sound_alike,
    sound_alike,
    split_up,
    replaced,
    added,
    swapped,
    in_part_letters,
    longer,
)
LONG_HAN: tuple[Change, ...] = (*HAN, missing, in_letters)
LATIN: tuple[Change, ...] = (foreign_letters, foreign_letters, added, swapped, replaced)
