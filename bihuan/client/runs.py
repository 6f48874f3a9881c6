"""What Temporal keeps of a workflow: the status of its newest run, and the histories of all its runs.

These raise what Temporal's client raises; wrap them in ``calls.temporal_call`` for our errors and a deadline.
"""

from collections.abc import AsyncIterator

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode


async def describe(client: Client, workflow_id: str) -> WorkflowExecutionDescription | None:
    """The description of the newest run of this id; None where Temporal has none."""
    try:
        return await client.get_workflow_handle(workflow_id).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


async def is_running(client: Client, workflow_id: str) -> bool:
    """Whether a workflow of this id is running."""
    run = await describe(client, workflow_id)
    return run is not None and run.status is WorkflowExecutionStatus.RUNNING


async def histories(client: Client, workflow_id: str) -> AsyncIterator[WorkflowHistory]:
    """The history of each run of this id that Temporal still has."""
    async for execution in client.list_workflows(f"WorkflowId='{workflow_id}'"):
        yield await client.get_workflow_handle(workflow_id, run_id=execution.run_id).fetch_history()


async def last_run(client: Client, workflow_id: str) -> tuple[WorkflowExecutionStatus | None, WorkflowHistory | None]:
    """The status and history of the newest run; None and None where Temporal has none."""
    newest = await describe(client, workflow_id)
    if newest is None:
        return None, None
    try:
        history = await client.get_workflow_handle(workflow_id, run_id=newest.run_id).fetch_history()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None, None
    return newest.status, history


async def first_event(client: Client, workflow_id: str) -> HistoryEvent:
    """The first history event of the newest run of this id."""
    return await anext(client.get_workflow_handle(workflow_id).fetch_history_events(page_size=1))
