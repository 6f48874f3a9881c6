"""A gate before each channel, so that a server that hangs or is down takes nothing from the others."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from activities.channels.port import Address, Channel, Message, SendResult, SendVerdict

AT_ONCE = 6
"""Attempts at one server at the same moment."""
ATTEMPT_S = 22.0
"""How long one attempt may take: an exchange and the parting; a second exchange has what is left of it."""
QUEUE_S = 2.0
"""How long an attempt waits for its turn before it gives its place up."""
BUSY_WAIT = timedelta(seconds=20)
"""When it comes again then. Always as soon: nothing has failed."""
FAILURES_MAX = 5
REST_S = 15.0
"""So many failures in a row close the way to a server for so long; then the next attempt shows whether it is back."""


@dataclass
class Lane:
    """The way to one server."""

    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    failures: int = 0
    closed_until: float = 0.0


@dataclass
class Gate:
    """One channel. ``clock`` is a monotonic time in seconds.

    Where addresses are URLs there is a lane for each server, so that one unit's endpoint that is down costs another
    unit nothing; where the channel has a server of its own there is one.
    """

    channel: Channel
    clock: Callable[[], float] = time.monotonic
    _lanes: defaultdict[str, Lane] = field(default_factory=lambda: defaultdict(Lane))

    async def send(self, message: Message, address: Address) -> SendResult:
        """The channel's answer, or that it was not asked now."""
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
            answer = SendResult(SendVerdict.PASSING, detail="no answer in time")
        except Exception as trouble:  # noqa: BLE001 - its words may hold an address; raised, it would be tried for ever
            answer = SendResult(SendVerdict.PASSING, detail=f"unexpected: {type(trouble).__name__}")
        finally:
            lane.turns.release()
        self._learn(lane, answer)
        return answer

    def _learn(self, lane: Lane, answer: SendResult) -> None:
        down = answer.verdict is SendVerdict.PASSING and answer.wait is None
        lane.failures = lane.failures + 1 if down else 0
        if lane.failures >= FAILURES_MAX:
            lane.closed_until = self.clock() + REST_S
            lane.failures = FAILURES_MAX - 1


def _server(address: str) -> str:
    """The server an URL names, ``""`` where it is none. One that is malformed is the channel's to refuse."""
    return address.partition("://")[2].partition("/")[0]
