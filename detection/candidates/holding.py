"""What ordinary words make of the stretch of each hit, all at once (see features.use.Match.torn and Match.ordinary)."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from detection.candidates.division import Divider
from detection.candidates.hashing import Ints
from detection.candidates.search import Hits
from detection.candidates.texts import Texts
from detection.goods.classes import single_words

#: So many characters on both sides of a stretch tell how it is divided.
CONTEXT = 5
#: A word reaches into the stretch from before it; one reaches out of it; words and goods are all that it is made of; a
#: word that reaches in or out neither goes on from the head of the stretch nor is a proper noun around it.
INTO, OUT, MADE, OTHERS = 1, 2, 4, 8
TORN = INTO | OUT
#: Code points of which words are made; any other is like one that no word has.
_WRITTEN, _UNKNOWN = 0x20000, np.uint32(1)


@cache
def _single() -> npt.NDArray[np.bool_]:
    """Which characters are goods."""
    found = np.zeros(_WRITTEN, np.bool_)
    found[[ord(character) for character in single_words()]] = True
    return found


def _phrases(texts: Texts, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """The stretches with a few characters on both sides, as far as nothing (a space, a comma) divides them."""
    low, high = start, end
    for step in range(CONTEXT):
        low = low - ((low == start - step) & ~texts.divided[low] & (texts.codes[low - 1] != 0))
        high = high + ((high == end + step) & ~texts.divided[high] & (texts.codes[high] != 0))
    return low, high


def held(texts: Texts, hits: Hits) -> npt.NDArray[np.uint8]:
    """Of each hit, by bits, what the words make of it that the text around is divided into (see names.words.segment):
    INTO, OUT, MADE, OTHERS; 0 where they make nothing of it, and of Latin stretches."""
    found = np.zeros(len(hits), np.uint8)
    rows = np.flatnonzero(texts.all_han(hits.text, hits.start, hits.end))
    if not len(rows):
        return found
    start, end = (texts.places(hits.text[rows], place[rows]) for place in (hits.start, hits.end))
    low, high = _phrases(texts, start, end)
    codes = np.where(texts.codes < _WRITTEN, texts.codes, _UNKNOWN)
    divider = Divider(codes)
    places, first, size, word = divider.divided(low, high)
    sizes = high - low
    offset = np.cumsum(sizes) - sizes
    own = np.repeat(np.arange(len(rows)), sizes)[first]
    left, right, head, tail = places[first], places[first] + size, start[own], end[own]
    into, out = (left < head) & (head < right), (left < tail) & (tail < right)
    around = (left <= head) & (tail <= right) & divider.proper(word)
    made = np.zeros(len(rows), np.uint8)
    for bit, some in ((INTO, into), (OUT, out), (OTHERS, (into | out) & (left != head) & ~around)):
        made[own[some]] |= np.uint8(bit)
    known = _single()[codes[places]]
    for inner in range(int(size.max(initial=0))):
        known[first[size > inner] + inner] = True
    count = np.concatenate([np.zeros(1, np.int64), np.cumsum(known)])
    whole = count[offset + end - low] - count[offset + start - low] == end - start
    found[rows] = made | whole * np.uint8(MADE)
    return found
