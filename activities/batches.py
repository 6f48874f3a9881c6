"""Batches: each issue gets an act of its own, whose id makes its repetition harmless."""

import asyncio
from datetime import UTC, datetime

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from bihuan.client.errors import ClientError, IssueNotRunning, ReceiptInLedgerOnly, Refused
from bihuan.client.issues import act
from bihuan.domain.batches.events import PolicyAdopted
from bihuan.domain.batches.order import ALREADY, DONE, NOT_RUNNING, STUCK, BatchKind, BatchOrder, BatchProgress
from bihuan.domain.clocks.calendar_adoption import first_year
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import BY_NAME, LedgerTooFarBehind
from bihuan.domain.stage import Status
from bihuan.ledger.batches import BatchIdReused, BatchLedger
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import BatchItem
from bihuan.operations.reconciliation import is_failing, running_issues
from bihuan.wire import ActCommand, AnyAct
from workflows.messages import BatchPortion, PortionDone
from workflows.ports import Batching

AT_ONCE = 8
ANSWERED_WITHIN_S = 10.0
NOTHING = "NothingToChange"


class LedgerBehind(Exception):
    """The ledger does not have the effect of an earlier batch on an issue yet."""


class Batcher(Batching):
    """The result of every issue is recorded at once, so that a portion that is cut short loses nothing."""

    def __init__(self, client: Client, ledger: BatchLedger, reader: LedgerReader) -> None:
        self._client = client
        self._ledger = ledger
        self._reader = reader
        self._orders: dict[str, BatchOrder] = {}

    @activity.defn(name="open_batch")
    async def open_batch(self, order: BatchOrder) -> BatchProgress:
        try:
            await self._ledger.open(order, datetime.now(UTC))
        except BatchIdReused as reused:
            raise ApplicationError(str(reused), type="BatchIdReused", non_retryable=True) from reused
        return await self._ledger.progress(order.id)

    @activity.defn(name="touch_portion")
    async def touch_portion(self, portion: BatchPortion) -> PortionDone:
        order = await self._order(portion.batch)
        numbers = await self._next(order, portion.size)
        policy = await self._reader.policy(order.policy_version) if order.policy_version else None
        busy = asyncio.Semaphore(AT_ONCE)

        async def one(number: str) -> None:
            async with busy:
                item = await self._touch(order, number, policy)
                await self._ledger.record([item])
            activity.heartbeat()

        answers = await asyncio.gather(*map(one, numbers), return_exceptions=True)
        trouble = next((answer for answer in answers if answer is not None), None)
        if trouble is not None:  # what has a result is recorded; the next attempt takes the rest, and more
            raise trouble
        return PortionDone(len(numbers), await self._ledger.progress(order.id))

    @activity.defn(name="close_batch")
    async def close_batch(self, batch: str) -> BatchProgress:
        return await self._ledger.close(batch, datetime.now(UTC))

    async def _order(self, batch: str) -> BatchOrder:
        """The order, cached: it never changes."""
        if batch not in self._orders:
            order = await self._ledger.order(batch)
            assert order is not None, "a batch is on record before it is carried out"
            self._orders[batch] = order
        return self._orders[batch]

    async def _next(self, order: BatchOrder, size: int) -> tuple[str, ...]:
        """The next issues, at most ``size``.

        At its end the batch of a calendar also asks Temporal for issues too young to be in the ledger: they may have
        been received under the calendar before.
        """
        numbers = await self._ledger.pending_issues(order, size)
        if numbers or order.kind is not BatchKind.CALENDAR:
            return numbers
        return (await self._ledger.without_result(order.id, (await running_issues(self._client)).since))[:size]

    async def _touch(self, order: BatchOrder, number: str, policy: Policy | None) -> BatchItem:
        """Send the act to one issue. A refusal is a result like any other, and the batch goes on."""
        result, revision = DONE, 0
        command = ActCommand(order.command_id, order.by, await self._act(order, number, policy))
        try:
            revision = (await act(self._client, number, command, within_s=ANSWERED_WITHIN_S)).revision
        except ReceiptInLedgerOnly:
            result = ALREADY
        except Refused as refused:
            result = _reason(refused)
        except IssueNotRunning:
            result = await self._not_running(order, number)
        except ClientError:
            if not await is_failing(self._client, number):
                raise
            result = STUCK
        return BatchItem(batch=order.id, issue_no=number, result=result, revision=revision, at=datetime.now(UTC))

    async def _act(self, order: BatchOrder, number: str, policy: Policy | None) -> AnyAct:
        if order.kind is BatchKind.CALENDAR:
            return order.act(since_year=await self._since(number))
        return order.act(await self._former(order, number) if order.kind is BatchKind.UNDO else policy)

    async def _since(self, number: str) -> int:
        """The first year whose days the issue needs of a calendar."""
        row = await self._reader.issue(number, datetime.now(UTC))
        return first_year(row.received_at if row else datetime.now(CHINA_TIME))

    async def _not_running(self, order: BatchOrder, number: str) -> str:
        """ALREADY where a calendar has met a closed issue that was archived in the meantime."""
        life = await self._reader.issue_state(number) if order.kind is BatchKind.CALENDAR else None
        return ALREADY if life and life[0].status is Status.ARCHIVED else NOT_RUNNING

    async def _former(self, order: BatchOrder, number: str) -> Policy:
        """The policy of an issue before the batch that is undone. Raises LedgerBehind, to be retried."""
        undone = f"batch:{order.of}"
        for entry in await self._reader.all_events(number):
            if entry.command_id == undone and isinstance(entry.event, PolicyAdopted):
                return await self._reader.policy(entry.event.former)
        raise LedgerBehind(f"{number}: {undone}")


def _reason(refused: Refused) -> str:
    """The result that a refusal stands for. One that passes by itself is raised, to be retried."""
    if refused.name == NOTHING:
        return ALREADY
    if refused.name not in BY_NAME or refused.name == LedgerTooFarBehind.__name__:
        raise refused
    return refused.name
