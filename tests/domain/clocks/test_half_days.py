"""Half-days: they count as working days, end at their own closing time, and give exactly the time they have."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.special_days import SpecialDay
from tests.support.small_city.calendar import CALENDAR, at

MORNING, AFTERNOON = ((510, 720),), ((870, 1080),)
HALVED = replace(
    CALENDAR,
    days=(
        *CALENDAR.days,
        SpecialDay(date(2021, 8, 4), True, "下午放假", MORNING),
        SpecialDay(date(2021, 8, 6), True, "上午放假", AFTERNOON),
        SpecialDay(date(2021, 8, 14), True, "周六半天", MORNING),
    ),
)
"""Wednesday the 4th ends at noon, Friday the 6th begins in the afternoon, Saturday the 14th is worked until noon."""


def ends(since: str, limit: str) -> datetime:
    return HALVED.after(at(since), Limit.parse(limit))


@pytest.mark.parametrize(
    ("since", "limit", "due"),
    [
        ("08-03 09:00", "1wd", "08-04 12:00"),  # ends at the half-day's own closing time
        ("08-03 09:00", "2wd", "08-05 18:00"),  # and counts as a working day
        ("08-05 09:00", "1wd", "08-06 18:00"),
        ("08-13 09:00", "1wd", "08-14 12:00"),  # a Saturday made to count
        ("08-04 11:00", "2wh", "08-05 09:30"),  # the afternoon is not there
        ("08-04 13:00", "1wh", "08-05 09:30"),
        ("08-06 08:30", "1wh", "08-06 15:30"),  # the morning is not there
        ("07-05 09:00", "30d", "08-04 12:00"),  # a limit in days ends when the office does
    ],
)
def test_a_limit_runs_through_half_days(since: str, limit: str, due: str) -> None:
    assert ends(since, limit) == at(due)


@pytest.mark.parametrize(
    ("moment", "limit", "begins"),
    [
        ("08-05 18:00", "1wd", "08-05 08:30"),
        ("08-04 12:00", "1wd", "08-03 14:30"),  # a usual working day's office time, half of it the day before
        ("08-05 12:00", "1wd", "08-04 08:30"),
        ("08-05 09:30", "2wh", "08-04 11:00"),
    ],
)
def test_the_last_stretch_before_a_moment_is_counted_in_the_hours_there_are(
    moment: str, limit: str, begins: str
) -> None:
    assert HALVED.before(at(moment), Limit.parse(limit)) == at(begins)


def test_a_pause_over_a_half_day_credits_the_half() -> None:
    limit = Limit.parse("5wd")
    credit = HALVED.credit(at("08-03 18:00"), at("08-05 08:30"), at("08-02 09:00"), limit)
    assert credit == timedelta(hours=3, minutes=30)
    assert HALVED.postpone(at("08-09 18:00"), credit, limit) == at("08-10 12:00")


def test_the_last_quarter_is_a_quarter_of_the_time_there_is() -> None:
    """From Wednesday's opening to Thursday's closing there are ten and a half hours."""
    started, due = at("08-03 09:00"), ends("08-03 09:00", "2wd")
    begins = HALVED.last_quarter(started, due, Limit.parse("2wd"))
    assert HALVED.office_time(begins, due) == timedelta(hours=10.5) / 4


def test_a_half_day_is_told_by_its_name_and_is_no_day_that_does_not_count() -> None:
    assert HALVED.reason(date(2021, 8, 4)) == "下午放假"
    assert HALVED.is_workday(date(2021, 8, 4))
    assert HALVED.skipped(at("08-03 09:00"), at("08-05 18:00")) == ()
    assert HALVED.made_up(at("08-13 09:00"), at("08-14 12:00")) == ((date(2021, 8, 14), "周六半天"),)
    assert HALVED.frames(date(2021, 8, 4)) == ((at("08-04 08:30"), at("08-04 12:00")),)


def test_a_day_that_another_calendar_counts_otherwise_is_named_as_the_calendar_names_it_that_does_name_it() -> None:
    stretch = at("08-01 09:00"), at("08-14 18:00")
    assert CALENDAR.changed(HALVED, *stretch) == (
        (date(2021, 8, 4), "下午放假（办公时间变更）"),
        (date(2021, 8, 6), "上午放假（办公时间变更）"),
        (date(2021, 8, 14), "周六半天（改为计）"),
    )
    assert HALVED.changed(CALENDAR, *stretch) == (
        (date(2021, 8, 4), "下午放假（办公时间变更）"),
        (date(2021, 8, 6), "上午放假（办公时间变更）"),
        (date(2021, 8, 14), "周六半天（不再计）"),
    )


MOMENTS = st.integers(0, 20 * 24 * 60).map(lambda minutes: at("08-01 00:00") + timedelta(minutes=minutes))
HOURS = st.integers(1, 40)


@given(MOMENTS, HOURS)
def test_so_much_office_time_later_there_has_been_so_much_office_time(moment: datetime, hours: int) -> None:
    later = HALVED.after(moment, Limit.parse(f"{hours}wh"))
    assert HALVED.office_time(moment, later) == timedelta(hours=hours)
    assert HALVED.office_time(HALVED.before(later, Limit.parse(f"{hours}wh")), later) == timedelta(hours=hours)


@given(MOMENTS, st.integers(1, 10))
def test_no_half_day_moves_the_day_on_which_a_limit_in_working_days_ends(moment: datetime, days: int) -> None:
    """Not counting the Saturday, which is worked only here."""
    usual = replace(HALVED, days=tuple(replace(day, hours=()) for day in HALVED.days))
    limit = Limit.parse(f"{days}wd")
    halved, whole = HALVED.after(moment, limit), usual.after(moment, limit)
    assert halved.date() == whole.date()
    assert halved == HALVED.frames(halved.date())[-1][1] <= whole
