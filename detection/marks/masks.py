"""From a registered logo to the shapes that are looked for: its outline against its ground, and its colours one by
one."""

from __future__ import annotations

import cv2
import numpy as np

from detection.marks.windows import Pixels

#: A mark is kept at this size of its longer side.
LONGEST = 192
_MOST_SHAPES = 3
_LEAST_SHARE = 0.12


def tight(mask: Pixels) -> Pixels | None:
    """The mask cut to what it shows and brought to :data:`LONGEST`; None when it shows nothing."""
    x, y, width, height = cv2.boundingRect((mask > 40).astype(np.uint8))
    if width < 3 or height < 3:
        return None
    cut = mask[y : y + height, x : x + width]
    scale = LONGEST / max(width, height)
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), np.uint8)


def shapes(pixels: Pixels, alpha: Pixels | None = None) -> list[Pixels]:
    """The shapes of a logo (BGR, with its opacity when it has any): all of it against its ground, then each of its main
    colours when there are several. One to three tight masks, 0–255; none for a picture of one colour.

    Marks are recoloured at will, so colours say only what belongs together.
    """
    scale = min(1.0, 320 / max(pixels.shape[:2]))
    if scale < 1:
        pixels = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        if alpha is not None:
            alpha = np.asarray(cv2.resize(alpha, pixels.shape[1::-1], interpolation=cv2.INTER_AREA), np.uint8)
    if alpha is not None and float((alpha < 128).mean()) > 0.02:
        whole = alpha
    else:
        edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).astype(np.float32)
        ground = np.median(edge, 0)
        apart = np.abs(pixels.astype(np.float32) - ground).max(2)
        top = max(40.0, float(np.quantile(apart, 0.98)))
        whole = np.asarray(np.clip(apart / top * 1.15 - 0.08, 0, 1) * 255, np.uint8)
    found = [whole, *_layers(pixels, whole)]
    kept = [mask for mask in map(tight, found) if mask is not None]
    return kept[:_MOST_SHAPES]


def _layers(pixels: Pixels, whole: Pixels) -> list[Pixels]:
    """The main colours inside the outline, when there is more than one: a badge's drawing is looked for on its own."""
    inside = whole > 128
    if int(inside.sum()) < 60:
        return []
    values = pixels[inside].astype(np.float32)
    rule = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 1.0)
    cv2.setRNGSeed(1)
    _, label, centres = cv2.kmeans(values, 3, np.zeros((0, 1), np.int32), rule, 1, cv2.KMEANS_PP_CENTERS)
    owner = label.ravel()
    for one in range(3):  # colours that nobody would tell apart are one
        for other in range(one):
            if np.abs(centres[one] - centres[other]).max() < 45:
                owner[owner == one] = other
    layers = []
    for which in np.unique(owner):
        share = float((owner == which).mean())
        if _LEAST_SHARE < share < 1 - _LEAST_SHARE:
            layer = np.zeros(whole.shape, np.uint8)
            layer[inside] = np.where(owner == which, 255, 0)
            layers.append((share, np.asarray(cv2.medianBlur(layer, 3), np.uint8)))
    return [layer for _, layer in sorted(layers, key=lambda pair: -pair[0])]
