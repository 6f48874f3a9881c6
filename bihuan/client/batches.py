"""Running the workflow of a batch."""

from temporalio.client import Client, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from bihuan.client.calls import temporal_call
from bihuan.client.errors import ClientError
from bihuan.domain.batches.order import KIND_ZH, BatchOrder, BatchProgress
from bihuan.domain.bounds import cut
from workflows.batch import Batch
from workflows.messages import BatchRun
from workflows.names import BATCH_QUEUE, batch_id


class BatchFailed(ClientError):
    """The workflow of the batch failed; ``str`` is its failure message."""

    name = "batch-failed"
    zh = "批次未能进行。"
    en = "The batch could not be carried out."


async def run_batch(client: Client, order: BatchOrder) -> BatchProgress:
    """Start a batch, or find the running or completed one of this id, and wait for its end.

    The workflow goes on when the caller stops waiting.

    Raises BatchFailed, or another ClientError.
    """
    async with temporal_call():
        try:
            handle = await client.start_workflow(
                Batch.run,
                BatchRun(order.id, order),
                id=batch_id(order.id),
                task_queue=BATCH_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=cut(f"{KIND_ZH[order.kind]} · {order.basis}"),
            )
        except WorkflowAlreadyStartedError:
            handle = client.get_workflow_handle_for(Batch.run, batch_id(order.id))
        try:
            return await handle.result()
        except WorkflowFailureError as failed:
            raise BatchFailed(str(getattr(failed.cause, "cause", None) or failed.cause)) from failed
