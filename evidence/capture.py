"""A capture: bytes that were received or imported, and where the vault keeps them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import msgspec

from domain.errors import VaultError

CaptureKind: TypeAlias = Literal["response", "file"]

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where one capture lies.

    ``digest`` is the SHA-256 of the payload as received (``sha256:`` and 64 hex digits), ``size`` its bytes.
    ``warc`` is the path inside the vault, ``offset`` and ``length`` the gzip member of the response record there; the
    request record follows it and is ``request`` bytes long. A ``file`` lies alone: offset 0, length = size.
    """

    digest: str
    url: str
    at: datetime
    status: int
    media_type: str
    kind: CaptureKind
    run: str
    warc: str
    offset: int
    length: int
    size: int
    request: int = 0


def check_name(what: str, name: str) -> str:
    """``name`` unchanged when it may become part of a path; VaultError otherwise."""
    if not _NAME.fullmatch(name):
        raise VaultError(f"{what} {name[:40]!r} 不能作为文件名：只能用字母、数字、点、下划线和连字符")
    return name


def hex_of(digest: str) -> str:
    """The 64 hex digits of a digest. A row marker (``#3``) after it is ignored. VaultError when it is not one."""
    bare = digest.partition("#")[0]
    if not _DIGEST.fullmatch(bare):
        raise VaultError(f"不是证据摘要：{digest[:80]!r}，应形如 sha256: 加 64 位十六进制数")
    return bare[7:]


def in_utc(at: datetime) -> datetime:
    """``at`` in UTC; VaultError when it has no zone, for a time without a zone proves nothing."""
    if at.tzinfo is None:
        raise VaultError(f"采集时间 {at.isoformat()} 没有时区，无法作为证据时间")
    return at.astimezone(UTC)


def to_line(capture: Capture) -> bytes:
    """One index line, with its line end."""
    return msgspec.json.encode(capture) + b"\n"


_DECODER = msgspec.json.Decoder(Capture)


def from_line(line: bytes) -> Capture:
    """The capture of one index line; VaultError when the line is damaged."""
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise VaultError(f"证据索引的一行已损坏：{error}") from None
