"""The rules' values on the wire: how acts and events are told apart in JSON, for Temporal, the ledger and the API."""

from dataclasses import replace
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
    act: AnyAct | None = None

    @classmethod
    def of(cls, one: Recorded) -> "Entry":
        return cls(one.seq, one.at, one.event, one.tell, one.actor, one.command_id, one.act)

    def recorded(self) -> Recorded:
        return Recorded(self.seq, self.at, self.event, self.tell, self.actor, self.command_id, self.act)

    @property
    def without_act(self) -> "Entry":
        """As older versions recorded it."""
        return replace(self, act=None)

    def agrees(self, other: "Entry") -> bool:
        """Whether they say the same, be it that an older version recorded one of them without its act."""
        return self == other or (self.without_act == other.without_act and None in (self.act, other.act))
