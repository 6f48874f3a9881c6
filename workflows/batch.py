"""A batch: portion after portion until no matching issue is left, in as many histories as that takes."""

from dataclasses import replace
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.batches.order import BatchProgress
    from bihuan.domain.bounds import cut
    from workflows.messages import BatchPortion, BatchRun
    from workflows.ports import Batching
    from workflows.timeouts import BATCH_STEP_TIMEOUT, LIST_LAG, PORTION_TIMEOUT, RETRY_FOREVER

EMPTY_LISTS = 2
"""So many empty lists in a row end a batch: a list may lag behind an intake by a moment."""


@workflow.defn(name="Batch")
class Batch:
    """Each issue's result is recorded as it comes, so the batch may be killed anywhere and repeated."""

    @workflow.init
    def __init__(self, given: BatchRun) -> None:
        self._progress = given.progress

    @workflow.query(name="progress", description="进度 · how far it is")
    def progress(self) -> BatchProgress:
        return self._progress

    @workflow.run
    async def run(self, given: BatchRun) -> BatchProgress:
        if given.order is not None:
            self._progress = await workflow.execute_activity_method(
                Batching.open_batch,
                given.order,
                start_to_close_timeout=BATCH_STEP_TIMEOUT,
                retry_policy=RETRY_FOREVER,
                summary="登记批次 · on record",
            )
        empty, portions = 0, 0
        while empty < EMPTY_LISTS:
            touched = await self._portion(given)
            empty = 0 if touched else empty + 1
            portions += 1
            if touched and portions >= given.portions:
                workflow.continue_as_new(replace(given, order=None, progress=self._progress))
            if not touched and empty < EMPTY_LISTS:
                await workflow.sleep(LIST_LAG)
        self._progress = await workflow.execute_activity_method(
            Batching.close_batch,
            given.batch,
            start_to_close_timeout=BATCH_STEP_TIMEOUT,
            retry_policy=RETRY_FOREVER,
            summary="批次完成 · ended",
        )
        return self._progress

    async def _portion(self, given: BatchRun) -> int:
        """Carry out one portion; how many issues it had."""
        done = await workflow.execute_activity_method(
            Batching.touch_portion,
            BatchPortion(given.batch, given.portion),
            start_to_close_timeout=PORTION_TIMEOUT,
            heartbeat_timeout=timedelta(seconds=given.heartbeat_s),
            retry_policy=RETRY_FOREVER,
            summary=cut(f"已办 {self._progress.touched}/{self._progress.total}"),
        )
        self._progress = done.progress
        workflow.set_current_details(f"{done.progress.touched}/{done.progress.total}")
        return done.touched
