"""Notices for their recipients: the inbox, acknowledging a notice, who may see one."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from bihuan.application.errors import NoticeUnknown, NotRecordedYet, NotYourNotice
from bihuan.application.reading import IssueReading
from bihuan.client.errors import Refused
from bihuan.client.issues import act
from bihuan.domain.access.desks import seats, sits_at, speaker
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.acknowledgement import ALARM_EVENTS, alarm_of
from bihuan.domain.ladder.commands import Acknowledge
from bihuan.domain.loop.step import fold
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import Delivery, Trace
from bihuan.ledger.writing import LedgerWriter
from bihuan.wire import ActCommand, Entry
from workflows.names import CHATS

log = structlog.get_logger(__name__)

REPORT_READERS = frozenset({Role.COO, Role.ADM})


@dataclass(frozen=True, slots=True)
class Inbox:
    """Reads notices from the ledger, records acknowledgements there, and ends the repetition of alarms."""

    reading: IssueReading
    writer: LedgerWriter
    policy: Policy

    @property
    def reader(self) -> LedgerReader:
        return self.reading.reader

    async def page(self, who: Actor, *, unseen: bool, cursor: str, limit: int) -> tuple[tuple[Delivery, ...], str]:
        """A page of the notices to this person's desks, or brought to them as a deputy, and the next cursor."""
        return await self.reader.inbox(seats(who, self.policy), unseen=unseen, cursor=cursor, limit=limit)

    async def notice(self, notice_id: str) -> Delivery:
        """The notice of this id. Raises NoticeUnknown."""
        delivery = await self.reader.delivery(notice_id)
        if delivery is None:
            raise NoticeUnknown
        return delivery

    async def in_message(self, id_: str) -> tuple[Delivery, ...]:
        """The notice of this id, or all notices of one group chat message. Raises NoticeUnknown, NotRecordedYet."""
        if not id_.startswith(CHATS):
            return (await self.notice(id_),)
        found = await self.reader.in_message(id_)
        if not found:
            raise NotRecordedYet
        return found

    async def timeline(self, notice_id: str, who: Actor) -> tuple[Delivery, Entry | None, tuple[Trace, ...]]:
        """A notice, its event and its attempts, for its recipients and those who may read the issue.

        Raises NoticeUnknown, NotYourNotice, IssueUnknown, NotYourIssue.
        """
        delivery = await self.notice(notice_id)
        if not any(sits_at(who, party, self.policy) for party in (desk_of(delivery), reached_by(delivery))):
            await self._require_readable(delivery, who)
        raised = await self.reader.events(delivery.issue_no, after=delivery.seq - 1, limit=1)
        return delivery, raised[0].entry if raised else None, await self.reader.traces(notice_id)

    async def _require_readable(self, delivery: Delivery, who: Actor) -> None:
        """Raise unless it is of an issue this person may read, or a report and this person reads all reports."""
        if delivery.issue_no:
            await self.reading.readable(delivery.issue_no, who)
        elif who.role not in REPORT_READERS:
            raise NotYourNotice

    def receiver(self, who: Actor, delivery: Delivery) -> Actor:
        """Who acts when this person acknowledges: the person, or the desk they were deputy for at delivery.

        Raises NotYourNotice.
        """
        own, reached = desk_of(delivery), reached_by(delivery)
        if sits_at(who, own, self.policy):
            return who
        if not sits_at(who, reached, self.policy):
            raise NotYourNotice
        return (delivery.state == "DELIVERED" and speaker(own, who.person)) or who

    def addressee(self, delivery: Delivery, party: Party) -> Actor | None:
        """Who acts when the link sent to this party is used; None where the rules know no such role."""
        return speaker(desk_of(delivery), str(party))

    async def acknowledge(self, delivery: Delivery, who: Actor | None, by: str) -> tuple[Delivery, bool]:
        """Record that ``by`` has seen the notice; the notice then, and whether this was the first time.

        ``who``: the actor, None where the rules know none. The workflow comes first: if it fails, nothing is recorded
        and the caller can repeat everything. Raises NotRecordedYet or a ClientError.
        """
        if who is not None and delivery.event in ALARM_EVENTS:
            await self._end_repetition(delivery, who)
        first = await self.writer.acknowledge(delivery.notice_id, by, datetime.now(UTC))
        return await self.notice(delivery.notice_id), first

    async def _end_repetition(self, delivery: Delivery, who: Actor) -> None:
        """Acknowledge the alarm, so that it stops repeating."""
        entry, then = await self.event_of(delivery)
        alarm, life = alarm_of(entry.event, then), await self.reader.issue_state(delivery.issue_no)
        if life is None or alarm not in {one.alarm for one in life[0].supervision.unheeded}:
            return
        command = ActCommand(f"acknowledge:{delivery.notice_id}", who, Acknowledge(alarm=alarm), str(uuid.uuid4()))
        try:
            await act(self.reading.client, delivery.issue_no, command)
        except (
            Refused
        ) as refused:  # acknowledged or over meanwhile, or sent to others: the notice was seen nevertheless
            log.info("alarm_not_heeded", notice=delivery.notice_id, reason=refused.name)

    async def event_of(self, delivery: Delivery) -> tuple[Entry, Issue]:
        """The event of a notice, and the issue right after it. Raises NotRecordedYet."""
        entries = [one for one in await self.reader.all_events(delivery.issue_no) if one.seq <= delivery.seq]
        if len(entries) < delivery.seq:
            raise NotRecordedYet
        return entries[-1], fold(delivery.issue_no, (one.recorded() for one in entries))


def desk_of(delivery: Delivery) -> Party:
    return Party(Desk(delivery.desk), delivery.ref)


def reached_by(delivery: Delivery) -> Party:
    """The desk it was brought to, a deputy's perhaps; the addressed one until anybody was reached."""
    return Party.parse(delivery.reached) if delivery.reached else desk_of(delivery)


def recorded_name(who: Actor) -> str:
    """Role, unit and name of a person, as acknowledgements and resends are recorded."""
    return " ".join(part for part in (who.role, who.org, who.person) if part)
