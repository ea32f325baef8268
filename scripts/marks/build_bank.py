"""Build the bank: ``python -m scripts.marks.build_bank PACKAGES PHOTOS OUT``.

PACKAGES holds the unpacked npm packages simple-icons 16.37, @mdi/svg 7.4, @tabler/icons 3.52, remixicon 4.9,
bootstrap-icons 1.13 and @fortawesome/fontawesome-free 7.3, one folder each (``npm pack NAME`` and ``tar -xf``). PHOTOS
is a folder of JPEG photographs, of which 300 are held out for the test; wallpapers are taken from where Debian's
packages put them (gnome-, mate- and sway-backgrounds, lomiri-, plasma-workspace- and ukui-wallpapers, palapeli-data,
opencv-doc). Writes masks.npy, items.json, label.npy, photos.npz, split.json and colours.json. Brand icons of the other
packages are left out.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import resvg_py

from scripts.marks.bank import Pixels

SIDE = 192
#: Normalised correlation at 24 × 24 above which two marks are one class.
SAME = 0.97
_HELD = 300
_PLACES = ("backgrounds", "wallpapers", "palapeli", "doc/opencv-doc", "tuxpaint")
#: Words that are brands somewhere and ordinary icons everywhere.
_ORDINARY = frozenset(
    (
        "home",
        "box",
        "target",
        "shell",
        "square",
        "stack",
        "signal",
        "buffer",
        "grid",
        "layers",
        "chart",
        "file",
        "folder",
        "map",
        "book",
        "camera",
        "phone",
        "star",
        "sky",
        "stream",
        "sonar",
    )
)
_SETS = (
    ("mdi", "mdi-svg", "svg", ""),
    ("tbo", "tabler-icons", "icons/outline", "brand-"),
    ("tbf", "tabler-icons", "icons/filled", "brand-"),
    ("rmx", "remixicon", "icons", "/Logos/"),
    ("bst", "bootstrap-icons", "icons", ""),
    ("fas", "fortawesome-fontawesome-free", "svgs/solid", ""),
    ("far", "fortawesome-fontawesome-free", "svgs/regular", ""),
)


def _folder(packages: Path, name: str) -> Path:
    return next(path for path in sorted(packages.iterdir()) if path.name.startswith(name)) / "package"


def icons(packages: Path) -> Iterator[tuple[str, str, Path]]:
    """Set, name and file of every icon: the brand set first."""
    brand = sorted((_folder(packages, "simple-icons") / "icons").glob("*.svg"))
    brands = {path.stem for path in brand}
    yield from (("si", path.stem, path) for path in brand)
    for tag, package, below, without in _SETS:
        for path in sorted((_folder(packages, package) / below).rglob("*.svg")):
            first = re.split(r"[-_]", path.stem)[0]
            named = re.sub(r"[^a-z0-9]", "", path.stem.lower()) in brands
            if named or (first in brands and len(first) > 3 and first not in _ORDINARY):
                continue
            if not (without and without in str(path)):
                yield tag, path.stem, path


def mask(path: Path) -> tuple[list[int], Pixels] | None:
    """The icon's opacity, its longer side 192, and its box; None for one that draws nothing."""
    drawing = path.read_text("utf-8").replace("currentColor", "#000")
    try:
        png = bytes(resvg_py.svg_to_bytes(svg_string=drawing, width=256, height=256, skip_system_fonts=True))
    except ValueError:
        return None
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.ndim < 3 or image.shape[2] < 4:
        return None
    alpha = image[:, :, 3]
    x, y, width, height = cv2.boundingRect((alpha > 40).astype(np.uint8))
    if int((alpha > 40).sum()) < 60:
        return None
    scale = SIDE / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    cut = cv2.resize(alpha[y : y + height, x : x + width], size, interpolation=cv2.INTER_LINEAR)
    left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    out = np.zeros((SIDE, SIDE), np.uint8)
    out[top : top + size[1], left : left + size[0]] = cut
    return [left, top, *size], out


def classes(masks: Pixels) -> np.ndarray:  # type: ignore[type-arg]
    """Each mark to the first that is nearly the same."""
    small = np.stack(
        [cv2.resize(one, (24, 24), interpolation=cv2.INTER_AREA).astype(np.float32).ravel() for one in masks]
    )
    small -= small.mean(1, keepdims=True)
    small /= np.linalg.norm(small, axis=1, keepdims=True) + 1e-6
    label = np.arange(len(masks))
    for start in range(0, len(masks), 2000):
        like = small[start : start + 2000] @ small[: start + 2000].T
        for row, other in zip(*np.where(like > SAME), strict=True):
            if other < start + row:
                label[start + row] = min(label[start + row], label[other])
    return label


def wallpapers() -> Iterator[tuple[str, Pixels]]:
    for place in _PLACES:
        for path in sorted((Path("/usr/share") / place).rglob("*")):
            if path.suffix.lower() in (".jpg", ".jpeg", ".png") and path.is_file():
                image = cv2.imread(str(path))
                if image is not None and min(image.shape[:2]) >= 400:
                    scale = 1000 / max(image.shape[:2])
                    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                    yield str(path), np.asarray(small, np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("packages", "photos", "out"):
        parser.add_argument(name, type=Path)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    drawn = [(tag, name, found) for tag, name, path in icons(chosen.packages) if (found := mask(path)) is not None]
    masks = np.stack([found[1] for _, _, found in drawn])
    np.save(chosen.out / "masks.npy", masks)
    np.save(chosen.out / "label.npy", classes(masks))
    (chosen.out / "items.json").write_text(json.dumps([[tag, name, found[0]] for tag, name, found in drawn]))
    data = json.loads((_folder(chosen.packages, "simple-icons") / "data" / "simple-icons.json").read_text("utf-8"))
    (chosen.out / "colours.json").write_text(json.dumps({one["slug"]: one["hex"] for one in data if "slug" in one}))
    shared = sorted(chosen.photos.glob("*.jpg"))
    np.random.default_rng(0).shuffle(shared)  # type: ignore[arg-type]
    split = {"test": [str(path) for path in shared[:_HELD]], "train": [str(path) for path in shared[_HELD:]]}
    (chosen.out / "split.json").write_text(json.dumps(split))
    photos = [*wallpapers(), *((path, np.asarray(cv2.imread(path), np.uint8)) for path in split["train"])]
    coded = [(name, cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].ravel()) for name, image in photos]
    np.savez(
        chosen.out / "photos.npz",
        names=np.array([name for name, _ in coded]),
        data=np.concatenate([data for _, data in coded]),
        ends=np.cumsum([len(data) for _, data in coded]),
    )
    print(len(masks), "marks,", len(photos), "photographs")


if __name__ == "__main__":
    main()
