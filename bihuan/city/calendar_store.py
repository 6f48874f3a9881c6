"""The calendars a city imported: one file a version under the data folder, written once, never changed.

Every process looks here; a new version needs no restart. Older ones stay, to tell what was in force when.
"""

import json
import os
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bihuan.city.configuration import City, load_city
from bihuan.domain.clocks.calendar_adoption import first_year, with_calendar
from bihuan.domain.clocks.special_days import CalendarVersion
from bihuan.domain.clocks.workdays import CHINA_TIME, WorkCalendar
from bihuan.domain.policy import Policy
from bihuan.files.validation import refused

FOLDER = "calendar"


@dataclass(frozen=True, slots=True)
class Imported:
    """A version and when it was imported."""

    imported_at: datetime
    calendar: CalendarVersion


_FORM = TypeAdapter(Imported)


class Shelf:
    """The versions of one data folder, in the order in which they came."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def newest(self) -> CalendarVersion | None:
        """The version in force; None where nothing was imported and the city's own folder holds."""
        names = self._names()
        return _read(self._folder / names[-1]).calendar if names else None

    def all(self) -> tuple[Imported, ...]:
        return tuple(_read(self._folder / name) for name in self._names())

    def find(self, version: str) -> CalendarVersion | None:
        return next((one.calendar for one in reversed(self.all()) if one.calendar.version == version), None)

    def put(self, calendar: CalendarVersion, now: datetime) -> None:
        """Add a version, whole or not at all. Raises FileExistsError where another import came first."""
        self._folder.mkdir(parents=True, exist_ok=True)
        names = self._names()
        number = int(names[-1].partition(".")[0]) + 1 if names else 1
        draft = self._folder / f"draft.{os.getpid()}"
        with draft.open("wb") as file:
            file.write(_FORM.dump_json(Imported(now, calendar), indent=1))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self._folder / f"{number:06}.json")
        finally:
            draft.unlink()
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _names(self) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self._folder) if name.endswith(".json"))
        except FileNotFoundError:
            return []


@lru_cache(maxsize=32)
def _read(path: Path) -> Imported:
    """A file once written never changes."""
    try:
        return _FORM.validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as trouble:
        expected = "导入时的日历，请自备份恢复 · a calendar as it was imported; restore it from a backup"
        raise refused(str(path), "file", type(trouble).__name__, expected) from trouble


class Governing:
    """A city's policy by the calendar that was imported last, asked anew each time."""

    def __init__(self, policy: Policy, shelf: Shelf, since_year: int) -> None:
        self._policy = policy
        self._shelf = shelf
        self._since_year = since_year
        self._known = shelf.newest()

    def policy(self) -> Policy:
        newest = self._shelf.newest()
        if newest is not None and newest is not self._known and self._policy.calendar.rest_weekdays:
            self._policy = with_calendar(self._policy, newest.since(self._since_year))
        self._known = newest
        return self._policy

    def calendar(self) -> WorkCalendar:
        return self.policy().calendar

    def days_ahead(self, today: date) -> int:
        """How many days are left until the last day of the last year whose paper is in."""
        last = max(self.calendar().published_years, default=today.year - 1)
        return (date(last, 12, 31) - today).days


def city_in_force(folder: Path, profile: str, data: Path) -> tuple[City, Governing]:
    """The city as its files and the calendar imported last have it now, and its policy from now on.

    ``folder``: the city's; ``data``: the data folder of what was imported. Raises CityInvalid.
    """
    shelf, since = Shelf(data), first_year(datetime.now(CHINA_TIME))
    city = load_city(folder, profile, since_year=since, imported=shelf.newest())
    return city, Governing(city.policy, shelf, since)
