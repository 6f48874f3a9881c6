"""A gate before each channel, so that one that hangs or is down takes nothing from the others."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from activities.channels.port import Address, Answer, Channel, Message, Verdict

AT_ONCE = 6
"""Attempts on one channel at the same moment."""
QUEUE_S = 2.0
"""How long an attempt waits for its turn before it gives its place up."""
BUSY = timedelta(seconds=20)
"""When it comes again then. Always as soon: nothing has failed."""
FAILURES_MAX = 5
CLOSED_FOR_S = 15.0
"""So many failures in a row close the gate for so long; then one attempt at a time is let through to see."""


@dataclass
class Gate:
    """One channel. ``clock`` is a monotonic time in seconds."""

    channel: Channel
    clock: Callable[[], float] = time.monotonic
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _failures: int = 0
    _closed_until: float = 0.0

    async def send(self, message: Message, address: Address) -> Answer:
        """The channel's answer; or trouble that passes, where it is not asked now."""
        if self._closed_until > self.clock():
            return Answer(Verdict.PASSING, detail="the channel is down and rests")
        try:
            async with asyncio.timeout(QUEUE_S):
                await self._turns.acquire()
        except TimeoutError:
            return Answer(Verdict.PASSING, detail="the channel is busy", wait=BUSY)
        try:
            answer = await self.channel.send(message, address)
        finally:
            self._turns.release()
        self._learn(answer)
        return answer

    def _learn(self, answer: Answer) -> None:
        down = answer.verdict is Verdict.PASSING and answer.wait is None
        self._failures = self._failures + 1 if down else 0
        if self._failures >= FAILURES_MAX:
            self._closed_until = self.clock() + CLOSED_FOR_S
            self._failures = FAILURES_MAX - 1
