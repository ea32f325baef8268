"""The pictures of a register (logos and photos of genuine goods), and what of them a listing's pictures show."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files as resources
from typing import Protocol, TypeAlias

import msgspec

from detection.pictures.copies import Few
from detection.pictures.finding import agreement, changes, copies_of
from detection.pictures.logos import Found, Logos
from detection.pictures.traits import Traits, distance, traits
from domain.errors import PictureError
from domain.records import Region, Right, Trademark

_log = logging.getLogger(__name__)
#: The place, instead of a right's, of the special mark of geographical indications (地理标志专用标志).
SPECIAL_MARK, SPECIAL_MARK_FILE = -1, "地理标志专用标志"
#: How sure a logo must be to be spoken of, and to make a right a candidate that no text names.
PICTURED = 0.55
_REMEMBERED = 4096
_LOOKED_AT = 12
#: Two hashes this near are the same photo, re-encoded or resized.
_NEAR = 6
#: A photo is the reference photo when so many of its points agree, and such a share of those that should be seen.
_LEAST = 30
_SHARE = 0.2
#: A logo less sure than this is not spoken of.
_LEAST_LOGO = 0.4


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a listing: its URL or path, its digest in the vault, its traits."""

    url: str
    digest: str
    traits: Traits


@dataclass(frozen=True, slots=True)
class Sighting:
    """What of one right the pictures of a listing show: surenesses in 0–1, with the box and the right's file."""

    logo: float = 0.0
    logo_region: Region | None = None
    logo_path: str = ""
    photo: float = 0.0
    photo_region: Region | None = None
    photo_path: str = ""
    photo_changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Copied:
    """How surely a picture is a reference photo, 0–1, and what was done to it."""

    sure: float
    changes: tuple[str, ...]


Seen: TypeAlias = tuple[Mapping[int, Found], Mapping[int, Copied]]


class Kept(Protocol):
    """Where what was found in a picture is kept by its digest, so that a known picture is not compared again."""

    def get(self, digest: str, version: int) -> bytes | None: ...

    def put(self, digest: str, version: int, data: bytes) -> None: ...


#: What is kept of a picture: logos (path, x, y, width, height, sureness) and photos (path, sureness, changes).
_Logo: TypeAlias = tuple[str, int, int, int, int, float]
_Photo: TypeAlias = tuple[str, float, tuple[str, ...]]


class RightPictures:
    """Traits of every logo and photo of the register. A file that cannot be decoded is left out and logged.

    ``kept``: findings are read from it and written to it; they hold for the same files and the same code only.
    """

    def __init__(self, rights: Sequence[Right], files: Mapping[str, bytes], *, kept: Kept | None = None) -> None:
        self.logos: list[tuple[int, str, Traits]] = []
        self.photos: list[tuple[int, str, Traits]] = []
        self.refused: dict[str, str] = {}
        known: dict[str, Traits | None] = {}
        for index, right in enumerate(rights):
            logos = right.logos if isinstance(right, Trademark) else ()
            for paths, listed in ((logos, self.logos), (right.photos, self.photos)):
                for path in paths:
                    if path in files and path not in known:
                        known[path] = self._traits(path, files[path])
                    found = known.get(path)
                    if found is not None:
                        listed.append((index, path, found))
        if any(right.kind == "gi" for right in rights):
            data = resources("detection.marks").joinpath("gi_mark.png").read_bytes()
            files = {**files, SPECIAL_MARK_FILE: data}
            self.logos.append((SPECIAL_MARK, SPECIAL_MARK_FILE, traits(data)))
        self._logos = Logos([(files[path], seen) for _, path, seen in self.logos])
        self._few = Few([pattern.spots for _, _, pattern in self.photos])
        self._last: dict[str, Seen] = {}
        self._kept = kept
        self._version = self._versioned(files) if kept is not None else 0

    def _traits(self, path: str, data: bytes) -> Traits | None:
        try:
            return traits(data)
        except PictureError as error:
            self.refused[path] = str(error)
            _log.warning("权利图片 %s 无法使用：%s", path, error)
            return None

    def _versioned(self, files: Mapping[str, bytes]) -> int:
        """63 bits of all that a comparison depends on: the files, which of them are logos and photos, and the code.
        Which right a file belongs to is not among it, so that a right can change without its pictures."""
        digest = hashlib.sha256(_code())
        for kind, listed in (("logo", self.logos), ("photo", self.photos)):
            for path in sorted({path for _, path, _ in listed}):
                digest.update(f"{kind}\0{path}\0".encode() + hashlib.sha256(files[path]).digest())
        return int.from_bytes(digest.digest()[:8]) >> 1

    def sightings(self, pictures: Sequence[Picture]) -> dict[int, Sighting]:
        """What the pictures show of each right, by the right's place in the register, and of the special mark."""
        found: dict[int, Sighting] = {}
        for picture in pictures[:_LOOKED_AT]:
            logos, photos = self._seen(picture)
            for place, hit in logos.items():
                index, path, _ = self.logos[place]
                before = found.get(index, Sighting())
                if hit.sure >= _LEAST_LOGO and hit.sure > before.logo:
                    region = _region(hit.box, picture)
                    found[index] = replace(before, logo=hit.sure, logo_region=region, logo_path=path)
            for place, copied in photos.items():
                index, path, _ = self.photos[place]
                before = found.get(index, Sighting())
                if copied.sure > before.photo:
                    region = _region((0, 0, picture.traits.width, picture.traits.height), picture)
                    found[index] = replace(
                        before, photo=copied.sure, photo_region=region, photo_path=path, photo_changes=copied.changes
                    )
        return found

    def _seen(self, picture: Picture) -> Seen:
        """Stock pictures and banners come back on every page of a shop, so the last ones are remembered."""
        known = self._last.get(picture.digest) if picture.digest else None
        if known is None:
            known = self._remembered(picture)
            if picture.digest:
                self._last[picture.digest] = known
                if len(self._last) > _REMEMBERED:
                    del self._last[next(iter(self._last))]
        return known

    def _remembered(self, picture: Picture) -> Seen:
        """What was found before with the same files, or is found now."""
        if self._kept is None or not picture.digest:
            return self._logos.find(picture.traits), self._copied(picture.traits)
        key = f"seen:{picture.digest}"
        data = self._kept.get(key, self._version)
        if data is not None:
            try:
                logos, photos = msgspec.msgpack.decode(data, type=tuple[list[_Logo], list[_Photo]])
            except msgspec.DecodeError:
                _log.warning("图片 %s 的比对缓存已损坏，重新比对", picture.digest)
            else:
                boxes = {path: Found((x, y, width, height), sure) for path, x, y, width, height, sure in logos}
                copied = {path: Copied(sure, changes) for path, sure, changes in photos}
                return (
                    {place: boxes[path] for place, (_, path, _) in enumerate(self.logos) if path in boxes},
                    {place: copied[path] for place, (_, path, _) in enumerate(self.photos) if path in copied},
                )
        found = self._logos.find(picture.traits), self._copied(picture.traits)
        kept = (
            [(self.logos[place][1], *hit.box, hit.sure) for place, hit in found[0].items()],
            [(self.photos[place][1], each.sure, each.changes) for place, each in found[1].items()],
        )
        self._kept.put(key, self._version, msgspec.msgpack.encode(kept))
        return found

    def _copied(self, seen: Traits) -> Mapping[int, Copied]:
        """The reference photos that a picture is, by their place."""
        if seen.flat or not self.photos:
            return {}
        found = {
            place: Copied(1.0, ())
            for place, (_, _, known) in enumerate(self.photos)
            if not known.flat and distance(known.hash, seen.hash) <= _NEAR
        }
        for copy in copies_of(seen, self._few, thorough=False):
            known = self.photos[copy.picture][2]
            share = agreement(copy, known, seen)
            if copy.points < _LEAST or share < _SHARE or known.flat:
                continue
            before = found[copy.picture].sure if copy.picture in found else 0.0
            sure = max(before, min(1.0, 0.5 + (share - _SHARE) * 5))
            found[copy.picture] = Copied(sure, changes(copy, known, seen))
        return found


@cache
def _code() -> bytes:
    """A digest of the code and the networks that compare pictures."""
    digest = hashlib.sha256()
    for folder in ("marks", "pictures"):
        for entry in sorted(resources("detection").joinpath(folder).iterdir(), key=lambda item: item.name):
            if entry.name.endswith((".py", ".onnx", ".npy")):
                digest.update(entry.name.encode() + hashlib.sha256(entry.read_bytes()).digest())
    return digest.digest()


def _region(box: tuple[int, int, int, int], picture: Picture) -> Region:
    return Region(x=box[0], y=box[1], width=box[2], height=box[3], image=picture.digest or picture.url)
