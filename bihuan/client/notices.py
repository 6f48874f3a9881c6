"""The workflows that deliver notices: one for each notice, and one for each group chat."""

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from bihuan.client.calls import temporal_call
from bihuan.client.runs import first_event
from bihuan.domain.bounds import cut
from bihuan.wire import NoticeOrder
from workflows.chat_digest import ChatDigest
from workflows.messages import Card, Chat, Tried
from workflows.names import NOTICE_QUEUE, chat_digest_id
from workflows.notice import Notice
from workflows.timeouts import Patience

RESEND_TIMEOUT_S = 5.0


async def start_notice(client: Client, order: NoticeOrder, patience: Patience) -> None:
    """Start the delivery of a notice; its id is used once. Raises AlreadyStarted, or another ClientError."""
    async with temporal_call():
        await _start(client, order, patience, reuse=WorkflowIDReusePolicy.REJECT_DUPLICATE)


async def continue_notice(client: Client, order: NoticeOrder, patience: Patience, tried: tuple[Tried, ...]) -> None:
    """Start the delivery of a closed notice again after the routes ``tried``. Raises AlreadyStarted while it runs."""
    async with temporal_call():
        await _start(client, order, patience, tried, reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE)


async def resend_notice(client: Client, order: NoticeOrder, patience: Patience) -> None:
    """Deliver a closed notice once more, under its own id. Raises AlreadyStarted while it runs."""
    async with temporal_call(RESEND_TIMEOUT_S):
        await _start(client, order, patience, reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE, prefix="重发 ")


async def _start(
    client: Client,
    order: NoticeOrder,
    patience: Patience,
    tried: tuple[Tried, ...] = (),
    *,
    reuse: WorkflowIDReusePolicy,
    prefix: str = "",
) -> None:
    await client.start_workflow(
        Notice.run,
        args=[order, patience, tried],
        id=order.id,
        task_queue=NOTICE_QUEUE,
        id_reuse_policy=reuse,
        static_summary=cut(f"{prefix}{order.event} → {order.to}"),
    )


async def queue_for_chat(client: Client, chat: Chat, card: Card, patience: Patience) -> None:
    """Add a card to the digest of a group chat, starting its workflow if needed; a card is shown once."""
    async with temporal_call():
        await client.start_workflow(
            ChatDigest.run,
            args=[chat, patience, 0, (), ()],
            id=chat_digest_id(chat.channel, chat.contact),
            task_queue=NOTICE_QUEUE,
            start_signal="add_card",
            start_signal_args=[card, chat],
            static_summary=cut(f"群通知 {chat.name}"),
        )


async def last_order(client: Client, notice_id: str) -> NoticeOrder | None:
    """The order of the newest run of a notice; None where Temporal no longer has it."""
    async with temporal_call(RESEND_TIMEOUT_S):
        try:
            begun = await first_event(client, notice_id)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        payloads = begun.workflow_execution_started_event_attributes.input.payloads
        (order,) = await client.data_converter.decode(payloads[:1], [NoticeOrder])
    assert isinstance(order, NoticeOrder)
    return order
