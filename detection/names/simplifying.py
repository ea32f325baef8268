"""Traditional characters made simplified, by OpenCC's lists and in its way, without a tree for each text.

OpenCC (t2s) takes the longest phrases of its list first, and of two as long the left one; what no phrase holds is
replaced character by character. Of several spellings the first counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import zip_longest

from ahocorasick_rs import AhoCorasick


def _entries(name: str) -> Iterator[tuple[str, str]]:
    text = files("opencc").joinpath("dictionary").joinpath(name).read_text("utf-8")
    for line in text.splitlines():
        key, _, values = line.partition("\t")
        if key and values.strip():
            yield key, values.split()[0]


@cache
def _characters() -> Mapping[int, str]:
    return {ord(key): value for key, value in _entries("TSCharacters.txt") if key != value}


@cache
def _phrases() -> tuple[AhoCorasick, tuple[str, ...]]:
    entries = dict(_entries("TSPhrases.txt"))
    return AhoCorasick(list(entries)), tuple(entries.values())


@cache
def changing() -> frozenset[str]:
    """Characters without which nothing changes: every entry of the lists that changes holds one."""
    found = {chr(code) for code in _characters()}
    for key, value in _entries("TSPhrases.txt"):
        if key != value and found.isdisjoint(key):
            found.update(one for one, other in zip_longest(key, value) if one and one != other)
    return frozenset(found)


def is_traditional(character: str) -> bool:
    """Whether a single ideograph is simplified to another.

    >>> is_traditional("標"), is_traditional("标")
    (True, False)
    """
    return ord(character) in _characters()


def _longest_first(found: tuple[int, int, int]) -> tuple[int, int]:
    _, start, end = found
    return start - end, start


def convert(text: str) -> str:
    """A text in simplified characters.

    >>> convert("一目瞭然 翻新磨標"), convert("乾坤"), convert("乾淨")
    ('一目了然 翻新磨标', '乾坤', '干净')
    """
    finder, values = _phrases()
    try:
        found = finder.find_matches_as_indexes(text, overlapping=True)
    except UnicodeEncodeError:  # lone surrogates, which are in no phrase
        found = finder.find_matches_as_indexes(text.encode("utf-8", "replace").decode("utf-8"), overlapping=True)
    if not found:
        return text.translate(_characters())
    kept: dict[int, tuple[int, str]] = {}
    taken = bytearray(len(text))
    for index, start, end in sorted(found, key=_longest_first):
        if not any(taken[start:end]):
            taken[start:end] = bytes([1]) * (end - start)
            kept[start] = end, values[index]
    parts, done = [], 0
    for start in sorted(kept):
        end, value = kept[start]
        parts += [text[done:start].translate(_characters()), value]
        done = end
    return "".join([*parts, text[done:].translate(_characters())])
