"""Search terms out of the register: what to type into a marketplace's search box tonight. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, zip_longest

from detection.names import components, sounds
from domain.records import Right, Trademark

#: Look-alikes of one sign that are worth a search; a search for each possible one would never end.
LOOKALIKES = 6
#: Longest term in characters: search boxes cut what is longer.
LONGEST = 30


def lookalikes(sign: str, limit: int = LOOKALIKES) -> tuple[str, ...]:
    """Spellings by which infringing goods under ``sign`` may be found, most promising first; without the sign itself.

    Split characters (弓长小泉), other characters of the same sound, the name in Latin letters, and mixtures of both.
    The one place that says so: whatever the screening learns of names is to be asked here.
    """
    ways = zip_longest(
        components.split_spellings(sign, limit),
        sounds.homophones(sign, limit),
        sounds.mixtures(sign, limit),
        sounds.spellings(sign, 1),
    )
    found = dict.fromkeys(term for term in chain.from_iterable(ways) if term and term != sign)
    return tuple(found)[:limit]


def of_right(right: Right) -> Iterator[str]:
    """Terms for one right, most promising first: sign, variants, sign with its goods, look-alikes."""
    yield right.sign
    yield from right.variants
    for goods in right.goods[:2] if isinstance(right, Trademark) else (right.product,):
        if goods and goods not in right.sign:
            yield f"{right.sign} {goods}"
    yield from lookalikes(right.sign)


def plan(rights: Iterable[Right], *, limit: int, night: int, fruitful: Collection[str] = ()) -> tuple[str, ...]:
    """At most ``limit`` terms for the night of that number.

    Rights on which there are findings (``fruitful``: their ids) are searched first, by sign, at most for half of the
    limit. All other terms take turns from night to night, so that within some nights each has been searched.
    """
    rights = sorted(rights, key=lambda right: right.id)
    always = _cleaned(right.sign for right in rights if right.id in fruitful)[: limit // 2]
    # by rank, then by right: all signs come round before any look-alike
    ranks = chain.from_iterable(zip_longest(*(of_right(right) for right in rights)))
    taken = set(always)
    turns = [term for term in _cleaned(term for term in ranks if term) if term not in taken]
    room = min(limit - len(always), len(turns))
    first = night * room % len(turns) if turns else 0
    return (*always, *(turns + turns)[first : first + room])


def _cleaned(terms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(" ".join(term.split())[:LONGEST] for term in terms if term.strip()))
