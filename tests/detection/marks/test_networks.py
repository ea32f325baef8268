"""The shipped networks: marks that nobody trained on are found where they were drawn, by either engine."""

from __future__ import annotations

from importlib.resources import files

import cv2
import numpy as np
import pytest

from bench.composites import stamp
from detection.marks import MarkIndex, Networks, Settings, find, look
from detection.marks.finding import UNSURE, tightened
from detection.marks.masks import tight
from detection.marks.networks import NAMES
from detection.marks.proposals import overlap
from detection.marks.verifying import drawn as laid
from detection.marks.verifying import small
from detection.marks.windows import Levels, boxed, window
from detection.pictures.stored import pack, unpack
from detection.pictures.traits import traits
from tests.detection.pictures.drawn import jpeg, scene


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks("opencv")


def drawn(seed: int) -> np.ndarray:
    """A mark made up of a few large shapes."""
    rng = np.random.default_rng(seed)
    mask = np.zeros((192, 192), np.uint8)
    for _ in range(4):
        x, y = rng.integers(20, 172, 2).tolist()
        size = int(rng.integers(24, 60))
        if rng.random() < 0.5:
            cv2.rectangle(mask, (x - size, y - size // 2), (x + size, y + size // 2), 255, -1)
        else:
            cv2.circle(mask, (x, y), size, 255, int(rng.choice([-1, 14])))
    cut = tight(mask)
    assert cut is not None
    return cut


def test_a_mark_is_found_where_it_was_drawn(networks: Networks) -> None:
    marks = [drawn(seed) for seed in range(40)]
    index = MarkIndex.build(networks, ([mask] for mask in marks))
    right = 0
    for number in range(12):
        rng = np.random.default_rng(number)
        canvas = cv2.GaussianBlur(np.asarray(scene(number), np.float32), (0, 0), 4)
        shown = stamp(canvas, marks[number], rng, width=140, middle=(canvas.shape[1] / 2, canvas.shape[0] / 2))
        hits = find(networks, index, np.asarray(np.clip(canvas, 0, 255), np.uint8))
        right += bool(hits) and hits[0].mark == number and bool(overlap(shown.box, np.array([hits[0].box]))[0] > 0.5)
    assert right >= 7


def test_both_engines_see_the_same(networks: Networks) -> None:
    pytest.importorskip("onnxruntime")
    other = Networks("onnxruntime")
    pixels = np.asarray(scene(2), np.uint8)
    # layers count in 8 bits, and where a number lies between two steps the engines may choose otherwise
    one, two = networks.detect(pixels[:320, :448]), other.detect(pixels[:320, :448])
    assert np.allclose(one[[0, 5]], two[[0, 5]], atol=0.02)
    apart = np.abs(one[1:5] - two[1:5])
    assert np.median(apart) < 0.05 and np.quantile(apart, 0.99) < 1
    crops = np.stack([cv2.resize(np.asarray(scene(seed), np.uint8), (64, 64)) for seed in range(3)])
    for one, two in zip(networks.embed(crops), other.embed(crops), strict=True):
        assert np.allclose(one, two, atol=5e-3)
    seen = networks.embed(crops)[1]
    views = networks.view(crops, seen)
    assert np.allclose(views, other.view(crops, seen), atol=2e-3)
    masks = np.stack([cv2.resize(drawn(seed), (64, 64)) for seed in range(3)])
    for one, two in zip(networks.verify(views, seen, masks), other.verify(views, seen, masks), strict=True):
        assert np.allclose(one, two, atol=0.02)
    for one, two in zip(networks.refine(crops), other.refine(crops), strict=True):
        assert np.allclose(one, two, atol=0.01)


def test_the_refiner_draws_loose_boxes_tight(networks: Networks) -> None:
    before, after = [], []
    for number in range(12):
        rng = np.random.default_rng(number)
        canvas = cv2.GaussianBlur(np.asarray(scene(number), np.float32), (0, 0), 4)
        middle = (canvas.shape[1] / 2, canvas.shape[0] / 2)
        shown = stamp(canvas, drawn(number), rng, width=140, middle=middle)
        box = np.array(shown.box, np.float32)
        size = box[2:] - box[:2]
        loose = box + np.concatenate([rng.uniform(-0.2, 0.2, 2) * size, rng.uniform(-0.2, 0.2, 2) * size])
        pixels = np.asarray(np.clip(canvas, 0, 255), np.uint8)
        tight_, _ = tightened(networks, Levels(pixels), loose[None].astype(np.float32))
        before.append(float(overlap(shown.box, loose[None].astype(np.float32))[0]))
        after.append(float(overlap(shown.box, tight_)[0]))
    assert np.mean(after) > np.mean(before) + 0.1


def test_the_verifier_moves_a_frame_to_the_mark(networks: Networks) -> None:
    before, after = [], []
    for number in range(16):
        rng = np.random.default_rng(number)
        canvas = cv2.GaussianBlur(np.asarray(scene(number), np.float32), (0, 0), 4)
        mask = drawn(number)
        shown = stamp(canvas, mask, rng, width=140, middle=(canvas.shape[1] / 2, canvas.shape[0] / 2))
        if shown.kind == "圆柱":
            continue
        view = window(shown.box)
        crop = Levels(np.asarray(np.clip(canvas, 0, 255), np.uint8)).cut(view)[None]
        true = (shown.quad - np.array(view[:2])) / (np.array(view[2:]) / 2)
        quad = (true + rng.normal(0, 0.08, 2) + rng.normal(0, 0.03, (4, 2))).astype(np.float32)
        _, seen, _ = networks.embed(crop)
        moved = networks.verify(networks.view(crop, seen), seen, laid(small(mask), quad)[None])[1][0]
        before.append(np.abs(quad - true).mean())
        after.append(np.abs(quad + moved - true).mean())
    assert np.mean(after) < 0.75 * np.mean(before)


def test_the_verifier_tells_a_mark_from_another(networks: Networks) -> None:
    marks = [drawn(seed) for seed in range(40)]
    index = MarkIndex.build(networks, ([mask] for mask in marks))
    own, others = [], []
    for number in range(12):
        canvas = cv2.GaussianBlur(np.asarray(scene(number), np.float32), (0, 0), 4)
        middle = (canvas.shape[1] / 2, canvas.shape[0] / 2)
        stamp(canvas, marks[number], np.random.default_rng(number), width=140, middle=middle)
        for hit in find(networks, index, np.asarray(np.clip(canvas, 0, 255), np.uint8)):
            (own if hit.mark == number else others).append(hit.proof)
    asked = [proof for proof in others if proof > -UNSURE]
    assert len(own) >= 8 and len(asked) >= 20
    assert np.median(own) > np.median(asked) + 2


def test_the_surest_place_is_also_seen_otherwise(networks: Networks) -> None:
    """A part is easily taken for the whole: the surest place is looked at through other boxes, no two alike."""
    more = 0
    for number in range(6):
        canvas = cv2.GaussianBlur(np.asarray(scene(number), np.float32), (0, 0), 4)
        middle = (canvas.shape[1] / 2, canvas.shape[0] / 2)
        stamp(canvas, drawn(number), np.random.default_rng(number), width=140, middle=middle)
        pixels = np.asarray(np.clip(canvas, 0, 255), np.uint8)
        alone, with_others = look(networks, pixels, Settings(others=())), look(networks, pixels)
        assert len(alone) <= len(with_others) <= len(alone) + 3
        assert np.array_equal(with_others.views[0], alone.views[0])
        more += len(with_others) > len(alone)
        boxes = np.array([boxed(view) for view in with_others.views.tolist()], np.float32)
        alike = [overlap(boxes[place], boxes[:place]).max() for place in range(len(alone), len(boxes))]
        assert all(value < 0.9 for value in alike)
    assert more >= 2


def test_without_refiner_and_verifier_marks_are_still_found() -> None:
    models = {name: files("detection.marks").joinpath(f"{name}.onnx").read_bytes() for name in NAMES[:3]}
    bare = Networks("opencv", models)
    index = MarkIndex.build(bare, [[drawn(1)], [drawn(2)]])
    hits = find(bare, index, np.asarray(scene(2), np.uint8))
    assert not bare.verifies and not bare.refines
    assert all(hit.proof == -UNSURE for hit in hits)


def test_the_networks_are_small() -> None:
    sizes = [len(files("detection.marks").joinpath(f"{name}.onnx").read_bytes()) for name in NAMES]
    assert sum(sizes) <= 15_000_000


def test_what_was_seen_is_kept(networks: Networks) -> None:
    seen = traits(jpeg(scene(2)))
    again = unpack(pack(seen))
    assert seen.look is not None and again is not None and again.look is not None
    assert np.allclose(again.look.vectors, seen.look.vectors, atol=1e-3)
    assert np.allclose(again.look.seen, seen.look.seen, atol=1 / 255)
    assert 0 < len(seen.look.details) <= len(seen.look)
    assert np.allclose(again.look.details, seen.look.details, atol=1 / 255)
    assert np.array_equal(again.look.views, seen.look.views)


def test_a_tiny_picture_shows_nothing(networks: Networks) -> None:
    assert len(look(networks, np.zeros((4, 900, 3), np.uint8))) == 0
