"""Who is reached by which channel, in which order and when: pure functions over the city's routing data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bihuan.domain.clocks.workdays import CHINA_TIME, ONE_DAY, WorkCalendar
from bihuan.domain.parties import Desk, Party
from bihuan.notify.deputies import Absence, stand_in
from bihuan.notify.kinds import TRAITS, Kind

WEBHOOK, INBOX = "webhook", "inbox"
"""The two channels that every city has, whether its files name them or not."""
COMMON = ""
"""The desk whose webhook is everybody's who has none: the settings' ``webhook_url``."""
BY_DEFAULT = (WEBHOOK, INBOX)
"""The route where the files say nothing."""
HEADS: Mapping[Desk, Desk] = {
    Desk.UNIT: Desk.UNIT_HEAD,
    Desk.GROUP: Desk.GROUP_LEADER,
    Desk.CALLBACK: Desk.CALLBACK_HEAD,
    Desk.COORDINATION: Desk.COORDINATION_HEAD,
}
"""Who stands in for a desk that nobody named a deputy for."""


@dataclass(frozen=True, slots=True)
class RoutingSubject:
    """What routing may look at: the event, the rung where there is one, the audience, whether it presses."""

    event: str
    to: Party
    rung: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryStep:
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
class ChannelEntry:
    """One of the city's channels. ``settings`` are those of its kind; ``secret`` a reference, empty where none is."""

    name: str
    kind: Kind
    give_up_s: float
    settings: Mapping[str, object] = field(default_factory=dict)
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """The channels for what it matches, the first to be tried first. What is empty matches everything.

    ``to``: desks, or single ones by their text (``group:G3``). ``urgent`` None: urgent or not.
    """

    channels: tuple[str, ...]
    to: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    rungs: frozenset[str] = frozenset()
    urgent: bool | None = None

    def matches(self, about: RoutingSubject) -> bool:
        return (
            (not self.to or bool(self.to & {str(about.to), about.to.desk.value}))
            and (not self.events or about.event in self.events)
            and (not self.rungs or about.rung in self.rungs)
            and self.urgent in (None, about.urgent)
        )


@dataclass(frozen=True, slots=True)
class Shift:
    """A turn of duty: on days of ``day`` (a weekday 0–6, a date, or every day), from minute to minute of the day.

    ``end`` may be past midnight. ``contact`` is the key of whoever has the duty.
    """

    party: Party
    day: str
    start: int
    end: int
    channel: str
    contact: str

    def covers(self, at: datetime) -> bool:
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        return any(self._from(midnight - ONE_DAY * back, at) for back in (0, 1))

    def _from(self, midnight: datetime, at: datetime) -> bool:
        """Whether the turn that begins on this day lasts at the moment."""
        on_this_day = self.day in ("", str(midnight.weekday()), midnight.date().isoformat())
        begins, ends = (midnight + timedelta(minutes=minutes) for minutes in (self.start, self.end))
        return on_this_day and begins <= at < ends


@dataclass(frozen=True, slots=True)
class Routing:
    """All the city says of telling. Made by ``bihuan.city.notification_files``; ``calendar`` decides the quiet hours.

    ``contacts``: the key of an address, by desk and channel; a desk without its number stands for all of its kind.
    ``linked``: the official who is the linked leader of an enterprise. ``deputies``: who stands in while nobody is on
    leave, too.
    """

    calendar: Callable[[], WorkCalendar]
    """The one in force, asked anew each time: an import changes it while we run."""
    addresses: Mapping[str, str]
    """By contact: an address, or a reference to a secret (``secret:<name>``). An inbox needs none."""
    name_of: Callable[[Party], str]
    channels: Mapping[str, ChannelEntry]
    contacts: Mapping[tuple[str, str], str]
    routes: tuple[Route, ...] = ()
    absences: tuple[Absence, ...] = ()
    deputies: Mapping[Party, Party] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    linked: Mapping[Party, Party] = field(default_factory=dict)

    def steps(self, about: RoutingSubject, at: datetime) -> tuple[DeliveryStep, ...]:
        """Every way to reach them at this moment, the first to be tried first; the last is coordination's inbox."""
        last = self._inbox(Party(Desk.COORDINATION))
        ways: dict[str, DeliveryStep] = {}
        for step in self._ways(about, at.astimezone(CHINA_TIME)):
            if step.key == last.key:
                break
            ways.setdefault(step.key, step)
        return (*ways.values(), last)

    def opens(self, step: DeliveryStep, about: RoutingSubject, at: datetime) -> datetime:
        """When this way may be used: at once, or when the quiet hours end."""
        if about.urgent or TRAITS[step.kind].machine:
            return at
        return max(at, self.calendar().add_office(at, timedelta()))

    def open_at(self, at: datetime) -> bool:
        """Whether the office is open."""
        return self.calendar().add_office(at, timedelta()) == at

    def _ways(self, about: RoutingSubject, at: datetime) -> Iterator[DeliveryStep]:
        """Who has the duty, the desk or whoever sits there meanwhile, then its deputy or head."""
        seat = self._seat(about.to, at)
        if about.urgent and not self.open_at(at):
            for party in dict.fromkeys((about.to, seat)):
                yield from self._on_duty(party, at)
        yield from self._own(about, seat)
        deputy = self.deputies.get(seat) or _head(seat)
        if deputy is not None:
            yield from self._own(about, self._seat(deputy, at))

    def _seat(self, party: Party, at: datetime) -> Party:
        """Who sits there on this day. A linked leader is on leave where the official is."""
        person = self.linked.get(party, party)
        instead = stand_in(self.absences, person, at.date())
        return instead if instead != person else stand_in(self.absences, party, at.date())

    def _on_duty(self, party: Party, at: datetime) -> Iterator[DeliveryStep]:
        """A turn named for a date goes before one of every week, and that before one of every day."""
        lasting = [shift for shift in self.shifts if shift.party == party and shift.covers(at)]
        for shift in sorted(lasting, key=lambda shift: -len(shift.day)):
            yield self._step(self.channels[shift.channel], shift.contact, party)

    def _own(self, about: RoutingSubject, party: Party) -> Iterator[DeliveryStep]:
        """The desk's own channels, in the order of the route for it."""
        asked = replace(about, to=party)
        names = next((route.channels for route in self.routes if route.matches(asked)), BY_DEFAULT)
        for name in names:
            channel = self.channels[name]
            contact = self._contact(party, name)
            if channel.kind is Kind.INBOX:
                yield self._inbox(party)
            elif contact:
                yield self._step(channel, contact, party)

    def _contact(self, party: Party, channel: str) -> str:
        """The desk's own, else that of all desks of its kind, else everybody's."""
        person = self.linked.get(party)
        whose = (str(party), str(person)) if person else (str(party), party.desk.value)
        return next((self.contacts[one, channel] for one in (*whose, COMMON) if (one, channel) in self.contacts), "")

    def _inbox(self, party: Party) -> DeliveryStep:
        return self._step(self.channels[INBOX], contact_key(party, INBOX), party)

    def _step(self, channel: ChannelEntry, contact: str, party: Party) -> DeliveryStep:
        return DeliveryStep(channel.name, channel.kind, contact, party, self.name_of(party), channel.give_up_s)


def contact_key(party: Party | str, channel: str) -> str:
    """The name under which an address is kept."""
    return f"{party or 'everybody'}@{channel}"


def _head(party: Party) -> Party | None:
    head = HEADS.get(party.desk)
    return Party(head, party.ref) if head else None
