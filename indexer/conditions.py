"""What a query asks of a document, as a tree that each engine translates, and its meaning: :func:`matches`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from indexer.documents import Document
from indexer.ranks import interval


@dataclass(frozen=True, slots=True)
class Contains:
    """A folded text is a substring of a searched text."""

    text: str


@dataclass(frozen=True, slots=True)
class Spaced:
    """Folded texts one after the other in one searched text, with between ``least`` and ``most`` characters after each.

    ``gaps`` has one entry fewer than ``texts``; no gap exceeds :data:`MAX_GAP`.
    """

    texts: tuple[str, ...]
    gaps: tuple[tuple[int, int], ...]

    @property
    def label(self) -> str:
        """Near enough to what was typed."""
        wild = ("?" * least + "*" * (most > least) for least, most in self.gaps)
        return self.texts[0] + "".join(gap + text for gap, text in zip(wild, self.texts[1:], strict=True))


@dataclass(frozen=True, slots=True)
class OneOf:
    """A filter has one of these values. Also ``key``, ``group`` (digits) and ``band`` (:mod:`indexer.pictures`)."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """A value of a filter matches a pattern: ``*`` any run of characters, ``?`` any one; ``literal`` parts as they are.

    ``parts`` alternates literals and wildcards, e.g. ``("", "*", "旗舰店")``.
    """

    field: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A filter has any value."""

    field: str


@dataclass(frozen=True, slots=True)
class Between:
    """A number or time lies within [low, high], as stored integers; None leaves a side open. Unknown never matches."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``number`` (≥ 1) of the parts hold."""

    number: int
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition: TypeAlias = Contains | Spaced | OneOf | Like | Known | Between | AllOf | AnyOf | AtLeast | Not

#: Every document.
EVERYTHING = AllOf(())
#: The most characters that wildcards between two pieces may span.
MAX_GAP = 2


def needs(condition: Condition) -> frozenset[str]:
    """The stored fields that a condition looks at: ``chars``, ``pairs``, filters by name, ranks as ``by_…``."""
    match condition:
        case Contains(text):
            return frozenset(("pairs" if len(text) > 1 else "chars",))
        case Spaced():
            return frozenset(("chars", "pairs"))
        case OneOf(field, _) | Like(field, _):
            return frozenset((field,))
        case Known(field):
            return frozenset((field, f"by_{field}"))
        case Between(field, _, _):
            return frozenset((f"by_{field}",))
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            return frozenset().union(*map(needs, parts))
        case Not(part):
            return needs(part)


def spaced_pattern(condition: Spaced) -> re.Pattern[str]:
    """The regular expression of a spaced text: bounded gaps only, so it runs in linear time."""
    pattern = re.escape(condition.texts[0])
    for (least, most), text in zip(condition.gaps, condition.texts[1:], strict=True):
        pattern += f".{{{least},{most}}}{re.escape(text)}"
    return re.compile(pattern, re.DOTALL)


def like_pattern(parts: tuple[str, ...]) -> re.Pattern[str]:
    """The regular expression of a pattern on a filter value."""
    wild = {"*": ".*", "?": "."}
    pattern = "".join(wild[part] if index % 2 else re.escape(part) for index, part in enumerate(parts))
    return re.compile(pattern, re.DOTALL)


def matches(condition: Condition, document: Document) -> bool:
    """Whether a document is a hit, by a plain scan: what both engines must agree with."""
    match condition:
        case Contains(text):
            return any(text in segment for segment in document.segments)
        case Spaced():
            pattern = spaced_pattern(condition)
            return any(pattern.search(segment) for segment in document.segments)
        case OneOf("key", values):
            return document.key in values
        case OneOf("group", values):
            return str(document.group) in values
        case OneOf("band", values):
            from indexer.pictures import bands

            return not set(values).isdisjoint(bands(document.pictures))
        case OneOf(field, values):
            return not set(values).isdisjoint(document.words[field])
        case Like(field, parts):
            pattern = like_pattern(parts)
            return any(pattern.fullmatch(value) for value in document.words[field])
        case Known(field):
            return bool(document.words[field]) if field in document.words else field in document.numbers
        case Between(field, low, high):
            bottom, top = interval(low, high)
            return field in document.numbers and bottom <= document.ranks[f"by_{field}"] <= top
        case AllOf(parts):
            return all(matches(part, document) for part in parts)
        case AnyOf(parts):
            return any(matches(part, document) for part in parts)
        case AtLeast(number, parts):
            return sum(matches(part, document) for part in parts) >= number
        case Not(part):
            return not matches(part, document)
