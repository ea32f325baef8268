"""Ordinary words by how they sound, to make likenesses that are chance."""

from __future__ import annotations

from functools import cache

from detection.names.sounds import merge, syllables
from detection.names.words import vocabulary

_COMMON = 300


def _key(word: str) -> tuple[str, ...]:
    return tuple(merge(readings[0]) for readings in map(syllables, word) if readings)


@cache
def words_by_sound() -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for word, count in vocabulary().items():
        if count >= 20 and 2 <= len(word) <= 4:
            found.setdefault(_key(word), []).append(word)
    return {key: tuple(sorted(words)) for key, words in found.items()}


@cache
def words_by_edge() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Common two-character words by the sound of their last, and of their first, character."""
    ends: dict[str, list[str]] = {}
    begins: dict[str, list[str]] = {}
    for word, count in vocabulary().items():
        if len(word) == 2 and count >= _COMMON:
            key = _key(word)
            if len(key) == 2:
                ends.setdefault(key[1], []).append(word)
                begins.setdefault(key[0], []).append(word)
    return ({k: tuple(sorted(v)) for k, v in ends.items()}, {k: tuple(sorted(v)) for k, v in begins.items()})
