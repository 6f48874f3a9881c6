"""One clock by itself: whether it runs, since when, when it is due, and whether that may still move."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bihuan.domain.clocks.clock import Clock, Judged, Obligation, Pause
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.workdays import WorkCalendar
from tests.support.small_city.calendar import CALENDAR, MONDAY, at
from tests.support.small_city.policy import limit

CLOCK = Clock(Obligation.ISSUE, 1, limit("7wd"), MONDAY)
PAUSED = replace(CLOCK, pauses=(Pause(at("08-03 09:00"), "补正"),))
RESUMED = replace(CLOCK, pauses=(Pause(at("08-03 09:00"), "补正", at("08-03 11:00")),))
PAUSED_AGAIN = replace(RESUMED, pauses=(*RESUMED.pauses, Pause(at("08-05 09:00"), "挂起")))
RESUMED_AGAIN = replace(RESUMED, pauses=(*RESUMED.pauses, Pause(at("08-05 09:00"), "挂起", at("08-05 10:00"))))
MET = replace(CLOCK, stopped_at=at("08-04 09:00"))
OVER = replace(MET, ended_at=at("08-09 09:00"))


@pytest.mark.parametrize(
    ("clock", "is_open", "paused", "running", "met_at"),
    [
        (CLOCK, True, False, True, None),
        (PAUSED, True, True, False, None),
        (RESUMED, True, False, True, None),
        (PAUSED_AGAIN, True, True, False, None),
        (RESUMED_AGAIN, True, False, True, None),
        (MET, True, False, False, at("08-04 09:00")),
        (OVER, False, False, False, at("08-04 09:00")),  # what is owed was done before it was over
        (replace(CLOCK, ended_at=at("08-09 09:00")), False, False, False, at("08-09 09:00")),
        (replace(PAUSED, ended_at=at("08-09 09:00")), False, True, False, at("08-09 09:00")),
    ],
)
def test_a_clock_is_open_until_over_and_runs_unless_paused_or_met(
    clock: Clock, is_open: bool, paused: bool, running: bool, met_at: datetime | None
) -> None:
    assert (clock.open, clock.paused, clock.running, clock.met_at) == (is_open, paused, running, met_at)
    assert clock.key == "issue#1"


@pytest.mark.parametrize(
    ("clock", "since"),
    [
        (CLOCK, MONDAY),
        (PAUSED, MONDAY),
        (RESUMED, at("08-03 11:00")),
        (PAUSED_AGAIN, at("08-03 11:00")),
        (RESUMED_AGAIN, at("08-05 10:00")),
    ],
)
def test_it_counts_without_a_pause_since_the_last_one_ended(clock: Clock, since: datetime) -> None:
    assert clock.resumed_at == since


EXTENDED = replace(RESUMED, until=at("08-20 18:00"), until_from=at("08-04 09:00"))


@pytest.mark.parametrize(
    ("clock", "due"),
    [
        (CLOCK, at("08-11 18:00")),
        (PAUSED, None),
        (RESUMED, at("08-12 10:30")),
        (PAUSED_AGAIN, None),
        (RESUMED_AGAIN, at("08-12 11:30")),
        (EXTENDED, at("08-20 18:00")),  # the pause before the date was named is in it
        (replace(EXTENDED, until_from=at("08-03 09:00")), at("08-23 10:30")),  # one that begins then is not
        (replace(EXTENDED, pauses=(*RESUMED_AGAIN.pauses,)), at("08-23 09:30")),  # only the one after it moves it
        (replace(MET, judged=Judged(at("08-04 09:00"), at("08-10 18:00"))), at("08-10 18:00")),
        (replace(MET, judged=Judged(at("08-03 09:00"), at("08-10 18:00"))), at("08-11 18:00")),  # was sent back since
    ],
)
def test_it_is_due_when_what_was_given_and_given_back_is_used_up(clock: Clock, due: datetime | None) -> None:
    assert clock.due(CALENDAR) == due


@pytest.mark.parametrize(
    ("clock", "due"),
    [(CLOCK, at("08-11 18:00")), (EXTENDED, at("08-12 10:30")), (replace(EXTENDED, pauses=()), at("08-11 18:00"))],
)
def test_without_the_date_named_it_would_be_due_at_the_end_of_its_budget(clock: Clock, due: datetime) -> None:
    assert clock.due_unextended(CALENDAR) == due


@pytest.mark.parametrize(
    ("clock", "quarter"),
    [
        (replace(CLOCK, limit=limit("4wd")), at("08-06 08:30")),
        (replace(RESUMED, limit=limit("4wd")), at("08-06 10:30")),
        (replace(CLOCK, limit=limit("24h")), at("08-03 03:00")),
    ],
)
def test_a_pause_moves_the_last_quarter_as_it_moves_the_end(clock: Clock, quarter: datetime) -> None:
    assert clock.last_quarter(CALENDAR) == quarter


DECEMBER = replace(CLOCK, started_at=at("11-29 09:00"))
NOVEMBER = replace(CLOCK, started_at=at("11-15 09:00"))


@pytest.mark.parametrize(
    ("clock", "provisional"),
    [
        (NOVEMBER, False),
        (DECEMBER, True),  # due in December: next year's paper may still set a day
        (replace(DECEMBER, limit=limit("30d")), True),
        (replace(DECEMBER, limit=limit("90h")), False),  # runs through any day
        (replace(DECEMBER, until=at("12-20 18:00")), False),  # a date that was named is that date
        (replace(DECEMBER, limit=limit("30d"), until=at("12-20 18:00")), True),  # but in days it may yet roll
        (replace(DECEMBER, obligation=Obligation.REVIEW, limit=limit("30d"), until=at("12-20 18:00")), False),
        (replace(DECEMBER, pauses=(Pause(at("11-30 09:00"), "补正"),)), False),  # it has no deadline now
        (replace(NOVEMBER, pauses=(Pause(at("11-17 09:00"), "补正", at("11-30 09:00")),)), True),
    ],
)
def test_a_deadline_is_provisional_while_a_paper_to_come_may_move_it(clock: Clock, provisional: bool) -> None:
    assert clock.provisional(CALENDAR) is provisional


@pytest.mark.parametrize(
    ("since", "until", "published", "provisional"),
    [
        ("2021-11-01", "2021-11-30", {2021}, False),
        ("2021-11-01", "2021-12-01", {2021}, True),
        ("2021-11-01", "2021-12-01", {2021, 2022}, False),
        ("2021-12-31", "2022-01-04", {2021}, True),
        ("2021-12-31", "2022-01-04", {2021, 2022}, False),
        ("2021-12-31", "2022-12-01", {2021, 2022}, True),
        ("2020-06-01", "2022-06-01", {2020, 2022}, True),  # the year between
        ("2022-01-04", "2022-01-05", {2021}, True),
    ],
)
def test_a_stretch_is_settled_when_the_papers_of_all_its_years_are_in_and_of_the_year_after_december(
    since: str, until: str, published: set[int], provisional: bool
) -> None:
    calendar = replace(CALENDAR, published_years=frozenset(published))
    moments = (datetime.fromisoformat(f"{day}T12:00+08:00") for day in (since, until))
    assert calendar.provisional(*moments) is provisional


def test_where_every_day_counts_no_paper_moves_anything() -> None:
    always = WorkCalendar("always", (), frozenset(), ((0, 1440),), frozenset())
    assert not always.provisional(at("12-01 09:00"), at("12-20 09:00"))
    assert CLOCK.provisional(replace(CALENDAR, published_years=frozenset()))


def test_the_credit_is_the_sum_of_what_the_pauses_cover() -> None:
    assert RESUMED_AGAIN.credited(CALENDAR) == timedelta(hours=3)
    assert PAUSED.credited(CALENDAR) == timedelta()
    assert replace(RESUMED, limit=Limit.parse("24h")).credited(CALENDAR) == timedelta(hours=2)
