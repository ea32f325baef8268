"""BagIt (RFC 8493): tag files and manifests around a finished payload. Same payload and arguments, same bytes."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives import hashes

from domain.errors import PackError
from evidence.store import chunks

MAX_ZIP = 2**31 - 2**24
ALGORITHMS = ("sha256", "sha512")
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class Sums:
    """Size in bytes and digests (bare hex) of one file."""

    size: int
    sha256: str
    sha512: str
    sm3: str


def sums(path: Path) -> Sums:
    """All digests in one reading; memory does not grow with the file."""
    sha256, sha512, sm3, size = hashlib.sha256(), hashlib.sha512(), hashes.Hash(hashes.SM3()), 0
    with path.open("rb") as stream:
        for piece in chunks(stream):
            sha256.update(piece)
            sha512.update(piece)
            sm3.update(piece)
            size += len(piece)
    return Sums(size, sha256.hexdigest(), sha512.hexdigest(), sm3.finalize().hex())


def payload(folder: Path) -> dict[str, Sums]:
    """Sums of every file under ``data/``, by path in the bag, sorted."""
    files = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sums(path) for path in files}


def _manifest(found: Mapping[str, Sums], algorithm: str) -> str:
    return "".join(f"{getattr(found[name], algorithm)}  {name}\n" for name in sorted(found))


def _one_line(value: str) -> str:
    """A tag file is read line by line: a value may not begin another."""
    return " ".join(value.split())


def seal_tags(folder: Path, found: Mapping[str, Sums], info: Sequence[tuple[str, str]]) -> None:
    """Write bagit.txt, bag-info.txt, the manifests and the tag manifests into ``folder``."""
    oxum = f"{sum(each.size for each in found.values())}.{len(found)}"
    lines = [*info, ("Payload-Oxum", oxum)]
    (folder / "bagit.txt").write_bytes(_DECLARATION)
    (folder / "bag-info.txt").write_bytes("".join(f"{name}: {_one_line(value)}\n" for name, value in lines).encode())
    for algorithm in ALGORITHMS:
        (folder / f"manifest-{algorithm}.txt").write_bytes(_manifest(found, algorithm).encode())
    names = ("bag-info.txt", "bagit.txt", *(f"manifest-{algorithm}.txt" for algorithm in ALGORITHMS))
    tags = {name: sums(folder / name) for name in names}
    for algorithm in ALGORITHMS:
        (folder / f"tagmanifest-{algorithm}.txt").write_bytes(_manifest(tags, algorithm).encode())


def zipped(folder: Path, target: Path | IO[bytes]) -> None:
    """The bag as a stored zip under its own name: sorted, no times of its own, so the same bag is the same bytes.

    PackError above 2 GiB, where zip needs extensions that make a second spelling possible.
    """
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if sum((folder / path).stat().st_size for path in paths) > MAX_ZIP:
        raise PackError(f"证据包 {folder.name} 超过 {MAX_ZIP} 字节，不能做成 zip，请直接交付文件夹")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in paths:
            entry = zipfile.ZipInfo(f"{folder.name}/{path}", (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.file_size = (folder / path).stat().st_size
            with (folder / path).open("rb") as source, archive.open(entry, "w") as out:
                for piece in chunks(source):
                    out.write(piece)
