"""Which period a report is of, whenever it is made."""

from datetime import datetime

import pytest

from bihuan.domain.timetable import Period, ReportKind, Timed, period
from tests.support.puyang import city

DIGEST = Timed(ReportKind.DIGEST, at="08:30", group="G1")
BULLETIN = Timed(ReportKind.BULLETIN, at="09:00", weekday=1)
BRIEF = Timed(ReportKind.BRIEF, at="09:00", days=("01-01", "07-01"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text.replace(' ', 'T')}:00+08:00")


def of(timed: Timed, now: str) -> Period | None:
    return period(timed, moment(now), city().policy.calendar.is_workday)


@pytest.mark.parametrize(
    ("timed", "now", "name", "since", "until"),
    [
        (DIGEST, "2021-07-07 08:30", "2021-07-07", "2021-07-06 08:30", "2021-07-07 08:30"),
        (DIGEST, "2021-07-05 10:00", "2021-07-05", "2021-07-02 08:30", "2021-07-05 08:30"),
        (DIGEST, "2021-07-05 08:29", "2021-07-02", "2021-07-01 08:30", "2021-07-02 08:30"),
        (DIGEST, "2021-10-08 08:30", "2021-10-08", "2021-09-30 08:30", "2021-10-08 08:30"),
        (DIGEST, "2021-10-09 08:30", "2021-10-09", "2021-10-08 08:30", "2021-10-09 08:30"),
        (BULLETIN, "2021-07-12 09:00", "2021-W27", "2021-07-05 00:00", "2021-07-12 00:00"),
        (BULLETIN, "2021-07-12 08:59", "2021-W26", "2021-06-28 00:00", "2021-07-05 00:00"),
        (BULLETIN, "2021-07-18 23:00", "2021-W27", "2021-07-05 00:00", "2021-07-12 00:00"),
        (BULLETIN, "2021-01-04 09:00", "2020-W53", "2020-12-28 00:00", "2021-01-04 00:00"),
        (BRIEF, "2021-07-01 09:00", "2021-H1", "2021-01-01 00:00", "2021-07-01 00:00"),
        (BRIEF, "2022-01-01 09:00", "2021-H2", "2021-07-01 00:00", "2022-01-01 00:00"),
        (BRIEF, "2021-06-30 09:00", "2020-H2", "2020-07-01 00:00", "2021-01-01 00:00"),
    ],
)
def test_a_report_is_of_the_newest_period_that_is_due(
    timed: Timed, now: str, name: str, since: str, until: str
) -> None:
    """So one made late, for however many that were missed, is the one that is due then."""
    assert of(timed, now) == Period(name, moment(since), moment(until))


@pytest.mark.parametrize("day", ["2021-07-03 08:30", "2021-07-04 12:00", "2021-10-01 08:30", "2021-09-21 08:30"])
def test_a_rest_day_has_no_digest(day: str) -> None:
    assert of(DIGEST, day) is None


def test_a_saturday_worked_for_a_holiday_has_one() -> None:
    assert of(DIGEST, "2021-09-18 08:30") == Period(
        "2021-09-18", moment("2021-09-17 08:30"), moment("2021-09-18 08:30")
    )
