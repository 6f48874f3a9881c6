"""Sending a notice again by hand."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bihuan.application.errors import IssueUnknown, NoticeRecalled, NoticeUnderWay, NotYourNotice, ReportGone
from bihuan.application.inbox import REPORT_KEEPERS, Inbox, desk_of, named
from bihuan.client.calls import answered
from bihuan.client.errors import AlreadyStarted
from bihuan.client.notices import RESENT_WITHIN_S, last_order, resend_notice
from bihuan.client.runs import is_running
from bihuan.domain.access.authorization import admit_resend
from bihuan.domain.access.desks import sits_at
from bihuan.domain.people import Actor, Role
from bihuan.ledger.views import Delivery, Trace
from bihuan.wire import NoticeOrder
from workflows.names import desk_id
from workflows.timeouts import Patience

RESENT = "RESENT"
"""What a trace says of a notice that was sent again by hand."""
RESENDABLE = frozenset({"REFUSED", "GIVEN_UP", "UNADDRESSED", "DELIVERED"})


@dataclass(frozen=True, slots=True)
class Resent:
    """``again``: the number of this time by hand, from 1. ``replayed``: it had been sent under this key before."""

    again: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class Resending:
    inbox: Inbox
    patience: Patience

    async def resend(self, told: Delivery, actor: Actor, key: str) -> Resent:
        """Send a notice that has ended once more; a repetition under the same key sends nothing.

        Raises a Refusal, a UseCaseError or a ClientError.
        """
        await self._admit(told, actor)
        mark, by_hand = f"resend:{named(actor)}:{key}", await self._by_hand(told.notice_id)
        if mark in by_hand:
            return Resent(by_hand.index(mark) + 1, replayed=True)
        again = len(by_hand) + 1
        await self._send(told, again)
        await self.inbox.writer.trace(_trace(told.notice_id, mark, named(actor)))
        return Resent(again, replayed=False)

    async def _admit(self, told: Delivery, who: Actor) -> None:
        if told.issue_no:
            life = await self.inbox.reader.issue_state(told.issue_no)
            if life is None:
                raise IssueUnknown
            admit_resend(life[0], who, life[1])
        elif who.role not in REPORT_KEEPERS and not self._is_own_group(told, who):
            raise NotYourNotice

    def _is_own_group(self, told: Delivery, who: Actor) -> bool:
        return who.role is Role.SUP and sits_at(who, desk_of(told), self.inbox.policy)

    async def _by_hand(self, notice_id: str) -> list[str]:
        """The keys under which it was sent again so far."""
        return [trace.key for trace in await self.inbox.reader.traces(notice_id) if trace.state == RESENT]

    async def _send(self, told: Delivery, again: int) -> None:
        if told.state == "RECALLED":
            raise NoticeRecalled
        if told.state not in RESENDABLE and not await self._left_lying(told):
            raise NoticeUnderWay
        order = await self._order(told, again)
        try:
            await resend_notice(self.inbox.reading.client, order, self.patience)
        except AlreadyStarted as running:
            raise NoticeUnderWay from running

    async def _left_lying(self, told: Delivery) -> bool:
        """Whether the desk it was handed to is no more: somebody ended it, and what it held with it."""
        if told.state != "HANDED":
            return False
        async with answered(RESENT_WITHIN_S):
            return not await is_running(self.inbox.reading.client, desk_id(told.channel, told.address))

    async def _order(self, told: Delivery, again: int) -> NoticeOrder:
        """As it was: of an issue the ledger knows what was told, of a report only its own history."""
        if told.issue_no:
            entry, then = await self.inbox.told_of(told)
            return NoticeOrder.of(then, entry, desk_of(told), again)
        report = await last_order(self.inbox.reading.client, told.notice_id)
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
