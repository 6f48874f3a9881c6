"""The two calendars there are: a city's, and the one that never closes."""

from dataclasses import replace
from datetime import datetime, timedelta

from bihuan.city.configuration import ALWAYS_OPEN
from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.clocks.explanation import Account, account
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.special_days import CalendarVersion, SpecialDay
from bihuan.domain.clocks.workdays import CHINA_TIME, WorkCalendar
from tests.support.puyang import city


def china_calendar() -> WorkCalendar:
    """Puyang's, from deploy/puyang/calendar.csv and calendar.yaml."""
    return city().policy.calendar


def always_open() -> WorkCalendar:
    return ALWAYS_OPEN


CALENDAR = china_calendar()
ZERO, DAY = timedelta(), timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00")


def of(since: str, limit: str, *pauses: tuple[str, str]) -> Account:
    rests = tuple(Pause(at(begin), "NEED_INFO", at(end) if end else None) for begin, end in pauses)
    return account(CALENDAR, Clock(Obligation.SOLVE, 1, Limit.parse(limit), at(since), pauses=rests))


def again(its: Account) -> datetime:
    """The due moment from what the account says and nothing else: days, hours, budget, and what pauses gave back."""
    to_go = its.budget + its.granted + its.rolled + sum((pause.counted for pause in its.pauses), ZERO)
    if not its.in_office:
        return its.first + to_go
    for opens, closes in (frame for day in its.days for frame in day.office):
        room = closes - max(opens, its.first)
        if room <= ZERO:
            continue
        if room >= to_go:
            return closes - room + to_go
        to_go -= room
    raise AssertionError("the days of the account do not hold its budget")


def flooded(after: datetime, version: str = "cn-flood.1", days: int = 14) -> CalendarVersion:
    """The days after this moment are given free."""
    first = after.astimezone(CHINA_TIME).date()
    free = tuple(SpecialDay(first + timedelta(days=one), False, "防汛放假") for one in range(1, days))
    known = [day for day in city().calendar.days if day.day not in {one.day for one in free}]
    return replace(city().calendar, version=version, source="防汛通知", days=(*known, *free))
