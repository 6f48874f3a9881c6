"""The desk of one group chat: alerts that come together go out together, and never faster than the chat takes them."""

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
"""How long the first of a burst waits for the others."""
CARDS_MAX = 50
CARD_WEIGHT = 1000
MESSAGE_WEIGHT_MAX = 100_000
CARRIED_WEIGHT_MAX = 400_000
"""In signs of up to four bytes: Temporal takes two megabytes in one piece, and fifty in the history of one run."""
POSTED_KEPT = 500
HELD = "HELD"
MESSAGES_PER_RUN = 50
"""After so many digests the run continues as new; it waits for no ledger then, but at the last."""
MESSAGES_PER_RUN_MAX = 400


@workflow.defn(name="ChatDigest")
class ChatDigest:
    """Its id is the chat's own. It lives as long as the chat, and holds what is still to be said there."""

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
        """What is being put on record: a ledger that is away holds nothing back here."""

    @workflow.signal
    def put(self, card: Card, chat: Chat) -> None:
        """One more to be said, in the chat as the city has it by now. A card put twice is said once, and one handed
        back is not taken again, unless it was for quiet hours.
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
        while self._goes_on(self._number - number):
            await workflow.wait_condition(lambda: bool(self._waiting))
            await workflow.sleep(MERGE_WINDOW, summary="归并 · merging")
            await self._post(patience)
            await workflow.sleep(self._chat.apart_s, summary="限速 · rate")
        await asyncio.gather(*self._recording)
        workflow.continue_as_new(
            args=[self._chat, patience, self._number, tuple(self._waiting), tuple(self._posted[-POSTED_KEPT:])]
        )

    def _goes_on(self, said: int) -> bool:
        """Whether this run says one more: it has not said many, or what it holds cannot be handed to the next yet."""
        owes_the_ledger = any(not one.done() for one in self._recording)
        too_much = sum(map(_weight, self._waiting)) > CARRIED_WEIGHT_MAX
        return said < MESSAGES_PER_RUN or too_much or (said < MESSAGES_PER_RUN_MAX and owes_the_ledger)

    def _first(self) -> tuple[Card, ...]:
        """The cards of one digest: one at least, and no more than can be carried at once."""
        weights = accumulate(map(_weight, self._waiting[:CARDS_MAX]))
        return tuple(self._waiting[: max(1, sum(weight <= MESSAGE_WEIGHT_MAX for weight in weights))])

    async def _post(self, patience: Patience) -> None:
        self._number += 1
        digest = ChatMessage(f"{workflow.info().workflow_id}:{self._number}", self._chat, self._first())
        posted: Posted = await workflow.execute_activity_method(
            ChatPosting.post,
            args=[digest, patience],
            start_to_close_timeout=DELIVER_TIMEOUT,
            retry_policy=patience.retries,
            summary=cut(f"归并通知 {len(digest.cards)} 件"),
        )
        taken = digest.taken(posted)
        self._waiting = self._waiting[posted.count :]
        if posted.state != HELD:
            self._posted += map(_key, taken)
        over = posted.state == "DELIVERED"
        recording = workflow.start_activity_method(
            ChatPosting.record_posted,
            args=[digest, posted],
            start_to_close_timeout=RECORD_TIMEOUT,
            schedule_to_close_timeout=None if over else RECORD_TIMEOUT,
            retry_policy=RETRY_FOREVER,
            summary=cut(f"登记 {posted.state} {len(taken)} 件"),
        )
        if over:
            self._recording = [*(one for one in self._recording if not one.done()), recording]
        else:
            with suppress(ActivityError):  # the next way waits for no ledger that is away
                await recording  # or it would overwrite what the next way led to
            await workflow.execute_activity_method(
                ChatPosting.continue_notices,
                args=[digest, posted, patience],
                start_to_close_timeout=RECORD_TIMEOUT,
                retry_policy=RETRY_FOREVER,
                summary=cut(f"退回 {len(taken)} 件"),
            )


def _weight(card: Card) -> int:
    return CARD_WEIGHT + len(card.order.title) + sum(map(len, card.order.facts.values()))


def _key(card: Card) -> str:
    """Which telling of which notice it is: one sent again by hand is said again."""
    return f"{card.order.id}#{card.order.again}"
