"""A file that a platform supplied → listing records, each citing its row; what cannot be read is kept with its reason.

::

    OUT/listings.jsonl    the records, in the order of the file; its presence says that the import ended
    OUT/rejects.jsonl     {line, field, reason, row}: each rejected row as it stands in the file
    OUT/set_aside.jsonl   the same as SetAside records, and pictures that cannot be read
    OUT/pictures.jsonl    {image, digest}: pictures beside the file, by the path that the listings use
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from crawlers.imports import rows, tables
from crawlers.imports.cells import LISTING, to_listing
from crawlers.imports.files import beside, replacing
from crawlers.imports.wire import shape
from domain import codec
from domain.errors import DecodeError, InputError
from domain.records import Listing
from evidence.vault import Vault

#: A picture beside the file may have so many bytes: 32 MiB.
MAX_PICTURE = 32 * 1024 * 1024
MEDIA_TYPES: Mapping[tables.Kind, str] = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NONE: Mapping[str, str] = MappingProxyType({})
_GATE = msgspec.json.Decoder(shape(Listing))
_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. ``rejects`` is None when every row was read; ``capture`` is the file's digest."""

    read: int
    stored: int
    rejected: int
    rejects: Path | None
    listings: Path
    capture: str
    pictures: int
    missing_pictures: int


def import_file(
    path: Path,
    *,
    out: Path,
    vault: Vault,
    now: datetime,
    chosen: Mapping[str, str] = _NONE,
    given: Mapping[str, str] = _NONE,
    progress: Callable[[int], None] = lambda rows: None,
) -> Imported:
    """Read a CSV, XLSX or JSONL file into ``out``; the file itself and the pictures beside it go into the vault.

    ``chosen``: column → field, where a heading is not known ("" leaves a column unread). ``given``: field → cell for
    fields that a table has no column for (``{"platform": "某平台"}``). Doing it again writes the same. Memory grows
    with the pictures beside the file, not with the rows. Raises FileFormatError when the file cannot be read at all.
    """
    with rows.reading(path, LISTING, to_listing, chosen=chosen, given=given) as source:
        capture = vault.put_file(path, name=path.name, media_type=MEDIA_TYPES[tables.kind(path)], at=now).digest
        with (
            replacing(out / "listings.jsonl") as listings,  # entered first, so it takes its name last
            rows.rejecting(path, out=out, capture=capture, at=now) as rejects,
            replacing(out / "pictures.jsonl", unless_empty=True) as kept,
        ):
            read = missing = 0
            images: dict[str, None] = {}
            for read, (number, line, row) in enumerate(source, start=1):
                try:
                    record = _record(line)
                except DecodeError as error:
                    rejects.row(number, error, row)
                else:
                    record.capture = f"{capture}#{number}"
                    listings.write(_ENCODER.encode(record) + b"\n")
                    images.update((image, None) for image in record.images if _is_path(image))
                if not read % 10_000:
                    progress(read)
            progress(read)
            for image, digest in _pictures(images, path, vault, now):
                if isinstance(digest, InputError):
                    missing += 1
                    rejects.beside(image, str(digest))
                else:
                    kept.write(msgspec.json.encode({"image": image, "digest": digest}) + b"\n")
    return Imported(
        read=read,
        stored=read - rejects.count,
        rejected=rejects.count,
        rejects=out / "rejects.jsonl" if rejects.count else None,
        listings=out / "listings.jsonl",
        capture=capture,
        pictures=len(images) - missing,
        missing_pictures=missing,
    )


def _record(line: bytes | DecodeError) -> Any:
    """The listing as its wire structure. Raises DecodeError."""
    if isinstance(line, DecodeError):
        raise line
    try:
        return _GATE.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _GATE.decode(codec.encode(codec.decode(line, Listing)))


def _pictures(images: Iterable[str], path: Path, vault: Vault, now: datetime) -> Iterator[tuple[str, str | InputError]]:
    for image in images:
        try:
            picture = beside(path, image, limit=MAX_PICTURE)
            media_type = mimetypes.guess_type(picture.name)[0] or "application/octet-stream"
            yield image, vault.put_file(picture, name=image, media_type=media_type, at=now).digest
        except InputError as error:
            yield image, error


def _is_path(image: str) -> bool:
    return "://" not in image and not image.startswith(("//", "data:"))
