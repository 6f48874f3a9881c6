"""Posting the messages of a chat digest: as many cards as fit; what the chat refuses continues with its next way."""

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import takewhile

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError

from activities.attempts import (
    BENIGN,
    DETAIL_MAX,
    QUIET,
    TRANSIENT,
    Attempts,
    body_hash,
    final_state,
    first_tried_at,
    is_given_up,
    observe_lag,
    outcome_of,
    raise_retry,
)
from activities.channels.port import Message, SendResult, SendVerdict
from bihuan.client.errors import AlreadyStarted
from bihuan.client.notices import continue_notice
from bihuan.client.runs import describe
from bihuan.ledger.views import message_marker
from bihuan.notify.routing import DeliveryStep
from bihuan.notify.samples import REPORTS
from bihuan.wire import NoticeOrder
from workflows.chat_digest import HELD
from workflows.messages import (
    Card,
    Chat,
    ChatMessage,
    DeliveryOutcome,
    Posted,
    Tried,
)
from workflows.ports import ChatPosting
from workflows.timeouts import Patience


class ChatPoster(ChatPosting):
    def __init__(self, attempts: Attempts, client: Client) -> None:
        self._attempts = attempts
        self._renderer = attempts.renderer
        self._client = client

    @activity.defn(name="post")
    async def post(self, chat_message: ChatMessage, patience: Patience) -> Posted:
        """Nothing is done between sending and returning, so that a worker that dies rarely posts it twice.

        Cards are given up by the time of the oldest one: those queued behind it have waited as long.
        """
        chat = chat_message.chat
        message, taken = self._fitting(chat_message)
        if self._quiet(taken):
            return Posted(count=len(taken), state=HELD, at=datetime.now(UTC), detail=QUIET)
        answer = await self._send(chat, message)
        oldest = min(first_tried_at(card.order, chat.key) for card in taken)
        if answer.verdict in TRANSIENT and not is_given_up(answer, oldest, chat.give_up_s):
            if answer.verdict is SendVerdict.TRANSIENT:
                await self._record_attempt(chat, taken, answer)
            raise_retry(answer, patience)
        if answer.verdict is SendVerdict.DELIVERED:
            for card in taken:
                observe_lag(card.order, chat.channel)
        return Posted(
            count=len(taken),
            state=final_state(answer),
            at=datetime.now(UTC),
            detail=answer.detail[:DETAIL_MAX],
            status=answer.status,
            attempts=activity.info().attempt,
        )

    async def _record_attempt(self, chat: Chat, cards: Sequence[Card], answer: SendResult) -> None:
        """Record the attempt while the ledger is available; it must not hold back the next one."""
        for card in cards:
            step = self._step(chat, card)
            trying = outcome_of(card.order, "TRYING", step, status=answer.status, detail=answer.detail, last=False)
            if not (await self._attempts.try_record(trying)).recorded:
                return

    @activity.defn(name="record_posted")
    async def record_posted(self, chat_message: ChatMessage, posted: Posted) -> None:
        for card in chat_message.taken(posted):
            outcome = DeliveryOutcome(
                notice=card.order,
                state=posted.state,
                ended_at=posted.at,
                last=posted.state == "DELIVERED",
                step=chat_message.chat.key,
                channel=chat_message.chat.channel,
                address=chat_message.chat.contact,
                reached=str(card.reached),
                attempts=posted.attempts,
                status=posted.status,
                detail=posted.detail or message_marker(chat_message.id),
                body_sha256=body_hash(card.order, chat_message.chat.name),
            )
            await self._attempts.record_under(outcome, f"{activity.info().workflow_run_id}:{chat_message.id}")

    def _quiet(self, cards: Sequence[Card]) -> bool:
        """Whether none of the cards is urgent and the office has closed since they were queued."""
        at = activity.info().started_time
        return not any(card.order.urgent for card in cards) and not self._renderer.routing.open_at(at)

    async def _send(self, chat: Chat, message: Message | None) -> SendResult:
        if message is None:
            return SendResult(SendVerdict.REFUSED, detail=f"no channel {chat.channel}")
        return await self._attempts.send(chat.channel, chat.contact, message)

    def _fitting(self, chat_message: ChatMessage) -> tuple[Message | None, Sequence[Card]]:
        """As many of the cards as fit in one message of the channel, in their order, and that message.

        A single card, and a report, is rendered in full. No message where the city's files have lost the channel.
        """
        chat = chat_message.chat
        if chat.channel not in self._attempts.gates:
            return None, chat_message.cards
        channel = self._attempts.gates[chat.channel].channel
        alerts = tuple(takewhile(lambda card: card.order.event not in REPORTS, chat_message.cards))

        def merged(count: int) -> Message:
            return self._renderer.digest(chat, alerts[:count], chat_message.id)

        most = bisect_left(range(2, len(alerts) + 1), x=True, key=lambda count: not channel.fits(merged(count))) + 1
        if most > 1:
            return merged(most), alerts[:most]
        first = chat_message.cards[0]
        return self._renderer.message(first.order, self._step(chat, first)), (first,)

    def _step(self, chat: Chat, card: Card) -> DeliveryStep:
        return DeliveryStep(
            chat.channel, self._renderer.kind(chat.channel), chat.contact, card.reached, chat.name, chat.give_up_s
        )

    @activity.defn(name="continue_notices")
    async def continue_notices(self, chat_message: ChatMessage, posted: Posted, patience: Patience) -> None:
        for card in chat_message.taken(posted):
            if await self._continued(card.order):
                continue
            ended = () if posted.state == HELD else (Tried(chat_message.chat.key, posted.state, posted.detail),)
            with suppress(AlreadyStarted):  # somebody has just resent it by hand
                await continue_notice(self._client, card.order, patience, (*card.tried, *ended))

    async def _continued(self, notice: NoticeOrder) -> bool:
        """Whether an earlier attempt of this activity has started the notice again; it may have ended since.

        Raises a retryable error while the run that queued the card is still open: it is about to end.
        """
        run = await describe(self._client, notice.id)
        if run is None:
            return False
        if run.start_time < activity.info().scheduled_time and run.status is WorkflowExecutionStatus.RUNNING:
            raise ApplicationError(
                f"the run before of {notice.id} has not ended yet", type="NotOverYet", category=BENIGN
            )
        return run.start_time >= activity.info().scheduled_time
