"""Text screening: listings scored a second against 10,000 and 100,000 signs, with the recall of the candidates.

What is timed is ``Screener.screen_many``: from listings to findings, as a night does it, over titles that it has not
seen. Both registers are compiled in one process and take rounds in turn, so that what else the machine does falls on
both; a rate is that of the median round. ``assess_many`` reads every feature of what is no coincidence, below the
lowest tier too; its rate and the rate of the look-up alone are in the note. Titles of both sizes are made alike but for
the altered signs in them.

Peer: rapidfuzz ``cdist`` with ``partial_ratio``, every title against every sign, in the same run on a sample of titles.
Signs are invented; titles are made of ordinary words, and one in eight has an altered sign in it. Look-alikes are drawn
from tests/detection/data/other_looks.tsv: fonts and a measure that the look-up was not built from. Split characters and
letters of other scripts come from the tables of the look-up itself (there is no second list of the kind at hand), so
their recall says that the look-up uses them, not that the tables are complete. One sign in fifty has a nickname.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from bench.table import Row, main_of
from detection.candidates.names import Names, is_han
from detection.candidates.search import search
from detection.model import shipped
from detection.names.components import splits
from detection.names.folding import fold
from detection.names.sounds import merge, syllables
from detection.names.words import vocabulary
from detection.screener import BATCH, Screener
from domain.records import Listing, Trademark

SIZES = (100_000, 10_000)
TITLES, ROUNDS, PEER_TITLES, PROBES = BATCH, 15, 12, 400
LOOKS = Path(__file__).resolve().parent.parent / "tests" / "detection" / "data" / "other_looks.tsv"
LATIN = files("detection.names") / "latin.tsv"


def signs(random: Random, count: int) -> list[str]:
    """Two to five ideographs as common as in text, or six to ten Latin letters; seldom ordinary words."""
    letters = [(word, number) for word, number in vocabulary().items() if len(word) == 1 and number > 300]
    characters = [word for word, _ in letters]
    weights = list(accumulate(number**0.5 for _, number in letters))
    made: dict[str, None] = {}
    while len(made) < count:
        if random.random() < 0.2:
            made["".join(random.choices("abcdefghiklmnoprstuvyz", k=random.randint(6, 10)))] = None
        else:
            size = random.choice((2, 3, 3, 3, 4, 4, 5))
            sign = "".join(random.choices(characters, cum_weights=weights, k=size))
            if vocabulary().get(sign, 0) < 50 or random.random() < 0.1:  # few marks are ordinary words
                made[sign] = None
    return list(made)


def _replaced(sign: str, random: Random, options: Callable[[str], list[str]]) -> str:
    for place in random.sample(range(len(sign)), len(sign)):
        found = [other for other in options(sign[place]) if other != sign[place]]
        if found:
            return sign[:place] + random.choice(found) + sign[place + 1 :]
    return ""


def changes(random: Random) -> dict[str, Callable[[str], str]]:
    """Each kind of edit: a sign to its altered spelling, "" when the sign has none."""
    looks = dict(line.split("\t")[:2] for line in LOOKS.read_text("utf-8").splitlines())
    common = [word for word, number in vocabulary().items() if len(word) == 1 and number > 2000]
    by_sound: dict[str, list[str]] = {}
    for character in common:
        for syllable in syllables(character)[:1]:
            by_sound.setdefault(merge(syllable), []).append(character)

    def sounding(character: str) -> list[str]:
        return [other for syllable in syllables(character)[:1] for other in by_sound.get(merge(syllable), [])]

    def inner(sign: str) -> int:
        return random.randrange(1, len(sign))

    foreign: dict[str, list[str]] = {}
    for character, letter in (line.split("\t") for line in LATIN.read_text("utf-8").splitlines()):
        if letter.isascii() and character.isalpha() and not character.isascii():
            foreign.setdefault(letter, []).append(character)

    def divided(character: str) -> list[str]:
        return [parts for parts in splits(character) if len(fold(parts)) == len(parts)]  # a stroke is no part

    def spoken(sign: str) -> str:
        return "".join(next(iter(syllables(character)), "") for character in sign) if is_han(sign) else ""

    def mixed(sign: str) -> str:
        return "" if is_han(sign) else _replaced(sign, random, lambda letter: foreign.get(letter, []))

    def swap(sign: str) -> str:
        place = random.randrange(len(sign) - 1)
        return sign[:place] + sign[place + 1] + sign[place] + sign[place + 2 :]

    def drop(sign: str) -> str:
        place = random.randrange(len(sign))
        return sign[:place] + sign[place + 1 :]

    def insert(sign: str) -> str:
        place = inner(sign)
        return sign[:place] + random.choice(common) + sign[place:]

    return {
        "unchanged": lambda sign: sign,
        "substitution": lambda sign: _replaced(sign, random, lambda _: random.choices(common, k=3)),
        "insertion": insert,
        "deletion": drop,
        "transposition": swap,
        "look-alike": lambda sign: _replaced(sign, random, lambda c: [looks[c]] if c in looks else []),
        "homophone": lambda sign: _replaced(sign, random, sounding),
        "separators": lambda sign: random.choice("·\u200b★🔥 ").join(sign),
        "split": lambda sign: _replaced(sign, random, divided),
        "pinyin": spoken,
        "one in pinyin": lambda sign: _replaced(sign, random, lambda c: list(syllables(c)[:1])) if is_han(sign) else "",
        "mixed scripts": mixed,
    }


def sentence(random: Random, words: list[str], weights: list[float], planted: str = "") -> str:
    """An invented title. ``weights`` are cumulative."""
    parts = random.choices(words, cum_weights=weights, k=18)
    parts.insert(random.randrange(len(parts)), planted)
    return "".join(parts)[: 46 + len(planted)] if not planted else "".join(parts)[:60]


def recall(
    names: Names,
    registered: list[str],
    nicknames: dict[str, str],
    random: Random,
    words: list[str],
    weights: list[float],
) -> dict[str, float]:
    """The share of altered signs of three characters and more that are among the candidates of their title."""
    index = {sign: place for place, sign in enumerate(registered)}
    long = [sign for sign in registered if len(sign) >= 3]
    found: dict[str, float] = {}
    kinds: dict[str, Callable[[str], str]] = {**changes(random), "nickname": lambda sign: nicknames.get(sign, "")}
    for kind, change in kinds.items():
        drawn = ((sign, change(sign)) for sign in random.sample(long, len(long)))
        made = list(islice(((sign, altered) for sign, altered in drawn if altered and fold(altered)), PROBES))
        titles = [
            "".join(random.choices(words, cum_weights=weights, k=6))
            + altered
            + "".join(random.choices(words, cum_weights=weights, k=6))
            for _, altered in made
        ]
        hits = search(names, titles)
        rights = (names.names[name].right for name in hits.name.tolist())
        pairs = set(zip(hits.text.tolist(), rights, strict=True))
        found[kind] = sum((place, index[sign]) in pairs for place, (sign, _) in enumerate(made)) / len(made)
    return found


class Side(NamedTuple):
    """A register of one size, and what is screened against it, ``TITLES`` a round."""

    registered: list[str]
    nicknames: dict[str, str]
    screener: Screener
    listings: list[Listing]
    random: Random
    words: list[str]
    weights: list[float]


def side(count: int) -> Side:
    random = Random(count)
    counts = {word: number for word, number in vocabulary().items() if len(word) >= 2 and number >= 50}
    words, weights = list(counts), list(accumulate(number**0.7 for number in counts.values()))
    registered = signs(random, count)
    called = registered[::50]
    nicknames = dict(
        zip(called, (name for name in signs(Random(count + 1), count // 25) if len(name) >= 3), strict=False)
    )
    rights = [
        Trademark(
            id=str(place),
            sign=sign,
            variants=(nicknames[sign],) if sign in nicknames else (),
            classes=(random.choice((9, 25, 30, 3, 11, 33)),),
        )
        for place, sign in enumerate(registered)
    ]
    alter = list(changes(random).values())
    when = datetime(2026, 11, 1, tzinfo=UTC)

    def altered() -> str:
        while not (made := random.choice(alter)(random.choice(registered))):
            pass  # not every sign can be changed in every way
        return made

    titles = [
        sentence(random, words, weights, altered() if place % 8 == 0 else "") for place in range(TITLES * (1 + ROUNDS))
    ]
    listings = [
        Listing(platform="b", ref=str(place), url="http://b.invalid/", title=title, observed_at=when)
        for place, title in enumerate(titles)
    ]
    screener = Screener(rights, shipped())
    list(screener.screen_many(listings[:TITLES]))  # the titles of no round
    return Side(registered, nicknames, screener, listings, random, words, weights)


def seconds_of(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _screened(screener: Screener, listings: Sequence[Listing]) -> None:
    for _ in screener.screen_many(listings):
        pass


def rounds(sides: Sequence[Side]) -> list[float]:
    """Seconds of the median round of each, taken in turn."""
    taken: list[list[float]] = [[] for _ in sides]
    for number in range(1, 1 + ROUNDS):
        for own, one in zip(taken, sides, strict=True):
            some = one.listings[TITLES * number : TITLES * (number + 1)]
            own.append(seconds_of(partial(_screened, one.screener, some)))
    return [median(own) for own in taken]


def measured(one: Side, seconds: float, memory: float) -> Row:
    listings = one.listings[:TITLES]
    titles = [listing.title for listing in listings]
    flagged = sum(bool(found) for _, found in one.screener.screen_many(listings))
    started = time.process_time()
    with_candidates = sum(bool(found) for _, found in one.screener.assess_many(listings))
    every = time.process_time() - started
    started, stretches = time.process_time(), set[int]()
    for begin in range(0, TITLES, BATCH):
        stretches.update((begin + np.unique(search(one.screener.names, titles[begin : begin + BATCH]).text)).tolist())
    looked_up = time.process_time() - started
    sample = titles[:PEER_TITLES]
    peer = PEER_TITLES / seconds_of(
        lambda: process.cdist(sample, one.registered, scorer=fuzz.partial_ratio, workers=1, dtype=np.uint8)
    )
    kinds = recall(one.screener.names, one.registered, one.nicknames, one.random, one.words, one.weights)
    note = (
        f"candidates on {len(stretches) / TITLES:.0%}, read on {with_candidates / TITLES:.1%}, findings on "
        f"{flagged / TITLES:.1%}; all that is read {TITLES / every:,.0f}/s, look-up alone {TITLES / looked_up:,.0f}/s; "
        "recall " + ", ".join(f"{kind} {value:.3f}" for kind, value in kinds.items()) + f"; peak {memory:.2f} GB; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    name = f"listings/s, {len(one.registered):,} signs"
    return Row("text", name, TITLES / seconds, "rapidfuzz cdist partial_ratio", peer, note)


def measure() -> list[Row]:
    sides, memory = [], []
    for count in SIZES:  # the largest first: what it takes is not told apart afterwards
        sides.append(side(count))
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
    seconds = rounds(sides)
    rows = [measured(*one) for one in zip(sides, seconds, memory, strict=True)]
    most, least = (1e6 * own / TITLES for own in seconds)
    name, peer = (f"{count:,} signs" for count in SIZES)
    return [*rows, Row("text", f"µs a listing, {name}", most, f"the same, {peer}", least, "in turn; wanted: 1.3 ×")]


def main() -> int:
    return main_of(measure)


if __name__ == "__main__":
    raise SystemExit(main())
