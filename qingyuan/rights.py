"""The register of rights (权利登记) of one HOME.

::

    rights/rights.jsonl                     the register: one right a line, sorted by id
    rights/pictures/<2 hex>/<64 hex>.<ext>  logos and reference photos, by SHA-256
    rights/imports/<16 hex>/                what was refused of an imported file, by its digest

Pictures of the stored register are named relative to HOME, those of a file relative to that file, so
:func:`pictures` serves both.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from crawlers.imports import rows
from crawlers.imports.files import beside, replacing
from domain import codec
from domain.errors import DecodeError, InputError
from domain.records import Right, Trademark
from qingyuan import content
from qingyuan.locks import only_one
from qingyuan.rights_check import Problem, check
from qingyuan.rights_table import RIGHT, to_right

__all__ = ["Imported", "Problem", "check", "import_file", "load", "pictures", "read", "starter_file", "version"]

#: A logo or reference photo may have so many bytes: 32 MiB.
MAX_PICTURE = 32 * 1024 * 1024
_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".svg", ".tif", ".tiff"})


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. ``rejects`` is None when every row was read; a right without its picture is stored."""

    read: int
    stored: int
    rejected: int
    rejects: Path | None
    missing_pictures: int


def starter_file() -> Path:
    """The register that ships with the software."""
    return Path(__file__).parent / "register_data" / "starter.jsonl"


def import_file(path: Path, *, home: Path, now: datetime) -> Imported:
    """Add the rights of a CSV, XLSX or JSONL file; one of a known id replaces it. Doing it again changes nothing.

    Logos and photos are copied in, only from the folder of the file and below. An id that stands twice in the file is
    refused the second time. Raises FileFormatError that names a wrong column, BusyError while another import runs.
    """
    with rows.reading(path, RIGHT, to_right) as source, only_one(home, "rights"):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        register = {right.id: right for right in load(home)}
        out = home / "rights" / "imports" / digest[:16]
        read = missing = 0
        seen: dict[str, int] = {}
        with rows.rejecting(path, out=out, capture=f"sha256:{digest}", at=now) as rejects:
            for number, line, row in source:
                read += 1
                try:
                    right = _right(line)
                    if seen.setdefault(right.id, number) != number:
                        raise DecodeError(f"编号 {right.id} 与第 {seen[right.id]} 行重复", field="id")
                except DecodeError as error:
                    rejects.row(number, error, row)
                    continue
                register[right.id], lost = _keep_pictures(right, path, home)
                missing += len(lost)
                for name, reason in lost:
                    rejects.beside(name, reason)
        lines = (codec.encode(register[identity]) + b"\n" for identity in sorted(register))
        with replacing(_file(home)) as stored:
            stored.writelines(lines)
    return Imported(
        read=read,
        stored=read - rejects.count,
        rejected=rejects.count,
        rejects=out / "rejects.jsonl" if rejects.count else None,
        missing_pictures=missing,
    )


def read(path: Path) -> list[Right]:
    """The rights of a file, for measuring against: the first row that cannot be read raises DecodeError."""
    with rows.reading(path, RIGHT, to_right) as source:
        found = []
        for number, line, _ in source:
            try:
                found.append(_right(line))
            except DecodeError as error:
                raise error.at(line=number, source=path.name) from None
        return found


def load(home: Path) -> list[Right]:
    """The register, sorted by id; empty when nothing was imported."""
    return read(_file(home)) if _file(home).is_file() else []


def version(home: Path) -> str:
    """Equal versions mean equal registers, pictures included."""
    return content.version(_file(home))


def pictures(folder: Path, register: Iterable[Right]) -> dict[str, bytes]:
    """Path → bytes of every logo and reference photo that is there, below ``folder`` (HOME, or that of a file)."""
    found: dict[str, bytes] = {}
    for right in register:
        for name in _paths(right):
            if name not in found:
                try:
                    found[name] = beside(folder / "rights.jsonl", name, limit=MAX_PICTURE).read_bytes()
                except InputError:
                    continue  # the import has said so
    return found


def _file(home: Path) -> Path:
    return home / "rights" / "rights.jsonl"


def _right(line: bytes | DecodeError) -> Right:
    if isinstance(line, DecodeError):
        raise line
    right: Right = codec.decode(line, Right)  # type: ignore[arg-type]
    return right


def _paths(right: Right) -> tuple[str, ...]:
    return (*right.logos, *right.photos) if isinstance(right, Trademark) else right.photos


def _keep_pictures(right: Right, path: Path, home: Path) -> tuple[Right, list[tuple[str, str]]]:
    """The right with its pictures in HOME, and each (name, reason) of those that could not be had."""
    kept: dict[str, str] = {}
    lost: list[tuple[str, str]] = []
    for name in dict.fromkeys(_paths(right)):
        try:
            kept[name] = _keep(beside(path, name, limit=MAX_PICTURE), home)
        except InputError as error:
            lost.append((name, str(error)))
    return _renamed(right, kept), lost


def _renamed(right: Right, kept: Mapping[str, str]) -> Right:
    photos = tuple(kept[name] for name in right.photos if name in kept)
    if isinstance(right, Trademark):
        return replace(right, photos=photos, logos=tuple(kept[name] for name in right.logos if name in kept))
    return replace(right, photos=photos)


def _keep(picture: Path, home: Path) -> str:
    with picture.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
        suffix = picture.suffix.lower() if picture.suffix.lower() in _SUFFIXES else ".bin"
        name = PurePosixPath("rights", "pictures", digest[:2], digest + suffix)
        if not (home / name).is_file():
            source.seek(0)
            with replacing(home / name) as stored:
                shutil.copyfileobj(source, stored)
    return str(name)
