"""What the tests of the channels share."""

from collections.abc import AsyncIterator

import pytest

from activities.channels.http import Http
from activities.channels.port import Message
from tests.support.waiting import HANGS_AFTER_S

LONG_S = HANGS_AFTER_S
"""Never reached where the other side answers."""


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    client = Http(private_allowed=True, seconds=LONG_S)
    yield client
    await client.aclose()


@pytest.fixture
async def hurried() -> AsyncIterator[Http]:
    """For servers that never come to an end."""
    client = Http(private_allowed=True, seconds=0.3)
    yield client
    await client.aclose()


@pytest.fixture
def message() -> Message:
    return Message(
        id="BH2026ABC:12:unit/住建局",
        title="事项即将超期",
        text="事项 BH2026ABC 距到期不足四分之一。\n请尽快办理。",
        link="https://loop.puyang.test/issues/BH2026ABC?n=12",
        urgent=True,
    )
