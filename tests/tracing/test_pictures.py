"""Photo groups: near hashes join, blank ones never, and the order does not matter."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tracing import pictures

_HASHES = st.integers(0, 2**64 - 1).map(lambda value: f"{value:016x}")


def _flip(value: str, *bits: int) -> str:
    changed = int(value, 16)
    for bit in bits:
        changed ^= 1 << bit
    return f"{changed:016x}"


@settings(max_examples=60, deadline=None)
@given(_HASHES, st.sets(st.integers(0, 63), min_size=1, max_size=pictures.NEAR))
def test_a_hash_and_one_that_lost_few_bits_are_one_photo(value: str, bits: set[int]) -> None:
    other = _flip(value, *bits)
    if pictures.is_blank(value) or pictures.is_blank(other):
        return
    groups = pictures.group([value, other])
    assert groups[value] == groups[other]


def test_distant_hashes_and_other_names_stay_apart() -> None:
    one, other = "0123456789abcdef", "fedcba9876543210"
    groups = pictures.group([one, other, "sha256:aa", "sha256:ab"])
    assert len(set(groups.values())) == 4


def test_a_blank_picture_is_no_photo() -> None:
    assert pictures.group(["0000000000000000", "ffffffffffffffff", "0000000000000001"]) == {}


def test_the_order_does_not_matter() -> None:
    draw = random.Random(5)
    values = [f"{draw.getrandbits(64):016x}" for _ in range(300)]
    values += [_flip(value, *draw.sample(range(64), 2)) for value in values[:100]]
    first = pictures.group(values)
    draw.shuffle(values)
    assert pictures.group(values) == first
    assert sum(value != first[value] for value in first) == 100
