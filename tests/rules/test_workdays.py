"""Working days, office hours and limits, against the published vectors and an independent calendar."""

import random
from datetime import date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.workdays import CHINA_TIME, Limit, TimeUnit
from tests.worlds import policy

CALENDAR = policy().calendar
MOMENTS = st.integers(0, 210_000_000).map(lambda s: datetime(2019, 2, 1, tzinfo=CHINA_TIME) + timedelta(seconds=s))


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        ("2021-02-05", 3, "2021-02-09"),
        ("2021-04-24", 1, "2021-04-25"),
        ("2021-04-30", 7, "2021-05-13"),
        ("2021-06-11", 1, "2021-06-15"),
        ("2021-09-17", 3, "2021-09-23"),
        ("2021-09-30", 7, "2021-10-15"),
        ("2021-09-30", 15, "2021-10-27"),
    ],
)
@pytest.mark.parametrize("hour", ["00:00", "08:29", "12:30", "18:00", "23:59"])
def test_the_published_vectors_hold_whatever_the_hour(since: str, days: int, due: str, hour: str) -> None:
    moment = datetime.fromisoformat(f"{since}T{hour}+08:00")
    assert CALENDAR.after(moment, Limit(days, TimeUnit.WD)) == datetime.fromisoformat(f"{due}T18:00+08:00")


@pytest.mark.parametrize(
    ("since", "limit", "due"),
    [
        ("2021-07-05T09:00", "1wh", "2021-07-05T10:00"),
        ("2021-07-05T11:30", "1wh", "2021-07-05T15:00"),
        ("2021-07-05T17:30", "1wh", "2021-07-06T09:00"),
        ("2021-07-03T10:00", "4wh", "2021-07-05T15:00"),
        ("2021-09-30T17:00", "4wh", "2021-10-08T11:30"),
        ("2021-07-05T17:00", "1wh", "2021-07-05T18:00"),
        ("2021-07-05T10:00", "30d", "2021-08-04T18:00"),
        ("2021-09-03T10:00", "30d", "2021-10-08T18:00"),
        ("2021-07-05T10:00", "24h", "2021-07-06T10:00"),
        ("2021-07-05T10:00", "5s", "2021-07-05T10:00:05"),
    ],
)
def test_every_unit_is_counted_its_own_way(since: str, limit: str, due: str) -> None:
    moment = datetime.fromisoformat(since + "+08:00")
    assert CALENDAR.after(moment, Limit.parse(limit)) == datetime.fromisoformat(due + "+08:00")


def test_working_days_equal_an_independent_calendar_on_ten_thousand_cases() -> None:
    china = holidays.country_holidays("CN", years=range(2019, 2028))
    dice = random.Random(13710)
    for _ in range(10_000):
        day = date(2019, 1, 1) + timedelta(days=dice.randrange(2600))
        count = dice.randrange(1, 40)
        expected = day
        for _ in range(count):
            expected += timedelta(days=1)
            while not china.is_working_day(expected):
                expected += timedelta(days=1)
        moment = datetime(day.year, day.month, day.day, dice.randrange(24), tzinfo=CHINA_TIME)
        assert CALENDAR.after(moment, Limit(count, TimeUnit.WD)).date() == expected


def test_the_last_working_day_begins_with_its_office_hours() -> None:
    friday = datetime.fromisoformat("2021-07-09T18:00+08:00")
    assert CALENDAR.before(friday, Limit.parse("1wd")) == datetime.fromisoformat("2021-07-09T08:30+08:00")


def test_a_year_without_published_days_is_provisional_and_so_is_the_december_before() -> None:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text + "T10:00+08:00")

    assert not CALENDAR.provisional(moment("2026-11-02"), moment("2026-11-20"))
    assert CALENDAR.provisional(moment("2026-11-20"), moment("2026-12-02"))
    assert CALENDAR.provisional(moment("2027-03-01"), moment("2027-03-05"))
    assert CALENDAR.after(moment("2027-03-05"), Limit.parse("1wd")).date() == date(2027, 3, 8)


def test_a_limit_that_is_none_names_what_it_found() -> None:
    for text in ("", "3", "wd", "0wd", "-1wd", "3 weeks", "3wd4"):
        with pytest.raises(ValueError, match="is not a limit"):
            Limit.parse(text)


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        CALENDAR.after(datetime(2021, 7, 5), Limit.parse("1wd"))  # noqa: DTZ001 - the very fault


@given(MOMENTS, st.integers(0, 400_000), st.sampled_from(["wd", "wh"]))
def test_a_pause_is_credited_exactly(moment: datetime, seconds: int, unit: str) -> None:
    limit = Limit(5, TimeUnit(unit))
    due = CALENDAR.after(moment, limit)
    credit = timedelta(seconds=seconds)
    assert CALENDAR.office_time(due, CALENDAR.postpone(due, credit, limit)) == credit


@given(MOMENTS, MOMENTS, st.sampled_from(["3wd", "4wh", "30d", "24h"]))
def test_who_begins_later_is_due_later(one: datetime, other: datetime, text: str) -> None:
    limit = Limit.parse(text)
    earlier, later = sorted((one, other))
    assert CALENDAR.after(earlier, limit) <= CALENDAR.after(later, limit)


@given(MOMENTS, st.integers(1, 200_000))
def test_office_time_taken_away_is_office_time_given_back(moment: datetime, seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert CALENDAR.office_time(CALENDAR.subtract_office(moment, length), moment) == length
    assert CALENDAR.office_time(moment, CALENDAR.add_office(moment, length)) == length
