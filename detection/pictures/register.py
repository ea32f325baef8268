"""The pictures of a register (logos and photos of genuine goods), and what of them a listing's pictures show."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detection.pictures.comparing import Found, Patterns, same_photo
from detection.pictures.traits import Traits, traits
from domain.errors import PictureError
from domain.records import Region, Right, Trademark

_log = logging.getLogger(__name__)
_REMEMBERED = 4096


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


class RightPictures:
    """Traits of every logo and photo of the register. A file that cannot be decoded is left out and logged."""

    def __init__(self, rights: Sequence[Right], files: Mapping[str, bytes]) -> None:
        self.logos: list[tuple[int, str, Traits]] = []
        self.photos: list[tuple[int, str, Traits]] = []
        self.refused: dict[str, str] = {}
        known: dict[str, Traits | None] = {}
        for index, right in enumerate(rights):
            logos = right.logos if isinstance(right, Trademark) else ()
            for paths, kept in ((logos, self.logos), (right.photos, self.photos)):
                for path in paths:
                    if path in files and path not in known:
                        known[path] = self._traits(path, files[path])
                    found = known.get(path)
                    if found is not None:
                        kept.append((index, path, found))
        self._patterns = Patterns([pattern for _, _, pattern in (*self.logos, *self.photos)])
        self._last: dict[str, Mapping[int, Found]] = {}

    def _traits(self, path: str, data: bytes) -> Traits | None:
        try:
            return traits(data)
        except PictureError as error:
            self.refused[path] = str(error)
            _log.warning("权利图片 %s 无法使用：%s", path, error)
            return None

    def sightings(self, pictures: Sequence[Picture]) -> dict[int, Sighting]:
        """What the pictures show of each right, by the right's place in the register."""
        found: dict[int, Sighting] = {}
        for picture in pictures[:12]:
            hits = self._hits(picture)
            for place, (index, path, _) in enumerate(self.logos):
                hit = hits.get(place)
                before = found.get(index, Sighting())
                if hit is not None and hit.score > before.logo:
                    found[index] = _with_logo(before, hit.score, _region(hit.box, picture), path)
            for place, (index, path, pattern) in enumerate(self.photos, len(self.logos)):
                sure = same_photo(pattern, picture.traits, hits.get(place))
                before = found.get(index, Sighting())
                if sure > before.photo:
                    whole = (0, 0, picture.traits.width, picture.traits.height)
                    found[index] = _with_photo(before, sure, _region(whole, picture), path)
        return found

    def _hits(self, picture: Picture) -> Mapping[int, Found]:
        """Stock pictures and banners come back on every page of a shop, so the last ones are remembered."""
        known = self._last.get(picture.digest) if picture.digest else None
        if known is None:
            known = self._patterns.find(picture.traits)
            if picture.digest:
                self._last[picture.digest] = known
                if len(self._last) > _REMEMBERED:
                    del self._last[next(iter(self._last))]
        return known


def _region(box: tuple[int, int, int, int], picture: Picture) -> Region:
    return Region(x=box[0], y=box[1], width=box[2], height=box[3], image=picture.digest or picture.url)


def _with_logo(before: Sighting, score: float, region: Region, path: str) -> Sighting:
    return Sighting(score, region, path, before.photo, before.photo_region, before.photo_path)


def _with_photo(before: Sighting, score: float, region: Region, path: str) -> Sighting:
    return Sighting(before.logo, before.logo_region, before.logo_path, score, region, path)
