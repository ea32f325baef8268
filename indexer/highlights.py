"""Highlights: where the searched terms and the names of the rights stand in the listing's own texts. Pure.

Drawn from the stored facts after the search, so both engines show the same, and in the verbatim text although the
comparison is of folded ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

import msgspec

from domain.text import fold
from indexer.conditions import Contains, Spaced, spaced_pattern
from indexer.documents import MAX_TEXT
from indexer.results import Highlight, Mark

#: Characters of a highlight, and marks in one.
WIDTH = 120
MAX_MARKS = 20
_CONTEXT = 30


class _Seller(msgspec.Struct):
    name: str = ""
    company: str = ""
    uscc: str = ""
    location: str = ""
    contacts: list[str] = []


class _Listing(msgspec.Struct):
    title: str
    description: str = ""
    claims: dict[str, str] = {}
    seller: _Seller = msgspec.field(default_factory=_Seller)


class _Signal(msgspec.Struct):
    score: float = 0.0
    listing_value: str = ""
    right_value: str = ""


class _Finding(msgspec.Struct):
    right: str
    signals: list[_Signal] = []


class _Name(msgspec.Struct):
    id: str
    sign: str


class _Source(msgspec.Struct):
    listing: _Listing
    findings: list[_Finding] = []
    rights: list[_Name] = []
    picture_text: str = ""


_DECODER = msgspec.json.Decoder(_Source)
_fold_name = lru_cache(maxsize=2_000)(fold)


def highlights(source: bytes, needles: Sequence[Contains | Spaced]) -> tuple[Highlight, ...]:
    """The title, always, and every other text that contains a term; each cut to :data:`WIDTH` around its first mark.

    ``source`` is :class:`indexer.documents.Source` as JSON. What a needle finds is marked as ``term``, the place where
    a finding saw a right's name as ``right`` with the name.
    """
    facts = _DECODER.decode(source)
    names = _matched_names(facts)
    patterns = [(spaced_pattern(each), each.label) for each in needles if isinstance(each, Spaced)]
    terms = [each.text for each in needles if isinstance(each, Contains)]
    listing, seller = facts.listing, facts.listing.seller
    found = [_cut("title", listing.title, _marks(listing.title, fold(listing.title), terms, patterns, names))]
    claims = [each for pair in listing.claims.items() for each in pair]
    sold_by = (seller.name, seller.company, seller.uscc, seller.location, *seller.contacts)
    description = listing.description[:MAX_TEXT]
    # Mostly the title alone has it, which one look at all the rest together tells.
    if _found(fold("\n".join((description, *claims, *sold_by, facts.picture_text))), terms, patterns):
        texts = [("description", description)]
        texts += [("claims", each) for each in claims]
        texts += [("seller", each) for each in sold_by]
        texts.append(("picture_text", facts.picture_text))
        for field, text in texts:
            folded = fold(text)
            if _found(folded, terms, patterns):
                found.append(_cut(field, text, _marks(text, folded, terms, patterns, names)))
    return tuple(found)


def _found(folded: str, terms: Iterable[str], patterns: Iterable[tuple[re.Pattern[str], str]]) -> bool:
    for term in terms:
        if term in folded:
            return True
    return any(pattern.search(folded) for pattern, _ in patterns)


def _matched_names(facts: _Source) -> dict[str, str]:
    """Folded text in the listing → name of the right it was taken for: the sign itself, and what the signals saw."""
    names: dict[str, str] = {}
    if not facts.findings:
        return names
    signs = {name.id: name.sign for name in facts.rights}
    for finding in facts.findings:
        sign = signs.get(finding.right, "")
        if not sign:
            continue
        names.setdefault(_fold_name(sign), sign)
        for signal in finding.signals:
            value = signal.listing_value
            if signal.score > 0 and 1 < len(value) <= 40:
                names.setdefault(_fold_name(value), sign)
    return names


def _marks(
    text: str, folded: str, terms: Iterable[str], patterns: Iterable[tuple[re.Pattern[str], str]], names: dict[str, str]
) -> list[Mark]:
    places = [(start, len(term), term, "term") for term in terms for start in _occurrences(folded, term)]
    places += [
        (s, len(name), sign, "right") for name, sign in names.items() if name for s in _occurrences(folded, name)
    ]
    for pattern, label in patterns:
        found = islice(pattern.finditer(folded), MAX_MARKS)
        places += [(match.start(), match.end() - match.start(), label, "term") for match in found]
    if not places:
        return []
    same = len(folded) == len(text) and folded == text.lower()
    origin = None if same else _origins(text, folded)
    marks = []
    for start, length, name, kind in sorted(places)[:MAX_MARKS]:
        if origin is None:
            marks.append(Mark(start, start + length, name, kind))
        else:
            marks.append(Mark(origin[start][0], origin[start + length - 1][1], name, kind))
    return marks


def _occurrences(text: str, term: str) -> Iterable[int]:
    start = text.find(term)
    count = 0
    while start >= 0 and count < MAX_MARKS:
        yield start
        count += 1
        start = text.find(term, start + len(term))


#: Longer runs of composing characters than any writing has are cut: bounds hostile text.
_MAX_PIECE = 16
_fold_one = lru_cache(maxsize=20_000)(fold)


def _composes(char: str) -> bool:
    """Whether a character might compose with the one before it; True is always safe."""
    code = ord(char)
    return not (code < 0x300 or 0x2E80 <= code < 0x3099 or 0x309D <= code < 0xAC00 or 0xFF01 <= code < 0xFF9E)


def _origins(text: str, folded: str) -> list[tuple[int, int]]:
    """For each folded character the verbatim ones it comes from: [start, end).

    Folding is done piece by piece, so that characters which compose (e and its accent) or expand (㎏) point to the
    whole of their piece.
    """
    origin: list[tuple[int, int]] = []
    at, size = 0, len(text)
    while at < size:
        end, piece = at + 1, _fold_one(text[at])
        while end < size and end - at < _MAX_PIECE and _composes(text[end]):
            longer = fold(text[at : end + 1])
            if longer == piece + fold(text[end]):
                break
            end, piece = end + 1, longer
        if len(piece) == end - at:
            origin += [(each, each + 1) for each in range(at, end)]
        else:
            origin += [(at, end)] * len(piece)
        at = end
    # Should the pieces and the whole ever differ, point at the end rather than fail.
    origin += [(size - 1, size)] * (len(folded) - len(origin))
    return origin


def _cut(field: str, text: str, marks: list[Mark]) -> Highlight:
    """The text around its first mark, the marks moved along."""
    if len(text) <= WIDTH:
        return Highlight(field, text, tuple(marks))
    first = min((mark.start for mark in marks), default=0)
    begin = max(0, min(first - _CONTEXT, len(text) - WIDTH))
    end = begin + WIDTH
    inside = [Mark(m.start - begin, m.end - begin, m.name, m.kind) for m in marks if begin <= m.start and m.end <= end]
    return Highlight(field, text[begin:end], tuple(inside))
