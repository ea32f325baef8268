"""Photographs and logos: real pictures of bounded size, the same each time, copies that are copies."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from domain.records import Trademark
from qingyuan.demo import logos, photos
from qingyuan.demo.economy import Economy, generate
from qingyuan.demo.logos import _EMBLEMS
from qingyuan.demo.marks import MARKS
from qingyuan.demo.shapes import SHAPES
from qingyuan.demo.values import Picture
from qingyuan.demo.wares import WARES


@pytest.fixture(scope="module")
def market() -> Economy:
    return generate(7)


def _pixels(data: bytes) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return np.asarray(image, dtype=np.uint8)


def test_photographs_are_jpegs_of_about_six_hundred_pixels(market: Economy) -> None:
    total = 0
    names = sorted(market.photographs)[::25]
    for name in names:
        data = market.picture(name)
        image = Image.open(io.BytesIO(data))
        assert image.format == "JPEG"
        assert 350 <= min(image.size) <= max(image.size) <= 720
        total += len(data)
    assert total / len(names) < 80_000


def test_a_photograph_is_the_same_each_time(market: Economy) -> None:
    name = next(name for name, picture in market.photographs.items() if picture.mark and not picture.copy_of)
    first = market.picture(name)
    photos._cached.cache_clear()
    assert market.picture(name) == first


def test_a_copy_shows_the_same_goods_in_other_bytes(market: Economy) -> None:
    """Local features of the copy must be found again in the original, and hardly any in another photograph."""
    detector = cv2.SIFT_create(400)
    matcher = cv2.BFMatcher()

    def shared(one: bytes, other: bytes) -> int:
        _, left = detector.detectAndCompute(_pixels(one), None)
        _, right = detector.detectAndCompute(_pixels(other), None)
        pairs = matcher.knnMatch(left, right, k=2)
        return sum(len(pair) == 2 and pair[0].distance < 0.75 * pair[1].distance for pair in pairs)

    copies = [picture for picture in market.photographs.values() if picture.copy_of][:6]
    assert len(copies) == 6
    for copy in copies:
        made, original = market.picture(copy.name), market.picture(copy.copy_of)
        assert made != original
        assert shared(made, original) > 12 or shared(cv2_flip(made), original) > 12


def cv2_flip(data: bytes) -> bytes:
    """The same picture mirrored: some sellers do that."""
    return cv2.imencode(".png", cv2.flip(_pixels(data), 1))[1].tobytes()


def test_a_picture_that_is_not_there(market: Economy) -> None:
    with pytest.raises(KeyError):
        market.picture("nothing.jpg")
    with pytest.raises(KeyError):
        market.logo("tm-99.png")


def test_every_ware_and_mark_can_be_drawn() -> None:
    assert {ware.shape for ware in WARES.values()} <= set(SHAPES)
    assert {mark.emblem for mark in MARKS} == set(_EMBLEMS)
    marks = {mark.id: mark for mark in MARKS}
    for shape in SHAPES:
        picture = Picture(name=f"{shape}.jpg", seed=shape, shape=shape, mark="tm-01")
        assert _pixels(photos.jpeg({picture.name: picture}, picture.name, marks)).std() > 8


def test_logos_are_told_apart(market: Economy) -> None:
    drawn = {mark.id: logos.drawn(mark) for mark in MARKS}
    assert len({image.tobytes() for image in drawn.values()}) == len(MARKS)
    for right in market.rights:
        if isinstance(right, Trademark):
            for path in right.logos:
                assert Image.open(io.BytesIO(market.logo(path.removeprefix("logos/")))).format == "PNG"
