"""The digest of one group chat: notices that come together are posted together, within the rate of the chat."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from itertools import accumulate

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from bihuan.domain.bounds import cut
    from workflows.messages import Card, Chat, ChatMessage, Posted
    from workflows.ports import ChatPosting
    from workflows.timeouts import DELIVER_TIMEOUT, RECORD_TIMEOUT, RETRY_FOREVER, Patience

MERGE_WINDOW = timedelta(seconds=3)
"""How long the first notice of a burst waits for the others."""
CARDS_MAX = 50
CARD_WEIGHT = 1000
MESSAGE_WEIGHT_MAX = 100_000
CARRIED_WEIGHT_MAX = 400_000
"""In characters of up to four bytes: Temporal limits a payload to 2 MB, and the history of one run to 50 MB."""
POSTED_KEPT = 500
HELD = "HELD"
MESSAGES_PER_RUN = 50
"""After so many the run continues as new, as soon as the ledger has recorded them all."""
MESSAGES_PER_RUN_MAX = 400
"""After so many it does not wait for the ledger any longer."""


@workflow.defn(name="ChatDigest")
class ChatDigest:
    """One per chat, for as long as the chat is used. It holds the cards that are still to be posted there."""

    @workflow.init
    def __init__(
        self,
        chat: Chat,
        patience: Patience,
        number: int = 0,
        waiting: tuple[Card, ...] = (),
        posted: tuple[str, ...] = (),
    ) -> None:
        self._chat = chat
        self._number = number
        self._waiting = list(waiting)
        self._posted = list(posted)
        self._recording: list[workflow.ActivityHandle[None]] = []
        """Records under way: while the ledger is unavailable, delivered messages are not held back."""

    @workflow.signal
    def add_card(self, card: Card, chat: Chat) -> None:
        """Queue one more card. ``chat``: the chat as the city's files describe it now.

        A card added twice is posted once. One whose notice went on by another way is not taken again, unless only
        quiet hours had stopped it.
        """
        self._chat = chat
        if _key(card) not in self._posted and all(_key(one) != _key(card) for one in self._waiting):
            self._waiting.append(card)

    @workflow.run
    async def run(
        self,
        chat: Chat,
        patience: Patience,
        number: int = 0,
        waiting: tuple[Card, ...] = (),
        posted: tuple[str, ...] = (),
    ) -> None:
        while self._continues(self._number - number):
            await workflow.wait_condition(lambda: bool(self._waiting))
            await workflow.sleep(MERGE_WINDOW, summary="归并 · merging")
            await self._post(patience)
            await workflow.sleep(self._chat.apart_s, summary="限速 · rate")
        await asyncio.gather(*self._recording)
        workflow.continue_as_new(
            args=[self._chat, patience, self._number, tuple(self._waiting), tuple(self._posted[-POSTED_KEPT:])]
        )

    def _continues(self, posted: int) -> bool:
        """Whether this run posts another message, or continues as new after so many."""
        recording = any(not one.done() for one in self._recording)
        too_much_to_carry = sum(map(_weight, self._waiting)) > CARRIED_WEIGHT_MAX
        return posted < MESSAGES_PER_RUN or too_much_to_carry or (posted < MESSAGES_PER_RUN_MAX and recording)

    def _first(self) -> tuple[Card, ...]:
        """The cards of the next message: at least one, and no more than one payload can carry."""
        weights = accumulate(map(_weight, self._waiting[:CARDS_MAX]))
        return tuple(self._waiting[: max(1, sum(weight <= MESSAGE_WEIGHT_MAX for weight in weights))])

    async def _post(self, patience: Patience) -> None:
        self._number += 1
        message = ChatMessage(f"{workflow.info().workflow_id}:{self._number}", self._chat, self._first())
        posted: Posted = await workflow.execute_activity_method(
            ChatPosting.post,
            args=[message, patience],
            start_to_close_timeout=DELIVER_TIMEOUT,
            retry_policy=patience.retries,
            summary=cut(f"归并通知 {len(message.cards)} 件"),
        )
        taken = message.taken(posted)
        self._waiting = self._waiting[posted.count :]
        if posted.state != HELD:
            self._posted += map(_key, taken)
        delivered = posted.state == "DELIVERED"
        recording = workflow.start_activity_method(
            ChatPosting.record_posted,
            args=[message, posted],
            start_to_close_timeout=RECORD_TIMEOUT,
            schedule_to_close_timeout=None if delivered else RECORD_TIMEOUT,
            retry_policy=RETRY_FOREVER,
            summary=cut(f"登记 {posted.state} {len(taken)} 件"),
        )
        if delivered:
            self._recording = [*(one for one in self._recording if not one.done()), recording]
        else:
            with suppress(ActivityError):  # an unavailable ledger must not hold back the next way
                await recording  # first, or it would overwrite the result of the next way
            await self._continue_notices(message, posted, patience)

    async def _continue_notices(self, message: ChatMessage, posted: Posted, patience: Patience) -> None:
        await workflow.execute_activity_method(
            ChatPosting.continue_notices,
            args=[message, posted, patience],
            start_to_close_timeout=RECORD_TIMEOUT,
            retry_policy=RETRY_FOREVER,
            summary=cut(f"退回 {len(message.taken(posted))} 件"),
        )


def _weight(card: Card) -> int:
    return CARD_WEIGHT + len(card.order.title) + sum(map(len, card.order.facts.values()))


def _key(card: Card) -> str:
    """Which sending of which notice it is: one that is resent by hand is posted again."""
    return f"{card.order.id}#{card.order.again}"
