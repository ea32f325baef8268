"""What ordinary words make of the stretch of each hit, all at once (see features.use.Match.torn and Match.ordinary)."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from detection.candidates.division import TABLE, Divider
from detection.candidates.hashing import Ints
from detection.candidates.search import SAME, SPLITS, Hits
from detection.candidates.texts import Texts
from detection.goods.classes import single_words

Bits = npt.NDArray[np.uint8]
#: So many characters on both sides of a stretch tell how it is divided.
CONTEXT = 5
#: Words go over the edges of the stretch, as far as tears it; they explain it better than the name does; they may.
TORN, ORDINARY, DOUBTFUL = 1, 2, 4
#: A name that is found unchanged and so long is no chance if it is no word itself.
CHANCELESS = 4
#: A word reaches into the stretch from before it; one reaches out of it; words and goods are all that it is made of; a
#: word that reaches in or out neither goes on from the head of the stretch nor is a proper noun around it.
_INTO, _OUT, _MADE, _OTHERS = 1, 2, 4, 8
#: Stands for code points of which no word is made.
_UNKNOWN = np.uint32(1)
#: So many stretches are divided at once: a hostile text makes a million of them.
_AT_ONCE = 1 << 16
#: No stretch is longer than these bits can say.
_BITS = 16


def held(texts: Texts, hits: Hits) -> Bits:
    """Of each hit what the words make of it that the text around is divided into (see names.words.segment): TORN,
    ORDINARY, DOUBTFUL (to be looked at, for it depends on the right), or 0; of Latin stretches 0."""
    found = np.zeros(len(hits), np.uint8)
    rows = np.flatnonzero(texts.all_han(hits.text, hits.start, hits.end))
    if not len(rows):
        return found
    size = hits.end[rows] - hits.start[rows]
    stretches, own = np.unique(texts.places(hits.text[rows], hits.start[rows]) << _BITS | size, return_inverse=True)
    start, sizes = stretches >> _BITS, stretches & (1 << _BITS) - 1
    parts = (slice(part, part + _AT_ONCE) for part in range(0, len(start), _AT_ONCE))
    told = np.concatenate([_told(texts, start[part], start[part] + sizes[part]) for part in parts])
    found[rows] = _judged(told[own], hits.way[rows], size)
    return found


def _judged(told: Bits, way: npt.NDArray[np.int8], size: Ints) -> Bits:
    """What is told of stretches, by what was done to the name there."""
    edges, same, split = told & (_INTO | _OUT), way == SAME, way == SPLITS
    # of a name in components one word is enough: 木可来 in 木可来自天然
    torn = np.where(split, edges != 0, edges == _INTO | _OUT) & ~same
    # a name itself is explained by a longer word alone, unless what that adds are goods of the right (茅台酒)
    chance = (told & _OTHERS != 0) & (size < CHANCELESS)
    ordinary = np.where(same, chance, (told != 0) & ~split)
    doubtful = (same | split) & (edges != 0) & ~ordinary
    judged: Bits = np.uint8(TORN) * torn | np.uint8(ORDINARY) * ordinary | np.uint8(DOUBTFUL) * doubtful
    return judged


@cache
def _single() -> npt.NDArray[np.bool_]:
    """Which characters are goods."""
    found = np.zeros(TABLE, np.bool_)
    found[[ord(character) for character in single_words()]] = True
    return found


def _phrases(texts: Texts, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """The stretches with a few characters on both sides, as far as nothing (a space, a comma) divides them."""
    low, high = start, end
    for step in range(CONTEXT):
        low = low - ((low == start - step) & ~texts.divided[low] & (texts.codes[low - 1] != 0))
        high = high + ((high == end + step) & ~texts.divided[high] & (texts.codes[high] != 0))
    return low, high


def _told(texts: Texts, start: Ints, end: Ints) -> Bits:
    """_INTO, _OUT, _MADE, _OTHERS of stretches of ideographs, by their places in ``codes``."""
    low, high = _phrases(texts, start, end)
    divider = Divider(np.where(texts.codes < TABLE, texts.codes, _UNKNOWN))
    places, first, size, word = divider.divided(low, high)
    sizes = high - low
    offset = np.cumsum(sizes) - sizes
    own = np.repeat(np.arange(len(start)), sizes)[first]
    left, right, head, tail = places[first], places[first] + size, start[own], end[own]
    into, out = (left < head) & (head < right), (left < tail) & (tail < right)
    around = (left <= head) & (tail <= right) & divider.proper(word)
    found = np.zeros(len(start), np.uint8)
    for bit, some in ((_INTO, into), (_OUT, out), (_OTHERS, (into | out) & (left != head) & ~around)):
        found[own[some]] |= np.uint8(bit)
    known = _single()[divider.codes[places]]
    for inner in range(int(size.max(initial=0))):
        known[first[size > inner] + inner] = True
    count = np.concatenate([np.zeros(1, np.int64), np.cumsum(known)])
    whole = count[offset + end - low] - count[offset + start - low] == end - start
    made: Bits = found | whole * np.uint8(_MADE)
    return made
