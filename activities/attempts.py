"""One attempt: sent through the gate of its channel, judged, and put on record."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.channels.port import Address, Message, SendResult, SendVerdict
from activities.gate import Gate
from activities.rendering import MessageRenderer
from bihuan.ledger.engine import LEDGER_AWAY
from bihuan.ledger.views import Delivery, Trace
from bihuan.ledger.writing import LedgerWriter
from bihuan.notify.routing import DeliveryStep
from bihuan.notify.secrets import SecretMissing
from bihuan.notify.templates import webhook_body
from bihuan.runtime import telemetry
from bihuan.wire import Begun, NoticeOrder
from workflows.messages import DeliveryOutcome
from workflows.timeouts import Patience

QUIET = "quiet hours"
HANDED = "HANDED"
"""With the desk of a group chat, whose it is from then on."""
TRANSIENT = frozenset({SendVerdict.PASSING, SendVerdict.NOT_ASKED})
"""After these the same way is gone again, until it is given up."""
DETAIL_MAX = 500
BENIGN = ApplicationErrorCategory.BENIGN
"""Trouble of others is on record and in our own metrics, and no fault of the worker's to be logged with a stack."""
JITTER = 0.5
"""By up to so much of itself a pause is longer by chance, or all that failed together would come back together."""


@dataclass(frozen=True)
class Attempts:
    """``telling``: the city's routes, words and secrets; ``gates``: its channels by name."""

    telling: MessageRenderer
    gates: Mapping[str, Gate]
    ledger: LedgerWriter

    async def send(self, channel: str, contact: str, message: Message) -> SendResult:
        gate, address = self.gates.get(channel), self._address(channel, contact)
        if gate is None or address is None:
            return SendResult(SendVerdict.REFUSED, detail=f"no channel {channel}, or no address for {contact}")
        answer = await gate.send(message, address)
        telemetry.NOTICE_ATTEMPTS.labels(channel, answer.verdict).inc()
        return answer

    def _address(self, channel: str, contact: str) -> Address | None:
        """A secret that is not in its place refuses this way, and the next is gone."""
        try:
            return self.telling.address(channel, contact)
        except SecretMissing as missing:
            activity.logger.error("secret_missing", extra={"secret": str(missing)})
            return None

    async def record(self, outcome: DeliveryOutcome) -> None:
        """As what came of this very attempt."""
        info = activity.info()
        await self.record_under(outcome, f"{info.workflow_run_id}:{info.activity_id}:{info.attempt}")

    async def try_record(self, outcome: DeliveryOutcome) -> DeliveryOutcome:
        """In one go where the ledger is there; where it is away, the workflow sees to an ending patiently."""
        try:
            await self.record(outcome)
        except LEDGER_AWAY:
            activity.logger.warning("ledger_away", exc_info=True)
            return outcome
        return replace(outcome, recorded=True)

    async def record_under(self, outcome: DeliveryOutcome, key: str) -> None:
        """``key`` is that of its trace, which is on record once however often it is written."""
        notice = outcome.notice
        message = self.telling.message(notice, None)
        ended = outcome.last and outcome.state != HANDED
        await self.ledger.record_delivery(
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
                words_version=self.telling.templates.version,
                urgent=notice.urgent,
            ),
            _trace_of(outcome, key),
        )
        if ended:
            telemetry.NOTICES.labels(outcome.state).inc()


def body_hash(notice: NoticeOrder, name: str) -> str:
    """The same notice has the same hash, whatever channel carries it, alone or with others in one message."""
    return hashlib.sha256(webhook_body(notice, name).encode()).hexdigest()


def final_state(answer: SendResult) -> str:
    """How a way ended with its last attempt: trouble that passes, after so long, is given up."""
    return "GIVEN_UP" if answer.verdict in TRANSIENT else answer.verdict.value


def observe_lag(notice: NoticeOrder, channel: str) -> None:
    telemetry.NOTICE_LAG.labels(channel).observe((datetime.now(UTC) - notice.at).total_seconds())


def first_tried_at(notice: NoticeOrder, way: str) -> datetime:
    """When this way was first tried, quiet hours in between or not; by the clock of the server, as all of these are."""
    return notice.begun.at if notice.begun and notice.begun.step == way else activity.info().scheduled_time


def with_begun(notice: NoticeOrder, way: str) -> NoticeOrder:
    return replace(notice, begun=Begun(way, first_tried_at(notice, way)))


def is_given_up(answer: SendResult, began: datetime, after_s: float) -> bool:
    """Whether this way has been tried for as long as it may be, or the other side asks us to stay away for longer."""
    away = answer.wait if answer.verdict is SendVerdict.PASSING and answer.wait else timedelta()
    return (activity.info().started_time + away - began).total_seconds() >= after_s


def raise_retry(answer: SendResult, patience: Patience, *details: object) -> NoReturn:
    """After as long as the other side asks for; else after a pause that grows with every attempt."""
    pause = answer.wait or patience.pause(activity.info().attempt)
    longer = pause * random.uniform(1, 1 + JITTER)  # noqa: S311 - no secret
    raise ApplicationError(answer.detail, *details, type="Trouble", next_retry_delay=longer, category=BENIGN)


def outcome_of(
    notice: NoticeOrder,
    state: str,
    step: DeliveryStep | None,
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
