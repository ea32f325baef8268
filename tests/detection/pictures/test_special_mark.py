"""The special mark of geographical indications on a package: seen where it stands, looked for only for indications."""

from __future__ import annotations

from importlib.resources import files

import cv2
import numpy as np

from detection.pictures.register import SPECIAL_MARK, Picture, RightPictures
from detection.pictures.traits import traits
from domain.records import GeographicalIndication, Trademark
from tests.detection.pictures.drawn import jpeg, scene

SIZE, LEFT, TOP = 340, 420, 150


def package() -> Picture:
    """A cluttered picture with a pale label that bears the mark, turned by seven degrees, at 0.4 of the width (smaller
    ones are seldom found: docs/pictures.md)."""
    data = np.frombuffer(files("detection.marks").joinpath("gi_mark.png").read_bytes(), np.uint8)
    drawn = cv2.resize(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    turned = cv2.getRotationMatrix2D((SIZE / 2, SIZE / 2), 7, 0.95)
    drawn = cv2.warpAffine(drawn, turned, (SIZE, SIZE), borderValue=(255, 255, 255, 0))
    opacity = drawn[:, :, 3:] / 255.0
    canvas = cv2.resize(scene(7), (800, 640))
    label = np.full((SIZE, SIZE, 3), (236, 242, 240), np.uint8)
    canvas[TOP : TOP + SIZE, LEFT : LEFT + SIZE] = (drawn[:, :, :3] * opacity + label * (1 - opacity)).astype(np.uint8)
    return Picture(url="u", digest="", traits=traits(jpeg(np.asarray(canvas, np.uint8))))


def test_the_special_mark_is_seen_where_it_stands() -> None:
    indication = GeographicalIndication(id="g", sign="信阳毛尖", product="茶叶", area=("河南省信阳市",))
    picture = package()
    seen = RightPictures([indication], {}).sightings([picture])[SPECIAL_MARK]
    assert seen.logo >= 0.4 and seen.logo_region is not None
    box = seen.logo_region
    assert abs(box.x + box.width / 2 - LEFT - SIZE / 2) < 40
    assert abs(box.y + box.height / 2 - TOP - SIZE / 2) < 40
    assert not RightPictures([Trademark(id="t", sign="青竹", classes=(21,))], {}).sightings([picture])
