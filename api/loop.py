"""Asking the loop: start an issue, put an act to it, and say plainly what came of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RetryConfig, RPCError, RPCStatusCode

from api.problems import AnsweredBefore, IssueNotRunning, NoticeUnderWay, OutcomeUnknown, Refused, TemporalAway
from bihuan.client.connection import described
from bihuan.client.updates import put
from bihuan.domain.bounds import cut
from bihuan.domain.commands import Submit, fingerprint
from bihuan.domain.loop.step import Receipt
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.ledger.reading import LedgerReader
from bihuan.operations.histories import opening_of
from bihuan.operations.reconciliation import Standing, standing
from bihuan.wire import ActCommand
from workflows import operator_view
from workflows.issue_loop import IssueLoop
from workflows.messages import NoticeOrder, Opening
from workflows.names import ISSUE_QUEUE, NOTICE_QUEUE, issue_number
from workflows.notice import Notice
from workflows.timeouts import Patience

QUICK = RetryConfig(initial_interval_millis=100, max_interval_millis=300, max_elapsed_time_millis=1200, max_retries=5)
"""The API answers that Temporal is away within two seconds; its callers repeat with the same key."""

DECIDED_WITHIN_S = 5.0
LOOKED_WITHIN_S = 1.0
COUNTED_WITHIN_S = 30
AWAY = frozenset({RPCStatusCode.UNAVAILABLE, RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.DEADLINE_EXCEEDED})
UNSURE = frozenset({RPCStatusCode.UNKNOWN, RPCStatusCode.CANCELLED, RPCStatusCode.ABORTED, RPCStatusCode.INTERNAL})
"""A connection cut in the middle of a call ends in one of these: it may or may not have been heard."""


class Loop:
    """The running loop behind one Temporal client. ``governing`` gives the policy of this moment; else one for ever."""

    def __init__(
        self, client: Client, policy: Policy, continue_after: int, governing: Callable[[], Policy] | None = None
    ) -> None:
        self._client = client
        self._governing = governing or (lambda: policy)
        self._continue_after = continue_after

    async def open(self, asked: Submit, actor: Actor, key: str, request_id: str) -> Receipt:
        """Take an issue in. The same caller and key find the same issue; its first receipt is the answer.

        It is received when the server starts it: our own clock only fills what an operator sees until then.
        """
        number, policy = issue_number(f"{actor.role}/{actor.person}/{actor.org}", key), self._governing()
        mark, now = fingerprint(actor, asked), datetime.now(UTC)
        opening = Opening(policy, asked, actor, None, key, mark, request_id, continue_after=self._continue_after)
        issue = opening.intake(number, now)[0].issue
        async with _within(DECIDED_WITHIN_S):
            try:
                handle = await self._client.start_workflow(
                    IssueLoop.run,
                    opening,
                    id=number,
                    task_queue=ISSUE_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    search_attributes=operator_view.at_start(operator_view.shown(issue, policy, now)),
                    static_summary=operator_view.summary(issue),
                )
            except WorkflowAlreadyStartedError:
                return await first_receipt(self._client, number)
            started = await self._client.get_workflow_handle(number, run_id=handle.result_run_id).describe()
        return opening.intake(number, started.start_time)[1]

    async def act(self, issue_no: str, command: ActCommand) -> Receipt:
        """Put one act to an issue. Raises Refused, or says that the outcome is not known yet."""
        async with _within(DECIDED_WITHIN_S):
            try:
                return await put(self._client, issue_no, command, timedelta(seconds=DECIDED_WITHIN_S))
            except WorkflowUpdateFailedError as failed:
                raise _refused(failed) from failed

    async def resend(self, order: NoticeOrder, patience: Patience) -> None:
        """Bring a notice once more, under its own id. Raises NoticeUnderWay while it is being brought."""
        async with _within(DECIDED_WITHIN_S):
            try:
                await self._client.start_workflow(
                    Notice.run,
                    args=[order, patience, ()],
                    id=order.id,
                    task_queue=NOTICE_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    static_summary=cut(f"重发 {order.event} → {order.to}"),
                )
            except WorkflowAlreadyStartedError as running:
                raise NoticeUnderWay from running

    async def runs(self, workflow_id: str) -> bool:
        """Whether a workflow of this id is open."""
        async with _within(DECIDED_WITHIN_S):
            run = await described(self._client, workflow_id)
        return run is not None and run.status is WorkflowExecutionStatus.RUNNING

    async def keeps(self, issue_no: str) -> bool:
        """Whether Temporal has a run of this issue, open or ended."""
        async with _within(LOOKED_WITHIN_S):
            run = await described(self._client, issue_no)
        return run is not None and run.workflow_type == "IssueLoop"

    async def brought(self, notice_id: str) -> NoticeOrder | None:
        """What a notice was last told to bring; None: Temporal keeps it no longer."""
        async with _within(DECIDED_WITHIN_S):
            try:
                return await _order_of(self._client, notice_id)
            except RPCError as trouble:
                if trouble.status is RPCStatusCode.NOT_FOUND:
                    return None
                raise

    async def standing(self, reader: LedgerReader, now: datetime) -> Standing:
        """Every issue accounted for: what the ledger holds against what runs."""
        async with _within(COUNTED_WITHIN_S):
            return await standing(self._client, reader, now)

    async def reachable(self) -> bool:
        try:
            async with _within(2):
                return await self._client.service_client.check_health(timeout=timedelta(seconds=1))
        except (TemporalAway, OutcomeUnknown, RuntimeError):
            return False


async def first_receipt(client: Client, number: str) -> Receipt:
    """What was answered when the issue was taken in: its newest run began with that, or with all it ever answered."""
    begun = await anext(client.get_workflow_handle(number).fetch_history_events(page_size=1))
    opening = await opening_of(client, begun)
    if opening.life is None:
        return opening.intake(number, begun.event_time.ToDatetime(UTC))[1]
    return next(one for one in opening.life.receipts if one.revision == 1)


async def _order_of(client: Client, notice_id: str) -> NoticeOrder:
    """A run begins with what it was told."""
    begun = await anext(client.get_workflow_handle(notice_id).fetch_history_events())
    payloads = begun.workflow_execution_started_event_attributes.input.payloads
    (order,) = await client.data_converter.decode(payloads[:1], [NoticeOrder])
    assert isinstance(order, NoticeOrder)
    return order


@asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[None]:
    """Translate what can go wrong between here and Temporal."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as slow:
        raise OutcomeUnknown from slow
    except RPCError as trouble:
        if trouble.status is RPCStatusCode.NOT_FOUND:
            raise IssueNotRunning from trouble
        if trouble.status in AWAY:
            raise TemporalAway from trouble
        if trouble.status in UNSURE:
            raise OutcomeUnknown from trouble
        raise
    except RuntimeError as trouble:  # a lazy client that cannot connect says so this way
        if "connect" not in str(trouble).lower():
            raise
        raise TemporalAway from trouble


def _refused(failed: WorkflowUpdateFailedError) -> Exception:
    cause = failed.cause
    if not isinstance(cause, ApplicationError):
        return failed
    if cause.type == AnsweredBefore.__name__:
        return AnsweredBefore()
    facts = cause.details[0] if cause.details and isinstance(cause.details[0], dict) else None
    if cause.type is None or facts is None:
        return failed
    return Refused(cause.type, facts.get("zh", ""), facts.get("en", ""), facts.get("field", ""))
