"""Reading ``schedules.yaml``: which reports a city wants, and when; every fault by file, line and field."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

from bihuan.domain.clocks.limits import IN_OFFICE, Limit
from bihuan.domain.clocks.workdays import WEEKDAYS_ZH
from bihuan.domain.timetable import PlannedSchedule, ReportKind, ReportSchedule
from bihuan.files.mappings import read_mapping
from bihuan.files.validation import Faults, Line

FILE = "schedules.yaml"
KEPT_DAYS = (180, 36_500)
"""Logs are kept half a year at least (网络安全法)."""
EVERY_S = (60, 86_400)
CATCH_UP_MIN_S = 60
LEAP_YEAR = 2024
A_WEEKDAY = f"以下之一：{'、'.join(WEEKDAYS_ZH)} · one of {'、'.join(WEEKDAYS_ZH)}"
DAYS = "日子的列表，如 01-01 · a list of days such as 01-01"

NAMES = {
    ReportKind.DIGEST: ("at", "catch_up"),
    ReportKind.BULLETIN: ("weekday", "at", "catch_up"),
    ReportKind.BRIEF: ("days", "at", "catch_up"),
    ReportKind.CENSUS: ("every", "catch_up"),
    ReportKind.RETENTION: ("at", "keep_days", "catch_up"),
}
assert set(NAMES) == set(ReportKind)


def load_schedules(folder: Path, groups: Iterable[str]) -> tuple[PlannedSchedule, ...]:
    """The city's schedules, a digest for each group. What is left out is not wanted. Raises FilesInvalid."""
    faults = Faults()
    head = read_mapping(folder / FILE, (), faults, optional=tuple(ReportKind))
    planned = [one for kind in ReportKind if kind in head.values for one in _planned(kind, head, groups)]
    faults.raise_if_any()
    return tuple(planned)


def _planned(kind: ReportKind, head: Line, groups: Iterable[str]) -> Iterator[PlannedSchedule]:
    line = head.mapping(kind, NAMES[kind])
    found: dict[str, Any] = {name: READ[name](line) for name in NAMES[kind]}
    catch_up_s = found.pop("catch_up")
    if "every" in found:
        found["every_s"] = found.pop("every")
    for group in groups if kind is ReportKind.DIGEST else ("",):
        yield PlannedSchedule(ReportSchedule(kind, group=group, **found), catch_up_s)


def _at(line: Line) -> str:
    """A time of day. YAML reads 08:30 without quotes as a text, and 10:30 too."""

    def parse(text: str) -> str:
        if re.fullmatch(r"\d{2}:\d{2}", text, re.ASCII) is None:
            raise ValueError(text)
        return time.fromisoformat(text).isoformat("minutes")

    return line.parsed("at", parse, "一日内的时刻，如 08:30 · a time of day such as 08:30") or ""


def _weekday(line: Line) -> int:
    named = line.one_of("weekday", WEEKDAYS_ZH, A_WEEKDAY)
    return WEEKDAYS_ZH.index(named) + 1 if named in WEEKDAYS_ZH else 0


def _days(line: Line) -> tuple[str, ...]:
    days = line.listing("days", DAYS, _is_day)
    if not days and line.values.get("days") == []:
        line.fault("days", DAYS)
    return tuple(map(str, days))


def _is_day(text: object) -> bool:
    try:
        return bool(date.fromisoformat(f"{LEAP_YEAR}-{text}"))
    except ValueError:
        return False


def _every(line: Line) -> int:
    return _seconds(line, "every", *EVERY_S)


def _catch_up(line: Line) -> int:
    return _seconds(line, "catch_up", CATCH_UP_MIN_S, 366 * 86_400)


def _seconds(line: Line, name: str, low: int, high: int) -> int:
    expected = f"以 d、h、s 计的时限，{low} 至 {high} 秒 · a limit in d, h or s, from {low} to {high} seconds"
    limit = line.parsed(name, Limit.parse, expected)
    if limit is None:
        return low
    if limit.unit in IN_OFFICE or not low <= limit.elapsed.total_seconds() <= high:
        line.fault(name, expected)
        return low
    return int(limit.elapsed.total_seconds())


def _keep_days(line: Line) -> int:
    return int(line.number("keep_days", *KEPT_DAYS))


READ: dict[str, Callable[[Line], object]] = {
    "at": _at,
    "weekday": _weekday,
    "days": _days,
    "every": _every,
    "catch_up": _catch_up,
    "keep_days": _keep_days,
}
