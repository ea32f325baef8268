"""Traits are kept as bytes and are the same again; what is no traits of this version is nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detection.pictures.stored import pack, unpack
from detection.pictures.traits import VERSION, Traits, traits
from tests.detection.pictures.drawn import jpeg, scene


@pytest.fixture(scope="module")
def seen() -> Traits:
    return traits(jpeg(scene(3)))


def test_they_come_back_as_they_were(seen: Traits) -> None:
    again = unpack(pack(seen))
    assert again is not None
    assert (again.width, again.height, again.hash, again.flat) == (seen.width, seen.height, seen.hash, seen.flat)
    for one, other in (
        (again.points, seen.points),
        (again.descriptors, seen.descriptors),
        (again.thumb, seen.thumb),
        (again.spots.places, seen.spots.places),
        (again.spots.bits, seen.spots.bits),
        (again.mirror.angles, seen.mirror.angles),
    ):
        assert len(other) and one.dtype == other.dtype and np.array_equal(one, other)
    assert again.spots.shape == pytest.approx(seen.spots.shape)


def test_another_version_is_nothing(seen: Traits) -> None:
    assert unpack(pack(replace(seen, version=VERSION - 1))) is None


@pytest.mark.parametrize("damage", ["cut", "empty", "other", "kind"])
def test_damaged_bytes_are_nothing(seen: Traits, damage: str) -> None:
    data = pack(seen)
    damaged = {
        "cut": data[: len(data) // 2],
        "empty": b"",
        "other": b"\x93\x01\x02\x03",
        "kind": data.replace(b"<f4", b"<O4"),
    }[damage]
    assert unpack(damaged) is None
