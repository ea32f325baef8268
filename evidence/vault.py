"""The vault: every byte that was received or imported, found again by its SHA-256.

::

    warc/<run>/<name>-00001.warc.gz       exchanges, WARC 1.1, one gzip member a record
    warc/<run>/<name>-00001.index.jsonl   one line a capture, written after its records
    blobs/<2 hex>/<64 hex>/data           imported files
    blobs/<2 hex>/<64 hex>/<16 hex>.json  under which name, when and as what each was imported

Nothing in it is ever changed. The index files can be rebuilt from the WARC files.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from domain.errors import VaultError
from evidence import coding, warc
from evidence.capture import Capture, CaptureKind, check_name, from_line, hex_of, in_utc, to_line
from evidence.index import Index
from evidence.recovery import index_of
from evidence.segments import SEGMENT_SIZE, CaptureWriter
from evidence.store import Store, chunks

__all__ = ["Capture", "CaptureKind", "CaptureWriter", "Vault"]

#: What record headers and HTTP headers may add to a payload.
_OVERHEAD = 2 * 1024 * 1024


class Vault:
    """Captures under ``root``: a folder, or an fsspec URL (``s3://bucket/vault``).

    An object store cannot be appended to, so writing there needs ``spool``, a local folder in which a segment grows
    until it is uploaded whole; what lies in the spool is found too. Look-ups are safe while others write.
    """

    def __init__(self, root: str | Path, *, spool: Path | None = None) -> None:
        self._store = Store(str(root))
        self._spool = None if spool is None else Store(str(spool))
        self._stores = (self._store,) if self._spool is None else (self._store, self._spool)
        self._index = Index(self._stores)

    def writer(self, run: str, name: str, *, segment_size: int = SEGMENT_SIZE) -> CaptureWriter:
        """The writer of one process for one run. Opening recovers what a killed one left behind."""
        folder = f"warc/{check_name('采集批次', run)}"
        if self._store.local is not None:
            return CaptureWriter(self._store.local / folder, run=run, name=name, segment_size=segment_size)
        if self._spool is None or self._spool.local is None:
            raise VaultError("证据库不在本机文件夹上，写入前需要指定本机暂存目录（spool）")
        done = [file for file in self._store.names(folder) if file.startswith(f"{name}-") and file.endswith(".gz")]
        first = max(
            (int(file[len(name) + 1 :][:5]) for file in done if file[len(name) + 1 :][:5].isdecimal()), default=0
        )
        return CaptureWriter(
            self._spool.local / folder,
            run=run,
            name=name,
            segment_size=segment_size,
            first=first + 1,
            closed=self._upload,
        )

    def _upload(self, folder: Path, segment: str) -> None:
        """Move a finished segment from the spool: records first, then their index, then the local copies go."""
        for name in (segment, index_of(segment)):
            self._store.put(f"warc/{folder.name}/{name}", folder / name)
        for name in (index_of(segment), segment):
            (folder / name).unlink(missing_ok=True)

    def put_file(
        self, data: bytes | Path | BinaryIO, *, name: str, media_type: str, at: datetime, url: str = ""
    ) -> Capture:
        """Keep an imported file; a stream or path is copied piece by piece. The same file twice is kept once.

        ``url``: the address of the page, when the bytes are what a browser made of one (a DOM) and no HTTP payload.
        """
        if isinstance(data, Path):
            with data.open("rb") as stream:
                return self.put_file(stream, name=name, media_type=media_type, at=at, url=url)
        named = "file:///" + quote(Path(name).name.encode("utf-8", "replace")[:500])
        address = warc.target_uri(url) if url else named
        source = io.BytesIO(data) if isinstance(data, bytes) else data
        near = self._store.local or (self._spool.local if self._spool else None)
        if near is not None:
            near.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".incoming-", dir=near) as folder:
            copy, summer, size = Path(folder) / "data", hashlib.sha256(), 0
            with copy.open("wb") as out:
                for piece in chunks(source):
                    out.write(piece)
                    summer.update(piece)
                    size += len(piece)
            digest = summer.hexdigest()
            blob = _blob(digest)
            capture = Capture(
                digest=f"sha256:{digest}",
                url=address,
                at=in_utc(at),
                status=0,
                media_type=media_type,
                kind="file",
                run="",
                warc=f"{blob}/data",
                offset=0,
                length=size,
                size=size,
            )
            if self._store.size(f"{blob}/data") != size:
                self._store.put(f"{blob}/data", copy)
            line = to_line(capture)
            known = f"{blob}/{hashlib.sha256(line).hexdigest()[:16]}.json"
            if self._store.size(known) != len(line):
                note = Path(folder) / "note"
                note.write_bytes(line)
                self._store.put(known, note)
        return capture

    def _files(self, digest: str) -> list[Capture]:
        blob = _blob(digest)
        notes = [name for name in self._store.names(blob) if name.endswith(".json")]
        return [from_line(self._store.read(f"{blob}/{name}")) for name in notes]

    def captures(self, digest: str) -> list[Capture]:
        """Every capture of those bytes, oldest first; empty when there is none."""
        bare = hex_of(digest)
        self._index.refresh()
        found = [*self._index.of_digest(bytes.fromhex(bare)), *self._files(bare)]
        return sorted(found, key=lambda capture: (capture.at, capture.warc, capture.offset))

    def find(self, digest: str) -> Capture:
        """A capture of those bytes: the first that was written. VaultError when there is none."""
        bare = hex_of(digest)
        raw = bytes.fromhex(bare)
        for attempt in (0, 1):
            if self._index.holds(raw):
                return next(self._index.of_digest(raw))
            if attempt == 0:
                if files := self._files(bare):
                    return min(files, key=lambda capture: capture.at)
                self._index.refresh()
        raise VaultError(f"证据库中没有摘要为 sha256:{bare} 的内容")

    def has(self, digest: str) -> bool:
        """Whether those bytes are kept."""
        bare = hex_of(digest)
        if self._index.holds(bytes.fromhex(bare)) or self._store.size(f"{_blob(bare)}/data") is not None:
            return True
        self._index.refresh()
        return self._index.holds(bytes.fromhex(bare))

    def captured(self, run: str, url: str) -> Capture | None:
        """The last capture of ``url`` in ``run``; None when it was not captured, or cannot be (not http or https)."""
        try:
            target = warc.target_uri(url)
        except VaultError:
            return None
        self._index.refresh(check_name("采集批次", run))
        return self._index.of_url(run, target)

    def nearest(self, url: str, at: datetime) -> Capture | None:
        """Of the last captures of ``url`` in each run, the one nearest in time to ``at``."""
        try:
            target = warc.target_uri(url)
        except VaultError:
            return None
        self._index.refresh()
        runs = sorted({run for store in self._stores for run in store.names("warc")})
        found = [capture for run in runs if (capture := self._index.of_url(run, target)) is not None]
        return min(found, key=lambda capture: abs(capture.at - in_utc(at)), default=None)

    def record(self, capture: Capture) -> bytes:
        """The gzip member of the response record exactly as it lies in the vault."""
        return self._slice(capture.warc, capture.offset, capture.length)

    def request(self, capture: Capture) -> bytes:
        """The gzip member of the request record that belongs to ``capture``; empty for an imported file."""
        return self._slice(capture.warc, capture.offset + capture.length, capture.request)

    def warcinfo(self, capture: Capture) -> bytes:
        """The gzip member of the warcinfo record that the records of ``capture`` refer to; empty for a file."""
        if capture.kind == "file":
            return b""
        size = min(capture.offset, 64 * 1024)
        return warc.first_member(self._slice(capture.warc, 0, size))

    def _slice(self, path: str, offset: int, length: int) -> bytes:
        for store in reversed(self._stores):  # a segment just uploaded leaves the spool last
            if store.size(path) is not None:
                data = store.read(path, offset, length)
                if len(data) == length:
                    return data
        raise VaultError(f"证据文件 {path} 缺失，或在第 {offset} 字节处不完整")

    def _exchange(self, capture: Capture) -> tuple[bytes, list[tuple[bytes, bytes]], bytes]:
        raw = warc.unfold(self.record(capture), limit=capture.size + _OVERHEAD)
        return warc.parse(raw).http()

    def headers(self, capture: Capture) -> list[tuple[bytes, bytes]]:
        """The response's header fields, names in lower case; empty for an imported file."""
        return [] if capture.kind == "file" else self._exchange(capture)[1]

    def _payload(self, digest: str) -> tuple[bytes, str]:
        """Checked payload and its content-encoding. Another capture of the same bytes helps when one is damaged."""
        first = self.find(digest)
        problem: VaultError | None = None
        for attempt in (0, 1):
            for capture in [first] if attempt == 0 else self.captures(digest):
                try:
                    if capture.kind == "file":
                        body, encoding = self.record(capture), b""
                    else:
                        _, headers, body = self._exchange(capture)
                        encoding = b",".join(value for name, value in headers if name == b"content-encoding")
                except VaultError as error:
                    problem = problem or error
                    continue
                if warc.digest_of(body) == capture.digest:
                    return body, encoding.decode("ascii", "replace")
                problem = problem or VaultError(
                    f"证据内容与摘要不符：{capture.warc} 第 {capture.offset} 字节处的记录已被改动（{capture.digest}）"
                )
        assert problem is not None
        raise problem

    def read(self, digest: str) -> bytes:
        """The payload as received, checked against its digest. VaultError when missing or damaged."""
        return self._payload(digest)[0]

    def decoded(self, digest: str, limit: int = coding.DEFAULT_LIMIT) -> bytes:
        """The payload without its content-encoding. InputError: damaged, truncated or above ``limit`` bytes."""
        body, encoding = self._payload(digest)
        return coding.decode(body, encoding, limit=limit)

    def open(self, digest: str) -> BinaryIO:
        """An imported file as a stream, for files too large to hold; not checked against its digest while reading."""
        capture = self.find(digest)
        if capture.kind != "file":
            return io.BytesIO(self.read(digest))
        return self._store.open(capture.warc)


def _blob(digest: str) -> str:
    return f"blobs/{digest[:2]}/{digest}"
