"""Latin names written in characters by their sound: 阿西克斯 for ASICS."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate, chain, pairwise, starmap
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from detection.candidates.division import Flags
from detection.candidates.hashing import Ints
from detection.candidates.names import LONG, Name, Names, is_han
from detection.candidates.sounding import Sounding
from detection.candidates.stretches import Limits, Stretches, stretches
from detection.names.folding import align, skeleton
from detection.names.sounds import spellings
from detection.names.transcription import Sound, han_keys, han_sounds, keys, latin_sounds, resemblance
from detection.names.words import count, is_proper, may_cross, segment

#: Characters of a transcription.
SHORTEST, LONGEST = 2, 7
#: How like the name a stretch must be, by what speaks for its being one word: it is made of characters that
#: transcribe (four and more, three); it stands at the head of a phrase; it stands alone and has but two characters;
#: it is the claimed brand. Of 6,000 real titles 0.2 % are as like one of 250 names of their trade that is not theirs.
FOUR, THREE, HEAD, ALONE, CLAIMED = 0.76, 0.8, 0.85, 0.9, 0.78
#: How like it must be where the words name no goods of any class, and how many consonants it has then at least. (Not
#: how many names share them: what a listing means must not change with who else is registered.)
UNKNOWN, _TELLING = 0.85, 4
#: So many consonants in a row are no chance whatever is sold: it is often not the goods that a title names first.
_SURE = 6
#: How much less like it may be where the right's own goods are named, not only something of their class; and where the
#: stretch is all that no word explains.
STATED, EXACT = 0.05, 0.05
#: A word that occurs oftener is itself: 俄罗斯, 哥伦比亚.
_KNOWN = 400
#: Two characters before a word, which is all that a phrase has beside them.
BEFORE = 0.95
#: Consonants that more names have in the same row say nothing.
_SHARED = 64
_READ = 200
#: So many stretches are compared at once, however many keys they have.
_AT_ONCE = 20_000
#: So few texts are as quickly read one by one.
_FEW = 16
#: Costs in hundredths differ by less than this for the order of their sums.
_ROUNDING = 0.01
#: So many characters on both sides of an anchor are divided into words: a transcription's others, and a word's.
_AROUND = LONGEST + 2
#: Of stretches, by where in a text they begin and end and how like a name they must be at least: the entries of names
#: that they need be compared with, None for all.
Near: TypeAlias = Mapping[tuple[int, int, float], Collection[int] | None]
_LETTERS = re.compile(r"[A-Za-z0-9 .,&'’+\-]+")
_HAN = re.compile("[\u4e00-\u9fff]{2,}")


@cache
def _usual() -> frozenset[str]:
    """The characters that transcriptions are made of."""
    return frozenset(files("detection.names").joinpath("transcribing.txt").read_text("utf-8").strip())


def _table() -> Flags:
    table = np.zeros(0x20000, np.bool_)
    table[[ord(character) for character in _usual()]] = True
    return table


#: The same for many texts at once.
LIMITS = Limits(_READ, LONGEST, _AROUND, _KNOWN, FOUR, THREE, HEAD, ALONE, BEFORE, CLAIMED, _table())


@cache
def _pair() -> re.Pattern[str]:
    """Two characters that transcribe, side by side or nearly."""
    usual = "".join(sorted(_usual()))
    return re.compile(f"(?=([{usual}](?:[{usual}]|[\u4e00-\u9fff][{usual}])))")


def _ordinary(word: str) -> bool:
    return count(word) > 0 and not is_proper(word)


def _anchors(run: str) -> Iterator[tuple[int, int]]:
    """From where to where two characters that transcribe stand side by side or nearly, and no words plainly hold
    them."""
    for found in _pair().finditer(run):
        start, end = found.span(1)
        if end - start == 3 and (_ordinary(run[start : end - 1]) or _ordinary(run[start + 1 : end])):
            continue
        held = _ordinary(run[start:end])
        if not held and not (start and _ordinary(run[start - 1 : start + 1]) and _ordinary(run[end - 1 : end + 1])):
            yield start, end


def _strange(run: str) -> list[tuple[int, int]]:
    """The stretches of a run that no ordinary word explains. Names of people and places count as strange: their pieces
    are what transcriptions are made of (布莱克)."""
    edges, start = [], -1
    for left, right in segment(run):
        word = right - left > 1 and not is_proper(run[left:right])
        if word and start >= 0:
            edges.append((start, left))
            start = -1
        elif not word and start < 0:
            start = left
    return [*edges, (start, len(run))] if start >= 0 else edges


def _is_strange(run: str, start: int, end: int) -> bool:
    """Whether a stretch is one of :func:`_strange`, told by no more of the run than where no word crosses."""
    low, high = max(0, start - 1), min(len(run), end + 1)
    while low and may_cross(run, low):
        low -= 1
    while high < len(run) and may_cross(run, high):
        high += 1
    return (start - low, end - low) in _strange(run[low:high])


def _heads(run: str) -> Iterator[tuple[int, int, float]]:
    """Stretches at the beginning of a run that no word begins or ends in, and how like a name each must be."""
    if len(run) == 2:
        if not count(run):
            yield 0, 2, ALONE
    elif not any(_ordinary(run[left:right]) for left, right in ((0, 2), (1, 3), (0, 3), (0, 4))):
        yield 0, 2, BEFORE
        for end in range(3, min(len(run), LONGEST) + 1):
            yield 0, end, HEAD


def _inside(run: str) -> Iterator[tuple[int, int, float]]:
    """Stretches that no word explains, most of whose characters transcribe, with none that does beside them."""
    anchors = list(_anchors(run))
    if not anchors:
        return
    usual = _usual()
    from_, to = max(0, anchors[0][0] - _AROUND), min(len(run), anchors[-1][1] + _AROUND)
    for left, right in _strange(run[from_:to]):
        low, high = from_ + left, from_ + right
        for start in range(low, high - 2):
            if start > low and run[start - 1] in usual:
                continue
            for end in range(start + 3, min(high, start + LONGEST) + 1):
                if end < high and run[end] in usual:
                    continue
                if not any(start <= first and last <= end for first, last in anchors):
                    continue
                if 2 * sum(character in usual for character in run[start:end]) > end - start:
                    yield start, end, THREE if end - start == 3 else FOUR


def _tried(run: str, *, claimed: bool) -> Iterator[tuple[int, int, float]]:
    """The stretches of a run of ideographs that could transcribe a name, and how like one each must be."""
    if claimed:
        some = iter([(0, len(run), CLAIMED)] if len(run) <= LONGEST else [])
    else:
        some = chain(_heads(run), _inside(run))
    for start, end, least in some:
        torn = end < len(run) and _ordinary(run[end - 1 : end + 1])
        if not torn and count(run[start:end]) <= _KNOWN:
            yield start, end, least


class _Entry(NamedTuple):
    """A name under one of its keys: ``trade`` are the classes of its right, as bits, and ``goods`` the words of the
    right's own goods."""

    key: str
    trade: int
    goods: frozenset[str]
    name: Name
    sounds: tuple[Sound, ...]

    def enough(self, least: float, offered: int, said: str) -> float | None:
        """How like the name a stretch must be in a listing that offers goods of some classes and says something of
        them; None where it cannot mean the name."""
        if any(word in said for word in self.goods):
            return least - STATED
        if self.trade & offered:
            return least
        return max(least, UNKNOWN) if len(self.key) >= (_SURE if offered else _TELLING) else None


class Transcribed:
    """The Latin names of a register, by the consonants of their sounds. ``trades``: the classes of each right, as bits;
    ``goods``: the words of each right's own goods."""

    def __init__(self, names: Names, trades: npt.NDArray[np.uint64], goods: Sequence[frozenset[str]]) -> None:
        by_key: dict[str, list[_Entry]] = {}
        written = {
            (name.right, skeleton(letters))  # a name whose letters are its pinyin, is written in characters by right
            for name, text in zip(names.names, names.skeletons, strict=True)
            if len(text) <= LONG and is_han(text)
            for letters in spellings(text, 2)
        }
        for name, text in zip(names.names, names.skeletons, strict=True):
            if name.role == "stem" or not _LETTERS.fullmatch(name.text) or (name.right, text) in written:
                continue
            for sounds in latin_sounds(name.text):
                if 2 <= sum(not sound.vowel for sound in sounds) <= 12:
                    for key in keys(sounds):
                        if len(key) > 1:
                            own = int(trades[name.right]), goods[name.right]
                            by_key.setdefault(key, []).append(_Entry(key, *own, name, sounds))
        by_key = {key: known for key, known in by_key.items() if len(known) <= _SHARED}
        self._entries = [entry for known in by_key.values() for entry in known]
        bounds = list(accumulate(map(len, by_key.values()), initial=0))
        self._by_key = dict(zip(by_key, starmap(range, pairwise(bounds)), strict=True))
        self._sounding = Sounding(
            {key: [(one.trade, bool(one.goods), one.sounds) for one in known] for key, known in by_key.items()}
        )

    def __bool__(self) -> bool:
        """Whether any name can be looked up."""
        return bool(self._by_key)

    def possible(
        self, texts: Sequence[str], claimed: Sequence[bool], trade: Callable[[Sequence[int]], Sequence[int]]
    ) -> Mapping[int, Near | None]:
        """The texts of which :meth:`find` yields anything, and perhaps a few more; others it need not be asked about.
        Of each the stretches and names that it need look at; None for all.
        ``claimed``: of each text, whether it is a brand; ``trade``: the classes of the listings of some texts."""
        if len(texts) < _FEW:
            return dict.fromkeys(range(len(texts)))
        tried = stretches(texts, claimed, LIMITS)
        found: dict[int, dict[tuple[int, int, float], set[int] | None]] = {}
        for part in range(0, len(tried.start), _AT_ONCE):
            some = tried.part(part, part + _AT_ONCE)
            rows, entries = self._near(some, trade)
            ends = (some.start + some.size)[rows].tolist()
            columns = (some.text[rows].tolist(), some.start[rows].tolist(), ends, some.least[rows].tolist())
            for text, first, last, least, entry in zip(*columns, entries.tolist(), strict=True):
                stretch = found.setdefault(text, {}).setdefault((first, last, least), set() if entry >= 0 else None)
                if stretch is not None:
                    stretch.add(entry)
        return found

    def _near(self, tried: Stretches, trade: Callable[[Sequence[int]], Sequence[int]]) -> tuple[Ints, Ints]:
        """The stretches that could be like enough to a name, and the entries of those names; -1 for all."""
        sounding, characters = self._sounding, tried.characters
        sounding.characters.meet(characters)
        odd = np.flatnonzero(sounding.characters.odd[characters])
        odd = np.unique(np.searchsorted(tried.offset, odd, side="right") - 1)
        row, key = sounding.characters.keys_of(characters, tried.offset, tried.size)
        letters = sounding.lengths(key)
        row, key, letters = row[letters > 0], key[letters > 0], letters[letters > 0]
        owners, own = np.unique(tried.text[row], return_inverse=True)
        offered = np.array(trade(owners.tolist()), np.uint64)[own]
        asked, entry = sounding.named(key)
        row, offered, letters, name = row[asked], offered[asked], letters[asked], sounding.name[entry]
        least = tried.least[row]
        same, sure = offered & sounding.trades[entry] != 0, letters >= np.where(offered != 0, _SURE, _TELLING)
        # whether the goods are named is not looked at here, only whether they could be
        least = np.where(sounding.stated[entry], least - STATED, np.where(same, least, np.maximum(least, UNKNOWN)))
        some = sounding.stated[entry] | same | sure
        row, entry, name, least = row[some], entry[some], name[some], least[some] - EXACT
        costs = sounding.costs(name, row, characters, tried.offset, tried.size)
        near = costs <= (1 - least) * sounding.weights[name] * 100 + _ROUNDING
        return np.concatenate([odd, row[near]]), np.concatenate([np.full(len(odd), -1), entry[near]])

    def find(
        self,
        text: str,
        trade: Callable[[], int],
        said: str,
        *,
        claimed: bool,
        only: Near | None = None,
    ) -> Iterator[tuple[Name, float, int, int]]:
        """The names that a stretch of the text transcribes: the name, the resemblance (up to 1), and where in the
        text's skeleton the stretch stands. Of rights for goods of the classes in ``trade`` (bits, asked for when
        needed), or whose own goods are named in ``said`` (the folded title); of any where there is no trade or there
        are many consonants. ``claimed``: the text is the brand as the seller gives it; ``only``: no others of
        its stretches and names need be looked at (see :meth:`possible`)."""
        best: dict[Name, tuple[float, int, int]] = {}
        for run in _HAN.finditer(text[:_READ]):
            written, at = run.group(), run.start()
            some = _tried(written, claimed=claimed) if only is None else _within(only, at, run.end())
            for start, end, least in some:
                near = only[at + start, at + end, least] if only is not None else None
                whole = not claimed and start == 0 and end == len(written)
                for name, like, enough in self._alike(written[start:end], trade, "" if claimed else said, least, near):
                    exact = end - start > 2 or least == BEFORE
                    if like > best.get(name, (0.0,))[0] and (
                        (like >= enough and least != BEFORE) or (exact and (whole or _is_strange(written, start, end)))
                    ):
                        best[name] = (like, at + start, at + end)
        if best:
            starts = {place: at for at, place in enumerate(align(text).starts)}
            for name, (like, start, end) in best.items():
                if start in starts and end - 1 in starts:
                    yield name, like, starts[start], starts[end - 1] + 1

    def _alike(
        self, text: str, trade: Callable[[], int], said: str, least: float, near: Collection[int] | None
    ) -> Iterator[tuple[Name, float, float]]:
        """Names, how like they are, and how like they must be; less where the stretch is all that no word explains.
        ``near``: the entries to look at, None for all."""
        entries = [one for key in han_keys(text) for one in self._by_key.get(key, ()) if near is None or one in near]
        sounds = han_sounds(text)
        if not entries or not sounds:
            return  # perhaps a character without a reading
        offered = trade()
        compared: set[int] = set()
        for entry in map(self._entries.__getitem__, entries):
            enough = entry.enough(least, offered, said)
            if enough is not None and id(entry.sounds) not in compared:
                compared.add(id(entry.sounds))  # under several keys; the tuples live as long as the register
                like = resemblance(entry.sounds, sounds, enough - EXACT)
                if like >= enough - EXACT:
                    yield entry.name, min(1.0, like), enough


def _within(near: Near, low: int, high: int) -> Iterable[tuple[int, int, float]]:
    """The stretches of a run by their places in it, in the order of :func:`_tried`."""
    some = [(start - low, end - low, least) for start, end, least in near if low <= start < high]
    return sorted(some, key=lambda one: (one[2] in (THREE, FOUR), one[0], one[1]))
