"""A stored zip, byte for byte: nothing before, between or after the files, no second meaning.

A zip can say different things to different readers (duplicate names, data between members, a name in the local header
that is not the one in the directory). A pack's zip has one spelling only (PKWARE APPNOTE 4.3, method 0, no extra
fields, time of 1980-01-01), so the spelling its directory calls for is compared with what is there.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from evidence.verify.result import Broken

_PIECE = 1024 * 1024
_ATTRIBUTES = (stat.S_IFREG | 0o644) << 16
_DATE = (1 << 5) | 1  # 1980-01-01


def check_zip(path: Path, limit: int) -> tuple[str, dict[str, int]]:
    """The one top folder and the size of each file under it; Broken unless spelled as a pack's zip is."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if not entries or len(entries) > limit:
        raise Broken(f"{path.name} 内有 {len(entries)} 个文件，应为 1 至 {limit} 个")
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise Broken(f"{path.name} 是压缩过的 zip，证据包的 zip 只存储不压缩：请解压后核验文件夹")
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise Broken(f"{path.name} 声明的大小超过文件本身")
    top = entries[0].filename.partition("/")[0]
    sizes: dict[str, int] = {}
    for entry in entries:
        folder, separator, name = entry.filename.partition("/")
        if not separator or not name or folder != top or name in sizes:
            raise Broken(f"zip 内文件名 {entry.filename[:200]!r} 重复，或不在证据包文件夹内")
        sizes[name] = entry.file_size
    with path.open("rb") as stream:
        _compare(stream, sorted(entries, key=lambda entry: entry.filename))
    return top, sizes


def _expect(stream: IO[bytes], meant: bytes, what: str) -> None:
    at = stream.tell()
    if stream.read(len(meant)) != meant:
        raise Broken(
            f"zip 第 {at} 字节起的{what}不是证据包规定的写法：被改动或重新打包过；重新打包的请解压后核验文件夹"
        )


def _common(entry: zipfile.ZipInfo, name: bytes) -> bytes:
    flags = 0 if name.isascii() else 0x800
    return struct.pack("<HHHHLLLHH", flags, 0, 0, _DATE, entry.CRC, entry.file_size, entry.file_size, len(name), 0)


def _compare(stream: IO[bytes], entries: list[zipfile.ZipInfo]) -> None:
    directory = []
    for entry in entries:
        name, at = entry.filename.encode(), stream.tell()
        common = _common(entry, name)
        _expect(stream, b"PK\x03\x04" + struct.pack("<H", 20) + common + name, f"文件头 {entry.filename[:200]} ")
        left, crc = entry.file_size, 0
        while left and (piece := stream.read(min(_PIECE, left))):
            crc, left = zlib.crc32(piece, crc), left - len(piece)
        if left or crc != entry.CRC:
            raise Broken(f"zip 内 {entry.filename[:200]} 的内容与其 CRC 不符：被改动")
        tail = struct.pack("<HHHLL", 0, 0, 0, _ATTRIBUTES, at)
        directory.append(b"PK\x01\x02" + struct.pack("<BBH", 20, 3, 20) + common + tail + name)
    start, listed = stream.tell(), b"".join(directory)
    _expect(stream, listed, "目录")
    count = len(entries)
    _expect(stream, b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, count, count, len(listed), start, 0), "目录结尾")
    _expect(stream, b"", "结尾")
    if stream.read(1):
        raise Broken("zip 结尾之后还有多余的数据")
