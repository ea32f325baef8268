"""Copies: which listings carry a photo, changed or not; and which marks and reference photos it shows."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import BusyError, PictureError, SearchError, VaultError
from qingyuan.locks import only_one
from qingyuan.progress import Report, silent
from qingyuan.stages.pictures import digests

if TYPE_CHECKING:
    from detection.pictures.register import RightPictures
    from detection.pictures.traits import Traits
    from domain.records import Listing, Right
    from indexer.copies import CopyStore
    from indexer.copies import Entry as Spots
    from indexer.query import Query
    from qingyuan.catalog import Entry
    from qingyuan.workspace import Workspace

_BATCH = 500
#: Raised when the files of the store are others; a store of another form is built anew.
_FORM = 2
#: Pictures that are shown of one search.
MOST_COPIES = 50
#: Seconds to wait for another who adds to the store.
_PATIENCE = 60
_WHOLE = "whole"
_PLACES = (
    "CREATE TABLE IF NOT EXISTS places (digest TEXT, listing TEXT, image TEXT, PRIMARY KEY (digest, listing, image))"
)


def _folder(workspace: Workspace) -> Path:
    from detection.pictures.traits import VERSION

    return workspace.home / "index" / f"copies-{VERSION}-{_FORM}"


def _places(workspace: Workspace) -> sqlite3.Connection:
    folder = _folder(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    opened = sqlite3.connect(folder / "places.sqlite3")
    opened.execute(_PLACES)
    return opened


def _seen(workspace: Workspace, digest: str) -> Traits | None:
    """The traits, as screening has kept them; None for what cannot be read (set aside when it was captured)."""
    try:
        return workspace.traits(digest)
    except (PictureError, VaultError):
        return None


def keep(workspace: Workspace, *, report: Report = silent) -> dict[str, int]:
    """Bring the store of photos up to the catalog. Doing it again, or after a kill, neither loses nor doubles one."""
    catalog = workspace.catalog
    done = take(workspace, catalog.listings(catalog.entries()), catalog.count(), report)
    (_folder(workspace) / _WHOLE).touch()
    return done


def whole(workspace: Workspace) -> bool:
    """Whether the store was ever brought up to the whole catalog; one of a new version of the traits was not."""
    return (_folder(workspace) / _WHOLE).exists()


def take(
    workspace: Workspace, listings: Iterable[tuple[Entry, Listing]], total: int, report: Report = silent
) -> dict[str, int]:
    """Bring these listings' photos into the store, under the same promise."""
    from indexer.copies import CopyStore

    with _alone(workspace), closing(_places(workspace)) as places:
        store = CopyStore(_folder(workspace) / "store")
        waiting: list[str] = []
        added = 0
        for done, (entry, listing) in enumerate(listings, 1):
            for image, digest in digests(workspace, entry, listing):
                places.execute("INSERT OR IGNORE INTO places VALUES (?, ?, ?)", (digest, entry.key, image))
                if digest not in store:
                    waiting.append(digest)
            if len(waiting) >= _BATCH or done == total:
                added += store.add(_entries(workspace, waiting))
                waiting.clear()
                places.commit()
                report("图片索引", done, total)
        added += store.add(_entries(workspace, waiting))
        places.commit()
        return {"pictures": len(store), "added": added}


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """The lock of the store; a night waits for an officer who is bringing it up to date."""
    for left in range(_PATIENCE, -1, -1):
        with ExitStack() as stack:
            try:
                stack.enter_context(only_one(workspace.home, "copies"))
            except BusyError:
                if not left:
                    raise
                time.sleep(1)
                continue
            yield
            return


def _entries(workspace: Workspace, waiting: list[str]) -> Iterator[Spots]:
    from detection.pictures.copies import entries

    for digest in dict.fromkeys(waiting):
        seen = _seen(workspace, digest)
        if seen is not None and not seen.flat:
            made = entries(seen.spots)
            yield digest, made.words, made.signatures, made.geometry, made.bits


def find(workspace: Workspace, data: bytes) -> dict[str, list[Any]]:
    """The design's ``images find`` record: marks and reference photos of rights, and listings that carry the photo.

    ``near``: listings that the index knows by a picture hash at most seven bits away and whose points do not prove it;
    a photo with few points (one product on white) is found by this alone. ``notices`` says what could not be looked
    at. Raises PictureError.
    """
    from detection.pictures.finding import changes, copies_of
    from detection.pictures.register import Picture
    from detection.pictures.traits import traits
    from qingyuan import rights

    seen = traits(data)
    register, known = _register(workspace, rights.version(workspace.home))
    marks = [
        {
            "right": register[index].id,
            "logo": sighting.logo_path or sighting.photo_path,
            "score": round(max(sighting.logo, sighting.photo), 4),
            "region": _box(sighting.logo_region or sighting.photo_region),
        }
        for index, sighting in known.sightings([Picture(url="", digest="", traits=seen)]).items()
        if index >= 0  # the special mark is of no one right
    ]
    marks.sort(key=lambda mark: (-float(str(mark["score"])), str(mark["right"])))
    copies = []
    store = _store(workspace)
    with closing(_places(workspace)) as places:
        for copy in copies_of(seen, store, most=MOST_COPIES):
            digest = store.name(copy.picture)
            other = _seen(workspace, digest)
            change = "、".join(changes(copy, other, seen)) if other is not None else ""
            rows = places.execute("SELECT listing, image FROM places WHERE digest = ? ORDER BY 1, 2", (digest,))
            score = round(min(1.0, copy.points / 24), 4)
            copies += [{"listing": key, "image": image, "score": score, "change": change} for key, image in rows]
    near: list[dict[str, Any]] = []
    notices: list[str] = []
    if not whole(workspace):
        notices.append("图片库还没有建全，没有找到不等于没有：请运行 qingyuan index build")
    try:
        near = _near(workspace, seen, {str(each["listing"]) for each in copies})
    except SearchError as error:
        notices.append(f"没有按图片指纹查找：{error}")
    return {"marks": marks, "copies": copies, "near": near, "notices": notices}


def _near(workspace: Workspace, seen: Traits, known: set[str]) -> list[dict[str, Any]]:
    """Listings that the index finds by the picture hash, nearest first, without those that are known already."""
    from indexer.query import Query

    if seen.flat:  # a blank is near every other blank
        return []
    hits = workspace.backend().search(Query(picture=f"{seen.hash:016x}", size=MOST_COPIES + len(known))).hits
    others = [hit for hit in hits if hit.listing.key not in known][:MOST_COPIES]
    return [{"listing": hit.listing.key, "image": hit.image, "distance": hit.distance} for hit in others]


def marked(right: str) -> Query:
    """The query for listings in whose pictures the logo of a right was seen."""
    from detection.features.picture import belied, logo_seen, unnamed
    from indexer.query import Query

    return Query(where={"right": right, "signal": tuple(one.__name__ for one in (logo_seen, unnamed, belied))})


@lru_cache(maxsize=1)
def _register(workspace: Workspace, version: str) -> tuple[list[Right], RightPictures]:
    """The register and what its pictures show, until it changes; to look at every logo again costs seconds."""
    from detection.pictures.register import RightPictures
    from qingyuan import rights

    register = list(workspace.rights().values())
    return register, RightPictures(register, rights.pictures(workspace.home, register))


def _store(workspace: Workspace) -> CopyStore:
    from indexer.copies import segments

    folder = _folder(workspace) / "store"
    return _opened(folder, tuple((path.name, path.stat().st_mtime_ns) for path in segments(folder)))


@lru_cache(maxsize=1)
def _opened(folder: Path, version: tuple[tuple[str, int], ...]) -> CopyStore:
    from indexer.copies import CopyStore

    return CopyStore(folder, reading=True)


def written(data: bytes, *, text: bool) -> dict[str, list[dict[str, Any]]]:
    """The codes of a picture and, when asked (``text``; it takes up to a second), what is written in it, with boxes in
    pixels of the stored picture. Raises MissingPartError without the extra ``ocr``."""
    from detection.pictures import codes
    from detection.pictures import text as lettering
    from detection.pictures.decoding import decode

    pixels, (width, _) = decode(data, codes.LONGEST)
    scale = width / pixels.shape[1]

    def region(box: tuple[int, int, int, int]) -> dict[str, int]:
        return dict(zip(("x", "y", "width", "height"), (round(side * scale) for side in box), strict=True))

    found = [{"kind": code.kind, "text": code.text, "region": region(code.box)} for code in codes.read(pixels)]
    lines = lettering.read(pixels) if text else ()
    said = [{"text": line.text, "score": round(line.sure, 4), "region": region(line.box)} for line in lines]
    return {"codes": found, "text": said}


def _box(region: Any) -> dict[str, int] | None:
    if region is None:
        return None
    return {"x": region.x, "y": region.y, "width": region.width, "height": region.height}
