"""China's working days, make-up days and office hours, and lengths of time counted in them (domain.md 4.3, 13)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cached_property, lru_cache

CHINA_TIME = timezone(timedelta(hours=8))
"""China has one zone and no summer time, so no zone table can drift under a replay."""

ONE_DAY = timedelta(days=1)
DAYS_SEARCHED_MAX = 400
WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
DECEMBER = 12


class TimeUnit(StrEnum):
    """What a limit is counted in."""

    WD = "wd"
    WH = "wh"
    D = "d"
    H = "h"
    S = "s"


UNIT_ZH = {
    TimeUnit.WD: "个工作日",
    TimeUnit.WH: "个工作小时",
    TimeUnit.D: "天",
    TimeUnit.H: "小时",
    TimeUnit.S: "秒",
}
UNIT_EN = {
    TimeUnit.WD: "working day",
    TimeUnit.WH: "working hour",
    TimeUnit.D: "day",
    TimeUnit.H: "hour",
    TimeUnit.S: "second",
}
IN_OFFICE = frozenset({TimeUnit.WD, TimeUnit.WH})


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time as policy writes it: ``3wd``, ``4wh``, ``30d``, ``24h``, ``5s``."""

    amount: int
    unit: TimeUnit

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Raises ValueError naming the text where it is not an amount and a unit."""
        found = re.fullmatch(r"([1-9]\d{0,5})(wd|wh|d|h|s)", text.strip())
        if found is None:
            raise ValueError(f"'{text}' is not a limit; expected an amount and one of wd, wh, d, h, s, such as 3wd")
        return cls(int(found[1]), TimeUnit(found[2]))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def zh(self) -> str:
        return f"{self.amount}{UNIT_ZH[self.unit]}"

    @property
    def en(self) -> str:
        return f"{self.amount} {UNIT_EN[self.unit]}{'s' if self.amount > 1 else ''}"

    @property
    def elapsed(self) -> timedelta:
        """Its length where it is counted on the wall clock (h, s; d in whole days)."""
        seconds = {TimeUnit.S: 1, TimeUnit.H: 3600, TimeUnit.D: 86400}[self.unit]
        return timedelta(seconds=self.amount * seconds)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day the calendar paper names: a holiday, or a weekend day that is worked (调休)."""

    day: date
    works: bool
    name: str


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """The days and hours that count.

    ``office_minutes``: the frames of a working day as minutes after midnight, such as ``((510, 720), (870, 1080))``.
    ``published_years``: the years whose paper is in; other years count Monday to Friday, provisionally.
    Compared by identity, so that moments worked out once are remembered.
    """

    version: str
    days: tuple[SpecialDay, ...]
    published_years: frozenset[int]
    office_minutes: tuple[tuple[int, int], ...]
    rest_weekdays: frozenset[int] = frozenset({5, 6})

    @cached_property
    def _special(self) -> dict[date, SpecialDay]:
        return {special.day: special for special in self.days}

    @cached_property
    def office_day(self) -> timedelta:
        """The office time of one working day."""
        return timedelta(minutes=sum(end - start for start, end in self.office_minutes))

    def is_workday(self, day: date) -> bool:
        special = self._special.get(day)
        return special.works if special else day.weekday() not in self.rest_weekdays

    def reason(self, day: date) -> str:
        """Why the day counts or does not, in Chinese."""
        special = self._special.get(day)
        return special.name if special else WEEKDAYS_ZH[day.weekday()]

    def after(self, moment: datetime, limit: Limit) -> datetime:
        """When a limit triggered at this moment is used up (the rules of domain.md 4.3)."""
        return _after(self, _local(moment), limit)

    def first_counted(self, moment: datetime, limit: Limit) -> datetime:
        """The first moment that counts towards the limit."""
        moment = _local(moment)
        match limit.unit:
            case TimeUnit.WD:
                return self._opening(self._workday_after(moment.date(), 1))
            case TimeUnit.WH:
                return self.add_office(moment, timedelta())
            case TimeUnit.D:
                return _midnight(moment.date() + ONE_DAY)
            case _:
                return moment

    def opening(self, moment: datetime, limit: Limit) -> datetime:
        """When the office opens after so many working days; in other units, when the limit is used up."""
        if limit.unit is not TimeUnit.WD:
            return self.after(moment, limit)
        return self._opening(self._workday_after(_local(moment).date(), limit.amount))

    def add_office(self, moment: datetime, length: timedelta) -> datetime:
        """The moment at which so much office time after the given moment has passed.

        Ends at a closing time rather than the next opening, except that no time at all ends where office time begins.
        """
        left = length
        for start, end in self._frames_from(_local(moment)):
            room = end - start
            if left < room or (left == room and length):
                return start + left
            left -= room
        raise AssertionError("frames never run out")

    def subtract_office(self, moment: datetime, length: timedelta) -> datetime:
        """The latest moment after which so much office time passes until the given one."""
        if not length:
            return _local(moment)
        left = length
        for start, end in self._frames_until(_local(moment)):
            room = end - start
            if left <= room:
                return end - left
            left -= room
        raise AssertionError("frames never run out")

    def office_time(self, since: datetime, until: datetime) -> timedelta:
        """The office time between two moments; none where the second is not later."""
        since, until = _local(since), _local(until)
        total, day = timedelta(), since.date()
        while day <= until.date():
            for start, end in self._frames(day):
                total += max(min(end, until) - max(start, since), timedelta())
            day += ONE_DAY
        return total

    def credit(self, since: datetime, until: datetime, started: datetime, limit: Limit) -> timedelta:
        """What a pause gives back: the counted time it covers after the first counted moment."""
        since = max(_local(since), self.first_counted(started, limit))
        if limit.unit in IN_OFFICE:
            return self.office_time(since, until)
        return max(_local(until) - since, timedelta())

    def postpone(self, due: datetime, credit: timedelta, limit: Limit) -> datetime:
        """The due moment, later by exactly the credit."""
        if limit.unit in IN_OFFICE:
            return self.add_office(due, credit) if credit else _local(due)
        return _local(due) + credit

    def before(self, moment: datetime, limit: Limit) -> datetime:
        """Where the last stretch of this length before the moment begins."""
        match limit.unit:
            case TimeUnit.WD:
                return self.subtract_office(moment, self.office_day * limit.amount)
            case TimeUnit.WH:
                return self.subtract_office(moment, timedelta(hours=limit.amount))
            case _:
                return _local(moment) - limit.elapsed

    def last_quarter(self, started: datetime, due: datetime, limit: Limit) -> datetime:
        """Where the last quarter of the counted time begins."""
        first = self.first_counted(started, limit)
        if limit.unit in IN_OFFICE:
            return self.subtract_office(due, self.office_time(first, due) / 4)
        return _local(due) - (_local(due) - first) / 4

    def apart(self, first: datetime, second: datetime, limit: Limit) -> bool:
        """Whether the second moment is so much later; in wd: both on working days, so many on, whatever the hour."""
        if limit.unit is not TimeUnit.WD:
            return second >= self.after(first, limit)
        count = sum(self.is_workday(day) for day in _days_after(first, second))
        return count >= limit.amount and all(self.is_workday(_local(moment).date()) for moment in (first, second))

    def provisional(self, since: datetime, until: datetime) -> bool:
        """Whether a day in between may still be set by a paper that is not published yet."""
        if not self.rest_weekdays:
            return False
        first, last = _local(since).date(), _local(until).date()
        years = set(range(first.year, last.year + 1))
        if (last.month == DECEMBER) or last.year > first.year:
            december_of = {year for year in years if year < last.year or last.month == DECEMBER}
            years |= {year + 1 for year in december_of}
        return not years <= self.published_years

    def skipped(self, since: datetime, until: datetime) -> tuple[tuple[date, str], ...]:
        """The days after the trigger day that did not count, each with its reason."""
        return tuple((day, self.reason(day)) for day in _days_after(since, until) if not self.is_workday(day))

    def made_up(self, since: datetime, until: datetime) -> tuple[tuple[date, str], ...]:
        """The rest days after the trigger day that did count, being worked for a holiday (调休)."""
        return tuple(
            (day, self.reason(day))
            for day in _days_after(since, until)
            if day.weekday() in self.rest_weekdays and self.is_workday(day)
        )

    def _workday_after(self, day: date, count: int) -> date:
        """The so-manieth working day after this day."""
        searched = 0
        while count:
            day += ONE_DAY
            searched = 0 if self.is_workday(day) else searched + 1
            if searched > DAYS_SEARCHED_MAX:
                raise ValueError(
                    f"calendar {self.version} has no working day in the {DAYS_SEARCHED_MAX} days before {day}"
                )
            count -= self.is_workday(day)
        return day

    def _frames(self, day: date) -> list[tuple[datetime, datetime]]:
        """The office frames of a day, none on a rest day."""
        if not self.is_workday(day):
            return []
        midnight = _midnight(day)
        return [(midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)) for a, b in self.office_minutes]

    def _frames_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        for start, end in self._frames(moment.date()):
            if moment < end:
                yield max(start, moment), end
        day = moment.date()
        while True:
            day = self._workday_after(day, 1)
            yield from self._frames(day)

    def _frames_until(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        day, searched = moment.date(), 0
        while searched <= DAYS_SEARCHED_MAX:
            for start, end in reversed(self._frames(day)):
                searched = 0
                if start < moment:
                    yield start, min(end, moment)
            day, searched = day - ONE_DAY, searched + 1
        raise ValueError(f"calendar {self.version} has no working day in the {DAYS_SEARCHED_MAX} days after {day}")

    def _opening(self, day: date) -> datetime:
        return _midnight(day) + timedelta(minutes=self.office_minutes[0][0])

    def _closing(self, day: date) -> datetime:
        return _midnight(day) + timedelta(minutes=self.office_minutes[-1][1])


@lru_cache(maxsize=65536)
def _after(calendar: WorkCalendar, moment: datetime, limit: Limit) -> datetime:
    match limit.unit:
        case TimeUnit.WD:
            return calendar._closing(calendar._workday_after(moment.date(), limit.amount))  # noqa: SLF001 - one module
        case TimeUnit.WH:
            return calendar.add_office(moment, timedelta(hours=limit.amount))
        case TimeUnit.D:
            last = moment.date() + timedelta(days=limit.amount)
            worked = last if calendar.is_workday(last) else calendar._workday_after(last, 1)  # noqa: SLF001
            return calendar._closing(worked)  # noqa: SLF001
        case _:
            return moment + limit.elapsed


def _days_after(since: datetime, until: datetime) -> Iterator[date]:
    day, last = _local(since).date(), _local(until).date()
    while day < last:
        day += ONE_DAY
        yield day


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no offset; every moment must say which clock it is read from")
    return moment.astimezone(CHINA_TIME)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA_TIME)
