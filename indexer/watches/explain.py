"""Why a watch fired, as an officer reads it. Pure."""

from __future__ import annotations

from domain.text import fold
from indexer.conditions import AllOf, AnyOf, Between, Condition, Contains, Known, Like, OneOf, Spaced, matches
from indexer.conditions import spaced_pattern as pattern
from indexer.documents import Document, texts
from indexer.fields import FIELDS
from indexer.ranks import CHINA

_TEXTS = {
    "title": "标题",
    "description": "描述",
    "claims": "声明",
    "seller": "卖家",
    "picture_text": "图中文字",
}
_AROUND = 8


def explain(condition: Condition, document: Document) -> str:
    """What of the document fulfils the condition: ``标题含“五常大米”；等级：高``. Exclusions go without saying."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    said = [each for part in parts if (each := _one(part, document))]
    return "；".join(said) or "符合全部条件"


def _one(condition: Condition, document: Document) -> str:
    match condition:
        case Contains(text):
            return _where(text, document)
        case Spaced(_, _):
            found = next((hit for segment in document.segments if (hit := pattern(condition).search(segment))), None)
            return _where(found[0], document) if found else ""
        case OneOf(field, _) | Like(field, _) | Known(field) if field in document.words:
            values = [value for value in document.words[field] if _fits(condition, value)]
            return f"{FIELDS[field].title}：{'、'.join(values[:3])}"
        case Between(field, _, _) | Known(field):
            return f"{FIELDS[field].title}：{_number(field, document)}"
        case AnyOf(parts):
            return next((_one(part, document) for part in parts if matches(part, document)), "")
    return ""


def _fits(condition: Condition, value: str) -> bool:
    if isinstance(condition, OneOf):
        return value in condition.values
    if isinstance(condition, Like):
        from indexer.conditions import like_pattern

        return bool(like_pattern(condition.parts).fullmatch(value))
    return True


def _where(text: str, document: Document) -> str:
    """The first field that contains the text, and its surroundings."""
    for field, verbatim in texts(document.facts):
        folded = fold(verbatim)
        at = folded.find(text)
        if at >= 0:
            before, after = folded[max(0, at - _AROUND) : at], folded[at + len(text) : at + len(text) + _AROUND]
            return f"{_TEXTS[field]}含“{text}”（…{before}{text}{after}…）"
    return ""


def _number(field: str, document: Document) -> str:
    facts = document.facts
    if field in ("first_seen", "last_seen"):
        return f"{getattr(facts, field).astimezone(CHINA):%Y-%m-%d %H:%M}"
    value = document.numbers.get(field)
    return "" if value is None else f"{value / FIELDS[field].scale:g}"
