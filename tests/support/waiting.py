"""How tests wait for what gives no event: until it is so. Nothing is judged by seconds."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any, TypeVar, overload

HANGS_AFTER_S = 300.0
"""A net under what would hang for ever, many times what the slowest machine took."""

Found = TypeVar("Found")


class Stuck(AssertionError):
    """What was waited for does not come; the text says what that was."""


@asynccontextmanager
async def within_reason(what: str) -> AsyncIterator[None]:
    """What hangs inside ends, and is named. Raises Stuck."""
    try:
        async with asyncio.timeout(HANGS_AFTER_S) as net:
            yield
    except TimeoutError:
        if not net.expired():
            raise
        raise Stuck(f"hangs: {what}") from None


@overload
async def until(look: Callable[[], Coroutine[Any, Any, Found | None]], what: str) -> Found: ...


@overload
async def until(look: Callable[[], Found | None], what: str) -> Found: ...


async def until(look: Callable[[], Any], what: str) -> Any:
    """What ``look`` finds, once it finds something. Raises Stuck."""
    async with within_reason(what):
        return await found(look)


async def found(look: Callable[[], Any]) -> Any:
    """As ``until``, without a net: for whoever watches over it."""
    while True:
        seen = look()
        if seen := await seen if isawaitable(seen) else seen:
            return seen
        await asyncio.sleep(0.05)


def called_off() -> bool:
    """Whether this task is being cancelled; of an update, the SDK says so with an error like any other."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
