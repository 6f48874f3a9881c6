"""The life of one notice: way after way is tried until one leads to somebody, and what came of it is recorded."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.bounds import cut
    from bihuan.wire import NoticeOrder
    from workflows.messages import DeliveryOutcome, Tried
    from workflows.ports import Delivering
    from workflows.timeouts import DELIVER_TIMEOUT, RECORD_TIMEOUT, RETRY_FOREVER, Patience


@workflow.defn(name="Notice")
class Notice:
    """Its id, ``issue:seq:audience``, is the notice's own: it exists once.

    One that a group chat's desk hands back starts again under its id, with the ways that were ``tried``.
    """

    @workflow.run
    async def run(self, order: NoticeOrder, patience: Patience, tried: tuple[Tried, ...] = ()) -> str:
        while not (outcome := await self._deliver(order, patience, tried)).last:
            order = outcome.notice
            if outcome.until is None:
                tried = (*tried, Tried(outcome.step, outcome.state, outcome.detail))
            elif outcome.until > (now := workflow.now()):  # it is over where the worker was down meanwhile
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
        """The next way; the delivery itself knows when it has been tried for long enough."""
        return await workflow.execute_activity_method(
            Delivering.deliver,
            args=[order, tried, patience],
            start_to_close_timeout=DELIVER_TIMEOUT,
            retry_policy=patience.retries,
            summary=cut(f"通知 {order.to}"),
        )
