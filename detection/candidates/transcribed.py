"""Latin names written in characters by their sound: 阿西克斯 for ASICS."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeAlias

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
from detection.names.words import count, is_proper, segment

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
#: The classes of a right, as bits, and the words of its own goods.
_Trade: TypeAlias = tuple[int, frozenset[str]]
_LETTERS = re.compile(r"[A-Za-z0-9 .,&'’+\-]+")
_HAN = re.compile("[\u4e00-\u9fff]{2,}")


@cache
def _usual() -> frozenset[str]:
    """The characters that transcriptions are made of."""
    return frozenset(files("detection.names").joinpath("transcribing.txt").read_text("utf-8").strip())


def _table() -> Flags:
    table = np.zeros(0xA000, np.bool_)
    table[[ord(character) for character in _usual()]] = True
    return table


#: The same for many texts at once.
LIMITS = Limits(_READ, LONGEST, _AROUND, FOUR, THREE, HEAD, ALONE, BEFORE, CLAIMED, _table())


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


class Transcribed:
    """The Latin names of a register, by the consonants of their sounds. ``trades``: the classes of each right, as bits;
    ``goods``: the words of each right's own goods."""

    def __init__(self, names: Names, trades: npt.NDArray[np.uint64], goods: Sequence[frozenset[str]]) -> None:
        by_key: dict[str, dict[_Trade, list[tuple[Name, tuple[Sound, ...]]]]] = {}
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
                            sold = int(trades[name.right]), goods[name.right]
                            by_key.setdefault(key, {}).setdefault(sold, []).append((name, sounds))
        self._by_key = {key: known for key, known in by_key.items() if sum(map(len, known.values())) <= _SHARED}
        self._sounding = Sounding(
            {
                key: [(trade, bool(goods), sounds) for (trade, goods), names in known.items() for _, sounds in names]
                for key, known in self._by_key.items()
            }
        )

    def __bool__(self) -> bool:
        """Whether any name can be looked up."""
        return bool(self._by_key)

    def possible(
        self, texts: Sequence[str], claimed: Sequence[bool], trade: Callable[[Sequence[int]], Sequence[int]]
    ) -> Mapping[int, Collection[tuple[int, int]] | None]:
        """The texts of which :meth:`find` yields anything, and perhaps a few more; others it need not be asked about.
        Of each the stretches that it need look at; None for all.
        ``claimed``: of each text, whether it is a brand; ``trade``: the classes of the listings of some texts."""
        if len(texts) < _FEW:
            return dict.fromkeys(range(len(texts)))
        tried = stretches(texts, claimed, LIMITS)
        found: dict[int, set[tuple[int, int]]] = {}
        begins = np.concatenate([np.zeros(1, np.int64), np.flatnonzero(tried.codes == 0) + 1])
        for part in range(0, len(tried.start), _AT_ONCE):
            some = tried.part(part, part + _AT_ONCE)
            rows = self._near(some, trade)
            start = some.start[rows] - begins[some.text[rows]]
            columns = (some.text[rows].tolist(), start.tolist(), (start + some.size[rows]).tolist())
            for text, first, last in zip(*columns, strict=True):
                found.setdefault(text, set()).add((first, last))
        return found

    def _near(self, tried: Stretches, trade: Callable[[Sequence[int]], Sequence[int]]) -> Ints:
        """The stretches that could be like enough to a name."""
        sounding, codes = self._sounding, tried.codes.astype(np.int64) - 0x4E00
        characters = np.repeat(tried.start - np.cumsum(tried.size) + tried.size, tried.size)
        written = codes[characters + np.arange(len(characters))]
        sounding.characters.meet(written)
        odd = np.repeat(np.arange(len(tried.start)), tried.size)[sounding.characters.odd[written]]
        row, key = sounding.characters.keys_of(codes, tried.start, tried.size)
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
        row, name, least = row[some], name[some], least[some] - EXACT
        if not len(row):
            return odd
        costs = sounding.costs(name, codes, tried.start[row], tried.size[row])
        near = costs <= (1 - least) * sounding.weights[name] * 100 + _ROUNDING
        return np.concatenate([odd, row[near]])

    def find(
        self,
        text: str,
        trade: Callable[[], int],
        said: str,
        *,
        claimed: bool,
        only: Collection[tuple[int, int]] | None = None,
    ) -> Iterator[tuple[Name, float, int, int]]:
        """The names that a stretch of the text transcribes: the name, the resemblance (up to 1), and where in the
        text's skeleton the stretch stands. Of rights for goods of the classes in ``trade`` (bits, asked for when
        needed), or whose own goods are named in ``said`` (the folded title); of any where there is no trade or there
        are many consonants. ``claimed``: the text is the brand as the seller gives it; ``only``: no others of
        its stretches need be looked at (see :meth:`possible`)."""
        best: dict[Name, tuple[float, int, int]] = {}
        for run in _HAN.finditer(text[:_READ]):
            written, at = run.group(), run.start()
            if claimed:
                tried = [(0, len(written), CLAIMED)] if len(written) <= LONGEST else []
            else:
                tried = [*_heads(written), *_inside(written)]
            for start, end, least in tried:
                if only is not None and (at + start, at + end) not in only:
                    continue
                if count(written[start:end]) > _KNOWN or (end < len(written) and _ordinary(written[end - 1 : end + 1])):
                    continue
                whole = not claimed and start == 0 and end == len(written)
                for name, like, enough in self._alike(written[start:end], trade, "" if claimed else said, least):
                    exact = end - start > 2 or least == BEFORE
                    if like > best.get(name, (0.0,))[0] and (
                        (like >= enough and least != BEFORE) or (exact and (whole or (start, end) in _strange(written)))
                    ):
                        best[name] = (like, at + start, at + end)
        if best:
            starts = {place: at for at, place in enumerate(align(text).starts)}
            for name, (like, start, end) in best.items():
                if start in starts and end - 1 in starts:
                    yield name, like, starts[start], starts[end - 1] + 1

    def _alike(
        self, text: str, trade: Callable[[], int], said: str, least: float
    ) -> Iterator[tuple[Name, float, float]]:
        """Names, how like they are, and how like they must be; less where the stretch is all that no word explains."""
        sounds: tuple[Sound, ...] = ()
        compared: set[int] = set()
        for key in han_keys(text):
            known = self._by_key.get(key)
            if known is None:
                continue
            sounds, offered = sounds or han_sounds(text), trade()
            if not sounds:
                return  # a character without a reading
            for (own, goods), rivals in known.items():
                if any(word in said for word in goods):
                    enough = least - STATED
                elif own & offered:
                    enough = least
                elif len(key) >= (_SURE if offered else _TELLING):
                    enough = max(least, UNKNOWN)
                else:
                    continue
                for name, theirs in rivals:
                    if id(theirs) not in compared:
                        compared.add(id(theirs))  # under several keys; the tuples live as long as the register
                        like = resemblance(theirs, sounds, enough - EXACT)
                        if like >= enough - EXACT:
                            yield name, min(1.0, like), enough
