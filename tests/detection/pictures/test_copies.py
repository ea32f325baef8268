"""Copies of photos: found through a store on disk, whatever was done to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.changes import CHANGES
from detection.pictures.copies import entries
from detection.pictures.finding import copies_of
from detection.pictures.traits import Traits, traits
from indexer.copies import CopyStore
from tests.detection.pictures.drawn import jpeg, scene

KNOWN = 24


def parts(seen: Traits) -> tuple[object, object, object, object]:
    made = entries(seen.spots)
    return made.words, made.signatures, made.geometry, made.bits


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CopyStore]:
    made = CopyStore(tmp_path_factory.mktemp("copies"))
    made.add((f"p{seed}", *parts(traits(jpeg(scene(seed)), marks=False))) for seed in range(KNOWN))
    yield made


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_photo_is_found(store: CopyStore, change: str) -> None:
    rng = np.random.default_rng(4)
    for seed in (3, 11, 17):
        data = jpeg(CHANGES[change](scene(seed), scene(seed + 500), rng))
        found = copies_of(traits(data, marks=False), store)
        assert found and store.name(found[0].picture) == f"p{seed}"
        assert found[0].mirrored == (change == "mirrored")


def test_strangers_and_blanks_are_no_copies(store: CopyStore) -> None:
    for seed in range(600, 612):
        assert not copies_of(traits(jpeg(scene(seed)), marks=False), store)
    for blank in (np.full((300, 300, 3), 255, np.uint8), np.zeros((300, 300, 3), np.uint8)):
        assert not copies_of(traits(jpeg(blank), marks=False), store)


def test_the_similarity_says_how_it_was_turned(store: CopyStore) -> None:
    turned = cv2.warpAffine(scene(5), cv2.getRotationMatrix2D((240, 200), 15, 1), (480, 400))
    found = copies_of(traits(jpeg(np.asarray(turned, np.uint8)), marks=False), store)
    assert found[0].turn == pytest.approx(-15, abs=1.5)  # the y axis points down
    assert found[0].scale == pytest.approx(1, abs=0.04)


def test_a_store_is_added_to_and_opened_again(tmp_path: Path) -> None:
    seen = [traits(jpeg(scene(seed)), marks=False) for seed in range(12)]
    made = CopyStore(tmp_path / "copies")
    for number, one in enumerate(seen):  # more segments than are kept apart: they are merged on the way
        assert made.add([(f"p{number}", *parts(one))]) == 1
    assert made.add([("p3", *parts(seen[3]))]) == 0
    again = CopyStore(tmp_path / "copies")
    assert len(again) == 12
    for number, one in enumerate(seen):
        assert again.name(copies_of(one, again)[0].picture) == f"p{number}"


def test_a_torn_segment_is_forgotten(tmp_path: Path) -> None:
    made = CopyStore(tmp_path)
    made.add([("p1", *parts(traits(jpeg(scene(1)), marks=False)))])
    (tmp_path / "segment-000002.writing").mkdir()
    (tmp_path / "segment-000002.writing" / "names.json").write_text('["torn')
    again = CopyStore(tmp_path)
    assert len(again) == 1
    assert "p1" in again
