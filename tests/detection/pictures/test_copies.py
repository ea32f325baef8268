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
from detection.pictures.points import both, upright
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


def test_of_two_photos_of_one_scene_the_very_one_stands_first(tmp_path: Path) -> None:
    made = CopyStore(tmp_path)
    whole = scene(40)
    corners = np.array([[0, 0], [479, 0], [479, 399], [0, 399]], np.float32)
    for name, moved in (("twin", 9), ("other twin", -8)):  # the same shelf, from a little to one side
        aside = corners + np.array([[moved, 0], [0, moved], [-moved, 0], [0, -moved]], np.float32)
        twin = cv2.warpPerspective(whole, cv2.getPerspectiveTransform(corners, aside), (480, 400), borderMode=1)
        made.add([(name, *parts(traits(jpeg(np.asarray(twin, np.uint8)), marks=False)))])
    made.add([("itself", *parts(traits(jpeg(whole), marks=False)))])
    cropped = CHANGES["cropped to 70 %"](whole, whole, np.random.default_rng(4))
    found = copies_of(traits(jpeg(cropped), marks=False), made)
    assert made.name(found[0].picture) == "itself"
    assert len(found) == 3


def test_all_of_many_copies_are_found(tmp_path: Path) -> None:
    made = CopyStore(tmp_path)
    made.add((f"p{quality}", *parts(traits(jpeg(scene(8), quality), marks=False))) for quality in range(40, 90))
    made.add((f"other{seed}", *parts(traits(jpeg(scene(seed)), marks=False))) for seed in range(700, 712))
    found = copies_of(traits(jpeg(scene(8)[:, ::-1].copy()), marks=False), made, most=60, thorough=False)
    assert sorted(made.name(copy.picture) for copy in found) == [f"p{quality}" for quality in range(40, 90)]
    assert all(copy.mirrored for copy in found)


@pytest.mark.parametrize("edge", [0, 40])
def test_the_mirrors_points_are_those_of_the_mirror_image(edge: int) -> None:
    grey = np.asarray(cv2.cvtColor(scene(9), cv2.COLOR_BGR2GRAY), np.uint8)
    grey = np.asarray(cv2.copyMakeBorder(grey, edge, edge * 2, edge, edge // 2, cv2.BORDER_CONSTANT, value=90))
    shown, mirror = both(grey)
    anew = upright(np.ascontiguousarray(grey[:, ::-1]))
    assert len(mirror) == len(shown)
    pairs = [one for one in cv2.BFMatcher(cv2.NORM_HAMMING).match(mirror.bits, anew.bits) if one.distance <= 30]
    assert len(pairs) > 0.7 * len(mirror)
    apart = [mirror.places[one.queryIdx] - anew.places[one.trainIdx] for one in pairs]
    assert np.median(np.abs(apart), axis=0).max() < 0.005


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
