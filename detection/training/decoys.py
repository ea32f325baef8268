"""Names that nobody has, as many as a large register holds: whatever is like one of them is so by coincidence."""

from __future__ import annotations

from itertools import accumulate
from random import Random

from detection.names.sounds import syllables
from detection.names.words import is_proper, vocabulary
from domain.records import Trademark

#: As many as the largest registers that are screened against.
COUNT = 100_000
#: Of names in ideographs so many have two, three, four and five.
_SIZES, _OF_SIZE = (2, 3, 4, 5), (25, 35, 30, 10)
#: Sorts of names: coined of characters that proper nouns are made of, words, coined of Latin syllables, pinyin.
_SORTS, _OF_SORT = ("coined", "word", "latin", "pinyin"), (60, 15, 15, 10)
_ONSETS = (*"bcdfghjklmnprstvwxz", "br", "ch", "cl", "fr", "gr", "pl", "sh", "st", "tr")
_VOWELS = (*"aeiou", "ai", "ea", "ee", "ou")
_CODAS = ("", "", "", *"lmnrstx", "ck", "nd")
#: Nice classes, those with most goods on sale several times.
_CLASSES = (*range(1, 46), *(25, 25, 25, 30, 30, 9, 9, 9, 3, 3, 29, 5, 11, 11, 18, 21, 33, 28, 16, 20, 24))


def _latin(random: Random) -> str:
    parts = range(random.choice((2, 2, 3, 3, 4)))
    return "".join(random.choice(_ONSETS) + random.choice(_VOWELS) + random.choice(_CODAS) for _ in parts)


def decoys(seed: int, count: int = COUNT) -> list[Trademark]:
    """So many marks, each of another name."""
    random = Random(seed)
    words = [word for word in vocabulary() if 2 <= len(word) <= 4]
    shares: dict[str, int] = {}
    for word in words:
        if is_proper(word):
            for character in word:
                shares[character] = shares.get(character, 0) + 1
    characters, weights = list(shares), list(accumulate(shares.values()))

    def coined() -> str:
        (size,) = random.choices(_SIZES, _OF_SIZE)
        return "".join(random.choices(characters, cum_weights=weights, k=size))

    def named(sort: str) -> str:
        if sort == "word":
            return random.choice(words)
        if sort == "latin":
            return _latin(random).upper()
        if sort == "pinyin":
            return "".join(next(iter(syllables(character)), "") for character in coined()).upper()
        return coined()

    made: dict[str, None] = {}
    while len(made) < count:
        (sort,) = random.choices(_SORTS, _OF_SORT)
        made[named(sort)] = None
    return [
        Trademark(id=f"decoy-{number}", sign=name, classes=(random.choice(_CLASSES),))
        for number, name in enumerate(made)
    ]
