"""Delivery of one notice: the first way that is open, one attempt, and its outcome recorded."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from temporalio import activity
from temporalio.client import Client

from activities.attempts import (
    HANDED,
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
    with_begun,
)
from activities.channels.port import SendResult, SendVerdict
from bihuan.client.notices import queue_for_chat
from bihuan.domain.notifications.registry import REMINDERS
from bihuan.domain.parties import Desk, Party
from bihuan.ledger.engine import CONNECT_SECONDS_MAX, LEDGER_AWAY
from bihuan.notify.kinds import TRAITS, Kind
from bihuan.notify.routing import DeliveryStep, RoutingSubject
from bihuan.runtime import telemetry
from bihuan.wire import NoticeOrder
from workflows.chat_digest import HELD
from workflows.messages import Card, Chat, DeliveryOutcome, Tried
from workflows.ports import Delivering
from workflows.timeouts import Patience

COORDINATION = Party(Desk.COORDINATION)
FRESH_S = 60.0
"""For a younger reminder the ledger is not asked whether its issue is closed: it was raised only just now."""


class Deliverer(Delivering):
    def __init__(self, attempts: Attempts, client: Client) -> None:
        self._attempts = attempts
        self._renderer = attempts.renderer
        self._client = client

    @activity.defn(name="deliver")
    async def deliver(self, notice: NoticeOrder, tried: tuple[Tried, ...], patience: Patience) -> DeliveryOutcome:
        known, over = await self._known(notice)
        if known == "DELIVERED" and not notice.again:
            return outcome_of(notice, "DELIVERED", None, detail="delivered before", recorded=True)
        subject, now = subject_of(notice), activity.info().started_time
        gone = {one.step for one in tried}
        step = next(step for step in self._renderer.routing.steps(subject, now) if step.key not in gone)
        fresh = _sent_by_earlier_attempt(step) is None
        if fresh and over:
            return await self._attempts.try_record(
                outcome_of(notice, "RECALLED", step, detail="the issue was over before")
            )
        opens = self._renderer.routing.opens(step, subject, now)
        if fresh and opens > now:
            if activity.info().attempt > 1:
                notice = with_begun(notice, step.key)
            held = outcome_of(notice, HELD, step, detail=QUIET, last=False, until=opens)
            return await self._attempts.try_record(held)
        if TRAITS[step.kind].shared:
            return await self._to_chat(notice, step, tried, patience)
        return await self._attempt(notice, step, tried, patience)

    async def _attempt(
        self, notice: NoticeOrder, step: DeliveryStep, tried: tuple[Tried, ...], patience: Patience
    ) -> DeliveryOutcome:
        message = self._renderer.message(notice, step)
        digest = body_hash(notice, step.name)
        if step.kind is Kind.INBOX:
            if step.party == COORDINATION != notice.to:  # the last resort
                return await self._attempts.try_record(self._unreached(notice, tried, step))
            before = f"{tried[-1].state} {tried[-1].step}: {tried[-1].detail}" if tried else ""
            return await self._attempts.try_record(outcome_of(notice, "DELIVERED", step, detail=before, digest=digest))
        answer = _sent_by_earlier_attempt(step) or await self._attempts.send(step.channel, step.contact, message)
        if answer.verdict is SendVerdict.DELIVERED:
            activity.heartbeat(step.key, answer.status)
            observe_lag(notice, step.channel)
            return await self._attempts.try_record(
                outcome_of(notice, "DELIVERED", step, status=answer.status, digest=digest)
            )
        if answer.verdict in TRANSIENT and not is_given_up(answer, first_tried_at(notice, step.key), step.give_up_s):
            if answer.verdict is SendVerdict.TRANSIENT:
                trying = outcome_of(notice, "TRYING", step, status=answer.status, detail=answer.detail, last=False)
                await self._attempts.try_record(trying)
            raise_retry(answer, patience, {"channel": step.channel, "contact": step.contact, "status": answer.status})
        return await self._attempts.try_record(
            outcome_of(
                notice,
                final_state(answer),
                step,
                status=answer.status,
                detail=answer.detail,
                digest=digest,
                last=False,
            )
        )

    async def _to_chat(
        self, notice: NoticeOrder, step: DeliveryStep, tried: tuple[Tried, ...], patience: Patience
    ) -> DeliveryOutcome:
        """Queue the notice for the digest of the chat, which starts with its first card and posts a card once."""
        per_minute = TRAITS[step.kind].per_minute or 60
        chat = Chat(step.channel, step.contact, step.name, 60 / per_minute, step.give_up_s)
        handed = await self._attempts.try_record(outcome_of(notice, HANDED, step))
        await queue_for_chat(self._client, chat, Card(with_begun(notice, step.key), step.party, tried), patience)
        return replace(handed, recorded=True)

    @activity.defn(name="record_delivery")
    async def record_delivery(self, outcome: DeliveryOutcome) -> None:
        await self._attempts.record(outcome)

    async def _known(self, notice: NoticeOrder) -> tuple[str, bool]:
        """The state of the notice in the ledger (``""``: none), and whether its issue closed before it was first sent.

        Past Temporal's retention only the ledger knows. A ledger that is down, or hangs, must not hold a notice back.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS_MAX):
                known = await self._attempts.ledger.delivery_state(notice.id)
                may_be_over = known in ("", HELD) and _is_old_reminder(notice)
                return known, may_be_over and await self._attempts.ledger.closed(notice.issue_no)
        except LEDGER_AWAY:
            activity.logger.warning("ledger_away", exc_info=True)
            return "", False

    def _unreached(self, notice: NoticeOrder, tried: tuple[Tried, ...], step: DeliveryStep) -> DeliveryOutcome:
        """Nobody was reached, so that it ends in coordination's inbox, with the state and reason of the last way."""
        last = tried[-1] if tried else Tried("", "UNADDRESSED", "nobody can be reached at this desk")
        telemetry.DEAD_NOTICES.labels(last.step.partition("/")[0]).inc()
        return outcome_of(notice, last.state, step, detail=last.detail)


def _is_old_reminder(notice: NoticeOrder) -> bool:
    return notice.event in REMINDERS and activity.info().started_time - notice.at >= timedelta(seconds=FRESH_S)


def subject_of(notice: NoticeOrder) -> RoutingSubject:
    return RoutingSubject(notice.event, notice.to, notice.facts.get("rung", ""), notice.urgent)


def _sent_by_earlier_attempt(step: DeliveryStep) -> SendResult | None:
    """The result of an earlier attempt that was sent but not recorded: a heartbeat has it."""
    match list(activity.info().heartbeat_details):
        case [step.key, int(status)]:
            return SendResult(SendVerdict.DELIVERED, status)
        case _:
            return None
