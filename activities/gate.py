"""A gate before each channel, so that a server that hangs or is down does not affect the others."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from activities.channels.port import Address, Channel, Message, SendResult, SendVerdict

AT_ONCE = 6
"""Concurrent attempts at one server."""
ATTEMPT_S = 22.0
"""The limit of one attempt: an exchange and the closing of the connection; a second exchange has what remains."""
QUEUE_S = 2.0
"""How long an attempt waits for its turn."""
BUSY_WAIT = timedelta(seconds=20)
"""When it is tried again after that. The pause does not grow, since nothing has failed."""
FAILURES_MAX = 5
REST_S = 15.0
"""A circuit breaker: after so many failures in a row no attempt is made for so long, and then one to find out."""


@dataclass
class Lane:
    """The state of one server."""

    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    failures: int = 0
    closed_until: float = 0.0


@dataclass
class Gate:
    """One channel. ``clock``: monotonic time in seconds.

    Where addresses are URLs each server has a lane, so that one unit's endpoint that is down does not affect another
    unit; a channel with a server of its own has one lane.
    """

    channel: Channel
    clock: Callable[[], float] = time.monotonic
    _lanes: defaultdict[str, Lane] = field(default_factory=lambda: defaultdict(Lane))

    async def send(self, message: Message, address: Address) -> SendResult:
        """The channel's result, or NOT_ASKED while the lane is busy or resting."""
        lane = self._lanes[_server(address.to)]
        if lane.closed_until > self.clock():
            return SendResult(SendVerdict.NOT_ASKED, detail="the channel is down and rests")
        try:
            async with asyncio.timeout(QUEUE_S):
                await lane.turns.acquire()
        except TimeoutError:
            return SendResult(SendVerdict.NOT_ASKED, detail="the channel is busy", wait=BUSY_WAIT)
        try:
            async with asyncio.timeout(ATTEMPT_S):
                answer = await self.channel.send(message, address)
        except TimeoutError:
            answer = SendResult(SendVerdict.TRANSIENT, detail="no answer in time")
        except Exception as trouble:  # noqa: BLE001 - its text may hold an address; raised, it would be retried without end
            answer = SendResult(SendVerdict.TRANSIENT, detail=f"unexpected: {type(trouble).__name__}")
        finally:
            lane.turns.release()
        self._learn(lane, answer)
        return answer

    def _learn(self, lane: Lane, answer: SendResult) -> None:
        down = answer.verdict is SendVerdict.TRANSIENT and answer.wait is None
        lane.failures = lane.failures + 1 if down else 0
        if lane.failures >= FAILURES_MAX:
            lane.closed_until = self.clock() + REST_S
            lane.failures = FAILURES_MAX - 1


def _server(address: str) -> str:
    """The host of a URL, ``""`` where it is none. The channel refuses one that is malformed."""
    return address.partition("://")[2].partition("/")[0]
