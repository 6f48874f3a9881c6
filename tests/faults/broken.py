"""The loop without the habits that were paid for, to show that the fault programme sees the difference."""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.issue_loop import IssueLoop
    from workflows.messages import Archive, Opening
    from workflows.patience import FOR_EVER, PUBLISH_TIMEOUT
    from workflows.ports import Publishing


@workflow.defn(name="IssueLoop")
class WithoutMark(IssueLoop):
    """Between publications no timer: a workflow task that hears of one may end without a command."""

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> Archive:
        return await super().run(opening)

    async def _publish(self) -> None:
        while True:
            await workflow.wait_condition(lambda: bool(self._unpublished) and not self._leaving)
            batch = self._batch()
            await workflow.execute_activity_method(
                Publishing.publish, batch, start_to_close_timeout=PUBLISH_TIMEOUT, retry_policy=FOR_EVER
            )
            if self._leaving:
                return
            del self._unpublished[: len(batch.entries)]
            del self._unpublished_receipts[: len(batch.receipts)]
            self._events_of_run += 1  # what an activity answers must never count: here it does
            await asyncio.sleep(0)
