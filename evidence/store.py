"""Where the vault's bytes lie: a folder, or an S3-compatible store through fsspec. Paths inside use ``/``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import fsspec

from domain.errors import VaultError

_COPY = 1024 * 1024


class Store:
    """A folder (``local`` is its path) or another fsspec file system (``local`` is None)."""

    def __init__(self, root: str) -> None:
        self._files, base = fsspec.core.url_to_fs(root)
        self._base = base.rstrip("/")
        protocols = self._files.protocol
        names = (protocols,) if isinstance(protocols, str) else protocols
        self.local: Path | None = Path(base) if "file" in names else None

    def _at(self, path: str) -> str:
        return f"{self._base}/{path}"

    def size(self, path: str) -> int | None:
        """Bytes, or None when there is no such file."""
        if self.local is not None:
            try:
                return (self.local / path).stat().st_size
            except (FileNotFoundError, NotADirectoryError):
                return None
        try:
            return int(self._files.info(self._at(path))["size"])
        except FileNotFoundError:
            return None

    def read(self, path: str, offset: int = 0, length: int | None = None) -> bytes:
        """``length`` bytes from ``offset`` (fewer at the end of the file). VaultError when there is no such file."""
        try:
            if self.local is not None:
                with (self.local / path).open("rb", buffering=0) as stream:
                    stream.seek(offset)
                    return stream.read() if length is None else _read_up_to(cast("BinaryIO", stream), length)
            end = None if length is None else offset + length
            return cast("bytes", self._files.cat_file(self._at(path), start=offset, end=end))
        except (FileNotFoundError, NotADirectoryError):
            raise VaultError(f"证据库中缺少文件 {path}") from None
        except OSError as error:
            raise VaultError(f"读取证据库文件 {path} 失败：{error}") from error

    def open(self, path: str) -> BinaryIO:
        """A stream to read; VaultError when there is no such file."""
        try:
            if self.local is not None:
                return (self.local / path).open("rb")
            return cast("BinaryIO", self._files.open(self._at(path), "rb"))
        except (FileNotFoundError, NotADirectoryError):
            raise VaultError(f"证据库中缺少文件 {path}") from None

    def names(self, folder: str) -> list[str]:
        """Names of files and folders directly in ``folder``, sorted; empty when there is none."""
        if self.local is not None:
            try:
                return sorted(entry.name for entry in os.scandir(self.local / folder))
            except (FileNotFoundError, NotADirectoryError):
                return []
        self._files.invalidate_cache(self._at(folder))
        try:
            found = self._files.ls(self._at(folder), detail=False)
        except FileNotFoundError:
            return []
        return sorted(str(name).rstrip("/").rpartition("/")[2] for name in found)

    def put(self, path: str, source: Path) -> None:
        """Store the file ``source`` under ``path``: whole or not at all. ``source`` may be moved away.

        In a folder the bytes are on the disk (fsync) before they get their name; the name itself is left to the file
        system, so a power failure may cost the last files stored but never leaves half of one.
        """
        if self.local is None:
            self._files.makedirs(self._at(path).rpartition("/")[0], exist_ok=True)
            self._files.put_file(str(source), self._at(path))
            return
        target = self.local / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _to_disk(source)
        try:
            source.replace(target)
        except OSError:  # another disk
            partial = target.with_name(f".{target.name}.{os.getpid()}")
            shutil.copyfile(source, partial)
            _to_disk(partial)
            partial.replace(target)


def _to_disk(path: Path) -> None:
    """fsync of a file or folder."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _read_up_to(stream: BinaryIO, length: int) -> bytes:
    pieces: list[bytes] = []
    while length > 0 and (piece := stream.read(length)):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream in pieces of 1 MiB."""
    while piece := stream.read(_COPY):
        yield piece
