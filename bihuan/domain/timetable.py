"""When each report is made, and the period it covers (docs/rules.md 8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bihuan.domain.clocks.workdays import CHINA_TIME, ONE_DAY, WEEKDAYS_ZH

DAYS_SEARCHED_MAX = 400
SECOND_HALF = 7
"""The month in which the second half-year begins."""

IsWorkday = Callable[[date], bool]


class ReportKind(StrEnum):
    """What a schedule starts: a report, the reconciliation (``census``) or the retention clean-up."""

    DIGEST = "digest"
    BULLETIN = "bulletin"
    BRIEF = "brief"
    CENSUS = "census"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class ReportSchedule:
    """One report and when it is made, in China's time.

    ``at`` is ``HH:MM``; ``weekday`` 1 to 7 for a bulletin; ``days`` as ``MM-DD`` for a brief; ``every_s`` for a census;
    ``group`` for a digest; ``keep_days`` for retention.
    """

    kind: ReportKind
    at: str = "00:00"
    weekday: int = 0
    days: tuple[str, ...] = ()
    every_s: int = 0
    group: str = ""
    keep_days: int = 0

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.group}" if self.group else str(self.kind)

    @property
    def zh(self) -> str:
        """When it is made, in Chinese."""
        match self.kind:
            case ReportKind.DIGEST:
                return f"每个工作日 {self.at}"
            case ReportKind.BULLETIN:
                return f"每{WEEKDAYS_ZH[self.weekday - 1]} {self.at}"
            case ReportKind.BRIEF:
                return f"每年 {'、'.join(self.days)} {self.at}"
            case ReportKind.CENSUS:
                return f"每 {self.every_s} 秒"
            case ReportKind.RETENTION:
                return f"每日 {self.at}"


@dataclass(frozen=True, slots=True)
class PlannedSchedule:
    """One schedule of a city. ``catch_up_s``: a run missed by more than this many seconds is not made up."""

    timed: ReportSchedule
    catch_up_s: int


@dataclass(frozen=True, slots=True)
class Period:
    """The period a report covers, ``since`` to ``until``. Two runs of one period are the same report."""

    name: str
    since: datetime
    until: datetime


def period(timed: ReportSchedule, now: datetime, is_workday: IsWorkday) -> Period | None:
    """The latest period due at ``now``, however many were missed before it; None: there is no report today."""
    now = now.astimezone(CHINA_TIME)
    match timed.kind:
        case ReportKind.DIGEST:
            if not is_workday(now.date()):
                return None
            slot = _slot(timed, now, is_workday)
            return Period(slot.date().isoformat(), _slot(timed, slot - timedelta(seconds=1), is_workday), slot)
        case ReportKind.BULLETIN:
            day = _slot(timed, now, is_workday).date()
            monday = day - timedelta(days=day.weekday() + 7)
            year, week, _ = monday.isocalendar()
            return Period(f"{year}-W{week:02}", _midnight(monday), _midnight(monday + timedelta(days=7)))
        case ReportKind.BRIEF:
            until = _half(_slot(timed, now, is_workday).date())
            since = _half(until - ONE_DAY)
            return Period(f"{since.year}-H{1 if since.month < SECOND_HALF else 2}", _midnight(since), _midnight(until))
        case _:
            return Period(now.date().isoformat(), _midnight(now.date()), now)


def _slot(timed: ReportSchedule, now: datetime, is_workday: IsWorkday) -> datetime:
    """The last moment by ``now`` at which the report was due. Raises ValueError where no day in 400 fits."""
    hour = time.fromisoformat(timed.at)
    for back in range(DAYS_SEARCHED_MAX):
        day = now.date() - timedelta(days=back)
        slot = datetime.combine(day, hour, CHINA_TIME)
        if slot <= now and _falls_on(timed, day, is_workday):
            return slot
    raise ValueError(f"no day for {timed.name} in the {DAYS_SEARCHED_MAX} days before {now.date()}")


def _falls_on(timed: ReportSchedule, day: date, is_workday: IsWorkday) -> bool:
    match timed.kind:
        case ReportKind.DIGEST:
            return is_workday(day)
        case ReportKind.BULLETIN:
            return day.isoweekday() == timed.weekday
        case _:
            return f"{day:%m-%d}" in timed.days


def _half(day: date) -> date:
    """Where its half-year begins."""
    return date(day.year, 1 if day.month < SECOND_HALF else SECOND_HALF, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA_TIME)
