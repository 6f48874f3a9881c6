"""An account in words, as an official would read it aloud; in Chinese, and in English beside it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from bihuan.domain.batches.holds import HELD
from bihuan.domain.batches.policy_adoption import CREDITED
from bihuan.domain.clocks.clock import OBLIGATION_ZH, Clock
from bihuan.domain.clocks.explanation import Account, Day, DayKind, Stretch
from bihuan.domain.clocks.limits import TimeUnit
from bihuan.domain.clocks.trace import Explained, Turn, Turned
from bihuan.domain.clocks.workdays import CHINA_TIME, ONE_DAY
from bihuan.domain.parties import DESK_ZH, Party
from bihuan.domain.policy import Policy
from bihuan.language.phrases import (
    BASES,
    CLOCK_CHANGES,
    EVENTS,
    HOLIDAYS_EN,
    HOW_COUNTED,
    NOBODY,
    REPORTS,
    SENTENCES,
    WEEKDAYS,
    WEEKEND,
    Language,
)

CHANGES = frozenset({Turn.RELIMITED, Turn.SPARED, Turn.GRANTED})


def explanation_text(one: Explained, policy: Policy, tongue: Language) -> str:
    """A clock's deadline and how it came about."""
    clauses = [account_text(one.account, tongue, event_text(one.anchor.event, tongue))]
    clauses += [_turn(turn, tongue) for turn in one.turns if turn.what in CHANGES]
    if one.clock.met_at:
        clauses.append(_sentence("over", tongue, at=_at(one.clock.met_at)))
    clauses.append(_sentence("owes", tongue, party=party_text(one.owes, policy, tongue)))
    return _sentence("clock", tongue, what=clock_text(one.clock, tongue)) + SENTENCES["then"][tongue].join(clauses)


def account_text(its: Account, tongue: Language, anchor: str = "") -> str:
    """From the anchor, with all that counted otherwise than every day, to the due moment."""
    return SENTENCES["then"][tongue].join(_clauses(its, tongue, anchor))


def _clauses(its: Account, tongue: Language, anchor: str) -> Iterator[str]:
    limit = its.limit.zh if tongue is Language.ZH else its.limit.en
    since = _sentence("from" if anchor else "from bare", tongue, since=_at(its.started_at), anchor=anchor, limit=limit)
    yield since + HOW_COUNTED[its.limit.unit][tongue]
    for name, days in _off(its.days, its, tongue):
        yield _sentence("rolled" if its.limit.unit is TimeUnit.D else "off", tongue, days=days, name=name)
    for day in (day for day in its.days if day.works and day.named):
        weekday, length = WEEKDAYS[day.day.weekday()][tongue], _length(day.open, tongue)
        sentence = "made up" if day.kind is DayKind.MADE_UP else "own hours"
        yield _sentence(
            sentence, tongue, day=_day(day.day, its), weekday=weekday, name=day_text(day, tongue), length=length
        )
    if its.granted:
        length = _counted(abs(its.granted), its, tongue)
        yield _sentence(
            "longer" if its.granted > timedelta() else "shorter", tongue, named=_at(its.named), length=length
        )
    yield from _rolled(None, its, tongue)
    for pause in (pause for pause in its.pauses if pause.until):
        yield _pause(pause, its, tongue)
        yield from _rolled((pause.since, pause.until), its, tongue)
    if its.late:
        yield _sentence("late", tongue, length=_length(its.late, tongue))
    yield _end(its, tongue)


def _end(its: Account, tongue: Language) -> str:
    if its.due is not None:
        return _sentence("due", tongue, due=_at(its.due)) + (
            SENTENCES["provisional"][tongue] if its.provisional else ""
        )
    lasts = its.pauses[-1]
    ran, left = _counted(its.ran, its, tongue), _counted(its.left, its, tongue)
    return _sentence("open", tongue, since=_at(lasts.since), basis=basis_text(lasts.basis, tongue), ran=ran, left=left)


def _pause(pause: Stretch, its: Account, tongue: Language) -> str:
    since, until, basis = _at(pause.since), _at(pause.until), basis_text(pause.basis, tongue)
    return _sentence(
        "pause", tongue, since=since, until=until, basis=basis, length=_counted(pause.counted, its, tongue)
    )


def _rolled(pause: tuple[datetime, datetime | None] | None, its: Account, tongue: Language) -> Iterator[str]:
    """How the end rolls where that pause, or without one the date that was named, let it be on a rest day."""
    for roll in (roll for roll in its.rolls if roll.pause == pause):
        off = SENTENCES["and"][tongue].join(f"{days} {name}" for name, days in _off(roll.days, its, tongue))
        yield _sentence("rolled again", tongue, rest=_at(roll.since), days=off, until=_at(roll.until))


def _turn(turn: Turned, tongue: Language) -> str:
    limit = turn.limit.zh if tongue is Language.ZH else turn.limit.en
    event, what = event_text(turn.event, tongue), CLOCK_CHANGES[turn.what][tongue]
    now = _sentence("now", tongue, limit=limit) if turn.what is Turn.RELIMITED else ""
    return _sentence("turn", tongue, at=_at(turn.at), event=event, seq=turn.seq, what=what) + now


# Names


def clock_text(clock: Clock, tongue: Language) -> str:
    if tongue is Language.EN:
        return clock.key
    return OBLIGATION_ZH[clock.obligation] + (f"第{clock.occurrence}次" if clock.occurrence > 1 else "")


def event_text(event: str, tongue: Language) -> str:
    """Of an event, or of a report."""
    return (EVENTS.get(event) or REPORTS.get(event) or (event, event))[tongue]


def basis_text(basis: str, tongue: Language) -> str:
    kind, _, ground = basis.partition(":")
    if kind in (HELD, CREDITED):
        return _sentence(kind, tongue, ground=ground)
    return BASES.get(basis, (basis, basis))[tongue]


def day_text(day: Day, tongue: Language) -> str:
    """Why the day counts or does not; a name the list does not know stays Chinese."""
    if tongue is Language.ZH:
        return day.name
    name = next((en for zh, en in HOLIDAYS_EN.items() if day.name.startswith(zh)), day.name)
    return f"worked for {name}" if day.kind is DayKind.MADE_UP else name


def party_text(party: Party | None, policy: Policy, tongue: Language) -> str:
    """Units and groups by name; persons and enterprises by their desk alone."""
    if party is None:
        return NOBODY[tongue]
    desk = DESK_ZH[party.desk] if tongue is Language.ZH else str(party.desk).replace("-", " ")
    known = policy.units.get(party.ref) or policy.groups.get(party.ref)
    return f"{desk} {known.name}" if known else desk


# Days and lengths


def _off(days: Iterable[Day], its: Account, tongue: Language) -> Iterator[tuple[str, str]]:
    """The days off by name, neighbours drawn together: ``10-01 至 10-07``."""
    named: dict[str, list[date]] = {}
    for day in (day for day in days if not day.works):
        name = WEEKEND[tongue] if day.kind is DayKind.WEEKEND else day_text(day, tongue)
        named.setdefault(name, []).append(day.day)
    return ((name, SENTENCES["and"][tongue].join(_ranges(days, its, tongue))) for name, days in named.items())


def _ranges(days: Iterable[date], its: Account, tongue: Language) -> Iterator[str]:
    runs: list[list[date]] = []
    for day in days:
        if runs and runs[-1][-1] + ONE_DAY == day:
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        first, last = _day(run[0], its), _day(run[-1], its)
        yield first if first == last else _sentence("to", tongue, first=first, last=last)


def _day(day: date, its: Account) -> str:
    """With its year where that is another than the anchor's."""
    return f"{day:%m-%d}" if day.year == its.started_at.year else f"{day:%Y-%m-%d}"


def _counted(length: timedelta, its: Account, tongue: Language) -> str:
    explanation_text = _length(length, tongue)
    return _sentence("office", tongue, length=explanation_text) if its.in_office else explanation_text


def _length(length: timedelta, tongue: Language) -> str:
    """In whole seconds; the numbers beside the words are exact."""
    seconds = int(length.total_seconds())
    parts = {"hours": seconds // 3600, "minutes": seconds % 3600 // 60, "seconds": seconds % 60}
    return " ".join(_sentence(name, tongue, n=n) for name, n in parts.items() if n) or _sentence("minutes", tongue, n=0)


def _at(moment: datetime | None) -> str:
    """To the minute; to the second where there are seconds."""
    assert moment is not None
    here = moment.astimezone(CHINA_TIME)
    return f"{here:%Y-%m-%d %H:%M:%S}" if here.second else f"{here:%Y-%m-%d %H:%M}"


def _sentence(sentence: str, tongue: Language, **fields: object) -> str:
    return SENTENCES[sentence][tongue].format(**fields)
