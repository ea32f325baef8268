"""Safe decoding: nothing is decoded before its header says that it is small enough."""

from __future__ import annotations

import io
import warnings
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from domain.errors import PictureError

Pixels: TypeAlias = npt.NDArray[np.uint8]

MAX_BYTES = 32 * 1024 * 1024
MAX_PIXELS = 64_000_000
MAX_SIDE = 20_000
#: MPO, what some cameras write, is opened as the JPEG that it begins with; Pillow has no reader of its own for it.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")


def decode(data: bytes, longest: int, *, ground: int = 255) -> tuple[Pixels, tuple[int, int]]:
    """RGB pixels of the first frame, turned as EXIF says, on white or another grey ``ground``, its longer side at most
    ``longest``; and the size (width, height) of the stored picture, turned. Raises PictureError.
    """
    if len(data) > MAX_BYTES:
        raise PictureError(f"图片有 {len(data)} 字节，超过上限 {MAX_BYTES} 字节，未解码")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                return _pixels(image, longest, ground)
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureError(f"图片像素过多，超过上限 {MAX_PIXELS} 像素，未解码") from None
    except UnidentifiedImageError:
        raise PictureError(
            "无法识别为图片：文件不是图片，或其格式不受支持"
            "（支持 JPEG、PNG、WebP、GIF、BMP、TIFF、AVIF，可另存为其中一种再试）"
        ) from None
    except (
        OSError,
        ValueError,
        SyntaxError,
        TypeError,
        EOFError,
        OverflowError,
        MemoryError,
        IndexError,
        KeyError,
    ) as error:
        raise PictureError(f"图片已损坏或不完整，无法读取（{str(error)[:80]}）") from None


def _pixels(image: Image.Image, longest: int, ground: int) -> tuple[Pixels, tuple[int, int]]:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PictureError(f"图片为 {width}×{height} 像素，超过上限（每边 {MAX_SIDE}、共 {MAX_PIXELS} 像素），未解码")
    if min(width, height) < 1:
        raise PictureError("图片没有像素")
    if image.format == "JPEG" and image.mode in ("RGB", "L"):
        image.draft(image.mode, (longest, longest))  # decodes at a fraction of the size
    turned = ImageOps.exif_transpose(image)
    if image.getexif().get(0x0112, 1) in (5, 6, 7, 8):
        width, height = height, width
    turned.thumbnail((longest, longest), Image.Resampling.BILINEAR)
    if turned.mode in ("I;16", "I;16B", "I", "F"):
        values = np.asarray(turned, np.float64)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
        turned = Image.fromarray((values / top * 255).clip(0, 255).astype(np.uint8))
    if turned.mode in ("RGBA", "LA", "PA", "P"):
        turned = turned.convert("RGBA")
        under = Image.new("RGBA", turned.size, (ground, ground, ground, 255))
        turned = Image.alpha_composite(under, turned)
    return np.asarray(turned.convert("RGB"), np.uint8), (width, height)
