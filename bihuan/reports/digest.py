"""The daily digest of a supervision group: its open and overdue issues, open orders and what falls due next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.city.configuration import City
from bihuan.domain.clocks.workdays import CHINA_TIME, ONE_DAY, WorkCalendar
from bihuan.domain.ladder.rungs import RUNG_ZH, Light
from bihuan.domain.stage import STAGE_ZH, Outcome, Stage
from bihuan.ledger.counts import IssueSummary, closed_issues, received_issues
from bihuan.ledger.iteration import current_issues, select_issue_numbers
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import IssueFilter, IssueRow, OrderRow, Scope, Slice
from bihuan.reports.text import (
    OUTCOME_ZH,
    Section,
    at,
    clock_text,
    counts,
    fitted,
    group_text,
    light_text,
    party_text,
)
from bihuan.simulation.drill import UpcomingAlert, upcoming_alerts

PAGE = 200
ORDERS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Digest:
    """The figures of one group. ``upcoming``: the alerts until the end of the next working day if nobody acts."""

    group: str
    since: datetime
    now: datetime
    stages: tuple[Slice, ...]
    lights: tuple[Slice, ...]
    overdue: tuple[IssueRow, ...]
    orders: tuple[OrderRow, ...]
    upcoming: tuple[UpcomingAlert, ...]
    upcoming_until: date
    received: tuple[IssueSummary, ...]
    closed: tuple[IssueSummary, ...]

    @property
    def open(self) -> int:
        return sum(one.count for one in self.stages)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to report."""
        return not (self.open or self.orders or self.received or self.closed)


async def digest_of(engine: AsyncEngine, group: str, since: datetime, now: datetime, calendar: WorkCalendar) -> Digest:
    """The digest of a group, from the ledger. ``since``: the end of the figures of the last one."""
    reader = LedgerReader(engine)
    seen = await reader.pipeline(now, Scope(group=group))
    until = next_workday(now.astimezone(CHINA_TIME).date(), calendar)
    return Digest(
        group=group,
        since=since,
        now=now,
        stages=seen.by_stage,
        lights=seen.by_light,
        overdue=await _overdue(reader, group, now),
        orders=(await reader.orders(group, now=now, open_=True, limit=ORDERS_MAX))[0],
        upcoming=await _upcoming(engine, group, now, until),
        upcoming_until=until,
        received=await received_issues(engine, group, since, now),
        closed=await closed_issues(engine, group, since, now),
    )


def next_workday(day: date, calendar: WorkCalendar) -> date:
    """The first working day after ``day``."""
    day += ONE_DAY
    while not calendar.is_workday(day):
        day += ONE_DAY
    return day


async def _overdue(reader: LedgerReader, group: str, now: datetime) -> tuple[IssueRow, ...]:
    """The overdue issues of the group, the longest overdue first."""
    found, cursor = list[IssueRow](), ""
    while True:
        page = await reader.issues(IssueFilter(group=group, overdue=True), now=now, cursor=cursor, limit=PAGE)
        found += page.items
        cursor = page.cursor
        if not cursor:
            return tuple(sorted(found, key=lambda row: (row.next_due_at or row.received_at, row.issue_no)))


async def _upcoming(engine: AsyncEngine, group: str, now: datetime, until: date) -> tuple[UpcomingAlert, ...]:
    """The alerts of every day until the next working day, so that Friday's digest covers Monday."""
    today = now.astimezone(CHINA_TIME).date()
    days = [today + timedelta(days=one) for one in range(1, (until - today).days + 1)]
    found = list[UpcomingAlert]()
    async for issue, policy in current_issues(engine, await select_issue_numbers(engine, open_only=True, group=group)):
        found += [one for day in days for one in upcoming_alerts(issue, policy, day) if one.alert.group == group]
    return tuple(sorted(found, key=lambda one: (one.alert.at, one.alert.issue_no, one.alert.clock)))


def digest_text(digest: Digest, city: City) -> str:
    """The lines of the digest, in Chinese and English."""
    if digest.is_empty:
        return f"自 {at(digest.since)} 以来无新收、无办结，目前无在办问题 · nothing new, nothing open"
    stages = {slice_.key: slice_.count for slice_ in digest.stages}
    lights = {slice_.key: slice_.count for slice_ in digest.lights}
    in_order = [(STAGE_ZH[stage], stages[stage]) for stage in Stage if stage in stages]
    worst_first = [(light_text(light), lights.get(light, 0)) for light in reversed(list(Light))]
    summary = [
        Section(f"在办 open {digest.open}：{counts(in_order)}"),
        Section(f"亮灯 lights：{counts(worst_first)}"),
    ]
    return fitted([*summary, *_lists(digest, city)])


def _lists(digest: Digest, city: City) -> Sequence[Section]:
    since, until = at(digest.since), f"{digest.upcoming_until:%m-%d}"
    return [
        Section(f"逾期 overdue {len(digest.overdue)}", [_overdue_row(row, city) for row in digest.overdue]),
        Section(f"未结督办单 open orders {len(digest.orders)}", [_order_row(row, city) for row in digest.orders]),
        Section(
            f"{until} 前将到期 due by then {len(digest.upcoming)}",
            [_upcoming_row(one, city) for one in digest.upcoming],
        ),
        Section(f"新收 new {len(digest.received)}（自 since {since}）", [_named_row(one) for one in digest.received]),
        Section(f"办结 closed {len(digest.closed)}（自 since {since}）", [_closed_row(one) for one in digest.closed]),
    ]


def _overdue_row(row: IssueRow, city: City) -> str:
    owes, since = party_text(row.owes, city), at(row.next_due_at)
    return f"{row.issue_no} {row.title}：{owes} 自 {since} 欠{clock_text(row.next_due_clock)}，{light_text(row.light)}"


def _order_row(row: OrderRow, city: City) -> str:
    unit = city.policy.units[row.unit].name if row.unit in city.policy.units else row.unit
    reply = f"已回复 {at(row.replied_at)}" if row.replied_at else f"回复期限 {at(row.reply_due_at)}"
    return f"{row.no} {unit}：{light_text(row.light)}，{reply}"


def _upcoming_row(one: UpcomingAlert, city: City) -> str:
    alert = one.alert
    what = f"{clock_text(alert.clock)} {alert.rung}{RUNG_ZH.get(alert.rung, '')}"
    return f"{at(alert.at)} {alert.issue_no} {one.title}：{party_text(str(alert.responsible), city)} {what}"


def _named_row(one: IssueSummary) -> str:
    return f"{one.issue_no} {one.title}"


def _closed_row(one: IssueSummary) -> str:
    return f"{one.issue_no} {one.title}：{OUTCOME_ZH[Outcome(one.outcome)] if one.outcome else '—'}"


def digest_title(digest: Digest, period: str, city: City) -> str:
    return f"督导日报 {group_text(digest.group, city)} {period} · daily digest"
