"""Working days, office hours and limits, against the published vectors and an independent calendar."""

import random
from datetime import date, datetime, timedelta

import holidays
import pytest
from pydantic import TypeAdapter

from bihuan.domain.clocks.limits import Limit, TimeUnit
from bihuan.domain.clocks.special_days import SpecialDay
from bihuan.domain.clocks.workdays import CHINA_TIME, WorkCalendar
from tests.support.calendars import always_open, china_calendar

CALENDAR = china_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00")


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
        ("2021-07-05T06:00", "1wh", "2021-07-05T09:30"),  # before opening
        ("2021-07-05T12:00", "1wh", "2021-07-05T15:30"),  # at noon, just closed
        ("2021-07-05T13:00", "1wh", "2021-07-05T15:30"),  # over lunch
        ("2021-07-05T18:00", "1wh", "2021-07-06T09:30"),  # at close
        ("2021-07-05T11:59:59.999999", "1wh", "2021-07-05T15:29:59.999999"),
        ("2021-10-01T10:00", "1wh", "2021-10-08T09:30"),  # on a holiday
        ("2021-10-01T10:00", "1wd", "2021-10-08T18:00"),
        ("2021-09-30T23:59", "2wd", "2021-10-09T18:00"),  # the Saturday is made up
        ("2021-09-26T10:00", "1wd", "2021-09-27T18:00"),  # on a made-up Sunday
        ("2021-09-26T10:00", "1wh", "2021-09-26T11:00"),
        ("2021-09-25T10:00", "1wd", "2021-09-26T18:00"),
        ("2021-07-08T23:59", "1d", "2021-07-09T18:00"),
        ("2021-07-09T10:00", "1d", "2021-07-12T18:00"),  # a Saturday rolls to Monday
        ("2021-09-25T10:00", "1d", "2021-09-26T18:00"),  # a made-up Sunday does not
        ("2021-09-30T10:00", "1d", "2021-10-08T18:00"),
        ("2021-09-30T17:00", "24h", "2021-10-01T17:00"),
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


@pytest.mark.parametrize(
    ("since", "limit", "first"),
    [
        ("2021-07-05T06:00", "3wd", "2021-07-06T08:30"),
        ("2021-09-30T10:00", "3wd", "2021-10-08T08:30"),
        ("2021-09-30T10:00", "30d", "2021-10-01T00:00"),
        ("2021-07-05T10:00", "4wh", "2021-07-05T10:00"),
        ("2021-07-05T12:00", "4wh", "2021-07-05T14:30"),
        ("2021-09-30T18:00", "4wh", "2021-10-08T08:30"),
        ("2021-10-01T03:00", "24h", "2021-10-01T03:00"),
        ("2021-10-01T03:00", "5s", "2021-10-01T03:00"),
    ],
)
def test_counting_begins_with_the_first_moment_that_counts(since: str, limit: str, first: str) -> None:
    assert CALENDAR.first_counted(at(since), Limit.parse(limit)) == at(first)


@pytest.mark.parametrize(
    ("limit", "since", "until", "hours"),
    [
        ("3wd", "2021-07-05T10:00", "2021-07-05T18:00", 0),  # the trigger day counts for nothing
        ("3wd", "2021-07-05T10:00", "2021-07-06T10:00", 1.5),
        ("3wd", "2021-07-06T11:00", "2021-07-06T15:30", 2),  # lunch is no office time
        ("3wd", "2021-07-09T17:00", "2021-07-12T09:30", 2),  # nor is a weekend
        ("4wh", "2021-07-05T10:00", "2021-07-05T15:00", 2.5),
        ("30d", "2021-07-05T10:00", "2021-07-06T01:00", 1),  # from the midnight after the trigger
        ("24h", "2021-07-05T10:00", "2021-07-05T22:00", 12),
        ("24h", "2021-07-05T10:00", "2021-07-05T10:00", 0),
    ],
)
def test_a_pause_gives_back_the_counted_time_it_covers(limit: str, since: str, until: str, hours: float) -> None:
    credit = CALENDAR.credit(at(since), at(until), at("2021-07-05T09:00"), Limit.parse(limit))
    assert credit == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("due", "hours", "limit", "later"),
    [
        ("2021-07-09T18:00", 2, "3wd", "2021-07-12T10:30"),
        ("2021-07-09T18:00", 3.5, "3wd", "2021-07-12T12:00"),
        ("2021-07-09T18:00", 0, "3wd", "2021-07-09T18:00"),
        ("2021-09-30T18:00", 1, "4wh", "2021-10-08T09:30"),
        ("2021-08-04T18:00", 10, "30d", "2021-08-05T04:00"),
        ("2021-07-06T10:00", 10, "24h", "2021-07-06T20:00"),
    ],
)
def test_a_credit_moves_the_due_moment_by_exactly_that(due: str, hours: float, limit: str, later: str) -> None:
    assert CALENDAR.postpone(at(due), timedelta(hours=hours), Limit.parse(limit)) == at(later)


@pytest.mark.parametrize(
    ("due", "limit", "begins"),
    [
        ("2021-07-09T18:00", "2wd", "2021-07-08T08:30"),
        ("2021-07-09T10:30", "1wd", "2021-07-08T10:30"),
        ("2021-10-08T18:00", "2wd", "2021-09-30T08:30"),
        ("2021-07-09T16:30", "2wh", "2021-07-09T14:30"),  # the opening, not the noon before it
        ("2021-07-12T09:30", "2wh", "2021-07-09T17:00"),
        ("2021-07-09T18:00", "1d", "2021-07-08T18:00"),
        ("2021-07-09T18:00", "24h", "2021-07-08T18:00"),
        ("2021-07-09T18:00", "5s", "2021-07-09T17:59:55"),
    ],
)
def test_the_last_stretch_is_counted_backwards_in_its_own_unit(due: str, limit: str, begins: str) -> None:
    assert CALENDAR.before(at(due), Limit.parse(limit)) == at(begins)


@pytest.mark.parametrize(
    ("limit", "begins"),
    [
        ("4wd", "2021-07-09T08:30"),
        ("1wd", "2021-07-06T16:15"),
        ("4wh", "2021-07-05T11:30"),  # lunch lies between
        ("4d", "2021-07-08T19:30"),
        ("24h", "2021-07-06T02:00"),
        ("8s", "2021-07-05T08:00:06"),
    ],
)
def test_the_last_quarter_is_a_quarter_of_the_counted_time(limit: str, begins: str) -> None:
    started, length = at("2021-07-05T08:00"), Limit.parse(limit)
    assert CALENDAR.last_quarter(started, CALENDAR.after(started, length), length) == at(begins)


@pytest.mark.parametrize(
    ("second", "limit", "apart"),
    [
        ("2021-07-09T18:00", "1wd", False),  # the same day
        ("2021-07-11T10:00", "1wd", False),  # another day, but no working day
        ("2021-07-17T10:00", "1wd", False),  # working days lie between, but the call is on none
        ("2021-07-12T08:00", "1wd", True),
        ("2021-07-12T08:00", "2wd", False),
        ("2021-07-13T08:00", "2wd", True),
        ("2021-07-09T09:59:59", "1wh", False),
        ("2021-07-09T10:00", "1wh", True),
        ("2021-07-10T09:00", "24h", True),
    ],
)
def test_a_second_call_counts_on_another_working_day(second: str, limit: str, apart: bool) -> None:
    assert CALENDAR.apart(at("2021-07-09T09:00"), at(second), Limit.parse(limit)) is apart


@pytest.mark.parametrize(
    ("moment", "limit", "opens"),
    [
        ("2021-07-05T10:00", "1wd", "2021-07-06T08:30"),
        ("2021-07-09T18:00", "1wd", "2021-07-12T08:30"),
        ("2021-07-09T18:00", "2wd", "2021-07-13T08:30"),
        ("2021-09-30T23:59", "1wd", "2021-10-08T08:30"),
        ("2021-07-05T10:00", "4wh", "2021-07-05T16:30"),  # in other units it is when the limit is used up
        ("2021-07-05T10:00", "20s", "2021-07-05T10:00:20"),
    ],
)
def test_what_is_repeated_is_repeated_when_the_office_opens(moment: str, limit: str, opens: str) -> None:
    assert CALENDAR.opening(at(moment), Limit.parse(limit)) == at(opens)


def test_a_due_moment_explains_which_days_counted_and_which_did_not() -> None:
    since, until = at("2021-09-17T10:00"), at("2021-09-26T18:00")
    assert CALENDAR.skipped(since, until) == (
        (date(2021, 9, 19), "中秋节"),
        (date(2021, 9, 20), "中秋节"),
        (date(2021, 9, 21), "中秋节"),
        (date(2021, 9, 25), "周六"),
    )
    assert CALENDAR.made_up(since, until) == (
        (date(2021, 9, 18), "中秋节调休上班"),
        (date(2021, 9, 26), "国庆节调休上班"),
    )


@pytest.mark.parametrize(
    ("end", "rolled"),
    [
        ("2021-09-30T18:00", "2021-09-30T18:00"),
        ("2021-10-01T00:00", "2021-10-01T00:00"),  # midnight ends the day before
        ("2021-10-01T00:01", "2021-10-08T18:00"),
        ("2021-10-08T00:00", "2021-10-08T18:00"),
        ("2021-10-09T20:00", "2021-10-09T20:00"),  # a Saturday that is worked, after hours
        ("2021-10-10T09:00", "2021-10-11T18:00"),
    ],
)
def test_a_limit_in_days_that_ends_on_a_rest_day_rolls_to_the_close_of_the_next_working_day(
    end: str, rolled: str
) -> None:
    moment = datetime.fromisoformat(f"{end}+08:00")
    assert CALENDAR.rolled(moment, Limit.parse("30d")) == datetime.fromisoformat(f"{rolled}+08:00")
    for other in ("3wd", "4wh", "24h", "60s"):
        assert CALENDAR.rolled(moment, Limit.parse(other)) == moment


def test_what_never_closes_counts_every_minute_and_is_never_provisional() -> None:
    saturday = at("2031-07-05T23:00")
    calendar = always_open()
    assert calendar.after(saturday, Limit.parse("2wh")) == at("2031-07-06T01:00")
    assert calendar.after(saturday, Limit.parse("1wd")) == at("2031-07-07T00:00")
    assert not calendar.provisional(saturday, saturday)
    assert calendar.skipped(saturday, at("2031-07-20T00:00")) == ()


def test_a_calendar_that_never_works_is_named_instead_of_searched_for_ever() -> None:
    never = WorkCalendar("never", (), frozenset(), ((510, 720),), frozenset(range(7)))
    for text in ("1wd", "1wh", "1d"):
        with pytest.raises(ValueError, match="calendar never has no working day"):
            never.after(at("2021-07-05T10:00"), Limit.parse(text))
    with pytest.raises(ValueError, match="calendar never has no working day"):
        never.before(at("2021-07-05T10:00"), Limit.parse("1wd"))


def worked_on(*days: int) -> WorkCalendar:
    """A calendar that rests but on these days, counted from the fifth of July."""
    first = date(2021, 7, 5)
    worked = tuple(SpecialDay(first + timedelta(days=n), works=True, name="值班") for n in days)
    return WorkCalendar("rare", worked, frozenset(), ((510, 720),), frozenset(range(7)))


def test_a_working_day_is_searched_for_behind_four_hundred_days_of_rest_and_no_more() -> None:
    monday, one, two = at("2021-07-05T10:00"), Limit.parse("1wd"), Limit.parse("2wd")
    due = worked_on(401, 802).after(monday, two)
    assert due.date() == monday.date() + timedelta(days=802)
    with pytest.raises(ValueError, match="in the 400 days before 2022-08-10"):
        worked_on(402).after(monday, one)
    assert worked_on(0, 400).before(due - timedelta(days=2), two) == at("2021-07-05T08:30")
    with pytest.raises(ValueError, match="in the 400 days after 2021-07-05"):
        worked_on(0).before(monday + timedelta(days=401), one)
    assert CALENDAR.after(monday, Limit.parse("450wd")) == at("2023-04-23T18:00"), "not four hundred in all"


def test_no_time_at_all_before_a_moment_is_that_moment() -> None:
    assert CALENDAR.subtract_office(at("2021-07-05T13:00"), timedelta()) == at("2021-07-05T13:00")


def test_a_calendar_in_use_travels_as_its_own_fields_and_counts_the_same() -> None:
    adapter = TypeAdapter(WorkCalendar)
    moment, limit = at("2021-09-30T10:00"), Limit.parse("7wd")
    due = CALENDAR.after(moment, limit)
    arrived = adapter.validate_json(adapter.dump_json(CALENDAR))
    assert set(adapter.dump_python(CALENDAR)) == {
        "version",
        "days",
        "published_years",
        "office_minutes",
        "rest_weekdays",
    }
    assert arrived.after(moment, limit) == due


def test_a_moment_told_in_another_zone_is_counted_on_chinas_day() -> None:
    monday_evening = datetime.fromisoformat("2021-07-05T16:30+00:00")  # already Tuesday in China
    due = CALENDAR.after(monday_evening, Limit.parse("1wd"))
    assert due.isoformat() == "2021-07-07T18:00:00+08:00"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("3wd", "3个工作日", "3 working days"),
        ("4wh", "4个工作小时", "4 working hours"),
        ("30d", "30天", "30 days"),
        ("24h", "24小时", "24 hours"),
        ("1s", "1秒", "1 second"),
    ],
)
def test_a_limit_reads_in_both_languages(text: str, zh: str, en: str) -> None:
    limit = Limit.parse(text)
    assert (str(limit), limit.zh, limit.en) == (text, zh, en)
