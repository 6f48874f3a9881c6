"""Who is reached by which channel, in which order and when: pure functions over the routing data of the city."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bihuan.domain.clocks.workdays import CHINA_TIME, ONE_DAY, WorkCalendar
from bihuan.domain.parties import Desk, Party
from bihuan.notify.deputies import Absence, stand_in
from bihuan.notify.kinds import TRAITS, Kind

WEBHOOK, INBOX = "webhook", "inbox"
"""The channels that every city has, whether its files name them or not."""
COMMON = ""
"""In ``contacts``, the webhook of every desk without one of its own: the settings' ``webhook_url``."""
BY_DEFAULT = (WEBHOOK, INBOX)
"""The route of what no entry of the files matches."""
HEADS: Mapping[Desk, Desk] = {
    Desk.UNIT: Desk.UNIT_HEAD,
    Desk.GROUP: Desk.GROUP_LEADER,
    Desk.CALLBACK: Desk.CALLBACK_HEAD,
    Desk.COORDINATION: Desk.COORDINATION_HEAD,
}
"""Who stands in for a desk without a named deputy."""


@dataclass(frozen=True, slots=True)
class RoutingSubject:
    """What routing depends on: the event, its rung if it has one, the desk to be notified, and urgency."""

    event: str
    to: Party
    rung: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryStep:
    """One way to reach somebody.

    ``channel`` is the city's name for it, ``contact`` the key of an address, never the address: both may be in
    histories. ``party``: who is reached, which is the desk itself, its deputy or coordination; ``name``: what that is
    called. ``give_up_s``: for how many seconds this way is tried before the next.
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
    """One of the city's channels. ``settings``: those of its kind; ``secret``: a reference, or empty."""

    name: str
    kind: Kind
    give_up_s: float
    settings: Mapping[str, object] = field(default_factory=dict)
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """The channels for what it matches, in the order in which they are tried. An empty field matches everything.

    ``to``: kinds of desk (``group``), or single desks (``group:G3``). ``urgent`` None: urgent or not.
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
    """A shift outside office hours. ``day``: a weekday (0–6, Monday first), a date (ISO 8601), or empty for every day.

    ``start`` and ``end``: minutes since midnight; ``end`` may be on the next day. ``contact``: the key of the address
    of the person on duty.
    """

    party: Party
    day: str
    start: int
    end: int
    channel: str
    contact: str

    def covers(self, at: datetime) -> bool:
        """Whether the shift lasts at this moment, which is in China's time."""
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        return any(self._from(midnight - ONE_DAY * back, at) for back in (0, 1))

    def _from(self, midnight: datetime, at: datetime) -> bool:
        """Whether the shift that begins on this day lasts at the moment."""
        on_this_day = self.day in ("", str(midnight.weekday()), midnight.date().isoformat())
        begins, ends = (midnight + timedelta(minutes=minutes) for minutes in (self.start, self.end))
        return on_this_day and begins <= at < ends


@dataclass(frozen=True, slots=True)
class Routing:
    """The routing data of the city. Read by ``bihuan.city.notification_files``; ``calendar`` decides the quiet hours.

    ``contacts``: the key of an address, by desk and channel; a desk without its ref stands for all of its kind.
    ``linked``: the official who is the linked leader of an enterprise. ``deputies``: who is tried after
    the desk, even while nobody is on leave.
    """

    calendar: Callable[[], WorkCalendar]
    """Returns the one in force: an import may change it at any time."""
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
        """Every way to reach the desk at this moment, in the order to be tried; the last is coordination's inbox."""
        last = self._inbox(Party(Desk.COORDINATION))
        ways: dict[str, DeliveryStep] = {}
        for step in self._ways(about, at.astimezone(CHINA_TIME)):
            if step.key == last.key:
                break
            ways.setdefault(step.key, step)
        return (*ways.values(), last)

    def opens(self, step: DeliveryStep, about: RoutingSubject, at: datetime) -> datetime:
        """From when this way may be used: ``at`` itself, or the end of the quiet hours."""
        if about.urgent or TRAITS[step.kind].machine:
            return at
        return max(at, self.calendar().add_office(at, timedelta()))

    def open_at(self, at: datetime) -> bool:
        """Whether the office is open at this moment."""
        return self.calendar().add_office(at, timedelta()) == at

    def _ways(self, about: RoutingSubject, at: datetime) -> Iterator[DeliveryStep]:
        """Who is on duty, then the desk or who stands in for it today, then its deputy or head."""
        seat = self._seat(about.to, at)
        if about.urgent and not self.open_at(at):
            for party in dict.fromkeys((about.to, seat)):
                yield from self._on_duty(party, at)
        yield from self._own(about, seat)
        deputy = self.deputies.get(seat) or _head(seat)
        if deputy is not None:
            yield from self._own(about, self._seat(deputy, at))

    def _seat(self, party: Party, at: datetime) -> Party:
        """The desk, or who stands in for it on this day. A linked leader is on leave when the official is."""
        person = self.linked.get(party, party)
        instead = stand_in(self.absences, person, at.date())
        return instead if instead != person else stand_in(self.absences, party, at.date())

    def _on_duty(self, party: Party, at: datetime) -> Iterator[DeliveryStep]:
        """A shift on a date goes before a weekly one, and that before a daily one."""
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
        """The desk's own contact, else that of all desks of its kind, else that of every desk."""
        person = self.linked.get(party)
        whose = (str(party), str(person)) if person else (str(party), party.desk.value)
        return next((self.contacts[one, channel] for one in (*whose, COMMON) if (one, channel) in self.contacts), "")

    def _inbox(self, party: Party) -> DeliveryStep:
        return self._step(self.channels[INBOX], contact_key(party, INBOX), party)

    def _step(self, channel: ChannelEntry, contact: str, party: Party) -> DeliveryStep:
        return DeliveryStep(channel.name, channel.kind, contact, party, self.name_of(party), channel.give_up_s)


def contact_key(party: Party | str, channel: str) -> str:
    """The key under which an address is kept."""
    return f"{party or 'everybody'}@{channel}"


def _head(party: Party) -> Party | None:
    head = HEADS.get(party.desk)
    return Party(head, party.ref) if head else None
