"""The vault's index in memory: which captures hold a digest, and the last capture of a URL in a run.

A projection of the index files. Each is read once and then only where it grew; an entry is a place (file, offset of the
line), so a million captures cost some 300 MB and no capture is decoded before it is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from domain.errors import VaultError
from evidence.capture import Capture, from_line
from evidence.recovery import INDEX_SUFFIX
from evidence.store import Store

_OFFSET_BITS = 40
#: Read so much of an index at a time; more than the longest line (a URL of 64 KiB).
_PIECE = 8 * 1024 * 1024


class _Entry(msgspec.Struct):
    digest: str
    url: str


class _File:
    """How far an index file has been read."""

    __slots__ = ("number", "path", "read", "run", "store")

    def __init__(self, store: Store, run: str, path: str, number: int) -> None:
        self.store, self.run, self.path, self.number, self.read = store, run, path, number, 0


def _of_url(run: str, url: str) -> bytes:
    return hashlib.blake2b(f"{run}\n{url}".encode(), digest_size=16).digest()


class Index:
    """Look-ups over the index files of one or more stores (the vault's own, and a local spool)."""

    def __init__(self, stores: tuple[Store, ...]) -> None:
        self._stores = stores
        self._clear()

    def _clear(self) -> None:
        self._files: list[_File] = []
        self._known: dict[str, _File] = {}
        self._digests: dict[bytes, int | list[int]] = {}
        self._urls: dict[bytes, int] = {}
        self._decoder = msgspec.json.Decoder(_Entry)

    def refresh(self, run: str | None = None) -> None:
        """Take in what was appended, in one run or in all. An index that shrank (recovery) is read anew."""
        for store in self._stores:
            for name in [run] if run is not None else store.names("warc"):
                for file in store.names(f"warc/{name}"):
                    if file.endswith(INDEX_SUFFIX):
                        self._take_in(store, name, f"warc/{name}/{file}")

    def _take_in(self, store: Store, run: str, path: str) -> None:
        file = self._known.get(path)
        if file is None:
            file = self._known[path] = _File(store, run, path, len(self._files))
            self._files.append(file)
        size = store.size(path)
        if size is None or size == file.read:
            return
        if size < file.read:
            self._clear()
            self.refresh()
            return
        file.store = store
        while file.read < size:
            data = store.read(path, file.read, min(_PIECE, size - file.read))
            if not self._lines(file, data):
                break  # the last line is being written at this moment

    def _lines(self, file: _File, data: bytes) -> bool:
        """Take in the whole lines of ``data``, which begins where ``file`` was read to; whether there was one."""
        base, start = file.number << _OFFSET_BITS, file.read
        for line in data.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            try:
                entry = self._decoder.decode(line)
                digest = bytes.fromhex(entry.digest[7:])
            except (msgspec.DecodeError, ValueError):
                raise VaultError(
                    f"证据索引 {file.path} 第 {file.read} 字节处已损坏，请重新打开该写入者以修复"
                ) from None
            place = base | file.read
            already = self._digests.setdefault(digest, place)
            if isinstance(already, list):
                already.append(place)
            elif already != place:
                self._digests[digest] = [already, place]
            self._urls[_of_url(file.run, entry.url)] = place
            file.read += len(line)
        return file.read > start

    def _load(self, place: int) -> Capture:
        file = self._files[place >> _OFFSET_BITS]
        start = place & ((1 << _OFFSET_BITS) - 1)
        length = 1024
        while True:
            data = file.store.read(file.path, start, length)
            line, end, _ = data.partition(b"\n")
            if end:
                return from_line(line)
            if len(data) < length:
                raise VaultError(f"证据索引 {file.path} 第 {start} 字节处已损坏")
            length *= 8

    def of_digest(self, digest: bytes) -> Iterator[Capture]:
        """Captures with that payload, in the order in which they were read."""
        places = self._digests.get(digest, [])
        for place in places if isinstance(places, list) else [places]:
            yield self._load(place)

    def holds(self, digest: bytes) -> bool:
        """Whether a capture with that payload is known."""
        return digest in self._digests

    def of_url(self, run: str, url: str) -> Capture | None:
        """The last capture of the URL in the run."""
        place = self._urls.get(_of_url(run, url))
        found = None if place is None else self._load(place)
        return found if found is not None and found.url == url else None
