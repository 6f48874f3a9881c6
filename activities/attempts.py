"""One attempt: sent through the gate of its channel, judged, and recorded."""

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
"""In the digest of a group chat, which is responsible for it from then on."""
TRANSIENT = frozenset({SendVerdict.TRANSIENT, SendVerdict.NOT_ASKED})
"""After these the same way is tried again, until it is given up."""
DETAIL_MAX = 500
BENIGN = ApplicationErrorCategory.BENIGN
"""A failure of another server is in the records and in our metrics, and needs no stack trace in the worker's log."""
JITTER = 0.5
"""A pause is lengthened by a random share of up to so much, so that what failed together does not retry together."""


@dataclass(frozen=True)
class Attempts:
    """``renderer``: the city's routes, templates and secrets; ``gates``: its channels by name."""

    renderer: MessageRenderer
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
        """None where the secret is missing: this way is then refused, and the next one is tried."""
        try:
            return self.renderer.address(channel, contact)
        except SecretMissing as missing:
            activity.logger.error("secret_missing", extra={"secret": str(missing)})
            return None

    async def record(self, outcome: DeliveryOutcome) -> None:
        """Record the outcome of this attempt. Raises while the ledger is unavailable."""
        info = activity.info()
        await self.record_under(outcome, f"{info.workflow_run_id}:{info.activity_id}:{info.attempt}")

    async def try_record(self, outcome: DeliveryOutcome) -> DeliveryOutcome:
        """Record the outcome if the ledger is available, and say so in it; else the workflow records it later."""
        try:
            await self.record(outcome)
        except LEDGER_AWAY:
            activity.logger.warning("ledger_away", exc_info=True)
            return outcome
        return replace(outcome, recorded=True)

    async def record_under(self, outcome: DeliveryOutcome, key: str) -> None:
        """``key``: of its trace, which is recorded once however often it is written."""
        notice = outcome.notice
        message = self.renderer.message(notice, None)
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
                words_version=self.renderer.templates.version,
                urgent=notice.urgent,
            ),
            _trace_of(outcome, key),
        )
        if ended:
            telemetry.NOTICES.labels(outcome.state).inc()


def body_hash(notice: NoticeOrder, name: str) -> str:
    """The same for a notice on every channel, alone or merged with others."""
    return hashlib.sha256(webhook_body(notice, name).encode()).hexdigest()


def final_state(answer: SendResult) -> str:
    """The state of a way after its last attempt: a transient failure that has lasted too long is given up."""
    return "GIVEN_UP" if answer.verdict in TRANSIENT else answer.verdict.value


def observe_lag(notice: NoticeOrder, channel: str) -> None:
    telemetry.NOTICE_LAG.labels(channel).observe((datetime.now(UTC) - notice.at).total_seconds())


def first_tried_at(notice: NoticeOrder, way: str) -> datetime:
    """When this way was first tried, by the server's clock; quiet hours since then count."""
    return notice.begun.at if notice.begun and notice.begun.step == way else activity.info().scheduled_time


def with_begun(notice: NoticeOrder, way: str) -> NoticeOrder:
    return replace(notice, begun=Begun(way, first_tried_at(notice, way)))


def is_given_up(answer: SendResult, began: datetime, after_s: float) -> bool:
    """Whether this way has been tried for its whole time, or the other side asks us to wait beyond that."""
    wait = answer.wait if answer.verdict is SendVerdict.TRANSIENT and answer.wait else timedelta()
    return (activity.info().started_time + wait - began).total_seconds() >= after_s


def raise_retry(answer: SendResult, patience: Patience, *details: object) -> NoReturn:
    """Raise a retryable error: after the wait the other side asks for, else after a pause that grows by attempt."""
    pause = answer.wait or patience.pause(activity.info().attempt)
    longer = pause * random.uniform(1, 1 + JITTER)  # noqa: S311 - no secret
    raise ApplicationError(answer.detail, *details, type="AttemptFailed", next_retry_delay=longer, category=BENIGN)


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
