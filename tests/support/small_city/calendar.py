"""Its calendar, and moments of 2021 as tests write them."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bihuan.domain.clocks.special_days import CalendarVersion, SpecialDay
from bihuan.domain.clocks.workdays import WorkCalendar

DAYS_OFF = ("09-20", "09-21", "10-01", "10-04", "10-05", "10-06", "10-07")
DAYS_MADE_UP = ("09-18", "09-26", "10-09")


def _special(day: str, *, works: bool) -> SpecialDay:
    return SpecialDay(date.fromisoformat(f"2021-{day}"), works, "调休" if works else "放假")


CALENDAR = WorkCalendar(
    version="2021",
    days=(*(_special(day, works=False) for day in DAYS_OFF), *(_special(day, works=True) for day in DAYS_MADE_UP)),
    published_years=frozenset({2021}),
    office_minutes=((510, 720), (870, 1080)),
)
AS_IT_IS = CalendarVersion("2021", "国办发明电〔2020〕27号", CALENDAR.days, (2021,))
REVISED = replace(AS_IT_IS, version="2021.2", days=(*CALENDAR.days, _special("08-11", works=False)))
"""A Wednesday of the four weeks without a holiday is given free."""
OFFICE_DAY, CLOSE = timedelta(hours=7), time(18)


def at(text: str) -> datetime:
    """A moment of 2021 in China: ``08-02 09:00``."""
    return datetime.fromisoformat(f"2021-{text.replace(' ', 'T')}+08:00")


MONDAY = at("08-02 09:00")
"""The first of four weeks without a holiday."""


def off_a_rest_day(moment: datetime, calendar: WorkCalendar = CALENDAR) -> datetime:
    """Where a limit in days that ends then ends by the Civil Code, art. 203: never on a rest day, but at the close of
    the next working day. Midnight is the end of the day before."""
    day = (moment - timedelta(microseconds=1)).date()
    if calendar.is_workday(day):
        return moment
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return datetime.combine(day, CLOSE, moment.tzinfo)


DUE = "08-11 18:00"
"""Seven working days after Monday 2 August."""
