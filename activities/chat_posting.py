"""Saying in a group chat what its desk has: as many cards as fit in one message; back goes what the chat refuses."""

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import takewhile

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError

from activities.attempts import (
    DETAIL_MAX,
    EXPECTED,
    PASSES,
    QUIET,
    Attempts,
    arrived,
    body_hash,
    ending,
    given_up,
    outcome_of,
    since,
    try_again,
)
from activities.channels.port import Answer, Message, Verdict
from bihuan.client.errors import AlreadyStarted
from bihuan.client.notices import continue_notice
from bihuan.client.runs import described
from bihuan.ledger.views import message_marker
from bihuan.notify.routing import Step
from bihuan.notify.samples import REPORTS
from bihuan.wire import NoticeOrder
from workflows.chat_digest import HELD
from workflows.messages import (
    Card,
    Chat,
    DeliveryOutcome,
    Digest,
    Posted,
    Tried,
)
from workflows.ports import Posting
from workflows.timeouts import Patience


class Poster(Posting):
    def __init__(self, attempts: Attempts, client: Client) -> None:
        self._attempts = attempts
        self._telling = attempts.telling
        self._client = client

    @activity.defn(name="post")
    async def post(self, digest: Digest, patience: Patience) -> Posted:
        """Nothing comes between the sending and its end, so that a worker that dies rarely says it twice.

        Cards are given up by the time of the oldest: those that waited behind others have waited as long.
        """
        chat = digest.chat
        message, taken = self._fitting(digest)
        if self._quiet(taken):
            return Posted(count=len(taken), state=HELD, at=datetime.now(UTC), detail=QUIET)
        answer = await self._say(chat, message)
        oldest = min(since(card.order, chat.key) for card in taken)
        if answer.verdict in PASSES and not given_up(answer, oldest, chat.give_up_s):
            if answer.verdict is Verdict.PASSING:
                await self._tried(chat, taken, answer)
            try_again(answer, patience)
        if answer.verdict is Verdict.DELIVERED:
            for card in taken:
                arrived(card.order, chat.channel)
        return Posted(
            count=len(taken),
            state=ending(answer),
            at=datetime.now(UTC),
            detail=answer.detail[:DETAIL_MAX],
            status=answer.status,
            attempts=activity.info().attempt,
        )

    async def _tried(self, chat: Chat, cards: Sequence[Card], answer: Answer) -> None:
        """As far as the ledger is there: the next attempt is not held back for it."""
        for card in cards:
            step = self._step(chat, card)
            trying = outcome_of(card.order, "TRYING", step, status=answer.status, detail=answer.detail, last=False)
            if not (await self._attempts.on_record(trying)).recorded:
                return

    @activity.defn(name="record_posted")
    async def record_posted(self, digest: Digest, posted: Posted) -> None:
        for card in digest.taken(posted):
            outcome = DeliveryOutcome(
                notice=card.order,
                state=posted.state,
                ended_at=posted.at,
                last=posted.state == "DELIVERED",
                step=digest.chat.key,
                channel=digest.chat.channel,
                address=digest.chat.contact,
                reached=str(card.reached),
                attempts=posted.attempts,
                status=posted.status,
                detail=posted.detail or message_marker(digest.id),
                body_sha256=body_hash(card.order, digest.chat.name),
            )
            await self._attempts.put_on_record(outcome, f"{activity.info().workflow_run_id}:{digest.id}")

    def _quiet(self, cards: Sequence[Card]) -> bool:
        """Whether none of them presses and the office has closed since they were put here."""
        at = activity.info().started_time
        return not any(card.order.urgent for card in cards) and not self._telling.routing.open_at(at)

    async def _say(self, chat: Chat, message: Message | None) -> Answer:
        if message is None:
            return Answer(Verdict.REFUSED, detail=f"no channel {chat.channel}")
        return await self._attempts.send(chat.channel, chat.contact, message)

    def _fitting(self, digest: Digest) -> tuple[Message | None, Sequence[Card]]:
        """As many of the cards as the channel says in one message, in their order. One alone, and a report, is told
        in full. A channel that was taken out of the city's files while cards waited here has no message for any.
        """
        chat = digest.chat
        if chat.channel not in self._attempts.gates:
            return None, digest.cards
        channel = self._attempts.gates[chat.channel].channel
        alerts = tuple(takewhile(lambda card: card.order.event not in REPORTS, digest.cards))

        def merged(count: int) -> Message:
            return self._telling.digest(chat, alerts[:count], digest.id)

        most = bisect_left(range(2, len(alerts) + 1), x=True, key=lambda count: not channel.fits(merged(count))) + 1
        if most > 1:
            return merged(most), alerts[:most]
        first = digest.cards[0]
        return self._telling.message(first.order, self._step(chat, first)), (first,)

    def _step(self, chat: Chat, card: Card) -> Step:
        return Step(
            chat.channel, self._telling.kind(chat.channel), chat.contact, card.reached, chat.name, chat.give_up_s
        )

    @activity.defn(name="hand_back")
    async def hand_back(self, digest: Digest, posted: Posted, patience: Patience) -> None:
        for card in digest.taken(posted):
            if await self._goes_on(card.order):
                continue
            ended = () if posted.state == HELD else (Tried(digest.chat.key, posted.state, posted.detail),)
            with suppress(AlreadyStarted):  # somebody has sent it again by hand just now
                await continue_notice(self._client, card.order, patience, (*card.tried, *ended))

    async def _goes_on(self, notice: NoticeOrder) -> bool:
        """Whether it was handed back by an attempt before this one, and may have ended since. A run that is older and
        open has handed its card over and is about to end: it goes no further, so we come again once it is over.
        """
        run = await described(self._client, notice.id)
        if run is None:
            return False
        if run.start_time < activity.info().scheduled_time and run.status is WorkflowExecutionStatus.RUNNING:
            raise ApplicationError(
                f"the run before of {notice.id} has not ended yet", type="NotOverYet", category=EXPECTED
            )
        return run.start_time >= activity.info().scheduled_time
