"""The parts of the search for marks that need no network: windows, shapes of a logo, masks drawn at frames."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from detection.marks.masks import shapes, tight
from detection.marks.proposals import distinct, overlap
from detection.marks.verifying import drawn, small
from detection.marks.windows import Levels, canonical, window


def flag(width: int = 120, height: int = 80) -> np.ndarray:
    """A tight mask that is not its own mirror image."""
    mask = np.zeros((height, width), np.uint8)
    cv2.rectangle(mask, (0, 0), (width // 5, height - 1), 255, -1)
    cv2.rectangle(mask, (0, 0), (width - 1, height // 4), 255, -1)
    cv2.circle(mask, (width * 2 // 3, height * 3 // 4), height // 5, 255, -1)
    return mask


def test_a_window_softens_the_ratio_of_its_box() -> None:
    x, y, across, down = window((10, 20, 410, 120), 1.0)
    assert (x, y) == (210, 70)
    assert across == pytest.approx(400)
    assert across / down == pytest.approx(2)  # the box is four times as wide as high
    tall = window((0, 0, 100, 400), 1.0)
    assert tall[3] / tall[2] == pytest.approx(2)


def test_cutting_shows_the_window_at_any_size() -> None:
    picture = np.zeros((600, 800, 3), np.uint8)
    picture[200:400, 300:500] = 255
    for scale in (0.25, 1.0, 2.0):
        scaled = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        side = 400 * scale
        cut = Levels(np.asarray(scaled, np.uint8)).cut((400 * scale, 300 * scale, side, side))
        assert cut.shape == (64, 64, 3)
        white = cut[..., 0] > 127
        assert white[20:44, 20:44].all()
        assert white.mean() == pytest.approx(0.25, abs=0.03)
        rows = np.flatnonzero(white.any(1))
        assert abs(rows[0] - 16) <= 1 and abs(rows[-1] - 47) <= 1


def test_a_picture_is_shrunk_as_if_all_its_pixels_were_averaged() -> None:
    rng = np.random.default_rng(5)
    for height, width in ((674, 800), (1500, 2000), (300, 400), (90, 3000)):
        noise = rng.normal(0, 60, (height // 8 + 1, width // 8 + 1, 3)).astype(np.float32) + 128
        picture = np.asarray(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 255), np.uint8)
        size = (384, max(1, round(height * 384 / width)))
        small = Levels(picture).shrunk(size)
        assert small.shape == (size[1], size[0], 3)
        whole = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        assert np.abs(small.astype(float) - whole).mean() < 8


def test_a_logo_on_white_gives_its_outline_and_its_colours() -> None:
    logo = np.full((200, 300, 3), 255, np.uint8)
    cv2.circle(logo, (150, 100), 80, (40, 40, 220), -1)
    cv2.rectangle(logo, (120, 80), (180, 120), (20, 200, 240), -1)
    found = shapes(logo)
    assert 2 <= len(found) <= 3
    whole = found[0]
    assert whole.shape == (192, 192)
    assert (whole[60:130, 60:130] > 200).all()  # the badge in it belongs to the outline
    assert any(shape.shape[1] > shape.shape[0] * 1.3 for shape in found[1:])  # and is looked for on its own


def test_opacity_tells_the_shape_whatever_the_colour() -> None:
    mask = flag()
    white = np.full((*mask.shape, 3), 255, np.uint8)
    found = shapes(white, mask)
    assert len(found) == 1
    assert np.corrcoef(cv2.resize(found[0], (120, 80)).ravel(), mask.ravel())[0, 1] > 0.98


def test_a_blank_logo_has_no_shape() -> None:
    assert shapes(np.full((50, 50, 3), 200, np.uint8)) == []
    assert tight(np.zeros((9, 9), np.uint8)) is None


def test_the_register_s_view_keeps_the_whole_mark() -> None:
    view = canonical(np.full((20, 180), 255, np.uint8))
    rows, columns = np.flatnonzero((view > 100).any(1)), np.flatnonzero((view > 100).any(0))
    assert len(columns) >= 27
    assert 7 <= len(rows) <= 12  # 1 : 9 is shown as 1 : 3


def test_a_mark_is_drawn_at_the_frame_that_was_seen() -> None:
    mask = small(np.full((96, 192), 255, np.uint8))
    assert mask.shape == (32, 64)
    quad = np.array([[-0.5, -0.25], [0.5, -0.25], [0.5, 0.25], [-0.5, 0.25]], np.float32)
    laid = drawn(mask, quad)
    assert laid.shape == (64, 64)
    rows, columns = np.flatnonzero((laid > 127).any(1)), np.flatnonzero((laid > 127).any(0))
    assert abs(rows[0] - 24) <= 1 and abs(rows[-1] - 39) <= 1
    assert abs(columns[0] - 16) <= 1 and abs(columns[-1] - 47) <= 1


def test_boxes_that_say_the_same_are_one() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [40, 40, 60, 60]], np.float32)
    assert overlap(boxes[0], boxes[:1])[0] == pytest.approx(1)
    assert distinct(boxes) == [0, 2]
