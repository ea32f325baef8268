"""The names of a register, as the look-up wants them: one flat array of codes, and the keys of every spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from detection.candidates.hashing import U64, Ints, Table, Windows
from detection.candidates.heads import Heads
from detection.names.components import split_spellings
from detection.names.folding import encode, fold, skeleton
from detection.names.looks import neighbours
from detection.names.sounds import homophones, initials, mixtures, sound_codes, spellings

Role: TypeAlias = Literal["sign", "variant", "stem"]

_HAN = re.compile("[\u3400-\u9fff\U00010000-\U0010ffff]+")
#: How a window equals a key. WHOLE: the name; LESS: the name without its character at the position.
WHOLE, LESS, ALIKE, SPLIT, SPELLED, HALF, SOUND, INITIALS = range(8)
#: Kinds that resemble the name: of two characters they are mostly chance.
LIKENESSES = (ALIKE, SOUND)
#: Longer names are looked up by their halves: one edit leaves one half whole.
LONG = 12
#: A name longer than this is no name that a title can carry; its head is looked up.
LONGEST = 64
#: How like a character must be to be tried in the place of one of two.
TRIED = 0.5
#: A name is registered under at most so many pronunciations.
_READINGS = 6
#: Of names of three and four characters two may be replaced, each by so many of its closest likes.
_BOTH = 4


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of one right: ``right`` is its place in the register."""

    right: int
    text: str
    role: Role = "sign"
    folded: str = field(default="", compare=False)


def is_han(text: str) -> bool:
    """
    >>> is_han("耐克"), is_han("nike"), is_han("")
    (True, False, False)
    """
    return _HAN.fullmatch(text) is not None


def _flat(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Ints, Ints]:
    lengths = np.fromiter((len(text) for text in texts), np.int64, len(texts))
    starts = np.cumsum(lengths) - lengths
    return encode("".join(texts)), starts, lengths


class _Keys:
    """Spellings to hashes with their payloads, a batch at a time: a large register has millions of them."""

    _BATCH = 200_000

    def __init__(self, codes: Callable[[npt.NDArray[np.uint32]], npt.NDArray[np.uint32]] = lambda codes: codes) -> None:
        self._codes = codes
        self._texts: list[str] = []
        self._payloads: list[int] = []
        self._done: list[tuple[U64, U64]] = []
        self.lengths: set[int] = set()
        self.heads = Heads()

    def add(self, text: str, name: int, kind: int, position: int = 0) -> None:
        self._texts.append(text)
        self._payloads.append(name << 16 | kind << 8 | position)
        if len(self._texts) >= self._BATCH:
            self._hash()

    def _hash(self) -> None:
        codes, starts, lengths = _flat(self._texts)
        codes = self._codes(codes)
        payloads = np.array(self._payloads, np.uint64)
        like = np.isin((payloads >> np.uint64(8)) & np.uint64(255), LIKENESSES)
        self.heads.add(codes, starts, starts + 1, np.minimum(starts + 2, len(codes) - 1), lengths, like)
        self._done.append((Windows(codes).at(starts, lengths), payloads))
        self.lengths.update(np.unique(lengths).tolist())
        self._texts, self._payloads = [], []

    def table(self, *more: tuple[U64, U64]) -> Table:
        self._hash()
        columns = (*self._done, *more)
        return Table(np.concatenate([hashes for hashes, _ in columns]), np.concatenate([rows for _, rows in columns]))


class Names:
    """The compiled names: ``table`` by look, ``sounds`` by sound, ``edits`` what is left when a character more or
    another one is left out; the heads of their keys; and the codes of each name."""

    def __init__(self, names: Sequence[Name]) -> None:
        self.names = tuple(names)
        folded = [fold(name.text[: LONGEST * 4]) for name in names]
        self.skeletons = tuple(skeleton(text)[:LONGEST] for text in folded)
        #: The length of each name as folded.
        self.folded = np.fromiter(map(len, folded), np.int64, len(names))
        self.codes, self.starts, self.lengths = _flat(self.skeletons)
        self.latin = np.fromiter((not is_han(text) for text in self.skeletons), np.bool_, len(names))
        keys, heard = _Keys(), _Keys(sound_codes)
        for index, (name, text) in enumerate(zip(self.names, self.skeletons, strict=True)):
            _spell(keys, heard, index, name, text)
        #: The names that may be found changed by any one character.
        chosen = np.flatnonzero((self.lengths >= 3) & (self.lengths <= LONG))
        less = self._less(chosen)
        self.table, self.sounds = keys.table(less), heard.table()
        own = Windows(self.codes).at(self.starts[chosen], self.lengths[chosen]), _payload(chosen, WHOLE)
        self.edits = Table(*map(np.concatenate, zip(own, less, strict=True)))
        self.heads, self.heard_heads, self.edit_heads = keys.heads, heard.heads, Heads()
        self._less_heads(chosen)
        for heads in (self.heads, self.heard_heads, self.edit_heads):
            heads.close()
        edited = np.unique(self.lengths[chosen]).tolist()
        self.whole = tuple(sorted(keys.lengths | {length - 1 for length in edited}))
        self.heard = tuple(sorted(heard.lengths))
        #: The lengths of what may be a name of three characters and more with a character more or another one.
        self.edited = tuple(sorted({length + more for length in edited for more in (0, 1)}))

    def _less(self, chosen: Ints) -> tuple[U64, U64]:
        """Each of the names with each of its characters left out."""
        repeats = self.lengths[chosen]
        index = np.repeat(chosen, repeats)
        position = np.arange(len(index)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        hashes = Windows(self.codes).without(self.starts[index], self.lengths[index], position)
        return hashes, _payload(index, LESS) | position.astype(np.uint64)

    def _less_heads(self, chosen: Ints) -> None:
        """How the names begin, and the same less one character: with their first three, or without one of these."""
        first, less = self.starts[chosen], self.lengths[chosen] - 1
        self.edit_heads.add(self.codes, first, first + 1, first + 2, less + 1)
        for some in ((0, 1, 2), (1, 2, 3), (0, 2, 3), (0, 1, 3)):
            left, middle, right = (np.minimum(first + place, len(self.codes) - 1) for place in some)
            for heads in (self.heads, self.edit_heads):
                heads.add(self.codes, left, middle, right, less)


def _payload(index: Ints, kind: int) -> U64:
    return (index.astype(np.uint64) << np.uint64(16)) | np.uint64(kind << 8)


def _spell(keys: _Keys, heard: _Keys, index: int, name: Name, text: str) -> None:
    size = len(text)
    if size < 2:
        return  # a sign of one character is compared with the claimed brand only
    if size > LONG:
        keys.add(text[: size // 2], index, HALF, 0)
        keys.add(text[size // 2 :], index, HALF, 1)
        return
    keys.add(text, index, WHOLE)
    if name.role == "stem" or not is_han(text):
        return
    if size == 2:
        for position in (0, 1):
            for other in neighbours(text[position], TRIED):
                keys.add(text[:position] + other + text[position + 1 :], index, ALIKE, position)
    elif size <= 4:
        for left, right in combinations(range(size), 2):
            for first in neighbours(text[left], TRIED)[:_BOTH]:
                for second in neighbours(text[right], TRIED)[:_BOTH]:
                    changed = text[:left] + first + text[left + 1 : right] + second + text[right + 1 :]
                    keys.add(changed, index, ALIKE, left)
    for spelling in split_spellings(text):
        if len(fold(spelling)) < len(spelling):
            continue  # a part that is a stroke is lost in folding: 弓丨 would be 弓
        keys.add(skeleton(fold(spelling)), index, SPLIT)
    for letters in spellings(text, _READINGS):
        if len(letters) >= 5:
            keys.add(skeleton(letters), index, SPELLED)
    for mixed in mixtures(text, _READINGS * 4):
        heard.add(skeleton(mixed), index, SPELLED)  # by sound: 奈ke for 耐克 as well
    for short in initials(text):
        keys.add(skeleton(short), index, INITIALS)
    for said in homophones(text, _READINGS):
        heard.add(said, index, SOUND)
