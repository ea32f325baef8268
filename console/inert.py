"""Crawled text as HTML that does nothing: escaped, bounded, its invisible characters made visible.

Zero-width and direction characters are how sellers hide a name from a machine, and how a title could be made to read
other than it is written. An officer sees them: ``⟦200B⟧`` with the character's name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from html import escape

LIMIT = 300
_COMPARABLE = 200
_PLAIN = frozenset("\n\t")
#: Blank to the eye though their category says letter or symbol: Hangul fillers, Braille blank, and such.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e\u034f\ufffc")


def _unseen(char: str) -> bool:
    if char in _PLAIN:
        return False
    return unicodedata.category(char) in ("Cf", "Cc", "Cs", "Co", "Zl", "Zp") or char in _BLANK


def _one(char: str) -> str:
    if not _unseen(char):
        return escape(char)
    code = f"{ord(char):04X}"
    name = unicodedata.name(char, "控制字符")
    return f'<span class="unseen" title="U+{code} {escape(name)}">⟦{code}⟧</span>'


def plain(text: str, limit: int = LIMIT) -> str:
    """The same without HTML, for attributes and page titles."""
    cut = "".join(f"⟦{ord(char):04X}⟧" if _unseen(char) else char for char in text[:limit])
    return f"{cut}…" if len(text) > limit else cut


def html(text: str, *, spans: Iterable[tuple[int, int]] = (), limit: int = LIMIT) -> str:
    """``text`` cut at ``limit`` characters; ``spans`` are (start, end) offsets to mark, in any order."""
    inside = bytearray(min(len(text), limit))
    for start, end in spans:
        for place in range(max(start, 0), min(end, len(inside))):
            inside[place] = 1
    parts: list[str] = ["<bdi>"]
    for is_marked, piece in _runs(text, inside):
        drawn = "".join(map(_one, piece))
        parts.append(f"<mark>{drawn}</mark>" if is_marked else drawn)
    parts.append("</bdi>")
    if len(text) > limit:
        parts.append(f'<span class="cut">…（共 {len(text)} 字）</span>')
    return "".join(parts)


def _runs(text: str, inside: bytearray) -> Iterator[tuple[bool, str]]:
    start = 0
    for place in range(1, len(inside) + 1):
        if place == len(inside) or inside[place] != inside[start]:
            yield bool(inside[start]), text[start:place]
            start = place


def _worded(text: str) -> bool:
    """Whether it holds letters: two prices differ in some digits, which says nothing."""
    return any(map(str.isalpha, text))


def differences(left: str, right: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where two short values differ, as spans of each; nothing for long ones or those with little in common."""
    if left == right or max(len(left), len(right)) > _COMPARABLE or not (_worded(left) and _worded(right)):
        return [], []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < 0.3:
        return [], []
    ours: list[tuple[int, int]] = []
    theirs: list[tuple[int, int]] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            ours.append((a, b))
            theirs.append((c, d))
    return [s for s in ours if s[0] < s[1]], [s for s in theirs if s[0] < s[1]]
