"""Why a limit ends when it does: the account of its time, by periods and by days (docs/rules.md 3.8)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bihuan.domain.clocks.clock import Clock, Pause
from bihuan.domain.clocks.limits import IN_OFFICE, Limit, TimeUnit
from bihuan.domain.clocks.workdays import CHINA_TIME, ONE_DAY, WEEKDAYS_ZH, WorkCalendar, last_day

Span = tuple[datetime, datetime]
ELAPSED = frozenset({TimeUnit.H, TimeUnit.S})
"""Units that do not depend on a calendar."""


class DayKind(StrEnum):
    """Why a day counts or does not."""

    WORKDAY = "workday"
    MADE_UP = "made_up"
    """A rest day that is worked for a holiday (调休)."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its office hours (``office``, empty on a day off) and how much of them the limit used up."""

    day: date
    kind: DayKind
    name: str
    office: tuple[Span, ...]
    counted: timedelta

    @property
    def works(self) -> bool:
        return self.kind in (DayKind.WORKDAY, DayKind.MADE_UP)

    @property
    def named(self) -> bool:
        """Whether the calendar names it, so that it is called by more than its weekday."""
        return self.name != WEEKDAYS_ZH[self.day.weekday()]

    @property
    def open(self) -> timedelta:
        """The total length of its office hours."""
        return sum((closes - opens for opens, closes in self.office), timedelta())


@dataclass(frozen=True, slots=True)
class Stretch:
    """Running time or, with a ``basis``, a pause. ``counted``: the time it uses up, or gives back.

    ``until`` is None while a pause lasts.
    """

    since: datetime
    until: datetime | None
    counted: timedelta
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Roll:
    """From ``since``, an end on a rest day, to ``until``, the close of the next working day (民法典第二百零三条).

    ``pause``: the pause that moved the end there, None where a date was set. ``days``: the days it rolls over and the
    day it ends on.
    """

    since: datetime
    until: datetime
    pause: Span | None
    days: tuple[Day, ...]

    @property
    def length(self) -> timedelta:
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Account:
    """The account of one limit.

    All lengths are counted time: office time for wd and wh, else elapsed time. The account balances:
    ``ran == budget + granted + rolled + late``, and for wd and wh ``ran`` is also the sum of the days.

    ``first``: the first moment that counts; ``budget``: the limit counted from there. ``granted``: what a date
    ``named`` instead of its end adds, or takes (negative). ``rolls``: the extensions where pauses or that date let a
    limit in days end on a rest day. ``late``: what was given back by pauses that began when the time was already up.
    ``left``: what a paused clock still has when it resumes. ``days``: for wd all days after the trigger, for wh also
    the trigger's own day, for d the days its own end rolls over and the day it then ends on.
    """

    limit: Limit
    started_at: datetime
    first: datetime
    budget: timedelta
    granted: timedelta
    named: datetime | None
    rolls: tuple[Roll, ...]
    stretches: tuple[Stretch, ...]
    days: tuple[Day, ...]
    late: timedelta
    left: timedelta
    due: datetime | None
    provisional: bool
    calendar: str

    @property
    def in_office(self) -> bool:
        return self.limit.unit in IN_OFFICE

    @property
    def running(self) -> tuple[Stretch, ...]:
        return tuple(one for one in self.stretches if not one.basis)

    @property
    def pauses(self) -> tuple[Stretch, ...]:
        return tuple(one for one in self.stretches if one.basis)

    @property
    def ran(self) -> timedelta:
        return _sum(self.running)

    @property
    def given_back(self) -> timedelta:
        return _sum(self.pauses)

    @property
    def rolled(self) -> timedelta:
        return _total_roll(self.rolls)


def account(calendar: WorkCalendar, clock: Clock) -> Account:
    """The account of a clock's deadline; ``due`` is None while a pause lasts."""
    started, limit = clock.started_at.astimezone(CHINA_TIME), clock.limit
    first, whole = calendar.first_counted(started, limit), calendar.after(started, limit)
    due, goes_on = clock.due(calendar), _without_open_pause(clock).due(calendar)
    assert goes_on is not None, "without its open pause a clock has a due moment"
    until = due or clock.pauses[-1].since.astimezone(CHINA_TIME)
    resting = tuple(_paused(calendar, pause, clock) for pause in clock.pauses)
    spans = tuple(_running(first, until, resting))
    running = tuple(Stretch(*span, calendar.credit(*span, started, limit)) for span in spans)
    budget = calendar.credit(first, whole, started, limit)
    rolls, gone = tuple(_rolls(calendar, clock)), _paused_before_date(calendar, clock)
    granted = calendar.credit(first, goes_on, started, limit) - budget - _sum(resting) - _total_roll(rolls) - gone
    own_end = started if granted else whole  # a date set instead of the limit's own end does not roll
    seen = own_end if limit.unit is TimeUnit.D else until
    return Account(
        limit=limit,
        started_at=started,
        first=first,
        budget=budget,
        granted=granted,
        named=clock.until.astimezone(CHINA_TIME) if clock.until else None,
        rolls=rolls,
        stretches=tuple(sorted((*running, *resting), key=lambda one: (one.since, one.until or until))),
        days=tuple(_days(calendar, started, limit, seen, spans)),
        late=_sum(running) - budget - granted - _total_roll(rolls) if due else timedelta(),
        left=calendar.credit(until, goes_on, started, limit) - gone,
        due=due,
        provisional=limit.unit not in ELAPSED and calendar.provisional(started, goes_on),
        calendar=calendar.version,
    )


def _paused_before_date(calendar: WorkCalendar, clock: Clock) -> timedelta:
    """The part of the open pause before a date was set: the date already accounts for it."""
    if not clock.paused or clock.until_from is None:
        return timedelta()
    return calendar.credit(clock.pauses[-1].since, clock.until_from, clock.started_at, clock.limit)


def _without_open_pause(clock: Clock) -> Clock:
    """The clock without the pause that lasts."""
    if not clock.paused:
        return clock
    lasts = clock.pauses[-1]
    return replace(clock, pauses=(*clock.pauses[:-1], replace(lasts, until=lasts.since)))


def _rolls(calendar: WorkCalendar, clock: Clock) -> Iterator[Roll]:
    for end in _without_open_pause(clock).ends(calendar):
        if end.rest:
            yield Roll(
                since=end.rest,
                until=end.at,
                pause=(end.pause.since, end.pause.until) if end.pause and end.pause.until else None,
                days=tuple(_between(calendar, last_day(end.rest), last_day(end.at))),
            )


def _paused(calendar: WorkCalendar, pause: Pause, clock: Clock) -> Stretch:
    since = pause.since.astimezone(CHINA_TIME)
    if pause.until is None:
        return Stretch(since, None, timedelta(), pause.basis)
    until = pause.until.astimezone(CHINA_TIME)
    return Stretch(since, until, calendar.credit(since, until, clock.started_at, clock.limit), pause.basis)


def _running(first: datetime, until: datetime, pauses: Iterable[Stretch]) -> Iterator[Span]:
    """The periods between the pauses, from the first moment that counts."""
    since = first
    for pause in pauses:
        if since < min(pause.since, until):
            yield since, min(pause.since, until)
        since = max(since, pause.until or until)
    if since < until:
        yield since, until


def _days(
    calendar: WorkCalendar, started: datetime, limit: Limit, until: datetime, running: tuple[Span, ...]
) -> Iterator[Day]:
    if limit.unit in ELAPSED:
        return iter(())
    before = {TimeUnit.WD: 1, TimeUnit.WH: 0, TimeUnit.D: limit.amount}[limit.unit]
    counting = running if limit.unit in IN_OFFICE else ()
    return _between(calendar, started.date() + timedelta(days=before), until.date(), counting)


def _between(calendar: WorkCalendar, first: date, last: date, counting: Iterable[Span] = ()) -> Iterator[Day]:
    for number in range((last - first).days + 1):
        day = first + number * ONE_DAY
        counted = sum((_within(calendar, day, span) for span in counting), timedelta())
        yield Day(day, _kind(calendar, day), calendar.reason(day), calendar.frames(day), counted)


def _within(calendar: WorkCalendar, day: date, span: Span) -> timedelta:
    midnight = datetime.combine(day, time(), CHINA_TIME)
    return calendar.office_time(max(span[0], midnight), min(span[1], midnight + ONE_DAY))


def _kind(calendar: WorkCalendar, day: date) -> DayKind:
    if calendar.is_workday(day):
        return DayKind.MADE_UP if day.weekday() in calendar.rest_weekdays else DayKind.WORKDAY
    return DayKind.WEEKEND if calendar.reason(day) == WEEKDAYS_ZH[day.weekday()] else DayKind.HOLIDAY


def _total_roll(rolls: Iterable[Roll]) -> timedelta:
    return sum((roll.length for roll in rolls), timedelta())


def _sum(stretches: Iterable[Stretch]) -> timedelta:
    return sum((one.counted for one in stretches), timedelta())
