"""Calendar files: what is right becomes a version, what is wrong is named by line or entry and field."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest

from bihuan.city.calendar_files import merge_calendar, next_version, read_calendar_file
from bihuan.city.calendar_store import CalendarStore, PolicyInForce
from bihuan.city.configuration import load_city
from bihuan.domain.clocks.calendar_adoption import with_calendar
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.special_days import CalendarVersion, SpecialDay
from bihuan.domain.clocks.workdays import WorkCalendar
from bihuan.files.validation import FilesInvalid
from tests.support.invalid_files import english, refused_for
from tests.support.puyang import CITY_FOLDER, city

PAPER = "https://www.gov.cn/zhengce/content/2027.htm"
YEAR_2027 = {
    "$schema": "https://example.invalid/schema.json",
    "year": 2027,
    "papers": [PAPER],
    "days": [
        {"name": "元旦", "date": "2026-12-31", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-03", "isOffDay": False},
        *({"name": "春节", "date": f"2027-02-{day:02}", "isOffDay": True} for day in (5, 8, 9, 10, 11)),
        *({"name": "国庆节", "date": f"2027-10-{day:02}", "isOffDay": True} for day in (1, 4, 5, 6, 7)),
    ],
}
"""An invented paper in the shape of holiday-cn; it takes the last day of 2026."""


def paper(folder: Path, content: object = None, name: str = "2027.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content or YEAR_2027), encoding="utf-8")
    return path


ALL_OF_2027 = "date,works,name\n" + "".join(f"2027-{day},no,放假\n" for day in ("01-01", "10-01", "10-04", "10-05"))


def over(known: CalendarVersion, path: Path, version: str = "v") -> CalendarVersion:
    return merge_calendar(known, read_calendar_file(path), version)


def days_of(calendar: CalendarVersion) -> WorkCalendar:
    return WorkCalendar(calendar.version, calendar.days, frozenset(calendar.published_years), ((510, 1080),))


def test_next_years_paper_sets_its_year_and_the_december_before(tmp_path: Path) -> None:
    known = city().calendar
    anew = over(known, paper(tmp_path))
    calendar = days_of(anew)
    assert anew.source == PAPER
    assert anew.published_years == (*known.published_years, 2027)
    assert not calendar.is_workday(date(2026, 12, 31))
    assert calendar.is_workday(date(2027, 1, 3))
    assert not calendar.is_workday(date(2027, 2, 8))
    assert set(known.days) <= set(anew.days)


def test_december_is_provisional_until_next_years_paper_is_in(tmp_path: Path) -> None:
    known, moment = city().calendar, datetime(2026, 12, 1, 9, tzinfo=UTC)
    for calendar, provisional in ((known, True), (over(known, paper(tmp_path)), False)):
        days = days_of(calendar)
        due = days.after(moment, Limit.parse("3wd"))
        assert days.provisional(moment, due) is provisional
        assert days.provisional(moment - timedelta(days=30), moment - timedelta(days=20)) is False


def test_a_revised_paper_replaces_its_year_and_nothing_else(tmp_path: Path) -> None:
    known = over(city().calendar, paper(tmp_path), "a")
    afternoon = paper(tmp_path, "date,works,name,hours\n2027-05-04,yes,青年节下午放假,08:30-12:00\n", "half.csv")
    known = over(known, afternoon, "b")
    longer = {**YEAR_2027, "days": [*YEAR_2027["days"][1:4], *YEAR_2027["days"][8:]]}  # type: ignore[index]
    anew = over(known, paper(tmp_path, longer), "c")
    gone = {day.day for day in known.days} - {day.day for day in anew.days}
    assert gone == {date(2027, 2, day) for day in (8, 9, 10, 11)}, "and neither New Year's Eve nor the half-day"
    october = [{"name": "国庆节", "date": f"2026-10-{day:02}", "isOffDay": True} for day in (1, 2, 5, 6, 7)]
    revised = {"year": 2026, "papers": [], "days": october}
    of_2026 = over(known, paper(tmp_path, revised), "d")
    assert date(2026, 12, 31) in {day.day for day in of_2026.days}, "that day is the paper's of 2027"
    assert date(2026, 2, 17) not in {day.day for day in of_2026.days}


def test_a_csv_publishes_the_years_whose_new_year_it_names_and_else_adds_days(tmp_path: Path) -> None:
    known = city().calendar
    half = over(known, paper(tmp_path, "date,works,name,hours\n2026-12-04,yes,下午活动,08:30-12:00\n", "half.csv"))
    assert half.published_years == known.published_years
    assert SpecialDay(date(2026, 12, 4), True, "下午活动", ((510, 720),)) in half.days
    whole = over(known, paper(tmp_path, ALL_OF_2027, "2027.csv"))
    assert 2027 in whole.published_years


def test_the_calendar_there_is_read_back_as_a_file_is_the_calendar_there_is() -> None:
    """And agrees with an independent one on every day."""
    known = city().calendar
    anew = over(known, CITY_FOLDER / "calendar.csv")
    assert (anew.days, anew.published_years) == (known.days, known.published_years)
    calendar, day = days_of(anew), date(2019, 1, 1)
    while day.year < 2027:
        assert calendar.is_workday(day) is chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def _with(at: int, **changes: object) -> Callable[[dict[str, Any]], object]:
    return lambda content: content["days"].__setitem__(at, {**content["days"][at], **changes})


def _head(**changes: object) -> Callable[[dict[str, Any]], object]:
    return lambda content: content.update(changes)


WRONG_JSON: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (_with(3, isOffDay="yes"), "2027.json: days/3: isOffDay: found 'yes', expected true or false"),
    (_with(3, date="2027-02-30"), "2027.json: days/3: date: found '2027-02-30', expected a date such as 2026-10-01"),
    (_with(3, date="2026-11-30"), "2027.json: days/3: date: found '2026-11-30', expected a day of 2027, or of"),
    (_with(3, date="2028-01-01"), "2027.json: days/3: date: found '2028-01-01', expected a day of 2027, or of"),
    (_with(3, name=""), "2027.json: days/3: name: found '', expected a text"),
    (_with(3, holiday=True), "2027.json: days/3: holiday: found True, expected no such name; known are name, date"),
    (
        _with(3, hours=["08:30-12:00"]),
        "2027.json: days/3: hours: found ['08:30-12:00'], expected no hours on a day off",
    ),
    (_with(2, hours=["12:00-08:30"]), "2027.json: days/2: hours: found ['12:00-08:30'], expected frames such as"),
    (_with(2, hours="morning"), "2027.json: days/2: hours: found 'morning', expected a list such as"),
    (_with(3, date="2027-01-01"), "2027.json: days: found '2027-01-01', expected each day once"),
    (_head(year="2027"), "2027.json: year: found '2027', expected a number from 2000 to 2200"),
    (_head(papers="x"), "2027.json: papers: found 'x', expected a list of addresses"),
    (
        _head(days=[]),
        "2027.json: days: found [], expected at least one day; the paper of that year is not published yet",
    ),
    (_head(days={}), "2027.json: days: found {}, expected a list of days"),
    (_head(days=[1]), "2027.json: days/0: content: found 'int', expected an object"),
    (_head(holidays=[]), "2027.json: holidays: found [], expected no such name; known are $schema, $id, year"),
    (
        lambda content: content["days"].extend(
            {"name": "假", "date": str(date(2027, 3, 1) + timedelta(days=day)), "isOffDay": True} for day in range(90)
        ),
        "2027.json: days: found 186, expected 230 to 258 working days in 2027",
    ),
]


@pytest.mark.parametrize(("change", "told"), WRONG_JSON, ids=[told for _, told in WRONG_JSON])
def test_a_wrong_json_is_named_by_entry_and_field(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], told: str
) -> None:
    content = json.loads(json.dumps(YEAR_2027))
    change(content)
    with pytest.raises(FilesInvalid) as refused:
        over(city().calendar, paper(tmp_path, content))
    assert told in english(refused.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("date,works\n", "x.csv:1: columns: found 'date,works', expected date,works,name"),
        ("date,works,name\n2027-01-01,no,元旦\n2027-13-01,no,假\n", "x.csv:3: date: found '2027-13-01'"),
        ("date,works,name\n2027-01-01,nein,元旦\n", "x.csv:2: works: found 'nein', expected yes or no"),
        ("date,works,name\n2027-01-01,no,元旦\n2027-01-01,no,元旦\n", "x.csv:3: date: found '2027-01-01'"),
        ("date,works,name,hours\n2027-01-01,no,元旦,08:30-12:00\n", "x.csv:2: hours: found '08:30-12:00'"),
        ("date,works,name,hours\n2027-03-01,yes,半天,8-12\n", "x.csv:2: hours: found '8-12', expected frames such"),
        ("date,works,name\n", "x.csv: days: found [], expected at least one day"),
    ],
)
def test_a_wrong_csv_is_named_by_line_and_field(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(FilesInvalid) as refused:
        read_calendar_file(paper(tmp_path, content, "x.csv"))
    assert told in english(refused.value)


@pytest.mark.parametrize("content", ["{", "[]", "\ufeffnull"])
def test_what_is_no_object_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(FilesInvalid, match=r"2027\.json"):
        read_calendar_file(paper(tmp_path, content))


def test_versions_are_named_after_the_last_year_and_counted(tmp_path: Path) -> None:
    known, read = city().calendar, read_calendar_file(paper(tmp_path))
    assert known.version == "cn-2026.1"
    assert next_version(known, read, []) == "cn-2027.1"
    assert next_version(known, read, ["cn-2027.1", "cn-2027.2"]) == "cn-2027.3"


NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def test_the_shelf_keeps_every_version_and_the_last_is_in_force(tmp_path: Path) -> None:
    shelf, first, second = CalendarStore(tmp_path), over(city().calendar, paper(tmp_path), "a"), city().calendar
    assert shelf.newest() is None
    shelf.put(first, NOW)
    shelf.put(second, NOW)
    assert shelf.newest() == second
    assert [one.calendar.version for one in CalendarStore(tmp_path).all()] == ["a", second.version]
    assert shelf.find("a") == first
    assert shelf.find("b") is None
    assert sorted(path.name for path in (tmp_path / "calendar").iterdir()) == ["000001.json", "000002.json"]


def test_a_version_that_cannot_be_read_is_named_and_not_passed_over(tmp_path: Path) -> None:
    shelf = CalendarStore(tmp_path)
    shelf.put(city().calendar, NOW)
    (tmp_path / "calendar" / "000002.json").write_text("{")
    with refused_for("000002.json: file: found 'JSONDecodeError'"):
        shelf.newest()


def test_a_new_version_governs_without_a_restart(tmp_path: Path) -> None:
    shelf = CalendarStore(tmp_path)
    governing = PolicyInForce(load_city(CITY_FOLDER, "PY-13710", since_year=2025).policy, shelf, 2025)
    before = governing.policy()
    assert governing.policy() is before
    assert governing.days_ahead(date(2026, 12, 1)) == 30
    anew = over(city().calendar, paper(tmp_path), "a")
    shelf.put(anew, NOW)
    policy = governing.policy()
    assert policy.version == with_calendar(before, anew.since(2025)).version != before.version
    assert governing.days_ahead(date(2026, 12, 1)) == 395
    restarted = load_city(CITY_FOLDER, "PY-13710", since_year=2025, imported=shelf.newest())
    assert restarted.policy.version == policy.version
    assert restarted.calendar == anew


def test_a_profile_that_never_closes_goes_by_no_calendar(tmp_path: Path) -> None:
    demo = load_city(CITY_FOLDER, "demo").policy
    shelf = CalendarStore(tmp_path)
    governing = PolicyInForce(demo, shelf, 2025)
    shelf.put(over(city().calendar, paper(tmp_path)), NOW)
    assert governing.policy() is demo
