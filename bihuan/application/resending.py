"""Sending a notice again by hand."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bihuan.application.errors import IssueUnknown, NoticeRecalled, NoticeUnderWay, NotYourNotice, ReportGone
from bihuan.application.inbox import REPORT_READERS, Inbox, desk_of, recorded_name
from bihuan.client.calls import temporal_call
from bihuan.client.errors import AlreadyStarted
from bihuan.client.notices import RESEND_TIMEOUT_S, last_order, resend_notice
from bihuan.client.runs import is_running
from bihuan.domain.access.authorization import admit_resend
from bihuan.domain.access.desks import sits_at
from bihuan.domain.people import Actor, Role
from bihuan.ledger.views import Delivery, Trace
from bihuan.wire import NoticeOrder
from workflows.names import chat_digest_id
from workflows.timeouts import Patience

RESENT = "RESENT"
"""The trace state of a notice that was sent again by hand."""
RESENDABLE = frozenset({"REFUSED", "GIVEN_UP", "UNADDRESSED", "DELIVERED"})


@dataclass(frozen=True, slots=True)
class ResendResult:
    """``again``: how often it has been sent again, counting this time. ``replayed``: this key sent it before."""

    again: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class Resending:
    """Sends notices again. ``patience``: the timeouts and pauses of delivery."""

    inbox: Inbox
    patience: Patience

    async def resend(self, delivery: Delivery, actor: Actor, key: str) -> ResendResult:
        """Send a finished notice again; a repeated request with the same key sends nothing.

        Raises a Refusal, a UseCaseError or a ClientError.
        """
        await self._admit(delivery, actor)
        trace_key, sent = f"resend:{recorded_name(actor)}:{key}", await self._sent_again(delivery.notice_id)
        if trace_key in sent:
            return ResendResult(sent.index(trace_key) + 1, replayed=True)
        again = len(sent) + 1
        await self._send(delivery, again)
        await self.inbox.writer.trace(_trace(delivery.notice_id, trace_key, recorded_name(actor)))
        return ResendResult(again, replayed=False)

    async def _admit(self, delivery: Delivery, who: Actor) -> None:
        if delivery.issue_no:
            life = await self.inbox.reader.issue_state(delivery.issue_no)
            if life is None:
                raise IssueUnknown
            admit_resend(life[0], who, life[1])
        elif who.role not in REPORT_READERS and not self._is_own_group(delivery, who):
            raise NotYourNotice

    def _is_own_group(self, delivery: Delivery, who: Actor) -> bool:
        return who.role is Role.SUP and sits_at(who, desk_of(delivery), self.inbox.policy)

    async def _sent_again(self, notice_id: str) -> list[str]:
        """The trace keys under which it was sent again so far."""
        return [trace.key for trace in await self.inbox.reader.traces(notice_id) if trace.state == RESENT]

    async def _send(self, delivery: Delivery, again: int) -> None:
        if delivery.state == "RECALLED":
            raise NoticeRecalled
        if delivery.state not in RESENDABLE and not await self._was_abandoned(delivery):
            raise NoticeUnderWay
        order = await self._order(delivery, again)
        try:
            await resend_notice(self.inbox.reading.client, order, self.patience)
        except AlreadyStarted as running:
            raise NoticeUnderWay from running

    async def _was_abandoned(self, delivery: Delivery) -> bool:
        """Whether it waited in a chat digest that somebody terminated, with all it had queued."""
        if delivery.state != "HANDED":
            return False
        async with temporal_call(RESEND_TIMEOUT_S):
            return not await is_running(self.inbox.reading.client, chat_digest_id(delivery.channel, delivery.address))

    async def _order(self, delivery: Delivery, again: int) -> NoticeOrder:
        """The order it was sent by: from the ledger for an issue, from its workflow's history for a report."""
        if delivery.issue_no:
            entry, then = await self.inbox.event_of(delivery)
            return NoticeOrder.of(then, entry, desk_of(delivery), again)
        report = await last_order(self.inbox.reading.client, delivery.notice_id)
        if report is None:
            raise ReportGone
        return replace(report, again=again, begun=None)


def _trace(notice_id: str, key: str, by: str) -> Trace:
    return Trace(
        notice_id=notice_id,
        key=key,
        at=datetime.now(UTC),
        state=RESENT,
        channel="",
        contact="",
        reached="",
        status=0,
        detail=by,
    )
