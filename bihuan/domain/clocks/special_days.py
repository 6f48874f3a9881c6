"""The days that are named, and the calendars they are published in."""

from dataclasses import dataclass, replace
from datetime import date

Frames = tuple[tuple[int, int], ...]
"""Stretches of office time in a day, as minutes after midnight: ``((510, 720), (870, 1080))``."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is named: a holiday, a weekend day that is worked (调休), or a day with ``hours`` of its own (半日).

    A half-day counts as a working day and ends at its own closing time. No ``hours``: the usual ones.
    """

    day: date
    works: bool
    name: str
    hours: Frames = ()


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """The days of a calendar as they were published, under the name of the version and its source, a paper."""

    version: str
    source: str
    days: tuple[SpecialDay, ...]
    published_years: tuple[int, ...]

    def since(self, year: int) -> "CalendarVersion":
        """Without the years before, since it travels with every issue."""
        days = tuple(day for day in self.days if day.day.year >= year)
        return replace(self, days=days, published_years=tuple(y for y in self.published_years if y >= year))
