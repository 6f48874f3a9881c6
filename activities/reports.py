"""Reports made of the ledger, each told as the notice of its period and desk."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.client import Client

from bihuan.city.configuration import City
from bihuan.client.errors import AlreadyStarted
from bihuan.client.notices import start_notice
from bihuan.domain.clocks.workdays import WorkCalendar
from bihuan.domain.parties import Desk, Party
from bihuan.domain.timetable import Period, ReportKind, ReportSchedule, period
from bihuan.language.phrases import REPORT_ZH
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.retention import prune
from bihuan.operations.reconciliation import Standing, standing
from bihuan.reports.bulletin import brief_of, brief_told, bulletin_of, bulletin_told
from bihuan.reports.digest import digest_of, digest_title, digest_told
from bihuan.reports.text import Section, fitted
from bihuan.runtime import telemetry
from bihuan.wire import NoticeOrder
from workflows.messages import Compiled, Reported
from workflows.names import report_id
from workflows.ports import Reporting
from workflows.timeouts import Patience

COORDINATION = Party(Desk.COORDINATION)
Made = tuple[str, tuple[NoticeOrder, ...]]
"""What a run says of itself, and what it has told."""


def _now() -> datetime:
    return datetime.now(UTC)


class Reporter(Reporting):
    """``calendar``: the one in force now, which may be another tomorrow."""

    def __init__(
        self,
        client: Client,
        engine: AsyncEngine,
        city: City,
        calendar: Callable[[], WorkCalendar],
        patience: Patience,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._client = client
        self._engine = engine
        self._city = city
        self._calendar = calendar
        self._patience = patience
        self._now = now
        self._make: dict[ReportKind, Callable[[ReportSchedule, Period, datetime], Awaitable[Made]]] = {
            ReportKind.DIGEST: self._digest,
            ReportKind.BULLETIN: self._bulletin,
            ReportKind.BRIEF: self._brief,
            ReportKind.CENSUS: self._census,
            ReportKind.RETENTION: self._retention,
        }

    @activity.defn(name="compile_report")
    async def compile_report(self, timed: ReportSchedule, last: Reported | None = None) -> Compiled:
        now = self._now()
        its = period(timed, now, self._calendar().is_workday)
        if its is None or (last is not None and last.period == its.name and timed.kind in ONCE):
            return Compiled(None)
        if last is not None and timed.kind is ReportKind.DIGEST:
            its = Period(its.name, last.until, its.until)
        said, notices = await self._make[timed.kind](timed, its, now)
        return Compiled(Reported(its.name, now, said), notices)

    @activity.defn(name="tell_report")
    async def tell_report(self, notice: NoticeOrder) -> None:
        try:
            await start_notice(self._client, notice, self._patience)
        except AlreadyStarted:
            return

    async def _digest(self, timed: ReportSchedule, its: Period, now: datetime) -> Made:
        digest = await digest_of(self._engine, timed.group, its.since, now, self._calendar())
        to = Party(Desk.GROUP, timed.group)
        title, lines = digest_title(digest, its.name, self._city), digest_told(digest, self._city)
        said = f"{title}：在办 {digest.open}、逾期 {len(digest.overdue)}、督办单 {len(digest.orders)}"
        return said, (_notice(ReportKind.DIGEST, its.name, to, now, title, lines),)

    async def _bulletin(self, _timed: ReportSchedule, its: Period, now: datetime) -> Made:
        lines = bulletin_told(await bulletin_of(self._engine, its.since, its.until), self._city)
        return self._to_coordination(ReportKind.BULLETIN, its, now, "weekly bulletin", lines)

    async def _brief(self, _timed: ReportSchedule, its: Period, now: datetime) -> Made:
        lines = brief_told(await brief_of(self._engine, its.since, its.until), self._city)
        return self._to_coordination(ReportKind.BRIEF, its, now, "half-year brief", lines)

    def _to_coordination(self, kind: ReportKind, its: Period, now: datetime, english: str, lines: str) -> Made:
        title = f"{self._city.name}{REPORT_ZH[kind]} {its.name} · {english}"
        return title, (_notice(kind, its.name, COORDINATION, now, title, lines),)

    async def _census(self, _timed: ReportSchedule, its: Period, now: datetime) -> Made:
        """What is lost is told once a day, and at once where it is others than before."""
        found = await standing(self._client, LedgerReader(self._engine), now)
        for name, numbers in _wrong(found).items():
            telemetry.CENSUS_FINDINGS.labels(name).set(len(numbers))
        counted = found.counted
        said = f"共 {counted.total}，在办 {counted.open}，运行 {found.running}，丢失 {len(found.lost)}"
        if not any(_wrong(found).values()):
            return said, ()
        title = (
            f"清点：{len(found.lost)} 件丢失、{len(found.unrecorded)} 件未入台账、{len(found.failing)} 件停摆 · census"
        )
        name = f"{its.name}.{_mark(found)}"
        return said, (_notice(ReportKind.CENSUS, name, COORDINATION, now, title, _census_told(found)),)

    async def _retention(self, timed: ReportSchedule, _its: Period, now: datetime) -> Made:
        pruned = await prune(self._engine, now - timedelta(days=timed.keep_days))
        activity.logger.info("retention", extra={"deliveries": pruned.deliveries, "traces": pruned.traces})
        return (
            f"删除 {timed.keep_days} 天前的投递 {pruned.deliveries} 条、轨迹 {pruned.traces} 条；"
            f"同期销号的 {pruned.kept} 件问题及其事件、督办单永久保留",
            (),
        )


ONCE = frozenset({ReportKind.DIGEST, ReportKind.BULLETIN, ReportKind.BRIEF})
"""Made once for a period; the others look anew whenever they run."""


def _notice(kind: ReportKind, of: str, to: Party, now: datetime, title: str, lines: str) -> NoticeOrder:
    return NoticeOrder(
        id=report_id(kind, of, to),
        issue_no="",
        seq=0,
        to=to,
        event=kind,
        at=now,
        title=title,
        facts={"period": of, "lines": lines},
    )


def _wrong(found: Standing) -> dict[str, tuple[str, ...]]:
    return {"lost": found.lost, "unrecorded": found.unrecorded, "failing": found.failing}


def _mark(found: Standing) -> str:
    named = "\n\n".join("\n".join(numbers) for numbers in _wrong(found).values())
    return hashlib.sha256(named.encode()).hexdigest()[:8]


def _census_told(found: Standing) -> str:
    return fitted(
        [
            Section(
                f"台账 in the ledger {found.counted.total}，在办 open {found.counted.open}，"
                f"运行 running {found.running}"
            ),
            Section(f"丢失（应在运行而未运行）lost {len(found.lost)}", list(found.lost)),
            Section(f"未入台账（运行而无记录）unrecorded {len(found.unrecorded)}", list(found.unrecorded)),
            Section(f"停摆（流程任务屡次失败）failing {len(found.failing)}", list(found.failing)),
        ]
    )
