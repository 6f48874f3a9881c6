"""Putting one act to the workflow of its issue, also while that is between two runs."""

import asyncio
from datetime import timedelta

from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from bihuan.domain.loop.step import Receipt
from bihuan.wire import ActCommand
from workflows.issue_loop import MOVING, IssueLoop

BETWEEN_RUNS_S = 0.05


async def put(client: Client, issue_no: str, command: ActCommand, within: timedelta) -> Receipt:
    """The answer, which for a repetition is the first one. Raises what the client raises, refusals included."""
    while True:
        try:
            return await client.get_workflow_handle(issue_no).execute_update(
                IssueLoop.act, command, id=command.id, rpc_timeout=within
            )
        except WorkflowUpdateFailedError as failed:
            if getattr(failed.cause, "type", "") != MOVING:
                raise
        except RPCError as trouble:
            if trouble.status is not RPCStatusCode.FAILED_PRECONDITION:
                raise
        await asyncio.sleep(BETWEEN_RUNS_S)  # the issue is between two runs, and says so only by refusing
