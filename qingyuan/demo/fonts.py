"""The Chinese fonts that pictures are lettered with: Noto CJK, where Debian and its kin keep it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageFont

from domain.errors import MissingPartError

_FOLDERS = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts",
)
_FILES = {
    "sans": "NotoSansCJK-Regular.ttc",
    "bold": "NotoSansCJK-Bold.ttc",
    "serif": "NotoSerifCJK-Bold.ttc",
}
#: Simplified Chinese inside the collection.
_FACE = 2


@cache
def _path(face: str) -> str:
    for folder in _FOLDERS:
        path = Path(folder) / _FILES[face]
        if path.is_file():
            return str(path)
    found = next(Path("/usr/share/fonts").rglob(_FILES[face]), None) if Path("/usr/share/fonts").is_dir() else None
    if found is None:
        raise MissingPartError("缺少中文字体 Noto CJK，演示图片画不出来：请以 root 运行 apt-get install fonts-noto-cjk")
    return str(found)


@cache
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """``sans``, ``bold`` or ``serif`` at that size in pixels. MissingPartError when the fonts are not installed."""
    return ImageFont.truetype(_path(face), size, index=_FACE)
