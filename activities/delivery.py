"""Delivering one notice: the first way that is open, one attempt, and what came of it on record."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from temporalio import activity
from temporalio.client import Client

from activities.attempts import (
    HANDED,
    PASSES,
    QUIET,
    Attempts,
    arrived,
    begun,
    body_hash,
    ending,
    given_up,
    outcome_of,
    since,
    try_again,
)
from activities.channels.port import Answer, Verdict
from bihuan.client.notices import queue_for_chat
from bihuan.domain.notifications.registry import REMINDERS
from bihuan.domain.parties import Desk as AtDesk
from bihuan.domain.parties import Party
from bihuan.ledger.engine import CONNECT_SECONDS_MAX, LEDGER_AWAY
from bihuan.notify.kinds import FACTS, Kind
from bihuan.notify.routing import About, Step
from bihuan.runtime import telemetry
from bihuan.wire import NoticeOrder
from workflows.chat_digest import HELD
from workflows.messages import Card, Chat, DeliveryOutcome, Tried
from workflows.ports import Delivering
from workflows.timeouts import Patience

COORDINATION = Party(AtDesk.COORDINATION)
FRESH_S = 60.0
"""So young a notice is not asked after in the ledger: what it tells of has only just happened."""


class Deliverer(Delivering):
    def __init__(self, attempts: Attempts, client: Client) -> None:
        self._attempts = attempts
        self._telling = attempts.telling
        self._client = client

    @activity.defn(name="deliver")
    async def deliver(self, notice: NoticeOrder, tried: tuple[Tried, ...], patience: Patience) -> DeliveryOutcome:
        known, over = await self._known(notice)
        if known == "DELIVERED" and not notice.again:
            return outcome_of(notice, "DELIVERED", None, detail="delivered before", recorded=True)
        about, now = about_of(notice), activity.info().started_time
        been = {one.step for one in tried}
        step = next(step for step in self._telling.routing.steps(about, now) if step.key not in been)
        fresh = _arrived_before(step) is None
        if fresh and over:
            return await self._attempts.on_record(
                outcome_of(notice, "RECALLED", step, detail="the issue was over before")
            )
        opens = self._telling.routing.opens(step, about, now)
        if fresh and opens > now:
            if activity.info().attempt > 1:
                notice = begun(notice, step.key)
            held = outcome_of(notice, HELD, step, detail=QUIET, last=False, until=opens)
            return await self._attempts.on_record(held)
        if FACTS[step.kind].shared:
            return await self._to_desk(notice, step, tried, patience)
        return await self._attempt(notice, step, tried, patience)

    async def _attempt(
        self, notice: NoticeOrder, step: Step, tried: tuple[Tried, ...], patience: Patience
    ) -> DeliveryOutcome:
        message = self._telling.message(notice, step)
        digest = body_hash(notice, step.name)
        if step.kind is Kind.INBOX:
            if step.party == COORDINATION != notice.to:  # the last resort
                return await self._attempts.on_record(self._unreached(notice, tried, step))
            before = f"{tried[-1].state} {tried[-1].step}: {tried[-1].detail}" if tried else ""
            return await self._attempts.on_record(outcome_of(notice, "DELIVERED", step, detail=before, digest=digest))
        answer = _arrived_before(step) or await self._attempts.send(step.channel, step.contact, message)
        if answer.verdict is Verdict.DELIVERED:
            activity.heartbeat(step.key, answer.status)
            arrived(notice, step.channel)
            return await self._attempts.on_record(
                outcome_of(notice, "DELIVERED", step, status=answer.status, digest=digest)
            )
        if answer.verdict in PASSES and not given_up(answer, since(notice, step.key), step.give_up_s):
            if answer.verdict is Verdict.PASSING:
                trying = outcome_of(notice, "TRYING", step, status=answer.status, detail=answer.detail, last=False)
                await self._attempts.on_record(trying)
            try_again(answer, patience, {"channel": step.channel, "contact": step.contact, "status": answer.status})
        return await self._attempts.on_record(
            outcome_of(
                notice,
                ending(answer),
                step,
                status=answer.status,
                detail=answer.detail,
                digest=digest,
                last=False,
            )
        )

    async def _to_desk(
        self, notice: NoticeOrder, step: Step, tried: tuple[Tried, ...], patience: Patience
    ) -> DeliveryOutcome:
        """A desk that is not there begins with its first card; one card put twice is said once."""
        per_minute = FACTS[step.kind].per_minute or 60
        chat = Chat(step.channel, step.contact, step.name, 60 / per_minute, step.give_up_s)
        handed = await self._attempts.on_record(outcome_of(notice, HANDED, step))
        await queue_for_chat(self._client, chat, Card(begun(notice, step.key), step.party, tried), patience)
        return replace(handed, recorded=True)

    @activity.defn(name="record_delivery")
    async def record_delivery(self, outcome: DeliveryOutcome) -> None:
        await self._attempts.record(outcome)

    async def _known(self, notice: NoticeOrder) -> tuple[str, bool]:
        """How it stands in the ledger, ``""``: not at all; and whether its issue was closed before this reminder of it
        was first sent. In doubt it is sent.

        Past Temporal's retention only the ledger knows; a ledger that is down, or hangs, must not hold a notice back.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS_MAX):
                known = await self._attempts.ledger.delivery_state(notice.id)
                may_be_over = known in ("", HELD) and _is_old_reminder(notice)
                return known, may_be_over and await self._attempts.ledger.closed(notice.issue_no)
        except LEDGER_AWAY:
            activity.logger.warning("ledger_away", exc_info=True)
            return "", False

    def _unreached(self, notice: NoticeOrder, tried: tuple[Tried, ...], step: Step) -> DeliveryOutcome:
        """Nobody was reached. Where coordination's inbox has it, that says so; the reason is the last way's."""
        last = tried[-1] if tried else Tried("", "UNADDRESSED", "nobody can be reached at this desk")
        telemetry.DEAD_NOTICES.labels(last.step.partition("/")[0]).inc()
        return outcome_of(notice, last.state, step, detail=last.detail)


def _is_old_reminder(notice: NoticeOrder) -> bool:
    return notice.event in REMINDERS and activity.info().started_time - notice.at >= timedelta(seconds=FRESH_S)


def about_of(notice: NoticeOrder) -> About:
    return About(notice.event, notice.to, notice.facts.get("rung", ""), notice.urgent)


def _arrived_before(step: Step) -> Answer | None:
    """An attempt that arrived says so to the server at once, so that whoever repeats it need not send it again."""
    match list(activity.info().heartbeat_details):
        case [step.key, int(status)]:
            return Answer(Verdict.DELIVERED, status)
        case _:
            return None
