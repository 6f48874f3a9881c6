"""The explanation of a deadline in words, as an official would read it aloud, in Chinese or in English."""

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

CHANGES = frozenset({ClockChangeKind.RELIMITED, ClockChangeKind.SPARED, ClockChangeKind.GRANTED})


def explanation_text(one: ClockExplanation, policy: Policy, language: Language) -> str:
    """The deadline of a clock, how it came about, and who is responsible."""
    clauses = [account_text(one.account, language, event_text(one.anchor.event, language))]
    clauses += [_turn(turn, language) for turn in one.changes if turn.kind in CHANGES]
    if one.clock.met_at:
        clauses.append(_sentence("over", language, at=_at(one.clock.met_at)))
    clauses.append(_sentence("owes", language, party=party_text(one.responsible, policy, language)))
    return _sentence("clock", language, what=clock_text(one.clock, language)) + SENTENCES["then"][language].join(
        clauses
    )


def account_text(its: Account, language: Language, anchor: str = "") -> str:
    """The account from its start to the due moment, with every day and pause that counted differently.

    ``anchor``: the name of the event from which the clock runs, or empty.
    """
    return SENTENCES["then"][language].join(_clauses(its, language, anchor))


def _clauses(its: Account, language: Language, anchor: str) -> Iterator[str]:
    limit = its.limit.zh if language is Language.ZH else its.limit.en
    since = _sentence(
        "from" if anchor else "from bare", language, since=_at(its.started_at), anchor=anchor, limit=limit
    )
    yield since + HOW_COUNTED[its.limit.unit][language]
    for name, days in _off(its.days, its, language):
        yield _sentence("rolled" if its.limit.unit is TimeUnit.D else "off", language, days=days, name=name)
    for day in (day for day in its.days if day.works and day.named):
        weekday, length = WEEKDAYS[day.day.weekday()][language], _length(day.open, language)
        sentence = "made up" if day.kind is DayKind.MADE_UP else "own hours"
        yield _sentence(
            sentence, language, day=_day(day.day, its), weekday=weekday, name=day_text(day, language), length=length
        )
    if its.granted:
        length = _counted(abs(its.granted), its, language)
        yield _sentence(
            "longer" if its.granted > timedelta() else "shorter", language, named=_at(its.named), length=length
        )
    yield from _rolled(None, its, language)
    for pause in (pause for pause in its.pauses if pause.until):
        yield _pause(pause, its, language)
        yield from _rolled((pause.since, pause.until), its, language)
    if its.late:
        yield _sentence("late", language, length=_length(its.late, language))
    yield _end(its, language)


def _end(its: Account, language: Language) -> str:
    if its.due is not None:
        return _sentence("due", language, due=_at(its.due)) + (
            SENTENCES["provisional"][language] if its.provisional else ""
        )
    lasts = its.pauses[-1]
    ran, left = _counted(its.ran, its, language), _counted(its.left, its, language)
    return _sentence(
        "open", language, since=_at(lasts.since), basis=basis_text(lasts.basis, language), ran=ran, left=left
    )


def _pause(pause: Stretch, its: Account, language: Language) -> str:
    since, until, basis = _at(pause.since), _at(pause.until), basis_text(pause.basis, language)
    return _sentence(
        "pause", language, since=since, until=until, basis=basis, length=_counted(pause.counted, its, language)
    )


def _rolled(pause: tuple[datetime, datetime | None] | None, its: Account, language: Language) -> Iterator[str]:
    """How the end rolls where that pause (None: a named date) had moved it to a rest day."""
    for roll in (roll for roll in its.rolls if roll.pause == pause):
        off = SENTENCES["and"][language].join(f"{days} {name}" for name, days in _off(roll.days, its, language))
        yield _sentence("rolled again", language, rest=_at(roll.since), days=off, until=_at(roll.until))


def _turn(turn: ClockChange, language: Language) -> str:
    limit = turn.limit.zh if language is Language.ZH else turn.limit.en
    event, what = event_text(turn.event, language), CLOCK_CHANGES[turn.kind][language]
    now = _sentence("now", language, limit=limit) if turn.kind is ClockChangeKind.RELIMITED else ""
    return _sentence("turn", language, at=_at(turn.at), event=event, seq=turn.seq, what=what) + now


# Names


def clock_text(clock: Clock, language: Language) -> str:
    if language is Language.EN:
        return clock.key
    return OBLIGATION_ZH[clock.obligation] + (f"第{clock.occurrence}次" if clock.occurrence > 1 else "")


def event_text(event: str, language: Language) -> str:
    """The name of an event or of a report; any other text as it is."""
    return (EVENTS.get(event) or REPORTS.get(event) or (event, event))[language]


def basis_text(basis: str, language: Language) -> str:
    kind, _, ground = basis.partition(":")
    if kind in (HELD, CREDITED):
        return _sentence(kind, language, ground=ground)
    return BASES.get(basis, (basis, basis))[language]


def day_text(day: Day, language: Language) -> str:
    """Why the day counts or does not; an unknown holiday keeps its Chinese name."""
    if language is Language.ZH:
        return day.name
    name = next((en for zh, en in HOLIDAYS_EN.items() if day.name.startswith(zh)), day.name)
    return f"worked for {name}" if day.kind is DayKind.MADE_UP else name


def party_text(party: Party | None, policy: Policy, language: Language) -> str:
    """Units and groups by name; persons and enterprises by their kind of desk only."""
    if party is None:
        return NOBODY[language]
    desk = DESK_ZH[party.desk] if language is Language.ZH else str(party.desk).replace("-", " ")
    known = policy.units.get(party.ref) or policy.groups.get(party.ref)
    return f"{desk} {known.name}" if known else desk


# Days and lengths


def _off(days: Iterable[Day], its: Account, language: Language) -> Iterator[tuple[str, str]]:
    """The days off by name, as ranges where they are adjacent: ``10-01 至 10-07``."""
    named: dict[str, list[date]] = {}
    for day in (day for day in days if not day.works):
        name = WEEKEND[language] if day.kind is DayKind.WEEKEND else day_text(day, language)
        named.setdefault(name, []).append(day.day)
    return ((name, SENTENCES["and"][language].join(_ranges(days, its, language))) for name, days in named.items())


def _ranges(days: Iterable[date], its: Account, language: Language) -> Iterator[str]:
    runs: list[list[date]] = []
    for day in days:
        if runs and runs[-1][-1] + ONE_DAY == day:
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        first, last = _day(run[0], its), _day(run[-1], its)
        yield first if first == last else _sentence("to", language, first=first, last=last)


def _day(day: date, its: Account) -> str:
    """With its year where that is not the anchor's."""
    return f"{day:%m-%d}" if day.year == its.started_at.year else f"{day:%Y-%m-%d}"


def _counted(length: timedelta, its: Account, language: Language) -> str:
    text = _length(length, language)
    return _sentence("office", language, length=text) if its.in_office else text


def _length(length: timedelta, language: Language) -> str:
    """In hours, minutes and whole seconds."""
    seconds = int(length.total_seconds())
    parts = {"hours": seconds // 3600, "minutes": seconds % 3600 // 60, "seconds": seconds % 60}
    return " ".join(_sentence(name, language, n=n) for name, n in parts.items() if n) or _sentence(
        "minutes", language, n=0
    )


def _at(moment: datetime | None) -> str:
    """In China's time, to the minute, or to the second where there are seconds."""
    assert moment is not None
    here = moment.astimezone(CHINA_TIME)
    return f"{here:%Y-%m-%d %H:%M:%S}" if here.second else f"{here:%Y-%m-%d %H:%M}"


def _sentence(sentence: str, language: Language, **fields: object) -> str:
    return SENTENCES[sentence][language].format(**fields)
