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
    """One recorded event on the wire; the same fields as ``bihuan.domain.loop.step.RecordedEvent``, ``tell`` its ``recipients``."""

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
        """As older versions recorded it."""
        return replace(self, act=None)

    def agrees(self, other: "Entry") -> bool:
        """Whether they say the same, be it that an older version recorded one of them without its act."""
        return self == other or (self.without_act == other.without_act and None in (self.act, other.act))


def notice_id(issue_no: str, seq: int, to: Party) -> str:
    """The id of a notice and of the workflow that brings it."""
    return f"{issue_no}:{seq}:{to}"


@dataclass(frozen=True, slots=True)
class Begun:
    """A way that is being tried, by its key, and since when: its time goes on counting through quiet hours."""

    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """One thing to be told to one desk. ``id`` is ``issue:seq:audience`` and is seen by whoever receives it.

    ``facts``: what the message may say, already plain: stage, unit, group, light, due time, rung, order.
    ``urgent``: it may not wait for office hours. ``again``: the how many-th time it is sent again by hand.
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
        """The notice of one event of the issue to one desk."""
        return cls(
            id=notice_id(issue.issue_no, entry.seq, to),
            issue_no=issue.issue_no,
            seq=entry.seq,
            to=to,
            event=entry.event.event,
            at=entry.at,
            title=issue.title or issue.description[:40],
            facts=facts(entry.event, issue),
            urgent=urgent(entry.event, issue),
            again=again,
        )
