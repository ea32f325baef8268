"""The browser's way out, spoken to as Chromium speaks to it: real sockets, names whose answers change."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from crawlers.gate import Gate


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"echo " + await reader.read(100))
    await writer.drain()
    writer.close()


def through(
    name: str, allowed: Callable[[int], tuple[str, ...]], *, kind: int = 3, command: int = 1
) -> tuple[int, bytes]:
    """The gate's code, and what came back, for a connection to ``name`` at the port of an echo server."""

    async def talk() -> tuple[int, bytes]:
        server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        gate = Gate(allowed(port))
        await gate.start()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
            writer.write(b"\x05\x01\x00")
            assert await reader.readexactly(2) == b"\x05\x00"
            wanted = bytes((len(name),)) + name.encode() if kind == 3 else bytes(map(int, name.split(".")))
            writer.write(bytes((5, command, 0, kind)) + wanted + struct.pack(">H", port))
            answer = await reader.readexactly(10)
            writer.write(b"hello")
            said = await reader.read()
            writer.close()
            return answer[1], said
        finally:
            await gate.close()
            server.close()

    return asyncio.run(talk())


def nobody(port: int) -> tuple[str, ...]:
    return ()


def test_what_the_platform_names_is_reached() -> None:
    assert through("127.0.0.1", lambda port: (f"127.0.0.1:{port}",), kind=1) == (0, b"echo hello")
    assert through("localhost", lambda port: (f"localhost:{port}",))[0] == 0


@pytest.mark.parametrize(
    ("name", "kind"), [("127.0.0.1", 1), ("localhost", 3), ("169.254.169.254", 1), ("10.0.0.1", 1)]
)
def test_a_private_address_is_not_reached(name: str, kind: int) -> None:
    code, said = through(name, nobody, kind=kind)
    assert (code, said) == (2, b"")


def test_a_metadata_address_is_not_reached_even_if_named() -> None:
    assert through("169.254.169.254", lambda port: (f"169.254.169.254:{port}",), kind=1)[0] == 2


def test_a_name_that_changes_its_mind_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first answer is public (a check made elsewhere would pass), the one for the connection is private."""
    answers = iter(["93.184.215.14", "127.0.0.1"])
    asked: list[str] = []

    async def resolve(self: object, host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", (next(answers), port))]

    loop = asyncio.base_events.BaseEventLoop
    real: Callable[..., Awaitable[object]] = loop.getaddrinfo

    async def answer(self: object, host: str, port: int, **more: object) -> object:
        return await (resolve(self, host, port) if host == "rebind.example" else real(self, host, port, **more))

    monkeypatch.setattr(loop, "getaddrinfo", answer)
    assert next(answers) == "93.184.215.14"
    assert through("rebind.example", nobody) == (2, b"")
    assert asked == ["rebind.example"], "one answer is both checked and connected to"


def test_a_stream_without_end_is_cut_off() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        for _ in range(1000):
            writer.write(bytes(65_536))
            await writer.drain()

    async def talk() -> int:
        server = await asyncio.start_server(flood, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        gate = Gate((f"127.0.0.1:{port}",), most=1_000_000)
        await gate.start()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
            writer.write(b"\x05\x01\x00" + bytes((5, 1, 0, 1, 127, 0, 0, 1)) + struct.pack(">H", port) + b"hello")
            received = 0
            with suppress(ConnectionError):
                while piece := await reader.read(65_536):
                    received += len(piece)
            writer.close()
            return received
        finally:
            await gate.close()
            server.close()

    assert 0 < asyncio.run(talk()) <= 1_000_000 + 12


def test_only_connections_are_made() -> None:
    assert through("127.0.0.1", nobody, kind=1, command=2)[0] == 7
