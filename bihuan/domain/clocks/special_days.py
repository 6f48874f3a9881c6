"""Special days, and the calendar versions in which they are published (docs/rules.md 11)."""

from dataclasses import dataclass, replace
from datetime import date

Frames = tuple[tuple[int, int], ...]
"""Periods of office time in a day, as minutes after midnight: ``((510, 720), (870, 1080))``."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A holiday, a weekend day that is worked (调休), or a day with office ``hours`` of its own (半日).

    A half-day counts as a working day and ends at its own closing time. No ``hours``: the usual ones.
    """

    day: date
    works: bool
    name: str
    hours: Frames = ()


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """The special days of a published calendar. ``source``: the official document they come from."""

    version: str
    source: str
    days: tuple[SpecialDay, ...]
    published_years: tuple[int, ...]

    def since(self, year: int) -> "CalendarVersion":
        """The calendar without the years before ``year``: it is sent with every issue, so it must stay small."""
        days = tuple(day for day in self.days if day.day.year >= year)
        return replace(self, days=days, published_years=tuple(y for y in self.published_years if y >= year))
