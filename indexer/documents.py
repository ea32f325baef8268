"""The document of a listing, and the one tokenisation that both engines use. Pure.

What is searched is cut here into characters and pairs of characters, joined by spaces; an engine only splits at spaces.
A term of one character is looked up among the characters, a longer one as a run of pairs, so a term matches exactly
where, after :func:`domain.text.fold`, it is a substring of a searched text, in any script. Texts of one document are
kept apart by :data:`APART`, which no term can contain, so nothing matches across two of them.
"""

from __future__ import annotations

import hashlib
import operator
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from domain.codec import decode, encode
from domain.ordering import harm
from domain.records import TIERS, Finding, Listing, Right
from domain.text import fold
from indexer.fields import NO, UNJUDGED, YES
from indexer.ranks import milliseconds, ranks, stored, urgency

#: Stands between the texts of one document. A wildcard spans at most two characters, so three keep any match apart.
APART = "␞"
_BREAK = APART * 2
#: Characters of one text that are searched; the rest is kept but not found. Bounds hostile pages.
MAX_TEXT = 100_000
#: Characters of a filter value (engines refuse long ones).
MAX_WORD = 200
_SPACE = "␣"
# What an engine would split at, and what the codes themselves are made of.
_CODED = re.compile(r"[\s\x00\\␣␞]")
_CODED_BUT_SPACE = re.compile(r"[^\S ]|[\x00\\␣␞]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a document says of a right: enough to show and to count it."""

    id: str
    sign: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The facts a document is drawn from, stored with it so that a page needs nothing else.

    ``verdicts`` maps a finding's id to the latest verdict; ``pictures`` an image of the listing to its 64-bit picture
    hash as 16 hex digits.
    """

    listing: Listing
    findings: tuple[Finding, ...] = ()
    rights: tuple[Name, ...] = ()
    subject: str = ""
    picture_text: str = ""
    pictures: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    first_seen: datetime
    last_seen: datetime
    run: str = ""
    gone: bool = False
    verdicts: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, kw_only=True)
class Document:
    """One listing as the index holds it.

    ``segments`` are the folded texts that are searched; ``words`` the filters with their values; ``numbers`` the stored
    integers of :mod:`indexer.ranks` (absent when unknown); ``group`` is equal for near-duplicates; ``pictures`` are the
    hashes; ``source`` is :class:`Source` as JSON.
    """

    key: str
    segments: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    group: int
    pictures: tuple[str, ...]
    source: bytes

    @cached_property
    def facts(self) -> Source:
        return decode(self.source, Source)

    @property
    def listing(self) -> Listing:
        return self.facts.listing

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.facts.findings

    @property
    def ranks(self) -> dict[str, int]:
        return ranks(self.key, self.numbers)


def build(
    listing: Listing,
    *,
    findings: Iterable[Finding] = (),
    rights: Mapping[str, Right] = MappingProxyType({}),
    subject_id: str = "",
    picture_text: str = "",
    pictures: Mapping[str, str] = _NOTHING,
    first_seen: datetime,
    last_seen: datetime,
    run: str = "",
    verdicts: Mapping[str, str] = _NOTHING,
    gone: bool = False,
) -> Document:
    """The document of a listing, its findings and what else is known of it.

    ``rights`` must hold the rights that the findings name, as far as they are known; ``verdicts`` maps finding ids to
    the latest verdict in force; ``pictures`` images to hashes (see :class:`Source`). Pure: equal arguments give an
    equal document.
    """
    findings = tuple(findings)
    named = {finding.right: rights[finding.right] for finding in findings if finding.right in rights}
    source = Source(
        listing=listing,
        findings=findings,
        rights=tuple(Name(id=right.id, sign=right.sign, kind=right.kind) for right in named.values()),
        subject=subject_id,
        picture_text=picture_text,
        pictures=pictures,
        first_seen=first_seen,
        last_seen=last_seen,
        run=run,
        gone=gone,
        verdicts={finding.id: verdicts[finding.id] for finding in findings if finding.id in verdicts},
    )
    return from_source(source)


def from_source(source: Source, data: bytes | None = None) -> Document:
    """The document of its facts; ``data`` is the JSON of ``source`` when it is at hand."""
    if data is None:
        try:
            data = encode(source)
        except UnicodeEncodeError:  # lone surrogates, which JSON cannot carry
            source = _scrubbed(source)
            data = encode(source)
    listing = source.listing
    return Document(
        key=index_key(listing.key),
        segments=segments(source),
        words=_words(source),
        numbers=_numbers(source),
        group=group(listing.title),
        pictures=tuple(dict.fromkeys(source.pictures.values())),
        source=data,
    )


def source_of(data: bytes) -> Source:
    """The facts of a stored document."""
    return decode(data, Source)


def texts(source: Source) -> Iterable[tuple[str, str]]:
    """The searched texts, verbatim, each with the name of its field."""
    listing, seller = source.listing, source.listing.seller
    yield "title", listing.title
    if listing.description:
        yield "description", listing.description
    for name, value in listing.claims.items():
        yield "claims", name
        yield "claims", value
    for text in (seller.name, seller.company, seller.uscc, seller.location, *seller.contacts):
        yield "seller", text
    if source.picture_text:
        yield "picture_text", source.picture_text


def segments(source: Source) -> tuple[str, ...]:
    """The searched texts as they are compared: bounded and folded, each once, without empty ones."""
    return tuple(dict.fromkeys(fold(text[:MAX_TEXT]) for _, text in texts(source) if text))


def index_key(key: str) -> str:
    """The identity of a document: the listing's key, shortened by a digest where an engine could not hold it."""
    key = scrub(key)
    if len(key) <= 160 or len(key.encode()) <= 480:
        return key
    return f"{key[:80]}#{hashlib.sha256(key.encode()).hexdigest()}"


def group(title: str) -> int:
    """A number that is equal for near-duplicate titles: the same letters, ideographs and digits, however often.

    Copied listings are reordered, spaced, decorated and doubled to look new; the set of their characters stays.

    >>> group("正品 五常大米 5kg") == group("五常大米【正品】5KG！！")
    True
    """
    known = {char for char in fold(title) if unicodedata.category(char)[0] in "LN"} or set(fold(title))
    return int.from_bytes(hashlib.blake2b("".join(sorted(known)).encode(), digest_size=8).digest()) >> 1


def _words(source: Source) -> dict[str, tuple[str, ...]]:
    listing, findings = source.listing, source.findings
    tiers = {finding.tier for finding in findings}
    values: dict[str, Iterable[str]] = {
        "platform": (listing.platform,),
        "right": (finding.right for finding in findings),
        "sign": (name.sign for name in source.rights),
        "kind": (name.kind for name in source.rights),
        "tier": next(((tier,) for tier in TIERS if tier in tiers), ()),
        "signal": (signal.name for finding in findings for signal in finding.signals),
        "verdict": (source.verdicts.get(finding.id, UNJUDGED) for finding in findings),
        "seller": (listing.seller.name,),
        "subject": (source.subject,),
        "district": (listing.seller.location,),
        "dispatch": (listing.ships_from,),
        "category": listing.category,
        "run": (source.run,),
        "gone": (YES if source.gone else NO,),
    }
    return {name: tuple(dict.fromkeys(word(text) for text in each if text)) for name, each in values.items()}


def word(text: str) -> str:
    """A filter value as it is stored and asked for: verbatim, bounded."""
    return text[:MAX_WORD].replace("\0", " ")


def scrub(text: str) -> str:
    """Every lone surrogate, which no engine can be given, replaced by U+FFFD."""
    return _LONE_SURROGATE.sub("�", text)


def _numbers(source: Source) -> dict[str, int]:
    listing = source.listing
    score = max((finding.score for finding in source.findings), default=0.0)
    numbers = {
        "score": stored(score, 10**12),
        "suspicion": urgency(score, harm(listing)),
        "first_seen": milliseconds(source.first_seen),
        "last_seen": milliseconds(source.last_seen),
    }
    if listing.price is not None:
        numbers["price"] = stored(listing.price, 10_000)
    if listing.sales is not None:
        numbers["sales"] = stored(listing.sales, 1)
        if listing.price is not None:
            numbers["turnover"] = stored(listing.price * listing.sales, 100)
    return numbers


def _scrubbed(record: Any) -> Any:
    """A record with every lone surrogate replaced by U+FFFD."""
    if isinstance(record, str):
        return scrub(record)
    if isinstance(record, tuple):
        return tuple(map(_scrubbed, record))
    if isinstance(record, Mapping):
        return {_scrubbed(name): _scrubbed(value) for name, value in record.items()}
    if is_dataclass(record) and not isinstance(record, type):
        return replace(record, **{each.name: _scrubbed(getattr(record, each.name)) for each in fields(record)})
    return record


# Tokenisation.


def codes(text: str) -> Sequence[str]:
    """A folded text as one code a character, none of which an engine splits: most characters are their own code."""
    if not _CODED_BUT_SPACE.search(text):
        return text.replace(" ", _SPACE)
    return [_SPACE if char == " " else f"\\{ord(char):x};" if _CODED.match(char) else char for char in text]


def pairs(coded: Sequence[str]) -> list[str]:
    """The pairs of neighbouring characters, in order."""
    return list(map(operator.add, coded, coded[1:]))


def characters_field(parts: Iterable[str]) -> str:
    """The characters of all segments, joined by spaces; three :data:`APART` between two segments."""
    return f" {APART} {APART} {APART} ".join(" ".join(codes(part)) for part in parts)


def pairs_field(parts: Iterable[str]) -> str:
    """The pairs of all segments, joined by spaces; a pair that would reach into the next segment is :data:`_BREAK`.

    So two pairs of different segments are at least three places apart.
    """
    whole: list[str] = []
    for part in parts:
        whole.extend((APART, *codes(part)) if whole else codes(part))
    return " ".join(_BREAK if APART in pair else pair for pair in pairs(whole))


def text_fields(documents: Sequence[Document]) -> list[tuple[str, str]]:
    """:func:`characters_field` and :func:`pairs_field` of many documents, at a tenth of the cost: the texts of all are
    laid out side by side as one array of code points, and each takes its slice of the result."""
    texts = [APART.join(each.segments) for each in documents]
    between = [max(len(each.segments) - 1, 0) for each in documents]
    every: Sequence[int] = range(len(texts))
    if not _plain("".join(texts), sum(between)):
        every = [place for place in every if _plain(texts[place], between[place])]
    plain = [texts[place] for place in every]
    characters = _spread([text.replace(APART, APART * 3) for text in plain], 1)
    made = dict(zip(every, zip(characters, _spread(plain, 2), strict=True), strict=True))
    return [
        made.get(place) or (characters_field(each.segments), pairs_field(each.segments))
        for place, each in enumerate(documents)
    ]


def _plain(text: str, between: int) -> bool:
    """Whether no character but the space needs a code, in texts with so many :data:`APART` between them. Whatever else
    an engine would split at is not printable, which is seen ten times as fast as by :data:`_CODED_BUT_SPACE`."""
    return text.isprintable() and "\\" not in text and _SPACE not in text and text.count(APART) == between


def _spread(texts: Sequence[str], width: int) -> list[str]:
    """Each text as its runs of ``width`` (1 or 2) characters joined by spaces. Only spaces may need a code."""
    joined = "".join(texts).replace(" ", _SPACE)
    data = joined.encode("utf-16-le")
    narrow = len(data) == 2 * len(joined)  # no character takes two units
    encoding = "utf-16-le" if narrow else "utf-32-le"
    whole = np.frombuffer(data if narrow else joined.encode(encoding), dtype="<u2" if narrow else "<u4")
    spread = np.full((len(whole), width + 1), 32, dtype=whole.dtype)
    spread[:, 0] = whole
    if width == 2:
        spread[:-1, 1] = whole[1:]
        apart = whole == ord(APART)
        apart[:-1] |= apart[1:]
        spread[apart, :2] = ord(APART)
    joined = spread.tobytes().decode(encoding)
    step, at, found = width + 1, 0, []
    for text in texts:
        end = at + len(text)
        found.append(joined[at * step : (end - width + 1) * step - 1] if len(text) >= width else "")
        at = end
    return found
