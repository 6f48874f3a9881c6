"""An account in words, as an official would read it aloud; in Chinese, and in English beside it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from bihuan.domain.batches.holds import HELD
from bihuan.domain.batches.policy_adoption import CREDITED
from bihuan.domain.clocks.clock import OBLIGATION_ZH, Clock
from bihuan.domain.clocks.explanation import Account, Day, DayKind, Stretch
from bihuan.domain.clocks.limits import TimeUnit
from bihuan.domain.clocks.trace import ClockChange, ClockChangeKind, ClockExplanation
from bihuan.domain.clocks.workdays import CHINA_TIME, ONE_DAY
from bihuan.domain.parties import DESK_ZH, Party
from bihuan.domain.policy import Policy
from bihuan.language.phrases import (
    BASES,
    EVENTS,
    HOLIDAYS_EN,
    HOW_COUNTED,
    NOBODY,
    REPORTS,
    SAY,
    TURNS,
    WEEKDAYS,
    WEEKEND,
    Tongue,
)

CHANGES = frozenset({ClockChangeKind.RELIMITED, ClockChangeKind.SPARED, ClockChangeKind.GRANTED})


def told(one: ClockExplanation, policy: Policy, tongue: Tongue) -> str:
    """A clock's deadline and how it came about."""
    clauses = [account_told(one.account, tongue, event_told(one.anchor.event, tongue))]
    clauses += [_turn(turn, tongue) for turn in one.changes if turn.kind in CHANGES]
    if one.clock.met_at:
        clauses.append(_say("over", tongue, at=_at(one.clock.met_at)))
    clauses.append(_say("owes", tongue, party=party_told(one.responsible, policy, tongue)))
    return _say("clock", tongue, what=clock_told(one.clock, tongue)) + SAY["then"][tongue].join(clauses)


def account_told(its: Account, tongue: Tongue, anchor: str = "") -> str:
    """From the anchor, with all that counted otherwise than every day, to the due moment."""
    return SAY["then"][tongue].join(_clauses(its, tongue, anchor))


def _clauses(its: Account, tongue: Tongue, anchor: str) -> Iterator[str]:
    limit = its.limit.zh if tongue is Tongue.ZH else its.limit.en
    since = _say("from" if anchor else "from bare", tongue, since=_at(its.started_at), anchor=anchor, limit=limit)
    yield since + HOW_COUNTED[its.limit.unit][tongue]
    for name, days in _off(its.days, its, tongue):
        yield _say("rolled" if its.limit.unit is TimeUnit.D else "off", tongue, days=days, name=name)
    for day in (day for day in its.days if day.works and day.named):
        weekday, length = WEEKDAYS[day.day.weekday()][tongue], _length(day.open, tongue)
        sentence = "made up" if day.kind is DayKind.MADE_UP else "own hours"
        yield _say(sentence, tongue, day=_day(day.day, its), weekday=weekday, name=day_told(day, tongue), length=length)
    if its.granted:
        length = _counted(abs(its.granted), its, tongue)
        yield _say("longer" if its.granted > timedelta() else "shorter", tongue, named=_at(its.named), length=length)
    yield from _rolled(None, its, tongue)
    for pause in (pause for pause in its.pauses if pause.until):
        yield _pause(pause, its, tongue)
        yield from _rolled((pause.since, pause.until), its, tongue)
    if its.late:
        yield _say("late", tongue, length=_length(its.late, tongue))
    yield _end(its, tongue)


def _end(its: Account, tongue: Tongue) -> str:
    if its.due is not None:
        return _say("due", tongue, due=_at(its.due)) + (SAY["provisional"][tongue] if its.provisional else "")
    lasts = its.pauses[-1]
    ran, left = _counted(its.ran, its, tongue), _counted(its.left, its, tongue)
    return _say("open", tongue, since=_at(lasts.since), basis=basis_told(lasts.basis, tongue), ran=ran, left=left)


def _pause(pause: Stretch, its: Account, tongue: Tongue) -> str:
    since, until, basis = _at(pause.since), _at(pause.until), basis_told(pause.basis, tongue)
    return _say("pause", tongue, since=since, until=until, basis=basis, length=_counted(pause.counted, its, tongue))


def _rolled(pause: tuple[datetime, datetime | None] | None, its: Account, tongue: Tongue) -> Iterator[str]:
    """How the end rolls where that pause, or without one the date that was named, let it be on a rest day."""
    for roll in (roll for roll in its.rolls if roll.pause == pause):
        off = SAY["and"][tongue].join(f"{days} {name}" for name, days in _off(roll.days, its, tongue))
        yield _say("rolled again", tongue, rest=_at(roll.since), days=off, until=_at(roll.until))


def _turn(turn: ClockChange, tongue: Tongue) -> str:
    limit = turn.limit.zh if tongue is Tongue.ZH else turn.limit.en
    event, what = event_told(turn.event, tongue), TURNS[turn.kind][tongue]
    now = _say("now", tongue, limit=limit) if turn.kind is ClockChangeKind.RELIMITED else ""
    return _say("turn", tongue, at=_at(turn.at), event=event, seq=turn.seq, what=what) + now


# Names


def clock_told(clock: Clock, tongue: Tongue) -> str:
    if tongue is Tongue.EN:
        return clock.key
    return OBLIGATION_ZH[clock.obligation] + (f"第{clock.occurrence}次" if clock.occurrence > 1 else "")


def event_told(event: str, tongue: Tongue) -> str:
    """Of an event, or of a report."""
    return (EVENTS.get(event) or REPORTS.get(event) or (event, event))[tongue]


def basis_told(basis: str, tongue: Tongue) -> str:
    kind, _, ground = basis.partition(":")
    if kind in (HELD, CREDITED):
        return _say(kind, tongue, ground=ground)
    return BASES.get(basis, (basis, basis))[tongue]


def day_told(day: Day, tongue: Tongue) -> str:
    """Why the day counts or does not; a name the list does not know stays Chinese."""
    if tongue is Tongue.ZH:
        return day.name
    name = next((en for zh, en in HOLIDAYS_EN.items() if day.name.startswith(zh)), day.name)
    return f"worked for {name}" if day.kind is DayKind.MADE_UP else name


def party_told(party: Party | None, policy: Policy, tongue: Tongue) -> str:
    """Units and groups by name; persons and enterprises by their desk alone."""
    if party is None:
        return NOBODY[tongue]
    desk = DESK_ZH[party.desk] if tongue is Tongue.ZH else str(party.desk).replace("-", " ")
    known = policy.units.get(party.ref) or policy.groups.get(party.ref)
    return f"{desk} {known.name}" if known else desk


# Days and lengths


def _off(days: Iterable[Day], its: Account, tongue: Tongue) -> Iterator[tuple[str, str]]:
    """The days off by name, neighbours drawn together: ``10-01 至 10-07``."""
    named: dict[str, list[date]] = {}
    for day in (day for day in days if not day.works):
        name = WEEKEND[tongue] if day.kind is DayKind.WEEKEND else day_told(day, tongue)
        named.setdefault(name, []).append(day.day)
    return ((name, SAY["and"][tongue].join(_ranges(days, its, tongue))) for name, days in named.items())


def _ranges(days: Iterable[date], its: Account, tongue: Tongue) -> Iterator[str]:
    runs: list[list[date]] = []
    for day in days:
        if runs and runs[-1][-1] + ONE_DAY == day:
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        first, last = _day(run[0], its), _day(run[-1], its)
        yield first if first == last else _say("to", tongue, first=first, last=last)


def _day(day: date, its: Account) -> str:
    """With its year where that is another than the anchor's."""
    return f"{day:%m-%d}" if day.year == its.started_at.year else f"{day:%Y-%m-%d}"


def _counted(length: timedelta, its: Account, tongue: Tongue) -> str:
    told = _length(length, tongue)
    return _say("office", tongue, length=told) if its.in_office else told


def _length(length: timedelta, tongue: Tongue) -> str:
    """In whole seconds; the numbers beside the words are exact."""
    seconds = int(length.total_seconds())
    parts = {"hours": seconds // 3600, "minutes": seconds % 3600 // 60, "seconds": seconds % 60}
    return " ".join(_say(name, tongue, n=n) for name, n in parts.items() if n) or _say("minutes", tongue, n=0)


def _at(moment: datetime | None) -> str:
    """To the minute; to the second where there are seconds."""
    assert moment is not None
    here = moment.astimezone(CHINA_TIME)
    return f"{here:%Y-%m-%d %H:%M:%S}" if here.second else f"{here:%Y-%m-%d %H:%M}"


def _say(sentence: str, tongue: Tongue, **fields: object) -> str:
    return SAY[sentence][tongue].format(**fields)
