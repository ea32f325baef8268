"""Traits: what is computed once of a picture's bytes and compared ever after."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from detection.marks.finding import Look, look
from detection.marks.networks import of_this_thread, shipped
from detection.pictures import points as spotting
from detection.pictures.codes import Code
from detection.pictures.codes import read as read_codes
from detection.pictures.decoding import Pixels, decode
from detection.pictures.points import Points

#: Raised when the same bytes give other traits.
VERSION = 10
#: Bar codes (and marks) are looked for at this size of the longer side, points at the other.
WHOLE = 800
_LONGEST = 384
_FEATURES = 320
_THUMB = 6


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """``hash`` is a 64-bit DCT hash; ``points`` (n, 2) are places in pixels of the stored picture, ``descriptors``
    (n, 128) their SIFT descriptors; ``spots`` and ``mirror`` the ORB points of the picture and of its mirror image;
    ``thumb`` (6, 6, 3) its colours; ``flat`` marks a picture without content (a white ground, a gradient); ``codes``
    are the bar codes in it, their boxes in pixels of the stored picture; ``look`` is what the networks see in it, in
    pixels of :data:`WHOLE`."""

    width: int
    height: int
    hash: int
    flat: bool
    points: npt.NDArray[np.float32] = field(repr=False)
    descriptors: npt.NDArray[np.uint8] = field(repr=False)
    spots: Points = field(repr=False)
    mirror: Points = field(repr=False)
    thumb: Pixels = field(repr=False)
    codes: tuple[Code, ...] = ()
    look: Look | None = field(default=None, repr=False)
    version: int = VERSION


def dct_hash(grey: Pixels) -> int:
    """64 bits: the signs of the low frequencies against their median (Zauner's pHash)."""
    small = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:8, :8].ravel()
    bits = low > np.median(low[1:])
    return int("".join("1" if bit else "0" for bit in bits), 2)


def distance(one: int, other: int) -> int:
    """Bits that differ."""
    return (one ^ other).bit_count()


def traits(data: bytes, *, marks: bool = True) -> Traits:
    """The traits of a picture. Pure and bounded; raises PictureError for what cannot or must not be decoded. ``marks``
    False leaves out what the search for copies does not need (logos, bar codes), and nine tenths of the time."""
    whole, (width, height) = decode(data, WHOLE)
    found_codes = tuple(_grown(code, width / whole.shape[1]) for code in read_codes(whole)) if marks else ()
    pixels = _shrunk(whole)
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    flat = bool(grey.std() < 4.0)
    seen = None
    if marks and not flat and shipped():
        seen = look(of_this_thread(), np.ascontiguousarray(whole[:, :, ::-1]))
    points, descriptors = _described(grey, width / grey.shape[1]) if marks and not flat else _NO_POINTS
    thumb = np.asarray(cv2.resize(pixels, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA), np.uint8)
    spots, mirror = spotting.both(grey)
    return Traits(width, height, dct_hash(grey), flat, points, descriptors, spots, mirror, thumb, found_codes, seen)


_NO_POINTS = (np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8))


def _described(grey: Pixels, scale: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """SIFT points in pixels of the stored picture, and their descriptors."""
    found, descriptors = cv2.SIFT.create(nfeatures=_FEATURES).detectAndCompute(grey, None)
    if descriptors is None:
        return _NO_POINTS
    places = np.array([point.pt for point in found], np.float32) * np.float32(scale)
    return places, np.asarray(descriptors.clip(0, 255), np.uint8)


def _grown(code: Code, scale: float) -> Code:
    x, y, width, height = (round(side * scale) for side in code.box)
    return replace(code, box=(x, y, width, height))


def _shrunk(pixels: Pixels) -> Pixels:
    scale = _LONGEST / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
