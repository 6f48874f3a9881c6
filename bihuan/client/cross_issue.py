"""The workflow that brings a command from one issue to another."""

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy

from bihuan.client.calls import temporal_call
from bihuan.domain.bounds import cut
from workflows.cross_issue import CrossIssueCommand
from workflows.messages import CrossIssueOrder
from workflows.names import ISSUE_QUEUE


async def start_cross_issue_command(client: Client, order: CrossIssueOrder) -> None:
    """Start the workflow of this command; its id is used once. Raises AlreadyStarted, or another ClientError."""
    async with temporal_call():
        await client.start_workflow(
            CrossIssueCommand.run,
            order,
            id=order.id,
            task_queue=ISSUE_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary=cut(f"{order.act.act} → {order.to}"),
        )
