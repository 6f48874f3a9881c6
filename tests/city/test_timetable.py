"""Which period a report is of, whenever it is made; and the city's file, every fault of it named."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from bihuan.city.schedule_files import FILE, load_schedules
from bihuan.domain.timetable import Period, ReportKind, ReportSchedule, period
from bihuan.files.validation import FilesInvalid
from bihuan.reports.text import LINK, Section, fitted, rate
from tests.support.invalid_files import english
from tests.support.puyang import CITY_FOLDER, city

DIGEST = ReportSchedule(ReportKind.DIGEST, at="08:30", group="G1")
BULLETIN = ReportSchedule(ReportKind.BULLETIN, at="09:00", weekday=1)
BRIEF = ReportSchedule(ReportKind.BRIEF, at="09:00", days=("01-01", "07-01"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text.replace(' ', 'T')}:00+08:00")


def of(timed: ReportSchedule, now: str) -> Period | None:
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
    timed: ReportSchedule, now: str, name: str, since: str, until: str
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


def test_the_city_has_a_digest_for_each_group_and_one_of_everything_else() -> None:
    planned = load_schedules(CITY_FOLDER, city().policy.groups)
    names = [one.timed.name for one in planned]
    assert names == [*(f"digest:G{n}" for n in range(1, 9)), "bulletin", "brief", "census", "retention"]
    assert {one.timed.keep_days for one in planned} == {0, 3 * 365}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('at: "08:30"', 'at: "8点半"', "schedules.yaml:4: at: found '8点半', expected a time of day such as 08:30"),
        ('at: "08:30"', 'at: "25:00"', "schedules.yaml:4: at: found '25:00', expected a time of day such as 08:30"),
        ("weekday: 周一", "weekday: 星期八", "schedules.yaml:7: weekday: found '星期八', expected one of 周一、周二"),
        ('"07-01"]', '"07-32"]', "schedules.yaml:11: days: found ['01-01', '07-32'], expected a list of days"),
        ("every: 1h", "every: 2wd", "schedules.yaml:15: every: found '2wd', expected a limit in d, h or s, from 60"),
        ("every: 1h", "every: 5s", "schedules.yaml:15: every: found '5s', expected a limit in d, h or s, from 60"),
        ("keep_days: 1095", "keep_days: 90", "schedules.yaml:19: keep_days: found 90, expected a number from 180"),
        ("catch_up: 14d", "catch_up: soon", "schedules.yaml:9: catch_up: found 'soon', expected a limit in d, h or s"),
        ("bulletin:", "weekly:", "schedules.yaml:6: weekly: found "),
        ("  weekday: 周一\n", "", "schedules.yaml:6: weekday: found None, expected to be given"),
        ("  weekday: 周一\n", "  weekday: 周一\n  day: 1\n", "schedules.yaml:8: day: found 1, expected no such name"),
    ],
)
def test_a_wrong_schedule_is_named_with_its_line_and_field(tmp_path: Path, old: str, new: str, named: str) -> None:
    shutil.copy(CITY_FOLDER / FILE, tmp_path)
    content = (tmp_path / FILE).read_text()
    assert old in content
    (tmp_path / FILE).write_text(content.replace(old, new, 1))
    with pytest.raises(FilesInvalid) as refused:
        load_schedules(tmp_path, ("G1",))
    assert named in english(refused.value)


def test_what_is_left_out_is_not_wanted(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("census: {every: 1h, catch_up: 1h}\n")
    assert [one.timed.name for one in load_schedules(tmp_path, ("G1", "G2"))] == ["census"]


def test_a_list_too_long_is_cut_and_says_how_much_is_left() -> None:
    rows = [f"BH{number:04} 用电增容" for number in range(500)]
    text = fitted([Section("逾期 500", rows), Section("新收 1", ["BH9999 退税"])], 1000)
    assert len(text.encode()) <= 1000
    shown = [line for line in text.splitlines() if line.startswith("· BH0")]
    assert shown == [f"· {row}" for row in rows[: len(shown)]]
    assert f"……另有 {500 - len(shown)} 项 · {500 - len(shown)} more：{LINK}" in text
    assert "· BH9999 退税" in text, "a short list is not cut for a long one"


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(313, 749, "41.79%(313/749)"), (361, 749, "48.20%(361/749)"), (1, 800, "0.13%(1/800)"), (0, 0, "—")],
)
def test_a_rate_stands_beside_its_numbers_and_is_rounded_half_up(part: int, whole: int, told: str) -> None:
    assert rate(part, whole) == told
