"""Folding: one spelling for what a reader takes for the same name.

A folded text is NFKC, lower case, simplified, letters of other scripts as the Latin ones they look like, and without
anything that is neither letter nor digit (spaces, separators, emoji, zero-width characters). A *skeleton* goes one
step further and merges the letters and digits that look alike (0 o, 1 l i, vv w, rn m).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import compress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detection.names.simplifying import changing, convert

#: Unicode's confusables (UTS #39) among ASCII, and the two pairs of letters it leaves out.
_SHAPES = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "8": "b"})
_PAIRS = (("vv", "w"), ("rn", "m"))
#: Ideographs that are a single stroke: nobody writes a word with them, they stand between the characters of a name.
_STROKES = frozenset("丨丶〡〢")


@cache
def _latin() -> dict[str, str]:
    text = files("detection.names").joinpath("latin.tsv").read_text("utf-8")
    return dict(line.split("\t") for line in text.splitlines())


def _fold_character(character: str) -> str:
    """What one character becomes; "" when it is dropped.

    >>> [_fold_character(c) for c in "Ｎ國о·9"]
    ['n', '国', 'o', '', '9']
    """
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    if character in _STROKES or "\u2460" <= character <= "\u249b" or "\u24ea" <= character <= "\u24ff":
        return ""  # numbers in circles count things, or stand between the characters of a name
    known = _latin().get(character)
    if known:
        return known
    out = []
    for part in unicodedata.normalize("NFKC", character).lower():
        if unicodedata.category(part)[0] in "LN":
            out.append(_latin().get(part) or part)
    folded = "".join(out)
    return convert(folded) if folded >= "\u3400" else folded


class _Table(dict[int, str]):
    """A translation table that learns a character when it first meets it; Unicode bounds its size."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code)) if not 0xD800 <= code <= 0xDFFF else ""
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """
    >>> fold("老·干🔥妈 ＨＵＡＶＶＥＩ")
    '老干妈huavvei'
    """
    return text.translate(_TABLE)


def simplified(text: str) -> str:
    """Simplified characters of ordinary width; what is neither letter nor digit stays.

    >>> simplified("翻新磨標，Ａ版 x")
    '翻新磨标，A版 x'
    """
    if text.isascii():
        return text
    wide = unicodedata.normalize("NFKC", text).replace(",", "，")
    return wide if changing().isdisjoint(wide) else convert(wide)


def skeleton(folded: str) -> str:
    """
    >>> skeleton("huavvei"), skeleton("nlke") == skeleton("nike"), skeleton("p0lo") == skeleton("polo")
    ('huawel', True, True)
    """
    shaped = folded.translate(_SHAPES)
    for pair, letter in _PAIRS:
        if pair in shaped:
            shaped = shaped.replace(pair, letter)
    return shaped


#: In the table of single characters: not met yet, dropped, more than one character.
_UNMET, _DROPPED, _MORE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


class _Shapes:
    """What each character becomes when folded, or in a skeleton (``shapes``), as an array of code points that learns as
    :class:`_Table` does."""

    def __init__(self, shapes: dict[int, str]) -> None:
        self._shapes = shapes
        self._codes = np.full(0x110000, _UNMET, np.uint32)
        self._codes[0] = 0

    def of(self, codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        found: npt.NDArray[np.uint32] = self._codes[codes]
        unmet = found == _UNMET
        if unmet.any():
            for code in np.unique(codes[unmet]).tolist():
                shape = _TABLE[code].translate(self._shapes)
                self._codes[code] = ord(shape) if len(shape) == 1 else _MORE if shape else _DROPPED
            found = self._codes[codes]
        return found


_CODES, _FOLDED = _Shapes(_SHAPES), _Shapes({})


def encode(text: str) -> npt.NDArray[np.uint32]:
    """Code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


class Skeletons(NamedTuple):
    """The skeletons of many texts as code points, one after the other with a 0 behind each; where each ends, its 0
    included; and whether something that is in no skeleton (a space, a sign) divides a character from the one before."""

    codes: npt.NDArray[np.uint32]
    bounds: npt.NDArray[np.int64]
    divided: npt.NDArray[np.bool_]


def skeletons(texts: Sequence[str]) -> Skeletons:
    """
    >>> found = skeletons(["N.I", ""])
    >>> found.codes.tolist() == [ord("n"), ord("l"), 0, 0], found.bounds.tolist(), found.divided.tolist()
    (True, [3, 4], [False, True, False, False])
    """
    if not texts:
        return Skeletons(np.empty(0, np.uint32), np.empty(0, np.int64), np.empty(0, np.bool_))
    whole, special = "\0".join(texts), set[int]()
    if whole.count("\0") >= len(texts):  # some text holds one
        special.update(place for place, text in enumerate(texts) if "\0" in text)
        whole = "\0".join([text.replace("\0", "") for text in texts])
    written = encode(whole + "\0")
    found = _CODES.of(written)
    places = np.flatnonzero(found < _MORE)
    kept, divided = found[places], np.diff(places, prepend=-1) > 1
    ends = np.flatnonzero(kept == 0)
    left, right = kept[:-1], kept[1:]
    paired = np.zeros(len(left), np.bool_)
    for pair, _ in _PAIRS:
        paired |= (left == ord(pair[0])) & (right == ord(pair[1]))
    if paired.any():
        special.update(np.searchsorted(ends, np.flatnonzero(paired)).tolist())
    more = found == _MORE
    if more.any():
        special.update(np.searchsorted(np.flatnonzero(written == 0), np.flatnonzero(more)).tolist())
    divided[ends] = divided[np.append(0, ends[:-1] + 1)] = False
    if not special:
        return Skeletons(kept, ends + 1, divided)
    codes, gaps, done = [], [], 0
    for place in sorted(special):  # characters that become several or are joined: one text at a time
        aligned, begin = align(texts[place]), int(ends[place - 1]) + 1 if place else 0
        gap = [low > high for low, high in zip(aligned.starts[1:], aligned.ends[:-1], strict=True)]
        codes += [kept[done:begin], encode(aligned.skeleton + "\0")]
        gaps += [divided[done:begin], np.array([False, *gap, False][: len(aligned.skeleton) + 1], np.bool_)]
        done = int(ends[place]) + 1
    shaped = np.concatenate([*codes, kept[done:]])
    return Skeletons(shaped, np.flatnonzero(shaped == 0) + 1, np.concatenate([*gaps, divided[done:]]))


def settled(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Whether each character of a skeleton stays itself when it is folded once more; all but a few do.

    >>> settled(encode("河丨")).tolist()
    [True, False]
    """
    same: npt.NDArray[np.bool_] = _CODES.of(codes) == codes
    return same


def folds(texts: Sequence[str]) -> list[str]:
    """What :func:`fold` makes of each text.

    >>> folds(["N.I", "", "㈱ Ａ"])
    ['ni', '', '株a']
    """
    whole = "\0".join(texts)
    if whole.count("\0") >= len(texts):  # some text holds one
        whole = "\0".join([text.replace("\0", "") for text in texts])
    written = encode(whole)
    found = _FOLDED.of(written)
    folded = found[found < _MORE].tobytes().decode("utf-32-le").split("\0") if texts else []
    more = found == _MORE
    if more.any():  # characters that become several: one text at a time
        for place in _distinct(np.searchsorted(np.flatnonzero(written == 0), np.flatnonzero(more))):
            folded[place] = fold(texts[place])
    return folded


class _Wide:
    """What each character becomes when a text is simplified, whatever stands beside it, as an array of code points;
    learns as :class:`_Table` does. Of characters that change with others, or become several, nothing is said."""

    _AREAS = ((0, 0x7F), (0x2000, 0x2BFF), (0x3000, 0x303F), (0x3400, 0x9FFF), (0xFF00, 0xFF5E), (0x1F000, 0x1FAFF))

    def __init__(self) -> None:
        self._codes = np.full(0x110000, _UNMET, np.uint32)

    def of(self, codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """The code points; _MORE where nothing is said."""
        found: npt.NDArray[np.uint32] = self._codes[codes]
        unmet = found == _UNMET
        if unmet.any():
            for code in np.unique(codes[unmet]).tolist():
                character = chr(code)
                wide = unicodedata.normalize("NFKC", character).replace(",", "，")
                alone = any(first <= code <= last for first, last in self._AREAS) and not unicodedata.combining(wide[0])
                alone = alone and len(wide) == 1 and wide not in changing()
                self._codes[code] = ord(wide) if alone else _MORE
            found = self._codes[codes]
        return found


_WIDE = _Wide()


def simplified_all(texts: Sequence[str]) -> list[str]:
    """What :func:`simplified` makes of each text.

    >>> simplified_all(["翻新磨標，Ａ版 x", "翻新!，", "a,b", "（a,b）"])
    ['翻新磨标，A版 x', '翻新!，', 'a,b', '(a，b)']
    """
    if not texts:
        return []
    written = encode("".join(texts))
    wide = _WIDE.of(written)
    changes = np.flatnonzero(wide != written)
    if not len(changes):
        return list(texts)
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    odd = np.flatnonzero(wide == _MORE)
    wide[odd] = ord("?")
    whole, bounds, found = wide.tobytes().decode("utf-32-le"), [0, *ends.tolist()], list(texts)
    for place in _distinct(np.searchsorted(ends, changes, side="right")):
        if not found[place].isascii():  # which stays as it is
            found[place] = whole[bounds[place] : bounds[place + 1]]
    for place in _distinct(np.searchsorted(ends, odd, side="right")):
        found[place] = simplified(texts[place])
    return found


def _distinct(ascending: npt.NDArray[np.int64]) -> list[int]:
    """Ascending numbers, each once."""
    found: list[int] = ascending[np.flatnonzero(np.diff(ascending, prepend=-1))].tolist()
    return found


def decode(codes: npt.NDArray[np.uint32]) -> list[str]:
    """What :func:`skeletons` made, as one string for each text."""
    return codes.tobytes().decode("utf-32-le").split("\0")[:-1]


class _Shaped(dict[str, str]):
    """What each character becomes in a skeleton, before pairs are joined; learns as :class:`_Table` does."""

    def __missing__(self, character: str) -> str:
        shape = self[character] = _TABLE[ord(character)].translate(_SHAPES)
        return shape


_SHAPED = _Shaped()


@dataclass(frozen=True, slots=True)
class Aligned:
    """A skeleton and where each of its characters stands in the text: ``starts[i]``, ``ends[i]``."""

    text: str
    skeleton: str
    starts: Sequence[int]
    ends: Sequence[int]

    def verbatim(self, start: int, end: int) -> str:
        """The text as written behind ``skeleton[start:end]``."""
        return self.text[self.starts[start] : self.ends[end - 1]]


def aligned_with(text: str, shape: str) -> Aligned:
    """What :func:`align` says of a text whose skeleton is known."""
    if shape != text:
        return align(text)
    size = len(text)  # what is dropped or joined is in no skeleton, so each character is itself
    return Aligned(text, text, range(size), range(1, size + 1))


@lru_cache(maxsize=4096)
def align(text: str) -> Aligned:
    """The skeleton of a text with the place of each character in it."""
    shapes = list(map(_SHAPED.__getitem__, text))
    whole, size = "".join(shapes), len(text)
    dropped = shapes.count("")
    if len(whole) == size - dropped and "vv" not in whole and "rn" not in whole:  # as nearly always
        if not dropped:
            return Aligned(text, whole, range(size), range(1, size + 1))
        return Aligned(text, whole, tuple(compress(range(size), shapes)), tuple(compress(range(1, size + 1), shapes)))
    shaped: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    pairs = dict(_PAIRS)
    for place, shape in enumerate(shapes):
        for part in shape:
            if shaped and shaped[-1] + part in pairs:
                shaped[-1] = pairs[shaped[-1] + part]
                ends[-1] = place + 1
            else:
                shaped.append(part)
                starts.append(place)
                ends.append(place + 1)
    return Aligned(text, "".join(shaped), tuple(starts), tuple(ends))
