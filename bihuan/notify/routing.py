"""Who is reached by which channel, in which order and when: pure functions over the city's routing data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.issue import Party
from bihuan.domain.workdays import WorkCalendar
from bihuan.notify.kinds import Kind


@dataclass(frozen=True, slots=True)
class About:
    """What routing may look at: the event, the rung where there is one, the audience, whether it presses."""

    event: str
    to: Party
    rung: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One way to reach somebody.

    ``channel`` is the city's name of it, ``contact`` the key of an address, never the address: both may be in
    histories. ``party`` is who is reached: the desk itself, whoever stands in for it, or coordination. ``give_up_s``:
    how long this way is tried before the next, in seconds.
    """

    channel: str
    kind: Kind
    contact: str
    party: Party
    name: str
    give_up_s: float

    @property
    def key(self) -> str:
        return f"{self.channel}/{self.contact}"


@dataclass(frozen=True, slots=True)
class Routing:
    """All the city says of telling. Made by ``bihuan.notify.files``; ``calendar`` decides the quiet hours."""

    calendar: WorkCalendar
    addresses: Mapping[str, str]
    """By contact: an address, or a reference to a secret (``secret:<name>``)."""

    def steps(self, about: About, at: datetime) -> tuple[Step, ...]:
        """Every way to reach them at this moment, the first to be tried first; the last is coordination's inbox."""
        raise NotImplementedError

    def opens(self, step: Step, about: About, at: datetime) -> datetime:
        """When this way may be used: at once, or when the quiet hours end."""
        raise NotImplementedError
