"""Values that cross processes: acts, events and notices as JSON for Temporal, the ledger, the channels and the API."""

from datetime import datetime
from typing import Annotated

from pydantic import Discriminator
from pydantic.dataclasses import dataclass

from bihuan.domain.commands import Act, Command
from bihuan.domain.events import Event
from bihuan.domain.issue import Party
from bihuan.domain.loop.step import Recorded
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

    @classmethod
    def of(cls, one: Recorded) -> "Entry":
        return cls(one.seq, one.at, one.event, one.tell, one.actor, one.command_id)

    def recorded(self) -> Recorded:
        return Recorded(self.seq, self.at, self.event, self.tell, self.actor, self.command_id)


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
