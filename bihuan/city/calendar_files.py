"""Calendar files (State Council holiday notices): CSV, or JSON in the format of holiday-cn; checked, then merged."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from bihuan.domain.clocks.special_days import CalendarVersion, Frames, SpecialDay
from bihuan.domain.clocks.workdays import YEARS, WorkCalendar
from bihuan.files.tables import NOT_ABOVE, read_table
from bihuan.files.texts import read_text
from bihuan.files.validation import Findings, Line, no_such_name

DAY_MINUTES = 24 * 60
DECEMBER = 12
WORKING_DAYS = range(230, 259)
"""Plausible working days in a year. Outside it, a file is cut off or has its days inverted. 2019–2026: 248–251."""
NEW_YEAR = (1, 1)
FILE_NAMES = ("$schema", "$id", "year", "papers", "days")
DAY_NAMES = ("name", "date", "isOffDay", "hours")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
NOT_YET = "至少一日；该年文件尚未公布 · at least one day; the paper of that year is not published yet"
HOURS = '列表，如 ["08:30-12:00", "14:30-18:00"] · a list such as ["08:30-12:00", "14:30-18:00"]'
FRAMES = "时段，如 08:30-12:00，止晚于起 · frames such as 08:30-12:00, each ending after it begins"
IN_ORDER = "依次排列的时段，后段不早于前段之止 · frames in order, none beginning before the previous one ends"
A_DATE = "日期，如 2026-10-01 · a date such as 2026-10-01"
NO_HOURS = "空白：休息日没有办公时间 · no hours on a day off"
AN_OBJECT = "一个对象 · an object"


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """The content of a calendar file. ``years``: those it lists completely; a city's own days belong to none."""

    name: str
    days: tuple[SpecialDay, ...]
    years: frozenset[int]
    source: str


def read_calendar_file(path: Path, source: str = "") -> CalendarFile:
    """Read a calendar file. ``source``: where it was published, in place of what the file itself names.

    Raises FilesInvalid with every finding, each naming file, line or entry, field, found and expected.
    """
    findings = Findings()
    if path.suffix.lower() == ".json":
        file = _read_json(path, findings)
    else:
        days = read_days(path, findings)
        years = frozenset(day.day.year for day in days if (day.day.month, day.day.day) == NEW_YEAR)
        file = CalendarFile(path.name, days, years, path.name)
    if not file.days and not findings.found:
        findings.add(path.name, "days", [], NOT_YET)
    findings.raise_if_any()
    return CalendarFile(file.name, file.days, file.years, source or file.source)


def read_days(path: Path, findings: Findings) -> tuple[SpecialDay, ...]:
    """The days of a CSV: columns date, works, name and, optionally, hours for days with office hours of their own."""
    lines = read_table(path, ("date", "works", "name"), findings, optional=("hours",))
    days: dict[date, SpecialDay] = {}
    for line in lines:
        day = _day(line, line.yes("works"))
        if day and day.day in days:  # the table compares spellings, this compares dates
            line.reject("date", NOT_ABOVE)
        if day:
            days[day.day] = day
    return tuple(days.values())


def merge_calendar(known: CalendarVersion, file: CalendarFile, version: str) -> CalendarVersion:
    """The known calendar with the days of the file merged in, as a new version.

    The file replaces its years entirely, except days in December that next year's file has set and the city's own
    office hours; these give way only to the same day in the file. Raises FilesInvalid for an implausible year.
    """
    named = {day.day for day in file.days}
    kept = (day for day in known.days if day.day not in named and not _replaced(day, known, file.years))
    days = tuple(sorted((*kept, *file.days), key=lambda day: day.day))
    years = tuple(sorted({*known.published_years, *file.years}))
    findings = Findings()
    calendar = WorkCalendar(version, days, frozenset(years), ((0, DAY_MINUTES),))
    for year in sorted(file.years):
        count = sum(calendar.is_workday(date(year, 1, 1) + timedelta(days=day)) for day in range(365))
        if count not in WORKING_DAYS:
            low, high = WORKING_DAYS.start, WORKING_DAYS.stop - 1
            expected = f"{year} 年有 {low} 至 {high} 个工作日 · {low} to {high} working days in {year}"
            findings.add(file.name, "days", count, expected)
    findings.raise_if_any()
    return CalendarVersion(version, file.source, days, years)


def next_version(known: CalendarVersion, file: CalendarFile, taken: Iterable[str]) -> str:
    """A free version name such as ``cn-2027.2``: the last year published and its revision."""
    year = max(*known.published_years, *file.years, 0)
    used, number = {known.version, *taken}, 1
    while f"cn-{year}.{number}" in used:
        number += 1
    return f"cn-{year}.{number}"


def office_frames(line: Line, name: str, texts: Sequence[object]) -> Frames:
    """Office hours as pairs of minutes after midnight, in order: a day runs from the first frame to the last."""
    frames = tuple(_frame(str(text)) for text in texts)
    if not frames:
        line.reject(name, HOURS)
    elif not all(0 <= start < end <= DAY_MINUTES for start, end in frames):
        line.reject(name, FRAMES)
    elif any(later[0] < earlier[1] for earlier, later in pairwise(frames)):
        line.reject(name, IN_ORDER)
    return frames


def _frame(text: str) -> tuple[int, int]:
    """Start and end in minutes after midnight; (0, 0) if the text is no frame."""
    found = re.fullmatch(r"(\d\d?):([0-5]\d)-(\d\d?):([0-5]\d)", text.strip())
    if found is None:
        return 0, 0
    hour, minute, end_hour, end_minute = map(int, found.groups())
    return hour * 60 + minute, end_hour * 60 + end_minute


def _replaced(day: SpecialDay, known: CalendarVersion, years: frozenset[int]) -> bool:
    of_next_year = day.day.month == DECEMBER and day.day.year + 1 in known.published_years
    return day.day.year in years and not day.hours and not of_next_year


def _day(line: Line, works: bool) -> SpecialDay | None:
    day = line.parsed("date", _named_day, A_DATE)
    said = line.values.get("hours") or []
    texts = said.split() if isinstance(said, str) else said
    if texts and not works:
        line.reject("hours", NO_HOURS)
    hours = office_frames(line, "hours", texts) if texts else ()
    name = line.text("name")
    return SpecialDay(day, works, name, hours) if day else None


def _named_day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found


def _json(path: Path, findings: Findings) -> object:
    """The parsed content; None if it cannot be read, which becomes a finding."""
    try:
        return json.loads(read_text(path, findings) or "null", object_pairs_hook=_unique_names)
    except (ValueError, RecursionError) as trouble:
        place = f"{path.name}:{trouble.lineno}" if isinstance(trouble, json.JSONDecodeError) else path.name
        findings.add(place, "file", type(trouble).__name__, "JSON 格式的一个对象 · a JSON object")
        return None


def _read_json(path: Path, findings: Findings) -> CalendarFile:
    content = _json(path, findings)
    findings.raise_if_any()
    head = _entry(path.name, content, FILE_NAMES, findings)
    year = int(head.number("year", YEARS.start, YEARS.stop - 1))
    papers = head.listing("papers", "网址列表 · a list of addresses", lambda one: isinstance(one, str))
    entries = head.listing("days", "日子的列表 · a list of days")
    lines = [_entry(f"{path.name}: days/{n}", one, DAY_NAMES, findings) for n, one in enumerate(entries)]
    days = [day for line in lines if (day := _json_day(line, year)) is not None]
    dates = [day.day for day in days]
    for twice in sorted({day for day in dates if dates.count(day) > 1}):
        findings.add(path.name, "days", str(twice), "每日只列一次 · each day once")
    return CalendarFile(path.name, tuple(days), frozenset({year}), " ".join(papers) or path.name)


def _json_day(line: Line, year: int) -> SpecialDay | None:
    off = line.flag("isOffDay")
    if not isinstance(line.values.get("hours", []), list):
        line.reject("hours", HOURS)
        return None
    day = _day(line, not off)
    if day and day.day.year != year and (day.day.year, day.day.month) != (year - 1, DECEMBER):
        line.reject("date", f"{year} 年或前一年十二月的日子 · a day of {year}, or of the December before")
    return day


def _entry(place: str, content: object, names: Sequence[str], findings: Findings) -> Line:
    """An object of a JSON file; any other name than these becomes a finding."""
    if not isinstance(content, Mapping):
        findings.add(place, "content", type(content).__name__, AN_OBJECT)
        return Line(place, {}, findings, unread=True)
    values: dict[str, Any] = dict(content)
    line = Line(place, values, findings)
    for name in values:
        if name not in names:
            line.reject(name, no_such_name(names))
    return line
