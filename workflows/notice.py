"""The life of one notice: tried until it is delivered, refused for good or given up, then recorded."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from workflows.messages import DeliveryOutcome, NoticeOrder
    from workflows.patience import DELIVER_TIMEOUT, FOR_EVER, RECORD_TIMEOUT, Patience
    from workflows.ports import Delivering

REFUSED = "Refused"


@workflow.defn(name="Notice")
class Notice:
    """Its id, ``issue:seq:audience``, is the notice's own: it exists once."""

    @workflow.run
    async def run(self, order: NoticeOrder, patience: Patience) -> str:
        try:
            outcome = await workflow.execute_activity_method(
                Delivering.deliver,
                order,
                start_to_close_timeout=DELIVER_TIMEOUT,
                schedule_to_close_timeout=patience.give_up_after,
                retry_policy=patience.retries,
                summary=f"通知 {order.to}",
            )
        except ActivityError as trouble:
            outcome = _failed(order, trouble)
        if not outcome.recorded:
            await workflow.execute_activity_method(
                Delivering.record_delivery,
                outcome,
                start_to_close_timeout=RECORD_TIMEOUT,
                retry_policy=FOR_EVER,
                summary=f"登记 {outcome.state}",
            )
        return outcome.state


def _failed(order: NoticeOrder, trouble: ActivityError) -> DeliveryOutcome:
    """What the last attempt said, or that time ran out without a word."""
    cause = trouble.cause
    while cause is not None and not isinstance(cause, ApplicationError):
        cause = cause.__cause__
    said = cause.details[0] if isinstance(cause, ApplicationError) and cause.details else {}
    refused = isinstance(cause, ApplicationError) and cause.type == REFUSED
    return DeliveryOutcome(
        notice=order,
        state="REFUSED" if refused else "GIVEN_UP",
        channel=str(said.get("channel", "")),
        address=str(said.get("address", "")),
        attempts=int(said.get("attempts", 0)),
        status=int(said.get("status", 0)),
        detail=str(cause or trouble.cause or trouble)[:500],
        body_sha256=str(said.get("body_sha256", "")),
        ended_at=workflow.now(),
    )
