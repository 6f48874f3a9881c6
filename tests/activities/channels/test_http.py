"""One exchange over HTTP: whatever the other side does, the right class, in time, in little memory, with no secret."""

import asyncio
import logging
import socket
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from activities.channels.hosts import HostNotAllowed, Hosts
from activities.channels.http import Http, Reply, result_by_status, retry_after
from activities.channels.port import RETRY_AFTER_MAX_S, Address, Message, SendResult, SendVerdict
from activities.channels.webhook import WebhookChannel
from tests.support.endpoints import Fault, Request, serving
from tests.support.mail_server import client_side, server_side
from tests.support.platforms import Hook
from tests.support.waiting import within_reason

MIB = 1 << 20
PASSING = {
    Fault.RESET,
    Fault.CUT,
    Fault.TORN,
    Fault.BUSY,
    Fault.THROTTLED,
}
REFUSED = {Fault.NOT_FOUND, Fault.GONE, Fault.REDIRECT}


class Plain:
    def take(self, request: Request) -> tuple[int, object]:
        return 200, {}


@pytest.mark.parametrize("fault", sorted(PASSING | REFUSED))
async def test_each_fault_has_its_class(http: Http, message: Message, fault: Fault) -> None:
    hook = Hook()
    async with serving(hook, [fault]) as endpoint:
        answer = await WebhookChannel(http).send(message, Address(endpoint.site, hook.key))
        assert answer.verdict is (SendVerdict.TRANSIENT if fault in PASSING else SendVerdict.REFUSED)
        assert len(endpoint.requests) == 1
        again = await WebhookChannel(http).send(message, Address(endpoint.site, hook.key))
        assert again == SendResult(SendVerdict.DELIVERED, 204)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP])
async def test_nobody_is_waited_for_beyond_the_limit(hurried: Http, message: Message, fault: Fault) -> None:
    hook = Hook()
    async with serving(hook, [fault]) as endpoint:
        answer = await WebhookChannel(hurried).send(message, Address(endpoint.site, hook.key))
    assert answer.verdict is SendVerdict.TRANSIENT
    assert answer.detail in {"no answer: TimeoutError", "no answer: ReadTimeout"}


async def test_one_that_hangs_keeps_no_other_waiting(http: Http, message: Message) -> None:
    hook = Hook()
    channel = WebhookChannel(http)
    async with serving(hook, [Fault.HANG] * 150) as deaf, serving(hook) as well:
        stuck = [asyncio.ensure_future(channel.send(message, Address(deaf.site, hook.key))) for _ in range(150)]
        async with within_reason("all of them hang"):
            while len(deaf.requests) < len(stuck):
                await asyncio.sleep(0)
        assert (await channel.send(message, Address(well.site, hook.key))).verdict is SendVerdict.DELIVERED
        for one in stuck:
            one.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)


async def test_a_gigabyte_costs_no_memory(http: Http) -> None:
    async with serving(Plain(), [Fault.HUGE]) as endpoint:
        tracemalloc.start()
        reply = await http.exchange(endpoint.site, b"", {})
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert isinstance(reply, Reply)
        assert len(reply.body) == 64 * 1024
        assert peak < 8 * MIB
        assert endpoint.bytes_sent < 64 * MIB


async def test_nothing_listening_passes(http: Http) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        answer = await http.exchange(f"http://127.0.0.1:{free.getsockname()[1]}/secret", b"", {})
    assert answer == SendResult(SendVerdict.TRANSIENT, detail="no answer: ConnectError")


async def test_a_name_that_leads_nowhere_passes(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    answer = await http.exchange("https://hook.example/secret", b"", {})
    assert answer == SendResult(SendVerdict.TRANSIENT, detail="no answer: ConnectError")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x",
        "file:///etc/passwd",
        "gopher://x/",
        "example.org",
        "",
        "http://",
    ],
)
async def test_what_is_no_http_address_is_refused(http: Http, url: str) -> None:
    answer = await http.exchange(url, b"", {})
    assert isinstance(answer, SendResult)
    assert answer.verdict is SendVerdict.REFUSED


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fd00::1",
        "fe80::1",
        "ff02::1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
    ],
)
async def test_only_public_hosts_are_spoken_to(host: str) -> None:
    with pytest.raises(HostNotAllowed):
        await Hosts().addresses(host, 80)


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "100.100.100.200", "0.0.0.0", "fe80::1", "224.0.0.1", "::ffff:169.254.169.254"]
)
async def test_allowing_private_hosts_allows_no_metadata_address(host: str) -> None:
    with pytest.raises(HostNotAllowed):
        await Hosts(private_allowed=True).addresses(host, 80)


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ((), "8.8.8.8"),
        ((), "2001:4860:4860::8888"),
        ((), "::ffff:8.8.8.8"),
        ((), "64:ff9b::808:808"),
        (("10.1.0.0/16",), "10.1.2.3"),
        (("127.0.0.1",), "127.0.0.1"),
    ],
)
async def test_public_and_named_hosts_are_spoken_to(allowed: tuple[str, ...], host: str) -> None:
    assert await Hosts(allowed).addresses(host, 80) == [host]


async def test_a_network_that_is_named_allows_no_other() -> None:
    with pytest.raises(HostNotAllowed):
        await Hosts(["10.1.0.0/16"]).addresses("10.2.0.1", 80)


def leading_to(*answers: list[str]) -> tuple[list[str], object]:
    """A resolver that gives each answer once, and the names it was asked for."""
    asked: list[str] = []
    left = iter(answers)

    async def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(left)]

    return asked, resolve


async def test_a_name_that_leads_to_one_private_address_among_others_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, resolve = leading_to(["8.8.8.8", "127.0.0.1"])
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    client = Http()
    answer = await client.exchange("http://hook.example/", b"", {})
    await client.aclose()
    assert isinstance(answer, SendResult)
    assert answer.verdict is SendVerdict.REFUSED


async def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, resolve = leading_to(["127.0.0.1"])
    async with serving(Plain()) as endpoint:
        port = endpoint.site.rpartition(":")[2]
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
        client = Http(private_allowed=["hook.example"])
        reply = await client.exchange(f"http://hook.example:{port}/", b"", {})
        await client.aclose()
    assert isinstance(reply, Reply)
    assert asked == ["hook.example"]
    assert endpoint.requests[0].headers["host"] == f"hook.example:{port}"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_certificate_is_checked_against_the_name(host: str) -> None:
    async with serving(Plain(), tls=server_side()) as endpoint:
        site = endpoint.site.replace("127.0.0.1", host)
        for tls, known in ((client_side(), True), (None, False)):
            client = Http(private_allowed=True, tls=tls)
            reply = await client.exchange(site, b"", {})
            await client.aclose()
            assert reply == (
                Reply(200, b"{}") if known else SendResult(SendVerdict.TRANSIENT, detail="no answer: ConnectError")
            )
        assert len(endpoint.requests) == 1


async def test_a_redirect_is_not_followed(http: Http, message: Message) -> None:
    hook = Hook()
    async with serving(hook, [Fault.REDIRECT]) as endpoint:
        answer = await WebhookChannel(http).send(message, Address(endpoint.site, hook.key))
    assert answer == SendResult(SendVerdict.REFUSED, 302, "HTTP 302")
    assert len(endpoint.requests) == 1


async def test_no_cookie_comes_back(http: Http) -> None:
    async with serving(Plain(), [Fault.REDIRECT]) as endpoint:
        await http.exchange(endpoint.site, b"", {})
        await http.exchange(endpoint.site, b"", {})
    assert "cookie" not in endpoint.requests[1].headers


async def test_no_log_names_the_address(http: Http, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(Plain(), [Fault.NONE, Fault.RESET]) as endpoint:
        for _ in range(2):
            await http.exchange(f"{endpoint.site}/hook/very-secret?access_token=very-secret", b"", {})
    assert "very-secret" not in caplog.text


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("120 ", 120),
        ("999999999999999999999", RETRY_AFTER_MAX_S),
        ("9" * 5000, RETRY_AFTER_MAX_S),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("Wed, 21 Oct 2999 07:28:00 GMT", RETRY_AFTER_MAX_S),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
        ("٣", None),
    ],
)
def test_how_long_we_are_asked_to_wait(value: str | None, seconds: int | None) -> None:
    assert retry_after(value) == (None if seconds is None else timedelta(seconds=seconds))


def test_a_date_to_wait_until_is_obeyed() -> None:
    wait = retry_after(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert wait is not None
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        *((status, SendVerdict.DELIVERED) for status in (200, 201, 202, 204, 299)),
        *((status, SendVerdict.TRANSIENT) for status in (408, 425, 429, 500, 502, 503, 504, 599)),
        *((status, SendVerdict.REFUSED) for status in (300, 301, 302, 307, 308, 400, 401, 403, 404, 410, 413, 422)),
    ],
)
def test_what_a_status_means(status: int, verdict: SendVerdict) -> None:
    wait = timedelta(seconds=7)
    answer = result_by_status(Reply(status, wait=wait))
    assert (answer.verdict, answer.status) == (verdict, status)
    assert answer.wait == (wait if verdict is SendVerdict.TRANSIENT else None)
