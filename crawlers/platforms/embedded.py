"""Objects that pages embed in their scripts: JSON after a marker, and single values of a JavaScript literal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from crawlers.page import Page

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)")
#: A larger object is not read.
MAX_OBJECT = 4 * 1024 * 1024
_DECODER = json.JSONDecoder(strict=False)
#: A key that is a bare number, as JavaScript may have it; strings are passed over, an unended one to the end.
_BARE_KEY = re.compile(r'"(?:[^"\\]|\\.)*+\\?(?:"|\Z)|([{,]\s*+)(\d{1,20})(?=\s*+:)', re.DOTALL)
#: Assignments to one name that are tried.
_TRIED = 5


def after(text: str, marker: str) -> Any:
    """The JSON value after ``marker`` (its first ``{`` or ``[`` within 40 characters); None when there is none."""
    at = text.find(marker)
    if at < 0:
        return None
    opened = re.compile(r"[{\[]").search(text, at + len(marker), at + len(marker) + 40)
    if opened is None:
        return None
    try:
        value, _ = _DECODER.raw_decode(text[opened.start() : opened.start() + MAX_OBJECT])
    except (ValueError, RecursionError):
        return None
    return value


def literals(text: str, pattern: re.Pattern[str]) -> Iterator[Any]:
    """The objects that begin where ``pattern`` ends, at most five; keys may be bare numbers. Others are passed over."""
    for _, found in zip(range(_TRIED), pattern.finditer(text), strict=False):
        raw = text[found.end() : found.end() + MAX_OBJECT]
        try:
            try:
                value, _ = _DECODER.raw_decode(raw)
            except ValueError:
                value, _ = _DECODER.raw_decode(_BARE_KEY.sub(_with_quotes, raw))
        except (ValueError, RecursionError):
            continue
        yield value


def _with_quotes(found: re.Match[str]) -> str:
    return f'{found[1]}"{found[2]}"' if found[2] else found[0]


def quoted(text: str, name: str) -> str:
    """The string that a JavaScript literal gives ``name``: ``name : 'value'``; escapes resolved, "" when absent."""
    found = re.search(
        rf"""(?<![\w.]){re.escape(name)}["']?\s*:\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")""", text
    )
    if not found:
        return ""
    raw = found[1] if found[1] is not None else found[2]
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], raw)


def strings(text: str, name: str) -> list[str]:
    """The array of strings that a literal gives ``name``."""
    value = after(text, f"{name} ") or after(text, f"{name}:") or []
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def dig(value: Any, *path: str) -> Any:
    """What lies at a path of keys; None when any step is missing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def say(value: Any) -> str:
    """A JSON scalar as text, "" for anything else."""
    return str(value) if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool) else ""


def rows(value: Any) -> list[Any]:
    """The list that it is, at most 1,000 of it; an empty one for anything else."""
    return value[:1000] if isinstance(value, list) else []


def document(page: Page) -> Any:
    """The JSON that a page is; None when it does not decode (bounded as objects in scripts are)."""
    if len(page.body) > MAX_OBJECT:
        return None
    try:
        return json.loads(page.text, strict=False, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
