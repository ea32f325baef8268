"""The browser's only way out: a SOCKS5 server (RFC 1928) on loopback that resolves, checks, and connects.

Chromium hands names, not addresses, to such a proxy, so there is no second DNS answer that could differ from the one
that was checked: DNS rebinding does not help.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import struct
from collections.abc import Collection

from crawlers.addresses import never, public

logger = logging.getLogger(__name__)

_VERSION, _CONNECT, _NO_LOGIN = 5, 1, 0
_IPV4, _NAME, _IPV6 = 1, 3, 4
_GRANTED, _FORBIDDEN, _UNREACHABLE, _NO_COMMAND, _NO_KIND = 0, 2, 4, 7, 8
_PIECE = 65_536
#: Seconds to say where to, and seconds to get there.
_PATIENCE = 15.0
#: Bytes that one connection may bring; a page that streams without end is cut off.
MOST = 64 * 1024 * 1024
#: Where each ``host:port`` was found, for the captures; bounded, since a hostile page may name any number of hosts.
_REMEMBERED = 10_000


class _RefusedError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Gate:
    """One process's gate. ``allowed`` are the ``host:port`` pairs that may be in a private network; ``most`` bytes may
    come through one connection."""

    def __init__(self, allowed: Collection[str] = (), *, most: int = MOST) -> None:
        self._allowed, self._most = allowed, most
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        #: ``host:port`` → the address that it was reached at.
        self.reached: dict[str, str] = {}
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._open:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            async with asyncio.timeout(_PATIENCE):
                host, port = await _asked(reader, writer)
                far_reader, far_writer = await self._connect(host, port)
            writer.write(bytes((_VERSION, _GRANTED, 0, _IPV4)) + bytes(6))
            try:
                await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer, self._most))
            finally:
                far_writer.close()
        except _RefusedError as refused:
            writer.write(bytes((_VERSION, refused.code, 0, _IPV4)) + bytes(6))
        except (OSError, EOFError, TimeoutError):
            pass  # one of the two hung up, or never spoke
        finally:
            self._open.discard(task)
            writer.close()

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        where = f"{host}:{port}"
        try:
            answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)  # SOCK_STREAM
        except OSError:
            raise _RefusedError(_UNREACHABLE) from None
        for answer in answers:
            address = str(answer[4][0])
            if never(address) or not (public(address) or where in self._allowed):
                logger.warning("浏览器连接被拒绝：%s 解析到 %s", where[:200], address)
                raise _RefusedError(_FORBIDDEN)
        for answer in answers:
            address = str(answer[4][0])
            try:
                opened = await asyncio.open_connection(address, port)
            except OSError:
                continue
            if len(self.reached) < _REMEMBERED:
                self.reached[where] = address
            return opened
        raise _RefusedError(_UNREACHABLE)


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """The handshake: which host (lower case) and port are wanted."""
    version, methods = await reader.readexactly(2)
    if version != _VERSION or _NO_LOGIN not in await reader.readexactly(methods):
        raise EOFError
    writer.write(bytes((_VERSION, _NO_LOGIN)))
    _, command, _, kind = await reader.readexactly(4)
    if kind == _NAME:
        (length,) = await reader.readexactly(1)
        host = (await reader.readexactly(length)).decode("ascii", "replace").lower()
    elif kind in (_IPV4, _IPV6):
        host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == _IPV4 else 16)))
    else:
        raise _RefusedError(_NO_KIND)
    (port,) = struct.unpack(">H", await reader.readexactly(2))
    if command != _CONNECT:
        raise _RefusedError(_NO_COMMAND)
    return host, port


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter, most: int = 0) -> None:
    brought = 0
    while piece := await source.read(_PIECE):
        brought += len(piece)
        if most and brought > most:
            logger.warning("浏览器的一个连接传来超过 %s MiB，已断开", most >> 20)
            target.transport.abort()
            raise EOFError
        target.write(piece)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()
