"""Many stretches of characters against the Latin names of a register by their sounds, all at once.

The keys of every stretch (see :mod:`detection.names.transcription`) as numbers, four bits a consonant, looked up
together; and for the names found the cost of the cheapest alignment, in whole hundredths, which all costs are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import U64, Ints, Slots, spread
from detection.names.transcription import Sound, adding, character_keys, character_sounds, dropping, replacing

Cents: TypeAlias = npt.NDArray[np.int16]
_LETTERS = {letter: number for number, letter in enumerate("NKLTPSFH", 1)}
_N = np.uint64(_LETTERS["N"])
_BITS, _LOW = np.uint64(4), np.uint64(15)
#: A character has at most so many sounds and keys (see transcription.character_sounds); with more it is odd.
_SOUNDS, _KEYS = 5, 4
_FIRST, _LAST = 0x4E00, 0x9FFF
#: So many names and stretches are aligned at once: what is worked on stays near the processor.
_AT_ONCE = 4096


def _number(key: str) -> int:
    number = 0
    for letter in key:
        number = number << 4 | _LETTERS[letter]
    return number


class Characters:
    """The sounds and the keys of ideographs as numbers; learns a character when it first meets it."""

    def __init__(self) -> None:
        size = _LAST - _FIRST + 1
        self._met = np.zeros(size, np.bool_)
        #: Whether more is to be known of it than there is room for: what holds it is always looked at.
        self.odd = np.zeros(size, np.bool_)
        self.sounds = np.zeros((size, _SOUNDS), np.uint8)
        self.counts = np.zeros(size, np.int64)
        self.keys = np.zeros((size, _KEYS), np.uint64)
        self.key_counts = np.zeros(size, np.int64)
        self.known: dict[Sound, int] = {}

    def meet(self, characters: Ints) -> None:
        """To be called before the tables are read: places of characters from U+4E00 on."""
        for place in np.unique(characters[~self._met[characters]]).tolist():
            character = chr(_FIRST + place)
            sounds, keys = character_sounds(character), character_keys(character)
            if len(sounds) <= _SOUNDS and len(keys) <= _KEYS and len(self.known) < 200:
                self.counts[place], self.key_counts[place] = len(sounds), len(keys)
                for column, sound in enumerate(sounds):
                    self.sounds[place, column] = self.known.setdefault(sound, len(self.known))
                for column, key in enumerate(keys):
                    self.keys[place, column] = _number(key)
            else:
                self.odd[place] = True
            self._met[place] = True

    def keys_of(self, characters: Ints, start: Ints, size: Ints) -> tuple[Ints, U64]:
        """The keys of stretches: the index of the stretch and the key, each once or oftener.
        ``characters``: from U+4E00 on."""
        row, key = np.arange(len(start)), np.zeros(len(start), np.uint64)
        rows, keys = [], []
        for place in range(int(size.max(initial=0))):
            character = characters[start[row] + place]
            repeats = self.key_counts[character]
            column = np.arange(int(repeats.sum())) - np.repeat(np.cumsum(repeats) - repeats, repeats)
            row, key, more = (
                np.repeat(row, repeats),
                np.repeat(key, repeats),
                self.keys[np.repeat(character, repeats), column],
            )
            long = more > _LOW  # two letters
            first = np.where(long, more >> _BITS, more)
            joined = (first == _N) & ((key & _LOW) == _N)  # nn counts as n
            key = np.where(joined | (more == 0), key, key << _BITS | first)
            key = np.where(long, key << _BITS | (more & _LOW), key)
            done = size[row] == place + 1
            rows.append(row[done])
            keys.append(key[done])
            row, key = row[~done], key[~done]
        if not rows:
            return row, key
        return np.concatenate(rows), np.concatenate(keys)


class Sounding:
    """Latin names by their sounds. ``by_key``: for each key, of up to 16 letters, the classes of the goods of a name's
    right, as bits, whether the right lists goods, and the sounds of the name. These entries are numbered as they come.
    """

    def __init__(self, by_key: Mapping[str, Sequence[tuple[int, bool, tuple[Sound, ...]]]]) -> None:
        self.characters = Characters()
        numbers: dict[tuple[Sound, ...], int] = {}
        known: dict[Sound, int] = {}
        keys = list(by_key)
        self._key = Slots(
            spread(np.fromiter(map(_number, keys), np.uint64, len(keys))), np.arange(1, len(keys) + 1, dtype=np.int32)
        )
        #: By a key's place, from 1.
        self.letters = np.fromiter((0, *map(len, keys)), np.int64, len(keys) + 1)
        self._counts = np.fromiter((0, *(len(by_key[key]) for key in keys)), np.int64, len(keys) + 1)
        self._starts = np.cumsum(self._counts) - self._counts
        entries = [entry for key in keys for entry in by_key[key]]
        self.trades = np.fromiter((trade for trade, _, _ in entries), np.uint64, len(entries))
        self.stated = np.fromiter((stated for _, stated, _ in entries), np.bool_, len(entries))
        self.name = np.fromiter(
            (numbers.setdefault(own, len(numbers)) for _, _, own in entries), np.int64, len(entries)
        )
        self._lengths = np.fromiter(map(len, numbers), np.int64, len(numbers))
        self._sounds = np.zeros((len(numbers), int(self._lengths.max(initial=1))), np.int64)
        for row, own in enumerate(numbers):
            self._sounds[row, : len(own)] = [known.setdefault(sound, len(known)) for sound in own]
        self._latin = tuple(known)
        #: What the sounds of a name weigh: a consonant as much as two vowels.
        self.weights = np.fromiter((sum(0.5 if one.vowel else 1.0 for one in own) for own in numbers), np.float64)
        self._dropped = _cents([dropping(sound) for sound in self._latin])
        self._replaced, self._added = np.zeros((len(known), 0), np.int16), np.zeros((0, 1), np.int16)

    def named(self, keys: U64) -> tuple[Ints, Ints]:
        """For each entry under one of the keys: the index of the key that was asked for, and the entry."""
        place = self._key.of(spread(keys))
        asked = np.flatnonzero(place)
        counts = self._counts[place[asked]]
        at = np.repeat(self._starts[place[asked]] - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))
        return np.repeat(asked, counts), at

    def lengths(self, keys: U64) -> Ints:
        """How many consonants the keys have; 0 for a key that no name has."""
        found: Ints = self.letters[self._key.of(spread(keys))]
        return found

    def _learn(self) -> None:
        """The costs of sounds that were met since."""
        han = tuple(self.characters.known)
        if len(han) == self._replaced.shape[1]:
            return
        self._replaced = _cents([[replacing(one, other) for other in han] for one in self._latin])
        self._added = _cents([[adding(one, before) for before in (*han, None)] for one in han])

    def costs(self, name: Ints, stretch: Ints, characters: Ints, start: Ints, size: Ints) -> Ints:
        """What the cheapest alignment of each name with its stretch costs, in hundredths (see
        transcription.resemblance). ``characters``: from U+4E00 on; ``start``, ``size``: by stretch."""
        self._learn()
        found = np.zeros(len(name), np.int64)
        order = np.lexsort((stretch, size[stretch]))  # of stretches as long there are fewer steps
        for part in range(0, len(name), _AT_ONCE):
            rows = order[part : part + _AT_ONCE]
            rows = rows[np.argsort(-self._lengths[name[rows]], kind="stable")]
            own, column = np.unique(stretch[rows], return_inverse=True)
            found[rows] = self._aligned(name[rows], column, *self._heard(characters, start[own], size[own]))
        return found

    def _aligned(self, name: Ints, column: Ints, heard: Ints, lengths: Ints) -> Ints:
        """The costs for names of which none has more sounds than the one before, each with one column of ``heard``."""
        width = len(heard)
        before = np.concatenate([np.full((1, len(lengths)), len(self.characters.known)), heard[:-1]])
        added = self._added[heard, before]
        sums = np.cumsum(added, 0, dtype=np.int64)[np.maximum(lengths - 1, 0), np.arange(len(lengths))]
        found = np.where(lengths > 0, sums, 0)[column]
        heard, added, lengths = heard[:, column], added[:, column], lengths[column]
        ours, left = self._sounds[name], self._lengths[name]
        row = np.zeros((width + 1, len(name)), np.int16)  # less what it costs to put all sounds in
        for place in range(ours.shape[1] + 1):
            going = int(np.searchsorted(-left, -place, side="left"))  # names that go on, the longest first
            done = np.arange(going, row.shape[1])
            found[done] += row[lengths[done], done]
            if not going:
                break
            row = row[:, :going]
            sound = ours[:going, place]
            other = row + self._dropped[sound]
            replaced = self._replaced.take(heard[:, :going] + sound * len(self.characters.known))
            replaced -= added[:, :going]
            replaced += row[:-1]
            np.minimum(other[1:], replaced, out=other[1:])
            for above, below in pairwise(other):  # many times as fast as minimum.accumulate, which goes by columns
                np.minimum(above, below, out=below)
            row = other
        return found

    def _heard(self, characters: Ints, start: Ints, size: Ints) -> tuple[Ints, Ints]:
        """The sounds of each stretch, one column a stretch; and how many they are."""
        table, counts = self.characters.sounds, self.characters.counts
        longest = int(size.max())
        heard = np.zeros((_SOUNDS * longest, len(start)), np.int64)
        lengths = np.zeros(len(start), np.int64)
        for place in range(longest):
            some = np.flatnonzero(size > place)
            character = characters[start[some] + place]
            own = counts[character]
            for column in range(int(own.max(initial=0))):
                more = np.flatnonzero(own > column)
                heard[lengths[some[more]] + column, some[more]] = table[character[more], column]
            lengths[some] += own
        return heard[: max(1, int(lengths.max()))], lengths


def _cents(costs: Sequence[object]) -> Cents:
    return np.rint(np.array(costs, np.float64) * 100).astype(np.int16)
