"""What holds of any moment and any length, to the microsecond."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.clocks.limits import Limit, TimeUnit
from bihuan.domain.clocks.workdays import CHINA_TIME
from tests.support.calendars import china_calendar

CALENDAR = china_calendar()
MOMENTS = st.datetimes(datetime(2019, 2, 1), datetime(2026, 9, 1)).map(lambda m: m.replace(tzinfo=CHINA_TIME))  # noqa: DTZ001 - given its offset here
LENGTHS = st.timedeltas(timedelta(), timedelta(hours=60))
UNITS = st.sampled_from(TimeUnit)
OFFICE_UNITS = st.sampled_from([TimeUnit.WD, TimeUnit.WH])
AMOUNTS = st.integers(1, 40)


@given(MOMENTS, MOMENTS, AMOUNTS, UNITS)
def test_who_begins_later_is_due_later(one: datetime, other: datetime, amount: int, unit: TimeUnit) -> None:
    earlier, later = sorted((one, other))
    assert CALENDAR.after(earlier, Limit(amount, unit)) <= CALENDAR.after(later, Limit(amount, unit))


@given(MOMENTS, AMOUNTS, AMOUNTS, UNITS)
def test_who_has_longer_is_due_later(moment: datetime, one: int, other: int, unit: TimeUnit) -> None:
    shorter, longer = sorted((one, other))
    assert CALENDAR.after(moment, Limit(shorter, unit)) <= CALENDAR.after(moment, Limit(longer, unit))


@given(MOMENTS, AMOUNTS, UNITS)
def test_counting_begins_after_the_trigger_and_before_the_end(moment: datetime, amount: int, unit: TimeUnit) -> None:
    limit = Limit(amount, unit)
    due = CALENDAR.after(moment, limit)
    first = CALENDAR.first_counted(moment, limit)
    assert moment <= first <= CALENDAR.last_quarter(moment, due, limit) < due


@given(MOMENTS, AMOUNTS)
def test_so_many_working_days_hold_so_many_office_days(moment: datetime, amount: int) -> None:
    limit = Limit(amount, TimeUnit.WD)
    due, first = CALENDAR.after(moment, limit), CALENDAR.first_counted(moment, limit)
    assert CALENDAR.office_time(first, due) == CALENDAR.office_day * amount
    assert CALENDAR.before(due, limit) == first


@given(MOMENTS, LENGTHS, OFFICE_UNITS)
def test_a_credit_is_given_exactly(moment: datetime, credit: timedelta, unit: TimeUnit) -> None:
    limit = Limit(5, unit)
    due = CALENDAR.after(moment, limit)
    assert CALENDAR.office_time(due, CALENDAR.postpone(due, credit, limit)) == credit


@given(MOMENTS, st.lists(LENGTHS, min_size=2, max_size=2), UNITS)
def test_a_pause_in_two_parts_gives_back_what_it_would_whole(
    started: datetime, gaps: list[timedelta], unit: TimeUnit
) -> None:
    limit, middle = Limit(5, unit), started + gaps[0]
    end = middle + gaps[1]
    parts = CALENDAR.credit(started, middle, started, limit) + CALENDAR.credit(middle, end, started, limit)
    assert parts == CALENDAR.credit(started, end, started, limit)


@given(st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_office_time_adds_up(moments: list[datetime]) -> None:
    first, middle, last = moments
    whole = CALENDAR.office_time(first, last)
    assert CALENDAR.office_time(first, middle) + CALENDAR.office_time(middle, last) == whole


@given(MOMENTS, LENGTHS)
def test_office_time_given_is_taken_away_again(moment: datetime, length: timedelta) -> None:
    later, earlier = CALENDAR.add_office(moment, length), CALENDAR.subtract_office(moment, length)
    assert CALENDAR.office_time(moment, later) == length
    assert CALENDAR.office_time(earlier, moment) == length
    assert CALENDAR.office_time(moment, CALENDAR.subtract_office(later, length)) == timedelta()
    assert CALENDAR.office_time(CALENDAR.add_office(earlier, length), moment) == timedelta()


@given(MOMENTS)
def test_no_office_time_taken_away_is_the_moment_itself(moment: datetime) -> None:
    assert CALENDAR.subtract_office(moment, timedelta()) == moment
