"""The calendars a city imported: one file for each version under the data folder, written once, never changed.

Every process reads them here, so that a new version needs no restart. Older versions stay as a record of what applied
when.
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
from bihuan.files.validation import invalid_file

FOLDER = "calendar"


@dataclass(frozen=True, slots=True)
class ImportedCalendar:
    """A version and when it was imported."""

    imported_at: datetime
    calendar: CalendarVersion


_FORM = TypeAdapter(ImportedCalendar)


class CalendarStore:
    """The calendar versions in one data folder, in order of import."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def newest(self) -> CalendarVersion | None:
        """The version in force; None if nothing was imported, so that the calendar of the city's folder applies."""
        names = self._names()
        return _read(self._folder / names[-1]).calendar if names else None

    def all(self) -> tuple[ImportedCalendar, ...]:
        return tuple(_read(self._folder / name) for name in self._names())

    def find(self, version: str) -> CalendarVersion | None:
        return next((one.calendar for one in reversed(self.all()) if one.calendar.version == version), None)

    def put(self, calendar: CalendarVersion, now: datetime) -> None:
        """Add a version atomically. Raises FileExistsError if another import has taken its number."""
        self._folder.mkdir(parents=True, exist_ok=True)
        names = self._names()
        number = int(names[-1].partition(".")[0]) + 1 if names else 1
        draft = self._folder / f"draft.{os.getpid()}"
        with draft.open("wb") as file:
            file.write(_FORM.dump_json(ImportedCalendar(now, calendar), indent=1))
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
def _read(path: Path) -> ImportedCalendar:
    """Cached without expiry, since a written file never changes. Raises FilesInvalid if it is damaged."""
    try:
        return _FORM.validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as trouble:
        expected = "导入时的日历，请自备份恢复 · a calendar as it was imported; restore it from a backup"
        raise invalid_file(str(path), "file", type(trouble).__name__, expected) from trouble


class PolicyInForce:
    """A city's policy under the calendar imported last, looked up on every call."""

    def __init__(self, policy: Policy, store: CalendarStore, since_year: int) -> None:
        self._policy = policy
        self._store = store
        self._since_year = since_year
        self._known = store.newest()

    def policy(self) -> Policy:
        newest = self._store.newest()
        if newest is not None and newest is not self._known and self._policy.calendar.rest_weekdays:
            self._policy = with_calendar(self._policy, newest.since(self._since_year))
        self._known = newest
        return self._policy

    def calendar(self) -> WorkCalendar:
        return self.policy().calendar

    def days_ahead(self, today: date) -> int:
        """Days from ``today`` to the end of the last year whose calendar has been published."""
        last = max(self.calendar().published_years, default=today.year - 1)
        return (date(last, 12, 31) - today).days


def city_in_force(folder: Path, profile: str, data: Path) -> tuple[City, PolicyInForce]:
    """The city under the calendar imported last, and its policy, which follows later imports.

    ``folder``: the city's configuration; ``data``: the data folder with the imported calendars. Raises CityInvalid.
    """
    store, since = CalendarStore(data), first_year(datetime.now(CHINA_TIME))
    city = load_city(folder, profile, since_year=since, imported=store.newest())
    return city, PolicyInForce(city.policy, store, since)
