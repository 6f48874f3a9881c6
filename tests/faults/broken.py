"""The loop without the habits that were paid for, to show that the fault programme sees the difference."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.life import cancel_requested
    from workflows.issue_loop import IssueLoop
    from workflows.messages import Archive, Opening, Publication
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
            self._heard(batch)

    def _heard(self, batch: Publication) -> None:
        """What follows from a publication: nothing."""


@workflow.defn(name="IssueLoop")
class NumberedOutcome(WithoutMark):
    """An activity's answer becomes a numbered event of the issue, as a delivery's outcome once did."""

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)

    @workflow.run
    async def run(self, opening: Opening) -> Archive:
        return await super().run(opening)

    def _heard(self, batch: Publication) -> None:
        if any(entry.actor is not None for entry in batch.entries):
            self._take(cancel_requested(self._issue, workflow.now(), self._policy), workflow.now())
