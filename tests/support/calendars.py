"""The two calendars there are: a city's, and the one that never closes."""

from bihuan.city.configuration import ALWAYS_OPEN
from bihuan.domain.clocks.workdays import WorkCalendar
from tests.support.puyang import city


def china_calendar() -> WorkCalendar:
    """Puyang's, from deploy/puyang/calendar.csv and calendar.yaml."""
    return city().policy.calendar


def always_open() -> WorkCalendar:
    return ALWAYS_OPEN
