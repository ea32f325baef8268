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
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from crawlers.imports import columns, lines, tables
from crawlers.imports.cells import to_listing
from crawlers.imports.files import beside, replacing
from crawlers.imports.wire import shape
from domain import codec
from domain.errors import DecodeError, InputError
from domain.records import Listing, SetAside
from evidence.vault import Vault

#: A picture beside the file may have so many bytes: 32 MiB.
MAX_PICTURE = 32 * 1024 * 1024
_MEDIA_TYPES = {
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
    kind = tables.kind(path)
    with ExitStack() as opened:
        if kind == "jsonl":
            rows: Iterator[tuple[int, Any]] = lines.numbered(path)
            to_json: Callable[[Any], bytes] = bytes
        else:
            table = opened.enter_context(tables.reading(path))
            placed = columns.resolve(table.columns, path=path, chosen=chosen, given=frozenset(given))
            rows = table.rows
            to_json = partial(to_listing, placed=placed, given=given)
        source = vault.put_file(path, name=path.name, media_type=_MEDIA_TYPES[kind], at=now).digest
        listings = opened.enter_context(replacing(out / "listings.jsonl"))
        rejects = opened.enter_context(replacing(out / "rejects.jsonl", unless_empty=True))
        aside = opened.enter_context(replacing(out / "set_aside.jsonl", unless_empty=True))
        kept = opened.enter_context(replacing(out / "pictures.jsonl", unless_empty=True))
        read = rejected = 0
        images: dict[str, None] = {}
        for number, row in rows:
            if isinstance(row, bytes) and not row.strip():
                continue
            read += 1
            try:
                if isinstance(row, DecodeError):
                    raise row
                record = _record(to_json(row))
            except DecodeError as error:
                rejected += 1
                text = "" if isinstance(row, DecodeError) else _verbatim(row)
                rejects.write(_line({"line": number, "field": error.field, "reason": error.problem, "row": text}))
                reason = str(error.at(line=number, source=path.name))
                aside.write(_set_aside(f"{path.name}:{number}", reason, now, f"{source}#{number}", text[:200]))
            else:
                record.capture = f"{source}#{number}"
                listings.write(_ENCODER.encode(record) + b"\n")
                images.update((image, None) for image in record.images if _is_path(image))
            if not read % 10_000:
                progress(read)
        missing = 0
        for image, digest in _pictures(images, path, vault, now):
            if isinstance(digest, InputError):
                missing += 1
                aside.write(_set_aside(f"{path.name}:{image[:200]}", str(digest), now, source, ""))
            else:
                kept.write(_line({"image": image, "digest": digest}))
    progress(read)
    return Imported(
        read=read,
        stored=read - rejected,
        rejected=rejected,
        rejects=out / "rejects.jsonl" if rejected else None,
        listings=out / "listings.jsonl",
        capture=source,
        pictures=len(images) - missing,
        missing_pictures=missing,
    )


def _record(line: bytes) -> Any:
    """The listing as its wire structure. Raises DecodeError."""
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


def _verbatim(row: bytes | tables.Cells) -> str:
    if isinstance(row, bytes):
        return row.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
    return msgspec.json.encode(row).decode()


def _line(record: Mapping[str, object]) -> bytes:
    return msgspec.json.encode(record) + b"\n"


def _set_aside(where: str, reason: str, at: datetime, capture: str, excerpt: str) -> bytes:
    record = SetAside(stage="import", where=where, reason=reason, at=at, capture=capture, excerpt=excerpt)
    return codec.encode(record) + b"\n"
