"""China's working days, make-up days and office hours, and lengths of time counted in them (docs/rules.md 3.1, 11)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import cached_property, lru_cache

from bihuan.domain.clocks.limits import IN_OFFICE, Limit, TimeUnit
from bihuan.domain.clocks.special_days import Frames, SpecialDay

CHINA_TIME = timezone(timedelta(hours=8))
"""China has one zone and no summer time; a fixed offset cannot change between a run and its replay."""

ONE_DAY = timedelta(days=1)
DAYS_SEARCHED_MAX, DECEMBER = 400, 12
WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
YEARS = range(2000, 2201)
"""The years a person may enter; anything outside is taken for a typing error."""


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """The days and hours that count.

    ``office_minutes``: the office hours of a usual working day, in minutes after midnight.
    ``published_years``: the years whose official calendar is known; other years count Monday to Friday, provisionally.
    ``rest_weekdays``: 0 is Monday; empty: every day counts. Compared by identity, which keeps the caches fast.
    Every moment passed in must have an offset, else ValueError; moments returned are in China's time.
    """

    version: str
    days: tuple[SpecialDay, ...]
    published_years: frozenset[int]
    office_minutes: Frames
    rest_weekdays: frozenset[int] = frozenset({5, 6})

    @cached_property
    def _special(self) -> dict[date, SpecialDay]:
        return {special.day: special for special in self.days}

    @cached_property
    def office_day(self) -> timedelta:
        """The office time of a usual working day."""
        return timedelta(minutes=sum(end - start for start, end in self.office_minutes))

    def is_workday(self, day: date) -> bool:
        special = self._special.get(day)
        return special.works if special else day.weekday() not in self.rest_weekdays

    def reason(self, day: date) -> str:
        """Why the day counts or does not, in Chinese."""
        special = self._special.get(day)
        return special.name if special else WEEKDAYS_ZH[day.weekday()]

    def minutes(self, day: date) -> Frames:
        """The office hours of a day as minutes after midnight; empty on a rest day."""
        if not self.is_workday(day):
            return ()
        special = self._special.get(day)
        return (special.hours if special else ()) or self.office_minutes

    def frames(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The office hours of a day; empty on a rest day. All office time is counted in these."""
        return _remembered_frames(self, day)

    def since(self, year: int) -> "WorkCalendar":
        """The calendar without the days and the published years before ``year``."""
        days = tuple(day for day in self.days if day.day.year >= year)
        return replace(self, days=days, published_years=frozenset(y for y in self.published_years if y >= year))

    def after(self, moment: datetime, limit: Limit) -> datetime:
        """When a limit triggered at this moment is used up (docs/rules.md 3.1)."""
        return _remembered_after(self, _local(moment), limit)

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
        """When the office opens on the working day the limit counts to; in other units, when the limit is used up."""
        if limit.unit is not TimeUnit.WD:
            return self.after(moment, limit)
        return self._opening(self._workday_after(_local(moment).date(), limit.amount))

    def add_office(self, moment: datetime, length: timedelta) -> datetime:
        """The moment by which this much office time has passed since the given moment.

        Ends at a closing time rather than the next opening, except that no time at all ends where office time begins.
        """
        left = length
        for start, end in self._frames_from(_local(moment)):
            room = end - start
            if left <= room:
                return start + left
            left -= room
        raise AssertionError("office hours never run out")

    def subtract_office(self, moment: datetime, length: timedelta) -> datetime:
        """The latest moment from which this much office time passes until the given one."""
        if not length:
            return _local(moment)
        left = length
        for start, end in self._frames_until(_local(moment)):
            room = end - start
            if left <= room:
                return end - left
            left -= room
        raise AssertionError("office hours never run out")

    def office_time(self, since: datetime, until: datetime) -> timedelta:
        """The office time between two moments; none where the second is not later."""
        since, until = _local(since), _local(until)
        total, day = timedelta(), since.date()
        while day <= until.date():
            for start, end in self.frames(day):
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

    def rolled(self, end: datetime, limit: Limit) -> datetime:
        """The end of a limit in calendar days: from a rest day to the next working day's close (民法典第203条).

        Other limits end where they end.
        """
        last = last_day(end)
        if limit.unit is not TimeUnit.D or self.is_workday(last):
            return _local(end)
        return self._closing(self._workday_after(last, 1))

    def before(self, moment: datetime, limit: Limit) -> datetime:
        """When the last period of this length before the moment begins."""
        return _remembered_before(self, _local(moment), limit)

    def last_quarter(self, started: datetime, due: datetime, limit: Limit) -> datetime:
        """When the last quarter of the counted time begins."""
        return _remembered_last_quarter(self, _local(started), _local(due), limit)

    def apart(self, first: datetime, second: datetime, limit: Limit) -> bool:
        """Whether the second moment is at least ``limit`` later; in wd: both on working days, whatever the hour."""
        if limit.unit is not TimeUnit.WD:
            return second >= self.after(first, limit)
        count = sum(self.is_workday(day) for day in _days_after(first, second))
        return count >= limit.amount and all(self.is_workday(_local(moment).date()) for moment in (first, second))

    def provisional(self, since: datetime, until: datetime) -> bool:
        """Whether a calendar not published yet may still change a day in between."""
        if not self.rest_weekdays:
            return False
        first, last = _local(since), _local(until)
        through = last.year + (last.month == DECEMBER)  # next year's calendar may set a day of December
        return not set(range(first.year, through + 1)) <= self.published_years

    def skipped(self, since: datetime, until: datetime) -> tuple[tuple[date, str], ...]:
        """The days after the trigger day that did not count, each with its reason in Chinese."""
        return tuple((day, self.reason(day)) for day in _days_after(since, until) if not self.is_workday(day))

    def made_up(self, since: datetime, until: datetime) -> tuple[tuple[date, str], ...]:
        """The rest days after the trigger day that did count, being worked for a holiday (调休)."""
        return tuple(
            (day, self.reason(day))
            for day in _days_after(since, until)
            if day.weekday() in self.rest_weekdays and self.is_workday(day)
        )

    def changed(self, other: "WorkCalendar", since: datetime, until: datetime) -> tuple[tuple[date, str], ...]:
        """The days, trigger day included, with other office hours in the other calendar, each with its name."""
        days = (_local(since).date(), *_days_after(since, until))
        return tuple((day, _changed_name(self, other, day)) for day in days if self.minutes(day) != other.minutes(day))

    def _workday_after(self, day: date, count: int) -> date:
        """The ``count``-th working day after this day. Raises ValueError where the calendar has none for 400 days."""
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

    def _frames_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        for start, end in self.frames(moment.date()):
            if moment < end:
                yield max(start, moment), end
        day = moment.date()
        while True:
            day = self._workday_after(day, 1)
            yield from self.frames(day)

    def _frames_until(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        day, searched = moment.date(), 0
        while searched <= DAYS_SEARCHED_MAX:
            for start, end in reversed(self.frames(day)):
                searched = 0
                if start < moment:
                    yield start, min(end, moment)
            day, searched = day - ONE_DAY, searched + 1
        raise ValueError(f"calendar {self.version} has no working day in the {DAYS_SEARCHED_MAX} days after {day}")

    def _opening(self, day: date) -> datetime:
        return _midnight(day) + timedelta(minutes=self.minutes(day)[0][0])

    def _closing(self, day: date) -> datetime:
        return _midnight(day) + timedelta(minutes=self.minutes(day)[-1][1])


def last_day(end: datetime) -> date:
    """The day on which a limit ends that ends at this moment; midnight is the end of the day before."""
    return (_local(end) - timedelta.resolution).date()


def _frames(calendar: WorkCalendar, day: date) -> tuple[tuple[datetime, datetime], ...]:
    midnight, minutes = _midnight(day), calendar.minutes(day)
    return tuple((midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)) for start, end in minutes)


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


def _changed_name(old: WorkCalendar, new: WorkCalendar, day: date) -> str:
    """The name of a day whose office hours changed, in Chinese, and how it counts now."""
    name = new.reason(day) if new._special.get(day) else old.reason(day)  # noqa: SLF001 - one module
    if not new.is_workday(day):
        return f"{name}（不再计）"
    return f"{name}（改为计）" if not old.is_workday(day) else f"{name}（办公时间变更）"


def _before(calendar: WorkCalendar, moment: datetime, limit: Limit) -> datetime:
    match limit.unit:
        case TimeUnit.WD:
            return calendar.subtract_office(moment, calendar.office_day * limit.amount)
        case TimeUnit.WH:
            return calendar.subtract_office(moment, timedelta(hours=limit.amount))
        case _:
            return moment - limit.elapsed


def _last_quarter(calendar: WorkCalendar, started: datetime, due: datetime, limit: Limit) -> datetime:
    first = calendar.first_counted(started, limit)
    if limit.unit in IN_OFFICE:
        return calendar.subtract_office(due, calendar.office_time(first, due) / 4)
    return due - (due - first) / 4


_remembered_frames = lru_cache(maxsize=65536)(_frames)
_remembered_after = lru_cache(maxsize=65536)(_after)
_remembered_before = lru_cache(maxsize=65536)(_before)
_remembered_last_quarter = lru_cache(maxsize=65536)(_last_quarter)


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
