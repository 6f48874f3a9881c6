"""The gate before a channel: how many at once, for how long one waits, and when it closes."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from activities import gate as gates
from activities.channels.email import QUIT_S
from activities.channels.http import Http
from activities.channels.port import EXCHANGE_MAX_S, Address, Channel, Message, SendResult, SendVerdict
from activities.channels.webhook import WebhookChannel
from activities.gate import AT_ONCE, BUSY_WAIT, FAILURES_MAX, REST_S, Gate
from bihuan.ledger.engine import CONNECT_SECONDS_MAX
from workflows.timeouts import DELIVER_TIMEOUT

TO, OTHER = Address("https://one.test/hook"), Address("https://other.test/hook")
DOWN, ARRIVED = SendResult(SendVerdict.TRANSIENT, detail="reset"), SendResult(SendVerdict.DELIVERED, 200)
THROTTLED = SendResult(SendVerdict.TRANSIENT, 429, wait=BUSY_WAIT)


@dataclass
class Scripted(Channel):
    """Answers as it is told to; where it hangs, once it is let."""

    answer: SendResult = ARRIVED
    hangs: Address | None = None
    let: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0

    async def send(self, message: Message, address: Address) -> SendResult:
        self.asked += 1
        if address == self.hangs:
            await self.let.wait()
        return self.answer


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


async def test_so_many_go_at_once_and_whoever_waits_too_long_comes_again_soon(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "QUEUE_S", 0.05)
    channel = Scripted(hangs=TO)
    gate = Gate(channel)
    first = [asyncio.create_task(gate.send(message, TO)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)  # they have begun
    late = await gate.send(message, TO)
    assert (channel.asked, late.verdict, late.wait) == (AT_ONCE, SendVerdict.NOT_ASKED, BUSY_WAIT)
    channel.let.set()
    assert {(await one).verdict for one in first} == {SendVerdict.DELIVERED}
    assert (await gate.send(message, TO)).verdict is SendVerdict.DELIVERED


async def test_an_attempt_has_an_end_and_gives_its_place_back(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "ATTEMPT_S", 0.05)
    channel = Scripted(hangs=TO)
    gate = Gate(channel)
    hung = await asyncio.gather(*(gate.send(message, TO) for _ in range(AT_ONCE)))
    assert {answer.verdict for answer in hung} == {SendVerdict.TRANSIENT}
    assert (await gate.send(message, TO)).verdict is SendVerdict.NOT_ASKED, "it counts as a failure"
    assert (await gate.send(message, OTHER)).verdict is SendVerdict.DELIVERED


@pytest.mark.parametrize("address", ["http://xn--a/hook"])
async def test_what_a_channel_did_not_expect_is_an_attempt_that_failed_and_so_is_given_up_some_day(
    message: Message, address: str
) -> None:
    http = Http(private_allowed=True, seconds=2)
    gate = Gate(WebhookChannel(http))
    answer = await gate.send(message, Address(address, "whsec_" + "c2VjcmV0" * 4))
    await http.aclose()
    assert answer.verdict is SendVerdict.TRANSIENT
    assert address not in answer.detail


async def test_an_address_that_can_be_none_is_refused_at_once(message: Message) -> None:
    http = Http(private_allowed=True, seconds=2)
    answer = await Gate(WebhookChannel(http)).send(message, Address("http://127.0.0.1:99999/hook", "whsec_c2VjcmV0"))
    await http.aclose()
    assert answer.verdict is SendVerdict.REFUSED
    assert "99999" not in answer.detail


def test_an_attempt_ends_before_the_server_gives_it_to_another_worker() -> None:
    assert gates.ATTEMPT_S >= EXCHANGE_MAX_S + QUIT_S
    longest = timedelta(seconds=CONNECT_SECONDS_MAX + gates.QUEUE_S + gates.ATTEMPT_S)
    assert longest < DELIVER_TIMEOUT, "asking a ledger that is away, waiting for a turn, trying"


async def test_a_channel_that_fails_so_often_in_a_row_rests_and_then_has_one_try(message: Message) -> None:
    channel, clock = Scripted(DOWN), Clock()
    gate = Gate(channel, clock)
    for _ in range(FAILURES_MAX):
        await gate.send(message, TO)
    assert (await gate.send(message, TO)).detail == "the channel is down and rests"
    assert channel.asked == FAILURES_MAX
    clock.now += REST_S
    await gate.send(message, TO)
    await gate.send(message, TO)
    assert channel.asked == FAILURES_MAX + 1, "one try, and closed again"
    clock.now += REST_S
    channel.answer = ARRIVED
    for _ in range(3):
        assert (await gate.send(message, TO)).verdict is SendVerdict.DELIVERED


@pytest.mark.parametrize("answer", [ARRIVED, THROTTLED, SendResult(SendVerdict.REFUSED, 404)])
async def test_what_is_no_outage_ends_the_row(message: Message, answer: SendResult) -> None:
    channel = Scripted(DOWN)
    gate = Gate(channel, Clock())
    for given in [DOWN] * (FAILURES_MAX - 1) + [answer] + [DOWN] * (FAILURES_MAX - 1):
        channel.answer = given
        await gate.send(message, TO)
    channel.answer = ARRIVED
    assert (await gate.send(message, TO)).verdict is SendVerdict.DELIVERED


async def test_one_server_that_hangs_costs_another_nothing(message: Message) -> None:
    channel = Scripted(hangs=TO)
    gate = Gate(channel, Clock())
    hanging = [asyncio.create_task(gate.send(message, TO)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    assert (await gate.send(message, OTHER)).verdict is SendVerdict.DELIVERED
    assert not any(one.done() for one in hanging)
    channel.let.set()
    await asyncio.gather(*hanging)


async def test_one_server_that_is_down_costs_another_nothing(message: Message) -> None:
    channel = Scripted(DOWN)
    gate = Gate(channel, Clock())
    for _ in range(FAILURES_MAX):
        await gate.send(message, TO)
    channel.answer = ARRIVED
    assert (await gate.send(message, TO)).verdict is SendVerdict.NOT_ASKED
    assert (await gate.send(message, OTHER)).verdict is SendVerdict.DELIVERED


async def test_an_address_that_is_no_url_is_the_channels_to_refuse(message: Message) -> None:
    channel = Scripted(SendResult(SendVerdict.REFUSED))
    assert (await Gate(channel).send(message, Address("https://[no-host"))).verdict is SendVerdict.REFUSED
    assert channel.asked == 1
