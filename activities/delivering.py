"""Delivering one notice: the first way that is open, one attempt, and what came of it on record."""

import asyncio
import hashlib
import random
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import NoReturn

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.channels.port import Address, Answer, Message, Verdict
from activities.gate import Gate
from activities.telling import Telling
from bihuan import telemetry
from bihuan.domain.issue import Desk as AtDesk
from bihuan.domain.issue import Party
from bihuan.ledger.engine import CONNECT_SECONDS_MAX, LEDGER_AWAY
from bihuan.ledger.views import Delivery, Trace, within
from bihuan.ledger.writing import LedgerWriter
from bihuan.notify.kinds import FACTS, Kind
from bihuan.notify.routing import About, Step
from bihuan.notify.samples import REPORTS
from bihuan.notify.secrets import SecretMissing
from bihuan.notify.templates import body
from workflows.desk import HELD, Desk
from workflows.messages import Begun, Card, Chat, DeliveryOutcome, Digest, NoticeOrder, Posted, Tried
from workflows.names import NOTICE_QUEUE, desk_id
from workflows.notice import Notice
from workflows.patience import Patience
from workflows.ports import Delivering

REMINDERS = frozenset({"alarm_raised", "alarm_repeated"})
"""What is pointless once the issue is over: recalled where it was not sent before."""
QUIET = "quiet hours"
HANDED = "HANDED"
"""With the desk of a group chat, whose it is from then on."""
COORDINATION = Party(AtDesk.COORDINATION)
PASSES = frozenset({Verdict.PASSING, Verdict.NOT_ASKED})
"""After these the same way is gone again, until it is given up."""
DETAIL_MAX = 500
EXPECTED = ApplicationErrorCategory.BENIGN
"""Trouble of others is on record and in our own metrics, and no fault of the worker's to be logged with a stack."""
FRESH_S = 60.0
"""So young a notice is not asked after in the ledger: what it tells of has only just happened."""
SPREAD = 0.5
"""By up to so much of itself a pause is longer by chance, or all that failed together would come back together."""


def body_hash(notice: NoticeOrder, name: str) -> str:
    """The same notice has the same hash, whatever channel carries it, alone or with others in one message."""
    return hashlib.sha256(body(notice, name).encode()).hexdigest()


class Deliverer(Delivering):
    """``telling``: the city's routes, words and secrets; ``gates``: its channels by name."""

    def __init__(self, telling: Telling, gates: Mapping[str, Gate], ledger: LedgerWriter, client: Client) -> None:
        self._telling = telling
        self._gates = gates
        self._ledger = ledger
        self._client = client

    @activity.defn(name="deliver")
    async def deliver(self, notice: NoticeOrder, tried: tuple[Tried, ...], patience: Patience) -> DeliveryOutcome:
        known, over = await self._known(notice)
        if known == "DELIVERED" and not notice.again:
            return _outcome(notice, "DELIVERED", None, detail="delivered before", recorded=True)
        about, now = about_of(notice), activity.info().started_time
        been = {one.step for one in tried}
        step = next(step for step in self._telling.routing.steps(about, now) if step.key not in been)
        fresh = _arrived_before(step) is None
        if fresh and over:
            return await self._on_record(_outcome(notice, "RECALLED", step, detail="the issue was over before"))
        opens = self._telling.routing.opens(step, about, now)
        if fresh and opens > now:
            if activity.info().attempt > 1:
                notice = _begun(notice, step.key)
            held = _outcome(notice, HELD, step, detail=QUIET, last=False, until=opens)
            return await self._on_record(held)
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
                return await self._on_record(self._unreached(notice, tried, step))
            before = f"{tried[-1].state} {tried[-1].step}: {tried[-1].detail}" if tried else ""
            return await self._on_record(_outcome(notice, "DELIVERED", step, detail=before, digest=digest))
        answer = _arrived_before(step) or await self._send(step.channel, step.contact, message)
        if answer.verdict is Verdict.DELIVERED:
            activity.heartbeat(step.key, answer.status)
            _arrived(notice, step.channel)
            return await self._on_record(_outcome(notice, "DELIVERED", step, status=answer.status, digest=digest))
        if answer.verdict in PASSES and not _given_up(_since(notice, step.key), step.give_up_s):
            if answer.verdict is Verdict.PASSING:
                trying = _outcome(notice, "TRYING", step, status=answer.status, detail=answer.detail, last=False)
                await self._on_record(trying)
            _try_again(answer, patience, {"channel": step.channel, "contact": step.contact, "status": answer.status})
        return await self._on_record(
            _outcome(
                notice,
                _ended(answer),
                step,
                status=answer.status,
                detail=answer.detail,
                digest=digest,
                last=False,
            )
        )

    async def _send(self, channel: str, contact: str, message: Message) -> Answer:
        gate, address = self._gates.get(channel), self._address(channel, contact)
        if gate is None or address is None:
            return Answer(Verdict.REFUSED, detail=f"no channel {channel}, or no address for {contact}")
        answer = await gate.send(message, address)
        telemetry.NOTICE_ATTEMPTS.labels(channel, answer.verdict).inc()
        return answer

    def _address(self, channel: str, contact: str) -> Address | None:
        """A secret that is not in its place refuses this way, and the next is gone."""
        try:
            return self._telling.address(channel, contact)
        except SecretMissing as missing:
            activity.logger.error("secret_missing", extra={"secret": str(missing)})
            return None

    # Group chats

    async def _to_desk(
        self, notice: NoticeOrder, step: Step, tried: tuple[Tried, ...], patience: Patience
    ) -> DeliveryOutcome:
        """A desk that is not there begins with its first card; one card put twice is said once."""
        per_minute = FACTS[step.kind].per_minute or 60
        chat = Chat(step.channel, step.contact, step.name, 60 / per_minute, step.give_up_s)
        handed = await self._on_record(_outcome(notice, HANDED, step))
        await self._client.start_workflow(
            Desk.run,
            args=[chat, patience, 0, (), ()],
            id=desk_id(step.channel, step.contact),
            task_queue=NOTICE_QUEUE,
            start_signal="put",
            start_signal_args=[Card(_begun(notice, step.key), step.party, tried), chat],
            static_summary=f"群通知 {step.name}",
        )
        return replace(handed, recorded=True)

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
        oldest = min(_since(card.order, chat.key) for card in taken)
        if answer.verdict in PASSES and not _given_up(oldest, chat.give_up_s):
            if answer.verdict is Verdict.PASSING:
                await self._tried(chat, taken, answer)
            _try_again(answer, patience)
        if answer.verdict is Verdict.DELIVERED:
            for card in taken:
                _arrived(card.order, chat.channel)
        return Posted(
            count=len(taken),
            state=_ended(answer),
            at=datetime.now(UTC),
            detail=answer.detail[:DETAIL_MAX],
            status=answer.status,
            attempts=activity.info().attempt,
        )

    async def _tried(self, chat: Chat, cards: Sequence[Card], answer: Answer) -> None:
        """As far as the ledger is there: the next attempt is not held back for it."""
        for card in cards:
            step = self._step(chat, card)
            trying = _outcome(card.order, "TRYING", step, status=answer.status, detail=answer.detail, last=False)
            if not (await self._on_record(trying)).recorded:
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
                detail=posted.detail or within(digest.id),
                body_sha256=body_hash(card.order, digest.chat.name),
            )
            await self._put_on_record(outcome, f"{activity.info().workflow_run_id}:{digest.id}")

    def _quiet(self, cards: Sequence[Card]) -> bool:
        """Whether none of them presses and the office has closed since they were put here."""
        at = activity.info().started_time
        return not any(card.order.urgent for card in cards) and not self._telling.routing.open_at(at)

    async def _say(self, chat: Chat, message: Message | None) -> Answer:
        if message is None:
            return Answer(Verdict.REFUSED, detail=f"no channel {chat.channel}")
        return await self._send(chat.channel, chat.contact, message)

    def _fitting(self, digest: Digest) -> tuple[Message | None, Sequence[Card]]:
        """As many of the cards as the channel says in one message, in their order. One alone, and a report, is told
        in full. A channel that was taken out of the city's files while cards waited here has no message for any.
        """
        chat = digest.chat
        if chat.channel not in self._gates:
            return None, digest.cards
        channel = self._gates[chat.channel].channel
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
            with suppress(WorkflowAlreadyStartedError):  # somebody has sent it again by hand just now
                await self._client.start_workflow(
                    Notice.run,
                    args=[card.order, patience, (*card.tried, *ended)],
                    id=card.order.id,
                    task_queue=NOTICE_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    static_summary=f"{card.order.event} → {card.order.to}",
                )

    async def _goes_on(self, notice: NoticeOrder) -> bool:
        """Whether it was handed back by an attempt before this one, and may have ended since. A run that is older and
        open has handed its card over and is about to end: it goes no further, so we come again once it is over.
        """
        try:
            run = await self._client.get_workflow_handle(notice.id).describe()
        except RPCError as trouble:
            if trouble.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        if run.start_time < activity.info().scheduled_time and run.status is WorkflowExecutionStatus.RUNNING:
            raise ApplicationError(
                f"the run before of {notice.id} has not ended yet", type="NotOverYet", category=EXPECTED
            )
        return run.start_time >= activity.info().scheduled_time

    # On record

    @activity.defn(name="record_delivery")
    async def record_delivery(self, outcome: DeliveryOutcome) -> None:
        info = activity.info()
        await self._put_on_record(outcome, f"{info.workflow_run_id}:{info.activity_id}:{info.attempt}")

    async def _put_on_record(self, outcome: DeliveryOutcome, key: str) -> None:
        """``key`` is that of its trace, which is on record once however often it is written."""
        notice = outcome.notice
        message = self._telling.message(notice, None)
        ended = outcome.last and outcome.state != HANDED
        await self._ledger.record_delivery(
            Delivery(
                notice_id=notice.id,
                issue_no=notice.issue_no,
                seq=notice.seq,
                desk=notice.to.desk,
                ref=notice.to.ref,
                event=notice.event,
                state=outcome.state,
                channel=outcome.channel,
                address=outcome.address,
                attempts=outcome.attempts,
                status=outcome.status,
                detail=outcome.detail,
                body_sha256=outcome.body_sha256,
                first_at=notice.at,
                ended_at=outcome.ended_at if ended else None,
                reached=outcome.reached,
                title=message.title,
                text=message.text,
                words_version=self._telling.templates.version,
                urgent=notice.urgent,
            ),
            _trace_of(outcome, key),
        )
        if ended:
            telemetry.NOTICES.labels(outcome.state).inc()

    async def _on_record(self, outcome: DeliveryOutcome) -> DeliveryOutcome:
        """In one go where the ledger is there; where it is away, the workflow sees to an ending patiently."""
        try:
            await self.record_delivery(outcome)
        except LEDGER_AWAY:
            activity.logger.warning("ledger_away", exc_info=True)
            return outcome
        return replace(outcome, recorded=True)

    async def _known(self, notice: NoticeOrder) -> tuple[str, bool]:
        """How it stands in the ledger, ``""``: not at all; and whether its issue was closed before this reminder of it
        was first sent. In doubt it is sent.

        Past Temporal's retention only the ledger knows; a ledger that is down, or hangs, must not hold a notice back.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS_MAX):
                known = await self._ledger.delivery_state(notice.id)
                may_be_over = known in ("", HELD) and _is_old_reminder(notice)
                return known, may_be_over and await self._ledger.closed(notice.issue_no)
        except LEDGER_AWAY:
            activity.logger.warning("ledger_away", exc_info=True)
            return "", False

    def _unreached(self, notice: NoticeOrder, tried: tuple[Tried, ...], step: Step) -> DeliveryOutcome:
        """Nobody was reached. Where coordination's inbox has it, that says so; the reason is the last way's."""
        last = tried[-1] if tried else Tried("", "UNADDRESSED", "nobody can be reached at this desk")
        telemetry.DEAD_NOTICES.labels(last.step.partition("/")[0]).inc()
        return _outcome(notice, last.state, step, detail=last.detail)


def _is_old_reminder(notice: NoticeOrder) -> bool:
    return notice.event in REMINDERS and activity.info().started_time - notice.at >= timedelta(seconds=FRESH_S)


def about_of(notice: NoticeOrder) -> About:
    return About(notice.event, notice.to, notice.facts.get("rung", ""), notice.urgent)


def _ended(answer: Answer) -> str:
    """How a way ended with its last attempt: trouble that passes, after so long, is given up."""
    return "GIVEN_UP" if answer.verdict in PASSES else answer.verdict.value


def _arrived(notice: NoticeOrder, channel: str) -> None:
    telemetry.NOTICE_LAG.labels(channel).observe((datetime.now(UTC) - notice.at).total_seconds())


def _arrived_before(step: Step) -> Answer | None:
    """An attempt that arrived says so to the server at once, so that whoever repeats it need not send it again."""
    match list(activity.info().heartbeat_details):
        case [step.key, int(status)]:
            return Answer(Verdict.DELIVERED, status)
        case _:
            return None


def _since(notice: NoticeOrder, way: str) -> datetime:
    """When this way was first tried, quiet hours in between or not; by the clock of the server, as all of these are."""
    return notice.begun.at if notice.begun and notice.begun.step == way else activity.info().scheduled_time


def _begun(notice: NoticeOrder, way: str) -> NoticeOrder:
    return replace(notice, begun=Begun(way, _since(notice, way)))


def _given_up(since: datetime, after_s: float) -> bool:
    """Whether this way has been tried for as long as it may be."""
    return (activity.info().started_time - since).total_seconds() >= after_s


def _try_again(answer: Answer, patience: Patience, *details: object) -> NoReturn:
    """After as long as the other side asks for; else after a pause that grows with every attempt."""
    pause = answer.wait or patience.pause(activity.info().attempt)
    longer = pause * random.uniform(1, 1 + SPREAD)  # noqa: S311 - no secret
    raise ApplicationError(answer.detail, *details, type="Trouble", next_retry_delay=longer, category=EXPECTED)


def _outcome(
    notice: NoticeOrder,
    state: str,
    step: Step | None,
    *,
    status: int = 0,
    detail: str = "",
    digest: str = "",
    last: bool = True,
    until: datetime | None = None,
    recorded: bool = False,
) -> DeliveryOutcome:
    return DeliveryOutcome(
        notice=notice,
        state=state,
        ended_at=datetime.now(UTC),
        last=last,
        step=step.key if step else "",
        channel=step.channel if step else "",
        address=step.contact if step else "",
        reached=str(step.party) if step else "",
        attempts=activity.info().attempt,
        status=status,
        detail=detail[:DETAIL_MAX],
        body_sha256=digest,
        until=until,
        recorded=recorded,
    )


def _trace_of(outcome: DeliveryOutcome, key: str) -> Trace:
    return Trace(
        notice_id=outcome.notice.id,
        key=key,
        at=outcome.ended_at,
        state=outcome.state,
        channel=outcome.channel,
        contact=outcome.address,
        reached=outcome.reached,
        status=outcome.status,
        detail=outcome.detail,
    )
