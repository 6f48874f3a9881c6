"""The workflow of an issue: starting it once for its number, acting on it, starting it again after a termination."""

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from bihuan.client.calls import temporal_call
from bihuan.client.runs import describe, first_event
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Receipt
from bihuan.wire import ActCommand
from workflows import operator_view
from workflows.issue_loop import MOVING, IssueLoop
from workflows.messages import Archive, Opening
from workflows.names import ISSUE_QUEUE

DECISION_TIMEOUT_S = 5.0
NEXT_RUN_WAIT_S = 0.05


async def start_issue(
    client: Client, number: str, opening: Opening, *, within_s: float | None = DECISION_TIMEOUT_S
) -> Receipt:
    """Start the workflow of a new issue; for a number that was started before, return the first receipt.

    The issue is received at the moment the server starts it; our own clock only fills what operators see until then.
    Raises a Refusal of the rules, or a ClientError.
    """
    issue = opening.intake(number, datetime.now(UTC))[0].issue
    async with temporal_call(within_s):
        try:
            handle = await _start(client, opening, issue, WorkflowIDReusePolicy.REJECT_DUPLICATE)
        except WorkflowAlreadyStartedError:
            return await first_receipt(client, number)
        started = await client.get_workflow_handle(number, run_id=handle.result_run_id).describe()
    return opening.intake(number, started.start_time)[1]


async def restart_issue(client: Client, opening: Opening) -> None:
    """Start the workflow of an existing issue again from ``opening.life``. Raises AlreadyStarted where it runs."""
    assert opening.life is not None, "the issue existed before"
    async with temporal_call():
        await _start(client, opening, opening.life.issue, WorkflowIDReusePolicy.ALLOW_DUPLICATE)


async def _start(
    client: Client, opening: Opening, issue: Issue, reuse: WorkflowIDReusePolicy
) -> WorkflowHandle[IssueLoop, Archive]:
    shown = operator_view.attribute_values(issue, opening.policy, datetime.now(UTC))
    return await client.start_workflow(
        IssueLoop.run,
        opening,
        id=issue.issue_no,
        task_queue=ISSUE_QUEUE,
        id_reuse_policy=reuse,
        search_attributes=operator_view.initial_attributes(shown),
        static_summary=operator_view.summary(issue),
    )


async def act(client: Client, issue_no: str, command: ActCommand, *, within_s: float = DECISION_TIMEOUT_S) -> Receipt:
    """Perform one act on an issue; repeating a command returns the first receipt.

    Raises Refused, IssueNotRunning, AnsweredBefore, OutcomeUnknown, TemporalAway.
    """
    async with temporal_call(within_s):
        while True:
            try:
                return await client.get_workflow_handle(issue_no).execute_update(
                    IssueLoop.act, command, id=command.id, rpc_timeout=timedelta(seconds=within_s)
                )
            except WorkflowUpdateFailedError as failed:
                if getattr(failed.cause, "type", "") != MOVING:
                    raise
            except RPCError as error:
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                    raise
            await asyncio.sleep(NEXT_RUN_WAIT_S)  # it is between two runs of continue-as-new


async def is_known(client: Client, issue_no: str) -> bool:
    """Whether Temporal still has a run of this issue, open or closed."""
    run = await describe(client, issue_no)
    return run is not None and run.workflow_type == "IssueLoop"


async def first_receipt(client: Client, number: str) -> Receipt:
    """The receipt of the submission, from the input of the newest run."""
    begun = await first_event(client, number)
    opening = await decode_opening(client, begun)
    if opening.life is None:
        return opening.intake(number, begun.event_time.ToDatetime(UTC))[1]
    return next(one for one in opening.life.receipts if one.revision == 1)


async def decode_opening(client: Client, begun: HistoryEvent) -> Opening:
    """The input of an issue's run, from its first history event."""
    payloads = begun.workflow_execution_started_event_attributes.input.payloads
    opening: Opening = (await client.data_converter.decode(list(payloads), [Opening]))[0]
    return opening
