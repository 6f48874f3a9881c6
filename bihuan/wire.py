"""Values that cross processes: acts, events and notices as JSON for Temporal, the ledger, the channels and the API."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import Discriminator
from pydantic.dataclasses import dataclass

from bihuan.domain.commands import Act, Command
from bihuan.domain.events import Event
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import RecordedEvent
from bihuan.domain.notifications.registry import facts, urgent
from bihuan.domain.parties import Party
from bihuan.domain.people import Actor

AnyAct = Annotated[Act, Discriminator("act")]
AnyEvent = Annotated[Event, Discriminator("event")]


@dataclass(frozen=True, slots=True)
class ActCommand:
    """A command on the wire; the same fields as ``bihuan.domain.commands.Command``."""

    id: str
    actor: Actor
    act: AnyAct
    request_id: str = ""

    def command(self) -> Command:
        return Command(self.id, self.actor, self.act, self.request_id)


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded event on the wire; the same fields as ``bihuan.domain.loop.step.Recorded``."""

    seq: int
    at: datetime
    event: AnyEvent
    tell: tuple[Party, ...] = ()
    actor: Actor | None = None
    command_id: str = ""
    act: AnyAct | None = None

    @classmethod
    def of(cls, one: RecordedEvent) -> "Entry":
        return cls(one.seq, one.at, one.event, one.recipients, one.actor, one.command_id, one.act)

    def recorded(self) -> RecordedEvent:
        return RecordedEvent(self.seq, self.at, self.event, self.tell, self.actor, self.command_id, self.act)

    @property
    def without_act(self) -> "Entry":
        """The same entry without its act, as older versions recorded it."""
        return replace(self, act=None)

    def agrees(self, other: "Entry") -> bool:
        """Whether both record the same event; an act that an older version left out is no difference."""
        return self == other or (self.without_act == other.without_act and None in (self.act, other.act))


def notice_id(issue_no: str, seq: int, to: Party) -> str:
    """The id of a notice and of the workflow that delivers it: ``issue:seq:party``."""
    return f"{issue_no}:{seq}:{to}"


@dataclass(frozen=True, slots=True)
class Begun:
    """The delivery step being tried (its key), and since when: its time limit also runs through quiet hours."""

    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """One event to notify one desk of. ``id`` is ``issue:seq:party``; recipients see it.

    ``facts``: what the message may contain, as plain text: stage, unit, group, light, due time, rung, order.
    ``urgent``: must not wait for office hours. ``again``: number of this sending by hand, 0 for the first delivery.
    """

    id: str
    issue_no: str
    seq: int
    to: Party
    event: str
    at: datetime
    title: str
    facts: dict[str, str]
    urgent: bool = False
    again: int = 0
    begun: Begun | None = None

    @classmethod
    def of(cls, issue: Issue, entry: Entry, to: Party, again: int = 0) -> "NoticeOrder":
        """The notice that informs one desk of one event of the issue."""
        return cls(
            id=notice_id(issue.issue_no, entry.seq, to),
            issue_no=issue.issue_no,
            seq=entry.seq,
            to=to,
            event=entry.event.event,
            at=entry.at,
            title=issue.matter.heading(),
            facts=facts(entry.event, issue),
            urgent=urgent(entry.event, issue),
            again=again,
        )
