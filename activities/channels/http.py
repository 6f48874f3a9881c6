"""One exchange over HTTP. A wrong or hostile address can do no more harm than a failed attempt."""

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import cast

import httpcore
import httpx

from activities.channels.hosts import HostNotAllowed, Hosts
from activities.channels.port import EXCHANGE_MAX_S, RETRY_AFTER_MAX_S, SendResult, SendVerdict
from bihuan.notify.addresses import is_web_address

BODY_MAX = 64 * 1024
TRANSIENT = frozenset({408, 425, 429})
SECONDS_DIGITS_MAX = 10
NO_ADDRESS = SendResult(SendVerdict.REFUSED, detail="the address is no http(s) address of a public host")

logging.getLogger("httpx").setLevel(logging.WARNING)
"""At INFO it logs whole URLs, and the URL of a robot holds its key."""


@dataclass(frozen=True, slots=True)
class Reply:
    """``body``: at most the first 64 KiB. ``wait``: how long the other side asks us to wait."""

    status: int
    body: bytes = b""
    wait: timedelta | None = None

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - the success class of RFC 9110

    def json(self) -> object:
        """The parsed body; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class Http:
    """A client for other people's servers: public hosts only, no redirects, no cookies, no proxies, one time limit.

    ``private_allowed``: see ``Hosts``. ``seconds``: the limit of a whole attempt, the name look-up included.
    """

    def __init__(
        self,
        *,
        private_allowed: bool | Collection[str] = False,
        seconds: float = EXCHANGE_MAX_S,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._seconds = seconds
        self._client = httpx.AsyncClient(
            transport=_Transport(Hosts(private_allowed), tls or ssl.create_default_context()),
            timeout=seconds,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"accept-encoding": "identity", "user-agent": "bihuan"},
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    async def exchange(
        self, url: str, content: bytes, headers: Mapping[str, str], *, method: str = "POST"
    ) -> Reply | SendResult:
        """The reply, whatever its status; a SendResult where there was none. Neither contains the URL."""
        if not is_web_address(url):
            return NO_ADDRESS
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange(url, content, headers, method)
        except (HostNotAllowed, httpx.InvalidURL, httpx.UnsupportedProtocol):
            return NO_ADDRESS
        except (httpx.HTTPError, OSError) as trouble:
            return SendResult(SendVerdict.TRANSIENT, detail=f"no answer: {type(trouble).__name__}")

    async def _exchange(self, url: str, content: bytes, headers: Mapping[str, str], method: str) -> Reply:
        async with self._client.stream(method, url, content=content, headers=headers) as answer:
            return Reply(answer.status_code, await _read_body(answer), retry_after(answer.headers.get("retry-after")))


def result_by_status(reply: Reply) -> SendResult:
    """The result that the status alone stands for (RFC 9110). 3xx is refused, since redirects are not followed."""
    if reply.succeeded:
        return SendResult(SendVerdict.DELIVERED, reply.status)
    detail = f"HTTP {reply.status}"
    if reply.status in TRANSIENT or reply.status >= 500:  # noqa: PLR2004 - the server class
        return SendResult(SendVerdict.TRANSIENT, reply.status, detail, reply.wait)
    return SendResult(SendVerdict.REFUSED, reply.status, detail)


def retry_after(value: str | None) -> timedelta | None:
    """The Retry-After header, in seconds or as a date, at most a day. None where it is invalid or in the past."""
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:SECONDS_DIGITS_MAX])
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return timedelta(seconds=min(seconds, RETRY_AFTER_MAX_S)) if seconds > 0 else None


async def _read_body(answer: httpx.Response) -> bytes:
    """The first 64 KiB, not decompressed: a small answer must not unpack into a huge one."""
    body = bytearray()
    async with aclosing(cast("AsyncGenerator[bytes]", answer.aiter_raw())) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) >= BODY_MAX:
                break
    return bytes(body[:BODY_MAX])


class _Transport(httpx.AsyncHTTPTransport):
    """Without a limit of connections: one host that hangs must not keep the others waiting."""

    def __init__(self, hosts: Hosts, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=None,
            max_keepalive_connections=20,
            keepalive_expiry=5,
            network_backend=_Checked(hosts),
        )


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to the address that was checked; what the name resolves to a moment later does not matter."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._wire = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            addresses = await self._hosts.addresses(host, port)
        except (OSError, UnicodeError) as trouble:
            raise httpcore.ConnectError from trouble
        failed: Exception = httpcore.ConnectError()
        for address in addresses:
            try:
                return await self._wire.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as trouble:
                failed = trouble
        raise failed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
