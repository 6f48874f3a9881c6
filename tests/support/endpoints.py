"""A scripted HTTP endpoint on a real socket, and the platforms that may sit behind it."""

import asyncio
import json
import re
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

GIGABYTE = 1 << 30
PIECE = b"x" * 65536
DRIP_S = 0.01
METADATA = "http://169.254.169.254/latest/meta-data/"
ID = re.compile(r"编号 (\S+)")


class Fault(StrEnum):
    """What goes wrong with one request. Those of the second group only after the platform has taken it."""

    NONE = "none"
    HANG = "hang"
    RESET = "reset"
    BUSY = "503"
    THROTTLED = "429, retry after seven seconds"
    NOT_FOUND = "404"
    GONE = "410"
    REDIRECT = "302 to a metadata address"
    NOT_JSON = "200 without JSON"
    HUGE = "200 with a gigabyte"
    DRIP = "200, then a byte now and then"
    TORN = "200, then cut in the middle of the body"

    CUT = "taken, then cut"


NO_CONTENT = 204
"""Has no body: one that came all the same would be taken for the beginning of the next answer."""
STATUS = {
    Fault.BUSY: (503, {}),
    Fault.THROTTLED: (429, {"retry-after": "7"}),
    Fault.NOT_FOUND: (404, {}),
    Fault.GONE: (410, {}),
    Fault.REDIRECT: (302, {"location": METADATA, "set-cookie": "seen=1"}),
    Fault.NOT_JSON: (200, {}),
}


@dataclass
class Down:
    """All that comes meets the fault until it is up again."""

    fault: Fault
    up: bool = False

    def __iter__(self) -> Iterator[Fault]:
        while True:
            yield Fault.NONE if self.up else self.fault


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        told = json.loads(self.body)
        assert isinstance(told, dict)
        return told


class Platform(Protocol):
    def take(self, request: Request) -> tuple[int, object]:
        """HTTP status and the JSON of the answer."""


@dataclass
class Endpoint:
    """``requests``: all that came in whole, whatever was answered. ``cuts``: how many were taken and then cut."""

    platform: Platform
    faults: Iterator[Fault]
    site: str = ""
    requests: list[Request] = field(default_factory=list)
    cuts: int = 0
    bytes_sent: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._once(reader, writer):
                pass
        self._open.discard(writer)
        writer.close()

    def end(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await _read(reader)
        self.requests.append(request)
        fault = next(self.faults, Fault.NONE)
        match fault:
            case Fault.NONE:
                await self._say(writer, *self._answer(request))
            case Fault.CUT:
                self._answer(request)
                self.cuts += 1
                _reset(writer)
            case Fault.HANG:
                await reader.read()
            case Fault.RESET:
                _reset(writer)
            case Fault.TORN:
                writer.write(_head(200, {}, 1000) + b'{"errcode"')
                await writer.drain()
                _reset(writer)
            case Fault.DRIP:
                await self._pour(writer, b" ", DRIP_S)
            case Fault.HUGE:
                await self._pour(writer, PIECE, 0)
            case _:
                status, headers = STATUS[fault]
                await self._say(writer, status, b"<html>", headers)
        return fault in STATUS or fault is Fault.NONE

    def _answer(self, request: Request) -> tuple[int, bytes]:
        status, told = self.platform.take(request)
        return status, b"" if status == NO_CONTENT else json.dumps(told).encode()

    async def _pour(self, writer: asyncio.StreamWriter, piece: bytes, pause_s: float) -> None:
        writer.write(_head(200, {}, GIGABYTE))
        while self.bytes_sent < GIGABYTE:
            writer.write(piece)
            await writer.drain()
            self.bytes_sent += len(piece)
            await asyncio.sleep(pause_s)

    @staticmethod
    async def _say(
        writer: asyncio.StreamWriter, status: int, body: bytes, headers: dict[str, str] | None = None
    ) -> None:
        writer.write(_head(status, headers or {}, len(body)) + body)
        await writer.drain()


@asynccontextmanager
async def serving(
    platform: Platform, faults: Iterable[Fault] = (), *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Endpoint]:
    """The faults come one a request, in their order; after the last all is well."""
    endpoint = Endpoint(platform, iter(faults))
    server = await asyncio.start_server(endpoint.connected, "127.0.0.1", 0, ssl=tls)
    endpoint.site = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield endpoint
    finally:
        server.close()
        endpoint.end()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Request(method, parts.path, dict(parse_qsl(parts.query)), headers, body)


def _head(status: int, headers: dict[str, str], length: int) -> bytes:
    lines = [f"HTTP/1.1 {status} -", "content-type: application/json", f"content-length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _reset(writer: asyncio.StreamWriter) -> None:
    """RST, not FIN: what was sent may be lost too."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
