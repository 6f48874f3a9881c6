"""Calendar papers as files, CSV or JSON in the shape of holiday-cn: checked whole, then laid over the days known."""

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from bihuan.domain.workdays import CalendarVersion, Frames, SpecialDay, WorkCalendar
from bihuan.faults import Faults, Line, read_table

DAY_MINUTES = 24 * 60
DECEMBER = 12
WORKING_DAYS = range(230, 259)
"""How many working days a year can have; a file that says otherwise is cut off or turned round. 2019–2026: 248–251."""
NEW_YEAR = (1, 1)
PAPER_NAMES = ("$schema", "$id", "year", "papers", "days")
DAY_NAMES = ("name", "date", "isOffDay", "hours")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a file says: the days, and the years of which it names all; a city's own days belong to no such year."""

    file: str
    days: tuple[SpecialDay, ...]
    years: frozenset[int]
    source: str


def read_paper(path: Path, source: str = "") -> Paper:
    """Raises FilesInvalid with every fault, each naming file, line or entry, field, found and expected."""
    faults = Faults()
    if path.suffix.lower() == ".json":
        paper = _read_json(path, faults)
    else:
        days = read_days(path, faults)
        years = frozenset(day.day.year for day in days if (day.day.month, day.day.day) == NEW_YEAR)
        paper = Paper(path.name, days, years, path.name)
    if not paper.days and not faults.found:
        faults.add(path.name, "days", [], "at least one day; the paper of that year is not published yet")
    faults.raise_if_any()
    return Paper(paper.file, paper.days, paper.years, source or paper.source)


def read_days(path: Path, faults: Faults) -> tuple[SpecialDay, ...]:
    """The days of a CSV: date, works, name, and where some have hours of their own, hours."""
    columns = ("date", "works", "name", "hours")
    lines = read_table(path, columns if "hours" in _header(path) else columns[:3], faults, key="date")
    days = (_day(line, line.one_of("works", ("yes", "no"), "yes or no") == "yes") for line in lines)
    return tuple(day for day in days if day is not None)


def laid_over(known: CalendarVersion, paper: Paper, version: str) -> CalendarVersion:
    """The days known with those of the paper. Raises FilesInvalid where a year of it cannot be right.

    A year's paper replaces what an earlier one said of that year. What next year's paper set in December stays, and so
    do the city's own hours, unless the file names the day.
    """
    named = {day.day for day in paper.days}
    kept = (day for day in known.days if day.day not in named and not _replaced(day, known, paper.years))
    days = tuple(sorted((*kept, *paper.days), key=lambda day: day.day))
    years = tuple(sorted({*known.published_years, *paper.years}))
    faults = Faults()
    calendar = WorkCalendar(version, days, frozenset(years), ((0, DAY_MINUTES),))
    for year in sorted(paper.years):
        count = sum(calendar.is_workday(date(year, 1, 1) + timedelta(days=day)) for day in range(365))
        if count not in WORKING_DAYS:
            expected = f"{WORKING_DAYS.start} to {WORKING_DAYS.stop - 1}"
            faults.add(paper.file, "days", f"{count} working days in {year}", expected)
    faults.raise_if_any()
    return CalendarVersion(version, paper.source, days, years)


def next_version(known: CalendarVersion, paper: Paper, taken: Iterable[str]) -> str:
    """A name such as ``cn-2027.2``: the last year whose paper is in, and which revision of it."""
    year = max(*known.published_years, *paper.years, 0)
    used, number = {known.version, *taken}, 1
    while f"cn-{year}.{number}" in used:
        number += 1
    return f"cn-{year}.{number}"


def frames_of(line: Line, name: str, texts: Sequence[object]) -> Frames:
    """Office hours. Days are counted from the first frame to the last, so their order matters."""
    frames = tuple(_frame(str(text)) for text in texts)
    if not frames:
        line.fault(name, 'a list such as ["08:30-12:00", "14:30-18:00"]')
    elif not all(0 <= start < end <= DAY_MINUTES for start, end in frames):
        line.fault(name, "frames such as 08:30-12:00, each ending after it begins")
    elif any(later[0] < earlier[1] for earlier, later in pairwise(frames)):
        line.fault(name, "frames in order, each beginning when the one before has ended or later")
    return frames


def _frame(text: str) -> tuple[int, int]:
    """In minutes after midnight; nothing at all where the text is no frame."""
    found = re.fullmatch(r"(\d\d?):([0-5]\d)-(\d\d?):([0-5]\d)", text.strip())
    if found is None:
        return 0, 0
    hour, minute, end_hour, end_minute = map(int, found.groups())
    return hour * 60 + minute, end_hour * 60 + end_minute


def _replaced(day: SpecialDay, known: CalendarVersion, years: frozenset[int]) -> bool:
    of_next_year = day.day.month == DECEMBER and day.day.year + 1 in known.published_years
    return day.day.year in years and not day.hours and not of_next_year


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError):
        return []  # reading the rows says so


def _day(line: Line, works: bool) -> SpecialDay | None:
    day = line.parsed("date", date.fromisoformat, "a date such as 2026-10-01")
    said = line.values.get("hours") or []
    texts = said.split() if isinstance(said, str) else said
    if texts and not works:
        line.fault("hours", "nothing on a day off")
    hours = frames_of(line, "hours", texts) if texts else ()
    name = line.text("name")
    return SpecialDay(day, works, name, hours) if day else None


def _read_json(path: Path, faults: Faults) -> Paper:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as trouble:
        place = f"{path.name}:{trouble.lineno}" if isinstance(trouble, json.JSONDecodeError) else path.name
        faults.add(place, "file", type(trouble).__name__, "a JSON object in UTF-8")
        faults.raise_if_any()
        raise
    head = _entry(path.name, content, PAPER_NAMES, faults)
    year = int(head.number("year", 2000, 2200))
    papers = head.values.get("papers")
    if not isinstance(papers, list) or not all(isinstance(one, str) for one in papers):
        head.fault("papers", "a list of addresses")
        papers = []
    entries = head.values.get("days")
    if not isinstance(entries, list):
        head.fault("days", "a list of days")
        entries = []
    lines = [_entry(f"{path.name}: days/{n}", one, DAY_NAMES, faults) for n, one in enumerate(entries)]
    days = [day for line in lines if (day := _json_day(line, year)) is not None]
    dates = [day.day for day in days]
    for twice in sorted({day for day in dates if dates.count(day) > 1}):
        faults.add(path.name, "days", str(twice), "each day once")
    return Paper(path.name, tuple(days), frozenset({year}), " ".join(papers) or path.name)


def _json_day(line: Line, year: int) -> SpecialDay | None:
    off = line.values.get("isOffDay")
    if not isinstance(off, bool):
        line.fault("isOffDay", "true or false")
    hours = line.values.get("hours", [])
    if not isinstance(hours, list):
        line.fault("hours", 'a list such as ["08:30-12:00"]')
        return None
    day = _day(line, off is False)
    if day and day.day.year != year and (day.day.year, day.day.month) != (year - 1, DECEMBER):
        line.fault("date", f"a day of {year}, or of the December before")
    return day


def _entry(place: str, content: object, names: Sequence[str], faults: Faults) -> Line:
    """An object of a JSON file, with no other names than these."""
    if not isinstance(content, Mapping):
        faults.add(place, "content", type(content).__name__, "an object")
        return Line(place, {}, faults)
    values: dict[str, Any] = dict(content)
    line = Line(place, values, faults)
    for name in values:
        if name not in names:
            line.fault(name, "no such name; known are " + ", ".join(names))
    return line
