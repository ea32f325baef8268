"""Pictures: from the addresses in a listing to the bytes in the vault and what can be seen in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import PictureError, VaultError
from domain.records import Listing
from qingyuan.catalog import Entry

if TYPE_CHECKING:
    from detection.screener import Picture
    from qingyuan.workspace import Workspace

#: A listing's first pictures are looked at; sellers pad their pages with dozens of banners.
MOST = 10


def pictures(workspace: Workspace, entry: Entry, listing: Listing) -> tuple[Picture, ...]:
    """The listing's pictures that were captured in its run and can be read.

    A picture that cannot be read is no error here: the crawl has set it aside with its reason.
    """
    from detection.pictures import traits
    from detection.screener import Picture

    seen: list[Picture] = []
    for url in listing.images[:MOST]:
        capture = workspace.vault.captured(entry.run, url)
        if capture is None or capture.status != 200:
            continue
        try:
            seen.append(Picture(url=url, digest=capture.digest, traits=traits(workspace.vault.read(capture.digest))))
        except (PictureError, VaultError):
            continue
    return tuple(seen)
