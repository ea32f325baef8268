"""Pictures: from the addresses in a listing to the bytes in the vault and what can be seen in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from domain.errors import PictureError, VaultError
from domain.records import Listing
from qingyuan.catalog import Entry

if TYPE_CHECKING:
    from detection.pictures.register import Picture
    from qingyuan.workspace import Workspace

#: A listing's first pictures are looked at; sellers pad their pages with dozens of banners.
MOST = 10


def pictures(workspace: Workspace, entry: Entry, listing: Listing) -> tuple[Picture, ...]:
    """The listing's pictures that were captured in its run and can be read.

    A picture that cannot be read is no error here: the crawl or the import has set it aside with its reason.
    """
    from detection.pictures.register import Picture

    seen: list[Picture] = []
    for image, digest in digests(workspace, entry, listing):
        try:
            seen.append(Picture(url=image, digest=digest, traits=workspace.traits(digest)))
        except (PictureError, VaultError):
            continue
    return tuple(seen)


def hashes(workspace: Workspace, entry: Entry, listing: Listing) -> dict[str, str]:
    """Image → 64-bit picture hash as 16 hex digits; a picture without content (a white ground) has none."""
    found = ((image, _hash(workspace, digest)) for image, digest in digests(workspace, entry, listing))
    return {image: value for image, value in found if value}


def _hash(workspace: Workspace, digest: str) -> str:
    """The picture's hash, "" when it has none; looked up where it was computed before."""
    from detection.pictures.traits import VERSION

    known = workspace.catalog.picture_hash(digest, VERSION)
    if known is None:
        try:
            seen = workspace.traits(digest)
            known = "" if seen.flat else f"{seen.hash:016x}"
        except (PictureError, VaultError):
            known = ""
        workspace.catalog.keep_picture_hash(digest, VERSION, known)
    return known


def digests(workspace: Workspace, entry: Entry, listing: Listing) -> Iterator[tuple[str, str]]:
    """Each of the listing's first pictures that is in the vault, as ``(image, digest)``."""
    beside = _beside(workspace.home / "runs" / entry.run / "import" / "pictures.jsonl")
    for image in listing.images[:MOST]:
        capture = workspace.vault.captured(entry.run, image)
        if capture is not None and capture.status == 200:
            yield image, capture.digest
        elif image in beside:
            yield image, beside[image]


@lru_cache(maxsize=8)
def _beside(path: Path) -> Mapping[str, str]:
    """The pictures that came beside an imported file; the file is written once, so it is read once."""
    if not path.is_file():
        return {}
    rows = (msgspec.json.decode(line, type=dict[str, str]) for line in path.read_bytes().splitlines())
    return {row["image"]: row["digest"] for row in rows}
