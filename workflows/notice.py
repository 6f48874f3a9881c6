"""The life of one notice: one way after the other is tried until somebody is reached, and the outcome is recorded."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.bounds import cut
    from bihuan.wire import NoticeOrder
    from workflows.messages import DeliveryOutcome, Tried
    from workflows.ports import Delivering
    from workflows.timeouts import DELIVER_TIMEOUT, RECORD_TIMEOUT, RETRY_FOREVER, Patience


@workflow.defn(name="Notice")
class Notice:
    """Its id, ``issue:seq:audience``, is the notice's own, so that it exists once.

    One that a group chat did not take is started again under its id, with the ways that were ``tried``.
    """

    @workflow.run
    async def run(self, order: NoticeOrder, patience: Patience, tried: tuple[Tried, ...] = ()) -> str:
        """The state in which the notice ended."""
        while not (outcome := await self._deliver(order, patience, tried)).last:
            order = outcome.notice
            if outcome.until is None:
                tried = (*tried, Tried(outcome.step, outcome.state, outcome.detail))
            elif outcome.until > (now := workflow.now()):  # already past where no worker ran in between
                await workflow.sleep(outcome.until - now, summary="静默时段 · quiet hours")
        if not outcome.recorded:
            await workflow.execute_activity_method(
                Delivering.record_delivery,
                outcome,
                start_to_close_timeout=RECORD_TIMEOUT,
                retry_policy=RETRY_FOREVER,
                summary=cut(f"登记 {outcome.state}"),
            )
        return outcome.state

    async def _deliver(self, order: NoticeOrder, patience: Patience, tried: tuple[Tried, ...]) -> DeliveryOutcome:
        """Try the next way. The activity decides for how long one way is tried, so no timeout limits its retries."""
        return await workflow.execute_activity_method(
            Delivering.deliver,
            args=[order, tried, patience],
            start_to_close_timeout=DELIVER_TIMEOUT,
            retry_policy=patience.retries,
            summary=cut(f"通知 {order.to}"),
        )
