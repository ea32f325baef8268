"""Product photographs out of recipes: a background, the goods with their label, a camera that is never quite straight.

Everything is drawn from the recipe's seed, so the same name is always the same JPEG. 10–40 ms each on one core.
"""

from __future__ import annotations

import colorsys
import io
from collections.abc import Mapping
from functools import lru_cache
from random import Random
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageStat

from qingyuan.demo import logos, scenes
from qingyuan.demo.fonts import font
from qingyuan.demo.shapes import ROUND, SHAPES, Box, Colour
from qingyuan.demo.values import Mark, Picture

#: Side of the drawn canvas in pixels; photographs come out at about 600.
_CANVAS = 1000
_KEPT = 500
_LOCK = Lock()


def _colour(rng: Random) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(rng.random(), rng.choice((0.08, 0.4, 0.6, 0.8)), rng.uniform(0.45, 0.95))
    return int(red * 255), int(green * 255), int(blue * 255)


def _dark(image: Image.Image, box: Box) -> bool:
    """Whether the place for the label is dark."""
    return ImageStat.Stat(image.crop(box).convert("L")).mean[0] < 110


def _fit(label: Image.Image, box: Box) -> Image.Image:
    width, height = box[2] - box[0], box[3] - box[1]
    factor = min(width / label.width, height / label.height)
    return label.resize(
        (max(1, int(label.width * factor)), max(1, int(label.height * factor))), Image.Resampling.BILINEAR
    )


def _lettering(text: str, dark: bool) -> Image.Image:
    """Plain words on a package, in two lines when they are many."""
    lines = [text] if len(text) <= 5 else [text[: (len(text) + 1) // 2], text[(len(text) + 1) // 2 :]]
    letters = font("serif", 110)
    width = int(max(letters.getlength(line) for line in lines)) + 8
    image = Image.new("RGBA", (width, 150 * len(lines)), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((4, number * 146 - 16), line, font=letters, fill=(250, 246, 230) if dark else (34, 30, 26))
    return image


def _goods(picture: Picture, mark: Mark | None, rng: Random) -> NDArray[np.float32]:
    """The goods with their label, RGBA on nothing."""
    canvas = Image.new("RGBA", (_CANVAS, _CANVAS), (0, 0, 0, 0))
    box = SHAPES[picture.shape](ImageDraw.Draw(canvas), _colour(rng), rng)
    dark = _dark(canvas, box)
    label: Image.Image | None = None
    if mark:
        label = logos.drawn(mark, picture.caption, on_dark=False)
        if dark or rng.random() < 0.5:
            # a patch, as labels and badges have one
            pad = 12
            patch = Image.new("RGBA", (label.width + 2 * pad, label.height + 2 * pad), (0, 0, 0, 0))
            ground = mark.colours[1] if mark.colours[1].lower() != "#1b1b1b" else "#ffffff"
            ImageDraw.Draw(patch).rounded_rectangle((0, 0, patch.width - 1, patch.height - 1), 18, fill=ground)
            patch.alpha_composite(label, (pad, pad))
            label = patch
    elif picture.caption:
        label = _lettering(picture.caption, dark)
    if label:
        label = _fit(label, box)
        canvas.alpha_composite(label, ((box[0] + box[2] - label.width) // 2, (box[1] + box[3] - label.height) // 2))
    # drawn large, kept small: that smooths the edges, and what follows costs less than half
    pixels = np.asarray(canvas.reduce(_CANVAS // _KEPT), dtype=np.float32).copy()
    if picture.shape in ROUND:
        across = np.cos((np.arange(_KEPT, dtype=np.float32) / _KEPT - 0.42) * 2.4).clip(0.35, 1)
        pixels[..., :3] *= (0.55 + 0.45 * across)[None, :, None]
    return pixels


def _placed(goods: NDArray[np.float32], rng: Random, size: tuple[int, int], straight: bool) -> NDArray[np.float32]:
    """The goods seen by a camera: turned, tilted, larger or smaller. RGBA, of ``size`` (width, height)."""
    width, height = size
    reach = min(width, height) * (0.92 if straight else rng.uniform(0.66, 0.9))
    angle = np.radians(0 if straight else rng.gauss(0, 6))
    centre = np.array(
        [
            width * (0.5 if straight else rng.uniform(0.45, 0.55)),
            height * (0.5 if straight else rng.uniform(0.46, 0.55)),
        ]
    )
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * reach
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    target = corners @ turn.T + centre
    if not straight:
        target += np.array([[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(4)]) * reach * 0.05
    source = np.array([[0, 0], [_KEPT, 0], [_KEPT, _KEPT], [0, _KEPT]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    warped = cv2.warpPerspective(goods, matrix, size, flags=cv2.INTER_LINEAR)
    return np.asarray(warped, dtype=np.float32)


def _banner(image: Image.Image, text: str, rng: Random) -> None:
    """A strip of sales talk across a corner or the foot."""
    draw = ImageDraw.Draw(image)
    size = image.width // 14
    foot = image.height - size * 2
    if rng.random() < 0.5:
        draw.rectangle((0, foot, image.width, image.height), fill=(214, 32, 40))
        draw.text((size, foot + size // 3), f"{text}  限时特惠", font=font("bold", size), fill=(255, 236, 120))
    else:
        draw.ellipse((12, 12, 12 + size * 4, 12 + size * 4), fill=(240, 60, 40))
        draw.text((12 + size, 12 + size * 1.3), text, font=font("bold", size), fill="white")


def _watermark(image: Image.Image, text: str) -> Image.Image:
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    letters = font("sans", max(16, image.width // 16))
    draw = ImageDraw.Draw(layer)
    draw.text(
        (image.width * 0.22, image.height * 0.46),
        text,
        font=letters,
        fill=(255, 255, 255, 120),
        stroke_width=1,
        stroke_fill=(60, 60, 60, 90),
    )
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def _shadow(alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is left of the light around the goods: soft, to the lower right. Drawn small, for speed."""
    height, width = alpha.shape
    small = cv2.resize(np.roll(alpha, (14, 9), axis=(0, 1)), (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    soft = cv2.resize(cv2.GaussianBlur(small, (0, 0), 3.3), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(1 - soft * (0.42 / 255), dtype=np.float32)[..., None]


def _encode(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _taken(picture: Picture, mark: Mark | None) -> bytes:
    rng = Random(f"photo/{picture.seed}")  # noqa: S311
    size = (600, 600) if picture.genuine else rng.choice(((600, 600), (600, 600), (640, 560), (560, 640), (620, 620)))
    with _LOCK:  # FreeType faces are not for several threads at once
        goods = _goods(picture, mark, rng)
    view = _placed(goods, rng, size, picture.genuine and rng.random() < 0.5)
    ground = scenes.background(rng, size, plain=picture.genuine)
    alpha = view[..., 3:] / np.float32(255)
    scene = ground * _shadow(view[..., 3])
    scene += alpha * (view[..., :3] - scene)
    scene = scenes.lit(rng, scene, calm=picture.genuine)
    image = Image.fromarray(scene.clip(0, 255).astype(np.uint8), "RGB")
    with _LOCK:
        if picture.banner:
            _banner(image, picture.banner, rng)
        if picture.watermark:
            image = _watermark(image, picture.watermark)
    return _encode(image, rng.randrange(76, 90))


def _worked_over(picture: Picture, original: bytes) -> bytes:
    """A copy as sellers make one: cropped, scaled, a little lighter, perhaps mirrored, encoded again."""
    rng = Random(f"copy/{picture.seed}")  # noqa: S311
    image = Image.open(io.BytesIO(original)).convert("RGB")
    if rng.random() < 0.75:
        cut = [rng.uniform(0, 0.09) for _ in range(4)]
        image = image.crop(
            (
                int(image.width * cut[0]),
                int(image.height * cut[1]),
                int(image.width * (1 - cut[2])),
                int(image.height * (1 - cut[3])),
            )
        )
    if rng.random() < 0.1:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    side = rng.choice((480, 540, 600, 640))
    image = image.resize((side, int(side * image.height / image.width)), Image.Resampling.BICUBIC)
    if rng.random() < 0.6:
        gain, offset = rng.uniform(0.9, 1.12), rng.uniform(-10, 10)
        image = Image.eval(image, lambda value: max(0, min(255, int(value * gain + offset))))
    if picture.watermark:
        with _LOCK:
            image = _watermark(image, picture.watermark)
    return _encode(image, rng.randrange(58, 82))


@lru_cache(maxsize=1024)
def _cached(picture: Picture, mark: Mark | None, original: Picture | None, original_mark: Mark | None) -> bytes:
    if original is not None:
        return _worked_over(picture, _cached(original, original_mark, None, None))
    return _taken(picture, mark)


def jpeg(pictures: Mapping[str, Picture], name: str, marks: Mapping[str, Mark]) -> bytes:
    """The JPEG of one picture of ``pictures``; a copy is made from the picture it copies. KeyError when unknown."""
    picture = pictures[name]
    original = pictures[picture.copy_of] if picture.copy_of else None
    return _cached(picture, marks.get(picture.mark), original, marks.get(original.mark) if original else None)
