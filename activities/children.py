"""Child workflows of an event: its notices and its commands to other issues.

One that cannot be started is recorded and shown to coordination; it holds up neither the ledger nor the others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio import activity
from temporalio.service import RPCError

from bihuan.client.errors import AlreadyStarted, OutcomeUnknown, TemporalAway
from bihuan.domain.parties import Desk, Party
from bihuan.ledger.views import Delivery
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime import telemetry
from bihuan.wire import Entry

AT_ONCE = 8
TRANSIENT = (TemporalAway, OutcomeUnknown)
"""Failures of the server, which are tried again. Any other failure would repeat itself at every attempt."""
ATTEMPTS_MAX = 100
"""A failure that has lasted for so many attempts, some half an hour, counts as permanent."""
COORDINATION = Party(Desk.COORDINATION)
WHY_MAX = 500


@dataclass(frozen=True, slots=True)
class Start:
    """A workflow to be started: its ``id``, and ``to``, whom it is for. ``begin`` raises a ClientError."""

    id: str
    issue_no: str
    entry: Entry
    to: Party
    title: str
    begin: Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Started:
    """The result of a start. ``refused``: why it cannot be started; ``trouble``: why it is to be tried again."""

    what: Start
    refused: str = ""
    trouble: Exception | None = None


async def start_all(starts: Iterable[Start]) -> list[Started]:
    """Try every one, whatever happens to the others."""
    busy = asyncio.Semaphore(AT_ONCE)

    async def one(what: Start) -> Started:
        async with busy:
            return await _start(what)

    return await asyncio.gather(*map(one, starts))


async def _start(what: Start) -> Started:
    try:
        await what.begin()
    except AlreadyStarted:
        return Started(what)
    except Exception as trouble:  # noqa: BLE001 - any other failure would repeat itself with every attempt
        if isinstance(trouble, TRANSIENT) and activity.info().attempt < ATTEMPTS_MAX:
            return Started(what, trouble=trouble)
        return _refused_start(what, _server_message(trouble))
    return Started(what)


def _server_message(trouble: Exception) -> str:
    """The server's own error message, if there is one."""
    error = trouble if isinstance(trouble, RPCError) else trouble.__cause__
    if isinstance(error, RPCError):
        return f"{error.status.name}: {error.message}"
    return f"{type(trouble).__name__}: {trouble}"


def _refused_start(what: Start, why: str) -> Started:
    activity.logger.error("not_started", extra={"id": what.id, "reason": why})
    return Started(what, refused=why)


async def record_refused(ledger: LedgerWriter, refused: Iterable[Started]) -> None:
    """Record what could not be started as refused deliveries, where those who look after notices see it."""
    for one in refused:
        telemetry.NOTICES.labels("REFUSED").inc()
        await ledger.record_delivery(_delivery_of(one))


def _delivery_of(one: Started) -> Delivery:
    what, why = one.what, one.refused[:WHY_MAX]
    return Delivery(
        notice_id=what.id,
        issue_no=what.issue_no,
        seq=what.entry.seq,
        desk=what.to.desk,
        ref=what.to.ref,
        event=what.entry.event.event,
        state="REFUSED",
        channel="",
        address="",
        attempts=activity.info().attempt,
        status=0,
        detail=why,
        body_sha256="",
        first_at=what.entry.at,
        ended_at=datetime.now(UTC),
        reached=str(COORDINATION),
        title=what.title,
        text=f"未能发起，对方未获通知：{why} · could not be started, so nobody was notified",
        urgent=True,
    )
