"""Writing captures to disk: one WARC file and one index file a segment, one writer a process.

What is promised. When :meth:`CaptureWriter.response` returns, the records and after them their index line are with the
operating system: the death of the process loses nothing. They are on the platter (fsync) after every 64 MiB, after
:meth:`CaptureWriter.sync`, at the end of a segment and on closing; a power failure may cost what came after that.
Reopening puts right what a death left behind, see :mod:`evidence.recovery`.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, TypeAlias

from domain.errors import BusyError, VaultError
from evidence import warc
from evidence.capture import Capture, check_name, in_utc, to_line
from evidence.recovery import WARC_SUFFIX, index_of, recover

SEGMENT_SIZE = 1024 * 1024 * 1024
SYNC_EVERY = 64 * 1024 * 1024

Truncated: TypeAlias = Literal["", "length", "time", "disconnect", "unspecified"]


class CaptureWriter:
    """Appends captures to the segments of one run under one name. A context manager; only one at a time per name.

    ``closed`` is called with (folder, segment name) when a segment will not grow any more: a vault that is not a
    folder then uploads it. BusyError when another process writes under the same name.
    """

    def __init__(
        self,
        folder: Path,
        *,
        run: str,
        name: str,
        software: str = "Qingyuan",
        segment_size: int = SEGMENT_SIZE,
        first: int = 1,
        closed: Callable[[Path, str], None] | None = None,
    ) -> None:
        self._run, self._name = check_name("采集批次", run), check_name("写入者", name)
        self._folder, self._software, self._bound, self._closed = folder, software, segment_size, closed
        self._mutex = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / f"{name}.lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise BusyError(f"采集批次 {run} 的写入者 {name} 正由另一个进程使用，请等它结束") from None
        self._warc: BinaryIO | None = None
        self._index: BinaryIO | None = None
        self._unsynced = 0
        existing = self._existing()
        newest = max([*existing, first])
        if closed is not None:
            for number in existing:  # a death between the end of a segment and its upload leaves it here
                if number < newest:
                    self._open(number)
                    self._finish()
        self._open(newest)

    def _existing(self) -> list[int]:
        found = self._folder.glob(f"{self._name}-[0-9][0-9][0-9][0-9][0-9]{WARC_SUFFIX}")
        return sorted(int(path.name.removesuffix(WARC_SUFFIX)[-5:]) for path in found)

    def _segment(self) -> str:
        return f"{self._name}-{self._number:05d}{WARC_SUFFIX}"

    @property
    def path(self) -> str:
        """The open segment's path inside the vault."""
        return f"warc/{self._run}/{self._segment()}"

    def _open(self, number: int) -> None:
        self._number = number
        segment = self._folder / self._segment()
        self._offset = recover(segment, run=self._run, path=self.path)
        self._warc = segment.open("ab", buffering=0)
        self._index = segment.with_name(index_of(segment.name)).open("ab", buffering=0)
        self._info = warc.record_id("warcinfo", self._run, self._segment())
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)  # the names of new files survive a power failure too
        os.close(folder)

    def response(
        self,
        *,
        url: str,
        method: str,
        request_headers: warc.Headers,
        status: int,
        reason: str,
        headers: warc.Headers,
        body: bytes,
        at: datetime,
        ip: str | None,
        protocol: str = "HTTP/1.1",
        truncated: Truncated = "",
    ) -> Capture:
        """Store one exchange: a response and a request record, then the index line.

        ``body`` is the payload as received: content-encoded when the server encoded it, transfer coding undone. ``at``
        needs a zone. ``truncated`` says that the body was cut and why. VaultError when it cannot be stored: no http(s)
        URL, absurdly long URL or headers, no zone, a full disk.
        """
        target, date = warc.target_uri(url), warc.warc_date(at)
        digest = warc.digest_of(body)
        media_type = warc.media_type_of(headers)
        encoding = next((value for name, value in headers if name.lower() == b"content-encoding"), b"")
        head = warc.response_block(status, reason, headers, len(body))
        asked = warc.request_block(method, target, request_headers)
        with self._mutex:
            if self._warc is None:
                raise VaultError(f"采集批次 {self._run} 的写入者 {self._name} 已关闭")
            if self._offset >= self._bound:
                self._finish()
                self._open(self._number + 1)
            info = b"" if self._offset else self._warcinfo(date)
            place = (self._run, self._segment(), self._offset + len(info), date, digest)
            ours, theirs = warc.record_id("response", *place), warc.record_id("request", *place)
            common = [("WARC-Date", date), ("WARC-Target-URI", target), ("WARC-Warcinfo-ID", self._info)]
            stored = warc.is_compressed(media_type, encoding)
            response = warc.member(
                warc.record(
                    [
                        ("WARC-Type", "response"),
                        ("WARC-Record-ID", ours),
                        *common,
                        ("WARC-IP-Address", warc.address(ip)),
                        ("WARC-Protocol", {"h2": "h2", "HTTP/2": "h2", "HTTP/2.0": "h2"}.get(protocol, "")),
                        ("WARC-Truncated", truncated),
                        ("WARC-Payload-Digest", digest),
                        ("WARC-Block-Digest", warc.block_digest(head, body)),
                        ("Content-Type", "application/http;msgtype=response"),
                    ],
                    head,
                    body,
                ),
                stored=stored,
            )
            request = warc.member(
                warc.record(
                    [
                        ("WARC-Type", "request"),
                        ("WARC-Record-ID", theirs),
                        *common,
                        ("WARC-Concurrent-To", ours),
                        ("WARC-Payload-Digest", warc.digest_of(b"")),
                        ("WARC-Block-Digest", warc.digest_of(asked)),
                        ("Content-Type", "application/http;msgtype=request"),
                    ],
                    asked,
                ),
                stored=True,
            )
            capture = Capture(
                digest=digest,
                url=target,
                at=in_utc(at),
                status=status,
                media_type=media_type,
                kind="response",
                run=self._run,
                warc=self.path,
                offset=self._offset + len(info),
                length=len(response),
                size=len(body),
                request=len(request),
            )
            self._append(info + response + request, to_line(capture))
        return capture

    def _warcinfo(self, date: str) -> bytes:
        lines = (
            f"software: {self._software}",
            "format: WARC File Format 1.1",
            "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            f"isPartOf: {self._run}",
        )
        body = "".join(f"{line}\r\n" for line in lines).encode()
        fields = [
            ("WARC-Type", "warcinfo"),
            ("WARC-Record-ID", self._info),
            ("WARC-Date", date),
            ("WARC-Filename", self._segment()),
            ("WARC-Block-Digest", warc.digest_of(body)),
            ("Content-Type", "application/warc-fields"),
        ]
        return warc.member(warc.record(fields, body), stored=True)

    def _append(self, data: bytes, line: bytes) -> None:
        assert self._warc is not None
        assert self._index is not None
        try:
            _write_all(self._warc, data)
            self._offset += len(data)
            _write_all(self._index, line)
        except OSError as error:
            # what is on disk now is not known: close, and let the next opening recover it
            self._release()
            raise VaultError(f"写入证据文件 {self.path} 失败：{error.strerror}；请检查磁盘空间后重新运行") from error
        self._unsynced += len(data)
        if self._unsynced >= SYNC_EVERY:
            self._sync()

    def _sync(self) -> None:
        if self._warc is not None and self._index is not None:
            os.fsync(self._warc.fileno())
            os.fsync(self._index.fileno())
        self._unsynced = 0

    def sync(self) -> None:
        """Everything that was returned is on the platter when this returns."""
        with self._mutex:
            self._sync()

    def _finish(self) -> None:
        """End the open segment."""
        self._sync()
        for stream in (self._warc, self._index):
            if stream is not None:
                stream.close()
        self._warc = self._index = None
        if self._closed is not None and self._offset:
            self._closed(self._folder, self._segment())

    def _release(self) -> None:
        for stream in (self._warc, self._index, self._lock):
            if stream is not None:
                stream.close()
        self._warc = self._index = None

    def close(self) -> None:
        """Sync and let go of the name. Safe to repeat."""
        with self._mutex:
            if self._warc is not None:
                self._finish()
            self._release()

    def __enter__(self) -> CaptureWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _write_all(stream: BinaryIO, data: bytes) -> None:
    """An unbuffered write may be short: on a full disk, or above 2 GiB."""
    view = memoryview(data)
    while view:
        view = view[stream.write(view) :]
