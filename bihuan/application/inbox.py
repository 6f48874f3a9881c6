"""Notices from the side of those who receive them: the inbox, the acknowledgement, who may look at one."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from bihuan.application.errors import NoticeUnknown, NotRecordedYet, NotYourNotice
from bihuan.application.reading import Reading
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
from workflows.names import DESKS

log = structlog.get_logger(__name__)

REPORT_KEEPERS = frozenset({Role.COO, Role.ADM})


@dataclass(frozen=True, slots=True)
class Inbox:
    """The ledger, which knows every notice, and the loop, which stops repeating an alarm that was seen."""

    reading: Reading
    writer: LedgerWriter
    policy: Policy

    @property
    def reader(self) -> LedgerReader:
        return self.reading.reader

    async def of(self, who: Actor, *, unseen: bool, cursor: str, limit: int) -> tuple[tuple[Delivery, ...], str]:
        """A page of what was sent to the desks this person sits at, or brought to them in another's place."""
        return await self.reader.inbox(seats(who, self.policy), unseen=unseen, cursor=cursor, limit=limit)

    async def notice(self, notice_id: str) -> Delivery:
        """Raises NoticeUnknown."""
        told = await self.reader.delivery(notice_id)
        if told is None:
            raise NoticeUnknown
        return told

    async def of_message(self, id_: str) -> tuple[Delivery, ...]:
        """The notice of this id, or all that one message in a group chat told. Raises NoticeUnknown, NotRecordedYet."""
        if not id_.startswith(DESKS):
            return (await self.notice(id_),)
        found = await self.reader.together(id_)
        if not found:
            raise NotRecordedYet
        return found

    async def timeline(self, notice_id: str, who: Actor) -> tuple[Delivery, Entry | None, tuple[Trace, ...]]:
        """A notice, the event it tells of and its attempts, for whoever it was sent to or may read the issue."""
        told = await self.notice(notice_id)
        if not any(sits_at(who, party, self.policy) for party in (desk_of(told), reached_by(told))):
            await self._require_readable(told, who)
        raised = await self.reader.events(told.issue_no, after=told.seq - 1, limit=1)
        return told, raised[0].entry if raised else None, await self.reader.traces(notice_id)

    async def _require_readable(self, told: Delivery, who: Actor) -> None:
        """Raise where it is neither of an issue this person may read nor a report this person keeps."""
        if told.issue_no:
            await self.reading.readable(told.issue_no, who)
        elif who.role not in REPORT_KEEPERS:
            raise NotYourNotice

    def receiver(self, who: Actor, told: Delivery) -> Actor:
        """Who acts when this person acknowledges: the person, or the desk the person stood in for when it came.

        Raises NotYourNotice.
        """
        own, reached = desk_of(told), reached_by(told)
        if sits_at(who, own, self.policy):
            return who
        if not sits_at(who, reached, self.policy):
            raise NotYourNotice
        return (told.state == "DELIVERED" and speaker(own, who.person)) or who

    def addressee(self, told: Delivery, party: Party) -> Actor | None:
        """Who acts when the link to this party is followed; None: nobody the rules know."""
        return speaker(desk_of(told), str(party))

    async def acknowledge(self, told: Delivery, who: Actor | None, by: str) -> tuple[Delivery, bool]:
        """The notice as it stands then, and whether this was the first time. ``who`` None: nobody the rules know.

        The issue is told first: where that fails all can be repeated.
        """
        if who is not None and told.event in ALARM_EVENTS:
            await self._end_repetition(told, who)
        first = await self.writer.acknowledge(told.notice_id, by, datetime.now(UTC))
        return await self.notice(told.notice_id), first

    async def _end_repetition(self, told: Delivery, who: Actor) -> None:
        """The alarm it told of repeats no more."""
        entry, then = await self.told_of(told)
        alarm, life = alarm_of(entry.event, then), await self.reader.life(told.issue_no)
        if life is None or alarm not in {one.alarm for one in life[0].unheeded}:
            return
        command = ActCommand(f"acknowledge:{told.notice_id}", who, Acknowledge(alarm=alarm), str(uuid.uuid4()))
        try:
            await act(self.reading.client, told.issue_no, command)
        except Refused as refused:  # heeded or over meanwhile, or told to others: the notice was seen all the same
            log.info("alarm_not_heeded", notice=told.notice_id, reason=refused.name)

    async def told_of(self, told: Delivery) -> tuple[Entry, Issue]:
        """The event it told of, and the issue right after it. Raises NotRecordedYet."""
        entries = [one for one in await self.reader.all_events(told.issue_no) if one.seq <= told.seq]
        if len(entries) < told.seq:
            raise NotRecordedYet
        return entries[-1], fold(told.issue_no, (one.recorded() for one in entries))


def desk_of(told: Delivery) -> Party:
    return Party(Desk(told.desk), told.ref)


def reached_by(told: Delivery) -> Party:
    """Whose desk it was brought to; where nobody was reached yet, its own."""
    return Party.parse(told.reached) if told.reached else desk_of(told)


def named(who: Actor) -> str:
    """A person as the record of a notice names one."""
    return " ".join(part for part in (who.role, who.org, who.person) if part)
