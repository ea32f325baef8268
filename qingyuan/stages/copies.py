"""Copies: which listings carry a photo, changed or not; and which marks and reference photos it shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import PictureError, VaultError
from qingyuan.locks import only_one
from qingyuan.progress import Report, silent
from qingyuan.stages.pictures import digests

if TYPE_CHECKING:
    from detection.pictures.traits import Traits
    from indexer.copies import CopyStore, Entry
    from qingyuan.workspace import Workspace

_BATCH = 500
_PLACES = (
    "CREATE TABLE IF NOT EXISTS places (digest TEXT, listing TEXT, image TEXT, PRIMARY KEY (digest, listing, image))"
)


def _folder(workspace: Workspace) -> Path:
    from detection.pictures.traits import VERSION

    return workspace.home / "index" / f"copies-{VERSION}"


def _places(workspace: Workspace) -> sqlite3.Connection:
    folder = _folder(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    opened = sqlite3.connect(folder / "places.sqlite3")
    opened.execute(_PLACES)
    return opened


def _light(workspace: Workspace, digest: str) -> Traits | None:
    """Traits without the points for logos; None for what cannot be read (set aside when it was captured)."""
    from detection.pictures.traits import traits

    try:
        return traits(workspace.vault.read(digest), sift=False)
    except (PictureError, VaultError):
        return None


def keep(workspace: Workspace, *, report: Report = silent) -> dict[str, int]:
    """Bring the store of photos up to the catalog. Doing it again, or after a kill, neither loses nor doubles one."""
    from indexer.copies import CopyStore

    with only_one(workspace.home, "copies"), closing(_places(workspace)) as places:
        store = CopyStore(_folder(workspace) / "store")
        waiting: list[str] = []
        added = 0
        total = workspace.catalog.count()
        for done, (entry, listing) in enumerate(workspace.catalog.listings(workspace.catalog.entries()), 1):
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


def _entries(workspace: Workspace, waiting: list[str]) -> Iterator[Entry]:
    from detection.pictures.copies import entries

    for digest in dict.fromkeys(waiting):
        seen = _light(workspace, digest)
        if seen is not None and not seen.flat:
            made = entries(seen.spots)
            yield digest, made.words, made.signatures, made.geometry


def find(workspace: Workspace, data: bytes) -> dict[str, list[dict[str, Any]]]:
    """The design's ``images find`` record: marks and reference photos of rights, and listings that carry the photo."""
    from detection.pictures.finding import changes, copies_of
    from detection.pictures.register import Picture, RightPictures
    from detection.pictures.traits import traits
    from indexer.copies import CopyStore
    from qingyuan import rights

    seen = traits(data)
    register = list(workspace.rights().values())
    known = RightPictures(register, rights.pictures(workspace.home, register))
    marks = [
        {
            "right": register[index].id,
            "logo": sighting.logo_path or sighting.photo_path,
            "score": round(max(sighting.logo, sighting.photo), 4),
            "region": _box(sighting.logo_region or sighting.photo_region),
        }
        for index, sighting in known.sightings([Picture(url="", digest="", traits=seen)]).items()
    ]
    marks.sort(key=lambda mark: (-float(str(mark["score"])), str(mark["right"])))
    copies = []
    store: CopyStore = CopyStore(_folder(workspace) / "store")
    with closing(_places(workspace)) as places:
        for copy in copies_of(seen, store.lookup, most=50):
            digest = store.name(copy.picture)
            other = _light(workspace, digest)
            change = "、".join(changes(copy, other, seen)) if other is not None else ""
            rows = places.execute("SELECT listing, image FROM places WHERE digest = ? ORDER BY 1, 2", (digest,))
            score = round(min(1.0, copy.points / 24), 4)
            copies += [{"listing": key, "image": image, "score": score, "change": change} for key, image in rows]
    return {"marks": marks, "copies": copies}


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
