"""Delivering one notice over a signed webhook (Standard Webhooks 1.0.0), and telling passing trouble from a refusal."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx
from standardwebhooks import Webhook
from temporalio import activity
from temporalio.exceptions import ApplicationError

from bihuan import telemetry
from bihuan.domain.issue import Party
from bihuan.ledger.engine import LEDGER_AWAY
from bihuan.ledger.views import Delivery
from bihuan.ledger.writing import LedgerWriter
from workflows.messages import DeliveryOutcome, NoticeOrder
from workflows.notice import REFUSED
from workflows.ports import Delivering

CHANNEL = "webhook"
PASSING = frozenset({408, 425, 429})
RETRY_AFTER_MAX_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who sits at a desk today. ``url`` empty: nobody can be reached there."""

    name: str
    url: str


class WebhookDelivery(Delivering):
    """``who`` looks up today's addressee; ``secret`` (``whsec_…``) signs; ``http`` carries, without redirects."""

    def __init__(
        self, http: httpx.AsyncClient, secret: str, who: Callable[[Party], Addressee], ledger: LedgerWriter
    ) -> None:
        self._http = http
        self._webhook = Webhook(secret)
        self._who = who
        self._ledger = ledger

    @activity.defn(name="deliver")
    async def deliver(self, notice: NoticeOrder) -> DeliveryOutcome:
        addressee = self._who(notice.to)
        body = _body(notice, addressee.name)
        digest = hashlib.sha256(body.encode()).hexdigest()
        if not addressee.url:
            nobody = _outcome(notice, "UNADDRESSED", addressee, 0, digest, "nobody can be reached at this desk")
            return await self._on_record(nobody)
        if await self._already(notice):
            return replace(_outcome(notice, "DELIVERED", addressee, 0, digest, "delivered before"), recorded=True)
        status, detail, wait = await self._post(notice.id, addressee.url, body)
        said = {
            "channel": CHANNEL,
            "address": addressee.url,
            "attempts": activity.info().attempt,
            "status": status,
            "body_sha256": digest,
        }
        if 200 <= status < 300:  # noqa: PLR2004 - the success class of RFC 9110
            return await self._on_record(_outcome(notice, "DELIVERED", addressee, status, digest, ""))
        if status in PASSING or status >= 500 or status == 0:  # noqa: PLR2004 - the server class
            raise ApplicationError(detail, said, type="Trouble", next_retry_delay=wait)
        raise ApplicationError(detail, said, type=REFUSED, non_retryable=True)

    @activity.defn(name="record_delivery")
    async def record_delivery(self, outcome: DeliveryOutcome) -> None:
        notice = outcome.notice
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
                ended_at=outcome.ended_at,
            )
        )
        telemetry.NOTICES.labels(outcome.state).inc()

    async def _on_record(self, outcome: DeliveryOutcome) -> DeliveryOutcome:
        """In one go where the ledger is there; where it is away, the workflow sees to it patiently."""
        try:
            await self.record_delivery(outcome)
        except LEDGER_AWAY:
            activity.logger.warning("ledger_away", exc_info=True)
            return outcome
        return replace(outcome, recorded=True)

    async def _already(self, notice: NoticeOrder) -> bool:
        """Past Temporal's retention only the ledger knows; a ledger that is down must not hold a notice back."""
        try:
            return await self._ledger.delivered(notice.id)
        except LEDGER_AWAY:
            activity.logger.warning("ledger_away", exc_info=True)
            return False

    async def _post(self, id_: str, url: str, body: str) -> tuple[int, str, timedelta | None]:
        """Status (0: no answer), what went wrong, and how long the other side asks us to wait."""
        now = datetime.now(UTC)
        headers = {
            "content-type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(id_, now, body),
        }
        try:
            answer = await self._http.post(url, content=body.encode(), headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as trouble:
            return 0, f"{type(trouble).__name__}: {trouble}"[:300], None
        return answer.status_code, f"HTTP {answer.status_code}", _retry_after(answer.headers.get("retry-after", ""))


def _retry_after(value: str) -> timedelta | None:
    """Seconds only; a date or nonsense leaves our own schedule in force."""
    return timedelta(seconds=min(int(value), RETRY_AFTER_MAX_S)) if value.isascii() and value.isdigit() else None


def _body(notice: NoticeOrder, name: str) -> str:
    told = {
        "id": notice.id,
        "type": f"issue.{notice.event}",
        "at": notice.at.isoformat(),
        "issue_no": notice.issue_no,
        "revision": notice.seq,
        "to": {"desk": notice.to.desk, "ref": notice.to.ref, "name": name},
        "title": notice.title,
        "urgent": notice.urgent,
        "facts": notice.facts,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _outcome(
    notice: NoticeOrder, state: str, addressee: Addressee, status: int, digest: str, detail: str
) -> DeliveryOutcome:
    return DeliveryOutcome(
        notice=notice,
        state=state,
        channel=CHANNEL if addressee.url else "",
        address=addressee.url,
        attempts=activity.info().attempt,
        status=status,
        detail=detail,
        body_sha256=digest,
        ended_at=datetime.now(UTC),
    )
