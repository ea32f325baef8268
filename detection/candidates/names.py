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
from detection.names.components import split_spellings
from detection.names.folding import encode, fold, skeleton
from detection.names.looks import neighbours
from detection.names.sounds import homophones, initials, mixtures, sound_codes, spellings

Role: TypeAlias = Literal["sign", "variant", "stem"]

_HAN = re.compile("[\u3400-\u9fff\U00010000-\U0010ffff]+")
#: How a window equals a key. WHOLE: the name; LESS: the name without its character at the position.
WHOLE, LESS, ALIKE, SPLIT, SPELLED, HALF, SOUND, INITIALS = range(8)
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


class Heads:
    """What keys begin with: filters that few places of a text pass, so that little of it is hashed and looked up.

    For each pair of characters whether it is a key (:attr:`WHOLE`) and whether longer keys begin with it
    (:attr:`LONGER`); for each three characters how long the keys are that begin with them: a bit for each length from
    3 to 9, and one for all longer ones. Tables grow with the register, so that ten times the names pass hardly more.
    """

    WHOLE, LONGER = 1, 2
    _LAST = 10

    def __init__(self) -> None:
        self._pairs = self._triples = np.zeros(1, np.uint8)
        self._added: list[tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint8]]] = []

    def add(self, codes: npt.NDArray[np.uint32], first: Ints, second: Ints, third: Ints, lengths: Ints | int) -> None:
        """Keys of two characters and more, by the places of their first three; of two, ``third`` may be any."""
        pair = _mixed(codes[first], codes[second])
        self._added.append((pair, _mixed(pair, codes[third]), self._bit(np.broadcast_to(lengths, first.shape))))

    def close(self) -> None:
        """To be called once, when all are added."""
        size = sum(len(pair) for pair, _, _ in self._added).bit_length()
        self._pairs = np.zeros(1 << min(23, max(12, size)), np.uint8)
        self._triples = np.zeros(1 << min(25, max(12, size + 2)), np.uint8)
        for pair, triple, bits in self._added:
            self._pairs[_short(pair[bits == 0], self._pairs)] |= np.uint8(self.WHOLE)
            self._pairs[_short(pair[bits != 0], self._pairs)] |= np.uint8(self.LONGER)
            places = _short(triple, self._triples)
            for bit in np.unique(bits[bits != 0]).tolist():
                self._triples[places[bits == bit]] |= np.uint8(bit)
        self._added = []

    @classmethod
    def _bit(cls, length: Ints) -> npt.NDArray[np.uint8]:
        """0 for a length of two."""
        return (1 << np.minimum(length, cls._LAST) >> 3).astype(np.uint8)

    def pairs(
        self, left: npt.NDArray[np.uint32], right: npt.NDArray[np.uint32]
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
        """For each pair a hash of it, for :meth:`longer`, and its flags."""
        mixed = _mixed(left, right)
        return mixed, self._pairs[_short(mixed, self._pairs)]

    def longer(
        self, pair: npt.NDArray[np.uint32], third: npt.NDArray[np.uint32], places: Ints, lengths: Sequence[int]
    ) -> dict[int, Ints]:
        """Which of the ascending places may begin a key of each of the lengths, which ascend from 3: ``pair`` is the
        hash of its first two characters there, ``third`` its third."""
        marks = self._triples[_short(_mixed(pair, third), self._triples)]
        some = np.flatnonzero(marks)
        places, marks = places[some], marks[some]
        found = {}
        for length in lengths:
            bit = 1 << (min(length, self._LAST) - 3)
            longer = np.flatnonzero(marks >= bit)  # few begin a long key: the rest is looked at no more
            places, marks = places[longer], marks[longer]
            found[length] = places[(marks & np.uint8(bit)) != 0]
        return found


def _mixed(left: npt.NDArray[np.uint32], right: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """A hash of two numbers whose high bits are well spread."""
    mixed = (left * np.uint32(0x9E3779B1)) ^ (right * np.uint32(0x85EBCA77))
    found: npt.NDArray[np.uint32] = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0xC2B2AE3D)
    return found


def _short(mixed: npt.NDArray[np.uint32], table: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """The place in a table whose size is a power of two."""
    return mixed >> np.uint32(33 - len(table).bit_length())


def before(places: Ints, last: int) -> Ints:
    """Of ascending places those up to ``last``."""
    return places[: np.searchsorted(places, last, side="right")]


class Beginning:
    """Where in a text keys may begin: by two characters side by side, and by three."""

    __slots__ = ("_heads", "_mixed", "codes", "near")

    def __init__(self, heads: Heads, codes: npt.NDArray[np.uint32]) -> None:
        self.codes = codes
        self._heads = heads
        self._mixed, self.near = heads.pairs(codes[:-1], codes[1:])

    def whole(self, lengths: Sequence[int]) -> dict[int, Ints]:
        """For each length the places of keys without a gap."""
        return {2: np.flatnonzero(self.near & Heads.WHOLE)} | self._longer(2, lengths)

    def _longer(self, third: int, lengths: Sequence[int]) -> dict[int, Ints]:
        """The same for more than two characters, of which the third stands ``third`` places behind the first."""
        places = before(np.flatnonzero(self.near & Heads.LONGER), len(self.codes) - third - 1)
        lengths = [length for length in lengths if length > 2]
        return self._heads.longer(self._mixed[places], self.codes[places + third], places, lengths)

    def edited(self, lengths: Sequence[int]) -> tuple[dict[int, Ints], dict[int, Ints], dict[int, Ints]]:
        """For each length the places of keys with a gap: after their first character, their second, a later one."""
        codes = self.codes
        mixed, far = self._heads.pairs(codes[:-2], codes[2:])
        places = before(np.flatnonzero(far & Heads.LONGER), len(codes) - 4)
        gapped = self._heads.longer(mixed[places], codes[places + 3], places, [one for one in lengths if one > 2])
        first = {2: np.flatnonzero(far & Heads.WHOLE)} | gapped
        return first, self._longer(3, lengths), self._longer(2, lengths)


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
        hashes = Windows(codes).at(starts, lengths)
        self.heads.add(codes, starts, starts + 1, np.minimum(starts + 2, len(codes) - 1), lengths)
        self._done.append((hashes, np.array(self._payloads, np.uint64)))
        self.lengths.update(np.unique(lengths).tolist())
        self._texts, self._payloads = [], []

    def table(self, *more: tuple[U64, U64]) -> Table:
        self._hash()
        columns = (*self._done, *more)
        return Table(np.concatenate([hashes for hashes, _ in columns]), np.concatenate([rows for _, rows in columns]))


class Names:
    """The compiled names: ``table`` by look, ``sounds`` by sound, and the codes of each name."""

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
        self.table = keys.table(self._less())
        self.sounds = heard.table()
        self.heads, self.heard_heads = keys.heads, heard.heads
        self._less_heads()
        self.heads.close()
        self.heard_heads.close()
        edited = np.unique(self.lengths[(self.lengths >= 3) & (self.lengths <= LONG)])
        self.edited = tuple(int(length) for length in edited)
        self.whole = tuple(sorted(keys.lengths | {length - 1 for length in self.edited}))
        self.heard = tuple(sorted(heard.lengths))

    def _less(self) -> tuple[U64, U64]:
        """Every name of 3 to LONG characters with each of its characters left out."""
        windows = Windows(self.codes)
        chosen = np.flatnonzero((self.lengths >= 3) & (self.lengths <= LONG))
        repeats = self.lengths[chosen]
        index = np.repeat(chosen, repeats)
        position = np.arange(len(index)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        hashes = windows.without(self.starts[index], self.lengths[index], position)
        payload = (index.astype(np.uint64) << np.uint64(16)) | np.uint64(LESS << 8) | position.astype(np.uint64)
        return hashes, payload

    def _less_heads(self) -> None:
        """How names less one character begin: with their first three, or without one of these."""
        chosen = np.flatnonzero((self.lengths >= 3) & (self.lengths <= LONG))
        first, less = self.starts[chosen], self.lengths[chosen] - 1
        for some in ((0, 1, 2), (1, 2, 3), (0, 2, 3), (0, 1, 3)):
            left, middle, right = (np.minimum(first + place, len(self.codes) - 1) for place in some)
            self.heads.add(self.codes, left, middle, right, less)


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
